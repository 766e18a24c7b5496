"""Reductions that leave out what is not a number (NaN): it is replaced by what changes nothing."""

import numpy as np

from . import examples
from .create import convert_to_tensor, dtype_of
from .elementwise import cast, divide, sqrt, square, subtract
from .index import where
from .logic import isnan, logical_not
from .reduce import all, argmax, argmin, cumprod, cumsum, max, mean, min, prod, sum
from .spec import as_float, is_float, same
from .table import composite, row

_INF = float("inf")


@row(
    shape=same,
    example=lambda rng: [
        ((np.array([1.0, np.nan, 2.0]),), {}),
        ((np.array([1.0, np.nan, np.inf, -np.inf]),), {"nan": 2.0, "posinf": 3.0, "neginf": -3.0}),
    ],
)
class nan_to_num:
    """NaN and infinities replaced by numbers; no gradient where they were.

    >>> nan_to_num([1.0, np.nan])
    array([1., 0.], dtype=float32)
    """

    def forward(x, nan=0.0, posinf=None, neginf=None):
        return np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)

    def vjp_x(g, y, x, nan=0.0, posinf=None, neginf=None):
        return g * np.isfinite(x)


def _some_nan(rng):
    x = rng.uniform(0.5, 2, (2, 3, 4))
    x[0, 1, 2] = x[1, 2, 0] = x[1, 0, 1] = np.nan
    return [((x,), {}), ((x,), {"axis": 1}), ((x,), {"axis": (0, 2), "keepdims": True})]


def _along_one(rng):
    return [(inputs, {"axis": 1}) for inputs, _ in _some_nan(rng)[:1]]


def _filled(x, number):
    """`x` with a number in place of NaN; whole numbers have none."""
    x = convert_to_tensor(x)
    return where(isnan(x), number, x) if is_float(dtype_of(x)) else x


def _or_nan(y, x, axis, keepdims):
    """`y`, but NaN where all elements are NaN."""
    return where(all(isnan(x), axis=axis, keepdims=keepdims), float("nan"), y) if is_float(dtype_of(y)) else y


@composite(example=_some_nan)
def nansum(x, axis=None, keepdims=False):
    """Sum of the elements that are numbers.

    >>> nansum([1.0, np.nan, 2.0])
    array(3., dtype=float32)
    """
    return sum(_filled(x, 0), axis=axis, keepdims=keepdims)


@composite(example=_some_nan)
def nanprod(x, axis=None, keepdims=False):
    """Product of the elements that are numbers."""
    return prod(_filled(x, 1), axis=axis, keepdims=keepdims)


@composite(example=_some_nan)
def nanmax(x, axis=None, keepdims=False):
    """Largest element that is a number."""
    return _or_nan(max(_filled(x, -_INF), axis=axis, keepdims=keepdims), x, axis, keepdims)


@composite(example=_some_nan)
def nanmin(x, axis=None, keepdims=False):
    """Smallest element that is a number."""
    return _or_nan(min(_filled(x, _INF), axis=axis, keepdims=keepdims), x, axis, keepdims)


def _count(x, axis, keepdims):
    """How many elements are numbers."""
    return sum(cast(logical_not(isnan(x)), as_float(dtype_of(x))), axis=axis, keepdims=keepdims)


@composite(example=_some_nan)
def nanmean(x, axis=None, keepdims=False):
    """Mean of the elements that are numbers."""
    if not is_float(dtype_of(x)):
        return mean(x, axis=axis, keepdims=keepdims)
    return divide(nansum(x, axis=axis, keepdims=keepdims), _count(x, axis, keepdims))


@composite(example=_some_nan)
def nanvar(x, axis=None, keepdims=False):
    """Variance of the elements that are numbers."""
    x = convert_to_tensor(x)
    x = cast(x, as_float(dtype_of(x)))
    distance = where(isnan(x), 0.0, subtract(x, nanmean(x, axis=axis, keepdims=True)))
    return divide(sum(square(distance), axis=axis, keepdims=keepdims), _count(x, axis, keepdims))


@composite(example=_along_one)
def nanstd(x, axis=None, keepdims=False):
    """Standard deviation of the elements that are numbers."""
    return sqrt(nanvar(x, axis=axis, keepdims=keepdims))


@composite(example=_along_one)
def nancumsum(x, axis=None, dtype=None):
    """Running sum in which NaN counts as 0."""
    return cumsum(_filled(x, 0), axis=axis, dtype=dtype)


@composite(example=_along_one)
def nancumprod(x, axis=None, dtype=None):
    """Running product in which NaN counts as 1."""
    return cumprod(_filled(x, 1), axis=axis, dtype=dtype)


def _or_minus_one(index, x, axis, keepdims):
    """The index, but -1 where all elements are NaN."""
    return where(all(isnan(x), axis=axis, keepdims=keepdims), -1, index) if is_float(dtype_of(x)) else index


@composite(example=examples.cases(([np.array([[1.0, np.nan], [np.nan, np.nan]])], {"axis": 1})))
def nanargmax(x, axis=None, keepdims=False):
    """Where the largest number is; -1 if there is none."""
    return _or_minus_one(argmax(_filled(x, -_INF), axis=axis, keepdims=keepdims), x, axis, keepdims)


@composite(example=examples.cases(([np.array([[1.0, np.nan], [np.nan, np.nan]])], {"axis": 1})))
def nanargmin(x, axis=None, keepdims=False):
    """Where the smallest number is; -1 if there is none."""
    return _or_minus_one(argmin(_filled(x, _INF), axis=axis, keepdims=keepdims), x, axis, keepdims)
