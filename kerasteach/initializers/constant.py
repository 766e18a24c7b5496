"""Initializers that draw nothing."""

import numpy as np

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
        value: the number or array.
    """

    def __init__(self, value=0.0):
        self.value = value

    def __call__(self, shape, dtype=None):
        return np.broadcast_to(np.asarray(self.value, dtype or floatx()), shape).copy()

    def get_config(self):
        return {"value": self.value}


class Identity(Initializer):
    """The identity matrix, times `gain`.

    Raises:
        ValueError: if the shape is not that of a matrix.
    """

    def __init__(self, gain=1.0):
        self.gain = gain

    def __call__(self, shape, dtype=None):
        if len(shape) != 2:
            raise ValueError(
                "Identity matrix initializer can only be used for 2D matrices. "
                f"Received: shape={shape} of rank {len(shape)}."
            )
        return self.gain * np.eye(*shape, dtype=dtype or floatx())

    def get_config(self):
        return {"gain": self.gain}
