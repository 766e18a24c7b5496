"""Means and sums of all values seen, and the mean of a function of truth and prediction."""

from .. import ops
from ..backend.masks import mask_of
from ..losses.base import apply_mask, as_dtype, as_tensor, squeeze_or_expand_to_same_rank
from .base import Metric


class Mean(Metric):
    """Weighted mean of all values seen.

    Args:
        name: name in logs.
        dtype: dtype of the state.

    >>> m = Mean()
    >>> m.update_state([1.0, 3.0]); m.update_state(8.0)
    >>> float(m.result())
    4.0
    """

    def __init__(self, name="mean", dtype=None):
        super().__init__(dtype=dtype, name=name)
        self.total = self.add_variable((), "zeros", dtype=self.dtype, name="total")
        self.count = self.add_variable((), "zeros", dtype=self.dtype, name="count")

    def update_state(self, values, sample_weight=None):
        """Take in values `(batch, ...)`, with weights that broadcast against them: each sample counts once."""
        values = as_tensor(values)
        if isinstance(sample_weight, int) and not len(values.shape):  # the loss of a batch, weighed by its size
            total, count = values * sample_weight, sample_weight
        else:
            values, weights = samplewise(values, sample_weight, ops.mean, self.dtype)
            total = _total(values)
            count = (values.shape or (1,))[0] if weights is None else _total(weights)
        self.total.assign_add(total)
        self.count.assign_add(count)

    def result(self):
        self._settle()
        return ops.divide_no_nan(self.total.value, self.count.value)


class Sum(Metric):
    """Weighted sum of all values seen.

    Args:
        name: name in logs.
        dtype: dtype of the state.

    >>> m = Sum()
    >>> float(m([1.0, 3.0], sample_weight=[1.0, 0.5]))
    2.5
    """

    def __init__(self, name="sum", dtype=None):
        super().__init__(dtype=dtype, name=name)
        self.total = self.add_variable((), "zeros", dtype=self.dtype, name="total")

    def update_state(self, values, sample_weight=None):
        """Take in values `(batch, ...)`, with weights that broadcast against them."""
        self.total.assign_add(_total(samplewise(as_tensor(values), sample_weight, ops.sum, self.dtype)[0]))

    def result(self):
        return snapshot(self.total)


def snapshot(variable):
    """What a variable holds now, also when it changes later."""
    return ops.multiply(variable, 1)


def samplewise(values, sample_weight, fold, dtype):
    """Return (values, weights), one number per sample each; weights are None if there are none.

    `fold` is how the other axes are folded away: `ops.mean` or `ops.sum`. Masked values weigh 0, if there are weights.
    """
    mask, values = mask_of(values), as_dtype(values, dtype)
    if sample_weight is not None:
        weight = apply_mask(as_tensor(sample_weight), mask, dtype, "sum")
        values, weight = squeeze_or_expand_to_same_rank(values, weight)
        values = _fold_from(len(weight.shape), values, fold)
        weight = ops.broadcast_to(weight, shape=tuple(values.shape))
        values = ops.multiply(values, weight)
        sample_weight = _fold_from(1, weight, fold)
    return _fold_from(1, values, fold), sample_weight


def _fold_from(axis, x, fold):
    rank = len(x.shape)
    return fold(x, axis=tuple(range(axis, rank))) if rank > axis else x


def _total(x):
    return ops.sum(x) if len(x.shape) else x


class MeanMetricWrapper(Mean):
    """Mean of a function(y_true, y_pred, **settings) over all samples.

    Args:
        fn: the function; one value per sample.
        name: name in logs.
        dtype: dtype of the state.
        **kwargs: settings of the function.

    >>> m = MeanMetricWrapper(lambda y_true, y_pred: abs(y_true - y_pred), name="distance")
    >>> float(m(np.array([1.0, 2.0]), np.array([1.0, 5.0])))
    1.5
    """

    _not_in_keras = {}  # settings, with their defaults, that Keras leaves out of the config

    def __init__(self, fn, name=None, dtype=None, **kwargs):
        super().__init__(name=name, dtype=dtype)
        self._fn, self._fn_kwargs = fn, kwargs

    def _wrap(self, fn, arguments):
        """Finish the constructor of a named metric: what is not `name` and `dtype` in its `locals()` is a setting of `fn`."""
        settings = {k: v for k, v in arguments.items() if k not in ("self", "__class__", "name", "dtype")}
        MeanMetricWrapper.__init__(self, fn, name=arguments["name"], dtype=arguments["dtype"], **settings)
        vars(self).update(settings)

    @property
    def direction(self):
        """Which way is better: a loss of the library goes down."""
        return "down" if getattr(self._fn, "__module__", "").startswith(f"{_PACKAGE}.losses") else None

    @property
    def joins(self):
        """Whether batches may be joined: the function is the library's and looks at one sample at a time."""
        ours = getattr(self._fn, "__module__", "").startswith(f"{_PACKAGE}.")
        return ours and not getattr(self._fn, "whole_batch", False) and self._fn_kwargs.get("axis", -1) == -1

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Take in one batch; predictions that are masked weigh 0."""
        mask = mask_of(y_pred)
        values = self._fn(y_true, y_pred, **self._fn_kwargs)
        if mask is not None:
            sample_weight = apply_mask(sample_weight, mask, self.dtype, "sum")
        super().update_state(values, sample_weight)

    def get_config(self):
        from ..saving.serialize import serialize_keras_object

        forgotten = self._not_in_keras.items()
        config = super().get_config() | {k: v for k, v in self._fn_kwargs.items() if (k, v) not in forgotten}
        return config | {"fn": serialize_keras_object(self._fn)} if type(self) is MeanMetricWrapper else config

    @classmethod
    def from_config(cls, config):
        """Make one from its config."""
        from ..saving.serialize import deserialize_keras_object

        return cls(**{k: deserialize_keras_object(v) if k == "fn" else v for k, v in config.items()})


_PACKAGE = __package__.partition(".")[0]
