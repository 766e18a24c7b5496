"""Layers that change the shape of a sample and none of its numbers."""

import math

from .. import config, ops
from .layer import Layer


class Flatten(Layer):
    """Each sample as one vector.

    Args:
        data_format: `"channels_first"` moves the channels last before flattening.

    Input shape: `(batch, ...)`. Output shape: `(batch, features)`.

    >>> Flatten()(np.ones((2, 3, 4))).shape
    (2, 12)
    """

    def __init__(self, data_format=None, **kwargs):
        super().__init__(**kwargs)
        self.data_format = data_format or config.image_data_format()
        self.supports_masking = False

    def compute_output_shape(self, input_shape):
        features = input_shape[1:]
        return input_shape[0], None if None in features else math.prod(features)

    def call(self, inputs):
        rank = len(inputs.shape)
        if self.data_format == "channels_first" and rank > 2:
            inputs = ops.transpose(inputs, axes=(0, *range(2, rank), 1))  # (batch, ..., channels)
        return ops.reshape(inputs, (inputs.shape[0], math.prod(inputs.shape[1:])))  # (batch, features)

    def get_config(self):
        return super().get_config() | {"data_format": self.data_format}


class Reshape(Layer):
    """Each sample in another shape.

    Args:
        target_shape: shape of a sample, without the batch axis; one axis may be -1.

    Input shape: `(batch, ...)`. Output shape: `(batch, *target_shape)`.

    Raises:
        ValueError: if the numbers of elements differ.

    >>> Reshape((3, -1))(np.ones((2, 12))).shape
    (2, 3, 4)
    """

    def __init__(self, target_shape, **kwargs):
        super().__init__(**kwargs)
        self.target_shape = tuple(int(n) for n in target_shape)
        if self.target_shape.count(-1) > 1:
            raise ValueError(f"The `target_shape` argument must not contain more than one `-1`. Received: {target_shape}")

    def _sample_shape(self, sample):
        if None in sample:
            return tuple(None if n == -1 else n for n in self.target_shape)
        total = math.prod(sample)
        known = math.prod(n for n in self.target_shape if n != -1)
        fits = total % known == 0 if -1 in self.target_shape and known else total == known
        if not fits:
            raise ValueError(
                "The total size of the tensor must be unchanged. Received: "
                f"input_shape={tuple(sample)}, target_shape={self.target_shape}\n"
                f"{total} elements cannot fill {self.target_shape}. Fix: use a shape of {total} elements, or -1 for one axis."
            )
        return tuple(total // known if n == -1 else n for n in self.target_shape)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], *self._sample_shape(input_shape[1:]))

    def call(self, inputs):
        return ops.reshape(inputs, (inputs.shape[0], *self._sample_shape(inputs.shape[1:])))

    def get_config(self):
        return super().get_config() | {"target_shape": self.target_shape}
