"""Initializers that draw nothing."""

import numpy as np

from ..backend.api import to_numpy
from ..config import floatx


class Initializer:
    """Base of all initializers: an object called with a shape that returns the first values.

    Subclass it and define `__call__(self, shape, dtype=None)` and `get_config()`.
    """

    def __call__(self, shape, dtype=None):
        raise NotImplementedError(f"{type(self).__name__} must define `__call__(self, shape, dtype=None)`.")

    def get_config(self):
        """Return the constructor's arguments."""
        return {}

    @classmethod
    def from_config(cls, config):
        """Make one from its config."""
        return cls(**config)

    def clone(self):
        """Return an equal one."""
        return type(self).from_config(self.get_config())

    def __repr__(self):
        return f"<{type(self).__name__} {self.get_config()}>"


class Zeros(Initializer):
    """All 0; biases start here."""

    def __call__(self, shape, dtype=None):
        return np.zeros(shape, dtype or floatx())


class Ones(Initializer):
    """All 1; scales start here."""

    def __call__(self, shape, dtype=None):
        return np.ones(shape, dtype or floatx())


class Constant(Initializer):
    """All the same number, or a given array.

    Args:
        value: the number, or an array that can be broadcast to the shape.

    >>> Constant(2.5)((2,)).tolist()
    [2.5, 2.5]
    """

    def __init__(self, value=0.0):
        self.value = value

    def __call__(self, shape, dtype=None):
        return np.broadcast_to(np.asarray(self.value, dtype or floatx()), shape).copy()

    def get_config(self):
        from ..saving.serialize import serialize_keras_object

        return {"value": serialize_keras_object(self.value)}

    @classmethod
    def from_config(cls, config):
        """Make one from its config."""
        from ..saving.serialize import deserialize_keras_object

        return cls(deserialize_keras_object(config["value"]))


class Identity(Initializer):
    """The identity matrix, times `gain`.

    Args:
        gain: factor.

    Raises:
        ValueError: if the shape is not that of a matrix.

    >>> Identity()((2, 3)).tolist()
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    """

    def __init__(self, gain=1.0):
        self.gain = gain

    def __call__(self, shape, dtype=None):
        if len(shape) != 2:
            raise ValueError(
                "Identity matrix initializer can only be used for 2D matrices. "
                f"Received: shape={shape} of rank {len(shape)}."
            )
        return (self.gain * np.eye(*shape)).astype(dtype or floatx())

    def get_config(self):
        """Return the constructor's arguments; Keras's config forgets `gain`, so it is there only if it is not 1."""
        return {} if self.gain == 1.0 else {"gain": self.gain}


def values_of(array):
    """Return an initializer that gives an array's numbers.

    >>> values_of(np.array([1.0, 2.0]))((2,)).tolist()
    [1.0, 2.0]
    """

    def initialize(shape, dtype=None):
        if tuple(shape) != tuple(array.shape):
            raise ValueError(
                f"Expected `shape` to be {tuple(array.shape)} for direct tensor as initializer. Received shape={shape}"
            )
        return to_numpy(array).astype(dtype or floatx())

    return initialize
