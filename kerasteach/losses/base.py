"""What all losses share: weights, and folding a batch of losses into one number."""

import math

import numpy as np

from .. import backend, ops
from ..config import floatx

_REDUCTIONS = ("sum_over_batch_size", "sum", None, "none", "mean", "mean_with_sample_weight")


class Loss:
    """Base of all losses.

    Subclass it and define `call(self, y_true, y_pred)`, which returns one loss per
    sample; calling the object weighs and folds them.

    Args:
        name: name in logs.
        reduction: `"sum_over_batch_size"` (the mean), `"sum"`, `"mean"`,
            `"mean_with_sample_weight"` (divides by the sum of weights), or `None`.
        dtype: dtype to compute in.

    Raises:
        ValueError: if `reduction` is none of these.
    """

    def __init__(self, name=None, reduction="sum_over_batch_size", dtype=None):
        if reduction not in _REDUCTIONS:
            raise ValueError(
                "Invalid value for argument `reduction`. Expected one of "
                f"{set(map(str, _REDUCTIONS))}. Received: reduction={reduction}"
            )
        self.name = name or backend.names.auto_name(type(self).__name__)
        self.reduction = reduction
        self._dtype = dtype

    @property
    def dtype(self):
        """dtype name to compute in."""
        return self._dtype or floatx()

    def __call__(self, y_true, y_pred, sample_weight=None):
        values = self.call(as_tensor(y_true), as_tensor(y_pred))
        return reduce_weighted_values(values, sample_weight, self.reduction)

    def check_targets(self, y_true, y_pred):
        """Raise if targets hold values the loss cannot take, given the shape of the predictions.

        `fit` asks once, before steps that run without looking.
        """

    def call(self, y_true, y_pred):
        """Return one loss per sample."""
        raise NotImplementedError(f"{type(self).__name__} must define `call(self, y_true, y_pred)`.")

    def get_config(self):
        """Return the constructor's arguments."""
        config = {"name": self.name, "reduction": self.reduction}
        return config | ({"dtype": self._dtype} if self._dtype else {})

    @classmethod
    def from_config(cls, config):
        """Make one from its config."""
        return cls(**config)

    def __repr__(self):
        return f"<{type(self).__name__}(name={self.name!r}, reduction={self.reduction!r})>"


class LossFunctionWrapper(Loss):
    """A loss made of a function(y_true, y_pred, **settings)."""

    def __init__(self, fn, reduction="sum_over_batch_size", name=None, dtype=None, **kwargs):
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.fn, self._fn_kwargs = fn, kwargs

    def check_targets(self, y_true, y_pred):
        check = getattr(self.fn, "check_targets", None)
        if check is not None:
            check(y_true, y_pred, **self._fn_kwargs)

    def call(self, y_true, y_pred):
        y_true, y_pred = squeeze_or_expand_to_same_rank(y_true, y_pred)
        return self.fn(y_true, y_pred, **self._fn_kwargs)

    def get_config(self):
        from ..saving.serialize import serialize_keras_object

        config = super().get_config() | self._fn_kwargs
        # A named class has its function built in; a bare wrapper must say which it is.
        return config | {"fn": serialize_keras_object(self.fn)} if type(self) is LossFunctionWrapper else config


def as_tensor(x):
    """Numbers and lists become arrays; arrays and tensors stay."""
    if hasattr(x, "shape"):
        return x
    return np.asarray(x, floatx()) if isinstance(x, (int, float)) else ops.table.as_value(x)


def squeeze_or_expand_to_same_rank(x1, x2):
    """Make `(batch,)` and `(batch, 1)` agree, whichever side has the extra axis.

    Vectors get one; of tensors with more axes the other side loses its own.
    """
    r1, r2 = len(x1.shape), len(x2.shape)
    if r1 == r2 + 1 and x1.shape[-1] == 1:
        return (x1, ops.expand_dims(x2, axis=-1)) if r2 == 1 else (ops.squeeze(x1, axis=-1), x2)
    if r2 == r1 + 1 and x2.shape[-1] == 1:
        return (ops.expand_dims(x1, axis=-1), x2) if r1 == 1 else (x1, ops.squeeze(x2, axis=-1))
    return x1, x2


def reduce_weighted_values(values, sample_weight=None, reduction="sum_over_batch_size", mask=None):
    """Weigh one loss per sample and fold them into one number.

    Where the mask is false a value counts as 0, and does not count in a mean. Weights `(batch,)` weigh
    whole samples.

    Input shape: `(batch, ...)`. Output shape: `()`, or as the input with `reduction=None`.

    >>> float(reduce_weighted_values([1.0, 3.0]))
    2.0
    """
    values = as_tensor(values)
    if mask is not None:
        kept = ops.cast(mask, dtype=backend.dtype_name(values.dtype))
        if reduction in ("sum_over_batch_size", "mean"):
            kept = ops.multiply(kept, ops.divide(math.prod(values.shape), ops.maximum(ops.sum(kept), 1.0)))
        if sample_weight is not None:
            kept, weight = squeeze_or_expand_to_same_rank(kept, as_tensor(sample_weight))
            kept = ops.multiply(_as_deep(weight, kept), kept)
        sample_weight = kept
    if sample_weight is not None:
        weight = ops.cast(as_tensor(sample_weight), backend.dtype_name(values.dtype))
        values, weight = squeeze_or_expand_to_same_rank(values, weight)
        values = ops.multiply(values, _as_deep(weight, values))
    if reduction in (None, "none"):
        return values
    if reduction == "sum":
        return ops.sum(values)
    if reduction == "mean_with_sample_weight" and sample_weight is not None:
        return ops.divide(ops.sum(values), ops.maximum(ops.sum(weight), 1e-7))
    return ops.mean(values) if len(values.shape) else values


def _as_deep(weight, values):
    """Weights with as many axes as the values: `(batch, 1, ...)`."""
    while 0 < len(weight.shape) < len(values.shape):
        weight = ops.expand_dims(weight, axis=-1)
    return weight
