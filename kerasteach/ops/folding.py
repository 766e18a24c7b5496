"""Folds made of others: differences, areas, weighted means, segments, distances."""

import numpy as np

from . import examples
from .create import convert_to_tensor, dtype_of
from .elementwise import add, cast, divide, multiply, sqrt, subtract
from .index import getitem, where
from .logic import equal, not_equal
from .reduce import max, mean, min, prod, sum
from .reshaping import broadcast_to, expand_dims, reshape
from .spec import as_float, normalize_axes
from .table import composite


@composite(example=examples.cases(([(3, 4)], {}), ([(5,)], {"n": 2}), ([(3, 4)], {"axis": 0})))
def diff(a, n=1, axis=-1):
    """Each element less the one before it, `n` times over."""
    a = convert_to_tensor(a)
    ahead = (slice(None),) * normalize_axes(axis, len(a.shape))[0]
    for _ in range(n):
        later, earlier = getitem(a, key=(*ahead, slice(1, None))), getitem(a, key=(*ahead, slice(None, -1)))
        a = subtract(later, earlier) if dtype_of(a) != "bool" else not_equal(later, earlier)
    return a


@composite(example=examples.cases(([(3, 4)], {}), ([(3, 4)], {"dx": 0.5, "axis": 0}), ([(4,), np.array([0.0, 1.0, 3.0, 4.0])], {})))
def trapezoid(y, x=None, dx=1.0, axis=-1):
    """Area under a line through the points `y`: the mean of neighbours, times their distance."""
    y = convert_to_tensor(y)
    rank = len(y.shape)
    axis = normalize_axes(axis, rank)[0]
    ahead = (slice(None),) * axis
    if x is not None:
        dx = diff(convert_to_tensor(x), axis=-1 if len(np.shape(x)) == 1 else axis)
        dx = reshape(dx, [-1 if i == axis else 1 for i in range(rank)]) if len(dx.shape) == 1 else dx
    heights = add(getitem(y, key=(*ahead, slice(1, None))), getitem(y, key=(*ahead, slice(None, -1))))
    return divide(sum(multiply(heights, dx), axis=axis), 2.0)


@composite(
    example=examples.cases(
        ([(3, 4)], {}), ([(3, 4)], {"axis": 1, "weights": np.array([1.0, 2.0, 3.0, 4.0], "float32")}),
        ([(2, 2)], {"axis": 0, "weights": np.array([[1.0, 2.0], [3.0, 4.0]], "float32")}),
    )
)  # fmt: skip
def average(x, axis=None, weights=None):
    """Mean, in which some elements may count more than others.

    >>> average([1.0, 3.0], weights=[3.0, 1.0])
    array(1.5, dtype=float32)
    """
    if weights is None:
        return mean(x, axis=axis)
    x, weights = convert_to_tensor(x), convert_to_tensor(weights)
    if len(weights.shape) == 1 and axis is not None:
        weights = reshape(weights, [-1 if i == axis % len(x.shape) else 1 for i in range(len(x.shape))])
    weights = broadcast_to(cast(weights, as_float(dtype_of(x), dtype_of(weights))), tuple(x.shape))
    return divide(sum(multiply(x, weights), axis=axis), sum(weights, axis=axis))


@composite(example=examples.axes(empty=False))
def ptp(x, axis=None, keepdims=False):
    """From the smallest element to the largest ("peak to peak")."""
    return subtract(max(x, axis=axis, keepdims=keepdims), min(x, axis=axis, keepdims=keepdims))


def _segments(fold, filler, doc):
    """An op that folds the rows of each segment; a row of no segment counts nowhere."""

    def op(data, segment_ids, num_segments=None, sorted=False):
        data = convert_to_tensor(data)
        count = int(np.max(np.asarray(segment_ids))) + 1 if num_segments is None else num_segments
        ids = expand_dims(convert_to_tensor(segment_ids), 0)
        mine = equal(ids, np.arange(count, dtype="int32")[:, None])  # (segments, rows)
        mine = reshape(mine, (count, -1, *[1] * (len(data.shape) - 1)))
        number = filler if dtype_of(data)[0] in "fb" or filler in (0, 1) else int(np.sign(filler)) * np.iinfo(dtype_of(data)).max
        return fold(where(mine, expand_dims(data, 0), cast(number, dtype_of(data))), axis=1)

    op.__name__ = f"segment_{fold.name}"
    op.__doc__ = doc
    return composite(example=_in_segments)(op)


def _in_segments(rng):
    ids = np.array([0, 0, 1, 2, 2])
    return [((rng.normal(size=(5, 2)), ids), {"num_segments": 3}), ((rng.normal(size=5), ids), {"num_segments": 3})]


segment_sum = _segments(sum, 0, "Sum of the rows of each segment; `segment_ids` says which row belongs where.")
segment_prod = _segments(prod, 1, "Product of the rows of each segment.")
segment_max = _segments(max, -np.inf, "Largest of the rows of each segment; minus infinity if it has none.")
segment_min = _segments(min, np.inf, "Smallest of the rows of each segment; infinity if it has none.")


@composite(example=examples.cases(([(4, 3), (5, 3)], {}), ([(2, 4, 3), (2, 5, 3)], {})))
def cdist(x, y):
    """Distance of each vector of `x` to each of `y`.

    Raises:
        ValueError: if there are fewer than two axes, or the vectors are not equally long.
    """
    x, y = convert_to_tensor(x), convert_to_tensor(y)
    if len(x.shape) < 2 or len(y.shape) < 2:
        raise ValueError("`cdist` inputs must have rank >= 2")
    if x.shape[-1] != y.shape[-1]:
        raise ValueError("Last dimension of inputs to `cdist` must match")
    way = subtract(expand_dims(x, -2), expand_dims(y, -3))  # (..., x, y, dimensions)
    return sqrt(sum(multiply(way, way), axis=-1))
