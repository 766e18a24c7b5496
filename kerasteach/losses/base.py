"""What all losses share: dtype, masks, weights, and folding a batch of losses into one number."""

import math

import numpy as np

from .. import backend, errors, ops, tree
from ..backend.api import owner
from ..backend.masks import mask_of
from ..backend.replicas import REPLICAS
from ..config import floatx
from ..ops.replicas import over_replicas

_REDUCTIONS = ("sum_over_batch_size", "sum", None, "none", "mean", "mean_with_sample_weight")


class Loss:
    """Base of all losses.

    Subclass it and define `call(self, y_true, y_pred)`, which returns one loss per
    sample; calling the object weighs and folds them.

    Args:
        name: name in logs.
        reduction: `"sum_over_batch_size"` (the mean), `"sum"`, `"mean"`,
            `"mean_with_sample_weight"` (divides by the sum of weights), or `None`.
        dtype: dtype to compute in; `keras.config.floatx()` by default.

    Raises:
        ValueError: if `reduction` is none of these.

    Source: https://keras.io/api/losses/

    >>> class Distance(Loss):
    ...     def call(self, y_true, y_pred):
    ...         return abs(y_true - y_pred)
    >>> float(Distance()([1.0, 2.0], [1.0, 5.0], sample_weight=[1.0, 2.0]))
    3.0
    """

    def __init__(self, name=None, reduction="sum_over_batch_size", dtype=None):
        if reduction not in _REDUCTIONS:
            raise ValueError(
                "Invalid value for argument `reduction`. Expected one of "
                f"{set(map(str, _REDUCTIONS))}. Received: reduction={reduction}"
            )
        self.name = name or backend.names.auto_name(type(self).__name__)
        self.reduction = reduction
        self._given_dtype, self._dtype = dtype, compute_dtype(dtype)

    @property
    def dtype(self):
        """dtype name to compute in."""
        return self._dtype

    @errors.door
    def __call__(self, y_true, y_pred, sample_weight=None):
        try:
            mask = mask_of(y_pred)
            y_pred = _mapped(self._prepare, y_pred)
            values = self.call(_beside(self._prepare_truth(y_true), y_pred), y_pred)
            return reduce_weighted_values(values, sample_weight, _both(mask, mask_of(values)), self.reduction, self._dtype)
        except errors.KINDS as error:
            errors.teach(error)
            raise

    def _prepare(self, x):
        return as_dtype(x, self._dtype)

    def _prepare_truth(self, y_true):
        return _mapped(self._prepare, y_true)

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
        return config if self._given_dtype is None else config | {"dtype": self._dtype}

    @classmethod
    def from_config(cls, config):
        """Make one from its config."""
        return cls(**config)

    def __repr__(self):
        return f"<{type(self).__name__}(name={self.name!r}, reduction={self.reduction!r})>"


class LossFunctionWrapper(Loss):
    """A loss made of a function(y_true, y_pred, **settings).

    Args:
        fn: the function; one loss per sample.
        reduction, name, dtype: as in `Loss`.
        **kwargs: settings of the function.
    """

    _not_in_keras = {}  # settings, with their defaults, that Keras leaves out of the config

    def __init__(self, fn, reduction="sum_over_batch_size", name=None, dtype=None, **kwargs):
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.fn, self._fn_kwargs = fn, kwargs

    def _wrap(self, fn, arguments):
        """Finish the constructor of a named loss.

        Args:
            fn: the loss as a function.
            arguments: `locals()` of the constructor; what `Loss` does not take is a setting of the function.
        """
        settings = {k: v for k, v in arguments.items() if k not in ("self", "__class__", "reduction", "name", "dtype")}
        LossFunctionWrapper.__init__(self, fn, arguments["reduction"], arguments["name"], arguments["dtype"], **settings)
        vars(self).update(settings)

    def _prepare_truth(self, y_true):
        return as_tensor(y_true) if hasattr(self.fn, "check_targets") else super()._prepare_truth(y_true)

    def check_targets(self, y_true, y_pred):
        check = getattr(self.fn, "check_targets", None)
        if check is not None:
            check(y_true, y_pred, **self._fn_kwargs)

    def call(self, y_true, y_pred):
        if hasattr(y_pred, "shape") and hasattr(y_true, "shape"):
            y_true, y_pred = squeeze_or_expand_to_same_rank(y_true, y_pred)
        return self.fn(y_true, y_pred, **self._fn_kwargs)

    def get_config(self):
        """Return the constructor's arguments; what Keras's own config forgets, only where it is not the default."""
        from ..saving.serialize import serialize_keras_object

        forgotten = self._not_in_keras.items()
        config = super().get_config() | {k: v for k, v in self._fn_kwargs.items() if (k, v) not in forgotten}
        # A named class has its function built in; a bare wrapper must say which it is.
        return config | {"fn": serialize_keras_object(self.fn)} if type(self) is LossFunctionWrapper else config

    @classmethod
    def from_config(cls, config):
        """Make one from its config."""
        from ..saving.serialize import deserialize_keras_object

        return cls(**{k: deserialize_keras_object(v) if k == "fn" else v for k, v in config.items()})


