"""Rows that pick elements: by index, by condition."""

import numpy as np

from . import examples
from .spec import as_index, broadcast, named, promote
from .table import row


def _indexed(x, key):
    """Shape of `x[key]` for ints, slices, None and Ellipsis; unknown axes stay unknown."""
    probe = np.broadcast_to(np.empty((), "bool"), [0 if n is None else n for n in x])
    keys = key if isinstance(key, tuple) else (key,)
    marks = {i for i, n in enumerate(x) if n is None}
    if not marks:
        return probe[key].shape
    out, axis = [], 0
    consumed = sum(k is not None and k is not Ellipsis for k in keys)
    for k in (*keys, Ellipsis) if Ellipsis not in [k if k is Ellipsis else 0 for k in keys] else keys:
        if k is None:
            out.append(1)
        elif k is Ellipsis:
            skip = len(x) - consumed
            out.extend(x[axis : axis + skip])
            axis += skip
        elif isinstance(k, slice):
            whole = k == slice(None)
            out.append(x[axis] if whole else None if axis in marks else len(range(*k.indices(x[axis]))))
            axis += 1
        elif isinstance(k, (int, np.integer)):
            axis += 1
        else:
            raise TypeError(f"A symbolic tensor of shape {tuple(x)} takes ints and slices as index, not {k!r}.")
    return out


def _picks_once(key):
    """Whether a key picks no element twice: numbers, slices, None and Ellipsis do not."""
    keys = key if isinstance(key, tuple) else (key,)
    return all(k is None or k is Ellipsis or isinstance(k, (slice, int, np.integer)) for k in keys)


@row(
    shape=_indexed,
    inputs=1,
    example=examples.cases(([(3, 4)], {"key": (slice(None), 1)}), ([(5,)], {"key": slice(1, 4)}), ([(3, 4)], {"key": [0, 2, 0]})),
)
class getitem:
    """`x[key]`: the elements picked; the gradient flows back to just those."""

    def forward(x, key):
        return x[key]

    def vjp_x(g, y, x, key):
        out = np.zeros_like(x)
        if _picks_once(key):
            out[key] = g
        else:
            np.add.at(out, key, g)
        return out


def _taken(x, indices, axis=None):
    return (*x[: axis % len(x)], *indices, *x[axis % len(x) + 1 :]) if axis is not None else indices


@row(
    shape=_taken,
    dtype=lambda x, indices, axis=None: x,
    example=examples.cases(
        ([(5, 3), np.array([0, 2, 2])], {"axis": 0}),
        ([(4, 3), np.array([[0, 1], [2, 0]])], {"axis": 1}),
        ([(6,), np.array([1, 5])], {}),
    ),
)
class take:
    """Elements (or whole slices) by number; a slice taken twice gets two gradients.

    >>> take([10.0, 20.0, 30.0], [2, 0])
    array([30., 10.], dtype=float32)
    """

    def forward(x, indices, axis=None):
        return np.take(x, indices, axis=axis)

    def vjp_x(g, y, x, indices, axis=None):
        out = np.zeros_like(x)
        if axis is None:
            np.add.at(out.reshape(-1), indices, g)
            return out
        slices = np.moveaxis(out, axis, 0)  # a view: adding to it adds to out
        axis = axis % x.ndim
        np.add.at(slices, indices, np.moveaxis(g, range(axis, axis + np.ndim(indices)), range(np.ndim(indices))))
        return out


def _along(x, indices, axis=None):
    return indices if axis is None else tuple(m if i == axis % len(x) else n for i, (n, m) in enumerate(zip(x, indices)))


@row(
    shape=_along,
    dtype=lambda x, indices, axis=None: x,
    example=examples.cases(
        ([(3, 4), np.array([[1], [0], [3]])], {"axis": -1}),
        ([(3, 4), np.array([[1, 0]])], {"axis": 1}),
        ([(3, 4), np.array([11, 0, 11])], {}),
    ),
)
class take_along_axis:
    """One element per position of `indices` along an axis."""

    def forward(x, indices, axis=None):
        return np.take_along_axis(x, _spread(indices, x, axis), axis=axis)

    def vjp_x(g, y, x, indices, axis=None):
        out = np.zeros_like(x)
        if axis is None:
            np.add.at(out.reshape(-1), indices, g)
            return out
        indices = _spread(indices, x, axis)
        grid = list(np.ogrid[tuple(map(slice, indices.shape))])
        grid[axis] = indices
        np.add.at(out, tuple(grid), g)
        return out


def _spread(indices, x, axis):
    """The indices, repeated along axes where they are 1 long and `x` is longer."""
    return indices if axis is None else np.broadcast_to(indices, _along(x.shape, np.shape(indices), axis))


@row(
    shape=broadcast,
    dtype=lambda condition, x1, x2: promote(x1, x2),
    example=lambda rng: [
        ((rng.random((3, 4)) < 0.5, rng.normal(size=(3, 4)), rng.normal(size=(4,))), {}),
        ((np.array(True), rng.normal(size=(2,)), 0.0), {}),
    ],
)
class _where:
    """`x1` where the condition holds, else `x2`; the gradient follows the choice. The row behind `where`."""

    def forward(condition, x1, x2):
        return np.where(condition, x1, x2)

    def vjp_x1(g, y, condition, x1, x2):
        return np.where(condition, g, 0)

    def vjp_x2(g, y, condition, x1, x2):
        return np.where(condition, 0, g)


def where(condition, x1=None, x2=None):
    """`x1` where the condition holds, else `x2`; with a condition only, the indices where it holds.

    Args:
        condition: tensor of truth values.
        x1, x2: tensors to choose from.

    Raises:
        ValueError: if only one of `x1` and `x2` is given.

    >>> where([True, False], [1.0, 2.0], 0.0)
    array([1., 0.], dtype=float32)
    """
    if x1 is None and x2 is None:
        return nonzero(condition)
    if x1 is None or x2 is None:
        raise ValueError("`x1` and `x2` either both should be `None` or both should have non-None value.")
    return _where(condition, x1, x2)


@row(
    shape=lambda x: (len(x), None),
    dtype=as_index,
    example=examples.cases(([np.array([[0, 1], [2, 0]])], {}), ([np.array([0.0, 3.0])], {})),
)
class nonzero:
    """Indices of the elements that are not 0: a row per axis, a column per element. No gradient.

    >>> nonzero([[0, 1], [2, 0]])
    array([[0, 1],
           [1, 0]], dtype=int32)
    """

    def forward(x):
        return np.stack(np.nonzero(x))


def _one_hot_shape(x, num_classes, axis=-1, dtype=None, sparse=False):
    shape = list(x)
    shape.insert(axis % (len(shape) + 1), num_classes)
    return tuple(shape)


@row(
    shape=_one_hot_shape,
    dtype=lambda x, num_classes, axis=-1, dtype=None, sparse=False: named(dtype),
    inputs=1,
    example=examples.cases(([np.array([0, 2, 1])], {"num_classes": 3})),
)
class one_hot:
    """Each whole number as a vector with a single 1. No gradient.

    >>> one_hot([0, 2], num_classes=3)
    array([[1., 0., 0.],
           [0., 0., 1.]], dtype=float32)
    """

    def forward(x, num_classes, axis=-1, dtype=None, sparse=False):
        if sparse:
            raise ValueError("Unsupported value `sparse=True`: there are no sparse tensors. Fix: leave `sparse` out.")
        hot = np.equal(np.expand_dims(x, -1), np.arange(num_classes)).astype(named(dtype))  # (..., classes)
        return np.moveaxis(hot, -1, axis)
