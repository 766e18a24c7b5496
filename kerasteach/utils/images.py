"""Pictures as files, as Pillow's images and as arrays."""

import io
import os
import pathlib
import warnings

import numpy as np

from ..config import floatx, standardize_data_format
from ..ops.image_resize import middle

_MODES = {"grayscale": ("L", ("L", "I;16", "I")), "rgb": ("RGB", ("RGB",)), "rgba": ("RGBA", ("RGBA",))}
_WAYS = ("nearest", "bilinear", "bicubic", "hamming", "box", "lanczos")


def _pillow(who):
    try:
        from PIL import Image
    except ImportError:
        raise ImportError(f"Could not import PIL.Image. The use of `{who}` requires PIL. Fix: pip install pillow") from None
    return Image


def load_img(path, color_mode="rgb", target_size=None, interpolation="nearest", keep_aspect_ratio=False):
    """Read a picture as a Pillow image.

    Args:
        path: where it is, or an `io.BytesIO` with its bytes.
        color_mode: `"grayscale"`, `"rgb"` or `"rgba"`.
        target_size: (height, width) to bring it to; its own by default.
        interpolation: `"nearest"`, `"bilinear"`, `"bicubic"`, `"hamming"`, `"box"` or `"lanczos"`.
        keep_aspect_ratio: whether to cut its middle out in the right shape first, rather than to squeeze it.

    Raises:
        TypeError: if `path` is no path.
        ValueError: for a mode or interpolation there is not.

    >>> import tempfile
    >>> path = f"{tempfile.mkdtemp()}/a.png"
    >>> save_img(path, np.random.rand(4, 6, 3))
    >>> load_img(path, color_mode="grayscale", target_size=(2, 3)).size  # Pillow says (width, height)
    (3, 2)
    """
    pillow = _pillow("load_img")
    if not isinstance(path, (str, bytes, os.PathLike, io.BytesIO)):
        raise TypeError(f"path should be path-like or io.BytesIO, not {type(path)}")
    if color_mode not in _MODES:
        raise ValueError(f'color_mode must be "grayscale", "rgb", or "rgba". Received: color_mode={color_mode}')
    image = pillow.open(path)
    image.load()  # now, so that the file is closed
    wanted, fine = _MODES[color_mode]
    image = image if image.mode in fine else image.convert(wanted)
    if target_size is None or image.size == (target_size[1], target_size[0]):
        return image
    if interpolation not in _WAYS:
        raise ValueError(f"Invalid interpolation method {interpolation} specified. Supported methods are {', '.join(_WAYS)}")
    box = None
    if keep_aspect_ratio:
        top, left, height, width = middle(image.size[1], image.size[0], *target_size)
        box = (left, top, left + width, top + height)
    return image.resize((target_size[1], target_size[0]), pillow.Resampling[interpolation.upper()], box=box)


def img_to_array(img, data_format=None, dtype=None):
    """Return a Pillow image as an array.

    Args:
        img: the image.
        data_format: `"channels_last"` or `"channels_first"`; as the config says by default.
        dtype: dtype of the array; the default float type if not given.

    Returns:
        Array `(height, width, channels)`, or `(channels, height, width)`.

    Raises:
        ValueError: if it has neither 2 nor 3 axes.

    >>> img_to_array(np.zeros((4, 5))).shape
    (4, 5, 1)
    """
    first = standardize_data_format(data_format) == "channels_first"
    array = np.asarray(img, dtype=dtype or floatx())
    if array.ndim == 2:
        array = array[:, :, None]  # (height, width, 1)
    if array.ndim != 3:
        raise ValueError(f"Unsupported image shape: {array.shape}. Expected (height, width) or (height, width, channels).")
    return array.transpose(2, 0, 1) if first else array


def array_to_img(x, data_format=None, scale=True, dtype=None):
    """Return an array as a Pillow image.

    Args:
        x: array `(height, width, channels)` with 1, 3 or 4 channels.
        data_format: `"channels_last"` or `"channels_first"`; as the config says by default.
        scale: whether to stretch the values over 0 to 255.
        dtype: dtype to compute in; the default float type if not given.

    Raises:
        ValueError: for another shape.

    >>> array_to_img(np.zeros((4, 6, 3))).size
    (6, 4)
    """
    first = standardize_data_format(data_format) == "channels_first"
    pillow = _pillow("array_to_img")
    array = np.asarray(x, dtype=dtype or floatx())
    if array.ndim != 3:
        raise ValueError(f"Expected image array to have rank 3 (single image). Got array with shape: {array.shape}")
    array = array.transpose(1, 2, 0) if first else array  # (height, width, channels)
    if scale:
        array = array - array.min()
        array = (array / array.max() if array.max() != 0 else array) * 255
    channels = array.shape[2]
    if channels in (3, 4):
        return pillow.fromarray(array.astype("uint8"))
    if channels != 1:
        raise ValueError(f"Unsupported channel number: {channels}. Expected 1, 3 or 4.")
    return pillow.fromarray(array[:, :, 0].astype("int32" if array.max() > 255 else "uint8"))


def save_img(path, x, data_format=None, file_format=None, scale=True, **kwargs):
    """Write an array as a picture.

    Args:
        path: where, or a file object.
        x: array `(height, width, channels)`.
        data_format: `"channels_last"` or `"channels_first"`; as the config says by default.
        file_format: such as `"png"`; by the path's ending by default.
        scale: whether to stretch the values over 0 to 255.
        **kwargs: more for Pillow's `save`.

    >>> import tempfile
    >>> path = f"{tempfile.mkdtemp()}/a.png"
    >>> save_img(path, np.zeros((4, 6, 1)))
    >>> img_to_array(load_img(path)).shape
    (4, 6, 3)
    """
    if file_format is None and isinstance(path, (str, os.PathLike)):
        file_format = pathlib.Path(path).suffix[1:].lower()
    file_format = "jpeg" if file_format and file_format.lower() == "jpg" else file_format
    image = array_to_img(x, data_format, scale)
    if image.mode == "RGBA" and file_format == "jpeg":
        warnings.warn("The JPEG format does not support RGBA images, converting to RGB.", stacklevel=2)
        image = image.convert("RGB")
    image.save(path, format=file_format, **kwargs)
