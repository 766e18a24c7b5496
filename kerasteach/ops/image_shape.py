"""Which axes of a picture are which; pictures cropped, padded, cut into patches."""

import math

import numpy as np

from ..config import standardize_data_format
from . import examples
from .arrange import pad
from .convolution import conv
from .create import convert_to_tensor, dtype_of
from .index import getitem
from .reshaping import expand_dims, squeeze
from .scattering import _slice
from .table import composite


def check_images(images, name="images"):
    """Raise ValueError unless it is a picture or a batch of them."""
    if len(images.shape) not in (3, 4):
        raise ValueError(
            "Invalid images rank: expected rank 3 (single image) or rank 4 (batch of images). "
            f"Received input with shape: {name}.shape={tuple(images.shape)}"
        )


def spatial_axes(images, data_format):
    """Numbers of the axes of height and width.

    >>> spatial_axes(np.ones((2, 3, 4, 5)), "channels_first")
    (2, 3)
    """
    first = len(images.shape) - (2 if standardize_data_format(data_format) == "channels_first" else 3)
    return first, first + 1


def channel_axis(images, data_format):
    """Number of the axis of the channels, counted from the end."""
    return -3 if standardize_data_format(data_format) == "channels_first" else -1


def _both_ends(end, length, wanted, names):
    """Settle what is cut off or put on before and after, of which two in three are told.

    Args:
        end: 1 if something is put on, -1 if it is cut off.
        length: of the axis; None if unknown.
        wanted: what is told of (before, after, target), else None.
        names: of the three.

    Returns:
        (before, after, target); before and after are None if they cannot be known yet.

    Raises:
        ValueError: if other than two are told, or one is below 0.
    """
    if wanted.count(None) != 1:
        told = ", ".join(f"{name}={value}" for name, value in zip(names, wanted))
        raise ValueError(f"Must specify exactly two of {', '.join(names)}. Received: {told}")
    before, after, target = wanted
    if length is not None:
        target = length + end * (before + after) if target is None else target
        before = end * (target - length) - after if before is None else before
        after = end * (target - length) - before if after is None else after
    for name, value in zip(names, (before, after, target)):
        if value is not None and value < 0:
            raise ValueError(f"{name} must be >= 0. Received: {name}={value}")
    return before, after, target


def _settled(images, end, verb, data_format, vertical, horizontal):
    """(axis, before, after, target) for height and for width."""
    check_images(images)
    names = [(f"{a}_{verb}", f"{b}_{verb}", f"target_{size}") for a, b, size in [("top", "bottom", "height"), ("left", "right", "width")]]
    axes = spatial_axes(images, data_format)
    return [(axis, *_both_ends(end, images.shape[axis], told, n)) for axis, told, n in zip(axes, (vertical, horizontal), names)]


def _of_shape(images, settled):
    """What stands for the output while only its shape is asked for, and that of the input is unknown."""
    shape = list(images.shape)
    for axis, _, _, target in settled:
        shape[axis] = target
    return _slice(images, start_indices=(0,) * len(shape), shape=tuple(shape))


@composite(
    example=examples.cases(
        ([(2, 3, 4, 1)], {"top_padding": 1, "left_padding": 2, "target_height": 5, "target_width": 7}),
        ([(1, 3, 4)], {"top_padding": 0, "bottom_padding": 1, "right_padding": 2, "target_width": 6, "data_format": "channels_first"}),
    )
)
def pad_images(
    images,
    top_padding=None,
    left_padding=None,
    bottom_padding=None,
    right_padding=None,
    target_height=None,
    target_width=None,
    data_format=None,
):
    """A border of zeros around pictures; two of three are told, for height and for width.

    Args:
        images: tensor `(batch, height, width, channels)` or `(height, width, channels)`.
        top_padding, left_padding, bottom_padding, right_padding: rows and columns to add.
        target_height, target_width: size of the output.
        data_format: `"channels_last"` or `"channels_first"`; as the config says by default.

    Raises:
        ValueError: if other than two are told, or one is below 0.

    >>> pad_images(np.ones((1, 1, 1)), top_padding=1, target_height=3, left_padding=0, right_padding=0)[:, 0, 0]
    array([0., 1., 0.])
    """
    images = convert_to_tensor(images)
    vertical, horizontal = (top_padding, bottom_padding, target_height), (left_padding, right_padding, target_width)
    settled = _settled(images, 1, "padding", data_format, vertical, horizontal)
    if any(None in ends for ends in settled):
        return _of_shape(images, settled)
    widths = {axis: (before, after) for axis, before, after, _ in settled}
    return pad(images, [widths.get(axis, (0, 0)) for axis in range(len(images.shape))])


