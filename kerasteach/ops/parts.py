"""Arrays put side by side, and cut in parts."""

import builtins
import math

import numpy as np

from . import examples
from .create import convert_to_tensor
from .index import getitem, take, where
from .logic import mod
from .pairs import floor_divide
from .reshaping import broadcast_to, concatenate, expand_dims, ravel, reshape
from .spec import normalize_axes
from .table import composite


@composite(example=examples.cases(([(2, 3), (2, 2)], {}), ([(2,), (3,)], {})), variadic=True)
def hstack(xs):
    """Arrays side by side: joined along the second axis, vectors along their first."""
    xs = [reshape(x, (1,)) if not np.shape(x) and not hasattr(x, "shape") else convert_to_tensor(x) for x in xs]
    return concatenate(xs, axis=0 if len(xs[0].shape) == 1 else 1)


@composite(example=examples.cases(([(2, 3), (1, 3)], {}), ([(2,), (2,)], {})), variadic=True)
def vstack(xs):
    """Arrays on top of each other: joined along the first axis, vectors as rows."""
    xs = [convert_to_tensor(x) for x in xs]
    return concatenate([reshape(x, (1, -1)) if len(x.shape) < 2 else x for x in xs], axis=0)


@composite(example=examples.cases(([(2, 3), (2, 3)], {}), ([(2,), (2,)], {})), variadic=True)
def dstack(xs):
    """Arrays behind each other: joined along the third axis."""
    xs = [convert_to_tensor(x) for x in xs]
    xs = [reshape(x, (1, -1)) if len(x.shape) < 2 else x for x in xs]
    return concatenate([expand_dims(x, 2) if len(x.shape) < 3 else x for x in xs], axis=2)


@composite(example=examples.cases(([(2, 3), (2, 1)], {"axis": 1}), ([(2, 3), (4,)], {})))
def append(x1, x2, axis=None):
    """`x2` after `x1` along an axis; of all elements in a row, if there is none."""
    return concatenate([ravel(x1), ravel(x2)], axis=0) if axis is None else concatenate([x1, x2], axis=axis)


def _parts(x, axis, cuts):
    """Slices of `x` between the places to cut."""
    ahead = (slice(None),) * axis
    return [getitem(x, key=(*ahead, slice(*edges))) for edges in zip([0, *cuts], [*cuts, x.shape[axis]])]


