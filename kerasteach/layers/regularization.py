"""Layers that make training harder so that the model generalizes better."""

from .. import ops
from ..backend import random
from .layer import Layer


class Dropout(Layer):
    """In training, sets a random share of inputs to 0 and scales up the rest; else passes on.

    Both backends draw the same mask from the same seed.

    Args:
        rate: share to set to 0.
        noise_shape: shape of the mask; 1 on an axis drops it as a whole.
        seed: whole number, for the same masks every time.

    Input shape: any. Output shape: the same.

    Raises:
        ValueError: if `rate` is not between 0 and 1.

    Source: Srivastava et al., 2014.

    >>> Dropout(0.5)(np.ones((1, 3)))
    array([[1., 1., 1.]], dtype=float32)
    """

    def __init__(self, rate, noise_shape=None, seed=None, **kwargs):
        super().__init__(**kwargs)
        if not isinstance(rate, (int, float)):
            raise TypeError(f"Argument `rate` must be a float between 0 and 1. Received: rate={rate!r}")
        if not 0 <= rate <= 1:
            raise ValueError(f"Invalid value received for argument `rate`. Expected a float value between 0 and 1. Received: rate={rate}")
        self.rate, self.seed, self.noise_shape = rate, seed, noise_shape
        self.seed_generator = random.SeedGenerator(seed) if rate > 0 else None
        self.supports_masking = True
        self.static = rate == 0  # a new mask at every step

    def compute_output_shape(self, input_shape):
        return input_shape

    def call(self, inputs, training=False):
        if not training or self.rate == 0:
            return inputs
        if self.rate == 1:
            return ops.multiply(inputs, 0.0)
        shape = [n if m is None else m for n, m in zip(inputs.shape, self.noise_shape or [None] * len(inputs.shape))]
        keep = 1.0 - self.rate
        mask = random.keep_mask(shape, keep, self.dtype, seed=self.seed_generator)
        return ops.multiply(inputs, mask / keep)

    def get_config(self):
        return super().get_config() | {"rate": self.rate, "seed": self.seed, "noise_shape": self.noise_shape}
