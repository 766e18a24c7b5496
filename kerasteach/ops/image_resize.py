"""Pictures brought to another size: every new pixel is a weighted mean of old ones, first down, then across.

How much an old pixel counts depends on how far it lies from the place of the new one: that is a curve, and all
ways to resize are such curves.
"""

import functools

import numpy as np

from . import examples
from .arrange import pad
from .create import convert_to_tensor, dtype_of
from .elementwise import cast
from .image_curves import CURVES, cubic, shares
from .image_shape import check_images, cropped, spatial_axes
from .logic import round
from .scattering import saturate_cast
from .spec import is_float
from .table import composite, row

WAYS = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")


@functools.lru_cache(maxsize=8)
def _matrix(old, new, interpolation, antialias):
    """Matrix `(new, old)` from the old pixels along an axis to the new ones."""
    if interpolation == "nearest":  # in float32, as Torch has it: halfway between two, digits decide
        places = (np.arange(new, dtype="float32") + 0.5) * (np.float32(old) / np.float32(new))
        return np.eye(old)[np.minimum(places.astype(int), old - 1)]
    places = (np.arange(new) + 0.5) * (old / new) - 0.5
    if interpolation.startswith("lanczos"):
        return shares(places, old, CURVES[interpolation], np.maximum(old / new, 1) if antialias else 1.0)
    if antialias:
        return shares(places, old, CURVES["linear" if interpolation == "bilinear" else "cubic"], np.maximum(old / new, 1))
    curve = CURVES["linear"] if interpolation == "bilinear" else cubic(-0.75)
    counts = curve(np.abs(places[:, None] - np.arange(-2, old + 2)))  # two pixels more at each end, copies of the last
    counts[:, 2] += counts[:, :2].sum(axis=1)
    counts[:, -3] += counts[:, -2:].sum(axis=1)
    return counts[:, 2:-2]


def resize_matrix(old, size, interpolation="bilinear", antialias=False):
    """Matrix `(new, old)` that resizes an axis."""
    return _matrix(int(old), int(size), interpolation, bool(antialias))


@functools.lru_cache(maxsize=8)
def _taps(old, size, interpolation, antialias):
    """The matrix as [(number of an old pixel, how much it counts) for every new one], as many as any new one needs."""
    matrix = resize_matrix(old, size, interpolation, antialias)
    numbers = np.argsort(matrix == 0, axis=1, kind="stable")[:, : (matrix != 0).sum(axis=1).max()]  # (new, taps)
    return list(zip(numbers.T, np.take_along_axis(matrix, numbers, 1).T))


@row(
    shape=lambda x, axis, size, interpolation="bilinear", antialias=False: tuple(
        size if i == axis % len(x) else n for i, n in enumerate(x)
    ),
    inputs=1,
    example=examples.cases(
        ([(3, 4)], {"axis": 1, "size": 6}),
        ([(3, 4)], {"axis": 0, "size": 2, "interpolation": "nearest"}),
        ([(2, 5)], {"axis": -1, "size": 3, "interpolation": "bicubic", "antialias": True}),
    ),
)
class _resize_axis:
    """One axis brought to another length; each new element is a weighted mean of old ones. The row behind `resize`."""

    def forward(x, axis, size, interpolation="bilinear", antialias=False):
        y, along_axis = 0, [-1 if i == axis % x.ndim else 1 for i in range(x.ndim)]
        for numbers, counts in _taps(x.shape[axis], size, interpolation, antialias):
            y = y + np.take(x, numbers, axis) * counts.astype(x.dtype).reshape(along_axis)
        return y

    def vjp_x(g, y, x, axis, size, interpolation="bilinear", antialias=False):
        matrix = resize_matrix(x.shape[axis], size, interpolation, antialias).astype(g.dtype)
        return np.moveaxis(np.tensordot(matrix, g, (0, axis)), 0, axis)


