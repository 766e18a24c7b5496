"""Elements in order: sorting, ranks, quantiles, and looking things up in what is sorted."""

import math

import numpy as np

from . import examples
from .create import convert_to_tensor, dtype_of
from .elementwise import add, cast, multiply, subtract
from .index import getitem, take_along_axis, where
from .logic import ceil, floor, greater_equal, isnan, logical_not, round
from .reduce import any, sum
from .reshaping import broadcast_to, expand_dims, moveaxis, reshape, squeeze
from .spec import as_bool, as_float, as_index, normalize_axes, size
from .table import composite, row


def _flat_or_same(x, axis=-1, **_):
    return x if axis is not None else (size(x),)


_SORTS = examples.cases(([(3, 4)], {}), ([(3, 4)], {"axis": 0}), ([(2, 3)], {"axis": None}), ([(0, 3)], {}))


@row(shape=_flat_or_same, example=_SORTS)
class sort:
    """Elements in ascending order; each takes its gradient along.

    >>> sort([3, 1, 2])
    array([1, 2, 3], dtype=int32)
    """

    def forward(x, axis=-1):
        return np.sort(x, axis=axis)

    def vjp_x(g, y, x, axis=-1):
        out = np.zeros_like(g)
        np.put_along_axis(out, np.argsort(x, axis=axis, kind="stable"), g, axis=axis)
        return out.reshape(x.shape)


@row(shape=_flat_or_same, dtype=as_index, example=_SORTS)
class argsort:
    """Indices that would sort; equal elements keep their order. No gradient.

    >>> argsort([3, 1, 2])
    array([1, 2, 0], dtype=int32)
    """

    def forward(x, axis=-1):
        return np.argsort(x, axis=axis, kind="stable")


@composite(example=examples.cases(([(3, 4)], {"kth": 2}), ([(4, 3)], {"kth": 1, "axis": 0})))
def argpartition(x, kth, axis=-1):
    """Indices that put the `kth` element in its place, smaller ones before it; here, all are sorted."""
    return argsort(x, axis=axis)


@row(
    shape=lambda x, k: (*x[:-1], k),
    dtype=as_index,
    example=examples.cases(([(3, 4)], {"k": 2}), ([np.array([1, 3, 3, 2])], {"k": 3})),
    inputs=1,
)
class _top_k_indices:
    """Where the `k` largest elements of the last axis are, the largest first. No gradient."""

    def forward(x, k):
        last_first = np.argsort(np.flip(x, -1), axis=-1, kind="stable")  # so that of equals the first one wins
        return (x.shape[-1] - 1 - np.flip(last_first, -1))[..., :k]


@composite(example=examples.cases(([(3, 4)], {"k": 2})))
def top_k(x, k, sorted=True):
    """The `k` largest elements of the last axis, and where they are.

    Args:
        x: tensor.
        k: how many.
        sorted: here they are always sorted.

    Returns:
        (values, indices).

    >>> top_k([1.0, 4.0, 3.0], 2)
    (array([4., 3.], dtype=float32), array([1, 2], dtype=int32))
    """
    x = convert_to_tensor(x)
    indices = _top_k_indices(x, k=k)
    return take_along_axis(x, indices, axis=-1), indices


@composite(example=lambda rng: [((rng.integers(0, 5, 4), rng.normal(size=(4, 5))), {"k": 2})])
def in_top_k(targets, predictions, k):
    """Whether the true class is among the `k` with the highest prediction.

    >>> in_top_k([1, 0], [[0.1, 0.7, 0.2], [0.1, 0.7, 0.2]], 1)
    array([ True, False])
    """
    smallest = getitem(top_k(predictions, k)[0], key=(slice(None), slice(-1, None)))  # (batch, 1)
    mine = take_along_axis(predictions, expand_dims(targets, -1), axis=-1)  # (batch, 1)
    return getitem(greater_equal(mine, smallest), key=(slice(None), 0))


def _neighbours(place, method):
    """The two ranks a fractional rank lies between, and how much the upper one counts."""
    low, high = floor(place), ceil(place)
    weights = {
        "linear": lambda: subtract(place, low),
        "lower": lambda: multiply(place, 0.0),
        "higher": lambda: add(multiply(place, 0.0), 1.0),
        "midpoint": lambda: multiply(subtract(high, low), 0.5),
        "nearest": lambda: subtract(round(place), low),
    }
    if method not in weights:
        raise ValueError(f"quantile: `method` must be one of {list(weights)}. Received: method={method}")
    return low, high, weights[method]()


