"""Colours: as red, green and blue; as hue, saturation and value; as grey."""

import numpy as np

from . import examples
from .create import convert_to_tensor, dtype_of
from .elementwise import absolute, add, cast, clip, divide, maximum, minimum, multiply, subtract
from .image_shape import channel_axis, check_images
from .index import getitem, where
from .logic import equal, greater, less, mod
from .reshaping import expand_dims, moveaxis, stack
from .spec import is_float
from .table import composite


def _planes(images, data_format, allowed):
    """The colours of pictures, each `(batch, height, width)`."""
    check_images(images)
    axis = channel_axis(images, data_format)
    if images.shape[axis] not in allowed:
        raise ValueError(f"Invalid channel size: expected {allowed} channels. Received input with shape: images.shape={tuple(images.shape)}")
    images = moveaxis(images, axis, -1)
    return [getitem(images, key=(Ellipsis, i)) for i in range(images.shape[-1])]


def _check_float(images):
    if not is_float(dtype_of(images)):
        raise ValueError(f"Invalid images dtype: expected float dtype. Received: images.dtype={dtype_of(images)}")


@composite(
    example=examples.cases(([(2, 3, 4, 3)], {}), ([(3, 2, 2)], {"data_format": "channels_first"}), ([(2, 3, 1)], {})),
)
def rgb_to_grayscale(images, data_format=None):
    """Pictures in grey: green counts most, as it does for the eye.

    Args:
        images: tensor `(batch, height, width, 3)` or `(height, width, 3)`.
        data_format: `"channels_last"` or `"channels_first"`; as the config says by default.

    Returns:
        The same with one channel.

    Raises:
        ValueError: if the images have another rank or other channels.

    >>> rgb_to_grayscale(np.array([[[0.0, 1.0, 0.0]]]))
    array([[[0.587]]])
    """
    images = convert_to_tensor(images)
    planes = _planes(images, data_format, (1, 3))
    if len(planes) == 1:
        return images
    red, green, blue = planes
    grey = add(add(multiply(red, 0.2989), multiply(green, 0.587)), multiply(blue, 0.114))
    return expand_dims(cast(grey, dtype_of(images)), axis=channel_axis(images, data_format))


@composite(
    example=lambda rng: [
        ((rng.uniform(0.05, 1, (2, 3, 2, 3)),), {}),
        ((rng.uniform(0.05, 1, (3, 2, 2)),), {"data_format": "channels_first"}),
    ],
    kinks=("two colours equal: the gradient is shared or that of one",),
)
def rgb_to_hsv(images, data_format=None):
    """Red, green and blue as hue (place on the wheel of colours, 0 to 1), saturation and value.

    Args:
        images: tensor `(batch, height, width, 3)` or `(height, width, 3)` of floats from 0 to 1.
        data_format: `"channels_last"` or `"channels_first"`; as the config says by default.

    Raises:
        ValueError: if the images have another rank, dtype, or other channels.

    >>> rgb_to_hsv(np.array([[[0.0, 0.5, 0.0]]])).round(2)
    array([[[0.33, 1.  , 0.5 ]]])
    """
    images = convert_to_tensor(images)
    _check_float(images)
    planes = _planes(images, data_format, (3,))
    tiny = float(np.finfo(dtype_of(images)).eps)
    red, green, blue = [where(less(absolute(p), tiny), 0.0, p) for p in planes]
    value = maximum(maximum(red, green), blue)
    spread = subtract(value, minimum(minimum(red, green), blue))
    colourful = greater(spread, 0)
    saturation = where(greater(value, 0), divide(spread, where(greater(value, 0), value, 1.0)), 0.0)
    step = divide(1.0 / 6.0, where(colourful, spread, 1.0))
    hue = where(
        equal(value, green),
        add(multiply(step, subtract(blue, red)), 2 / 6),
        add(multiply(step, subtract(red, green)), 4 / 6),
    )
    hue = where(colourful, where(equal(value, red), multiply(step, subtract(green, blue)), hue), 0.0)
    hue = where(less(hue, 0), add(hue, 1.0), hue)
    return stack([hue, saturation, value], axis=channel_axis(images, data_format))


@composite(
    example=lambda rng: [
        ((rng.uniform(0.05, 0.95, (2, 3, 2, 3)),), {}),
        ((rng.uniform(0.05, 0.95, (3, 2, 2)),), {"data_format": "channels_first"}),
    ],
    kinks=("hue a multiple of 1/6: the gradient of one side",),
)
def hsv_to_rgb(images, data_format=None):
    """Hue, saturation and value as red, green and blue; the way back from `rgb_to_hsv`.

    Args:
        images: tensor `(batch, height, width, 3)` or `(height, width, 3)` of floats from 0 to 1.
        data_format: `"channels_last"` or `"channels_first"`; as the config says by default.

    Raises:
        ValueError: if the images have another rank, dtype, or other channels.

    >>> hsv_to_rgb(np.array([[[0.0, 1.0, 1.0]]]))  # red
    array([[[1., 0., 0.]]])
    """
    images = convert_to_tensor(images)
    _check_float(images)
    hue, saturation, value = _planes(images, data_format, (3,))
    sixth = multiply(mod(hue, 1.0), 6.0)

    def part(share):
        """A colour: white, less what saturation takes away of all but the hue."""
        return multiply(value, add(subtract(1.0, saturation), multiply(saturation, clip(share, 0.0, 1.0))))

    red = part(subtract(absolute(subtract(sixth, 3.0)), 1.0))
    green = part(subtract(2.0, absolute(subtract(sixth, 2.0))))
    blue = part(subtract(2.0, absolute(subtract(sixth, 4.0))))
    return stack([red, green, blue], axis=channel_axis(images, data_format))
