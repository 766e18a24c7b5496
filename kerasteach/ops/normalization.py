"""Normalization: numbers brought to mean 0 and variance 1, or vectors to length 1."""

import numpy as np

from ..config import epsilon as smallest
from . import examples
from .create import convert_to_tensor, shape
from .elementwise import absolute, add, divide, maximum, multiply, power, square, subtract
from .reduce import mean, sum, var
from .reshaping import reshape
from .spec import as_float, normalize_axes, same
from .table import composite, row
from .unary import rsqrt


@composite(example=examples.cases(([(3, 4)], {"axes": [0]}), ([(2, 3, 4)], {"axes": (0, 2), "keepdims": True})))
def moments(x, axes, keepdims=False, synchronized=False):
    """Mean and variance over axes.

    Args:
        x: tensor.
        axes: list of axes.
        keepdims: leave axes of length 1.
        synchronized: must be false.

    >>> [float(m) for m in moments([1.0, 3.0], axes=[0])]
    [2.0, 1.0]
    """
    if synchronized:
        raise NotImplementedError(
            "Argument synchronized=True is not supported: one model runs on one device. Fix: leave `synchronized` out."
        )
    axes = tuple(axes) if isinstance(axes, list) else axes
    return mean(x, axis=axes, keepdims=keepdims), var(x, axis=axes, keepdims=keepdims)


@row(
    shape=same,
    dtype=as_float,
    example=examples.cases(
        ([(3, 4)], {}), ([(2, 3, 4)], {"axis": (1, 2), "epsilon": 0.1}), ([(4, 3, 2)], {"axis": (0, 1)}), ([(0, 3)], {})
    ),
)
class standardize:
    """Mean 0 and variance 1 over some axes: what batch, layer and group normalization have in common."""

    def forward(x, axis=-1, epsilon=1e-3):
        centred = x - np.mean(x, axis=axis, keepdims=True)
        return centred / np.sqrt(np.mean(centred * centred, axis=axis, keepdims=True) + epsilon)

    def vjp_x(g, y, x, axis=-1, epsilon=1e-3):
        # Shifting all x changes no y, and nor does stretching them (but for epsilon): both are taken out of g.
        shift = np.mean(g, axis=axis, keepdims=True)
        stretch = np.mean(g * y, axis=axis, keepdims=True)
        return (g - shift - y * stretch) / np.sqrt(np.var(x, axis=axis, keepdims=True) + epsilon)


def _aligned(weight, x, axes):
    """A weight over some axes of `x`, with axes of length 1 for the others."""
    if axes == (len(x.shape) - 1,):
        return weight
    return reshape(weight, tuple(n if i in axes else 1 for i, n in enumerate(x.shape)))


def scaled(x, scale, offset, axes):
    """`x * scale + offset`, each if there is one; they are weights over some axes of `x`."""
    x = x if scale is None else multiply(x, _aligned(scale, x, axes))
    return x if offset is None else add(x, _aligned(offset, x, axes))


@composite(
    example=lambda rng: [
        (tuple(rng.uniform(0.5, 2, s) if s else None for s in shapes), params)
        for shapes, params in [
            ([(4, 3), (3,), (3,)], {"axis": -1}),
            ([(4, 3, 2), (3,), (3,)], {"axis": 1, "epsilon": 0.1}),
        ]
    ],
)
def batch_normalization(x, mean, variance, axis, offset=None, scale=None, epsilon=1e-3):
    """`(x - mean) / sqrt(variance + epsilon) * scale + offset`, with one mean and variance per channel.

    Args:
        x: tensor.
        mean, variance: vectors, one number for each channel.
        axis: the axis of the channels.
        offset, scale: vectors like these, if any.
        epsilon: keeps the divisor away from 0.

    Raises:
        ValueError: if a vector is not as long as the axis.

    Source: Ioffe and Szegedy, 2015, arXiv:1502.03167.
    """
    x = convert_to_tensor(x)
    for name, vector in [("mean", mean), ("variance", variance), ("offset", offset), ("scale", scale)]:
        if vector is not None and shape(vector) != (x.shape[axis],):
            raise ValueError(
                f"Argument `{name}` must be a vector of length `x.shape[axis]`. Expected: ({x.shape[axis]},). "
                f"Received: {shape(vector)}"
            )
    axes = normalize_axes(axis, len(x.shape))
    spread = rsqrt(add(variance, epsilon))
    return scaled(subtract(x, _aligned(mean, x, axes)), spread if scale is None else multiply(spread, scale), offset, axes)