@composite(
    example=examples.cases(
        ([(2, 5, 6, 1)], {"top_cropping": 1, "left_cropping": 2, "target_height": 3, "target_width": 2}),
        ([(1, 5, 6)], {"top_cropping": 0, "bottom_cropping": 1, "right_cropping": 2, "target_width": 3, "data_format": "channels_first"}),
    )
)
def crop_images(
    images,
    top_cropping=None,
    left_cropping=None,
    bottom_cropping=None,
    right_cropping=None,
    target_height=None,
    target_width=None,
    data_format=None,
):
    """A piece of pictures; two of three are told, for height and for width.

    Args:
        images: tensor `(batch, height, width, channels)` or `(height, width, channels)`.
        top_cropping, left_cropping, bottom_cropping, right_cropping: rows and columns to cut off.
        target_height, target_width: size of the output.
        data_format: `"channels_last"` or `"channels_first"`; as the config says by default.

    Raises:
        ValueError: if other than two are told, or one is below 0.

    >>> crop_images(np.arange(3.0).reshape(3, 1, 1), top_cropping=1, target_height=1, left_cropping=0, target_width=1)
    array([[[1.]]])
    """
    images = convert_to_tensor(images)
    vertical, horizontal = (top_cropping, bottom_cropping, target_height), (left_cropping, right_cropping, target_width)
    settled = _settled(images, -1, "cropping", data_format, vertical, horizontal)
    if any(None in ends for ends in settled):
        if any(target is None for *_, target in settled):
            raise ValueError(
                "When the height or width of the images is unknown, `target_height` and `target_width` must be specified. "
                f"Received images.shape={tuple(images.shape)}, target_height={target_height} and target_width={target_width}"
            )
        return _of_shape(images, settled)
    return cropped(images, {axis: (before, target) for axis, before, _, target in settled})


def cropped(images, pieces):
    """A piece of pictures; `pieces` is (start, length) by axis."""
    spans = {axis: slice(start, start + length) for axis, (start, length) in pieces.items()}
    return getitem(images, key=tuple(spans.get(axis, slice(None)) for axis in range(len(images.shape))))


@composite(
    example=examples.cases(
        ([(2, 4, 5, 2)], {"size": 2}),
        ([(5, 4, 1)], {"size": (3, 2), "strides": 1, "padding": "same"}),
        ([(1, 2, 3, 4, 3)], {"size": (2, 1, 2), "data_format": "channels_first"}),
    )
)
def extract_patches(images, size, strides=None, dilation_rate=1, padding="valid", data_format=None):
    """Pictures, or volumes, as patches: the elements of each in one row of channels.

    Args:
        images: tensor `(batch, height, width, channels)` or `(height, width, channels)`; with a depth before the height
            for volumes.
        size: height and width of a patch, or depth, height and width; one number for a square.
        strides: elements from one patch to the next; `size` by default.
        dilation_rate: elements from one element of a patch to its next.
        padding: `"valid"`, or `"same"` for a border of zeros.
        data_format: `"channels_last"` or `"channels_first"`; as the config says by default.

    Returns:
        Tensor `(batch, rows, columns, height * width * channels)`.

    Raises:
        TypeError: if `size` is neither a number nor a tuple.
        ValueError: if it has neither two nor three numbers.

    >>> extract_patches(np.arange(8.0).reshape(2, 4, 1), 2)[0, 0]  # (patch, elements)
    array([0., 1., 4., 5.])
    """
    if not isinstance(size, (int, tuple, list)):
        raise TypeError(f"Invalid `size` argument. Expected an int or a tuple. Received: size={size} of type {type(size).__name__}")
    size = (size, size) if isinstance(size, int) else tuple(size)
    if len(size) not in (2, 3):
        raise ValueError(f"Invalid `size` argument. Expected a tuple of length 2 or 3. Received: size={size} with length {len(size)}")
    images = convert_to_tensor(images)
    data_format = standardize_data_format(data_format)
    alone = len(images.shape) == len(size) + 1
    images = expand_dims(images, axis=0) if alone else images
    channels = images.shape[1 if data_format == "channels_first" else -1]
    elements = math.prod(size) * channels
    kernel = np.eye(elements, dtype=dtype_of(images)).reshape(*size, channels, elements)  # filter i sees element i alone
    patches = conv(
        images, kernel, strides=strides or size, padding=padding, data_format=data_format, dilation_rate=dilation_rate
    )
    return squeeze(patches, axis=0) if alone else patches


def extract_patches_3d(volumes, size, strides=None, dilation_rate=1, padding="valid", data_format=None):
    """Volumes as patches; as `extract_patches`, but one number is the edge of a cube.

    >>> extract_patches_3d(np.ones((1, 2, 4, 4, 1)), 2).shape
    (1, 1, 2, 2, 8)
    """
    size = (size,) * 3 if isinstance(size, int) else size
    return extract_patches(volumes, size, strides, dilation_rate, padding, data_format)
