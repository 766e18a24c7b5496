"""`keras.layers.Layer`: weights, and the function that uses them.

Calling a layer does five things in order: sort the arguments, make the weights if
there are none yet, check the input, pass on `training` and masks, run `call`.
On symbolic tensors it also adds a node to the graph.
"""

import collections
import functools
import inspect
import threading

from .. import backend, config, constraints, initializers, regularizers, tree
from ..backend import symbolic
from ..backend.masks import mask_of, set_mask
from ..backend.symbolic import KerasTensor, Node, Operation, all_from_somewhere, from_nowhere
from .input_spec import check_input_spec
from .tracking import Tracking


def only_passes_masks(compute_mask):
    """Decorator of a `compute_mask` that gives no mask where no input has one."""
    compute_mask.only_passes = True
    return compute_mask


class _CallContext(threading.local):
    """What the outermost call passes down to the layers it calls."""

    training = None
    depth = 0


CONTEXT = _CallContext()


class Layer(Tracking, Operation):
    """Base of all layers.

    Subclass it: make weights in `build(self, input_shape)` with `add_weight`, use
    them in `call(self, inputs)` with `keras.ops`, and return the constructor's
    arguments from `get_config`. Shapes are found by running `call` on symbolic
    tensors, so `compute_output_shape` is optional.

    Args:
        activity_regularizer: price on the output, added to the loss.
        trainable: whether training changes the weights.
        dtype: dtype name, or an object with a `name`; `keras.config.floatx()` by default.
        autocast: whether float inputs are cast to the layer's dtype.
        name: name; made from the class name by default.

    >>> import kerasteach as keras
    >>> class Scale(keras.layers.Layer):
    ...     def build(self, input_shape):
    ...         self.factor = self.add_weight(shape=(input_shape[-1],), initializer="ones", name="factor")
    ...     def call(self, x):
    ...         return x * self.factor
    >>> Scale()(np.array([[2.0, 3.0]]))
    array([[2., 3.]], dtype=float32)
    """

    static = True  # whether `call` does the same ops at every step: False if it draws random numbers

    def __init__(self, *, activity_regularizer=None, trainable=True, dtype=None, autocast=True, name=None, **kwargs):
        input_shape = kwargs.pop("input_shape", None)
        batch_size = kwargs.pop("batch_size", None)
        if "input_dim" in kwargs:
            input_shape = (kwargs.pop("input_dim"),)
        if kwargs:
            raise ValueError(
                f"Unrecognized keyword arguments passed to {type(self).__name__}: {kwargs}. "
                "Expected only activity_regularizer, trainable, dtype, autocast and name here."
            )
        super().__init__(name=name)
        if input_shape is not None:
            self._input_shape_arg = (batch_size, *input_shape)
        self.activity_regularizer = regularizers.get(activity_regularizer)
        self.built = False
        self.autocast = autocast
        self.supports_masking = False
        self.input_spec = None
        self._trainable = bool(trainable)
        self._dtype = _dtype_name(dtype)
        self._backend = backend.get()
        self._losses = []
        self._build_shapes = None
        self._signature = _signature_of(type(self))

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if "build" in vars(cls):
            cls.build = _remembering_shapes(cls.build)

    # Weights

    def add_weight(
        self,
        shape=None,
        initializer=None,
        dtype=None,
        trainable=True,
        autocast=True,
        regularizer=None,
        constraint=None,
        aggregation="none",
        overwrite_with_gradient=False,
        name=None,
    ):
        """Make a weight.

        Args:
            shape: tuple; `()` by default, one number.
            initializer: name or object; Glorot's uniform draw by default.
            dtype: dtype name; the layer's by default.
            trainable: whether training changes it.
            autocast, aggregation, overwrite_with_gradient: kept for Keras's sake.
            regularizer: price on it, added to the loss.
            constraint: function that puts it right after each update.
            name: short name, as `"kernel"`.

        Returns:
            A `keras.Variable`.
        """
        shape = () if shape is None else tuple(int(n) for n in shape)
        if initializer is None:
            initializer = "glorot_uniform" if _is_float(dtype or self._dtype) else "zeros"
        with backend.names.scope_of(self.name):
            variable = backend.Variable(
                initializers.get(initializer),
                shape=shape,
                dtype=dtype or self._dtype,
                trainable=trainable,
                name=name,
                backend=self._backend.name,
            )
        variable.regularizer = regularizers.get(regularizer)
        variable.constraint = constraints.get(constraint)
        self._track_variable(variable)
        variable.trainable = trainable and self._trainable
        variable.wants_training = trainable
        return variable

    add_variable = add_weight

    def build(self, input_shape):
        """Make the weights; called once, before the first `call`.

        The default runs `call` on a symbolic tensor, so that sublayers make theirs.
        """
        self.built = True
        if self._build_shapes is None:
            self._build_shapes = _as_shapes(input_shape)
        unbuilt = [layer for layer in self._flatten_layers(include_self=False) if not layer.built]
        if unbuilt and input_shape is not None and self._signature.tensor_arguments == 1:
            self.compute_output_spec(_symbolic_from_shape(input_shape, self._dtype))

    def build_from_config(self, config):
        """Make the weights as `get_build_config` described."""
        shape = (config or {}).get("input_shape")
        if shape is not None:
            self._build(_as_shapes(shape))

    def get_build_config(self):
        """Return what `build_from_config` needs."""
        return {"input_shape": self._build_shapes} if self._build_shapes is not None else None

    def _build(self, shapes):
        if self.built and self._build_shapes is not None:
            return
        with backend.name_scope(self.name):
            self._build_shapes = shapes
            self.build(shapes)
        self.built = True

    # Calling

    def __call__(self, *args, **kwargs):
        if not (self.built and len(args) == 1 and self._is_ready(args[0])):
            if symbolic.any_symbolic(args, kwargs):
                return self._call_symbolic(args, kwargs)
            args, kwargs = self._convert(args, kwargs)
            self._maybe_build(args, kwargs)
        check_input_spec(self.input_spec, args[0] if args else None, self.name)
        outer = CONTEXT.training
        training = kwargs.get("training")
        if training is None:
            training = outer if outer is not None else self._signature.default_training
        if self._signature.takes_training:
            kwargs["training"] = training
        else:
            kwargs.pop("training", None)
        masks = self._masks(args)
        if masks and self._signature.takes_mask and kwargs.get("mask") is None:
            kwargs["mask"] = masks if len(masks) > 1 else masks[0]
        CONTEXT.training, CONTEXT.depth = training, CONTEXT.depth + 1
        try:
            outputs = self.call(*args, **kwargs)
        except Exception as error:
            self._explain(error, args)
            raise
        finally:
            CONTEXT.training, CONTEXT.depth = outer, CONTEXT.depth - 1
        if self.activity_regularizer is not None:
            self._regularize_activity(outputs)
        if masks or self._makes_masks():
            self._pass_masks(args, outputs, masks)
        return outputs

    def _call_symbolic(self, args, kwargs):
        self._maybe_build(args, kwargs)
        check_input_spec(self.input_spec, args[0] if args else None, self.name)
        if kwargs.get("training") is None or not self._signature.takes_training:
            kwargs.pop("training", None)
        try:
            outputs = self.compute_output_spec(*tree.map_structure(from_nowhere, args), **tree.map_structure(from_nowhere, kwargs))
        except Exception as error:
            self._explain(error, args)
            raise
        outputs = tree.map_structure(lambda t: KerasTensor(t.shape, t.dtype), outputs)
        if all_from_somewhere(args, kwargs):
            Node(self, args, kwargs, outputs)
        masks = self._masks(args)
        if masks or self._makes_masks():
            self._pass_masks(args, outputs, masks)
        return outputs

    def call(self, *args, **kwargs):
        """Compute the output; what a subclass defines."""
        raise NotImplementedError(f"Layer {type(self).__name__} does not have a `call()` method implemented.")

    def _is_ready(self, x):
        """Whether an argument is a tensor, or a list of tensors, of this layer's backend and dtype."""
        if type(x) is list:
            return bool(x) and all(self._backend.is_ready(t, self._dtype) for t in x)
        return self._backend.is_ready(x, self._dtype)

    def _convert(self, args, kwargs):
        """Arrays and lists of numbers become tensors of this layer's backend and dtype."""
        dtype = self._dtype if self.autocast else None
        convert, is_tensor = self._backend.convert, self._backend.is_tensor

        def tensor(x):
            if is_tensor(x) or hasattr(x, "__array__"):
                return convert(x, dtype)
            return x

        if len(args) == 1 and is_tensor(args[0]):
            return (convert(args[0], dtype),), kwargs
        first = args[0] if args else None
        if isinstance(first, list) and first and isinstance(tree.flatten(first)[0], (int, float)):
            args = (convert(first, dtype), *args[1:])  # a plain nested list of numbers is one tensor
        return tree.map_structure(tensor, args), {k: tree.map_structure(tensor, v) for k, v in kwargs.items()}

    def _maybe_build(self, args, kwargs):
        if self.built:
            return
        shapes = tree.map_structure(lambda x: tuple(x.shape) if hasattr(x, "shape") else None, args)
        shapes = [s for s in map(_as_shapes, shapes) if s is not None and s != {}]
        if self._signature.builds_like_call > 1 and len(shapes) > 1:
            with backend.name_scope(self.name):
                self._build_shapes = shapes
                self.build(*shapes[: self._signature.builds_like_call])
            self.built = True
            return
        self._build(shapes[0] if shapes else None)
    def _explain(self, error, args):
        """Say who was called on what; the innermost layer's note comes first."""
        if getattr(error, "_kt_layer", None) is None:
            error._kt_layer = self.name
            shapes = tree.map_structure(lambda x: tuple(x.shape) if hasattr(x, "shape") else x, args)
            shapes = shapes[0] if len(shapes) == 1 else shapes
            error.add_note(f"In layer '{self.name}' ({type(self).__name__}), called on input of shape {shapes}.")

    # Masks

    def compute_mask(self, inputs, previous_mask):
        """Return the mask of the output; by default the input's."""
        return previous_mask

    def _makes_masks(self):
        return type(self).compute_mask is not Layer.compute_mask

    def _makes_masks_itself(self):
        """Whether `compute_mask` can give a mask where the input has none."""
        return self._makes_masks() and not getattr(type(self).compute_mask, "only_passes", False)

    def _masks(self, args):
        leaves = tree.flatten(args[0]) if args else []
        masks = [mask_of(x) for x in leaves]
        return masks if any(m is not None for m in masks) else []

    def _pass_masks(self, args, outputs, masks):
        if not self.supports_masking and not self._makes_masks():
            return
        previous = masks if len(masks) > 1 else masks[0] if masks else None
        mask = self.compute_mask(args[0], previous)
        for output, m in zip(tree.flatten(outputs), tree.flatten(mask) if mask is not None else []):
            if m is not None:
                set_mask(output, m)

    # Shapes

    def compute_output_shape(self, *args, **kwargs):
        """Return the shape of the output for the shape of an input; nothing is computed."""
        if not self.built:
            self._build(_as_shapes(args[0]))
        spec = self.compute_output_spec(*[_symbolic_from_shape(a, self._dtype) for a in args], **kwargs)
        return tree.map_structure(lambda t: t.shape, spec)

    def compute_output_spec(self, *args, **kwargs):
        """Return symbolic outputs for symbolic inputs, by running `call` on them."""
        if type(self).compute_output_shape is not Layer.compute_output_shape:
            shapes = [tree.map_structure(lambda t: t.shape if type(t) is KerasTensor else t, a) for a in args]
            shape = self.compute_output_shape(*shapes[: self._signature.shape_arguments])
            return _symbolic_from_shape(shape, self._dtype)
        if self._signature.takes_training and "training" not in kwargs:
            kwargs = kwargs | {"training": False}
        return self.call(*args, **kwargs)

    # Losses

    def add_loss(self, loss):
        """Add a number to the loss of the model this layer is part of, for this call."""
        self._losses.extend(x for x in tree.flatten(loss) if type(x) is not KerasTensor)

    def _regularize_activity(self, outputs):
        for output in tree.flatten(outputs):
            self.add_loss(self.activity_regularizer(output) / max(output.shape[0], 1))

    @property
    def losses(self):
        """What `add_loss` got in the last call, and the prices of all regularized weights."""
        layers = self._flatten_layers()
        losses = [loss for layer in layers for loss in layer._losses]
        for variable in self.trainable_weights:
            if variable.regularizer is not None:
                losses.append(variable.regularizer(variable))
        return losses

    def _clear_losses(self):
        for layer in self._flatten_layers():
            layer._losses.clear()

    # Description

    @property
    def path(self):
        """Name, with the scopes it was made in."""
        return self.name

    @property
    def dtype(self):
        """dtype name of the weights."""
        return self._dtype

    variable_dtype = compute_dtype = input_dtype = dtype

    @property
    def dtype_policy(self):
        """The dtype, as an object with a `name`."""
        return _DTypePolicy(self._dtype)

    def get_config(self):
        """Return the constructor's arguments; subclasses add theirs."""
        config = {"name": self.name, "trainable": self.trainable, "dtype": self._dtype}
        if self.activity_regularizer is not None:
            config["activity_regularizer"] = regularizers.serialize(self.activity_regularizer)
        return config

    @classmethod
    def from_config(cls, config):
        """Make a layer from its config.

        Raises:
            TypeError: if the constructor does not take what the config holds.
        """
        try:
            return cls(**config)
        except TypeError as error:
            error.add_note(
                f"{cls.__name__}.__init__ was given the saved config {config}.\n"
                "Fix: define get_config() so that it returns exactly the constructor's arguments."
            )
            raise

    def count_params(self):
        """Return the number of elements of all weights.

        Raises:
            ValueError: if the weights do not exist yet.
        """
        if not self.built:
            raise ValueError(
                f"You tried to call `count_params` on layer '{self.name}', but the layer isn't built. "
                "You can build it manually via: `layer.build(input_shape)`."
            )
        return sum(_size(v.shape) for v in self.weights)

    def save_own_variables(self, store):
        """Put this layer's own weights into a mapping of number to array."""
        for i, variable in enumerate(self._own_variables()):
            store[str(i)] = variable.numpy()

    def load_own_variables(self, store):
        """Take this layer's own weights from a mapping of number to array.

        Raises:
            ValueError: if the counts differ.
        """
        own = self._own_variables()
        if len(store.keys()) != len(own):
            raise ValueError(
                f"Layer '{self.name}' expected {len(own)} variables, but received {len(store.keys())} variables during "
                f"loading. Expected: {[v.name for v in own]}"
            )
        for i, variable in enumerate(own):
            variable.assign(store[str(i)])

    def __repr__(self):
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"

    def __str__(self):
        return repr(self)


