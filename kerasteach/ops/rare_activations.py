"""Activations one meets rarely: gates, shrinkers, and sigmoids and softmaxes that reach exactly 0."""

import numpy as np

from . import examples
from .elementwise import absolute, add, clip, divide, multiply, sqrt, square, subtract, tanh
from .index import getitem, where
from .logic import greater, less, less_equal
from .nn import relu, sigmoid
from .spec import as_float, same
from .table import composite, row

_settings = {"negative_slope": 0.1, "max_value": 1.0, "threshold": 0.3}, {"threshold": -0.4}, {"max_value": 6.0}, {}


@composite(example=examples.cases(*[([(3, 4)], settings) for settings in _settings]))
def _re_lu(x, negative_slope=0.0, max_value=None, threshold=0.0):
    """ReLU with a slope below the threshold and an upper limit: `keras.activations.relu`."""
    y = relu(x) if threshold == 0 else where(greater(x, threshold), x, 0.0)
    if max_value is not None:
        y = clip(y, 0.0, float(max_value))
    if negative_slope == 0.0:
        return y
    below = relu(subtract(threshold, x))  # how far under the threshold
    return subtract(y, multiply(negative_slope, below))


@composite(example=examples.cases(([(3, 4)], {}), ([(4, 3)], {"axis": 0}), ([(0, 2)], {})))
def glu(x, axis=-1):
    """Gated linear unit: one half of `x`, times the sigmoid of the other.

    Source: Dauphin et al., 2016, arXiv:1612.08083.

    Raises:
        ValueError: if the axis cannot be halved.

    >>> glu([3.0, 0.0])
    array([1.5], dtype=float32)
    """
    shape = tuple(np.shape(x))
    if shape[axis] is None or shape[axis] % 2:
        raise ValueError(f"glu halves axis {axis}, so its length must be known and even. Received: x.shape={shape}")
    before, middle = (slice(None),) * (axis % len(shape)), shape[axis] // 2
    half, gate = getitem(x, key=(*before, slice(middle))), getitem(x, key=(*before, slice(middle, None)))
    return multiply(half, sigmoid(gate))


@composite(example=examples.one(), kinks=("x = ±threshold: gradient 0",))
def hard_shrink(x, threshold=0.5):
    """0 within `threshold` of 0, else `x`."""
    return where(greater(absolute(x), threshold), x, multiply(x, 0.0))


@composite(example=examples.one())
def tanh_shrink(x):
    """What tanh takes away: `x - tanh(x)`."""
    return subtract(x, tanh(x))


@composite(example=lambda rng: [((rng.uniform(-2, 2, s), 0.3, -1.0), {}) for s in [(3, 4), (), (0, 2)]], kinks=("x = threshold: gradient 0",))
def threshold(x, threshold, default_value):
    """`x` where it is above `threshold`, else `default_value`.

    >>> threshold([-1.0, 2.0], 0.0, 9.0)
    array([9., 2.], dtype=float32)
    """
    return where(greater(x, threshold), x, default_value)


@composite(example=examples.one())
def squareplus(x, b=4):
    """A smooth ReLU without exponentials: `(x + sqrt(x² + b)) / 2`.

    Source: Barron, 2021, arXiv:2112.11687.
    """
    return divide(add(x, sqrt(add(square(x), b))), 2.0)


@composite(example=examples.one(), kinks=("x = ±1: gradient of the piece outside",))
def sparse_plus(x):
    """A smooth ReLU that is exactly 0 below -1 and exactly `x` above 1."""
    return where(less_equal(x, -1.0), multiply(x, 0.0), where(less(x, 1.0), multiply(0.25, square(add(x, 1.0))), x))


@composite(example=examples.one(), kinks=("x = ±1: gradient 0",))
def sparse_sigmoid(x):
    """A straight-line sigmoid: 0 below -1, 1 above 1, `(x + 1) / 2` between."""
    inside = multiply(0.5, add(x, 1.0))
    return where(less_equal(x, -1.0), multiply(x, 0.0), where(less(x, 1.0), inside, 1.0))


@row(shape=same, dtype=as_float, example=examples.cases(([(3, 4)], {}), ([(3, 4)], {"axis": 0}), ([(2, 3, 2)], {"axis": 1})))
class sparsemax:
    """A relative of softmax that gives unlikely classes exactly 0: `max(x - tau, 0)`.

    In the paper, what stays above 0 sums to 1. Keras (3.15, every backend) finds a larger `tau`: it adds up
    all the running sums of the largest scores where the paper takes the last one. The numbers here are Keras's.
    Source: Martins and Astudillo, 2016, arXiv:1602.02068.

    >>> sparsemax([-1.0, 0.0, 1.0])
    array([0., 0., 1.], dtype=float32)
    """

    def forward(x, axis=-1):
        z = -np.sort(-np.moveaxis(np.asarray(x), axis, -1), axis=-1)  # (..., classes), the largest first
        sums = np.cumsum(z, axis=-1)
        kept = z > (sums - 1) / np.arange(1, z.shape[-1] + 1, dtype=z.dtype)
        tau = (np.sum(sums * kept, axis=-1, keepdims=True) - 1) / np.sum(kept, axis=-1, keepdims=True)  # (..., 1)
        return np.maximum(x - np.moveaxis(tau, -1, axis), 0)

    def vjp_x(g, y, x, axis=-1):
        place = np.argsort(np.argsort(-x, axis=axis, kind="stable"), axis=axis)  # 0 for the largest
        z = -np.sort(-np.moveaxis(x, axis, -1), axis=-1)
        kept = z > (np.cumsum(z, axis=-1) - 1) / np.arange(1, z.shape[-1] + 1, dtype=z.dtype)
        k = np.moveaxis(np.sum(kept, axis=-1, keepdims=True), -1, axis)
        g = g * (y > 0)
        # The element in place i is part of k - i running sums.
        return g - np.sum(g, axis=axis, keepdims=True) * (np.maximum(k - place, 0) / k).astype(x.dtype)
