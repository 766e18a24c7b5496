"""`keras.regularizers`: a price on large weights, added to the loss."""

import numpy as np

from .. import backend, ops
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

    Args:
        l1, l2: prices, not negative.

    Raises:
        ValueError: if a price is negative or no number.

    >>> float(L1L2(l1=1.0, l2=1.0)([1.0, -2.0]))
    8.0
    """

    def __init__(self, l1=0.0, l2=0.0):
        self.l1, self.l2 = _amount("l1", l1, 0.0), _amount("l2", l2, 0.0)

    def __call__(self, x):
        if not self.l2:
            return ops.multiply(self.l1, ops.sum(ops.absolute(x)))
        price = ops.multiply(self.l2, ops.sum(ops.square(x)))
        return ops.add(ops.multiply(self.l1, ops.sum(ops.absolute(x))), price) if self.l1 else price

    def get_config(self):
        return {"l1": self.l1, "l2": self.l2}


class L1(L1L2):
    """`l1 * sum(|x|)`: pushes weights to exactly 0.

    Args:
        l1: price, not negative.

    >>> float(L1(0.5)([1.0, -2.0]))
    1.5
    """

    def __init__(self, l1=0.01):
        super().__init__(l1=_single(_amount("l1", l1, 0.01)))

    def get_config(self):
        return {"l1": self.l1}


class L2(L1L2):
    """`l2 * sum(x²)`: pushes weights towards 0, the large ones most.

    Args:
        l2: price, not negative.

    >>> float(L2(0.5)([1.0, -2.0]))
    2.5
    """

    def __init__(self, l2=0.01):
        super().__init__(l2=_amount("l2", l2, 0.01))

    def get_config(self):
        return {"l2": self.l2}


class OrthogonalRegularizer(Regularizer):
    """Pushes the rows, or columns, of a matrix towards right angles: `factor` times their mean cosine.

    Args:
        factor: price, not negative.
        mode: `"rows"` or `"columns"`.

    Input shape: `(rows, columns)`.

    Raises:
        ValueError: if `factor` is negative or no number, `mode` is neither, or `x` is no matrix.

    >>> float(OrthogonalRegularizer(factor=1.0)(np.eye(3)))
    0.0
    """

    def __init__(self, factor=0.01, mode="rows"):
        self.factor = _single(_amount("factor", factor, 0.0))
        if mode not in ("rows", "columns"):
            raise ValueError(
                f'Invalid value for argument `mode`. Expected one of {{"rows", "columns"}}. Received: mode={mode}'
            )
        self.mode = mode

    def __call__(self, x):
        if len(x.shape) != 2:
            raise ValueError(
                f"Inputs to OrthogonalRegularizer must have rank 2. Received: inputs.shape={tuple(x.shape)}\n"
                "Fix: give it to a kernel of shape (inputs, units)."
            )
        x = x if self.mode == "rows" else ops.transpose(x)
        unit, n = ops.normalize(x, axis=1), x.shape[0]
        cosines = ops.matmul(unit, ops.transpose(unit))  # (vectors, vectors)
        others = ops.multiply(cosines, ops.subtract(1.0, ops.eye(n, dtype=backend.dtype_name(x.dtype))))
        return ops.multiply(self.factor / (n * (n - 1.0)), ops.sum(ops.absolute(others)))

    def get_config(self):
        return {"factor": self.factor, "mode": self.mode}


def _amount(name, value, default):
    """A price as a float; None is the default."""
    value = default if value is None else value
    if not isinstance(value, (int, float)) or not 0 <= value < float("inf"):
        raise ValueError(f"Invalid value for argument {name}: expected a non-negative float. Received: {name}={value}")
    return float(value)


def _single(value):
    """A number rounded to float32: Keras keeps some prices so, and its configs show it."""
    return float(np.float32(value))


l1, l2, l1_l2, orthogonal_regularizer = L1, L2, L1L2, OrthogonalRegularizer
_KNOWN = {
    "L1": L1, "l1": L1, "L2": L2, "l2": L2, "L1L2": L1L2, "l1l2": L1L2,
    "OrthogonalRegularizer": OrthogonalRegularizer, "orthogonal_regularizer": OrthogonalRegularizer,
}  # fmt: skip


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
