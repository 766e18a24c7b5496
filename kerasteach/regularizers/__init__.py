"""`keras.regularizers`: a price on large weights, added to the loss."""

from .. import ops
from ..saving.identify import identify


class Regularizer:
    """Base of all regularizers: an object called with a weight that returns its price.

    Subclass it and define `__call__(self, x)` and `get_config()`.
    """

    def __call__(self, x):
        return 0.0

    def get_config(self):
        """Return the constructor's arguments, without which a model that uses it cannot be saved."""
        raise NotImplementedError(f"{type(self).__name__} does not implement get_config(). Fix: return its arguments.")

    @classmethod
    def from_config(cls, config):
        """Make one from its config."""
        return cls(**config)


class L1L2(Regularizer):
    """`l1 * sum(|x|) + l2 * sum(x²)`.

    >>> float(L1L2(l1=1.0, l2=1.0)([1.0, -2.0]))
    8.0
    """

    def __init__(self, l1=0.0, l2=0.0):
        self.l1, self.l2 = _amount("l1", l1), _amount("l2", l2)

    def __call__(self, x):
        price = 0.0
        if self.l1:
            price = price + ops.multiply(self.l1, ops.sum(ops.absolute(x)))
        if self.l2:
            price = ops.add(price, ops.multiply(self.l2, ops.sum(ops.square(x))))
        return price

    def get_config(self):
        return {"l1": float(self.l1), "l2": float(self.l2)}


class L1(L1L2):
    """`l1 * sum(|x|)`: pushes weights to exactly 0."""

    def __init__(self, l1=0.01):
        super().__init__(l1=l1)

    def get_config(self):
        return {"l1": float(self.l1)}


class L2(L1L2):
    """`l2 * sum(x²)`: pushes weights towards 0, the large ones most."""

    def __init__(self, l2=0.01):
        super().__init__(l2=l2)

    def get_config(self):
        return {"l2": float(self.l2)}


def _amount(name, value):
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < float("inf"):
        raise ValueError(
            f"Invalid value for argument {name}: expected a non-negative float. Received: {name}={value}"
        )
    return value


l1, l2, l1_l2 = L1, L2, L1L2
_KNOWN = {"L1": L1, "l1": L1, "L2": L2, "l2": L2, "L1L2": L1L2, "l1l2": L1L2}


def get(identifier):
    """Return a regularizer by name, config, class or object; `None` stays `None`."""
    return identify(identifier, _KNOWN, "regularizer", deserialize)


def serialize(regularizer):
    """Return the config of a regularizer, as saved files hold it."""
    from ..saving.serialize import serialize_keras_object

    return serialize_keras_object(regularizer)


def deserialize(config, custom_objects=None):
    """Make a regularizer from its config."""
    from ..saving.serialize import deserialize_keras_object

    return deserialize_keras_object(config, custom_objects)
