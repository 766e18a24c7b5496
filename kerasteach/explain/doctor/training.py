"""A training as an object that can be changed in one place and run again."""

import copy
import dataclasses
from collections.abc import Callable, Mapping

import numpy as np

from ... import activations, backend, initializers, tree
from ..layer_outputs import names_of
from ..watch import Watch


@dataclasses.dataclass(frozen=True)
class Training:
    """What makes a training: a compiled model, data, and the arguments of `fit`.

    The methods return another Training, whose model starts again: weights that are trained are drawn anew by their
    initializers; what is frozen keeps its numbers.

    Attributes:
        model, x, y, validation_data: as for `fit`.
        settings: dict of the other arguments of `fit`.
        prepare: what a fix does to an array of inputs, for data to come; None if nothing.

    >>> import kerasteach as keras
    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    >>> model.compile(keras.optimizers.SGD(1e-6), "mse")
    >>> training = Training(model, np.ones((4, 1)), np.ones((4, 1)), settings={"epochs": 3})
    >>> training.with_compile(learning_rate=0.25).fit()[0].history["loss"]
    [1.0, 0.0, 0.0]
    """

    model: object
    x: object
    y: object
    validation_data: object = None
    settings: Mapping = dataclasses.field(default_factory=dict)
    prepare: Callable | None = None

    def fit(self, **settings):
        """Train, watched; return (History, Watch)."""
        watch, settings = Watch(), {"verbose": 0, **self.settings, **settings}
        callbacks = [*settings.pop("callbacks", ()), watch]
        try:
            return self.model.fit(self.x, self.y, validation_data=self.validation_data, callbacks=callbacks, **settings), watch
        finally:
            watch.stop()

    def fresh(self, **changes):
        """Return the same training from the start."""
        return dataclasses.replace(self, **{"model": fresh(self.model), **changes})

    def with_compile(self, learning_rate=None, **changes):
        """Return the training with other arguments of `compile`; of the optimizer, another learning rate or setting.

        Args:
            learning_rate: another learning rate.
            **changes: arguments of `compile`, or settings of the optimizer such as `clipnorm`.
        """
        new = self.fresh()
        arguments = new.model._compile_arguments
        config = arguments["optimizer"].get_config()
        config |= {key: changes.pop(key) for key in list(changes) if key in config and key not in arguments}
        config |= {} if learning_rate is None else {"learning_rate": learning_rate}
        new.model.compile(**{**arguments, "optimizer": type(arguments["optimizer"]).from_config(config), **changes})
        return new

    def with_layers(self, layers, **attributes):
        """Return the training with attributes of some layers changed, such as `activation` or `kernel_initializer`.

        Args:
            layers: names of layers, as `activations` has them.
        """
        new = dataclasses.replace(self, model=copy.deepcopy(self.model))
        names = names_of(new.model)
        for layer in new.model._flatten_layers():
            if names.get(id(layer)) in layers:
                for key, value in attributes.items():
                    _change(getattr(layer, "cell", layer), key, value)
        return new.fresh()

    def with_inputs(self, function):
        """Return the training with every array of inputs, in validation too, changed by a function."""
        return dataclasses.replace(self._with_data(lambda x, y, *rest: (tree.map_structure(function, x), y, *rest)), prepare=function)

    def with_targets(self, function, index=0):
        """Return the training with an output's targets, in validation too, changed by a function; `index` is its number."""

        def change(x, y, *rest):
            arrays = [function(a) if i == index else a for i, a in enumerate(tree.flatten(y))]
            return x, tree.pack_sequence_as(y, arrays), *rest

        return self._with_data(change)

    def seen_by(self, data):
        """Return data `(x, y)` to come as the model wants it."""
        return data if self.prepare is None else (tree.map_structure(self.prepare, data[0]), *data[1:])

    def _with_data(self, function):
        x, y = function(self.x, self.y)
        return self.fresh(x=x, y=y, validation_data=None if self.validation_data is None else function(*self.validation_data))

    def with_fit(self, **settings):
        """Return the training with other arguments of `fit`."""
        return self.fresh(settings={**self.settings, **settings})


def fresh(model):
    """Return a copy of a compiled model that has not been trained."""
    new = copy.deepcopy(model)
    for variable in new.weights:
        trained = variable.trainable or not any(v is variable for v in _frozen(new))
        if variable.initializer is not None and trained:
            variable.assign(np.asarray(backend.to_numpy(variable.initializer(variable.shape, dtype=variable.dtype))))
    arguments = model._compile_arguments
    optimizer = type(arguments["optimizer"]).from_config(arguments["optimizer"].get_config())
    new.compile(**{**arguments, "optimizer": optimizer, "metrics": copy.deepcopy(arguments["metrics"])})
    return new


def _frozen(model):
    """Weights of layers that are not trained at all."""
    return [v for layer in model._flatten_layers() if not layer.trainable for v in layer._own_variables()]


def _change(layer, key, value):
    """Set an attribute as the constructor would; an initializer also for the weight that it is of."""
    if key == "trainable":
        layer.trainable = value
        return
    if key == "activation" and not hasattr(layer, "activation"):  # a layer such as ReLU is one itself
        layer.negative_slope = 0.1
        return
    value = activations.get(value) if key == "activation" else initializers.get(value)
    setattr(layer, key, value)
    for variable in layer._own_variables():
        if variable.name == key.removesuffix("_initializer"):
            variable.initializer = value


