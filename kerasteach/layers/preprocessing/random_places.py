"""In training, pictures flipped or cut out at random: what they show stays the same, so a model learns not to mind."""

import numpy as np

from ... import ops
from ...ops.image_shape import spatial_axes
from .random_draws import RandomImageLayer, count

_MODES = ("horizontal", "vertical", "horizontal_and_vertical")


class RandomFlip(RandomImageLayer):
    """In training, flips half of the pictures.

    Args:
        mode: `"horizontal"` swaps left and right, `"vertical"` top and bottom; or `"horizontal_and_vertical"`.
        seed: whole number, for the same draws every time.
        data_format: `"channels_last"` or `"channels_first"`; as the config says by default.

    Input shape: `(batch, height, width, channels)` or `(height, width, channels)`. Output shape: the same.

    Raises:
        ValueError: for another mode.

    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_flip/

    >>> RandomFlip("horizontal", seed=3)(np.array([[[0.0], [1.0]]]), training=False)[0, :, 0]
    array([0., 1.], dtype=float32)
    """

    def __init__(self, mode="horizontal_and_vertical", seed=None, data_format=None, **kwargs):
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        self._keep(locals())
        if mode not in _MODES:
            raise ValueError(f"Unknown `mode` {mode}. Expected one of {_MODES}.")

    def draw(self, images):
        return {"flips": ops.less_equal(self.drawn(0.0, 1.0, count(images), 1, 1, 1), 0.5), "input_shape": tuple(images.shape)}

    def change(self, images, transformation, interpolation):
        down, across = spatial_axes(images, self.data_format)
        for axis, name in ((across, "horizontal"), (down, "vertical")):
            if name in self.mode:
                images = ops.where(transformation["flips"], ops.flip(images, axis=axis), images)
        return images


class RandomCrop(RandomImageLayer):
    """In training, cuts a piece out of pictures, the same of all in a batch; a picture that is too small is stretched.

    Args:
        height, width: size of the piece.
        seed: whole number, for the same draws every time.
        data_format: `"channels_last"` or `"channels_first"`; as the config says by default.

    Input shape: `(batch, height, width, channels)` or `(height, width, channels)`. Output shape: the same axes.

    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_crop/

    >>> RandomCrop(2, 2)(np.ones((3, 5, 5, 1)), training=True).shape
    (3, 2, 2, 1)
    """

    casts_always = False

    def __init__(self, height, width, seed=None, data_format=None, name=None, **kwargs):
        super().__init__(seed=seed, data_format=data_format, name=name, **kwargs)
        self._keep(locals())

    def draw(self, images):
        sizes, wanted = self._sizes(images), (self.height, self.width)
        if all(n > m for n, m in zip(sizes, wanted)):
            return tuple(ops.cast(self.drawn(0.0, n - m + 1.0), "int32") for n, m in zip(sizes, wanted))
        shape = sizes[1] * self.height // self.width, sizes[0] * self.width // self.height  # of the piece in the middle
        return tuple((n - max(min(n, m), 1)) // 2 for n, m in zip(sizes, shape))

    def change(self, images, transformation, interpolation):
        for axis, start, wanted in zip(spatial_axes(images, self.data_format), transformation, (self.height, self.width)):
            length = min(wanted, images.shape[axis] - start) if isinstance(start, int) else wanted
            images = ops.take(images, ops.add(np.arange(length, dtype="int32"), start), axis=axis)
        if self._sizes(images) != [self.height, self.width]:
            images = ops.image.resize(images, (self.height, self.width), data_format=self.data_format)
        return images

    def compute_output_shape(self, input_shape):
        return self._in_size(input_shape)
