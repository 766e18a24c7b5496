"""Activations: the few that are rows, and those composed of them."""

import math

import numpy as np

from . import examples, families
from .elementwise import (
    absolute,
    add,
    clip,
    divide,
    exp,
    expm1,
    maximum,
    minimum,
    multiply,
    negative,
    square,
    subtract,
    tanh,
)  # fmt: skip
from .index import where
from .logic import greater, less
from .spec import as_float, same
from .table import composite, row


@row(shape=same, example=examples.one(), kinks=("x = 0: gradient 0",))
class relu:
    """Negative numbers become 0.

    Source: Nair and Hinton, 2010. At 0, where the slope jumps, the gradient is 0.

    >>> relu([-1.0, 0.0, 2.0])
    array([0., 0., 2.], dtype=float32)
    """

    def forward(x):
        return np.maximum(x, 0)

    def vjp_x(g, y, x):
        return g * (y > 0)


@row(shape=same, dtype=as_float, example=examples.one(negative_slope=0.2), kinks=("x = 0: gradient negative_slope",))
class leaky_relu:
    """Negative numbers are scaled down instead of cut off."""

    def forward(x, negative_slope=0.2):
        return np.where(x > 0, x, negative_slope * x)

    def vjp_x(g, y, x, negative_slope=0.2):
        return np.where(x > 0, g, negative_slope * g)


@row(shape=same, dtype=as_float, example=examples.one())
class sigmoid:
    """Any number squeezed into (0, 1): `1 / (1 + exp(-x))`.

    >>> sigmoid(0.0)
    array(0.5, dtype=float32)
    """

    def forward(x):
        return 0.5 * np.tanh(0.5 * x) + 0.5  # the same curve, and it cannot overflow

    def vjp_x(g, y, x):
        return g * y * (1 - y)


@row(shape=same, dtype=as_float, example=examples.one())
class softplus:
    """A smooth ReLU: `log(1 + exp(x))`; its slope is the sigmoid."""

    def forward(x):
        return np.logaddexp(x, 0)

    def vjp_x(g, y, x):
        return g * (0.5 * np.tanh(0.5 * x) + 0.5)  # the sigmoid, and it cannot overflow


_along_axes = examples.cases(([(3, 4)], {}), ([(3, 4)], {"axis": 0}), ([(2, 3, 4)], {"axis": (1, 2)}), ([(3, 4)], {"axis": None}))


@row(shape=lambda x, axis=-1: x, dtype=as_float, example=_along_axes)
class softmax:
    """Numbers into probabilities that sum to 1 along an axis.

    Source: Bridle, 1990.

    >>> softmax([0.0, 0.0])
    array([0.5, 0.5], dtype=float32)
    """

    def forward(x, axis=-1):
        e = np.exp(x - x.max(axis=axis, keepdims=True))
        return e / e.sum(axis=axis, keepdims=True)

    def vjp_x(g, y, x, axis=-1):
        return y * (g - (g * y).sum(axis=axis, keepdims=True))


@row(shape=lambda x, axis=-1: x, dtype=as_float, example=_along_axes)
class log_softmax:
    """Logarithm of the softmax, without ever leaving the range of floats."""

    def forward(x, axis=-1):
        shifted = x - x.max(axis=axis, keepdims=True)
        return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))

    def vjp_x(g, y, x, axis=-1):
        return g - np.exp(y) * np.sum(g, axis=axis, keepdims=True)


@composite(example=examples.one(), kinks=("x = 0: gradient 0", "x = 6: gradient 0"))
def relu6(x):
    """ReLU that stops at 6."""
    return minimum(relu(x), 6.0)


@composite(example=examples.one())
def elu(x, alpha=1.0):
    """Linear above 0, an exponential that ends at `-alpha` below.

    Source: Clevert et al., 2015, arXiv:1511.07289.
    """
    return where(greater(x, 0), x, multiply(alpha, expm1(minimum(x, 0.0))))


@composite(example=examples.one())
def selu(x):
    """ELU, scaled so that layers keep mean 0 and variance 1.

    Source: Klambauer et al., 2017, arXiv:1706.02515.
    """
    return multiply(1.0507009873554805, elu(x, 1.6732632423543772))


@composite(example=examples.one())
def silu(x):
    """`x * sigmoid(x)`, also called swish. Source: Ramachandran et al., 2017, arXiv:1710.05941."""
    return multiply(x, sigmoid(x))


@composite(example=lambda rng: [((rng.uniform(-3, 3, (3, 4)),), {"approximate": True})])
def gelu(x, approximate=True):
    """`x` times the chance that a standard normal number is smaller than `x`.

    Source: Hendrycks and Gimpel, 2016, arXiv:1606.08415; their tanh approximation.
    `approximate=False` uses the error function.
    """
    if not approximate:
        return multiply(x, multiply(0.5, add(1.0, erf(multiply(x, 0.7071067811865476)))))
    cubic = add(x, multiply(0.044715, multiply(x, square(x))))
    return multiply(multiply(0.5, x), add(1.0, tanh(multiply(0.7978845608028654, cubic))))


@row(shape=same, dtype=as_float, example=examples.one())
class erf:
    """The error function: how much of a bell curve lies within `x`."""

    def forward(x):
        return _erf(x)

    def vjp_x(g, y, x):
        return g * (2 / math.sqrt(math.pi)) * np.exp(-x * x)


def _erf(x):
    """`math.erf` over an array: NumPy has none, and SciPy is too heavy to import for it."""
    x = np.asarray(x)
    flat = np.fromiter(map(math.erf, x.ravel().tolist()), dtype=x.dtype, count=x.size)
    return flat.reshape(x.shape)


@composite(example=examples.one())
def softsign(x):
    """`x / (1 + |x|)`."""
    return divide(x, add(1.0, absolute(x)))


@composite(example=examples.one())
def log_sigmoid(x):
    """Logarithm of the sigmoid, safe at any size."""
    return negative(softplus(negative(x)))


@composite(example=examples.one(), kinks=("x = ±3: gradient 1/6",))
def hard_sigmoid(x):
    """A straight-line sigmoid: 0 below -3, 1 above 3."""
    return divide(clip(add(x, 3.0), 0.0, 6.0), 6.0)


@composite(example=examples.one())
def hard_silu(x):
    """`x * hard_sigmoid(x)`, also called hard swish."""
    return multiply(x, hard_sigmoid(x))


@composite(example=examples.one(high=0.9, low=-0.9), kinks=("x = ±1: gradient 1",))
def hard_tanh(x):
    """`x` held between -1 and 1."""
    return clip(x, -1.0, 1.0)


@composite(example=examples.one())
def mish(x):
    """`x * tanh(softplus(x))`. Source: Misra, 2019, arXiv:1908.08681."""
    return multiply(x, tanh(softplus(x)))


@composite(example=examples.one())
def exponential(x):
    """e to the power of `x`, as an activation."""
    return exp(x)


@composite(example=examples.one())
def celu(x, alpha=1.0):
    """ELU whose slope is smooth for every `alpha`. Source: Barron, 2017, arXiv:1704.07483."""
    return add(maximum(x, 0.0), multiply(alpha, expm1(divide(minimum(x, 0.0), alpha))))


@composite(example=examples.one(low=-1.9))
def soft_shrink(x, threshold=0.5):
    """Pulled towards 0 by `threshold`; 0 within it."""
    pulled = where(less(x, 0), add(x, threshold), subtract(x, threshold))
    return where(less(multiply(x, x), threshold * threshold), multiply(x, 0.0), pulled)


__getattr__, __dir__, __all__ = families.names(__name__)  # the rest of Keras's family
