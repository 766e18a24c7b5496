"""In training, pictures turned, zoomed, moved, sheared: eight numbers say for each pixel where it comes from."""

import math

import numpy as np

from ... import ops
from .random_draws import RandomImageLayer, count, span

_FILLS, _WAYS = ("reflect", "wrap", "constant", "nearest"), ("nearest", "bilinear")


class _RandomMove(RandomImageLayer):
    """Base of those that say for each pixel where it comes from: eight numbers for each picture."""

    def _settle(self, fill_mode, interpolation):
        for name, value, known in (("fill_mode", fill_mode, _FILLS), ("interpolation", interpolation, _WAYS)):
            if value not in known:
                raise NotImplementedError(f"Unknown `{name}` {value}. Expected of one {known}.")

    def change(self, images, transformation, interpolation):
        return ops.image.affine_transform(
            images,
            self.matrix(transformation, *self._sizes(images)),
            interpolation=interpolation,
            fill_mode=self.fill_mode,
            fill_value=self.fill_value,
            data_format=self.data_format,
        )


def _eight(a0, a1, a2, b0, b1, b2):
    """Rows `a0 a1 a2 b0 b1 b2 0 0` of columns, (batch, 1), and of plain numbers."""
    like = next(c for c in (a0, a1, a2, b0, b1, b2) if not isinstance(c, (int, float)))
    columns = [ops.add(ops.multiply(like, 0.0), c) if isinstance(c, (int, float)) else c for c in (a0, a1, a2, b0, b1, b2, 0, 0)]
    return ops.concatenate(columns, axis=1)  # (batch, 8)


class RandomRotation(_RandomMove):
    """In training, turns pictures around their middle.

    Args:
        factor: how far at most, 1 is a whole turn; or the least and the most. Positive turns against the clock.
        fill_mode: what lies beyond the edges: `"reflect"`, `"wrap"`, `"constant"` or `"nearest"`.
        interpolation: `"nearest"` or `"bilinear"`.
        seed: whole number, for the same draws every time.
        fill_value: number that lies there, if constant.
        data_format: `"channels_last"` or `"channels_first"`; as the config says by default.

    Input shape: `(batch, height, width, channels)` or `(height, width, channels)`. Output shape: the same.

    Raises:
        ValueError: if a factor is not between -1 and 1.
        NotImplementedError: for another mode or interpolation.

    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_rotation/

    >>> quarter = RandomRotation((0.25, 0.25))
    >>> quarter(np.array([[0.0, 1.0], [2.0, 3.0]])[:, :, None], training=True)[:, :, 0].round()
    array([[1., 3.],
           [0., 2.]], dtype=float32)
    """

    def __init__(
        self, factor, fill_mode="reflect", interpolation="bilinear", seed=None, fill_value=0.0, data_format=None, **kwargs
    ):  # fmt: skip
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        self._keep(locals())
        self._settle(fill_mode, interpolation)
        self.factor = span(factor or 0.0, -1, 1)

    def draw(self, images):
        height, width = self._sizes(images)
        angle = self.drawn(*(360.0 * f for f in self.factor), count(images))
        radians = ops.multiply(ops.expand_dims(angle, axis=1), math.pi / 180)  # (batch, 1)
        cos, sin, x, y = ops.cos(radians), ops.sin(radians), (width - 1) / 2, (height - 1) / 2
        from_x = ops.add(ops.subtract(x, ops.multiply(cos, x)), ops.multiply(sin, y))
        from_y = ops.subtract(ops.subtract(y, ops.multiply(sin, x)), ops.multiply(cos, y))
        matrix = _eight(cos, ops.negative(sin), from_x, sin, cos, from_y)
        return {"angle": angle, "rotation_matrix": matrix, "image_height": height, "image_width": width, "batch_size": count(images)}

    def matrix(self, transformation, height, width):
        return transformation["rotation_matrix"]


class RandomZoom(_RandomMove):
    """In training, zooms into pictures or out of them.

    Args:
        height_factor: how much at most, or the least and the most: 0.2 shows 20% more, -0.2 shows 20% less.
        width_factor: the same for the width; the height's draw by default, so that things keep their shape.
        fill_mode: what lies beyond the edges: `"reflect"`, `"wrap"`, `"constant"` or `"nearest"`.
        interpolation: `"nearest"` or `"bilinear"`.
        seed: whole number, for the same draws every time.
        fill_value: number that lies there, if constant.
        data_format: `"channels_last"` or `"channels_first"`; as the config says by default.

    Input shape: `(batch, height, width, channels)` or `(height, width, channels)`. Output shape: the same.

    Raises:
        ValueError: if a factor is not between -1 and 1.
        NotImplementedError: for another mode or interpolation.

    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_zoom/

    >>> RandomZoom((1.0, 1.0), fill_mode="constant")(np.ones((1, 4, 1)), training=True)[0, :, 0]  # half as large
    array([0., 1., 1., 0.], dtype=float32)
    """

    def __init__(
        self, height_factor, width_factor=None, fill_mode="reflect", interpolation="bilinear", seed=None, fill_value=0.0,
        data_format=None, **kwargs,
    ):  # fmt: skip
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        self._keep(locals())
        self._settle(fill_mode, interpolation)
        limits = {"low": np.nextafter(-1.0, 0.0), "high": 1.0, "least": -1.0, "said": "(-1.0, 1.0]"}
        self.height_lower, self.height_upper = span(height_factor, name="height_factor", **limits)
        if width_factor is not None:
            self.width_lower, self.width_upper = span(width_factor, name="width_factor", **limits)

    def draw(self, images):
        down = across = self.drawn(1.0 + self.height_lower, 1.0 + self.height_upper, count(images), 1)
        if self.width_factor is not None:
            across = self.drawn(1.0 + self.width_lower, 1.0 + self.width_upper, count(images), 1)
        return {"height_zoom": down, "width_zoom": across, "input_shape": tuple(images.shape)}

    def matrix(self, transformation, height, width):
        down, across = transformation["height_zoom"], transformation["width_zoom"]
        x, y = (ops.multiply(ops.subtract(1.0, zoom), (n - 1) / 2) for zoom, n in ((across, width), (down, height)))
        return _eight(across, 0, x, 0, down, y)


