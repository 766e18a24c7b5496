"""`tf.math`: reductions and functions, by TensorFlow's names and defaults."""

from kerasteach import ops as _ops

from .missing import getattr_of as _getattr_of

abs, square, sqrt, exp, log, log1p = _ops.abs, _ops.square, _ops.sqrt, _ops.exp, _ops.log, _ops.log1p
sin, cos, tanh, sigmoid, erf = _ops.sin, _ops.cos, _ops.tanh, _ops.sigmoid, _ops.erf
add, subtract, multiply, divide, pow = _ops.add, _ops.subtract, _ops.multiply, _ops.divide, _ops.power
maximum, minimum, equal, greater, less = _ops.maximum, _ops.minimum, _ops.equal, _ops.greater, _ops.less
floor, ceil, round, sign = _ops.floor, _ops.ceil, _ops.round, _ops.sign


def _reduction(op):
    def reduce(input_tensor, axis=None, keepdims=False):
        return op(input_tensor, axis=axis, keepdims=keepdims)

    reduce.__doc__ = f"Reduce along axes, all by default: `keras.ops.{op.name}`."
    return reduce


reduce_sum, reduce_mean, reduce_prod = _reduction(_ops.sum), _reduction(_ops.mean), _reduction(_ops.prod)
reduce_max, reduce_min = _reduction(_ops.max), _reduction(_ops.min)
reduce_std, reduce_variance = _reduction(_ops.std), _reduction(_ops.var)
reduce_all, reduce_any = _reduction(_ops.all), _reduction(_ops.any)


def argmax(input, axis=0):
    """Return the index of the largest number along an axis: the first one by default, unlike NumPy."""
    return _ops.argmax(input, axis=axis)


def argmin(input, axis=0):
    """Return the index of the smallest number along an axis: the first one by default, unlike NumPy."""
    return _ops.argmin(input, axis=axis)


__getattr__ = _getattr_of("tf.math")
