"""`keras.preprocessing.image`."""

import numpy as np

from ..utils import array_to_img, img_to_array, load_img, save_img
from ..utils.resize import WAYS, bring_to

__all__ = ["array_to_img", "img_to_array", "load_img", "save_img", "smart_resize"]


def smart_resize(x, size, interpolation="bilinear", data_format="channels_last", **kwargs):
    """Bring pictures to a size without squeezing them: the middle is cut out in the right shape first.

    Args:
        x: array `(height, width, channels)`, or a batch of them.
        size: (height, width).
        interpolation: `"bilinear"`, `"nearest"`, `"bicubic"`, `"lanczos3"` or `"lanczos5"`.
        data_format: `"channels_last"` or `"channels_first"`.

    Raises:
        ValueError: for another shape, size or interpolation.

    >>> smart_resize(np.ones((4, 8, 3)), (2, 2)).shape
    (2, 2, 3)
    """
    if kwargs:
        raise TypeError(f"smart_resize() got unexpected keyword arguments: {list(kwargs)}")
    if len(size) != 2:
        raise ValueError(f"Expected `size` to be a tuple of 2 integers, but got: {size}.")
    if interpolation not in WAYS:
        raise ValueError(f"`interpolation` should be one of {tuple(WAYS)}. Received: interpolation={interpolation}")
    x = np.asarray(x)
    if x.ndim not in (3, 4):
        raise ValueError(
            "Expected an image array with shape `(height, width, channels)`, or `(batch_size, height, width, channels)`, but "
            f"got input with incorrect rank, of shape {x.shape}."
        )
    if x.ndim == 4:
        return np.stack([smart_resize(picture, size, interpolation, data_format) for picture in x])
    x = x.astype("float32") if x.dtype.kind != "f" else x
    if data_format == "channels_first":
        return bring_to(x.transpose(1, 2, 0), size, interpolation, crop=True).transpose(2, 0, 1)
    return bring_to(x, size, interpolation, crop=True)
