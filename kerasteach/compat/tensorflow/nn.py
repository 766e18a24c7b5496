"""`tf.nn`: activations, by TensorFlow's names and defaults."""

from kerasteach import ops as _ops

from .missing import getattr_of as _getattr_of

relu, relu6, elu, selu, silu, swish = _ops.relu, _ops.relu6, _ops.elu, _ops.selu, _ops.silu, _ops.silu
sigmoid, tanh, softplus, softsign = _ops.sigmoid, _ops.tanh, _ops.softplus, _ops.softsign


def softmax(logits, axis=-1):
    """Return probabilities from logits."""
    return _ops.softmax(logits, axis=axis)


def log_softmax(logits, axis=-1):
    """Return log-probabilities from logits."""
    return _ops.log_softmax(logits, axis=axis)


def leaky_relu(features, alpha=0.2):
    """Return `features`, the negative ones times `alpha`."""
    return _ops.leaky_relu(features, negative_slope=alpha)


def gelu(features, approximate=False):
    """Return the Gaussian error linear unit; exact by default, unlike `keras.ops.gelu`."""
    return _ops.gelu(features, approximate=approximate)


__getattr__ = _getattr_of("tf.nn")
