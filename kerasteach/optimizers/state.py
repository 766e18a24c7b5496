"""An optimizer's memory: the step, the learning rate, and slots beside each variable."""

import numpy as np

from .. import backend, config
from .schedules import LearningRateSchedule


class State:
    """The variables of an optimizer: how they are made, laid out and moved."""

    slots = ()  # names of the slots each variable gets
    flat = True  # whether the formula may see all variables as one long vector

    def _start(self, learning_rate):
        """Take the learning rate and begin to count steps."""
        vars(self).update(_tracked={}, _on_host=[], built=False)
        vars(self).update(_variables=[], _index={}, _slots=[], _averages=[], _sums=[], _flats=[])
        with backend.names.scope_of(self.name):
            self._iterations = self._number(0, "int32", name="iteration")
            if not callable(learning_rate):
                learning_rate = self._number(_checked(learning_rate), wide(config.floatx()), name="learning_rate")
        self._learning_rate = learning_rate

    def _number(self, value, dtype, name=None):
        """A plain number read at every step: it stays in host memory whatever the backend."""
        number = backend.Variable(np.array(value, dtype), dtype=dtype, trainable=False, name=name, backend="numpy")
        self._on_host.append(number)
        return self._track(number)

    def _track(self, variable):
        self._tracked[id(variable)] = variable
        return variable

    def __setattr__(self, name, value):
        """Take note of variables, so that they are saved."""
        if "_tracked" not in vars(self):
            raise RuntimeError(
                f"In optimizer '{type(self).__name__}', you forgot to call `super().__init__()` as the first statement in "
                "the `__init__()` method. Go add it!"
            )
        for item in value if isinstance(value, (list, tuple)) else [value]:
            if isinstance(item, backend.Variable):
                self._track(item)
        if name not in ("learning_rate", "lr"):
            self._forget_formulas()
        super().__setattr__(name, value)

    def _forget_formulas(self):
        """What was written out with settings as they were, for vectors as they lay, holds no more."""
        for flat in self._flats:
            flat.formula = flat.frozen = None

    @property
    def variables(self):
        """State in the order it was made and is saved: step, rate, averages, sums of gradients, slots."""
        return list(self._tracked.values())

    @property
    def iterations(self):
        """How many updates were made."""
        if self.gradient_accumulation_steps:
            return self._iterations._value // self.gradient_accumulation_steps
        return self._iterations

    @property
    def learning_rate(self):
        """Step size: a variable, or what the schedule says for this step."""
        rate = self._learning_rate
        if not callable(rate):
            return rate
        return rate(self._iterations) if isinstance(rate, LearningRateSchedule) else rate()

    @learning_rate.setter
    def learning_rate(self, value):
        if callable(value):
            self._tracked.pop(id(self._learning_rate), None)
            self._learning_rate = value
        elif callable(self._learning_rate):
            raise TypeError(
                "This optimizer was created with a `LearningRateSchedule` object as its `learning_rate` constructor "
                "argument, hence its learning rate is not settable. If you need the learning rate to be settable, you "
                "should instantiate the optimizer with a float `learning_rate` argument."
            )
        else:
            self._learning_rate.assign(backend.to_numpy(value).astype(self._learning_rate.dtype))

    lr = learning_rate

    # Slots

    def slot_groups(self):
        """Tuples of slot names; slots are made group after group, within a group variable by variable."""
        return [self.slots] if self.slots else []

    def slot_start(self, name, variable):
        """First value of a slot: a number or an array. `None` if the variable needs no such slot."""
        return 0.0

    def build(self, variables):
        """Make the slots for these variables, and lay all out flat."""
        if self.built:
            return
        variables = list(variables)
        _refuse_overwriting(variables)
        vars(self).update(_variables=variables, _index={id(v): i for i, v in enumerate(variables)})
        vars(self)["_slots"] = [[] for _ in variables]
        if self.use_ema:
            self._averages = [self._slot(v, "average") for v in variables]
        if self.gradient_accumulation_steps:
            self._sums = [self._slot(v, "gradient_accumulator") for v in variables]
        for group in self.slot_groups():
            for variable, slots in zip(variables, self._slots):
                starts = [(name, self.slot_start(name, variable)) for name in group]
                slots += [None if start is None else self._slot(variable, name, start) for name, start in starts]
        self._lay_out()
        self.built = True

    def _slot(self, variable, name, start=0.0):
        start, name = np.broadcast_to(start, variable.shape), f"{variable.path.replace('/', '_')}_{name}"
        return self._beside(variable, start, variable.dtype, name)

    def _beside(self, variable, start, dtype, name):
        """A piece of state on the backend of a variable."""
        with backend.names.scope_of(self.name):
            home = variable._backend.name
            return self._track(backend.Variable(start, dtype=dtype, trainable=False, name=name, backend=home))

    def _lay_out(self):
        """Make variables and slots views of long vectors, one set per dtype."""
        self._forget_formulas()
        flats = []
        for dtype in dict.fromkeys(v.dtype for v in self._variables) if self.flat else ():
            chosen = [i for i, v in enumerate(self._variables) if v.dtype == dtype]
            home = self._variables[chosen[0]]._backend
            flat = _Flat(home.flatten([self._variables[i] for i in chosen]))
            flat.slots = [home.flatten([self._slots[i][k] for i in chosen]) for k in range(len(self._slots[0]))]
            flat.kernel = home.update_kernel(getattr(self.formula, "kernel", None), flat.vector)
            flat.weights = [self._variables[i]._value for i in chosen]
            flat.pieces = [[self._slots[i][k]._value for i in chosen] for k in range(len(flat.slots))]
            flats.append(flat)
            for i in chosen:
                self._variables[i]._flat = flat
        self._flats = flats

    def __getstate__(self):
        return {**vars(self), "_observers": ()}  # who watches one does not watch its copies

    def __setstate__(self, state):
        """Take a copied state: what was a view, or goes by identity, is made anew for the copied variables."""
        vars(self).update(state)
        vars(self).update(_tracked={id(v): v for v in state["_tracked"].values()})
        vars(self).update(_index={id(v): i for i, v in enumerate(self._variables)})
        self._lay_out()

    def to(self, name):
        """Move the state to another backend; call it after the variables have moved."""
        on_host = {id(number) for number in self._on_host}
        for key, variable in self._tracked.items():
            if key not in on_host:
                variable.to(name)
        self._lay_out()

    def _get_variable_index(self, variable):
        try:
            return self._index[id(variable)]
        except KeyError:
            raise ValueError(
                f"Unknown variable: {variable.path}. This optimizer can only be called for the variables it was "
                "originally built with. When working with a new set of variables, you should recreate a new optimizer "
                "instance.\nFix: call model.compile(...) again after changing `trainable`."
            ) from None


