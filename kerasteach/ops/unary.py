"""Functions of one number, a line each: forward, and its slope times `g`.

    tan = smooth("tan", lambda x: np.tan(x), lambda g, y, x: g * (1 + y * y), "Tangent, of radians.")

is a row like any other, only shorter.
"""

import math

import numpy as np

from ..config import floatx
from . import examples
from .create import convert_to_tensor, dtype, zeros_like
from .elementwise import absolute, cast
from .spec import as_bool, as_float, is_float, named, same
from .table import composite, row


def smooth(name, forward, vjp, doc, low=-2.0, high=2.0):
    """Add a row with a gradient, whose output is a float."""
    rule = type(name, (), {"forward": forward, "vjp_x": vjp, "__doc__": doc, "__module__": __name__})
    return row(shape=same, dtype=as_float, example=examples.one(low=low, high=high))(rule)


def flat(name, forward, doc, dtype=None, low=-2.0):
    """Add a row without a gradient."""
    rule = type(name, (), {"forward": forward, "__doc__": doc, "__module__": __name__})
    return row(shape=same, dtype=dtype, example=examples.one(low=low))(rule)


tan = smooth("tan", lambda x: np.tan(x), lambda g, y, x: g * (1 + y * y), "Tangent, of radians.", -1.2, 1.2)
sinh = smooth("sinh", lambda x: np.sinh(x), lambda g, y, x: g * np.cosh(x), "Hyperbolic sine.")
cosh = smooth("cosh", lambda x: np.cosh(x), lambda g, y, x: g * np.sinh(x), "Hyperbolic cosine.")
arcsin = smooth("arcsin", lambda x: np.arcsin(x), lambda g, y, x: g / np.sqrt(1 - x * x), "Angle whose sine is `x`.", -0.9, 0.9)
arccos = smooth("arccos", lambda x: np.arccos(x), lambda g, y, x: -g / np.sqrt(1 - x * x), "Angle whose cosine is `x`.", -0.9, 0.9)
arctan = smooth("arctan", lambda x: np.arctan(x), lambda g, y, x: g / (1 + x * x), "Angle whose tangent is `x`.")
arcsinh = smooth("arcsinh", lambda x: np.arcsinh(x), lambda g, y, x: g / np.sqrt(x * x + 1), "Number whose hyperbolic sine is `x`.")
arccosh = smooth("arccosh", lambda x: np.arccosh(x), lambda g, y, x: g / np.sqrt(x * x - 1), "Number whose hyperbolic cosine is `x`.", 1.1)
arctanh = smooth("arctanh", lambda x: np.arctanh(x), lambda g, y, x: g / (1 - x * x), "Number whose hyperbolic tangent is `x`.", -0.9, 0.9)
exp2 = smooth("exp2", lambda x: np.exp2(x), lambda g, y, x: g * y * math.log(2), "2 to the power of `x`.")
log2 = smooth("log2", lambda x: np.log2(x), lambda g, y, x: g / (x * math.log(2)), "Logarithm to base 2.", 0.5)
log10 = smooth("log10", lambda x: np.log10(x), lambda g, y, x: g / (x * math.log(10)), "Logarithm to base 10.", 0.5)
cbrt = smooth("cbrt", lambda x: np.cbrt(x), lambda g, y, x: g / (3 * y * y), "Cube root.", 0.5)
deg2rad = smooth("deg2rad", lambda x: np.deg2rad(x), lambda g, y, x: np.deg2rad(g), "Degrees as radians.")
rad2deg = smooth("rad2deg", lambda x: np.rad2deg(x), lambda g, y, x: np.rad2deg(g), "Radians as degrees.")
rsqrt = smooth("rsqrt", lambda x: 1 / np.sqrt(x), lambda g, y, x: -0.5 * g * y / x, "One over the square root.", 0.5)
reciprocal = smooth("reciprocal", lambda x: 1 / x, lambda g, y, x: -g * y * y, "One over `x`.", 0.5)
erfc = smooth("erfc", lambda x: each(math.erfc, x), lambda g, y, x: -g * (2 / math.sqrt(math.pi)) * np.exp(-x * x), "`1 - erf(x)`, exact where that is tiny.")
erfinv = smooth("erfinv", lambda x: each(_erfinv, x), lambda g, y, x: g * (math.sqrt(math.pi) / 2) * np.exp(y * y), "Number whose error function is `x`.", -0.9, 0.9)
i0 = smooth("i0", lambda x: _bessel(x, 0), lambda g, y, x: g * _bessel(x, 1), "Modified Bessel function of order 0: the mean of `exp(x cos t)` over a circle.")
sinc = smooth("sinc", lambda x: np.sinc(x), lambda g, y, x: g * (np.cos(math.pi * x) - y) / np.where(np.equal(x, 0), 1, x), "`sin(πx) / (πx)`, 1 at 0.")

trunc = flat("trunc", lambda x: np.trunc(x), "Without what follows the point. No gradient.")
signbit = flat("signbit", lambda x: np.signbit(x), "Whether the number is below 0, or -0.", as_bool)
isinf = flat("isinf", lambda x: np.isinf(x), "Whether `x` is infinite.", as_bool)
isposinf = flat("isposinf", lambda x: np.isposinf(x), "Whether `x` is plus infinity.", as_bool)
isneginf = flat("isneginf", lambda x: np.isneginf(x), "Whether `x` is minus infinity.", as_bool)
isreal = flat("isreal", lambda x: np.isreal(x), "Whether `x` has no imaginary part.", as_bool)
angle = flat("angle", lambda x: np.angle(x), "0 for numbers above 0, π for those below. No gradient.", as_float)


def each(function, x):
    """A function of `math` on every element: NumPy has none, and SciPy is too heavy to import for it."""
    x = np.asarray(x)
    return np.fromiter(map(function, x.ravel().tolist()), dtype=x.dtype, count=x.size).reshape(x.shape)


def _erfinv(x):
    from statistics import NormalDist

    if not -1 < x < 1:
        return x * math.inf if abs(x) == 1 else math.nan
    return NormalDist().inv_cdf((x + 1) / 2) / math.sqrt(2)


def _bessel(x, order):
    t = np.arange(128) * (2 * math.pi / 128)  # a sum over a circle is exact once it is dense enough
    cos = np.cos(t).astype(np.result_type(x, np.float16))
    return np.mean(cos**order * np.exp(np.expand_dims(x, -1) * cos), axis=-1)


@composite(example=examples.one())
def fabs(x):
    """Distance from zero, a float whatever comes in."""
    return absolute(x) if is_float(dtype(x)) else cast(absolute(x), floatx())


@composite(example=examples.one())
def conj(x):
    """The complex conjugate: of a real number, the number itself."""
    return convert_to_tensor(x)


@composite(example=examples.one())
def real(x):
    """The real part: of a real number, the number itself."""
    return convert_to_tensor(x)


@composite(example=examples.one())
def imag(x):
    """The imaginary part: of a real number, 0."""
    return zeros_like(x)


def _viewed(x, dtype=None):
    return (*x[:-1], None)  # longer or shorter, by how wide the two types are


@row(
    shape=_viewed,
    dtype=lambda x, dtype=None: named(dtype),
    example=examples.cases(([np.arange(4, dtype="int32")], {"dtype": "uint8"}), ([np.arange(4, dtype="int32")], {})),
)
class view:
    """The same bits read as another dtype. No gradient.

    >>> view([1.0], "int32")
    array([1065353216], dtype=int32)
    """

    def forward(x, dtype=None):
        return np.asarray(x).view(named(dtype))