def _weights(x, axis):
    """The shape of a weight over the normalized axes."""
    return tuple(x[a] for a in normalize_axes(axis, len(x)))


def _with_weights(*cases):
    """Examples: `x`, and as many weights over its axes as the case says."""

    def example(rng):
        made = []
        for x, weights, params in cases:
            each = [rng.uniform(0.5, 2, _weights(x, params.get("axis", -1))) for _ in range(weights)]
            made.append(((rng.uniform(-2, 2, x), *each), params))
        return made

    return example


@composite(
    example=_with_weights(
        ((3, 4), 0, {}), ((3, 4), 2, {"epsilon": 0.1}), ((2, 3, 4), 2, {"axis": [-2, -1]}),
        ((2, 3, 4), 2, {"axis": 1}), ((4, 3), 1, {"rms_scaling": True}),
    ),
)  # fmt: skip
def layer_normalization(x, gamma=None, beta=None, axis=-1, epsilon=None, **kwargs):
    """Each sample brought to mean 0 and variance 1 by itself, then `* gamma + beta`.

    Args:
        x: tensor.
        gamma, beta: weights over the normalized axes, if any.
        axis: the axis or axes that a mean is taken over.
        epsilon: added to the variance; `keras.config.epsilon()` by default.
        **kwargs: `rms_scaling=True`, an old form: the mean stays where it is, and there is no beta.

    Source: Ba et al., 2016, arXiv:1607.06450.

    >>> layer_normalization([[1.0, 2.0, 3.0]])
    array([[-1.2247448,  0.       ,  1.2247448]], dtype=float32)
    """
    x = convert_to_tensor(x)
    epsilon = smallest() if epsilon is None else epsilon
    axes = normalize_axes(axis, len(x.shape))
    if kwargs.get("rms_scaling"):
        return scaled(multiply(x, rsqrt(add(var(x, axis=axes, keepdims=True), epsilon))), gamma, None, axes)
    return scaled(standardize(x, axis=axes, epsilon=epsilon), gamma, beta, axes)


@composite(
    example=_with_weights(
        ((3, 4), 0, {}), ((3, 4), 1, {"epsilon": 0.1}), ((2, 3, 4), 1, {"axis": [-2, -1]}), ((2, 3, 4), 1, {"axis": 1})
    ),
)
def rms_normalization(x, scale=None, axis=-1, epsilon=None):
    """`x` over the root of its mean square, then `* scale`.

    Args:
        x: tensor.
        scale: weight over the normalized axes, if any.
        axis: the axis or axes that a mean is taken over.
        epsilon: added to the mean square; `keras.config.epsilon()` by default.

    Source: Zhang and Sennrich, 2019, arXiv:1910.07467.

    >>> rms_normalization([[3.0, 4.0]])
    array([[0.84852815, 1.1313709 ]], dtype=float32)
    """
    x = convert_to_tensor(x)
    axes = normalize_axes(axis, len(x.shape))
    mean_square = mean(square(x), axis=axes, keepdims=True)
    spread = rsqrt(add(mean_square, smallest() if epsilon is None else epsilon))
    return scaled(multiply(x, spread), scale, None, axes)


@composite(
    example=examples.cases(
        ([(3, 4)], {}), ([(2, 3, 4)], {"axis": (1, 2)}), ([(3, 4)], {"order": 1}), ([(3, 4)], {"order": 3, "axis": 0})
    ),
)
def normalize(x, axis=-1, order=2, epsilon=None):
    """Vectors brought to length 1: `x / max(norm(x), epsilon)`.

    Args:
        x: tensor.
        axis: the axis or axes of the vectors.
        order: 2 for the usual length; `sum(|x|**order)**(1/order)` in general.
        epsilon: smallest divisor; `keras.config.epsilon()` by default.

    Raises:
        ValueError: if `order` is not a whole number of at least 1.

    >>> normalize([[3.0, 4.0]])
    array([[0.6, 0.8]], dtype=float32)
    """
    if not isinstance(order, int) or order < 1:
        raise ValueError(f"Argument `order` must be an int >= 1. Received: order={order}")
    x = convert_to_tensor(x)
    epsilon = smallest() if epsilon is None else epsilon
    axis = tuple(axis) if isinstance(axis, list) else axis
    if order == 2:
        return multiply(x, rsqrt(maximum(sum(square(x), axis=axis, keepdims=True), epsilon**2)))
    powers = sum(power(absolute(x), order), axis=axis, keepdims=True)
    return divide(x, maximum(power(powers, 1 / order), epsilon))
