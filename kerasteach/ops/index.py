"""Rows that pick elements: by index, by condition."""

import numpy as np

from . import examples
from .spec import broadcast, promote
from .table import row


def _indexed(x, key=()):
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
    example=examples.cases(([(3, 4)], {"key": (slice(None), 1)}), ([(5,)], {"key": slice(1, 4)}), ([(3, 4)], {"key": [0, 2, 0]})),
)
class getitem:
    """`x[key]`: the elements picked; the gradient flows back to just those."""

    def forward(x, key=()):
        return x[key]

    def vjp_x(g, y, x, key=()):
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


@row(
    shape=lambda x, indices, axis=-1: indices,
    dtype=lambda x, indices, axis=-1: x,
    example=examples.cases(([(3, 4), np.array([[1], [0], [3]])], {"axis": -1})),
)
class take_along_axis:
    """One element per position of `indices` along an axis."""

    def forward(x, indices, axis=-1):
        return np.take_along_axis(x, indices, axis=axis)

    def vjp_x(g, y, x, indices, axis=-1):
        out = np.zeros_like(x)
        grid = list(np.ogrid[tuple(map(slice, indices.shape))])
        grid[axis] = indices
        np.add.at(out, tuple(grid), g)
        return out


@row(
    shape=broadcast,
    dtype=lambda condition, x1, x2: promote(x1, x2),
    example=lambda rng: [
        ((rng.random((3, 4)) < 0.5, rng.normal(size=(3, 4)), rng.normal(size=(4,))), {}),
        ((np.array(True), rng.normal(size=(2,)), 0.0), {}),
    ],
)
class where:
    """`x1` where the condition holds, else `x2`; the gradient follows the choice."""

    def forward(condition, x1, x2):
        return np.where(condition, x1, x2)

    def vjp_x1(g, y, condition, x1, x2):
        return np.where(condition, g, 0)

    def vjp_x2(g, y, condition, x1, x2):
        return np.where(condition, 0, g)


def _one_hot_shape(x, num_classes=2, axis=-1, dtype="float32"):
    shape = list(x)
    shape.insert(axis % (len(shape) + 1), num_classes)
    return tuple(shape)


@row(
    shape=_one_hot_shape,
    dtype=lambda x, num_classes=2, axis=-1, dtype="float32": dtype,
    example=examples.cases(([np.array([0, 2, 1])], {"num_classes": 3})),
)
class one_hot:
    """Each whole number as a vector with a single 1. No gradient.

    >>> one_hot([0, 2], num_classes=3)
    array([[1., 0., 0.],
           [0., 0., 1.]], dtype=float32)
    """

    def forward(x, num_classes=2, axis=-1, dtype="float32"):
        hot = np.equal(np.expand_dims(x, -1), np.arange(num_classes)).astype(dtype)  # (..., classes)
        return np.moveaxis(hot, -1, axis)
