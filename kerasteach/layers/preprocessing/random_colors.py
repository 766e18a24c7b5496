"""In training, pictures made brighter, paler, grey: the light changes, not what they show."""

from ... import ops
from .random_draws import RandomImageLayer, count, span


class _RandomColor(RandomImageLayer):
    """Base of those that change each pixel where it is."""

    casts_always = moves_pixels = False


def check_range(value_range):
    """Return the smallest and the largest number there can be, in order.

    Raises:
        ValueError: if it is not a list of two.
    """
    if not isinstance(value_range, (tuple, list)) or len(value_range) != 2:
        raise ValueError(f"The `value_range` argument should be a list of two numbers. Received: value_range={value_range}")
    return sorted(value_range)


class RandomContrast(_RandomColor):
    """In training, moves pixels away from their picture's mean, or towards it, for each channel.

    Args:
        factor: how much at most: pixels are moved to between `1 - factor` and `1 + factor` times as far; or two numbers,
            for less and for more.
        value_range: the smallest and the largest number there can be; what passes it is cut off.
        seed: whole number, for the same draws every time.

    Input shape: `(batch, height, width, channels)` or `(height, width, channels)`. Output shape: the same.

    Raises:
        ValueError: if the factor is not between 0 and 1.

    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_contrast/

    >>> RandomContrast((0.5, 0.0), seed=1)(np.array([[[0.0], [10.0]]]), training=False)[0, :, 0]
    array([ 0., 10.], dtype=float32)
    """

    def __init__(self, factor, value_range=(0, 255), seed=None, **kwargs):
        super().__init__(seed=seed, **kwargs)
        self._keep(locals())
        self.factor = span(factor, 0, 1)

    def draw(self, images):
        return {"contrast_factor": self.drawn(1.0 - self.factor[0], 1.0 + self.factor[1], count(images), 1, 1, 1)}

    def change(self, images, transformation, interpolation):
        axes = (2, 3) if self.data_format == "channels_first" else (1, 2)
        middle = ops.mean(images, axis=axes, keepdims=True)
        factor = ops.cast(transformation["contrast_factor"], self.compute_dtype)
        return ops.clip(ops.add(ops.multiply(ops.subtract(images, middle), factor), middle), *self.value_range)


class RandomBrightness(_RandomColor):
    """In training, makes pictures brighter or darker.

    Args:
        factor: how much at most, as a share of the range, or the least and the most; negative is darker.
        value_range: the smallest and the largest number there can be; what passes it is cut off.
        seed: whole number, for the same draws every time.

    Input shape: `(batch, height, width, channels)` or `(height, width, channels)`. Output shape: the same.

    Raises:
        ValueError: if the factor is not between -1 and 1.

    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_brightness/

    >>> RandomBrightness((0.5, 0.5), value_range=(0, 1))(np.array([[[0.0], [0.8]]]), training=True)[0, :, 0]
    array([0.5, 1. ], dtype=float32)
    """

    def __init__(self, factor, value_range=(0, 255), seed=None, **kwargs):
        super().__init__(seed=seed, **kwargs)
        self._keep(locals())
        self.factor, self.value_range = span(factor or 0.0, -1, 1), check_range(value_range)

    def draw(self, images):
        shares = self.drawn(*self.factor, count(images), 1, 1, 1)
        return {"rgb_delta": ops.multiply(shares, float(self.value_range[1] - self.value_range[0]))}

    def change(self, images, transformation, interpolation):
        delta = ops.cast(transformation["rgb_delta"], self.compute_dtype)
        return ops.clip(ops.add(images, delta), *self.value_range)


class RandomGrayscale(_RandomColor):
    """In training, takes the colour out of some pictures.

    Args:
        factor: share of the pictures.
        data_format: `"channels_last"` or `"channels_first"`; as the config says by default.
        seed: whole number, for the same draws every time.

    Input shape: `(batch, height, width, channels)` or `(height, width, channels)`. Output shape: the same.

    Raises:
        ValueError: if the share is not between 0 and 1.

    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_grayscale/

    >>> RandomGrayscale(1.0)(np.array([[[0.0, 1.0, 0.0]]]), training=True)
    array([[[0.587, 0.587, 0.587]]], dtype=float32)
    """

    def __init__(self, factor=0.5, data_format=None, seed=None, **kwargs):
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        self._keep(locals())
        if not 0 <= factor <= 1:
            raise ValueError(f"`factor` should be between 0 and 1. Received: factor={factor}")

    def draw(self, images):
        return ops.less(self.drawn(0.0, 1.0, count(images), 1, 1, 1), self.factor)

    def change(self, images, transformation, interpolation):
        return ops.where(transformation, ops.image.rgb_to_grayscale(images, data_format=self.data_format), images)


class RandomInvert(_RandomColor):
    """In training, turns some pictures into their negatives.

    Args:
        factor: share of the pictures, or the least and the most.
        value_range: the smallest and the largest number there can be.
        seed: whole number, for the same draws every time.
        data_format: `"channels_last"` or `"channels_first"`; as the config says by default.

    Input shape: `(batch, height, width, channels)` or `(height, width, channels)`. Output shape: the same.

    Raises:
        ValueError: if the share is not between 0 and 1.

    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_invert/

    >>> RandomInvert((1.0, 1.0), value_range=(0, 1))(np.array([[[0.25]]]), training=True)
    array([[[0.75]]], dtype=float32)
    """

    def __init__(self, factor=1.0, value_range=(0, 255), seed=None, data_format=None, **kwargs):
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        self._keep(locals())
        self.factor = span(factor, 0, 1)

    def draw(self, images):
        share = self.drawn(*self.factor, count(images))
        return {"apply_inversion": ops.less(self.drawn(0.0, 1.0, count(images)), share)}

    def change(self, images, transformation, interpolation):
        chosen = transformation["apply_inversion"][:, None, None, None]
        return ops.where(chosen, ops.subtract(self.value_range[1], images), images)
