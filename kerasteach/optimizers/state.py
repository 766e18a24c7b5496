"""An optimizer's memory: the step, the learning rate, and slots beside each variable."""

import warnings

import numpy as np

from .. import backend, initializers


class State:
    """The variables of an optimizer, how they are made, laid out, moved and saved."""

    slots = ()

    def _start(self, learning_rate):
        """Take the learning rate and begin to count steps."""
        self.built = False
        self._variables, self._slots, self._averages, self._sums, self._flats = [], [], [], [], []
        self._schedule = learning_rate if callable(learning_rate) else None
        self._learning_rate, self._added = None, []
        # Two plain numbers, read at every step: they stay in host memory whatever the backend.
        with backend.name_scope(self.name):
            self._iterations = backend.Variable(np.int32(0), trainable=False, name="iteration", backend="numpy")
            if self._schedule is not None:
                return
            if not isinstance(learning_rate, float):
                raise ValueError(
                    "Argument `learning_rate` should be float, or a callable that takes no arguments and returns one. "
                    f"Received instead: learning_rate={learning_rate}. Fix: write a float, as 0.001 or 1.0."
                )
            rate = np.float32(learning_rate)
            self._learning_rate = backend.Variable(rate, trainable=False, name="learning_rate", backend="numpy")

    @property
    def iterations(self):
        """How many updates were made."""
        if self.gradient_accumulation_steps:
            return self._iterations._value // self.gradient_accumulation_steps
        return self._iterations

    @property
    def learning_rate(self):
        """Step size: a variable, or what the schedule says now."""
        return self._schedule() if self._schedule else self._learning_rate

    @learning_rate.setter
    def learning_rate(self, value):
        if callable(value):
            self._schedule = value
        elif self._schedule:
            raise TypeError(
                "This optimizer was created with a learning rate schedule as its `learning_rate` constructor "
                "argument, hence its learning rate is not settable."
            )
        else:
            self._learning_rate.assign(np.float32(value))

    lr = learning_rate

    @property
    def variables(self):
        """State in the order it is saved: step, rate, averages, sums of gradients, then the slots."""
        own = [self._iterations] + ([self._learning_rate] if self._schedule is None else [])
        return own + self._averages + self._sums + self._slot_variables() + self._added

    def _slot_variables(self):
        """Slots in Keras's order: those of one group variable by variable, group after group."""
        found, start = [], 0
        for group in self.slot_groups():
            found += [slot for slots in self._slots for slot in slots[start : start + len(group)]]
            start += len(group)
        return found

    def slot_groups(self):
        """Tuples of slot names; each variable gets one slot for each name."""
        return [self.slots] if self.slots else []

    def build(self, variables):
        """Make the slots for these variables, and lay all out flat."""
        self._variables = list(variables)
        names = [name for group in self.slot_groups() for name in group]
        self._slots = [[self._slot(v, name) for name in names] for v in self._variables]
        self._averages = [self._slot(v, "average") for v in self._variables] if self.use_ema else []
        sums = self._variables if self.gradient_accumulation_steps else []
        self._sums = [self._slot(v, "gradient_accumulator") for v in sums]
        self._lay_out()
        self.built = True

    def _slot(self, variable, name):
        start = np.full(variable.shape, self.slot_start(name), variable.dtype)
        name = f"{variable.path.replace('/', '_')}_{name}"
        return backend.Variable(start, dtype=variable.dtype, trainable=False, name=name, backend=variable._backend.name)

    def slot_start(self, name):
        """First value of a slot's elements."""
        return 0.0

    def _lay_out(self):
        """Make variables and slots views of long vectors, one set per dtype."""
        self._flats = []
        for dtype in dict.fromkeys(v.dtype for v in self._variables):
            chosen = [i for i, v in enumerate(self._variables) if v.dtype == dtype]
            home = self._variables[chosen[0]]._backend
            flat = _Flat(home.flatten([self._variables[i] for i in chosen]))
            flat.slots = [home.flatten([self._slots[i][k] for i in chosen]) for k in range(len(self._slots[0]))]
            self._flats.append(flat)
            for i in chosen:
                self._variables[i]._flat = flat

    def to(self, name):
        """Move the state to another backend; call it after the variables have moved."""
        if self.built:
            for slot in self._slot_variables() + self._averages + self._sums + self._added:
                slot.to(name)
            self._lay_out()

    def _get_variable_index(self, variable):
        for i, known in enumerate(self._variables):
            if known is variable:
                return i
        raise ValueError(
            f"Unknown variable: {variable.path}. This optimizer can only be called for the variables it was originally "
            "built with. When working with a new set of variables, you should recreate a new optimizer instance.\n"
            "Fix: call model.compile(...) again after changing `trainable`."
        )

    # What an optimizer written for Keras uses

    def add_variable(self, shape, initializer="zeros", dtype=None, aggregation="none", layout=None, name=None):
        """Make a piece of state of your own."""
        home = self._variables[0]._backend.name if self._variables else None
        with backend.name_scope(self.name):
            variable = backend.Variable(
                initializers.get(initializer), shape=shape, dtype=dtype, trainable=False, name=name, backend=home
            )
        self._added.append(variable)
        return variable

    def add_variable_from_reference(self, reference_variable, name=None, initializer="zeros"):
        """Make a piece of state of the shape and dtype of a weight."""
        name = f"{reference_variable.path.replace('/', '_')}_{name or 'var'}"
        return self.add_variable(reference_variable.shape, initializer, reference_variable.dtype, name=name)

    def add_optimizer_variables(self, trainable_variables, name, initializer="zeros"):
        """Make a piece of state for each weight; for a list of names, a list for each name."""
        if isinstance(name, str):
            return [self.add_variable_from_reference(v, name, initializer) for v in trainable_variables]
        starts = initializer if isinstance(initializer, (list, tuple)) else [initializer] * len(name)
        made = [[self.add_variable_from_reference(v, n, s) for n, s in zip(name, starts)] for v in trainable_variables]
        return tuple(map(list, zip(*made)))

    def assign(self, variable, value):
        """Replace a variable's value."""
        variable.assign(value)

    def assign_add(self, variable, value):
        """Add to a variable."""
        variable.assign_add(value)

    def assign_sub(self, variable, value):
        """Subtract from a variable."""
        variable.assign_sub(value)

    # Saving

    def set_weights(self, weights):
        """Set the state from arrays, in the order of `variables`.

        Raises:
            ValueError: before the state exists, or if a shape differs.
        """
        if not self.built:
            raise ValueError(
                "You are calling `set_weights()` on an optimizer that has not yet been built. Please call "
                "`optimizer.build(trainable_variables)` to create the optimizer weights before calling `set_weights()`."
            )
        for variable, weight in zip(self.variables, weights):
            if variable.shape != np.shape(weight):
                raise ValueError(
                    f"Optimizer variable {variable.path} has shape {variable.shape} not compatible with provided weight "
                    f"shape {np.shape(weight)}."
                )
        for variable, weight in zip(self.variables, weights):
            variable.assign(weight)

    def save_own_variables(self, store):
        """Put the state into a mapping of number to array."""
        for i, variable in enumerate(self.variables):
            store[str(i)] = variable.numpy()

    def load_own_variables(self, store):
        """Take the state from a mapping; warn and take nothing if the counts differ."""
        if len(store.keys()) != len(self.variables):
            warnings.warn(
                f"Skipping variable loading for optimizer '{self.name}', because it has {len(self.variables)} variables "
                f"whereas the saved optimizer has {len(store.keys())} variables. ",
                stacklevel=2,
            )
            return
        for i, variable in enumerate(self.variables):
            variable.assign(np.asarray(store[str(i)], variable.dtype))


class _Flat:
    """One long vector of weights, and one for each slot."""

    def __init__(self, vector):
        self.vector, self.slots = vector, []
