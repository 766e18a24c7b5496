"""`keras.constraints`: where weights are put back after each update."""

from .. import ops
from ..config import epsilon
from ..saving.identify import identify


class Constraint:
    """Base of all constraints: an object called with a weight that returns it, put right.

    Subclass it and define `__call__(self, w)` and `get_config()`.
    """

    def __call__(self, w):
        return w

    def get_config(self):
        """Return the constructor's arguments."""
        return {}

    @classmethod
    def from_config(cls, config):
        """Make one from its config."""
        return cls(**config)


class NonNeg(Constraint):
    """No weight below 0.

    >>> NonNeg()([-1.0, 2.0]).tolist()
    [0.0, 2.0]
    """

    def __call__(self, w):
        return ops.maximum(w, 0.0)


class _Norm(Constraint):
    """A constraint on the length of vectors along `axis`."""

    def __init__(self, axis=0):
        self.axis = axis

    def _lengths(self, w):
        axis = tuple(self.axis) if isinstance(self.axis, list) else self.axis
        return ops.sqrt(ops.sum(ops.square(w), axis=axis, keepdims=True))


class MaxNorm(_Norm):
    """No vector longer than `max_value`. Source: Srivastava et al., 2014, "Dropout".

    Args:
        max_value: the greatest length.
        axis: the axis, or axes, of the vectors.

    >>> MaxNorm(2.0)([[3.0], [4.0]]).round(4).tolist()
    [[1.2000000476837158], [1.600000023841858]]
    """

    def __init__(self, max_value=2, axis=0):
        super().__init__(axis)
        self.max_value = max_value

    def __call__(self, w):
        length = self._lengths(w)
        return ops.multiply(w, ops.divide(ops.clip(length, 0.0, self.max_value), ops.add(length, epsilon())))

    def get_config(self):
        return {"max_value": self.max_value, "axis": self.axis}


class UnitNorm(_Norm):
    """Every vector of length 1.

    Args:
        axis: the axis, or axes, of the vectors.

    >>> UnitNorm()([[3.0], [4.0]]).round(4).tolist()
    [[0.6000000238418579], [0.800000011920929]]
    """

    def __call__(self, w):
        return ops.divide(w, ops.add(self._lengths(w), epsilon()))

    def get_config(self):
        return {"axis": self.axis}


class MinMaxNorm(_Norm):
    """Every vector between two lengths.

    Args:
        min_value, max_value: the least and the greatest length.
        rate: how far to go there in one step, 0 to 1.
        axis: the axis, or axes, of the vectors.

    >>> MinMaxNorm(max_value=10.0, rate=0.5)([[3.0], [4.0]]).round(2).tolist()
    [[3.0], [4.0]]
    """

    def __init__(self, min_value=0.0, max_value=1.0, rate=1.0, axis=0):
        super().__init__(axis)
        self.min_value, self.max_value, self.rate = min_value, max_value, rate

    def __call__(self, w):
        length = self._lengths(w)
        wanted = self.rate * ops.clip(length, self.min_value, self.max_value) + (1 - self.rate) * length
        return ops.multiply(w, ops.divide(wanted, ops.add(length, epsilon())))

    def get_config(self):
        return {"min_value": self.min_value, "max_value": self.max_value, "rate": self.rate, "axis": self.axis}


max_norm, non_neg, unit_norm, min_max_norm = MaxNorm, NonNeg, UnitNorm, MinMaxNorm
_KNOWN = {
    "MaxNorm": MaxNorm, "max_norm": MaxNorm, "NonNeg": NonNeg, "non_neg": NonNeg, "UnitNorm": UnitNorm,
    "unit_norm": UnitNorm, "MinMaxNorm": MinMaxNorm, "min_max_norm": MinMaxNorm,
}  # fmt: skip


def get(identifier):
    """Return a constraint by name, config, class or object; `None` stays `None`."""
    return identify(identifier, _KNOWN, "constraint", deserialize)


def serialize(constraint):
    """Return the config of a constraint, as saved files hold it."""
    from ..saving.serialize import serialize_keras_object

    return serialize_keras_object(constraint)


def deserialize(config, custom_objects=None):
    """Make a constraint from its config."""
    from ..saving.serialize import deserialize_keras_object

    return deserialize_keras_object(config, custom_objects)
