"""What all optimizers share: state, clipping, decay, averages, and the flat update.

When an optimizer is built it lays all its variables out as views of one long
vector, and each slot (Adam's moments, say) as another. An update is then a
handful of array calls for the whole model, and the formula reads as in the book:

    m += (1 - self.beta_1) * (g - m)

The same line works on NumPy arrays and on Torch tensors.
"""

import numpy as np

from .. import backend

_EXTRAS = (
    "weight_decay", "clipnorm", "clipvalue", "global_clipnorm", "use_ema", "ema_momentum", "ema_overwrite_frequency",
    "loss_scale_factor", "gradient_accumulation_steps",
)  # fmt: skip


class Optimizer:
    """Base of all optimizers.

    A new one is a list of slot names and a formula:

        class Momentum(Optimizer):
            slots = ("momentum",)

            def formula(self, w, g, learning_rate, step, momentum):
                momentum *= 0.9
                momentum -= learning_rate * g
                w += momentum

    Args:
        learning_rate: step size; a number, or a function of no arguments.
        weight_decay: share of each weight taken off per step, times the learning rate.
        clipnorm: longest gradient allowed, per variable.
        clipvalue: largest gradient element allowed.
        global_clipnorm: longest gradient allowed, all variables together.
        use_ema: whether to keep a running average of the weights.
        ema_momentum: how slow that average is.
        ema_overwrite_frequency: after how many steps weights become their average.
        loss_scale_factor: factor on the loss, taken off the gradients again.
        gradient_accumulation_steps: how many batches make one update.
        name: name.
    """

    slots = ()

    def __init__(
        self,
        learning_rate,
        weight_decay=None,
        clipnorm=None,
        clipvalue=None,
        global_clipnorm=None,
        use_ema=False,
        ema_momentum=0.99,
        ema_overwrite_frequency=None,
        loss_scale_factor=None,
        gradient_accumulation_steps=None,
        name=None,
        **kwargs,
    ):
        if kwargs:
            raise ValueError(f"Argument(s) not recognized: {kwargs}")
        _check_clipping(clipnorm, clipvalue, global_clipnorm)
        if use_ema and not 0 <= ema_momentum <= 1:
            raise ValueError(f"`ema_momentum` must be in the range [0, 1]. Received: ema_momentum={ema_momentum}")
        if gradient_accumulation_steps is not None and gradient_accumulation_steps < 2:
            raise ValueError(
                "`gradient_accumulation_steps` must be an integer >= 2. Received: "
                f"gradient_accumulation_steps={gradient_accumulation_steps}"
            )
        self.name = name or backend.names.snake_case(type(self).__name__)
        self.weight_decay, self.clipnorm, self.clipvalue = weight_decay, clipnorm, clipvalue
        self.global_clipnorm, self.use_ema, self.ema_momentum = global_clipnorm, use_ema, ema_momentum
        self.ema_overwrite_frequency, self.loss_scale_factor = ema_overwrite_frequency, loss_scale_factor
        self.gradient_accumulation_steps = gradient_accumulation_steps
        self.built = False
        self._no_decay = []
        self._schedule = learning_rate if callable(learning_rate) else None
        # Two plain numbers, read at every step: they stay in host memory whatever the backend.
        self.iterations = backend.Variable(np.int64(0), trainable=False, name="iteration", backend="numpy")
        self._learning_rate = None
        if self._schedule is None:
            rate = np.float32(learning_rate)
            self._learning_rate = backend.Variable(rate, trainable=False, name="learning_rate", backend="numpy")

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
        """State in the order it is saved: step, rate, then the slots of each variable."""
        own = [self.iterations] + ([self._learning_rate] if self._schedule is None else [])
        return own + (self._averages if self.built and self.use_ema else []) + self._slot_variables()

    def _slot_variables(self):
        return [slot for slots in self._slots for slot in slots] if self.built else []

    def build(self, variables):
        """Make the slots for these variables, and lay all out flat."""
        self._variables = list(variables)
        self._slots = [[self._slot(v, name) for name in self.slot_names()] for v in self._variables]
        self._averages = [self._slot(v, "average", v.numpy()) for v in self._variables] if self.use_ema else []
        self._sums = []
        if self.gradient_accumulation_steps:
            self._sums = [self._slot(v, "gradient_accumulator") for v in self._variables]
        self._lay_out()
        self.built = True

    def slot_names(self):
        """Names of the slots each variable gets."""
        return self.slots

    def _slot(self, variable, name, start=None):
        path = variable.path.replace("/", "_")
        start = np.full(variable.shape, self.slot_start(name), variable.dtype) if start is None else start
        return backend.Variable(start, dtype=variable.dtype, trainable=False, name=f"{path}_{name}", backend=variable._backend.name)

    def slot_start(self, name):
        """First value of a slot's elements."""
        return 0.0

    def _lay_out(self):
        """Make variables and slots views of long vectors, one set per dtype."""
        self._flats = []
        for dtype in dict.fromkeys(v.dtype for v in self._variables):
            chosen = [i for i, v in enumerate(self._variables) if v.dtype == dtype]
            home = self._variables[chosen[0]]._backend
            flat = _Flat(chosen, home.flatten([self._variables[i] for i in chosen]))
            flat.slots = [home.flatten([self._slots[i][k] for i in chosen]) for k in range(len(self.slot_names()))]
            flat.average = home.flatten([self._averages[i] for i in chosen]) if self._averages else None
            self._flats.append(flat)
            for i in chosen:
                self._variables[i]._flat = flat

    def to(self, name):
        """Move the state to another backend; call it after the variables have moved."""
        if self.built:
            for slot in self._slot_variables() + self._averages + self._sums:
                slot.to(name)
            self._lay_out()

    def apply_gradients(self, grads_and_vars):
        """Update variables, given as pairs (gradient, variable)."""
        gradients, variables = zip(*grads_and_vars)
        self.apply(list(gradients), list(variables))

    def apply(self, grads, trainable_variables=None):
        """Update the variables by one step.

        Args:
            grads: gradients, in the order of the variables; `None` leaves one as it is.
            trainable_variables: the variables; by default those it was built with.

        Raises:
            ValueError: if the counts differ, or a variable is unknown.
        """
        variables = list(trainable_variables) if trainable_variables is not None else self._built_variables()
        if len(grads) != len(variables):
            raise ValueError(f"Received {len(grads)} gradients for {len(variables)} variables; expected one for each.")
        if not self.built:
            with backend.name_scope(self.name):
                self.build(variables)
        home = variables[0]._backend if variables else backend.get("numpy")
        with home.updating():
            if self._sums and not self._accumulate(grads, variables):
                return
            self._step(grads, variables, home)

    def _built_variables(self):
        if not self.built:
            raise ValueError("When passing `grads` without `variables`, the optimizer must already be built on a list of variables.")
        return self._variables

    def _accumulate(self, grads, variables):
        """Add up gradients; on every n-th call replace `grads` by their mean and return True."""
        n = self.gradient_accumulation_steps
        self._calls = getattr(self, "_calls", 0) + 1
        sums = [self._sums[self._index(v)] for v in variables]
        for total, grad in zip(sums, grads):
            if grad is not None:
                total.assign_add(grad)
        if self._calls % n:
            return False
        grads[:] = [total.value / n for total in sums]
        for total in sums:
            total.assign(np.zeros(total.shape, total.dtype))
        return True

    def _step(self, grads, variables, home):
        step = int(self.iterations._value) + 1
        rate = float(self.learning_rate)
        grads = self._scale_and_clip(grads, home)
        if self._is_flat(grads, variables):
            for flat in self._flats:
                g = home.join([grads[i] for i in flat.members])
                self._decay(flat.vector, rate, None)
                self.formula(flat.vector, g, rate, step, *flat.slots)
        else:
            for grad, variable in zip(grads, variables):
                if grad is not None:
                    self._decay(variable._value, rate, variable)
                    self.update_step(grad, variable, rate)
        self.iterations._value += 1
        for variable in variables:
            if variable.constraint is not None:
                variable.assign(variable.constraint(variable.value))
        self._average(step)

    def _is_flat(self, grads, variables):
        """Whether all variables still live in our vectors and all get a gradient."""
        if len(variables) != len(self._variables) or self._no_decay:
            return False
        if type(self).update_step is not Optimizer.update_step:
            return False
        return all(
            g is not None and v is mine and v._flat is self._flats[0] for g, v, mine in zip(grads, variables, self._variables)
        ) if len(self._flats) == 1 else False  # fmt: skip

    def update_step(self, gradient, variable, learning_rate):
        """Update one variable; where a subclass of Keras's kind puts its formula."""
        slots = [slot._value for slot in self._slots[self._index(variable)]]
        step = int(self.iterations._value) + 1
        self.formula(variable._value, gradient, learning_rate, step, *slots)

    def formula(self, w, g, learning_rate, step, *slots):
        """Change `w` and the slots in place. `step` counts from 1."""
        raise NotImplementedError(f"{type(self).__name__} must define `formula(self, w, g, learning_rate, step, ...)`.")

    def _index(self, variable):
        for i, known in enumerate(self._variables):
            if known is variable:
                return i
        raise ValueError(
            f"Unknown variable: {variable.path}. This optimizer can only be called for the variables it was originally "
            "built with. When working with a new set of variables, you should recreate a new optimizer instance."
        )

    def _scale_and_clip(self, grads, home):
        if self.loss_scale_factor:
            grads = [g if g is None else g / self.loss_scale_factor for g in grads]
        if self.clipvalue:
            grads = [g if g is None else g.clip(-self.clipvalue, self.clipvalue) for g in grads]
        if self.clipnorm:
            grads = [g if g is None else _shorten(g, _length([g]), self.clipnorm) for g in grads]
        if self.global_clipnorm:
            length = _length([g for g in grads if g is not None])
            grads = [g if g is None else _shorten(g, length, self.global_clipnorm) for g in grads]
        return grads

    def _decay(self, w, rate, variable):
        if self.weight_decay and not (variable is not None and self._excluded(variable)):
            w -= rate * self.weight_decay * w

    def exclude_from_weight_decay(self, var_list=None, var_names=None):
        """Keep variables out of weight decay, by object or by a pattern in their name."""
        self._no_decay += [v.path for v in var_list or []] + list(var_names or [])

    def _excluded(self, variable):
        import re

        return any(re.search(pattern, variable.path) for pattern in self._no_decay)

    def _average(self, step):
        if not self.use_ema:
            return
        for average, variable in zip(self._averages, self._variables):
            average._value += (1 - self.ema_momentum) * (variable._value - average._value)
        if self.ema_overwrite_frequency and step % self.ema_overwrite_frequency == 0:
            self.finalize_variable_values(self._variables)

    def finalize_variable_values(self, var_list):
        """Replace weights by their running average; `fit` calls it at the end."""
        if self.use_ema:
            for variable in var_list:
                variable.assign(self._averages[self._index(variable)].value)

    def get_config(self):
        """Return the constructor's arguments."""
        rate = self._schedule or float(self._learning_rate.numpy())
        return {"name": self.name, "learning_rate": rate, **{key: getattr(self, key) for key in _EXTRAS}}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Make one from its config."""
        return cls(**config)

    def save_own_variables(self, store):
        """Put the state into a mapping of number to array."""
        for i, variable in enumerate(self.variables):
            store[str(i)] = variable.numpy()

    def load_own_variables(self, store):
        """Take the state from a mapping; warn and take nothing if the counts differ."""
        if len(store.keys()) != len(self.variables):
            import warnings

            warnings.warn(
                f"Skipping variable loading for optimizer '{self.name}', because it has {len(self.variables)} variables "
                f"whereas the saved optimizer has {len(store.keys())} variables. ",
                stacklevel=2,
            )
            return
        for i, variable in enumerate(self.variables):
            variable.assign(np.asarray(store[str(i)], variable.dtype))

    def __repr__(self):
        return f"<{type(self).__name__} name={self.name}>"


class _Flat:
    """One long vector, the numbers of the variables in it, and the slots' vectors."""

    def __init__(self, members, vector):
        self.members, self.vector = members, vector


def _check_clipping(*settings):
    if sum(s is not None for s in settings) > 1:
        raise ValueError(
            "Only one of `clipnorm`, `clipvalue` and `global_clipnorm` can be set. Received: "
            "clipnorm={}, clipvalue={}, global_clipnorm={}".format(*settings)
        )
    if any(s is not None and s <= 0 for s in settings):
        raise ValueError("`clipnorm`, `clipvalue` and `global_clipnorm` must be positive; received {}, {}, {}.".format(*settings))


def _length(gradients):
    """Euclidean length of all elements together."""
    return sum((g * g).sum() for g in gradients) ** 0.5


def _shorten(g, length, longest):
    """`g` scaled so that `length` becomes `longest` if it was more."""
    return g * (longest / max(float(length), longest))


