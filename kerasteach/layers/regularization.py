"""Layers that make training harder so that the model generalizes better. They change nothing in inference.

All draw from `backend.random`: the same seed gives the same draws on both backends.
"""

import math

from .. import config, ops, regularizers
from ..backend import random
from ..backend.modes import TRACE
from .input_spec import InputSpec
from .layer import Layer


def drawn(layer, draw, shape, *settings):
    """Numbers from `layer.seed_generator`, in the layer's dtype; in a program, drawn anew at every step."""
    dtype = "float32" if "16" in layer.compute_dtype else layer.compute_dtype

    def numbers():
        return layer._backend.convert(draw(shape, *settings, dtype, layer.seed_generator), layer.compute_dtype)

    return TRACE.draw(numbers, shape, layer.compute_dtype)


def dropped(layer, x, rate, shape):
    """`x` with a random share set to 0, and the rest scaled up so that the mean stays; `shape` is the mask's."""
    if rate == 1:
        return ops.multiply(x, 0.0)
    return ops.multiply(x, ops.divide(drawn(layer, random.keep_mask, shape, 1.0 - rate), 1.0 - rate))


class _Noise(Layer):
    """In training, changes its input at random; else passes it on. `amount` 0 never changes anything."""

    def _seeded(self, seed, amount):
        self.seed_generator = random.SeedGenerator(seed) if amount > 0 else None
        self.supports_masking = self.built = True

    def compute_output_shape(self, input_shape):
        return input_shape

    def call(self, inputs, training=False):
        return self.change(inputs) if training and self.seed_generator else inputs


def _check_share(name, value):
    """Raise unless an argument is a number between 0 and 1."""
    if not isinstance(value, (int, float)):
        raise TypeError(f"Argument `{name}` must be a float between 0 and 1. Received: {name}={value!r}")
    if not 0 <= value <= 1:
        raise ValueError(f"Invalid value received for argument `{name}`. Expected a float value between 0 and 1. Received: {name}={value}")


def _check_noise_shape(noise_shape):
    """Return a mask's shape as a tuple of whole numbers and None, or raise."""
    if noise_shape is None:
        return None
    wrong = isinstance(noise_shape, str) or not hasattr(noise_shape, "__iter__")
    if wrong or not all(n is None or (isinstance(n, int) and n > 0) for n in noise_shape):
        raise ValueError(
            "Invalid value received for argument `noise_shape`. Expected a tuple or list of positive integers, or None for "
            f"the input's own length. Received: noise_shape={noise_shape}"
        )
    return tuple(noise_shape)


class _Dropping(_Noise):
    """Base of the layers that drop a share of their inputs, by a mask of any shape."""

    def __init__(self, rate, noise_shape=None, seed=None, **kwargs):
        super().__init__(**kwargs)
        _check_share("rate", rate)
        noise_shape = _check_noise_shape(noise_shape)
        self._keep(locals())
        self._seeded(seed, rate)

    def _mask_shape(self, shape):
        return [n if m is None else m for n, m in zip(shape, self.noise_shape or [None] * len(shape))]


class Dropout(_Dropping):
    """In training, sets a random share of inputs to 0 and scales up the rest.

    Args:
        rate: share to set to 0.
        noise_shape: shape of the mask; 1 on an axis drops it as a whole, None is the input's length.
        seed: whole number, for the same masks every time.

    Input shape: any. Output shape: the same.

    Raises:
        ValueError: if `rate` is not between 0 and 1.

    Source: Srivastava et al., 2014.

    >>> Dropout(0.5)(np.ones((1, 3)))
    array([[1., 1., 1.]], dtype=float32)
    >>> Dropout(0.5, seed=11)(np.ones((1, 3)), training=True)
    array([[0., 2., 0.]], dtype=float32)
    """

    def change(self, inputs):
        return dropped(self, inputs, self.rate, self._mask_shape(inputs.shape))


class _SpatialDropout(Dropout):
    """Dropout of whole feature maps: neighbours in a picture are alike, so dropping single pixels would drop little."""

    def __init__(self, rate, data_format=None, seed=None, name=None, dtype=None):
        super().__init__(rate, seed=seed, name=name, dtype=dtype)
        self.data_format = config.standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=self.rank)

    def _mask_shape(self, shape):
        kept = (0, 1) if self.data_format == "channels_first" else (0, len(shape) - 1)
        return [n if i in kept else 1 for i, n in enumerate(shape)]

    def get_config(self):
        return {"rate": self.rate, "seed": self.seed, "name": self.name, "dtype": self.dtype, "data_format": self.data_format}


