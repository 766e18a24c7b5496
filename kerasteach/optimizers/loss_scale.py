"""Losses made large before the gradient, and gradients small again after it: float16 would lose small ones."""

from .. import backend, ops
from ..backend.replicas import REPLICAS
from . import settings
from .base import Optimizer


class LossScaleOptimizer(Optimizer):
    """Wraps an optimizer, and finds by itself the largest factor on the loss with which gradients stay finite.

    After `dynamic_growth_steps` good steps the factor doubles. At a gradient that is not finite it halves, and no
    weight is changed.

    Source: Micikevicius et al., 2017, arXiv:1710.03740.

    Args:
        inner_optimizer: the optimizer that makes the steps.
        initial_scale: first factor.
        dynamic_growth_steps: good steps before the factor doubles.
        name: name.

    Raises:
        ValueError: for settings that belong to the inner optimizer.

    >>> from kerasteach.optimizers import SGD
    >>> LossScaleOptimizer(SGD(0.1), initial_scale=8.0).scale_loss(2.0)
    16.0
    """

    flat = False  # the inner optimizer lays the variables out

    def __init__(self, inner_optimizer, initial_scale=2.0**15, dynamic_growth_steps=2000, name=None, **kwargs):
        _refuse(kwargs)
        super().__init__(0.0, name=name)
        self.inner_optimizer = inner_optimizer
        self.initial_scale, self.dynamic_growth_steps = initial_scale, dynamic_growth_steps
        inner_optimizer.loss_scale_factor = None

    def build(self, variables):
        """Build the inner optimizer, and begin to count."""
        if self.built:
            return
        with backend.names.scope_of(self.name):
            self.step_counter = self._number(0, "int32", name="step_counter")
            self.dynamic_scale = self._number(self.initial_scale, "float32", name="dynamic_scale")
        self.inner_optimizer.build(variables)
        vars(self).update(_variables=list(variables), built=True)

    @property
    def variables(self):
        """Its own numbers, then the inner optimizer's state."""
        return super().variables + self.inner_optimizer.variables

    @property
    def loss_scale_factor(self):
        """The factor on the loss now."""
        return float(self.dynamic_scale) if self.built else self.initial_scale

    def apply(self, grads, trainable_variables=None):
        """Take the factor off the gradients and make a step, if all of them are finite."""
        if not self.built:
            variables = self._built_variables() if trainable_variables is None else trainable_variables
            with backend.name_scope(self.name):
                self.build(variables)
        if REPLICAS.on:  # all processes find the same gradients finite, or none
            grads = REPLICAS.engine.average(grads)
        scale, good = self.loss_scale_factor, int(self.step_counter) + 1
        if not all(bool(ops.all(ops.isfinite(g))) for g in grads if g is not None):
            scale, good = scale / 2, 0
        else:
            with REPLICAS.alone():
                self.inner_optimizer.apply([None if g is None else g / scale for g in grads], trainable_variables)
            if good == self.dynamic_growth_steps:
                scale, good = scale * 2, 0
        self.dynamic_scale.assign(scale)
        self.step_counter.assign(good)

    @property
    def learning_rate(self):
        """The inner optimizer's."""
        return self.inner_optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, value):
        self.inner_optimizer.learning_rate = value

    @property
    def iterations(self):
        """How many updates the inner optimizer made."""
        return self.inner_optimizer.iterations

    def finalize_variable_values(self, var_list):
        """Let the inner optimizer do it."""
        self.inner_optimizer.finalize_variable_values(var_list)

    def to(self, name):
        """Move the state to another backend."""
        self.inner_optimizer.to(name)

    def get_config(self):
        """Return the constructor's arguments."""
        from ..saving.serialize import serialize_keras_object

        own = {key: getattr(self, key) for key in ("name", "initial_scale", "dynamic_growth_steps")}
        return own | {"inner_optimizer": serialize_keras_object(self.inner_optimizer)}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Make one from its config."""
        from ..saving.serialize import deserialize_keras_object

        return cls(**config | {"inner_optimizer": deserialize_keras_object(config["inner_optimizer"], custom_objects)})


def _refuse(kwargs):
    """Raise for what the inner optimizer is to be told; its defaults may be said."""
    if not kwargs.pop("dynamic", True):
        raise ValueError(
            "LossScaleOptimizer no longer supports `dynamic=False`. Instead, simply set `loss_scale_factor` directly on the "
            "`inner_optimizer`."
        )
    unknown = [name for name in kwargs if name not in settings.DEFAULTS]
    if unknown:
        raise ValueError(f"LossScaleOptimizer does not support arguments: `{'`, `'.join(unknown)}`.")
    for name, value in kwargs.items():
        if value != settings.DEFAULTS[name]:
            raise ValueError(
                f"LossScaleOptimizer does not support `{name}`. Instead, set `{name}` on the `inner_optimizer`."
            )
