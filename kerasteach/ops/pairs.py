"""Functions of two numbers, a few lines each; both inputs broadcast.

`x1` and `x2` get a gradient where the row has a VJP for them.
"""

import numpy as np

from . import examples
from .create import convert_to_tensor, dtype_of
from .elementwise import divide, multiply, power
from .index import where
from .logic import equal
from .reduce import all
from .spec import as_bool, as_float, as_number, broadcast
from .table import composite, row


def pair(name, forward, doc, vjp_x1=None, vjp_x2=None, dtype=None, example=None):
    """Add a row of two inputs."""
    rules = {"forward": forward, "vjp_x1": vjp_x1, "vjp_x2": vjp_x2, "__doc__": doc, "__module__": __name__}
    return row(shape=broadcast, dtype=dtype, example=example or examples.two())(type(name, (), rules))


def _whole(rng):
    """Examples of whole numbers above 0."""
    return [((rng.integers(0, 20, (3, 4)), rng.integers(1, 9, s)), {}) for s in [(3, 4), (4,), (), (0, 1, 1)]]


arctan2 = pair(
    "arctan2", lambda x1, x2: np.arctan2(x1, x2), "Angle of the point with height `x1` and width `x2`.",
    lambda g, y, x1, x2: g * x2 / (x1 * x1 + x2 * x2), lambda g, y, x1, x2: -g * x1 / (x1 * x1 + x2 * x2), as_float,
)  # fmt: skip
hypot = pair(
    "hypot", lambda x1, x2: np.hypot(x1, x2), "Length of the long side of a right triangle.",
    lambda g, y, x1, x2: g * x1 / y, lambda g, y, x1, x2: g * x2 / y, as_float,
)  # fmt: skip
logaddexp = pair(
    "logaddexp", lambda x1, x2: np.logaddexp(x1, x2), "`log(exp(x1) + exp(x2))`, without ever leaving the range of floats.",
    lambda g, y, x1, x2: g * np.exp(x1 - y), lambda g, y, x1, x2: g * np.exp(x2 - y), as_float,
)  # fmt: skip
logaddexp2 = pair(
    "logaddexp2", lambda x1, x2: np.logaddexp2(x1, x2), "`log2(2**x1 + 2**x2)`, without ever leaving the range of floats.",
    lambda g, y, x1, x2: g * np.exp2(x1 - y), lambda g, y, x1, x2: g * np.exp2(x2 - y), as_float,
)  # fmt: skip
fmax = pair(
    "fmax", lambda x1, x2: np.fmax(x1, x2), "The larger of two; a number beats NaN. In a tie the gradient goes to `x1`.",
    lambda g, y, x1, x2: g * ((x1 >= x2) | np.isnan(x2)), lambda g, y, x1, x2: g * ~((x1 >= x2) | np.isnan(x2)),
)  # fmt: skip
fmin = pair(
    "fmin", lambda x1, x2: np.fmin(x1, x2), "The smaller of two; a number beats NaN. In a tie the gradient goes to `x1`.",
    lambda g, y, x1, x2: g * ((x1 <= x2) | np.isnan(x2)), lambda g, y, x1, x2: g * ~((x1 <= x2) | np.isnan(x2)),
)  # fmt: skip
fmod = pair(
    "fmod", lambda x1, x2: np.fmod(x1, x2), "Remainder of `x1 / x2`, with the sign of `x1`.",
    lambda g, y, x1, x2: g, lambda g, y, x1, x2: -g * np.trunc(x1 / x2), as_number, examples.two(low2=0.5),
)  # fmt: skip
floor_divide = pair(
    "floor_divide", lambda x1, x2: np.floor_divide(x1, x2), "How often `x2` fits in `x1`, a whole number. No gradient.",
    dtype=as_number, example=examples.two(low2=0.5),
)  # fmt: skip
heaviside = pair("heaviside", lambda x1, x2: np.heaviside(x1, x2), "0 where `x1` is below 0, `x2` at 0, 1 above.", dtype=as_float)
nextafter = pair("nextafter", lambda x1, x2: np.nextafter(x1, x2), "The next float from `x1` towards `x2`. No gradient.", dtype=as_float)
gcd = pair("gcd", lambda x1, x2: np.gcd(x1, x2), "Greatest common divisor of whole numbers.", example=_whole)
lcm = pair("lcm", lambda x1, x2: np.lcm(x1, x2), "Least common multiple of whole numbers.", example=_whole)


def _bitwise(name, forward, doc):
    """A row on the bits of whole numbers."""
    rules = {"forward": forward, "__doc__": doc, "__module__": __name__}
    return row(shape=broadcast, example=_whole)(type(name, (), rules))


bitwise_and = _bitwise("bitwise_and", lambda x, y: np.bitwise_and(x, y), "Bits that are 1 in both numbers.")
bitwise_or = _bitwise("bitwise_or", lambda x, y: np.bitwise_or(x, y), "Bits that are 1 in one of the numbers.")
bitwise_xor = _bitwise("bitwise_xor", lambda x, y: np.bitwise_xor(x, y), "Bits that differ.")
bitwise_left_shift = _bitwise("bitwise_left_shift", lambda x, y: np.left_shift(x, y), "Bits moved up: `x * 2**y`.")
bitwise_right_shift = _bitwise("bitwise_right_shift", lambda x, y: np.right_shift(x, y), "Bits moved down: `x // 2**y`.")


@row(shape=lambda x: x, example=lambda rng: [((rng.integers(0, 9, s),), {}) for s in [(3, 4), (), (0, 2)]])
class bitwise_invert:
    """Every bit turned over."""

    def forward(x):
        return np.invert(x)


left_shift, right_shift, bitwise_not = bitwise_left_shift, bitwise_right_shift, bitwise_invert


@composite(example=lambda rng: [((rng.normal(size=(3, 4)), rng.integers(-2, 3, (4,))), {})])
def ldexp(x1, x2):
    """`x1 * 2**x2`, with a whole number `x2`.

    Raises:
        TypeError: if `x2` is no whole number.
    """
    if "int" not in dtype_of(x2):
        raise TypeError(f"ldexp exponent must be an integer type. Received: x2 dtype={dtype_of(x2)}")
    return multiply(x1, power(2.0, convert_to_tensor(x2)))


@composite(example=examples.two(low2=0.5))
def true_divide(x1, x2):
    """`x1 / x2`, as `divide`: what the operator `/` is called in a graph."""
    return divide(x1, x2)


@composite(example=examples.two(low2=0.5), kinks=("x2 = 0: gradient 0",))
def divide_no_nan(x1, x2):
    """Quotient, and 0 where the divisor is 0.

    >>> divide_no_nan([1.0, 2.0], [0.0, 4.0])
    array([0. , 0.5], dtype=float32)
    """
    is_zero = equal(x2, 0)
    return where(is_zero, 0.0, divide(x1, where(is_zero, 1, x2)))


@row(
    shape=lambda x1, x2, rtol=1e-5, atol=1e-8, equal_nan=False: broadcast(x1, x2),
    dtype=as_bool,
    example=examples.two(),
)
class isclose:
    """Whether two numbers differ by at most `atol + rtol * |x2|`. No gradient."""

    def forward(x1, x2, rtol=1e-5, atol=1e-8, equal_nan=False):
        return np.isclose(x1, x2, rtol=rtol, atol=atol, equal_nan=equal_nan)


@composite(example=examples.two())
def allclose(x1, x2, rtol=1e-5, atol=1e-8, equal_nan=False):
    """Whether all numbers are close, as `isclose` says."""
    return all(isclose(x1, x2, rtol=rtol, atol=atol, equal_nan=equal_nan))
