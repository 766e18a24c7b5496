"""Rows that fold axes away: sums, means, extremes.

`axis` is `None` (all), an int or a tuple; `keepdims` leaves axes of length 1.
"""

import math

import numpy as np

from ..config import floatx
from . import examples
from .elementwise import add, cast, exp, log, sqrt, square, stop_gradient, subtract
from .logic import not_equal
from .spec import as_bool, as_float, as_index, as_sum, is_float, named, normalize_axes, promote, reduced, size
from .table import composite, row


def unreduce(g, x, axis, keepdims):
    """Give `g` back the axes that a reduction of `x` took away, with length 1."""
    if keepdims or axis is None:
        return g
    if axis == -1:
        return g[..., None]
    axes = normalize_axes(axis, x.ndim)
    return np.reshape(g, [1 if i in axes else n for i, n in enumerate(x.shape)])


def spread(g, x):
    """Copy `g` along axes of length 1 until it has the shape of `x`."""
    return g if g.shape == x.shape else g + np.zeros(x.shape, g.dtype)


def product_of_others(x, axis):
    """For each element, the product of the rest over `axis`; right when some are 0."""
    axes = normalize_axes(axis, x.ndim)
    flat = np.moveaxis(x, axes, range(x.ndim - len(axes), x.ndim))
    kept = flat.shape[: x.ndim - len(axes)]
    rows = flat.reshape(*kept, math.prod(flat.shape[len(kept) :]))  # (kept axes, folded)
    one = np.ones_like(rows[..., :1])
    before = np.cumprod(np.concatenate([one, rows[..., :-1]], -1), -1)
    after = np.flip(np.cumprod(np.flip(np.concatenate([rows[..., 1:], one], -1), -1), -1), -1)
    others = (before * after)[..., : rows.shape[-1]].reshape(flat.shape)
    return np.moveaxis(others, range(len(kept), x.ndim), axes)


def shares(winner, axis, g):
    """Among how many winners a gradient is divided, in its dtype."""
    return np.maximum(np.sum(winner, axis=axis, keepdims=True, dtype=g.dtype), 1)


def folded(x, axis):
    """How many elements of `x` go into one element of its reduction."""
    if axis is None:
        return getattr(x, "size", 1)
    return x.shape[axis] if isinstance(axis, int) else math.prod(x.shape[a] for a in axis)


@row(shape=reduced, dtype=as_sum, example=examples.axes())
class sum:
    """Sum over axes.

    >>> sum([[1.0, 2.0], [3.0, 4.0]], axis=0)
    array([4., 6.], dtype=float32)
    """

    def forward(x, axis=None, keepdims=False):
        return np.asarray(x).sum(axis=axis, keepdims=keepdims)

    def vjp_x(g, y, x, axis=None, keepdims=False):
        return spread(unreduce(g, x, axis, keepdims), x)


@row(shape=reduced, dtype=as_float, example=examples.axes())
class mean:
    """Mean over axes: each element gets an equal share of the gradient."""

    def forward(x, axis=None, keepdims=False):
        return np.asarray(x).sum(axis=axis, keepdims=keepdims) / folded(x, axis)

    def vjp_x(g, y, x, axis=None, keepdims=False):
        return spread(unreduce(g, x, axis, keepdims) / folded(x, axis), x)


@row(shape=reduced, example=examples.axes(empty=False), kinks=("equal largest elements: equal shares",))
class max:
    """Largest element over axes; equal winners share the gradient."""

    def forward(x, axis=None, keepdims=False, initial=None):
        y = np.max(x, axis=axis, keepdims=keepdims)
        return y if initial is None else np.maximum(y, initial)

    def vjp_x(g, y, x, axis=None, keepdims=False, initial=None):
        winner = np.equal(x, unreduce(y, x, axis, keepdims))
        return unreduce(g, x, axis, keepdims) * winner / shares(winner, axis, g)


@row(shape=reduced, example=examples.axes(empty=False), kinks=("equal smallest elements: equal shares",))
class min:
    """Smallest element over axes; equal winners share the gradient."""

    def forward(x, axis=None, keepdims=False, initial=None):
        y = np.min(x, axis=axis, keepdims=keepdims)
        return y if initial is None else np.minimum(y, initial)

    def vjp_x(g, y, x, axis=None, keepdims=False, initial=None):
        winner = np.equal(x, unreduce(y, x, axis, keepdims))
        return unreduce(g, x, axis, keepdims) * winner / shares(winner, axis, g)


@composite(example=examples.axes(empty=False))
def amax(x, axis=None, keepdims=False):
    """Largest element over axes; `max` under NumPy's other name."""
    return max(x, axis=axis, keepdims=keepdims)


@composite(example=examples.axes(empty=False))
def amin(x, axis=None, keepdims=False):
    """Smallest element over axes; `min` under NumPy's other name."""
    return min(x, axis=axis, keepdims=keepdims)


