"""Rows that act on each element by itself: arithmetic, powers, comparisons.

Inputs broadcast as in NumPy. A VJP here may be as wide as the output; the tape
sums it over the broadcast axes.
"""

import numpy as np

from . import examples
from .spec import as_float, as_number, broadcast, named, same
from .table import row


@row(shape=broadcast, example=examples.two())
class add:
    """Sum, element by element.

    >>> add([1.0, 2.0], 10.0)
    array([11., 12.], dtype=float32)
    """

    def forward(x1, x2):
        return np.add(x1, x2)

    def vjp_x1(g, y, x1, x2):
        return g

    def vjp_x2(g, y, x1, x2):
        return g


@row(shape=broadcast, example=examples.two())
class subtract:
    """Difference, element by element."""

    def forward(x1, x2):
        return np.subtract(x1, x2)

    def vjp_x1(g, y, x1, x2):
        return g

    def vjp_x2(g, y, x1, x2):
        return -g


@row(shape=broadcast, example=examples.two())
class multiply:
    """Product, element by element.

    >>> multiply([1.0, 2.0], [3.0, 4.0])
    array([3., 8.], dtype=float32)
    """

    def forward(x1, x2):
        return np.multiply(x1, x2)

    def vjp_x1(g, y, x1, x2):
        return g * x2

    def vjp_x2(g, y, x1, x2):
        return g * x1


@row(shape=broadcast, dtype=as_float, example=examples.two(low2=0.5, high2=2.0))
class divide:
    """Quotient, element by element; always a float."""

    def forward(x1, x2):
        return np.true_divide(x1, x2)

    def vjp_x1(g, y, x1, x2):
        return g / x2

    def vjp_x2(g, y, x1, x2):
        return -g * y / x2


@row(shape=broadcast, example=examples.two(low=0.5, low2=-2.0))
class power:
    """`x1` raised to `x2`.

    The gradient in the exponent needs `log(x1)`; where `x1` is 0 or less it is
    taken as 0.
    """

    def forward(x1, x2):
        return np.power(x1, x2)

    def vjp_x1(g, y, x1, x2):
        return g * x2 * np.power(x1, x2 - 1)

    def vjp_x2(g, y, x1, x2):
        return g * y * np.log(np.where(x1 > 0, x1, 1))


@row(shape=broadcast, example=examples.two(), kinks=("x1 = x2: half to each",))
class maximum:
    """The larger of two, element by element; a tie sends half the gradient each way."""

    def forward(x1, x2):
        return np.maximum(x1, x2)

    def vjp_x1(g, y, x1, x2):
        return (g * (x1 > x2) + g * (x1 >= x2)) / 2

    def vjp_x2(g, y, x1, x2):
        return (g * (x2 > x1) + g * (x2 >= x1)) / 2


@row(shape=broadcast, example=examples.two(), kinks=("x1 = x2: half to each",))
class minimum:
    """The smaller of two, element by element; a tie sends half the gradient each way."""

    def forward(x1, x2):
        return np.minimum(x1, x2)

    def vjp_x1(g, y, x1, x2):
        return (g * (x1 < x2) + g * (x1 <= x2)) / 2

    def vjp_x2(g, y, x1, x2):
        return (g * (x2 < x1) + g * (x2 <= x1)) / 2


@row(shape=same, example=examples.one())
class negative:
    """The same number with the other sign."""

    def forward(x):
        return np.negative(x)

    def vjp_x(g, y, x):
        return -g


@row(shape=same, example=examples.one(), kinks=("x = 0: gradient 0",))
class absolute:
    """Distance from zero."""

    def forward(x):
        return np.abs(x)

    def vjp_x(g, y, x):
        return g * np.sign(x)


@row(shape=same, dtype=as_number, example=examples.one())
class square:
    """`x` times itself."""

    def forward(x):
        return np.square(x)

    def vjp_x(g, y, x):
        return 2 * g * x


@row(shape=same, dtype=as_float, example=examples.one(low=0.5))
class sqrt:
    """Square root."""

    def forward(x):
        return np.sqrt(x)

    def vjp_x(g, y, x):
        return 0.5 * g / y


@row(shape=same, dtype=as_float, example=examples.one())
class exp:
    """e to the power of `x`.

    >>> exp([0.0, 0.0])
    array([1., 1.], dtype=float32)
    """

    def forward(x):
        return np.exp(x)

    def vjp_x(g, y, x):
        return g * y


@row(shape=same, dtype=as_float, example=examples.one())
class expm1:
    """`exp(x) - 1`, exact near 0."""

    def forward(x):
        return np.expm1(x)

    def vjp_x(g, y, x):
        return g * (y + 1)


@row(shape=same, dtype=as_float, example=examples.one(low=0.5))
class log:
    """Natural logarithm."""

    def forward(x):
        return np.log(x)

    def vjp_x(g, y, x):
        return g / x


@row(shape=same, dtype=as_float, example=examples.one(low=-0.5))
class log1p:
    """`log(1 + x)`, exact near 0."""

    def forward(x):
        return np.log1p(x)

    def vjp_x(g, y, x):
        return g / (1 + x)


@row(shape=same, dtype=as_float, example=examples.one())
class sin:
    """Sine, of radians."""

    def forward(x):
        return np.sin(x)

    def vjp_x(g, y, x):
        return g * np.cos(x)


@row(shape=same, dtype=as_float, example=examples.one())
class cos:
    """Cosine, of radians."""

    def forward(x):
        return np.cos(x)

    def vjp_x(g, y, x):
        return -g * np.sin(x)


@row(shape=same, dtype=as_float, example=examples.one())
class tanh:
    """Hyperbolic tangent: squeezes any number into (-1, 1)."""

    def forward(x):
        return np.tanh(x)

    def vjp_x(g, y, x):
        return g * (1 - y * y)


@row(
    shape=broadcast,
    example=lambda rng: [((rng.uniform(-2, 2, s), -0.5, 1.0), {}) for s in [(3, 4), (), (0, 2)]],
    kinks=("x at a limit: gradient 1",),
)
class clip:
    """`x` held between `x_min` and `x_max`; no gradient outside."""

    def forward(x, x_min, x_max):
        return np.minimum(np.maximum(x, x_min), x_max)

    def vjp_x(g, y, x, x_min, x_max):
        return g * ((x >= x_min) & (x <= x_max))


@row(shape=same, example=examples.one())
class stop_gradient:
    """`x` itself, but nothing flows back through it."""

    def forward(variable):
        return np.asarray(variable)


@row(shape=same, dtype=lambda x, dtype: named(dtype), example=examples.one(dtype="float64"), inputs=1)
class cast:
    """`x` in another dtype.

    >>> cast([1.6, -1.6], "int32")
    array([ 1, -1], dtype=int32)
    """

    def forward(x, dtype):
        return np.asarray(x).astype(named(dtype))

    def vjp_x(g, y, x, dtype):
        return g.astype(x.dtype)
