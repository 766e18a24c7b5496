"""`Model(inputs, outputs)`: a model that is a graph of layers."""

from .. import backend, errors, ops, tree
from ..backend.masks import keep_mask, with_mask
from ..backend.modes import TRACE
from ..backend.scopes import AutocastScope
from ..backend.symbolic import KerasTensor, is_keras_tensor
from ..layers import InputSpec, Layer
from .graph import trace
from .input_structure import check_keys, check_nesting
from .model import Model
from .plan import Plan


class Functional(Model):
    """A model from symbolic inputs to symbolic outputs; what `Model(inputs, outputs)` returns.

    Args:
        inputs: symbolic tensor, or a list or dict of them.
        outputs: symbolic tensor, or a structure of them.
        name: name of the model.

    Raises:
        ValueError: if something is not symbolic, or outputs do not lead back to inputs.
    """

    casts_inputs = False  # each is cast to the dtype of its own symbol

    def __init__(self, inputs, outputs, name=None, **kwargs):
        trainable = kwargs.pop("trainable", None)
        _check_symbolic(inputs, "inputs")
        _check_symbolic(outputs, "outputs")
        Layer.__init__(self, name=name, **kwargs)
        with backend.name_scope(self.name):
            self._path = backend.names.current_path()
        self._inputs_struct, self._outputs_struct = inputs, outputs
        self._set_graph(tree.flatten(self._inputs_struct), tree.flatten(outputs))
        self.built = True
        if trainable is not None:
            self._trainable = bool(trainable)  # the layers keep their own

    def _set_graph(self, inputs, outputs):
        self._nodes, self._operations = trace(inputs, outputs)
        self._graph_inputs, self._graph_outputs = tuple(inputs), tuple(outputs)
        self._graph_layers = [op for op in self._operations if isinstance(op, Layer)]
        self._plan = Plan(self._nodes, inputs, outputs)

    @property
    def _layers(self):
        return list(self.__dict__.get("_graph_layers", ())) + [
            layer for layer in super()._layers if layer not in self.__dict__.get("_graph_layers", ())
        ]

    @property
    def layers(self):
        """The layers of the graph, inputs first."""
        return list(self._graph_layers)

    @layers.setter
    def layers(self, _):
        raise AttributeError("`Model.layers` attribute is reserved and should not be used. Please use another name.")

    @property
    def operations(self):
        """Layers and bare ops of the graph, inputs first."""
        return list(self._operations)

    @property
    def inputs(self):
        """Symbolic inputs, as a list."""
        return list(self._graph_inputs)

    @property
    def outputs(self):
        """Symbolic outputs, as a list."""
        return list(self._graph_outputs)

    @property
    def input(self):
        """Symbolic inputs, in their structure."""
        return self._inputs_struct

    @property
    def output(self):
        """Symbolic outputs, in their structure."""
        return self._outputs_struct

    @property
    def input_shape(self):
        """Shape of the input; a list of shapes if there are several."""
        return _one_or_all([t.shape for t in self._graph_inputs])

    @property
    def output_shape(self):
        """Shape of the output; a list of shapes if there are several."""
        return _one_or_all([t.shape for t in self._graph_outputs])

    @property
    def input_names(self):
        """Names of the inputs."""
        return [t._keras_history.operation.name for t in self._graph_inputs]

    @property
    def output_names(self):
        """Names of the layers that make the outputs."""
        return [t._keras_history.operation.name for t in self._graph_outputs]

    @property
    def input_spec(self):
        """What the model demands of its inputs."""
        if not hasattr(self, "_graph_inputs"):
            return None
        return [
            InputSpec(shape=(None, *t.shape[1:]), name=t.name, allow_last_axis_squeeze=True) for t in self._graph_inputs
        ]

    @input_spec.setter
    def input_spec(self, _):
        """The graph says what the inputs are; there is nothing to set."""

    def build(self, input_shape=None):
        """Nothing to do: a graph is built from the start."""
        self.built = True

    @errors.door
    def __call__(self, *args, **kwargs):
        try:
            if args and isinstance(args[0], (dict, tuple)):
                args = (self._in_order(args[0]), *args[1:])
            return super().__call__(*args, **kwargs)
        except errors.KINDS as error:
            errors.teach(error)
            raise

    def _in_order(self, inputs):
        """Inputs in a dict, tuple or deeper structure, as the list the graph has them in; dicts go by key."""
        wanted = self._inputs_struct
        if isinstance(inputs, dict) and not isinstance(wanted, dict):
            wanted = dict(zip(self.input_names, self._graph_inputs))
            check_keys(inputs, wanted, self.name)
            return [inputs[name] for name in wanted]
        if tree.is_nested(wanted):
            check_nesting(inputs, wanted, self.name)
        return tree.flatten(inputs)

    def call(self, inputs, training=None, mask=None):
        """Run the graph."""
        values = self._standardize(inputs)
        if mask is not None:
            masks = tree.flatten(mask)
            values = [v if m is None else with_mask(v, m) for v, m in zip(values, masks)]
        if values and type(values[0]) is KerasTensor and TRACE.nodes is None:
            return self._call_on_symbols(values, training)
        with AutocastScope(None):  # each layer has its own
            return self._pack_outputs(self._plan.run(values, training))

    def _pack_outputs(self, outputs):
        """A list of outputs in the structure the model was made with; a list of one is that one, as in Keras."""
        struct = self._outputs_struct
        if is_keras_tensor(struct) or (isinstance(struct, (list, tuple)) and len(struct) == 1 and is_keras_tensor(struct[0])):
            return outputs[0]
        return tree.pack_sequence_as(struct, outputs)

    def _standardize(self, inputs):
        """Inputs as a list of tensors, each of the rank and dtype that its symbol has."""
        values = [inputs] if hasattr(inputs, "shape") else tree.flatten(inputs)
        return [
            value
            if value is not None and value.dtype == symbol.dtype and len(value.shape) == len(symbol.shape)
            else keep_mask(value, self._fit(value, symbol))
            for value, symbol in zip(values, self._graph_inputs)
        ]

    def _fit(self, value, symbol):
        """`(batch,)` for `(batch, 1)` and the reverse; the dtype of the symbol; None for an optional input."""
        if value is None:
            name = symbol._keras_history.operation.name
            if getattr(symbol._keras_history.operation, "optional", False):
                return None
            raise ValueError(
                f"The input '{name}' is not optional, but None was passed. Please provide a valid tensor.\n"
                f"Fix: pass a tensor of shape {symbol.shape}, or make the input with keras.Input(..., optional=True)."
            )
        name = backend.dtype_name(value.dtype)
        if name == "string":
            return self._fit_text(value, symbol)
        if len(value.shape) == len(symbol.shape) + 1 and value.shape[-1] == 1:
            value = ops.squeeze(value, axis=-1)
        elif len(value.shape) == len(symbol.shape) - 1 and symbol.shape[-1] == 1:
            value = ops.expand_dims(value, axis=-1)
        return value if name == symbol.dtype else ops.cast(value, symbol.dtype)

    def _fit_text(self, value, symbol):
        """Strings for an input of strings; any other input says what it wants."""
        if symbol.dtype != "string":
            raise ValueError(
                f"Invalid dtype: str. Expected numbers in `x`, for the input '{symbol._keras_history.operation.name}'. Received "
                f"strings, of shape {tuple(value.shape)}.\nFix: turn text and categories into numbers first, for instance with "
                "np.unique(x, return_inverse=True); or make the input with dtype='string', and a TextVectorization after it."
            )
        if len(value.shape) == len(symbol.shape) + 1:
            return value[..., 0]
        return value[..., None] if len(value.shape) == len(symbol.shape) - 1 else value

    def _call_on_symbols(self, values, training):
        """The graph drawn once more on other symbols; shapes follow them."""
        known = {id(t): v for t, v in zip(self._graph_inputs, values)}
        for node in self._nodes:
            if node.is_input or all(id(t) in known for t in node.outputs):
                continue
            args, kwargs = node.fill(known)
            made = node.operation._draw(args, kwargs) if isinstance(node.operation, Layer) else node.operation(*args, **kwargs)
            known.update({id(t): v for t, v in zip(node.outputs, tree.flatten(made))})
        return tree.map_structure(lambda t: known[id(t)], self._outputs_struct)

    def compute_output_spec(self, inputs, training=None, mask=None):
        """Return symbolic outputs for symbolic inputs."""
        return self._call_on_symbols(self._standardize(inputs), training)

    def compute_output_shape(self, input_shape):
        """Return output shapes for input shapes."""
        symbols = tree.flatten(self._in_order(tree.map_shape_structure(KerasTensor, input_shape)))
        for symbol, wanted in zip(symbols, self._graph_inputs):
            symbol.dtype = wanted.dtype
        return tree.map_structure(lambda t: t.shape, self._call_on_symbols(symbols, None))

    def get_build_config(self):
        """A graph needs no shapes to be built from."""
        return None

    def get_config(self):
        """Return the graph as plain data: layers, their calls, inputs and outputs."""
        if not _is_plain(type(self)):
            return super().get_config()
        from .functional_config import graph_config

        return graph_config(self)

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Make a model from `get_config()`."""
        from .functional_config import graph_from_config

        if not is_functional_config(config):
            return cls(**config)
        inputs, outputs, rest = graph_from_config(config, custom_objects)
        return cls(inputs=inputs, outputs=outputs, **rest)


def _one_or_all(shapes):
    return shapes[0] if len(shapes) == 1 else shapes


def _is_plain(cls):
    """Whether the constructor is the graph's own, so that a graph is all there is to save."""
    return cls.__init__ is Functional.__init__ or cls.__init__ is Model.__init__


def is_functional_config(config):
    """Whether a config describes a graph."""
    return isinstance(config, dict) and {"layers", "input_layers", "output_layers"} <= set(config)


def _check_symbolic(structure, what):
    for leaf in tree.flatten(structure):
        if not is_keras_tensor(leaf):
            raise ValueError(
                f"All `{what}` values must be KerasTensors. Received: {what}={structure} including invalid value {leaf} "
                f"of type {type(leaf)}\nFix: start from keras.Input(shape=...) and call layers on it."
            )
