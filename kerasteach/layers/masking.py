"""`Masking`: time steps that hold nothing are left out from here on."""

import numpy as np

from .. import ops, saving
from .layer import Layer


class Masking(Layer):
    """Masks the time steps whose features all equal `mask_value`; layers after it skip them.

    Args:
        mask_value: the number that stands for nothing.

    Input shape: `(batch, time, features)`. Output shape: the same; masked steps are zeros.

    Source: https://keras.io/api/layers/core_layers/masking/

    >>> x = np.array([[[1.0, 2.0], [0.0, 0.0]]])
    >>> Masking()(x)._keras_mask
    array([[ True, False]])
    """

    def __init__(self, mask_value=0.0, **kwargs):
        super().__init__(**kwargs)
        if isinstance(mask_value, dict):  # a number of NumPy's, as Keras saves it
            mask_value = saving.deserialize_keras_object(mask_value)
        self.mask_value = mask_value.item() if isinstance(mask_value, np.generic) else mask_value
        self.supports_masking = self.built = True

    def compute_mask(self, inputs, mask=None):
        """Return which time steps hold something: `(batch, time)`."""
        return ops.any(ops.not_equal(inputs, self.mask_value), axis=-1)

    def call(self, inputs):
        holds = ops.any(ops.not_equal(inputs, self.mask_value), axis=-1, keepdims=True)  # (batch, time, 1)
        return ops.where(holds, inputs, 0.0)

    def compute_output_shape(self, input_shape):
        """Return the input's shape."""
        return input_shape

    def get_config(self):
        """Return the constructor's arguments."""
        return super().get_config() | {"mask_value": self.mask_value}
