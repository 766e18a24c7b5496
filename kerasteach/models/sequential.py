"""`keras.Sequential`: a plain chain of layers."""

from .. import errors, saving, tree
from ..backend.names import auto_name, current_path, scope_of
from ..backend.symbolic import is_keras_tensor
from ..layers import Input, InputLayer, InputSpec, Layer
from .functional import Functional
from .model import Model


class Sequential(Model):
    """Layers one after the other.

    With an `Input` first, all weights exist at once; without, they are made when
    the first data comes.

    Args:
        layers: list of layers.
        trainable: whether training changes the weights.
        name: name of the model.

    Source: https://keras.io/api/models/sequential/

    >>> import kerasteach as keras
    >>> model = Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    >>> model.output_shape
    (None, 2)
    """

    def __new__(cls, *args, **kwargs):
        return Layer.__new__(cls)

    @errors.door
    def __init__(self, layers=None, trainable=True, name=None):
        with errors.COACHED:
            Layer.__init__(self, trainable=trainable, name=name)
            self._chain = []
            self._functional = None
            for layer in layers or []:
                self.add(layer, rebuild=False)
            self._maybe_rebuild()

    @property
    def input_dtype(self):
        """dtype that inputs are cast to: that of the Input, if there is one."""
        chain = self.__dict__.get("_chain")
        return chain[0].dtype if chain and isinstance(chain[0], InputLayer) else self.compute_dtype

    @property
    def _layers(self):
        return list(self.__dict__.get("_chain", ()))

    @errors.door
    def add(self, layer, rebuild=True):
        """Put a layer at the end.

        Args:
            layer: a layer, a model, or the tensor `Input` returns.
            rebuild: kept for Keras's sake.

        Raises:
            ValueError: if it is no layer, its name is taken, or its input cannot follow.
        """
        with errors.COACHED:
            if is_keras_tensor(layer) and isinstance(layer._keras_history.operation, InputLayer):
                layer = layer._keras_history.operation
            if not isinstance(layer, Layer):
                raise ValueError(
                    "Only instances of `keras.Layer` can be added to a Sequential model. "
                    f"Received: {layer} (of type {type(layer)})\n"
                    "Fix: make an object, as in Dense(8) and not Dense; a function becomes a layer with Lambda(function)."
                )
            if layer.name in [other.name for other in self._chain]:
                raise ValueError(
                    f"All layers added to a Sequential model should have unique names. Name '{layer.name}' is already the "
                    f"name of a layer in this model. Update the `name` argument to pass a unique name."
                )
            if isinstance(layer, InputLayer) and self._chain:
                raise ValueError(f"Sequential model '{self.name}' has already been configured to use input shape; an Input must be its first layer.")
            if not self._chain and hasattr(layer, "_input_shape_arg"):
                self._chain.append(InputLayer(batch_shape=layer._input_shape_arg))
            self._chain.append(layer)
            if rebuild:
                self._maybe_rebuild()

    def pop(self, rebuild=True):
        """Take the last layer off and return it.

        Raises:
            IndexError: if there is none.
        """
        if not self._chain:
            raise IndexError(f"pop from Sequential model '{self.name}', which has no layers.")
        layer = self._chain.pop()
        self.built, self._functional = False, None
        if rebuild:
            self._maybe_rebuild()
        return layer

    def _maybe_rebuild(self):
        self.built, self._functional = False, None
        self._clear_functions()
        if self._chain and isinstance(self._chain[0], InputLayer) and len(self._chain) > 1:
            self._connect(self._chain[0].output)
        elif len(self._chain) > 1 and len(getattr(self._chain[0], "inputs", ())) == 1:  # a model that knows its input
            first = self._chain[0].inputs[0]
            self._connect(Input(batch_shape=first.shape, dtype=first.dtype))

    @errors.door
    def build(self, input_shape=None):
        """Make the weights for inputs of this shape.

        Raises:
            ValueError: if there are no layers, or no single shape.
        """
        with errors.COACHED:
            if self._functional is not None:
                return
            if not self._chain:
                raise ValueError(f"Sequential model {self.name} cannot be built because it has no layers. Call `model.add(layer)`.")
            if isinstance(self._chain[0], InputLayer):
                return self._connect(self._chain[0].output)
            if input_shape is None:
                raise ValueError("You must provide an `input_shape` argument.")
            start = Input(batch_shape=tuple(input_shape), dtype=self._chain[0].compute_dtype)
            self._chain.insert(0, start._keras_history.operation)
            self._connect(start)

    def _connect(self, x):
        start = x
        with scope_of(self.name, self):
            self._path = current_path()
            for layer in self._chain:
                if not isinstance(layer, InputLayer):
                    x = layer(x)
        auto_name("Functional")  # Keras counts the graph inside as one more
        self._functional = Functional(start, x, name=self.name)
        self._build_shapes = start.shape
        self.built = True

    @errors.door
    def __call__(self, inputs, training=None, mask=None):
        try:
            if self._functional is None and self._chain:
                symbols = tree.flatten(inputs)
                shape = tuple(symbols[0].shape) if hasattr(symbols[0], "shape") else tuple(self._backend.convert(inputs).shape)
                self.build(shape)
            return super().__call__(inputs, training=training, mask=mask)
        except errors.KINDS as error:
            errors.teach(error)
            raise

    def call(self, inputs, training=None, mask=None):
        """Run the chain."""
        if self._functional is None:
            raise ValueError(f"Sequential model {self.name} has no layers to run. Call `model.add(layer)`.")
        return self._functional.call(inputs, training=training, mask=mask)

    def compute_output_spec(self, inputs, training=None, mask=None):
        """Return symbolic outputs for symbolic inputs."""
        return self._functional.compute_output_spec(inputs, training=training)

    def compute_output_shape(self, input_shape):
        """Return the output shape for an input shape."""
        if self._functional is not None:
            return self._functional.compute_output_shape(input_shape)
        for layer in self.layers:
            input_shape = layer.compute_output_shape(input_shape)
        return input_shape

    @property
    def layers(self):
        """The layers, without the input."""
        return [layer for layer in self._chain if not isinstance(layer, InputLayer)]

    @property
    def input_spec(self):
        """What the model demands of its input."""
        functional = self.__dict__.get("_functional")
        if functional is None:
            return None
        # As in Keras, pictures may be of another size than the model was drawn for: then its layers decide.
        return [_of_any_size(spec) if spec.ndim > 2 else spec for spec in functional.input_spec]

    @input_spec.setter
    def input_spec(self, _):
        """The chain says what the input is; there is nothing to set."""

    def _graph(self, what):
        if self._functional is None:
            raise AttributeError(
                f"Sequential model '{self.name}' has no defined {what} yet. "
                "Fix: start it with keras.Input(shape), or call it on data first."
            )
        return self._functional

    @property
    def inputs(self):
        """Symbolic inputs, as a list."""
        return self._graph("inputs").inputs

    @property
    def outputs(self):
        """Symbolic outputs, as a list."""
        return self._graph("outputs").outputs

    @property
    def input_shape(self):
        """Shape of the input."""
        return self._graph("input shape").input_shape

    @property
    def output_shape(self):
        """Shape of the output."""
        return self._graph("output shape").output_shape

    @property
    def _nodes(self):
        return self._functional._nodes if self._functional is not None else []

    @property
    def output_names(self):
        """Name of the last layer, as a list."""
        return [self._chain[-1].name] if self._chain else []

    def get_config(self):
        """Return the layers as plain data."""
        config = {
            "name": self.name, "trainable": self.trainable,
            "dtype": saving.serialize_keras_object(self.dtype_policy),
            "layers": [saving.serialize_keras_object(layer) for layer in self._chain],
        }  # fmt: skip
        return config | ({"build_input_shape": list(self._build_shapes)} if self.built else {})

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Make a model from `get_config()`."""
        model = cls(
            [saving.deserialize_keras_object(layer, custom_objects) for layer in config["layers"]],
            trainable=config.get("trainable", True),
            name=config.get("name"),
        )
        shape = config.get("build_input_shape")
        if not model.built and shape and not isinstance(shape[0], (list, dict)):
            model.build(tuple(shape))
        return model

    def get_build_config(self):
        """Return the input shape, if it is known."""
        return {"input_shape": self._build_shapes} if self.built else None


def _of_any_size(spec):
    """A spec of so many axes; where the last is 1 it may be missing, as of grey pictures."""
    if spec.shape[-1] != 1:
        return InputSpec(ndim=spec.ndim, name=spec.name)
    return InputSpec(shape=(*[None] * (spec.ndim - 1), 1), name=spec.name, allow_last_axis_squeeze=True)
