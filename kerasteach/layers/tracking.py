"""How a layer knows its weights and sublayers: it watches its own attributes."""

import inspect

import numpy as np

from .. import left_out, tree
from ..backend import Variable
from ..backend.random import SeedGenerator
from ..metrics.base import Metric

# What programs written for Torch ask of a layer.
_OF_TORCH = (
    "cpu", "cuda", "eval", "forward", "load_state_dict", "named_parameters", "parameters", "state_dict", "torch_params", "train",
    "zero_grad",
)  # fmt: skip
_OF_THE_FRAME = ("built", "_dtype_policy")  # what `Layer.__init__` sets, and building, calling and add_weight ask for
_COMPILED = ("_loss_tracker", "_compile_metrics", "_compile_arguments", "loss", "loss_weights")


def _no_frame(layer, when=""):
    """The error of a class whose `__init__` did not begin with `super().__init__()`."""
    return RuntimeError(
        f"In layer '{type(layer).__name__}', you forgot to call `super().__init__()` as the first statement in the `__init__()` "
        f"method.{when} Go add it!"
    )


class Tracking:
    """Mixin: assigning a variable, layer or metric to an attribute makes it part of the layer.

    Lists, tuples and dicts of layers count too, also when they grow later.
    """

    def __setattr__(self, name, value):
        is_module = False
        if isinstance(value, Variable):
            self._track_variable(value)
        elif isinstance(value, (list, tuple, dict, Tracking)) or (is_module := hasattr(value, "named_parameters")):
            if "name" not in self.__dict__:
                raise _no_frame(self, f" It has to come before `self.{name} = ...`.")
            if is_module and self._backend.is_module(value):
                value = self._wrap_module(value)
            self._attributes()[name] = value
        object.__setattr__(self, name, value)

    def _wrap_module(self, module):
        """A module of Torch as a layer, so that its parameters are trained and saved."""
        from .torch_wrapper import TorchModuleWrapper

        return TorchModuleWrapper(module)

    def __getattr__(self, name):
        """Say why an attribute is not there: asked only when the usual search has failed."""
        if name in _OF_THE_FRAME and "name" not in self.__dict__:
            raise _no_frame(self)
        if not name.startswith("_"):
            own = inspect.getattr_static(type(self), name, None)
            if isinstance(own, property):
                return own.fget(self)  # fails again, and its own words are kept
            if left_out.reason(f"Layer.{name}"):
                raise left_out.missing("Layer", name)
        after = getattr(super(), "__getattr__", None)  # Torch's modules keep some attributes elsewhere
        if after is not None:
            return after(name)
        hint = ""
        if name in _OF_TORCH:
            hint = (
                f"\n`{name}` is there on the Torch backend. Fix: keras.config.set_backend('torch') before layers are made, or "
                "model.to('torch'). On NumPy, keras.GradientTape gives gradients."
            )
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}{hint}", name=name, obj=self)

    def __delattr__(self, name):
        self._attributes().pop(name, None)
        object.__delattr__(self, name)

    def _attributes(self):
        """Attributes that may hold layers, in the order they were first set."""
        return self.__dict__.setdefault("_tracked", {})

    def _track_variable(self, variable):
        own = self.__dict__.setdefault("_trainable_variables", [])
        rest = self.__dict__.setdefault("_non_trainable_variables", [])
        if all(v is not variable for v in own + rest):
            (own if variable.trainable else rest).append(variable)

    @property
    def _layers(self):
        """Direct sublayers, each once."""
        found = []
        for name, value in self._attributes().items():
            if not name.startswith("_inbound") and not name.startswith("_outbound"):
                _collect(value, found)
        return found

    def _flatten_layers(self, include_self=True, recursive=True):
        """This layer and all below it, each once, depth first."""
        seen, found, stack = set(), [], [self]
        while stack:
            layer = stack.pop()
            if id(layer) in seen:
                continue
            seen.add(id(layer))
            found.append(layer)
            if recursive or layer is self:
                stack.extend(reversed(layer._layers))
        return found if include_self else found[1:]

    def _own_variables(self):
        """This layer's own variables in saved order: trainable ones, then the rest."""
        return [*self.__dict__.get("_trainable_variables", []), *self.__dict__.get("_non_trainable_variables", [])]

    def _own_seeds(self):
        """States of the random streams that are attributes."""
        return [value.state for value in vars(self).values() if isinstance(value, SeedGenerator)]

    @property
    def variables(self):
        """All state of this layer and those below: weights, and where random streams stand."""
        return _unique(v for layer in self._flatten_layers() for v in [*layer._own_variables(), *layer._own_seeds()])

    @property
    def weights(self):
        """All weights of this layer and those below, trainable or not."""
        return _unique(v for layer in self._flatten_layers() for v in layer._own_variables())

    @property
    def trainable_variables(self):
        """Variables that training changes."""
        return [v for v in self.weights if v.trainable] if self.trainable else []

    trainable_weights = trainable_variables

    @property
    def non_trainable_variables(self):
        """Variables that training leaves alone, and where random streams stand."""
        return [v for v in self.variables if not v.trainable] if self.trainable else self.variables

    @property
    def non_trainable_weights(self):
        """Weights that training leaves alone."""
        return [v for v in self.weights if not v.trainable] if self.trainable else self.weights

    @property
    def trainable(self):
        """Whether training changes the weights; setting it sets all layers below too."""
        return self.__dict__.get("_trainable", True)

    @trainable.setter
    def trainable(self, value):
        for layer in self._flatten_layers():
            layer.__dict__["_trainable"] = bool(value)
            for variable in layer.__dict__.get("_trainable_variables", []):
                variable.trainable = bool(value) and getattr(variable, "wants_training", True)

    @property
    def metrics(self):
        """Metrics that are attributes of this layer or those below."""
        return _unique(m for layer in self._flatten_layers() for m in layer._own_metrics())

    @property
    def metrics_variables(self):
        """Variables of all metrics of this layer and those below; of a model, also of what `compile` made."""
        return _unique(variable for metric in self.metrics for variable in metric.variables)

    def _own_metrics(self):
        """Metrics that are attributes, or in lists or dicts that are; what `compile` made is not among them."""
        found = [value for name, value in vars(self).items() if name not in _COMPILED]
        lists = [tree.flatten(v) for k, v in self._attributes().items() if k not in _COMPILED and tree.is_nested(v)]
        return [m for part in [found, *lists] for m in part if isinstance(m, Metric)]

    def get_weights(self):
        """Return all weights as NumPy arrays."""
        return [np.array(v.numpy()) for v in self.weights]

    def set_weights(self, weights):
        """Set all weights from arrays, in the order of `get_weights()`.

        Raises:
            ValueError: if counts or shapes differ; nothing is changed then.
        """
        variables = self.weights
        if len(variables) != len(weights):
            raise ValueError(
                f"You called `set_weights(weights)` on layer '{self.name}' with a weight list of length {len(weights)}, "
                f"but the layer was expecting {len(variables)} weights.\n"
                f"Expected: {[variable.shape for variable in variables]}. Received: {[np.shape(value) for value in weights]}.\n"
                "Fix: pass all arrays that get_weights() gives, in its order."
            )
        for variable, value in zip(variables, weights):
            if tuple(np.shape(value)) != variable.shape:
                raise ValueError(
                    f"Layer {self.name} weight shape {variable.shape} is not compatible with provided weight shape "
                    f"{tuple(np.shape(value))}. Weight: {variable.path}\n"
                    "Fix: pass arrays of the shapes that get_weights() gives, in its order."
                )
        for variable, value in zip(variables, weights):
            variable.assign(value)

    def _move(self, name, backend):
        """Move all variables below to another backend."""
        for layer in self._flatten_layers():
            layer.__dict__["_backend"] = backend
            backend.house(layer)
        for variable in self.weights:
            variable.to(name)


def _collect(value, found):
    if isinstance(value, Tracking):
        if all(value is not other for other in found):
            found.append(value)
    elif isinstance(value, dict):
        for item in value.values():
            _collect(item, found)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _collect(item, found)


def _unique(items):
    return list({id(item): item for item in items}.values())
