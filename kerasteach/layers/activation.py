"""Activations as layers, for when they should show as a box of their own."""

from .. import activations, ops
from .layer import Layer


class _Activation(Layer):
    """An activation layer: any shape in, the same shape out."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def compute_output_shape(self, input_shape):
        return input_shape


class Activation(_Activation):
    """Any activation, by name or function.

    Input shape: any. Output shape: the same.

    >>> Activation("relu")(np.array([[-1.0, 2.0]]))
    array([[0., 2.]], dtype=float32)
    """

    def __init__(self, activation, **kwargs):
        super().__init__(**kwargs)
        self.activation = activations.get(activation)

    def call(self, inputs):
        return self.activation(inputs)

    def get_config(self):
        return super().get_config() | {"activation": activations.serialize(self.activation)}


class ReLU(_Activation):
    """Negative numbers become 0, or are scaled down.

    Args:
        max_value: upper limit, if any.
        negative_slope: slope below the threshold.
        threshold: what counts as negative.

    Raises:
        ValueError: if one of them is negative.
    """

    def __init__(self, max_value=None, negative_slope=0.0, threshold=0.0, **kwargs):
        super().__init__(**kwargs)
        for name, value in [("max_value", max_value or 0.0), ("negative_slope", negative_slope), ("threshold", threshold)]:
            if value is None or value < 0:
                raise ValueError(f"{name} of a ReLU layer cannot be a negative value. Received: {name}={value}")
        self.max_value, self.negative_slope, self.threshold = max_value, negative_slope, threshold

    def call(self, inputs):
        return activations.relu(inputs, self.negative_slope, self.max_value, self.threshold)

    def get_config(self):
        return super().get_config() | {
            "max_value": self.max_value, "negative_slope": self.negative_slope, "threshold": self.threshold,
        }  # fmt: skip


class LeakyReLU(_Activation):
    """Negative numbers are scaled down.

    Args:
        negative_slope: slope below 0.

    Raises:
        ValueError: if `negative_slope` is negative or None.

    >>> LeakyReLU(0.5)(np.array([[-2.0, 2.0]]))
    array([[-1.,  2.]], dtype=float32)
    """

    def __init__(self, negative_slope=0.3, **kwargs):
        negative_slope = kwargs.pop("alpha", negative_slope)
        super().__init__(**kwargs)
        if negative_slope is None or negative_slope < 0:
            raise ValueError(
                "The negative_slope value of a Leaky ReLU layer cannot be None or negative value. Expected a float. "
                f"Received: negative_slope={negative_slope}"
            )
        self.negative_slope = negative_slope

    def call(self, inputs):
        return ops.leaky_relu(inputs, negative_slope=self.negative_slope)

    def get_config(self):
        return super().get_config() | {"negative_slope": self.negative_slope}


class Softmax(_Activation):
    """Numbers into probabilities that sum to 1.

    Args:
        axis: the axis to sum along, or several.
    """

    def __init__(self, axis=-1, **kwargs):
        super().__init__(**kwargs)
        self.axis = axis

    def call(self, inputs, mask=None):
        if mask is not None:
            inputs = ops.where(mask, inputs, -3e38)
        if isinstance(self.axis, (tuple, list)):
            return ops.exp(ops.subtract(inputs, ops.logsumexp(inputs, axis=tuple(self.axis), keepdims=True)))
        return ops.softmax(inputs, axis=self.axis)

    def get_config(self):
        return super().get_config() | {"axis": self.axis}
