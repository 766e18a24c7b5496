"""The layers everything starts with: Input, Lambda, Identity."""

from .. import tree
from ..backend.modes import DRAWING
from ..backend.symbolic import KerasTensor, Node, is_keras_tensor
from ..config import floatx
from .layer import Layer
from .signature import as_shapes, symbolic_from_shape


class InputLayer(Layer):
    """Where a graph starts; made by `Input`, and described there."""

    def __init__(
        self,
        shape=None,
        batch_size=None,
        dtype=None,
        sparse=None,
        ragged=None,
        batch_shape=None,
        input_tensor=None,
        optional=False,
        name=None,
        **kwargs,
    ):
        shape = kwargs.pop("input_shape", shape)  # older names
        batch_shape = kwargs.pop("batch_input_shape", batch_shape)
        if sparse or ragged:
            raise ValueError("Sparse and ragged inputs are not supported. Fix: pass dense arrays, padded where needed.")
        if input_tensor is not None:
            _check_agrees(input_tensor, shape, batch_size, batch_shape, dtype)
            batch_shape, dtype = input_tensor.shape, input_tensor.dtype
        elif shape is not None and batch_shape is not None:
            raise ValueError("You cannot pass both `shape` and `batch_shape` at the same time.")
        elif batch_size is not None and batch_shape is not None:
            raise ValueError("You cannot pass both `batch_size` and `batch_shape` at the same time.")
        elif shape is None and batch_shape is None:
            raise ValueError("You must pass a `shape` argument.")
        super().__init__(name=name, dtype=dtype or floatx())
        self.batch_shape = _checked_shape((batch_size, *_checked_shape(shape)) if batch_shape is None else batch_shape)
        self.optional = optional
        Node(self, outputs=KerasTensor(self.batch_shape, self.dtype, name=name) if input_tensor is None else input_tensor)
        self.built = True

    def call(self):
        return None

    def get_config(self):
        return {
            "batch_shape": self.batch_shape, "dtype": self.dtype, "sparse": False, "ragged": False, "name": self.name,
            "optional": self.optional,
        }  # fmt: skip


def _check_agrees(tensor, shape, batch_size, batch_shape, dtype):
    """Raise unless `tensor` is symbolic and all else says the same of it."""
    if not is_keras_tensor(tensor):
        raise ValueError(
            f"Argument `input_tensor` must be a KerasTensor. Received invalid type: input_tensor={tensor} (of type {type(tensor)})"
        )
    said = [
        ("batch_size", batch_size, tensor.shape[0] if tensor.shape else None), ("shape", shape, tensor.shape[1:]),
        ("batch_shape", batch_shape, tensor.shape), ("dtype", dtype, tensor.dtype),
    ]  # fmt: skip
    for name, given, found in said:
        given = tuple(given) if isinstance(given, list) else given
        if given is not None and given != found:
            raise ValueError(
                f"When providing the `input_tensor` argument, you cannot provide an incompatible `{name}` argument. "
                f"Expected: {found}. Received: {name}={given}"
            )


def _checked_shape(shape):
    if isinstance(shape, int) or not all(n is None or isinstance(n, int) or hasattr(n, "__index__") for n in shape):
        raise ValueError(
            f"Cannot convert '{shape}' to a shape. Expected a tuple of whole numbers or None without the batch axis, "
            "for instance (32,) for vectors of 32 features."
        )
    return tuple(n if n is None else int(n) for n in shape)


def Input(
    shape=None,
    batch_size=None,
    dtype=None,
    sparse=None,
    ragged=None,
    batch_shape=None,
    name=None,
    tensor=None,
    optional=False,
):
    """Make a symbolic tensor to start a model with.

    Args:
        shape: shape of one sample, without the batch axis; `None` for unknown lengths.
        batch_size: fixed number of samples, if there is one.
        dtype: dtype name.
        sparse, ragged: kept for Keras's sake; must be false.
        batch_shape: shape with the batch axis, instead of `shape`.
        name: name of the input.
        tensor: an existing symbolic tensor, to start from instead of a new one.
        optional: whether the model may be given None here; the layers it goes into have to cope.

    Returns:
        A `KerasTensor` of shape `(batch, *shape)`.

    Raises:
        ValueError: without a shape, or with a shape that is not one.

    >>> Input(shape=(32,)).shape
    (None, 32)
    """
    return InputLayer(shape, batch_size, dtype, sparse, ragged, batch_shape, tensor, optional, name).output


class Lambda(Layer):
    """A function as a layer. It is saved as code, so prefer a Layer subclass for models you share.

    Args:
        function: takes a tensor, returns a tensor; uses `keras.ops`.
        output_shape: shape without the batch axis, or function(input_shape) -> shape; usually found by itself.
        mask: mask to pass on, or function(inputs, mask) -> mask.
        arguments: dict of further keyword arguments.

    >>> Lambda(lambda x: x * 2)(np.ones((1, 2)))
    array([[2., 2.]], dtype=float32)
    """

    def __init__(self, function, output_shape=None, mask=None, arguments=None, **kwargs):
        super().__init__(**kwargs)
        self.function, self.arguments, self.mask = function, arguments or {}, mask
        self._output_shape = output_shape
        self.supports_masking = mask is not None

    def call(self, inputs, mask=None, training=None):
        extra = {"mask": mask} if "mask" in self._takes() else {}
        extra |= {"training": training} if "training" in self._takes() else {}
        return self.function(inputs, **self.arguments, **extra)

    def _takes(self):
        code = getattr(self.function, "__code__", None)
        return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount] if code else ()

    def compute_output_shape(self, input_shape):
        if callable(self._output_shape):
            return self._output_shape(input_shape)
        if self._output_shape is not None:
            batch = tree.flatten(input_shape)[0]
            shapes = as_shapes(self._output_shape)
            return (batch, *shapes) if isinstance(shapes, tuple) else [(batch, *shape) for shape in shapes]
        symbols = symbolic_from_shape(input_shape, self.compute_dtype)
        try:
            with DRAWING.switched(True):
                return tree.map_structure(lambda t: tuple(t.shape), self.call(symbols))
        except Exception as error:
            raise NotImplementedError(
                "We could not automatically infer the shape of the Lambda's output. Please specify the `output_shape` "
                f"argument for this Lambda layer. The function said: {type(error).__name__}: {error}"
            ) from error

    def compute_mask(self, inputs, mask=None):
        return self.mask(inputs, mask) if callable(self.mask) else self.mask

    def get_config(self):
        from ..saving.serialize import serialize_keras_object

        config = {"function": serialize_keras_object(self.function)}
        if self._output_shape is not None:
            config["output_shape"] = (
                serialize_keras_object(self._output_shape) if callable(self._output_shape) else self._output_shape
            )
        if self.mask is not None:
            config["mask"] = serialize_keras_object(self.mask)
        return super().get_config() | config | {"arguments": self.arguments}

    @classmethod
    def from_config(cls, config, custom_objects=None, safe_mode=None):
        from ..saving.serialize import deserialize_keras_object

        config = dict(config)
        for key in ("function", "output_shape", "mask"):
            if isinstance(config.get(key), (dict, str)):
                config[key] = deserialize_keras_object(config[key], custom_objects, safe_mode=safe_mode is not False)
        return cls(**config)


class Identity(Layer):
    """Passes its input on as it is: a place in a graph.

    Input shape: any. Output shape: the same.
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = self.built = True

    def call(self, inputs):
        return inputs

    def compute_output_shape(self, input_shape):
        return input_shape

    def compute_output_spec(self, inputs, **kwargs):
        return inputs