class _Flat:
    """One long vector of weights, and one for each slot; and the same as lists of views, for a backend's own kernel."""

    def __init__(self, vector):
        self.vector, self.slots, self.kernel = vector, [], None
        self.formula = self.frozen = None  # the optimizer's formula, written out for them; a token for what it was written with


def has_kernel(name):
    """Decorator of a formula: a backend may have a kernel of this name that does the same."""

    def mark(formula):
        formula.kernel = name
        return formula

    return mark


def wide(dtype):
    """dtype of the numbers beside weights of a dtype: half floats are too coarse."""
    return "float64" if dtype == "float64" else "float32"


def _checked(learning_rate):
    if isinstance(learning_rate, float):
        return learning_rate
    raise ValueError(
        "Argument `learning_rate` should be float, or an instance of LearningRateSchedule, or a callable that takes no "
        f"arguments and returns the rate. Received instead: learning_rate={learning_rate}. "
        "Fix: write a float, as 0.001 or 1.0."
    )


def _refuse_overwriting(variables):
    marked = [v.path for v in variables if v.overwrite_with_gradient]
    if marked:
        raise NotImplementedError(
            f"Variables that are replaced by their gradient (`overwrite_with_gradient=True`) serve float8 training, which "
            f"is not there. Received: {marked}. Fix: leave the mark off."
        )