@composite(example=examples.cases(([(4, 3)], {"indices_or_sections": 2}), ([(2, 5)], {"indices_or_sections": (1, 3), "axis": 1})))
def split(x, indices_or_sections, axis=0):
    """Cut `x` along an axis into equal parts, or at the given places.

    Args:
        x: array.
        indices_or_sections: number of equal parts, or a list of places to cut.
        axis: the axis to cut.

    Raises:
        ValueError: if the axis cannot be cut into that many equal parts.

    >>> [part.tolist() for part in split(np.arange(6), 3)]
    [[0, 1], [2, 3], [4, 5]]
    """
    x = convert_to_tensor(x)
    axis = normalize_axes(axis, len(x.shape))[0]
    length = x.shape[axis]
    if isinstance(indices_or_sections, int):
        if length is None:  # symbols of a batch: how long the parts are will be seen
            return [getitem(x, key=slice(None))] * indices_or_sections
        if length % indices_or_sections:
            raise ValueError(f"Cannot split axis {axis} of length {length} into {indices_or_sections} equal parts.")
        return _parts(x, axis, [length // indices_or_sections * i for i in range(1, indices_or_sections)])
    return _parts(x, axis, [int(i) for i in indices_or_sections])


@composite(example=examples.cases(([(5, 3)], {"indices_or_sections": 3}), ([(2, 5)], {"indices_or_sections": 2, "axis": 1})))
def array_split(x, indices_or_sections, axis=0):
    """`split` into so many parts that need not be equal: the first ones are one longer."""
    if not isinstance(indices_or_sections, int):
        raise TypeError(f"Argument `indices_or_sections` must be of type `int`. Received: indices_or_sections={indices_or_sections}")
    x = convert_to_tensor(x)
    axis = normalize_axes(axis, len(x.shape))[0]
    if x.shape[axis] is None:
        return split(x, indices_or_sections, axis=axis)
    short, longer = divmod(x.shape[axis], indices_or_sections)
    return _parts(x, axis, [short * i + builtins.min(i, longer) for i in range(1, indices_or_sections)])


@composite(example=examples.cases(([(2, 4)], {"indices_or_sections": 2}), ([(5,)], {"indices_or_sections": (1, 3)})))
def hsplit(x, indices_or_sections):
    """`split` along the second axis; a vector along its first."""
    x = convert_to_tensor(x)
    return split(x, indices_or_sections, axis=1 if len(x.shape) > 1 else 0)


@composite(example=examples.cases(([(4, 2)], {"indices_or_sections": 2})))
def vsplit(x, indices_or_sections):
    """`split` along the first axis."""
    return split(x, indices_or_sections, axis=0)


@composite(example=examples.cases(([(2, 1, 4)], {"indices_or_sections": 2})))
def dsplit(x, indices_or_sections):
    """`split` along the third axis."""
    return split(x, indices_or_sections, axis=2)


@composite(example=examples.cases(([(3, 2)], {}), ([(3, 2)], {"axis": 1})))
def unstack(x, num=None, axis=0):
    """Cut `x` into slices along an axis, and drop the axis.

    >>> [row.tolist() for row in unstack(np.eye(2))]
    [[1.0, 0.0], [0.0, 1.0]]
    """
    x = convert_to_tensor(x)
    axis = normalize_axes(axis, len(x.shape))[0]
    if num is None and x.shape[axis] is None:
        raise ValueError(f"Cannot infer argument `num` from shape {tuple(x.shape)}. Either provide a tensor with a concrete shape in the `axis` dimension or explicitly pass the `num` argument.")
    return [getitem(x, key=(slice(None),) * axis + (i,)) for i in range(num or x.shape[axis])]


@composite(example=examples.cases(([(3,), (2,)], {}), ([(3,), (2,)], {"indexing": "ij"})))
def meshgrid(*x, indexing="xy"):
    """Coordinates of a grid out of its ticks, one array per axis.

    Raises:
        ValueError: if `indexing` is neither `"xy"` nor `"ij"`.

    >>> [grid.tolist() for grid in meshgrid([1, 2, 3], [4, 5])]
    [[[1, 2, 3], [1, 2, 3]], [[4, 4, 4], [5, 5, 5]]]
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f"Valid values for `indexing` are 'xy' and 'ij', but received: {indexing}")
    ticks = [ravel(convert_to_tensor(t)) for t in x]
    lengths = [t.shape[0] for t in ticks]
    order = list(range(len(ticks)))
    if indexing == "xy":
        order[:2] = order[:2][::-1]
    shape = [lengths[i] for i in order]
    return [
        broadcast_to(reshape(t, [-1 if j == i else 1 for j in order]), shape) for i, t in enumerate(ticks)
    ]


@composite(
    example=lambda rng: [((rng.integers(0, 24, (2, 3)),), {"shape": (2, 3, 4)})],
)
def unravel_index(indices, shape):
    """Numbers that count all elements, as one index per axis."""
    indices = convert_to_tensor(indices)
    strides = [math.prod(shape[i + 1 :]) for i in range(len(shape))]
    return tuple(mod(floor_divide(indices, stride), n) for stride, n in zip(strides, shape))


@composite(example=examples.cases(([(2, 7)], {"sequence_length": 3, "sequence_stride": 2})))
def extract_sequences(x, sequence_length, sequence_stride):
    """Windows along the last axis, each `sequence_stride` after the one before.

    >>> extract_sequences([1, 2, 3, 4, 5], 3, 2)
    array([[1, 2, 3],
           [3, 4, 5]], dtype=int32)
    """
    x = convert_to_tensor(x)
    starts = np.arange(0, x.shape[-1] - sequence_length + 1, sequence_stride)
    return take(x, starts[:, None] + np.arange(sequence_length), axis=-1)  # (..., windows, length)


@composite(
    example=lambda rng: [
        (([rng.random((3, 4)) < 0.5, rng.random((3, 4)) < 0.5], [rng.integers(0, 9, (3, 4)), rng.integers(0, 9, 4)]), {"default": 7})
    ]
)
def select(condlist, choicelist, default=0):
    """For each element the choice of the first condition that holds; `default` where none does.

    >>> select([[True, False], [True, True]], [[1, 2], [3, 4]])
    array([1, 4], dtype=int32)
    """
    out = default
    for condition, choice in reversed(list(zip(condlist, choicelist))):
        out = where(convert_to_tensor(condition), convert_to_tensor(choice), out)
    return out
