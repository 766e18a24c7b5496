"""`keras.Model`: layers put together, with training, saving and a summary."""

from .. import backend
from ..layers import Layer
from ..saving.identify import suggest
from ..training.trainer import Trainer
from . import state_tree as trees
from . import summary as summary_table


class Model(Trainer, Layer):
    """A model, made in one of three ways.

    * `Model(inputs, outputs)`: from symbolic tensors; any graph of layers.
    * `Sequential([...])`: a plain chain of layers.
    * A subclass: layers in `__init__`, their use in `call`.

    Args:
        inputs: symbolic tensor, or a list or dict of them.
        outputs: symbolic tensor, or a list or dict of them.
        name: name of the model.

    Source: https://keras.io/api/models/model/

    >>> import kerasteach as keras
    >>> x = keras.Input(shape=(32,))
    >>> model = keras.Model(x, keras.layers.Dense(1)(x))
    >>> model.count_params()
    33
    """

    def __new__(cls, *args, **kwargs):
        if cls is Model and _is_functional(args, kwargs):
            from .functional import Functional

            return object.__new__(Functional)
        return super().__new__(cls)

    def __init__(self, *args, **kwargs):
        from .functional import Functional

        if _is_functional(args, kwargs) and not isinstance(self, Functional):
            # A subclass that only changes training, made from a graph: let it inherit the graph.
            _insert_functional(type(self), Functional)
            Functional.__init__(self, *args, **kwargs)
            return
        super().__init__(*args, **kwargs)

    def call(self, *args, **kwargs):
        raise NotImplementedError(f"Model {type(self).__name__} does not have a `call()` method implemented.")

    @property
    def layers(self):
        """The layers directly in this model."""
        return [layer for layer in self._layers if isinstance(layer, Layer)]

    @layers.setter
    def layers(self, _):
        raise AttributeError("`Model.layers` attribute is reserved and should not be used. Please use another name.")

    def get_layer(self, name=None, index=None):
        """Return a layer by name or number.

        Raises:
            ValueError: if there is none such; the message lists those there are.
        """
        if (name is None) == (index is None):
            raise ValueError("Provide either a layer name or layer index at `get_layer`, and not both.")
        layers = self.layers
        if index is not None:
            if not -len(layers) <= index < len(layers):
                raise ValueError(
                    f"Was asked to retrieve layer at index {index} but model only has {len(layers)} layers.\n"
                    f"Fix: use an index from 0 to {len(layers) - 1}, or a name: {[layer.name for layer in layers]}."
                )
            return layers[index]
        for layer in layers:
            if layer.name == name:
                return layer
        names = [layer.name for layer in layers]
        raise ValueError(f"No such layer: {name}. Existing layers are: {names}.{suggest(name, names)}")

    def summary(
        self,
        line_length=None,
        positions=None,
        print_fn=None,
        expand_nested=False,
        show_trainable=False,
        layer_range=None,
    ):
        """Print a table of the layers.

        Args:
            line_length: width of the table in characters.
            positions: where columns end, as shares of the width.
            print_fn: function(text) to print with.
            expand_nested: whether to list the layers of models inside.
            show_trainable: whether to say which layers are trained.
            layer_range: names (or patterns) of the first and last layer to list.
        """
        text = summary_table.table(self, line_length, positions, expand_nested, show_trainable, layer_range)
        (print_fn or print)(text)

    def to(self, *args, **kwargs):
        """Move the model to another backend, with all its weights and the optimizer's state.

        Args:
            *args, **kwargs: `"numpy"` or `"torch"`, the latter with `device="cuda"`, say, which is then where Torch computes
                (by default on the GPU, if there is one); on Torch also a device or dtype, as `torch.nn.Module.to` takes them.

        Returns:
            The model itself.

        Raises:
            ValueError: for a backend or device that is not there.

        >>> import kerasteach as keras
        >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        >>> model.to("torch").to("numpy").backend
        'numpy'
        """
        name = args[0] if len(args) == 1 and not kwargs.keys() - {"device"} else None
        if name not in ("numpy", "torch"):
            return self._backend.place(self, *args, **kwargs)
        home = backend.get(name)
        if kwargs:
            home.use(kwargs["device"])
        self._move(name, home)
        if self.optimizer is not None:
            self.optimizer.to(name)
        for metric in self.metrics:
            metric.to(name)
        self._clear_functions()
        return self

    @property
    def backend(self):
        """Name of the backend that holds the weights."""
        return self._backend.name

    def save(self, filepath, overwrite=True, zipped=None, **kwargs):
        """Save architecture, weights, compile settings and optimizer to a `.keras` file."""
        from ..saving import save_model

        return save_model(self, filepath, overwrite=overwrite, zipped=zipped, **kwargs)

    def save_weights(self, filepath, overwrite=True, max_shard_size=None):
        """Save the weights to a `.weights.h5` file."""
        from ..saving import save_weights

        return save_weights(self, filepath, overwrite=overwrite, max_shard_size=max_shard_size)

    def load_weights(self, filepath, skip_mismatch=False, **kwargs):
        """Load weights from a `.weights.h5` or `.keras` file."""
        from ..saving import load_weights

        return load_weights(self, filepath, skip_mismatch=skip_mismatch, **kwargs)

    def get_state_tree(self, value_format="backend_tensor"):
        """Return all variables, by kind and then by path, as nested dicts.

        Args:
            value_format: `"backend_tensor"` or `"numpy_array"`.
        """
        return trees.get_state_tree(self, value_format)

    def set_state_tree(self, state_tree):
        """Set variables from nested dicts as `get_state_tree` returns."""
        trees.set_state_tree(self, state_tree)

    def export(self, filepath, format="tf_saved_model", verbose=None, input_signature=None, **kwargs):
        """Write the forward pass to a file for other programs: ONNX, with `format="onnx"`, on the Torch backend.

        Args:
            filepath: the file.
            format: `"onnx"`.
            verbose: whether to say where the file is.
            input_signature: shapes and dtypes of the inputs, where the model does not know them.
            **kwargs: `opset_version`.
        """
        from .export import export

        export(self, filepath, format, verbose, input_signature, **kwargs)

    def to_json(self, **kwargs):
        """Return the architecture as JSON; `keras.models.model_from_json` reads it."""
        from ..saving import to_json

        return to_json(self, **kwargs)

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Make a model from its config."""
        from .functional import Functional, is_functional_config

        if is_functional_config(config) and not issubclass(cls, Functional):
            return Functional.from_config(config, custom_objects) if cls is Model else _rebuild(cls, config, custom_objects)
        return super().from_config(config)


def _rebuild(cls, config, custom_objects):
    """A subclass made from a graph, read back."""
    from .functional import Functional

    graph = Functional.from_config(config, custom_objects)
    return cls(inputs=graph.input, outputs=graph.output, name=config.get("name"))


def _is_functional(args, kwargs):
    """Whether these are the arguments of `Model(inputs, outputs)`."""
    return len(args) == 2 or (len(args) == 1 and "outputs" in kwargs) or ("inputs" in kwargs and "outputs" in kwargs)


def _insert_functional(cls, functional):
    """Put Functional between a subclass and Model, once."""
    if cls is object or issubclass(cls, functional):
        return
    bases = []
    for base in cls.__bases__:
        if base is not Model:
            _insert_functional(base, functional)
        bases.append(functional if base is Model else base)
    cls.__bases__ = tuple(bases)
