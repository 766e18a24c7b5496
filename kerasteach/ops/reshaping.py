"""Rows that move elements without changing them: reshape, transpose, join, cut.

Their VJPs undo the move.
"""

import builtins
import itertools

import numpy as np

from . import examples
from .spec import normalize_axes, size
from .table import composite, row


def _reshaped(x, newshape):
    """Target shape with its -1 resolved; stays `None` when the batch is unknown."""
    shape = [None if n is None else int(n) for n in ([newshape] if np.isscalar(newshape) else newshape)]
    total = size(x)
    if -1 in shape:
        known = int(np.prod([n for n in shape if n not in (-1, None)], dtype=np.int64))
        fits = total is None or known == 0 or total % known == 0
        shape[shape.index(-1)] = None if total is None else total // builtins.max(known, 1)
    else:
        fits = total is None or None in shape or total == int(np.prod(shape, dtype=np.int64))
    if not fits:
        raise ValueError(f"Cannot reshape {tuple(x)} ({total} elements) into {tuple(newshape)}.")
    return tuple(shape)


@row(
    shape=lambda x, newshape: _reshaped(x, newshape),
    inputs=1,
    example=examples.cases(([(3, 4)], {"newshape": (2, -1)}), ([(0, 3)], {"newshape": (3, 0)})),
)
class reshape:
    """The same elements, in row order, under another shape; one axis may be -1.

    >>> reshape([[1, 2], [3, 4]], (4,))
    array([1, 2, 3, 4], dtype=int32)
    """

    def forward(x, newshape):
        return np.reshape(x, newshape)

    def vjp_x(g, y, x, newshape):
        return np.reshape(g, x.shape)


@row(
    shape=lambda x, axes=None: tuple(x[a] for a in (axes or range(len(x))[::-1])),
    example=examples.cases(([(3, 4)], {}), ([(2, 3, 4)], {"axes": (1, 2, 0)})),
)
class transpose:
    """Axes in another order; reversed by default."""

    def forward(x, axes=None):
        return np.transpose(x, axes)

    def vjp_x(g, y, x, axes=None):
        return np.transpose(g, np.argsort(axes) if axes else None)


@row(
    shape=lambda x, axis: _expanded(x, axis),
    example=examples.cases(([(3, 4)], {"axis": 1}), ([(3,)], {"axis": -1}), ([(3, 4)], {"axis": (0, 2)})),
    inputs=1,
)
class expand_dims:
    """One more axis, of length 1, at position `axis`."""

    def forward(x, axis):
        return np.expand_dims(x, axis)

    def vjp_x(g, y, x, axis):
        return np.reshape(g, x.shape)


def _expanded(x, axis):
    axes = sorted(normalize_axes(axis, len(x) + (1 if np.isscalar(axis) else len(axis))))
    out = list(x)
    for a in axes:
        out.insert(a, 1)
    return out


@row(
    shape=lambda x, axis=None: _squeezed(x, axis),
    example=examples.cases(([(3, 1, 4)], {"axis": 1}), ([(1, 3, 1)], {})),
)
class squeeze:
    """Without its axes of length 1."""

    def forward(x, axis=None):
        return np.squeeze(x, axis)

    def vjp_x(g, y, x, axis=None):
        return np.reshape(g, x.shape)


def _squeezed(x, axis):
    axes = [i for i, n in enumerate(x) if n == 1] if axis is None else normalize_axes(axis, len(x))
    wrong = [i for i in axes if x[i] not in (1, None)]
    if wrong:
        raise ValueError(f"Cannot squeeze axis={wrong[0]}, because the dimension is not 1. Received: x.shape={tuple(x)}")
    return tuple(n for i, n in enumerate(x) if i not in axes)


@row(
    shape=lambda x, shape: shape,
    example=examples.cases(([(3, 1)], {"shape": (2, 3, 4)}), ([()], {"shape": (3,)})),
    inputs=1,
)
class broadcast_to:
    """Repeated along axes of length 1 until it has `shape`; the gradient sums the copies."""

    def forward(x, shape):
        return np.broadcast_to(x, shape)

    def vjp_x(g, y, x, shape):
        return g  # as wide as y; the caller sums over the broadcast axes


