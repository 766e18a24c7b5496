"""Arrays made from nothing but a shape, and what is said about any tensor.

A constant is a NumPy array on every backend; it becomes a Torch tensor where it
meets one.
"""

import math

import numpy as np

from ..config import HANDED_DOWN, floatx
from . import examples
from .elementwise import cast, multiply
from .reshaping import broadcast_to, stack
from .spec import named, promote, same
from .table import ROUTES, as_value, composite, row


def zeros(shape, dtype=None):
    """All 0.

    >>> zeros((2,))
    array([0., 0.], dtype=float32)
    """
    return np.zeros(shape, named(dtype))


def ones(shape, dtype=None):
    """All 1."""
    return np.ones(shape, named(dtype))


def empty(shape, dtype=None):
    """Room for numbers; what is in it does not matter, and is 0."""
    return zeros(shape, dtype)


def full(shape, fill_value, dtype=None):
    """All the same number."""
    if hasattr(fill_value, "shape"):
        return broadcast_to(convert_to_tensor(fill_value, dtype), shape)
    return np.full(shape, fill_value, named(dtype))


def eye(N, M=None, k=0, dtype=None):
    """1 on a diagonal, else 0."""
    return np.eye(N, M, k or 0, named(dtype))


def identity(n, dtype=None):
    """The identity matrix: 1 on the diagonal, else 0."""
    return np.eye(n, dtype=named(dtype))


def tri(N, M=None, k=0, dtype=None):
    """1 on and below a diagonal, else 0."""
    return np.tri(N, M, k, named(dtype))


def arange(start, stop=None, step=None, dtype=None):
    """Numbers from `start` to before `stop`; from 0 if only one is given.

    >>> arange(3)
    array([0, 1, 2], dtype=int32)
    """
    start, stop = (0, start) if stop is None else (start, stop)
    step = 1 if step is None else step
    start, stop, step = (np.asarray(n).item() if hasattr(n, "shape") else n for n in (start, stop, step))
    whole = all(isinstance(n, (int, np.integer)) for n in (start, stop, step))
    return np.arange(start, stop, step).astype((dtype and named(dtype)) or ("int32" if whole else floatx()))


def _like(x, dtype=None):
    return named(dtype) if dtype else promote(x)


@row(shape=same, dtype=_like, example=examples.one())
class zeros_like:
    """All 0, of the shape of `x`. No gradient."""

    def forward(x, dtype=None):
        return np.zeros_like(x)


@row(shape=same, dtype=_like, example=examples.one())
class ones_like:
    """All 1, of the shape of `x`. No gradient."""

    def forward(x, dtype=None):
        return np.ones_like(x)


@composite(example=examples.one())
def empty_like(x, dtype=None):
    """Room for numbers, of the shape of `x`; what is in it does not matter, and is 0."""
    return zeros_like(x, dtype=dtype)


@composite(example=examples.cases(([(3, 4)], {"fill_value": 2.0}), ([(3, 4), (4,)], {})))
def full_like(x, fill_value, dtype=None):
    """All the same number, of the shape of `x`."""
    ones = ones_like(x, dtype=dtype)
    return multiply(ones, cast(fill_value, dtype_of(ones)))


def convert_to_tensor(x, dtype=None, sparse=None, ragged=None):
    """Return `x` as a tensor of the backend in use: that of the layer being called, else the default one. Tensors stay.

    Args:
        x: number, list, array, tensor or variable.
        dtype: dtype of the tensor; that of `x` by default.
        sparse, ragged: must not be true: all tensors here are dense.

    Raises:
        ValueError: for a sparse or ragged tensor.

    >>> convert_to_tensor([1.0, 2.0]), convert_to_tensor([1, 2])
    (array([1., 2.], dtype=float32), array([1, 2], dtype=int32))
    """
    if sparse or ragged:
        raise ValueError("There are no sparse or ragged tensors. Expected: sparse and ragged None or False. Fix: leave them out.")
    if isinstance(x, np.generic):
        x = np.asarray(x)
    if not hasattr(x, "shape"):
        x = stack([convert_to_tensor(part) for part in x]) if _holds_tensors(x) else np.asarray(as_value(x))
        narrow = {"float64": floatx(), "int64": "int32"}.get(x.dtype.name) if isinstance(x, np.ndarray) else None
        x = x.astype(narrow) if narrow else x
    x = x if dtype is None or named(x.dtype) == named(dtype) else cast(x, dtype=dtype)
    return HANDED_DOWN["tensor"](x) if type(x) is np.ndarray else x


@composite(example=examples.one())
def _convert_to_tensor(x, dtype=None, sparse=None, ragged=None):
    """`convert_to_tensor` as a node of a graph, as Keras writes its losses there."""
    return convert_to_tensor(x, dtype, sparse, ragged)


def _holds_tensors(x):
    """Whether a list holds what NumPy must not touch: symbols, followed values, Torch's tensors."""
    return isinstance(x, (list, tuple)) and any(_holds_tensors(part) or ROUTES[type(part)] for part in x)


def array(x, dtype=None):
    """Return `x` as a tensor; `convert_to_tensor` under NumPy's name."""
    return convert_to_tensor(x, dtype)


@composite(example=examples.one())
def copy(x):
    """The same numbers in a tensor of their own."""
    return multiply(x, 1) if dtype_of(x) != "bool" else cast(cast(x, "int8"), "bool")


def convert_to_numpy(x):
    """Return a copy of any tensor as a NumPy array.

    >>> convert_to_numpy([1.0, 2.0])
    array([1., 2.], dtype=float32)
    """
    if hasattr(x, "detach"):  # Torch's
        x = x.detach().cpu()
        x = x.float() if "bfloat16" in str(x.dtype) else x
    return np.array(x.numpy() if hasattr(x, "numpy") else convert_to_tensor(x))


def is_tensor(x):
    """Whether `x` is a tensor: of NumPy, of Torch, on the tape or symbolic.

    >>> is_tensor(np.ones(2)), is_tensor([1.0])
    (True, False)
    """
    return hasattr(x, "shape") and hasattr(x, "dtype")


def shape(x):
    """Axis lengths of a tensor, a tuple; `None` for an axis not known yet.

    >>> shape([[1.0, 2.0]])
    (1, 2)
    """
    return tuple(x.shape) if hasattr(x, "shape") else np.shape(x)


def dtype(x):
    """Name of the dtype of a tensor.

    >>> dtype(np.ones(2)), dtype([1, 2])
    ('float64', 'int32')
    """
    return named(x.dtype if hasattr(x, "dtype") else convert_to_tensor(x).dtype)


dtype_of = dtype  # where an argument has the name


def ndim(x):
    """Number of axes.

    >>> ndim([[1, 2]])
    2
    """
    return len(shape(x))


def size(x):
    """Number of elements.

    >>> size([[1, 2]])
    2
    """
    return None if None in shape(x) else math.prod(shape(x))
