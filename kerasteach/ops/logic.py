"""Rows without a gradient: comparisons, truth, rounding. Each is flat almost everywhere."""

import numpy as np

from . import examples
from .spec import as_bool, as_float, as_number, broadcast, same
from .table import row


@row(shape=same, example=examples.one())
class sign:
    """-1, 0 or 1. Flat everywhere: no gradient."""

    def forward(x):
        return np.sign(x)


@row(shape=same, dtype=as_float, example=examples.one())
class floor:
    """The whole number below. Flat everywhere: no gradient."""

    def forward(x):
        return np.floor(x)


@row(shape=same, dtype=as_float, example=examples.one())
class ceil:
    """The whole number above. Flat everywhere: no gradient."""

    def forward(x):
        return np.ceil(x)


@row(shape=same, example=examples.one(decimals=1))
class round:
    """Rounded to `decimals` places, halves to the even neighbour. No gradient."""

    def forward(x, decimals=0):
        return np.round(x, decimals)


@row(shape=broadcast, dtype=as_number, example=examples.two(low2=0.5))
class mod:
    """Remainder of `x1 / x2`, with the sign of `x2`."""

    def forward(x1, x2):
        return np.mod(x1, x2)

    def vjp_x1(g, y, x1, x2):
        return g

    def vjp_x2(g, y, x1, x2):
        return -g * np.floor_divide(x1, x2)


def _comparison(name, rule, doc):
    """A row that answers yes or no, and so has no gradient."""
    return row(shape=broadcast, dtype=as_bool, example=examples.two())(
        type(name, (), {"forward": rule, "__doc__": doc, "__module__": __name__})
    )


equal = _comparison("equal", lambda x1, x2: np.equal(x1, x2), "Whether `x1 == x2`.")
not_equal = _comparison("not_equal", lambda x1, x2: np.not_equal(x1, x2), "Whether `x1 != x2`.")
less = _comparison("less", lambda x1, x2: np.less(x1, x2), "Whether `x1 < x2`.")
less_equal = _comparison("less_equal", lambda x1, x2: np.less_equal(x1, x2), "Whether `x1 <= x2`.")
greater = _comparison("greater", lambda x1, x2: np.greater(x1, x2), "Whether `x1 > x2`.")
greater_equal = _comparison("greater_equal", lambda x1, x2: np.greater_equal(x1, x2), "Whether `x1 >= x2`.")
logical_and = _comparison("logical_and", lambda x1, x2: np.logical_and(x1, x2), "Whether both are true.")
logical_xor = _comparison("logical_xor", lambda x1, x2: np.logical_xor(x1, x2), "Whether one is true, but not both.")
logical_or = _comparison("logical_or", lambda x1, x2: np.logical_or(x1, x2), "Whether one is true.")


@row(shape=same, dtype=as_bool, example=examples.one())
class logical_not:
    """Whether `x` is false (0)."""

    def forward(x):
        return np.logical_not(x)


@row(shape=same, dtype=as_bool, example=examples.one())
class isnan:
    """Whether `x` is not a number."""

    def forward(x):
        return np.isnan(x)


@row(shape=same, dtype=as_bool, example=examples.one())
class isfinite:
    """Whether `x` is neither infinite nor NaN."""

    def forward(x):
        return np.isfinite(x)