def _remembering_shapes(build):
    """A `build` that also works when the user calls it: weights get the layer's path, files the input's shape."""

    @functools.wraps(build)
    def build_and_remember(self, *shapes, **kwargs):
        if self._build_shapes is not None:
            return build(self, *shapes, **kwargs)
        self._build_shapes = _as_shapes(shapes[0] if len(shapes) == 1 else list(shapes)) if shapes else None
        with backend.name_scope(self.name):
            build(self, *shapes, **kwargs)
        self.built = True

    return build_and_remember


_Signature = collections.namedtuple(
    "_Signature", "takes_training default_training takes_mask builds_like_call shape_arguments tensor_arguments"
)
_signatures = {}


def _signature_of(cls):
    """What `call` and `build` of a class take; looked up once per class."""
    if cls not in _signatures:
        call = inspect.signature(cls.call).parameters
        default = call["training"].default if "training" in call else None
        build = [p for p in inspect.signature(cls.build).parameters.values() if p.kind == p.POSITIONAL_OR_KEYWORD]
        shape = inspect.signature(cls.compute_output_shape).parameters.values()
        variadic = any(p.kind == p.VAR_POSITIONAL for p in shape)
        _signatures[cls] = _Signature(
            "training" in call,
            False if default is inspect.Parameter.empty else default,
            "mask" in call,
            len(build) - 1,
            None if variadic else len(shape) - 1,
            sum(p.default is p.empty and p.kind == p.POSITIONAL_OR_KEYWORD for p in call.values()) - 1,
        )
    return _signatures[cls]