def _quantile(x, q, axis, method, keepdims, skip_nan):
    x = convert_to_tensor(x)
    x = cast(x, as_float(dtype_of(x)))
    rank = len(x.shape)
    axes = normalize_axes(axis, rank)
    kept = [n for i, n in enumerate(x.shape) if i not in axes]
    rows = moveaxis(x, axes, range(rank - len(axes), rank))
    folded = None if None in [x.shape[a] for a in axes] else math.prod(x.shape[a] for a in axes)
    rows = sort(reshape(rows, [-1 if n is None else n for n in (*kept, folded)]))
    q = np.asarray(q, "float64")
    each = q.reshape(-1)  # (quantiles,)
    bad = isnan(rows)
    count = sum(cast(logical_not(bad), "float64"), axis=-1, keepdims=True)  # (..., 1)
    length = count if skip_nan else float(rows.shape[-1] or 1)
    place = multiply(np.maximum(each, 0), subtract(length, 1.0))  # (..., quantiles)
    place = broadcast_to(place, (*kept, each.size))
    low, high, weight = _neighbours(place, method)
    low, high = (take_along_axis(rows, cast(i, "int32"), axis=-1) for i in (low, high))
    y = add(low, multiply(cast(weight, dtype_of(x)), subtract(high, low)))  # (..., quantiles)
    if not skip_nan:
        y = where(any(bad, axis=-1, keepdims=True), float("nan"), y)
    y = moveaxis(y, -1, 0)  # (quantiles, ...)
    if keepdims:
        y = expand_dims(y, tuple(a + 1 for a in sorted(axes)))
    return y if q.ndim else squeeze(y, 0)


_QUANTILES = examples.cases(
    ([(3, 4)], {"q": 0.3}), ([(3, 4)], {"q": np.array([0.25, 0.6]), "axis": 1}),
    ([(2, 3, 4)], {"q": 0.5, "axis": (0, 2), "keepdims": True}), ([(5,)], {"q": 0.4, "method": "nearest"}),
)  # fmt: skip


@composite(example=_QUANTILES)
def quantile(x, q, axis=None, method="linear", keepdims=False):
    """The number that a share `q` of the elements stay below.

    Args:
        x: tensor.
        q: number between 0 and 1, or several; those come first in the output's shape.
        axis: axis or axes to look along; all by default.
        method: how to choose between two elements: `"linear"`, `"lower"`, `"higher"`, `"midpoint"`, `"nearest"`.
        keepdims: leave axes of length 1.

    >>> quantile([1.0, 2.0, 4.0], 0.75)
    array(3., dtype=float32)
    """
    return _quantile(x, q, axis, method, keepdims, skip_nan=False)


@composite(example=examples.cases(([(3, 4)], {"q": 30})))
def percentile(x, q, axis=None, method="linear", keepdims=False):
    """`quantile`, of 100 parts."""
    return _quantile(x, np.asarray(q) / 100, axis, method, keepdims, skip_nan=False)


@composite(example=examples.axes(empty=False))
def median(x, axis=None, keepdims=False):
    """The element in the middle; the mean of two, if there are two."""
    return _quantile(x, 0.5, axis, "linear", keepdims, skip_nan=False)


def _with_nan(q):
    params = {} if q is None else {"q": q}
    return lambda rng: [((np.where(rng.random((3, 5)) < 0.3, np.nan, rng.normal(size=(3, 5))),), {**params, "axis": 1})]


@composite(example=_with_nan(0.3))
def nanquantile(x, q, axis=None, method="linear", keepdims=False):
    """`quantile` of the elements that are numbers."""
    return _quantile(x, q, axis, method, keepdims, skip_nan=True)


@composite(example=_with_nan(30))
def nanpercentile(x, q, axis=None, method="linear", keepdims=False):
    """`percentile` of the elements that are numbers."""
    return _quantile(x, np.asarray(q) / 100, axis, method, keepdims, skip_nan=True)


@composite(example=_with_nan(None))
def nanmedian(x, axis=None, keepdims=False):
    """`median` of the elements that are numbers."""
    return _quantile(x, 0.5, axis, "linear", keepdims, skip_nan=True)


@row(
    shape=lambda sorted_sequence, values, side="left": values,
    dtype=as_index,
    example=lambda rng: [((np.sort(rng.normal(size=7)), rng.normal(size=s)), {"side": d}) for s, d in [((3,), "left"), ((2, 2), "right")]],
)
class searchsorted:
    """Where each value would have to go into a sorted vector. No gradient.

    >>> searchsorted([1, 3, 5], [2, 5])
    array([1, 2], dtype=int32)
    """

    def forward(sorted_sequence, values, side="left"):
        if np.ndim(sorted_sequence) != 1:
            raise ValueError(
                "`searchsorted` only supports 1-D sorted sequences. "
                f"Received: sorted_sequence.shape={np.shape(sorted_sequence)}"
            )
        return np.searchsorted(sorted_sequence, values, side=side)


@composite(example=lambda rng: [((rng.normal(size=(3, 4)), np.array([-1.0, 0.0, 1.0])), {})])
def digitize(x, bins):
    """The number of the bin that each element falls into, `bins` being their edges.

    >>> digitize([0.5, 3.0], [0.0, 1.0, 2.0])
    array([1, 3], dtype=int32)
    """
    return searchsorted(bins, x, side="right")


@row(
    shape=lambda x1, x2, assume_unique=False, invert=False: x1,
    dtype=as_bool,
    example=lambda rng: [((rng.integers(0, 5, (3, 4)), np.array([1, 3])), {"invert": i}) for i in (False, True)],
)
class isin:
    """Whether each element of `x1` is one of `x2`; with `invert`, whether it is not. No gradient."""

    def forward(x1, x2, assume_unique=False, invert=False):
        return np.isin(x1, x2, invert=invert)
