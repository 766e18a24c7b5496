"""`keras.layers.Layer`: weights, and the function that uses them.

What happens in a call is in `calling`, how weights and sublayers are found in
`tracking`, what a layer says of itself in `description`.
"""

from .. import backend, constraints, dtype_policies, initializers, regularizers, tree
from ..backend.modes import DRAWING, SCOPES
from ..backend.symbolic import KerasTensor, Operation
from ..rich import Shown
from .calling import WITH_LOSSES, Calling
from .description import Description
from .signature import ShapesByName, as_shapes, remembering_shapes, signature_of, symbolic_from_shape
from .stateless import Stateless
from .tracking import Tracking


class Layer(Calling, Stateless, Description, Tracking, Operation, Shown):
    """Base of all layers.

    Subclass it: make weights in `build(self, input_shape)` with `add_weight`, use
    them in `call(self, inputs)` with `keras.ops`, and return the constructor's
    arguments from `get_config`. Shapes are found by running `call` on symbolic
    tensors, so `compute_output_shape` is optional.

    Args:
        activity_regularizer: price on the output, added to the loss.
        trainable: whether training changes the weights.
        dtype: dtype name or policy, as `"mixed_float16"`; `keras.config.dtype_policy()` by default.
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

    static = True  # whether `call` does the same ops at every step: False if it looks at numbers to decide

    def __new__(cls, *args, **kwargs):
        layer = super().__new__(cls)
        layer.__dict__["_given"] = args, kwargs  # for a class that defines no get_config
        return layer

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
        self.supports_masking = self._makes_masks()
        self.input_spec = None
        self._trainable = bool(trainable)
        self._dtype_policy, self._path = dtype_policies.get(dtype), None
        self._backend = backend.get()
        self._losses = []
        self._build_shapes = None
        self._signature = signature_of(type(self))
        self._backend.house(self)

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if "build" in vars(cls):
            cls.build = remembering_shapes(cls.build)

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
            autocast: whether a layer of mixed precision reads it in its compute dtype.
            aggregation: kept for Keras's sake.
            overwrite_with_gradient: must be False to be trained: it serves float8, which there is not.
            regularizer: price on it, added to the loss.
            constraint: function that puts it right after each update.
            name: short name, as `"kernel"`.

        Returns:
            A `keras.Variable`.
        """
        if isinstance(shape, str):
            raise ValueError(f"`name` must be passed as a keyword argument. Fix: add_weight(shape=..., name='{shape}').")
        shape = () if shape is None else shape
        if initializer is None:
            initializer = "glorot_uniform" if backend.is_float_dtype(dtype or self.variable_dtype) else "zeros"
        with backend.names.scope_of(self.name, self):
            variable = backend.Variable(
                initializers.get(initializer),
                shape=shape,
                dtype=dtype or self.variable_dtype,
                trainable=trainable,
                autocast=autocast,
                aggregation=aggregation,
                name=name,
                backend=self._backend.name,
            )
        variable.regularizer = regularizers.get(regularizer)
        variable.constraint = constraints.get(constraint)
        self._track_variable(variable)
        variable.trainable = trainable and self._trainable
        variable.wants_training = trainable
        variable.overwrite_with_gradient = overwrite_with_gradient  # which an optimizer refuses
        return variable

    add_variable = add_weight

    def _add_kept(self, role, shape, **settings):
        """Make the weight `role` with the initializer, regularizer and constraint the constructor was given for it."""
        kept = {key: getattr(self, f"{role}_{key}", None) for key in ("initializer", "regularizer", "constraint")}
        return self.add_weight(**{"name": role, "shape": shape} | kept | settings)

    def build(self, input_shape):
        """Make the weights; called once, before the first `call`.

        The default runs `call` on a symbolic tensor, so that sublayers make theirs.
        """
        self.built = True
        if self._build_shapes is None:
            self._build_shapes = as_shapes(input_shape)
        unbuilt = [layer for layer in self._flatten_layers(include_self=False) if not layer.built]
        if unbuilt and input_shape is not None and self._signature.tensor_arguments == 1:
            self.compute_output_spec(symbolic_from_shape(input_shape, self.compute_dtype))

    def build_from_config(self, config):
        """Make the weights as `get_build_config` described."""
        config = config or {}
        if "shapes_dict" in config:
            self._build(ShapesByName(as_shapes(config["shapes_dict"])))
        elif config.get("input_shape") is not None:
            self._build(as_shapes(config["input_shape"]))

    def get_build_config(self):
        """Return what `build_from_config` needs."""
        if isinstance(self._build_shapes, ShapesByName):
            return {"shapes_dict": dict(self._build_shapes)}
        return {"input_shape": self._build_shapes} if self._build_shapes is not None else None

    def _build(self, shapes):
        if self.built and self._build_shapes is not None:
            return
        with backend.names.scope_of(self.name, self), DRAWING.switched(False):
            self._build_shapes, self._path = shapes, backend.names.current_path()
            self.build(**shapes) if isinstance(shapes, ShapesByName) else self.build(shapes)
        self.built = True

    # Losses

    def add_loss(self, loss):
        """Add a number to the loss of the model this layer is part of, for this call."""
        losses = [x for x in tree.flatten(loss) if type(x) is not KerasTensor]
        if SCOPES.stateless is not None:
            for x in losses if SCOPES.stateless.collect_losses else ():
                SCOPES.stateless.add_loss_of(self, x)
            return
        self._losses.extend(losses)
        if losses:
            WITH_LOSSES.add(self)

    def _own_losses(self):
        """What this layer added in the last call; in a StatelessScope, in that scope."""
        return self._losses if SCOPES.stateless is None else SCOPES.stateless.losses_of(self)

    def _regularize_activity(self, outputs):
        for output in tree.flatten(outputs):
            self.add_loss(self.activity_regularizer(output) / max(output.shape[0], 1))

    @property
    def losses(self):
        """What `add_loss` got in the last call, and the prices of all regularized weights."""
        layers = self._flatten_layers()
        losses = [loss for layer in layers for loss in layer._own_losses()]
        for variable in self.trainable_weights:
            if variable.regularizer is not None:
                losses.append(variable.regularizer(variable))
        return losses