def middle(height, width, target_height, target_width):
    """Return (top, left, height, width) of the largest piece in the middle with the shape of the target.

    >>> middle(100, 200, 50, 50)
    (0, 50, 100, 100)
    """
    kept_height = np.clip(width * target_height // target_width, 1, height).item()
    kept_width = np.clip(height * target_width // target_height, 1, width).item()
    return (height - kept_height) // 2, (width - kept_width) // 2, kept_height, kept_width


def _check(images, size, interpolation, crop, pad, fill_mode):
    if len(size) != 2 or not all(n > 0 for n in size):
        raise ValueError(f"Expected `size` to be a tuple of 2 integers, a positive height and width. Received: size={size}")
    check_images(images)
    if pad and crop:
        raise ValueError("Only one of `pad_to_aspect_ratio` & `crop_to_aspect_ratio` can be `True`. Received: both.")
    if interpolation not in WAYS:
        raise ValueError(f"Invalid value for argument `interpolation`. Expected one of {WAYS}. Received: interpolation={interpolation}")
    if fill_mode != "constant":
        raise ValueError(f"Invalid value for argument `fill_mode`. Only `'constant'` is supported. Received: fill_mode={fill_mode}")


@composite(
    example=examples.cases(
        ([(2, 4, 5, 3)], {"size": (6, 3)}),
        ([(5, 4, 1)], {"size": (3, 2), "interpolation": "bicubic", "antialias": True}),
        ([(2, 3, 4, 6)], {"size": (3, 3), "crop_to_aspect_ratio": True, "data_format": "channels_first"}),
        ([(4, 6, 1)], {"size": (3, 3), "pad_to_aspect_ratio": True, "interpolation": "nearest"}),
    )
)
def resize(
    images,
    size,
    interpolation="bilinear",
    antialias=False,
    crop_to_aspect_ratio=False,
    pad_to_aspect_ratio=False,
    fill_mode="constant",
    fill_value=0.0,
    data_format=None,
):
    """Pictures in another size.

    Args:
        images: tensor `(batch, height, width, channels)` or `(height, width, channels)`.
        size: (height, width).
        interpolation: `"nearest"`, `"bilinear"`, `"bicubic"`, `"lanczos3"` or `"lanczos5"`.
        antialias: whether, in a smaller picture, a new pixel is a mean of all it covers.
        crop_to_aspect_ratio: whether the middle is cut out first, so that things keep their shape.
        pad_to_aspect_ratio: whether a border is added first, so that things keep their shape.
        fill_mode: `"constant"`.
        fill_value: number the border is of.
        data_format: `"channels_last"` or `"channels_first"`; as the config says by default.

    Raises:
        ValueError: if an argument is none of these.

    >>> resize(np.array([[[0.0], [1.0]]]), (1, 4))[0, :, 0]
    array([0.  , 0.25, 0.75, 1.  ])
    """
    images = convert_to_tensor(images)
    _check(images, size, interpolation, crop_to_aspect_ratio, pad_to_aspect_ratio, fill_mode)
    size, axes, dtype = [int(n) for n in size], spatial_axes(images, data_format), dtype_of(images)
    x = images if dtype in ("float32", "float64") else cast(images, "float32")
    lengths = [x.shape[axis] for axis in axes]
    if crop_to_aspect_ratio and None not in lengths:  # else only the new shape is asked for
        top, left, height, width = middle(*lengths, *size)
        x = cropped(x, {axes[0]: (top, height), axes[1]: (left, width)})
    if pad_to_aspect_ratio and None not in lengths:
        wanted = lengths[1] * size[0] // size[1], lengths[0] * size[1] // size[0]
        borders = [np.maximum(n - old, 0).item() // 2 for n, old in zip(wanted, lengths)]
        widths = [(borders[axes.index(axis)],) * 2 if axis in axes else (0, 0) for axis in range(len(x.shape))]
        x = pad(x, widths, constant_values=fill_value)
    for axis, n in zip(axes, size):
        x = _resize_axis(x, axis=axis, size=n, interpolation=interpolation, antialias=antialias)
    return cast(x, dtype) if is_float(dtype) else saturate_cast(round(x), dtype)
