"""What tutorials use of `tensorflow` beside `tf.keras`, said with kerasteach's ops.

A stand-in, not TensorFlow: tensors are those of the default backend (NumPy arrays,
or Torch's), nothing is a graph, and what has no honest counterpart is missing, with
a word on what to use instead.
"""

import functools as _functools

import numpy as _np

import kerasteach as keras
from kerasteach import backend as _backend
from kerasteach import ops as _ops

from . import math, nn, random
from .missing import getattr_of as _getattr_of

# The first TensorFlow whose tf.keras is Keras 3, and what this really is.
__version__ = f"2.16.0+kerasteach.{keras.__version__}"

float16, float32, float64 = "float16", "float32", "float64"
int8, int16, int32, int64, uint8 = "int8", "int16", "int32", "int64", "uint8"
bool = "bool"

abs, add, subtract, multiply, divide = _ops.abs, _ops.add, _ops.subtract, _ops.multiply, _ops.divide
pow, square, sqrt, exp, sign, round = _ops.power, _ops.square, _ops.sqrt, _ops.exp, _ops.sign, _ops.round
maximum, minimum, tanh, sigmoid = _ops.maximum, _ops.minimum, _ops.tanh, _ops.sigmoid
matmul, tensordot, transpose, squeeze = _ops.matmul, _ops.tensordot, _ops.transpose, _ops.squeeze
where, equal, greater, less = _ops.where, _ops.equal, _ops.greater, _ops.less
stop_gradient, cast = _ops.stop_gradient, _ops.cast
reduce_sum, reduce_mean, reduce_max = math.reduce_sum, math.reduce_mean, math.reduce_max
reduce_min, reduce_prod, argmax, argmin = math.reduce_min, math.reduce_prod, math.argmax, math.argmin


def constant(value, dtype=None, shape=None):
    """Return a tensor of numbers.

    >>> constant([[1, 2], [3, 4]], dtype=float32)
    array([[1., 2.],
           [3., 4.]], dtype=float32)
    """
    tensor = convert_to_tensor(value, dtype)
    if shape is None:
        return tensor
    return _ops.broadcast_to(tensor, tuple(shape)) if tensor.ndim == 0 else _ops.reshape(tensor, tuple(shape))


def convert_to_tensor(value, dtype=None):
    """Return a tensor of the default backend; decimals become float32, whole numbers int32, arrays keep their dtype."""
    home = _backend.get()
    if home.is_tensor(value):
        return value if dtype is None else _ops.cast(value, dtype)
    array = _np.asarray(value)
    if dtype is None and not hasattr(value, "dtype"):
        dtype = {"f": "float32", "i": "int32"}.get(array.dtype.kind)
    return home.convert(array if dtype is None else array.astype(dtype), dtype)


def zeros(shape, dtype=float32):
    """Return a tensor of zeros."""
    return convert_to_tensor(_np.zeros(shape, dtype))


def ones(shape, dtype=float32):
    """Return a tensor of ones."""
    return convert_to_tensor(_np.ones(shape, dtype))


def range(start, limit=None, delta=1, dtype=None):
    """Return the numbers from `start` up to `limit`, as `tf.range`.

    >>> range(3)
    array([0, 1, 2], dtype=int32)
    """
    start, limit = (0, start) if limit is None else (start, limit)
    return convert_to_tensor(_np.arange(start, limit, delta).tolist(), dtype)


def reshape(tensor, shape):
    """Return a tensor with another shape."""
    return _ops.reshape(tensor, tuple(shape))


def expand_dims(input, axis):
    """Return a tensor with one axis of length 1 more."""
    return _ops.expand_dims(input, axis=axis)


def concat(values, axis):
    """Join tensors along an axis."""
    return _ops.concatenate(values, axis=axis)


def stack(values, axis=0):
    """Join tensors along a new axis."""
    return _ops.stack(values, axis=axis)


def one_hot(indices, depth):
    """Return class numbers as one-hot vectors."""
    return _ops.one_hot(indices, num_classes=depth)


def function(func=None, **options):
    """Return the function as it is: `tf.function` is about speed, and this stand-in has no graphs.

    >>> @function
    ... def double(x):
    ...     return 2 * x
    >>> double(2)
    4
    """
    return func if func is not None else _functools.partial(function, **options)


def executing_eagerly():
    """Return True: ops compute at once."""
    return True


class GradientTape(keras.GradientTape):
    """`keras.GradientTape`, but a target of many numbers stands for their sum.

    A NumPy array takes no notes: write `x = tape.watch(x)`.

    >>> x = Variable(3.0)
    >>> with GradientTape() as tape:
    ...     y = x * x
    >>> tape.gradient(y, x)
    np.float32(6.0)
    """

    sums_targets = True


def Variable(initial_value, trainable=True, dtype=None, name=None):
    """Return a `keras.Variable`."""
    return keras.Variable(convert_to_tensor(initial_value, dtype), trainable=trainable, dtype=dtype, name=name)


__getattr__ = _getattr_of("tf", {
    "data": "NumPy arrays, a generator or a `keras.utils.PyDataset`, straight into `model.fit`",
    "config": "`keras.config`",
    "saved_model": "`model.save('model.keras')`",
    "lite": "`model.save('model.keras')`, and TensorFlow itself to convert it",
    "compat": "code for TensorFlow 2: version 1 is not imitated",
})  # fmt: skip
