"""`keras.utils`: the helpers a learner meets."""

import importlib
import random

import numpy as np

from ..backend import clear_session
from ..saving.registry import (
    CustomObjectScope, custom_object_scope, get_custom_objects, get_registered_name, get_registered_object,
    register_keras_serializable,
)  # fmt: skip
from ..saving.serialize import deserialize_keras_object, serialize_keras_object
from ..training.data import pack_x_y_sample_weight, unpack_x_y_sample_weight

__all__ = [
    "CustomObjectScope", "clear_session", "custom_object_scope", "deserialize_keras_object", "get_custom_objects",
    "get_registered_name", "get_registered_object", "model_to_dot", "normalize", "pack_x_y_sample_weight",
    "plot_model", "register_keras_serializable", "serialize_keras_object", "set_random_seed", "to_categorical",
    "unpack_x_y_sample_weight",
]  # fmt: skip

# Drawing lives above this package, in the widgets: looked up by name when it is first used.
_DRAWING = {"plot_model": "widgets.plot_model", "model_to_dot": "widgets.plot_model"}


def __getattr__(name):
    if name not in _DRAWING:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    package = __package__.rpartition(".")[0]
    return getattr(importlib.import_module(f"{package}.{_DRAWING[name]}"), name)


def set_random_seed(seed):
    """Seed everything random: Python, NumPy, initial weights, shuffling, dropout.

    Args:
        seed: whole number.

    Raises:
        ValueError: if it is not one.

    >>> set_random_seed(7)
    """
    if not isinstance(seed, int):
        raise ValueError(f"Expected `seed` argument to be an integer. Received: seed={seed} (of type {type(seed)})")
    random.seed(seed)
    np.random.seed(seed % 2**32)


def to_categorical(x, num_classes=None):
    """Class numbers as one-hot vectors.

    Args:
        x: whole numbers, `(batch,)` or `(batch, 1)`.
        num_classes: how many classes there are; the largest number plus 1 by default.

    Returns:
        Array `(batch, classes)`.

    >>> to_categorical([0, 2])
    array([[1., 0., 0.],
           [0., 0., 1.]])
    """
    x = np.asarray(x, dtype="int64")
    shape = x.shape[:-1] if x.ndim > 1 and x.shape[-1] == 1 else x.shape
    flat = x.reshape(-1)
    num_classes = num_classes or int(flat.max()) + 1
    if flat.size and (flat.min() < 0 or flat.max() >= num_classes):
        raise ValueError(f"Class numbers must lie between 0 and {num_classes - 1}. Received {flat.min()} to {flat.max()}.")
    return np.eye(num_classes)[flat].reshape(*shape, num_classes)


def normalize(x, axis=-1, order=2):
    """Vectors scaled to length 1 along an axis; a vector of zeros stays.

    >>> normalize(np.array([[3.0, 4.0]]))
    array([[0.6, 0.8]])
    """
    x = np.asarray(x)
    length = np.linalg.norm(x, order, axis, keepdims=True)
    return x / np.where(length == 0, 1, length)
