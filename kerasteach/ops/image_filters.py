"""Pictures looked at through small windows: blurred, their edges, how alike two are."""

import numpy as np

from ..config import standardize_data_format
from . import examples
from .create import convert_to_tensor, dtype_of
from .depthwise import depthwise_conv
from .elementwise import add, cast, divide, multiply, square, subtract
from .image_shape import check_images
from .index import getitem
from .reduce import mean
from .reshaping import moveaxis, squeeze, stack
from .spec import is_float
from .table import composite


def bell(size, sigma):
    """A bell curve of `size` numbers that sum to 1.

    >>> bell(3, 1.0).round(2)
    array([0.27, 0.45, 0.27])
    """
    heights = np.exp(-0.5 * ((np.arange(size) - (size - 1) / 2) / sigma) ** 2)
    return heights / heights.sum()


def _through(images, window, padding="same"):
    """A window `(rows, columns)` slides over every channel; channels are last."""
    kernel = np.broadcast_to(window[:, :, None, None], (*window.shape, images.shape[-1], 1))
    return depthwise_conv(images, kernel.astype(dtype_of(images)), padding=padding)


@composite(
    example=examples.cases(
        ([(2, 5, 6, 2)], {}),
        ([(2, 6, 5)], {"kernel_size": (3, 5), "sigma": (0.5, 2.0), "data_format": "channels_first"}),
    )
)
def gaussian_blur(images, kernel_size=(3, 3), sigma=(1.0, 1.0), data_format=None):
    """Pictures blurred: every pixel becomes a mean of its neighbours under a bell curve.

    Args:
        images: tensor `(batch, height, width, channels)` or `(height, width, channels)`.
        kernel_size: how many neighbours count, across and down.
        sigma: width of the bell curve, across and down.
        data_format: `"channels_last"` or `"channels_first"`; as the config says by default.

    Raises:
        ValueError: if the images have another rank.

    >>> gaussian_blur(np.array([[[0.0], [1.0], [0.0]]]), (3, 1))[0, :, 0].round(2)
    array([0.27, 0.45, 0.27])
    """
    images = convert_to_tensor(images)
    check_images(images)
    first = standardize_data_format(data_format) == "channels_first"
    x = getitem(images, key=None) if len(images.shape) == 3 else images
    x = moveaxis(x, 1, -1) if first else x
    across, down = (bell(int(n), float(s)) for n, s in zip(kernel_size, sigma))
    y = _through(x, np.outer(down, across))
    y = moveaxis(y, -1, 1) if first else y
    return squeeze(y, axis=0) if len(images.shape) == 3 else y


_SOBEL = np.outer([1.0, 2.0, 1.0], [-1.0, 0.0, 1.0])  # grows from left to right


@composite(example=examples.cases(([(2, 4, 5, 2)], {}), ([(1, 2, 3, 4)], {"data_format": "channels_first"})))
def sobel_edges(images, data_format=None):
    """How steeply pictures change, downwards and to the right.

    Args:
        images: tensor `(batch, height, width, channels)`.
        data_format: `"channels_last"` or `"channels_first"`; as the config says by default.

    Returns:
        Tensor `(batch, height, width, channels, 2)`.

    Raises:
        ValueError: if the images have another rank.

    Source: Sobel and Feldman, 1968.
    """
    images = convert_to_tensor(images)
    if len(images.shape) != 4:
        raise ValueError(f"Invalid images rank: expected rank 4 (batch of images). Received: images.shape={tuple(images.shape)}")
    first = standardize_data_format(data_format) == "channels_first"
    x = moveaxis(images, 1, -1) if first else images
    edges = stack([_through(x, _SOBEL.T), _through(x, _SOBEL)], axis=-1)  # (batch, height, width, channels, 2)
    return moveaxis(edges, 3, 1) if first else edges


@composite(
    example=examples.cases(
        ([(2, 12, 11, 2), (2, 12, 11, 2)], {}),
        ([(1, 5, 6), (1, 5, 6)], {"max_val": 2.0, "filter_size": 3, "data_format": "channels_first"}),
    )
)
def ssim(image1, image2, max_val=1.0, filter_size=11, filter_sigma=1.5, k1=0.01, k2=0.03, data_format=None):
    """How alike two pictures look: in windows, their means, their spreads, and whether they rise and fall together.

    Args:
        image1, image2: tensors `(batch, height, width, channels)` or `(height, width, channels)`.
        max_val: difference of the largest and the smallest number there can be.
        filter_size, filter_sigma: size of a window, and width of the bell curve in it.
        k1, k2: small numbers that keep divisions from 0.
        data_format: `"channels_last"` or `"channels_first"`; as the config says by default.

    Returns:
        A number for each pair; 1 for equal ones.

    Raises:
        ValueError: if the images have another rank.

    Source: Wang et al., 2004, https://doi.org/10.1109/TIP.2003.819861

    >>> image = np.random.default_rng(0).random((12, 12, 1))
    >>> round(float(ssim(image, image)), 6)
    1.0
    """
    image1, image2 = convert_to_tensor(image1), convert_to_tensor(image2)
    check_images(image1, "image1")
    check_images(image2, "image2")
    dtype, alone = dtype_of(image1), len(image1.shape) == 3
    first = standardize_data_format(data_format) == "channels_first"

    def channels_last(x):
        x = cast(x, dtype if is_float(dtype) else "float32")
        x = getitem(x, key=None) if alone else x
        return moveaxis(x, 1, -1) if first else x

    x1, x2 = channels_last(image1), channels_last(image2)
    window = np.outer(*[bell(filter_size, filter_sigma)] * 2)

    def seen(x):
        return _through(x, window, "valid")

    mean1, mean2 = seen(x1), seen(x2)
    means, squares = multiply(mean1, mean2), add(square(mean1), square(mean2))
    together = subtract(seen(multiply(x1, x2)), means)
    spread = subtract(add(seen(square(x1)), seen(square(x2))), squares)
    c1, c2 = (k1 * max_val) ** 2, (k2 * max_val) ** 2
    above = multiply(add(multiply(means, 2.0), c1), add(multiply(together, 2.0), c2))
    below = multiply(add(squares, c1), add(spread, c2))
    alike = mean(divide(above, below), axis=(1, 2, 3))
    return cast(squeeze(alike, axis=0) if alone else alike, dtype)