class SpatialDropout1D(_SpatialDropout):
    """In training, drops whole features of a sequence.

    Args:
        rate: share of the features to set to 0.
        seed: whole number, for the same masks every time.

    Input shape: `(batch, time, features)`. Output shape: the same.

    Source: Tompson et al., 2014, arXiv:1411.4280.

    >>> SpatialDropout1D(0.5, seed=11)(np.ones((1, 2, 3)), training=True)
    array([[[0., 2., 0.],
            [0., 2., 0.]]], dtype=float32)
    """

    rank = 3

    def __init__(self, rate, seed=None, name=None, dtype=None):
        super().__init__(rate, "channels_last", seed=seed, name=name, dtype=dtype)

    def get_config(self):
        config = super().get_config()
        del config["data_format"]
        return config


class SpatialDropout2D(_SpatialDropout):
    """In training, drops whole channels of pictures.

    Args:
        rate: share of the channels to set to 0.
        data_format: `"channels_last"` or `"channels_first"`; `keras.config.image_data_format()` by default.
        seed: whole number, for the same masks every time.

    Input shape: `(batch, height, width, channels)`. Output shape: the same.

    Source: Tompson et al., 2014, arXiv:1411.4280.
    """

    rank = 4


class SpatialDropout3D(_SpatialDropout):
    """In training, drops whole channels of volumes.

    Args:
        rate: share of the channels to set to 0.
        data_format: `"channels_last"` or `"channels_first"`; `keras.config.image_data_format()` by default.
        seed: whole number, for the same masks every time.

    Input shape: `(batch, depth, height, width, channels)`. Output shape: the same.

    Source: Tompson et al., 2014, arXiv:1411.4280.
    """

    rank = 5


class GaussianDropout(_Noise):
    """In training, multiplies by random numbers around 1, as spread as dropout's would be.

    Args:
        rate: as for `Dropout`; the factor's standard deviation is `sqrt(rate / (1 - rate))`.
        seed: whole number, for the same draws every time.

    Input shape: any. Output shape: the same.

    Raises:
        ValueError: if `rate` is not between 0 and 1.

    Source: Srivastava et al., 2014.
    """

    def __init__(self, rate, seed=None, **kwargs):
        super().__init__(**kwargs)
        _check_share("rate", rate)
        self._keep(locals())
        self._seeded(seed, rate)

    def change(self, inputs):
        spread = math.sqrt(self.rate / (1.0 - self.rate))
        return ops.multiply(inputs, drawn(self, random.normal, inputs.shape, 1.0, spread))


class GaussianNoise(_Noise):
    """In training, adds random numbers around 0.

    Args:
        stddev: their standard deviation.
        seed: whole number, for the same draws every time.

    Input shape: any. Output shape: the same.

    Raises:
        ValueError: if `stddev` is not between 0 and 1.
    """

    def __init__(self, stddev, seed=None, **kwargs):
        super().__init__(**kwargs)
        _check_share("stddev", stddev)
        self._keep(locals())
        self._seeded(seed, stddev)

    def change(self, inputs):
        return ops.add(inputs, drawn(self, random.normal, inputs.shape, 0.0, self.stddev))


class AlphaDropout(_Dropping):
    """Dropout for SELU: dropped inputs get SELU's lowest value, and mean and variance stay what they were.

    Args:
        rate: share to drop.
        noise_shape: shape of the mask; 1 on an axis drops it as a whole, None is the input's length.
        seed: whole number, for the same masks every time.

    Input shape: any. Output shape: the same.

    Raises:
        ValueError: if `rate` is not between 0 and 1.

    Source: Klambauer et al., 2017, arXiv:1706.02515.
    """

    def change(self, inputs):
        lowest = -1.0507009873554805 * 1.6732632423543772  # where SELU ends on the left
        mask = drawn(self, random.keep_mask, self._mask_shape(inputs.shape), 1 - self.rate)
        scale = ((1 - self.rate) * (1 + self.rate * lowest**2)) ** -0.5
        kept = ops.add(ops.multiply(inputs, mask), ops.multiply(lowest, ops.subtract(1.0, mask)))
        return ops.add(ops.multiply(kept, scale), -scale * lowest * self.rate)


class ActivityRegularization(Layer):
    """Passes its input on, and adds a price for its size to the loss.

    Args:
        l1: price per absolute value.
        l2: price per square.

    Input shape: any. Output shape: the same.

    >>> layer = ActivityRegularization(l1=0.5)
    >>> y = layer(np.ones((2, 3)))
    >>> float(layer.losses[0])  # per sample
    1.5
    """

    def __init__(self, l1=0.0, l2=0.0, **kwargs):
        super().__init__(activity_regularizer=regularizers.L1L2(l1=l1, l2=l2), **kwargs)
        self._keep(locals())
        self.supports_masking = self.built = True

    def call(self, inputs):
        return inputs

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        config = super().get_config()
        del config["activity_regularizer"]  # made of l1 and l2
        return config