class RandomTranslation(_RandomMove):
    """In training, moves pictures.

    Args:
        height_factor: how far down at most, as a share of the height; or the least and the most.
        width_factor: how far to the right.
        fill_mode: what lies beyond the edges: `"reflect"`, `"wrap"`, `"constant"` or `"nearest"`.
        interpolation: `"nearest"` or `"bilinear"`.
        seed: whole number, for the same draws every time.
        fill_value: number that lies there, if constant.
        data_format: `"channels_last"` or `"channels_first"`; as the config says by default.

    Input shape: `(batch, height, width, channels)` or `(height, width, channels)`. Output shape: the same.

    Raises:
        ValueError: if a factor is not between -1 and 1.
        NotImplementedError: for another mode or interpolation.

    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_translation/

    >>> RandomTranslation(0.0, (0.5, 0.5), fill_mode="constant")(np.ones((1, 4, 1)), training=True)[0, :, 0]
    array([0., 0., 1., 1.], dtype=float32)
    """

    def __init__(
        self, height_factor, width_factor, fill_mode="reflect", interpolation="bilinear", seed=None, fill_value=0.0,
        data_format=None, **kwargs,
    ):  # fmt: skip
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        self._keep(locals())
        self._settle(fill_mode, interpolation)
        self.height_lower, self.height_upper = span(height_factor, -1.0, 1.0, "height_factor")
        self.width_lower, self.width_upper = span(width_factor, -1.0, 1.0, "width_factor")

    def draw(self, images):
        height, width = self._sizes(images)
        down = ops.multiply(self.drawn(self.height_lower, self.height_upper, count(images), 1), float(height))
        across = ops.multiply(self.drawn(self.width_lower, self.width_upper, count(images), 1), float(width))
        return {"translations": ops.concatenate([across, down], axis=1), "input_shape": tuple(images.shape)}

    def matrix(self, transformation, height, width):
        moves = ops.negative(transformation["translations"])  # (batch, 2)
        return _eight(1, 0, moves[:, :1], 0, 1, moves[:, 1:])


class RandomShear(_RandomMove):
    """In training, shears pictures: rows slide over each other, or columns do.

    Args:
        x_factor: how far a row slides from the next, at most, in pixels; or the least and the most.
        y_factor: how far a column slides.
        interpolation: `"nearest"` or `"bilinear"`.
        fill_mode: what lies beyond the edges: `"reflect"`, `"wrap"`, `"constant"` or `"nearest"`.
        fill_value: number that lies there, if constant.
        data_format: `"channels_last"` or `"channels_first"`; as the config says by default.
        seed: whole number, for the same draws every time.

    Input shape: `(batch, height, width, channels)` or `(height, width, channels)`. Output shape: the same.

    Raises:
        ValueError: if a factor is not between 0 and 1.
        NotImplementedError: for another mode or interpolation.

    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_shear/

    >>> RandomShear(0.5, seed=1)(np.ones((4, 4, 1)), training=True).shape
    (4, 4, 1)
    """

    def __init__(
        self, x_factor=0.0, y_factor=0.0, interpolation="bilinear", fill_mode="reflect", fill_value=0.0, data_format=None,
        seed=None, **kwargs,
    ):  # fmt: skip
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        self._keep(locals())
        self._settle(fill_mode, interpolation)
        self._ranges = [self._range(name, factor) for name, factor in (("x_factor", x_factor), ("y_factor", y_factor))]

    def _range(self, name, factor):
        low = -1.0 if isinstance(factor, (list, tuple)) else 0.0  # Keras writes the range of a number into files
        return span(factor, low, 1.0, name, least=-1.0, said="[0, 1.0]")

    def draw(self, images):
        side = ops.where(ops.greater(self.drawn(0.0, 1.0, count(images), 1), 0.5), -1.0, 1.0)
        factors = [ops.multiply(self.drawn(*factor, count(images), 1), side) for factor in self._ranges]
        return {"shear_factor": ops.concatenate(factors, axis=1), "input_shape": tuple(images.shape)}

    def matrix(self, transformation, height, width):
        shear = transformation["shear_factor"]  # (batch, 2)
        return _eight(1, shear[:, :1], 0, shear[:, 1:], 1, 0)
