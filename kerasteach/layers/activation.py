"""Activations as layers, for when they should show as a box of their own."""

import warnings

from .. import activations, ops
from .input_spec import InputSpec
from .layer import Layer


class _Activation(Layer):
    """An activation layer: any shape in, the same shape out."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True
        self.built = type(self).build is Layer.build  # no weights to make

    def compute_output_shape(self, input_shape):
        return input_shape


class Activation(_Activation):
    """Any activation, by name or function.

    Args:
        activation: name or function.

    Input shape: any. Output shape: the same.

    >>> Activation("relu")(np.array([[-1.0, 2.0]]))
    array([[0., 2.]], dtype=float32)
    """

    def __init__(self, activation, **kwargs):
        super().__init__(**kwargs)
        self._keep(locals())

    def call(self, inputs):
        return self.activation(inputs)


class ReLU(_Activation):
    """Negative numbers become 0, or are scaled down.

    Args:
        max_value: upper limit, if any.
        negative_slope: slope below the threshold.
        threshold: what counts as negative.

    Input shape: any. Output shape: the same.

    Raises:
        ValueError: if one of them is negative.
    """

    def __init__(self, max_value=None, negative_slope=0.0, threshold=0.0, **kwargs):
        super().__init__(**kwargs)
        for name, value in [("max_value", max_value or 0.0), ("negative_slope", negative_slope), ("threshold", threshold)]:
            if value is None or value < 0:
                raise ValueError(f"{name} of a ReLU layer cannot be None or a negative value. Received: {name}={value}")
        self._keep({"max_value": max_value, "negative_slope": negative_slope, "threshold": threshold})

    def call(self, inputs):
        return activations.relu(inputs, self.negative_slope, self.max_value, self.threshold)


class LeakyReLU(_Activation):
    """Negative numbers are scaled down.

    Args:
        negative_slope: slope below 0.

    Input shape: any. Output shape: the same.

    Raises:
        ValueError: if `negative_slope` is negative or None.

    >>> LeakyReLU(0.5)(np.array([[-2.0, 2.0]]))
    array([[-1.,  2.]], dtype=float32)
    """

    def __init__(self, negative_slope=0.3, **kwargs):
        if "alpha" in kwargs:
            warnings.warn("Argument `alpha` is deprecated. Use `negative_slope` instead.", stacklevel=2)
            negative_slope = kwargs.pop("alpha")
        super().__init__(**kwargs)
        if negative_slope is None or negative_slope < 0:
            raise ValueError(
                "The negative_slope value of a Leaky ReLU layer cannot be None or negative value. Expected a float. "
                f"Received: negative_slope={negative_slope}"
            )
        self._keep(locals())

    def call(self, inputs):
        return ops.leaky_relu(inputs, negative_slope=self.negative_slope)


class PReLU(_Activation):
    """Negative numbers are scaled down, by slopes that are learned.

    Args:
        alpha_initializer, alpha_regularizer, alpha_constraint: of the slopes.
        shared_axes: axes along which there is one slope for all, as `[1, 2]` for pictures.

    Input shape: `(batch, ...)`. Output shape: the same.

    Source: He et al., 2015, arXiv:1502.01852.

    >>> PReLU("ones")(np.array([[-2.0, 2.0]]))  # a slope of 1 changes nothing
    array([[-2.,  2.]], dtype=float32)
    """

    def __init__(self, alpha_initializer="Zeros", alpha_regularizer=None, alpha_constraint=None, shared_axes=None, **kwargs):
        super().__init__(**kwargs)
        if shared_axes is not None:
            shared_axes = list(shared_axes) if isinstance(shared_axes, (list, tuple)) else [shared_axes]
        self._keep(locals())

    def build(self, input_shape):
        shared = self.shared_axes or []
        self.alpha = self._add_kept("alpha", [1 if i in shared else n for i, n in enumerate(input_shape)][1:])
        kept = {i: n for i, n in enumerate(input_shape) if i and i not in shared} if shared else {}
        self.input_spec = InputSpec(ndim=len(input_shape), axes=kept)
        self.built = True

    def call(self, inputs):
        return ops.subtract(ops.relu(inputs), ops.multiply(self.alpha, ops.relu(ops.negative(inputs))))


class ELU(_Activation):
    """Linear above 0, an exponential that ends at `-alpha` below.

    Args:
        alpha: where it ends.

    Input shape: any. Output shape: the same.

    Source: Clevert et al., 2015, arXiv:1511.07289.
    """

    def __init__(self, alpha=1.0, **kwargs):
        super().__init__(**kwargs)
        self._keep(locals())

    def call(self, inputs):
        return activations.elu(inputs, alpha=self.alpha)


class Softmax(_Activation):
    """Numbers into probabilities that sum to 1.

    Args:
        axis: the axis to sum along, or several.

    Input shape: any. Output shape: the same. Where a `mask` given to the call is false, the output is 0.

    >>> Softmax()(np.zeros((1, 4)), mask=np.array([[True, True, False, False]]))
    array([[0.5, 0.5, 0. , 0. ]], dtype=float32)
    """

    def __init__(self, axis=-1, **kwargs):
        super().__init__(**kwargs)
        self._keep(locals())

    def call(self, inputs, mask=None):
        axis = tuple(self.axis) if isinstance(self.axis, list) else self.axis
        if mask is None:
            return ops.softmax(inputs, axis=axis)
        self._check_mask(mask, inputs)
        if "bool" not in str(mask.dtype):
            mask = ops.greater(mask, 0.5)
        hidden = ops.where(mask, inputs, -3e4 if "float16" in str(inputs.dtype) else -1e9)
        return ops.where(mask, ops.softmax(hidden, axis=axis), 0.0)  # 0 even where all is hidden

    def _check_mask(self, mask, inputs):
        pairs = zip(mask.shape[::-1], inputs.shape[::-1])
        if len(mask.shape) > len(inputs.shape) or any(m not in (1, n) for m, n in pairs if m is not None and n is not None):
            raise ValueError(
                "The `mask` must be broadcastable to `inputs`: each of its axes 1 or as long as the input's. Received: "
                f"inputs.shape={tuple(inputs.shape)}, mask.shape={tuple(mask.shape)}"
            )