def _joined(shapes, axis=0):
    first = shapes[0]
    axis = normalize_axes(axis, len(first))[0]
    for shape in shapes[1:]:
        other = [i for i in range(len(first)) if i != axis]
        if len(shape) != len(first) or builtins.any(
            first[i] != shape[i] for i in other if None not in (first[i], shape[i])
        ):
            raise ValueError(
                f"concatenate: all shapes must match except on axis {axis}. Received: {', '.join(map(str, shapes))}"
            )
    along = [shape[axis] for shape in shapes]
    total = None if None in along else builtins.sum(along)
    return (*first[:axis], total, *first[axis + 1 :])


@row(
    shape=_joined,
    example=examples.cases(([(2, 3), (2, 1), (2, 2)], {"axis": -1}), ([(2, 3), (0, 3)], {"axis": 0})),
)
class concatenate:
    """Arrays joined along an axis; the gradient is cut at the joints.

    >>> concatenate([[1, 2], [3]])
    array([1, 2, 3], dtype=int32)
    """

    def forward(xs, axis=0):
        return np.concatenate(xs, axis=axis)

    def vjp_xs(g, y, xs, axis=0):
        ahead = (slice(None),) * (axis % g.ndim)
        stops = itertools.accumulate([x.shape[axis] for x in xs])
        return [g[(*ahead, slice(stop - x.shape[axis], stop))] for x, stop in zip(xs, stops)]


@row(
    shape=lambda xs, axis=0: _expanded_at(xs, axis),
    example=examples.cases(([(2, 3), (2, 3)], {"axis": 0}), ([(2,), (2,), (2,)], {"axis": -1})),
    variadic=True,
)
class stack:
    """Arrays laid on top of each other along a new axis."""

    def forward(x, axis=0):
        return np.stack(x, axis=axis)

    def vjp_x(g, y, x, axis=0):
        return np.moveaxis(g, axis, 0)


def _expanded_at(shapes, axis):
    out = list(shapes[0])
    out.insert(normalize_axes(axis, len(out) + 1)[0], len(shapes))
    return out


@row(shape=lambda x, axis=None: x, example=examples.cases(([(3, 4)], {"axis": 1}), ([(3, 4)], {})))
class flip:
    """Elements in reverse order along an axis."""

    def forward(x, axis=None):
        return np.flip(x, axis)

    def vjp_x(g, y, x, axis=None):
        return np.flip(g, axis)


def _repeated(x, repeats, axis=None):
    times = int(np.sum(repeats)) if np.ndim(repeats) else None  # in all, if each element has its own number
    if axis is None:
        return (times or (None if size(x) is None else size(x) * repeats),)
    return tuple(times or (n and n * repeats) if i == axis % len(x) else n for i, n in enumerate(x))


@row(
    shape=_repeated,
    example=examples.cases(
        ([(3, 2)], {"repeats": 2, "axis": 1}), ([(3,)], {"repeats": 3}), ([(2, 3)], {"repeats": (2, 1), "axis": 0})
    ),
    inputs=1,
)
class repeat:
    """Each element `repeats` times in a row; the gradient sums over the copies.

    >>> repeat([1, 2], 2)
    array([1, 1, 2, 2], dtype=int32)
    """

    def forward(x, repeats, axis=None):
        return np.repeat(x, repeats, axis)

    def vjp_x(g, y, x, repeats, axis=None):
        slices = x.reshape(-1) if axis is None else np.moveaxis(x, axis, 0)
        out = np.zeros_like(slices)
        np.add.at(out, np.repeat(np.arange(len(slices)), repeats), g if axis is None else np.moveaxis(g, axis, 0))
        return out.reshape(x.shape) if axis is None else np.moveaxis(out, 0, axis)


@composite(example=examples.cases(([(2, 3)], {"axis1": 0, "axis2": 1})))
def swapaxes(x, axis1, axis2):
    """Two axes change places."""
    order = list(range(len(x.shape)))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return transpose(x, axes=tuple(order))


@composite(example=examples.cases(([(2, 3, 4)], {"source": 0, "destination": -1}), ([(2, 3, 4)], {"source": (0, 1), "destination": (2, 0)})))
def moveaxis(x, source, destination):
    """Axes move to other places; the rest keep their order."""
    rank = len(x.shape)
    source, destination = normalize_axes(source, rank), normalize_axes(destination, rank)
    order = [i for i in range(rank) if i not in source]
    for to, axis in sorted(zip(destination, source)):
        order.insert(to, axis)
    return transpose(x, axes=tuple(order))


@composite(example=examples.cases(([(2, 3)], {})))
def ravel(x):
    """All elements on one axis."""
    return reshape(x, newshape=(-1,))
