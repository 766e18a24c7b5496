"""Arrays made from nothing but a shape, and what is said about any tensor.

A constant is a NumPy array on every backend; it becomes a Torch tensor where it
meets one.
"""

import numpy as np

from ..config import floatx
from . import examples
from .elementwise import cast
from .spec import promote, same
from .table import as_value, row


def zeros(shape, dtype=None):
    """All 0.

    >>> zeros((2,))
    array([0., 0.], dtype=float32)
    """
    return np.zeros(shape, dtype or floatx())


def ones(shape, dtype=None):
    """All 1."""
    return np.ones(shape, dtype or floatx())


def full(shape, fill_value, dtype=None):
    """All the same number."""
    return np.full(shape, fill_value, dtype or floatx())


def eye(N, M=None, k=0, dtype=None):
    """1 on a diagonal, else 0."""
    return np.eye(N, M, k, dtype or floatx())


def arange(start, stop=None, step=None, dtype=None):
    """Numbers from `start` to before `stop`; from 0 if only one is given.

    >>> arange(3)
    array([0, 1, 2], dtype=int32)
    """
    start, stop = (0, start) if stop is None else (start, stop)
    step = 1 if step is None else step
    whole = all(isinstance(n, (int, np.integer)) for n in (start, stop, step))
    return np.arange(start, stop, step, dtype or ("int32" if whole else floatx()))


def _like(x, dtype=None):
    return dtype or promote(x)


@row(shape=same, dtype=_like, example=examples.one())
class zeros_like:
    """All 0, of the shape of `x`. No gradient."""

    def forward(x, dtype=None):
        return np.zeros_like(x, dtype=dtype)


@row(shape=same, dtype=_like, example=examples.one())
class ones_like:
    """All 1, of the shape of `x`. No gradient."""

    def forward(x, dtype=None):
        return np.ones_like(x, dtype=dtype)


def convert_to_tensor(x, dtype=None):
    """Return `x` as a tensor: lists become arrays, tensors stay.

    >>> convert_to_tensor([1.0, 2.0])
    array([1., 2.], dtype=float32)
    """
    if isinstance(x, float):
        x = np.asarray(x, floatx())
    elif not hasattr(x, "shape"):
        x = np.asarray(as_value(x))
    return x if dtype is None else cast(x, dtype=dtype)


def shape(x):
    """Axis lengths of a tensor, a tuple; `None` for an axis not known yet.

    >>> shape([[1.0, 2.0]])
    (1, 2)
    """
    return tuple(x.shape) if hasattr(x, "shape") else np.shape(x)
