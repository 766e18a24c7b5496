"""What all metrics share: state that grows batch by batch, and a result at any time."""

import math

import numpy as np

from .. import backend, ops
from ..losses import functions
from ..losses.base import as_tensor, squeeze_or_expand_to_same_rank

_MOST_PUT_OFF = 64, 1 << 18  # batches, and numbers in them, that a metric may keep for later


class Metric:
    """Base of all metrics.

    Subclass it; make state with `add_variable` and define
    `update_state(self, y_true, y_pred, sample_weight=None)` and `result(self)`.

    Args:
        dtype: dtype of the state.
        name: name in logs.
    """

    direction = None  # "up" or "down", where it is known which way is better
    can_wait = False  # whether `put_off` may be called instead of `update_state`

    def __init__(self, dtype=None, name=None):
        self.name = name or backend.names.auto_name(type(self).__name__)
        self._dtype = dtype
        self._backend = backend.get()
        self._variables = []

    @property
    def dtype(self):
        """dtype name of the state."""
        return self._dtype or backend.floatx()

    @property
    def variables(self):
        """The state."""
        return list(self._variables)

    def add_variable(self, shape, initializer, dtype=None, aggregation="sum", name=None):
        """Make a piece of state.

        Args:
            shape: tuple; `()` is one number.
            initializer: name, or function(shape, dtype), of its first value.
            dtype: dtype name.
            name: short name.
        """
        start = _start(initializer, tuple(shape), dtype or self.dtype)
        with backend.name_scope(self.name.replace("/", ">")):
            variable = backend.Variable(start, trainable=False, name=name, backend=self._backend.name)
        variable.initializer = lambda shape, dtype: _start(initializer, shape, dtype)
        self._variables.append(variable)
        return variable

    add_weight = add_variable

    def reset_state(self):
        """Start again."""
        for variable in self._variables:
            variable.assign(np.zeros(variable.shape, variable.dtype) if not variable.initializer else
                            variable.initializer(variable.shape, variable.dtype))  # fmt: skip

    def update_state(self, *args, **kwargs):
        """Take in one batch."""
        raise NotImplementedError(f"{type(self).__name__} must define `update_state(self, ...)`.")

    def result(self):
        """Return the metric over all batches since the last reset."""
        raise NotImplementedError(f"{type(self).__name__} must define `result(self)`.")

    def __call__(self, *args, **kwargs):
        self.update_state(*args, **kwargs)
        return self.result()

    def to(self, name):
        """Move the state to another backend."""
        self._backend = backend.get(name)
        for variable in self._variables:
            variable.to(name)

    def get_config(self):
        """Return the constructor's arguments."""
        return {"name": self.name, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config):
        """Make one from its config."""
        return cls(**config)

    def __repr__(self):
        return f"<{type(self).__name__} name={self.name}>"


def _start(initializer, shape, dtype):
    if initializer in ("zeros", None):
        return np.zeros(shape, dtype)
    if initializer == "ones":
        return np.ones(shape, dtype)
    return np.asarray((initializer() if isinstance(initializer, type) else initializer)(shape, dtype=dtype))


class Mean(Metric):
    """Weighted mean of all values seen.

    >>> m = Mean()
    >>> m.update_state([1.0, 3.0]); m.update_state(8.0)
    >>> float(m.result())
    4.0
    """

    def __init__(self, name="mean", dtype=None):
        super().__init__(dtype=dtype, name=name)
        self.total = self.add_variable((), "zeros", name="total")
        self.count = self.add_variable((), "zeros", name="count")

    @property
    def variables(self):
        """The state."""
        self._settle()
        return super().variables

    def _settle(self):
        """Take in what was put off; a plain Mean puts nothing off."""

    def update_state(self, values, sample_weight=None):
        """Take in values `(batch, ...)`, with weights that broadcast against them: each sample counts once."""
        values = as_tensor(values)
        if isinstance(sample_weight, int) and not len(values.shape):  # the loss of a batch, weighed by its size
            total, count = values * sample_weight, sample_weight
        else:
            values, weights = samplewise(values, sample_weight, ops.mean)
            total = _total(values)
            count = (values.shape or (1,))[0] if weights is None else _total(weights)
        self.total.assign_add(total)
        self.count.assign_add(count)

    def result(self):
        self._settle()
        return ops.divide(self.total, ops.maximum(self.count, 1e-7))


class Sum(Metric):
    """Weighted sum of all values seen."""

    def __init__(self, name="sum", dtype=None):
        super().__init__(dtype=dtype, name=name)
        self.total = self.add_variable((), "zeros", name="total")

    def update_state(self, values, sample_weight=None):
        """Take in values `(batch, ...)`, with weights that broadcast against them."""
        self.total.assign_add(_total(samplewise(as_tensor(values), sample_weight, ops.sum)[0]))

    def result(self):
        return self.total.value


def samplewise(values, sample_weight, fold):
    """Return (values, weights), one number per sample each; weights are None if there are none.

    `fold` is how the other axes are folded away: `ops.mean` or `ops.sum`.
    """
    if sample_weight is not None:
        weight = ops.cast(as_tensor(sample_weight), dtype=backend.floatx())
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
    """

    def __init__(self, fn, name=None, dtype=None, **kwargs):
        self._put_off = []
        super().__init__(name=name or getattr(fn, "__name__", None), dtype=dtype)
        self._fn, self._fn_kwargs = fn, kwargs

    @property
    def direction(self):
        """Which way is better: a loss of the library goes down."""
        return "down" if self._fn.__module__ == functions.__name__ else None

    @property
    def can_wait(self):
        """Whether batches may be put off: the function is the library's, one value per sample."""
        plain = type(self).update_state is MeanMetricWrapper.update_state and type(self).result is Mean.result
        return plain and self._fn.__module__.startswith(f"{__package__.partition('.')[0]}.")

    def put_off(self, y_true, y_pred):
        """Take in one batch, later: many small batches at once cost little more than one.

        Only for arrays that nobody changes in the meantime.
        """
        if not self._put_off:
            batches, numbers = _MOST_PUT_OFF
            self._most = min(batches, numbers // max(math.prod(y_pred.shape), 1))
        self._put_off.append((y_true, y_pred))
        if len(self._put_off) >= self._most:
            self._settle()

    def _settle(self):
        if self._put_off:
            batches, self._put_off = self._put_off, []
            if len(batches) > 1 and len({(y.shape[1:], p.shape[1:]) for y, p in batches}) == 1:
                batches = [[self._backend.concatenate(part) for part in zip(*batches)]]
            for y_true, y_pred in batches:
                self.update_state(y_true, y_pred)

    def reset_state(self):
        """Start again."""
        self._put_off = []
        super().reset_state()

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Take in one batch."""
        super().update_state(self._fn(y_true, y_pred, **self._fn_kwargs), sample_weight)

    def get_config(self):
        from ..saving.serialize import serialize_keras_object

        config = super().get_config() | self._fn_kwargs
        return config | {"fn": serialize_keras_object(self._fn)} if type(self) is MeanMetricWrapper else config