class _DTypePolicy:
    """A dtype with the names Keras's policies have."""

    def __init__(self, name):
        self.name = self.compute_dtype = self.variable_dtype = name

    def __repr__(self):
        return f'<DTypePolicy "{self.name}">'


def _dtype_name(dtype):
    if dtype is None:
        return config.floatx()
    if isinstance(dtype, dict):  # a saved policy
        dtype = dtype["config"]["name"]
    return dtype if isinstance(dtype, str) else getattr(dtype, "name", None) or backend.dtype_name(dtype)


def _is_float(dtype):
    """Whether a dtype name is a float type."""
    return "float" in str(dtype)


def _as_shapes(shapes):
    """Lists of numbers (as JSON has them) into tuples, at any depth."""
    if shapes is None:
        return None
    if isinstance(shapes, dict):
        return {k: _as_shapes(v) for k, v in shapes.items()}
    if isinstance(shapes, (list, tuple)):
        if all(n is None or isinstance(n, int) for n in shapes):
            return tuple(shapes)
        return [_as_shapes(s) for s in shapes]
    return None


def _symbolic_from_shape(shape, dtype):
    shape = _as_shapes(shape)
    if isinstance(shape, dict):
        return {k: _symbolic_from_shape(v, dtype) for k, v in shape.items()}
    if isinstance(shape, list):
        return [_symbolic_from_shape(s, dtype) for s in shape]
    return KerasTensor(shape, dtype)


def _as_symbolic(x):
    return KerasTensor(tuple(x.shape), backend.dtype_name(x.dtype)) if hasattr(x, "shape") else x


def _size(shape):
    total = 1
    for n in shape:
        total *= n
    return total
