"""What all optimizers share: state, clipping, decay, averages, and the flat update.

When an optimizer is built it lays all its variables out as views of one long
vector, and each slot (Adam's moments, say) as another. An update is then a
handful of array calls for the whole model, and the formula reads as in the book:

    m += (1 - self.beta_1) * (g - m)

The same line works on NumPy arrays and on Torch tensors.
"""

import re
import warnings

import numpy as np

from .. import backend
from ..backend.modes import TOLD
from ..backend.replicas import REPLICAS
from . import settings
from .averages import Averages
from .clip import clip
from .custom import Custom
from .description import Description
from .snapshot import Snapshot
from .state import State


class Optimizer(State, Averages, Custom, Description, Snapshot):
    """Base of all optimizers.

    A new one is a list of slot names and a formula:

        class Momentum(Optimizer):
            slots = ("momentum",)

            def formula(self, w, g, learning_rate, step, momentum):
                momentum *= 0.9
                momentum -= learning_rate * g
                w += momentum

    One written for Keras, with `build` and `update_step`, works as it is.

    Args:
        learning_rate: step size; a float, a schedule, or a function of no arguments.
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

    Raises:
        ValueError: for settings that make no sense.
    """

    _observers = ()  # who is told of gradients and updates

    @settings.shared_settings
    def __init__(self, learning_rate, **shared):
        name = shared.pop("name", None)
        values = {p: shared.pop(p, default) for p, default in settings.DEFAULTS.items()}
        if shared:
            raise ValueError(f"Argument(s) not recognized: {shared}")
        settings.check(values)
        # Variables that do not decay, and patterns of their names.
        name = name or backend.names.auto_name(type(self).__name__)
        vars(self).update(values, name=name, _keep_out=([], []), _own=())
        self._start(learning_rate)

    def apply_gradients(self, grads_and_vars):
        """Update variables, given as pairs (gradient, variable).

        Raises:
            ValueError: if there are none, or no gradient is given.
        """
        pairs = list(grads_and_vars)
        if not pairs:
            raise ValueError(
                "Expected pairs (gradient, variable). Received none: an iterator that was used up, or a model without "
                "trainable weights. Fix: pass zip(gradients, model.trainable_variables)."
            )
        self.apply([g for g, _ in pairs], [v for _, v in pairs])
        return self._iterations

    def apply(self, grads, trainable_variables=None):
        """Update the variables by one step.

        Args:
            grads: gradients, in the order of the variables; `None` leaves one as it is.
            trainable_variables: the variables; by default those it was built with.

        Raises:
            ValueError: if the counts differ, all gradients are None, or a variable is unknown.
        """
        if not len(grads):
            return
        variables = self._built_variables() if trainable_variables is None else list(trainable_variables)
        if len(grads) != len(variables):
            raise ValueError(f"Received {len(grads)} gradients for {len(variables)} variables; expected one for each.")
        if not self.built:
            with backend.name_scope(self.name):
                self.build(variables)
        if REPLICAS.on:
            grads = REPLICAS.engine.average(grads)
        home, kind = variables[0]._backend, type(grads[0])
        ready = home.is_tensor(grads[0])
        for grad in grads:  # plain loops here and below: this runs at every step
            if type(grad) is not kind:
                ready = False
        if not ready:
            grads, variables = _given(grads, variables)
        with home.updating():
            if self.loss_scale_factor is not None:
                grads = [g / self.loss_scale_factor for g in grads]
            for observer in self._observers:
                observer.gradients(variables, grads)
            TOLD.updating(self, variables, grads)
            if self._sums:
                grads = self._accumulate(grads, variables)
            if grads is not None:
                self._step(grads, variables)
            self.after_update(variables)
            TOLD.updated(self, variables)
            for observer in self._observers:
                observer.updated(variables)

    def after_update(self, variables):
        """What a step does when the weights are changed: averages, constraints, counting."""
        if self.use_ema:
            self._average()
        for variable in variables:
            if variable.constraint is not None:
                variable.assign(variable.constraint(variable.value))
        self._iterations._value += 1

    def update_for(self, variables):
        """Return `apply` for these variables with its questions answered once; should a setting change, it asks again.

        Args:
            variables: all that it was built with.

        Returns:
            A function(gradients), one tensor for each variable.
        """
        settings = (self.clipnorm, self.clipvalue, self.global_clipnorm, self.loss_scale_factor, self.use_ema, self._sums)
        constrained = any(v.constraint is not None for v in variables)
        ours = all(getattr(type(self), name) is getattr(Optimizer, name) for name in ("apply", "_step"))
        if self._observers or any(settings) or constrained or not ours or not self._is_flat(variables):
            return lambda grads: self.apply(grads, variables)
        home, flat, count = variables[0]._backend, self._flats[0], self._iterations._value
        flat.formula = flat.formula or home.written(self, flat.vector, flat.slots)
        vector, slots, formula, decay = flat.vector, flat.slots, flat.formula, self.weight_decay
        fixed = self._learning_rate._value if type(self._learning_rate) is backend.Variable else None

        def update(grads):
            if flat.formula is not formula:
                return self.apply(grads, variables)
            rate, step = float(self.learning_rate) if fixed is None else fixed.item(), count.item() + 1
            if flat.kernel is not None:
                flat.kernel(self, flat.weights, grads, rate, step, *flat.pieces)
            else:
                if decay:
                    flat.vector *= 1 - decay * rate
                formula(vector, home.join(grads), rate, step, *slots)
            count[...] = step

        return home.unrecorded(update)

    def _rate(self):
        """The learning rate of this step as a plain number."""
        rate = self._learning_rate
        return rate._value.item() if type(rate) is backend.Variable else float(self.learning_rate)

    def _built_variables(self):
        if not self.built:
            raise ValueError(
                "When passing `grads` without `variables`, the optimizer must already be built on a list of variables. "
                "Call `optimizer.build(trainable_variables)` first."
            )
        return self._variables

    def _accumulate(self, grads, variables):
        """Add up gradients; on every n-th call return their mean, else None."""
        sums = [self._sums[self._get_variable_index(v)] for v in variables]
        for total, grad in zip(sums, grads):
            total.assign_add(grad)
        n = self.gradient_accumulation_steps
        if (int(self._iterations._value) + 1) % n:
            return None
        means = [total.value / n for total in sums]
        for total in self._sums:
            total.assign(np.zeros(total.shape, total.dtype))
        return means

    def _step(self, grads, variables):
        rate, step = float(self.learning_rate), int(self.iterations) + 1
        if self._is_flat(variables):
            flat = self._flats[0]
            if flat.kernel is None:
                self.update(flat.vector, grads, rate, step, flat.slots)
            else:
                grads = clip(grads, self.clipnorm, self.clipvalue, self.global_clipnorm)
                flat.kernel(self, flat.weights, grads, rate, step, *flat.pieces)
            return
        grads = clip(grads, self.clipnorm, self.clipvalue, self.global_clipnorm)
        for variable in variables:
            self._get_variable_index(variable)  # raises for an unknown one, before anything changes
        for variable in variables:
            decay = self.decay_of(variable)
            if decay:
                variable._value *= 1 - decay * rate
        for grad, variable in zip(grads, variables):
            self.update_step(grad, variable, rate)

    def update(self, vector, grads, rate, step, slots):
        """Clip, decay and apply the formula, for all weights as one vector; arithmetic only, so that it can be compiled."""
        grads = clip(grads, self.clipnorm, self.clipvalue, self.global_clipnorm)
        if self.weight_decay:
            vector *= 1 - self.weight_decay * rate
        self.formula(vector, self._variables[0]._backend.join(grads), rate, step, *slots)

    def frozen_settings(self, variables):
        """Return a token for settings and layout of the weights as they are; None if `update` must not be compiled."""
        flat = self._flats[0] if self._flats else None
        if self._observers:
            return None
        if flat is None or flat.frozen is not None:
            return flat and flat.frozen
        ours = (type(self).apply, type(self)._step) == (Optimizer.apply, Optimizer._step)
        library = self.formula.__module__.partition(".")[0] == __package__.partition(".")[0]
        if ours and library and not self._sums and self.loss_scale_factor is None and self._is_flat(variables):
            flat.frozen = object()  # forgotten when a setting changes
        return flat.frozen

    def _is_flat(self, variables):
        """Whether these are all our variables, still views of one vector, and the formula is all there is to do."""
        if len(self._flats) != 1 or len(variables) != len(self._variables) or any(self._keep_out):
            return False
        flat = self._flats[0]
        for variable, mine in zip(variables, self._variables):
            if variable is not mine or variable._flat is not flat:
                return False
        return type(self).update_step is Optimizer.update_step

    def update_step(self, gradient, variable, learning_rate):
        """Update one variable; where an optimizer written for Keras puts its formula."""
        slots = self._slots[self._get_variable_index(variable)]
        slots = [None if slot is None else slot._value for slot in slots]
        self.formula(variable._value, gradient, learning_rate, int(self.iterations) + 1, *slots)

    def formula(self, w, g, learning_rate, step, *slots):
        """Change `w` and the slots in place. `step` counts from 1."""
        raise NotImplementedError(f"{type(self).__name__} must define `formula(self, w, g, learning_rate, step, ...)`.")

    def decay_of(self, variable):
        """Weight decay of one variable; None or 0 for none."""
        return None if self._is_kept_out(variable) else self.weight_decay

    def exclude_from_weight_decay(self, var_list=None, var_names=None):
        """Keep variables out of weight decay, by object or by a pattern in their name, as `"bias"`."""
        self._keep_out = (list(var_list or []), list(var_names or []))

    def _is_kept_out(self, variable):
        chosen, patterns = self._keep_out
        return any(v is variable for v in chosen) or any(re.search(p, variable.name) for p in patterns)

    def scale_loss(self, loss):
        """Return the loss times `loss_scale_factor`, for a training step of your own."""
        return loss if self.loss_scale_factor is None else loss * self.loss_scale_factor


def _given(grads, variables):
    """Gradients that are not None, as tensors, and their variables."""
    pairs = [(v._backend.convert(g), v) for g, v in zip(grads, variables) if g is not None]
    missing = [v.path for g, v in zip(grads, variables) if g is None]
    if not pairs:
        raise ValueError(
            f"No gradients provided for any variable. Variables: {missing}. The loss does not depend on any of them.\n"
            "Fix: compute the loss from the model's output with keras.ops, and leave some layer trainable."
        )
    if missing:
        warnings.warn(
            f"Gradients do not exist for variables {missing} when minimizing the loss. If using `model.compile()`, did "
            "you forget to provide a `loss` argument?",
            stacklevel=3,
        )
    return [list(column) for column in zip(*pairs)]