def compute_dtype(dtype):
    """Return the dtype name to compute in, of a name, a policy, or None.

    >>> compute_dtype("mixed_float16"), compute_dtype("int"), compute_dtype(None)
    ('float16', 'int32', 'float32')
    """
    if isinstance(dtype, dict):  # a policy's config
        dtype = dtype["config"]["name"]
    dtype = getattr(dtype, "compute_dtype", dtype)
    return backend.standardize_dtype(dtype.removeprefix("mixed_") if isinstance(dtype, str) else dtype)


def as_tensor(x):
    """Numbers and lists become arrays; arrays and tensors stay."""
    if hasattr(x, "shape"):
        return x
    return np.asarray(x, floatx()) if isinstance(x, (int, float)) else ops.table.as_value(x)


def as_dtype(x, dtype):
    """`x` as a tensor of a dtype, given by name.

    >>> as_dtype([1, 2], "float32")
    array([1., 2.], dtype=float32)
    """
    x = as_tensor(x)
    return x if backend.dtype_name(x.dtype) == dtype else ops.cast(x, dtype=dtype)


def _mapped(function, x):
    """A function on a tensor, or on each of a structure of tensors; a list of numbers is one tensor."""
    if isinstance(x, dict) or (isinstance(x, (list, tuple)) and any(hasattr(leaf, "shape") for leaf in tree.flatten(x))):
        return tree.map_structure(function, x)
    return function(x)


def _beside(x, tensors):
    """Arrays as tensors of the backend that other tensors are of."""
    other = tree.flatten(tensors)[0]
    if isinstance(other, np.ndarray) or backend.is_keras_tensor(other):
        return x
    return _mapped(owner(other).convert, x)


def _both(mask1, mask2):
    if mask1 is None or mask2 is None:
        return mask2 if mask1 is None else mask1
    return ops.logical_and(mask1, mask2)


def squeeze_or_expand_to_same_rank(x1, x2, expand_rank_1=True):
    """Make `(batch,)` and `(batch, 1)` agree, whichever side has the extra axis.

    Vectors get one, with `expand_rank_1`; of tensors with more axes the other side loses its own.
    """
    r1, r2 = len(x1.shape), len(x2.shape)
    if r1 == r2 + 1 and x1.shape[-1] == 1:
        return (x1, ops.expand_dims(x2, axis=-1)) if r2 == 1 and expand_rank_1 else (ops.squeeze(x1, axis=-1), x2)
    if r2 == r1 + 1 and x2.shape[-1] == 1:
        return (ops.expand_dims(x1, axis=-1), x2) if r1 == 1 and expand_rank_1 else (x1, ops.squeeze(x2, axis=-1))
    return x1, x2


def reduce_weighted_values(values, sample_weight=None, mask=None, reduction="sum_over_batch_size", dtype=None):
    """Weigh losses and fold them into one number.

    Where the mask is false a value counts as 0, and does not count in a mean.

    Input shape: `(batch, ...)`. Output shape: `()`, or as the input with `reduction=None`.

    Raises:
        ValueError: if the weights cannot be broadcast against the values.

    >>> float(reduce_weighted_values([1.0, 3.0], [1.0, 0.0]))
    0.5
    """
    values = as_tensor(values) if dtype is None else as_dtype(values, dtype)
    weight = apply_mask(sample_weight, mask, backend.dtype_name(values.dtype), reduction)
    if weight is not None:
        values, weight = squeeze_or_expand_to_same_rank(values, weight)
        values = _weighed(values, weight)
    shape = tuple(values.shape)
    if reduction in (None, "none") or shape in ((), (0,)):
        return values
    if reduction == "sum" or 0 in shape:
        total = ops.sum(values)
        return over_replicas(total, how="sum") if REPLICAS.on else total
    if reduction == "mean_with_sample_weight" and weight is not None:
        if REPLICAS.on:  # all weights count, also those of other processes
            return ops.divide_no_nan(ops.mean(values), over_replicas(ops.mean(weight)))
        return ops.divide_no_nan(ops.sum(values), ops.sum(weight))
    return ops.mean(values)


def _weighed(values, weight):
    try:
        return ops.multiply(values, weight)
    except (ValueError, RuntimeError) as error:
        raise ValueError(
            f"`sample_weight` of shape {tuple(weight.shape)} cannot be broadcast against losses of shape "
            f"{tuple(values.shape)}, of which there is one per prediction.\n"
            "Fix: give whole samples a weight each in the shape (batch, 1), or every loss its own."
        ) from error


def apply_mask(sample_weight, mask, dtype, reduction):
    """Weights that are 0 where the mask is false, and so large elsewhere that a mean forgets the masked; or None."""
    weight = None if sample_weight is None else as_dtype(sample_weight, dtype)
    if mask is None:
        return weight
    kept = as_dtype(mask, dtype)
    if reduction in ("sum_over_batch_size", "mean"):
        if REPLICAS.on:
            kept = ops.divide_no_nan(kept, over_replicas(ops.mean(kept)))
        else:
            kept = ops.multiply(kept, ops.divide_no_nan(float(math.prod(kept.shape)), ops.sum(kept)))
    if weight is None:
        return kept
    kept, weight = squeeze_or_expand_to_same_rank(kept, weight)
    return _weighed(weight, kept)
