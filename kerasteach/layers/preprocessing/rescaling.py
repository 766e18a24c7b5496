"""`Rescaling`: numbers brought to a size that models like."""

from ... import ops
from ..layer import Layer


class Rescaling(Layer):
    """`inputs * scale + offset`, as `Rescaling(1 / 255)` for images.

    Args:
        scale: factor.
        offset: what is added.

    >>> Rescaling(1 / 255)(np.array([[0, 255]]))
    array([[0., 1.]], dtype=float32)
    """

    def __init__(self, scale, offset=0.0, **kwargs):
        super().__init__(**kwargs)
        self.scale, self.offset = scale, offset
        self.supports_masking = True

    def compute_output_shape(self, input_shape):
        return input_shape

    def call(self, inputs):
        x = ops.cast(inputs, self.compute_dtype)
        return ops.add(ops.multiply(x, self.scale), self.offset)

    def get_config(self):
        return super().get_config() | {"scale": self.scale, "offset": self.offset}
