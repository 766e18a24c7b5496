"""What all metrics share: state that grows batch by batch, and a result at any time."""

import math

import numpy as np

from .. import backend, initializers, tree
from ..backend.masks import mask_of
from ..losses.base import compute_dtype

_MOST_PUT_OFF = 64, 1 << 18  # batches, and numbers in them, that a metric may keep for later


class Metric:
    """Base of all metrics.

    Subclass it; make state with `add_weight` and define
    `update_state(self, y_true, y_pred, sample_weight=None)` and `result(self)`.

    Args:
        dtype: dtype to compute in.
        name: name in logs.

    Source: https://keras.io/api/metrics/

    >>> from kerasteach import ops
    >>> class Largest(Metric):
    ...     def __init__(self):
    ...         super().__init__(name="largest")
    ...         self.seen = self.add_weight(name="seen", initializer="zeros")
    ...     def update_state(self, values):
    ...         self.seen.assign(ops.maximum(self.seen, ops.max(values)))
    ...     def result(self):
    ...         return ops.convert_to_tensor(self.seen)
    >>> largest = Largest()
    >>> float(largest([1.0, 7.0])), float(largest([3.0]))
    (7.0, 7.0)
    """

    direction = None  # "up" or "down", where it is known which way is better
    joins = False  # whether batches joined into one count as they do one by one

    def __init__(self, dtype=None, name=None):
        self.name = name or backend.names.auto_name(type(self).__name__)
        self._dtype = compute_dtype(dtype)
        self._backend = backend.get()
        self._variables, self._put_off, self._given = [], [], {}

    def _keep(self, arguments):
        """Store a constructor's arguments as attributes, and for `get_config`. `arguments` are its `locals()`."""
        self._given = {k: v for k, v in arguments.items() if k not in ("self", "__class__", "name", "dtype")}
        vars(self).update(self._given)

    @property
    def dtype(self):
        """dtype name to compute in."""
        return self._dtype

    # State

    @property
    def variables(self):
        """The state: its own, then that of metrics it holds."""
        self._settle()
        return [*self._variables, *(v for metric in self._held_metrics() for v in metric.variables)]

    def _held_metrics(self):
        held = [value for key, value in vars(self).items() if key not in _NO_METRICS and isinstance(value, _HOLDERS)]
        return [x for value in held for x in tree.flatten(value) if isinstance(x, Metric)] if held else held

    def __setattr__(self, name, value):
        if isinstance(value, backend.Variable) and not any(v is value for v in self._variables):
            self._variables.append(value)
        super().__setattr__(name, value)

    def add_variable(self, shape, initializer, dtype=None, aggregation="sum", name=None):
        """Make a piece of state.

        Args:
            shape: tuple; `()` is one number.
            initializer: name, or function(shape, dtype), of its first value.
            dtype: dtype name; `keras.config.floatx()` by default.
            aggregation: kept for Keras's sake; there is one device.
            name: short name.

        Raises:
            ValueError: without an initializer.
        """
        self._check_super_called()
        if initializer is None:
            raise ValueError(
                f"A metric's state needs a first value. Received: initializer=None for {name or 'a variable'} of "
                f"'{self.name}'. Fix: add_weight(..., initializer=\"zeros\")."
            )
        with backend.name_scope(self.name.replace("/", ">")):
            variable = backend.Variable(
                initializers.get(initializer),
                shape=tuple(shape),
                dtype=dtype or backend.floatx(),
                trainable=False,
                aggregation=aggregation,
                name=name,
                backend=self._backend.name,
            )
        self._variables.append(variable)
        return variable

    def add_weight(self, shape=(), initializer=None, dtype=None, name=None):
        """Make a piece of state; as `add_variable`, one number by default."""
        return self.add_variable(shape=shape, initializer=initializer, dtype=dtype, name=name)

    def reset_state(self):
        """Start again: all state is 0."""
        self._put_off = []
        for variable in self.variables:
            variable.assign(np.zeros(variable.shape))

    def update_state(self, *args, **kwargs):
        """Take in one batch."""
        raise NotImplementedError(f"{type(self).__name__} must define `update_state(self, ...)`.")

    def result(self):
        """Return the metric over all batches since the last reset."""
        raise NotImplementedError(f"{type(self).__name__} must define `result(self)`.")

    def __call__(self, *args, **kwargs):
        self._check_super_called()
        self.update_state(*args, **kwargs)
        return self.result()

    def _check_super_called(self):
        if not hasattr(self, "_variables"):
            raise RuntimeError("You forgot to call `super().__init__()` in the `__init__()` method. Go add it!")

    def to(self, name):
        """Move the state to another backend."""
        self._settle()
        self._backend = backend.get(name)
        for part in (*self._variables, *self._held_metrics()):
            part.to(name)

    # State held by someone else

    def stateless_update_state(self, metric_variables, *args, **kwargs):
        """Return what the state becomes when a batch comes to a given state; the metric's own stays.

        Args:
            metric_variables: values, one per variable of `variables`.
            *args, **kwargs: what `update_state` takes.

        Raises:
            ValueError: if there are more or fewer values than variables.

        >>> from kerasteach.metrics import Mean
        >>> mean = Mean()
        >>> [float(v) for v in mean.stateless_update_state([4.0, 2.0], [6.0])], float(mean.result())
        ([10.0, 3.0], 0.0)
        """
        with self._scope(metric_variables) as scope:
            self.update_state(*args, **kwargs)
        return self._values_in(scope)

    def stateless_result(self, metric_variables):
        """Return the result that a given state would have.

        >>> from kerasteach.metrics import Mean
        >>> float(Mean().stateless_result([6.0, 2.0]))
        3.0
        """
        with self._scope(metric_variables):
            return self.result()

    def stateless_reset_state(self):
        """Return the state to start from; the metric's own stays."""
        with self._scope([v.value for v in self.variables]) as scope:
            self.reset_state()
        return self._values_in(scope)

    def _scope(self, values):
        variables = self.variables
        if len(values) != len(variables):
            raise ValueError(
                f"Argument `metric_variables` must be a list of tensors corresponding 1:1 to {type(self).__name__}()"
                f".variables. Received list with length {len(values)}, but expected {len(variables)} variables."
            )
        return backend.StatelessScope(zip(variables, values))

    def _values_in(self, scope):
        return [scope.get_current_value(v) for v in self._variables_now()]

    def _variables_now(self):
        return [*self._variables, *(v for metric in self._held_metrics() for v in metric._variables_now())]

    # Batches put off

    @property
    def can_wait(self):
        """Whether `put_off` may be called instead of `update_state`: batches may be joined, and nobody overrides how."""
        package = __package__.partition(".")[0]
        ours = all(getattr(type(self), n).__module__.partition(".")[0] == package for n in ("update_state", "result"))
        return self.joins and ours

    def put_off(self, y_true, y_pred):
        """Take in one batch, later: many small batches at once cost little more than one.

        Only for arrays that nobody changes in the meantime.
        """
        if mask_of(y_pred) is not None:
            self.update_state(y_true, y_pred)
            return
        if not self._put_off:
            batches, numbers = _MOST_PUT_OFF
            self._most = min(batches, numbers // max(math.prod(y_pred.shape), 1))
        self._put_off.append((y_true, y_pred))
        if len(self._put_off) >= self._most:
            self._settle()

    def _settle(self):
        """Take in what was put off."""
        if self._put_off:
            batches, self._put_off = self._put_off, []
            if len(batches) > 1 and len({(y.shape[1:], p.shape[1:]) for y, p in batches}) == 1:
                batches = [[self._backend.concatenate(part) for part in zip(*batches)]]
            for y_true, y_pred in batches:
                self.update_state(y_true, y_pred)

    # Description

    def get_config(self):
        """Return the constructor's arguments."""
        return {"name": self.name, "dtype": self.dtype, **self._given}

    @classmethod
    def from_config(cls, config):
        """Make one from its config."""
        return cls(**config)

    def __repr__(self):
        return f"<{type(self).__name__} name={self.name}>"


_HOLDERS = (Metric, list, tuple, dict)  # what a metric inside can be, or be in
_NO_METRICS = {"_variables", "_put_off", "_given", "_kept", "_sizes"}