@row(shape=reduced, dtype=as_sum, example=examples.axes(low=0.5))
class prod:
    """Product over axes; the gradient of one factor is the product of the others."""

    def forward(x, axis=None, keepdims=False, dtype=None):
        return np.prod(x, axis=axis, keepdims=keepdims)

    def vjp_x(g, y, x, axis=None, keepdims=False, dtype=None):
        return unreduce(g, x, axis, keepdims) * product_of_others(x, axis)


@row(shape=reduced, dtype=as_index, example=examples.cases(([(3, 4)], {}), ([(3, 4)], {"axis": -1})))
class argmax:
    """Where the largest element is. No gradient."""

    def forward(x, axis=None, keepdims=False):
        return np.argmax(x, axis=axis, keepdims=keepdims)


@row(shape=reduced, dtype=as_index, example=examples.cases(([(3, 4)], {}), ([(3, 4)], {"axis": 0})))
class argmin:
    """Where the smallest element is. No gradient."""

    def forward(x, axis=None, keepdims=False):
        return np.argmin(x, axis=axis, keepdims=keepdims)


@row(shape=reduced, dtype=as_bool, example=examples.axes())
class all:
    """Whether every element is true. No gradient."""

    def forward(x, axis=None, keepdims=False):
        return np.all(x, axis=axis, keepdims=keepdims)


@row(shape=reduced, dtype=as_bool, example=examples.axes())
class any:
    """Whether some element is true. No gradient."""

    def forward(x, axis=None, keepdims=False):
        return np.any(x, axis=axis, keepdims=keepdims)


def _axis_kept(x, axis=None, **_):
    return x if axis is not None else (size(x),)


def _as_running(x, axis=None, dtype=None):
    return named(dtype) if dtype else "int32" if x == "bool" else promote(x)


@row(shape=_axis_kept, dtype=_as_running, example=examples.cases(([(3, 4)], {"axis": 0}), ([(5,)], {"axis": -1}), ([(2, 3)], {})))
class cumsum:
    """Running sum along an axis: what came early is counted by all that follow."""

    def forward(x, axis=None, dtype=None):
        return np.cumsum(x, axis=axis)

    def vjp_x(g, y, x, axis=None, dtype=None):
        return np.flip(np.cumsum(np.flip(g, axis), axis), axis).reshape(x.shape)


@row(
    shape=_axis_kept, dtype=_as_running,
    example=examples.cases(([(3, 4)], {"axis": 0}), ([np.array([2.0, 0.0, 3.0, 0.0])], {"axis": -1}), ([(2, 3)], {})),
)  # fmt: skip
class cumprod:
    """Running product along an axis."""

    def forward(x, axis=None, dtype=None):
        return np.cumprod(x, axis=axis)

    def vjp_x(g, y, x, axis=None, dtype=None):
        factors, g = (x.reshape(-1), g) if axis is None else (np.moveaxis(x, axis, 0), np.moveaxis(g, axis, 0))
        before = np.concatenate([np.ones_like(factors[:1]), np.cumprod(factors, axis=0)[:-1]])
        after = np.array(g)  # of each factor: what its products bring, but for what stands before it
        for i in reversed(range(len(factors) - 1)):
            after[i] = g[i] + factors[i + 1] * after[i + 1]
        found = before * after
        return found.reshape(x.shape) if axis is None else np.moveaxis(found, 0, axis)


@composite(example=examples.axes(empty=False))
def var(x, axis=None, keepdims=False):
    """Variance over axes: mean squared distance from the mean."""
    return mean(square(subtract(x, mean(x, axis=axis, keepdims=True))), axis=axis, keepdims=keepdims)


@composite(example=examples.axes(empty=False))
def std(x, axis=None, keepdims=False):
    """Standard deviation over axes."""
    return sqrt(var(x, axis=axis, keepdims=keepdims))


@composite(example=examples.axes(empty=False))
def logsumexp(x, axis=None, keepdims=False):
    """`log(sum(exp(x)))` that cannot overflow: the largest element is taken out first."""
    x = x if is_float(named(getattr(x, "dtype", None))) else cast(x, floatx())
    top = stop_gradient(max(x, axis=axis, keepdims=True))  # reduced axes have length 1
    total = log(sum(exp(subtract(x, top)), axis=axis, keepdims=keepdims))
    return add(total, top if keepdims else stop_gradient(max(x, axis=axis)))


@composite(example=examples.cases(([(3, 4)], {}), ([(3, 4)], {"axis": 1})))
def count_nonzero(x, axis=None):
    """How many elements are not 0.

    >>> int(count_nonzero([0, 1, 2]))
    2
    """
    return sum(cast(not_equal(x, 0), "int32"), axis=axis)


