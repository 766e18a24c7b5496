"""The layers everything starts with: Input, Lambda, Identity."""

from ..backend.symbolic import KerasTensor, Node, is_keras_tensor
from ..config import floatx
from .layer import Layer


class InputLayer(Layer):
    """Where a graph starts; made by `Input`."""

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
        super().__init__(name=name, dtype=dtype or floatx())
        if shape is not None and batch_shape is not None:
            raise ValueError("You cannot pass both `shape` and `batch_shape` at the same time.")
        if shape is None and batch_shape is None and input_tensor is None:
            raise ValueError("You must pass a `shape` argument.")
        if input_tensor is not None:
            batch_shape = input_tensor.shape
        elif batch_shape is None:
            batch_shape = (batch_size, *_checked_shape(shape))
        self.batch_shape = tuple(batch_shape)
        self.optional = optional
        output = input_tensor if is_keras_tensor(input_tensor) else KerasTensor(self.batch_shape, self.dtype, name=name)
        Node(self, outputs=output)
        self.built = True

    def call(self):
        return None

    def get_config(self):
        return {
            "batch_shape": self.batch_shape, "dtype": self.dtype, "sparse": False, "ragged": False, "name": self.name,
        }  # fmt: skip


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
        tensor: an existing symbolic tensor.
        optional: kept for Keras's sake.

    Returns:
        A `KerasTensor` of shape `(batch, *shape)`.

    Raises:
        ValueError: without a shape, or with a shape that is not one.

    >>> Input(shape=(32,)).shape
    (None, 32)
    """
    if sparse or ragged:
        raise ValueError("Sparse and ragged inputs are not supported. Fix: pass dense arrays, padded where needed.")
    layer = InputLayer(
        shape=shape, batch_size=batch_size, dtype=dtype, batch_shape=batch_shape, name=name, input_tensor=tensor,
        optional=optional,
    )  # fmt: skip
    return layer.output


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

    def compute_output_spec(self, inputs, **kwargs):
        if self._output_shape is None:
            return super().compute_output_spec(inputs, **kwargs)
        shape = self._output_shape
        shape = shape(inputs.shape) if callable(shape) else (inputs.shape[0], *shape)
        return KerasTensor(shape, self.dtype)

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
    """Passes its input on as it is."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def call(self, inputs):
        return inputs


