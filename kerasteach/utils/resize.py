"""A picture brought to another size: each new pixel is a weighted mean of old ones, first down, then across."""

import numpy as np

from .images import middle


def _cubic(x):
    """Keys's curve with a = -0.5."""
    return np.where(x < 1, (1.5 * x - 2.5) * x * x + 1, np.where(x < 2, ((-0.5 * x + 2.5) * x - 4) * x + 2, 0))


def _lanczos(radius):
    return lambda x: np.where(x < radius, np.sinc(x) * np.sinc(x / radius), 0)


# The weight of an old pixel by its distance.
WAYS = {
    "bilinear": lambda x: np.maximum(1 - x, 0),
    "nearest": None,
    "bicubic": _cubic,
    "lanczos3": _lanczos(3),
    "lanczos5": _lanczos(5),
}


def resize(pixels, size, way="bilinear"):
    """Return a picture in another size.

    Args:
        pixels: array `(height, width, channels)`.
        size: (height, width).
        way: a name in `WAYS`.

    >>> resize(np.array([[[0.0], [1.0]]]), (1, 4))[0, :, 0]
    array([0.  , 0.25, 0.75, 1.  ])
    """
    for axis, length in enumerate(size):
        if length != pixels.shape[axis]:
            weights = _weights(pixels.shape[axis], length, WAYS[way]).astype(pixels.dtype)  # (new, old)
            pixels = np.moveaxis(np.tensordot(weights, pixels, (1, axis)), 0, axis)
    return pixels


def _weights(old, new, curve):
    """How much each old pixel counts in each new one."""
    places = (np.arange(new) + 0.5) * old / new - 0.5  # where the new pixels lie among the old ones
    if curve is None:
        return np.eye(old)[np.clip(np.floor(places + 0.5).astype(int), 0, old - 1)]
    weights = curve(np.abs(places[:, None] - np.arange(old)))  # (new, old)
    return weights / weights.sum(axis=1, keepdims=True)


def bring_to(pixels, size, way, crop=False, pad=False):
    """`resize`; with `crop` or `pad` things keep their shape: the middle is cut out, or black put around.

    >>> bring_to(np.ones((2, 4, 1)), (4, 4), "bilinear", pad=True)[:, 0, 0]
    array([0., 1., 1., 0.])
    """
    if crop:
        top, left, height, width = middle(*pixels.shape[:2], *size)
        pixels = pixels[top : top + height, left : left + width]
    if not pad:
        return resize(pixels, size, way)
    old, top = pixels.shape[:2], int(pixels.shape[0] * size[1] < pixels.shape[1] * size[0])  # the axis that is filled
    inner = [length * size[top] // old[top] for length in old]
    before = [(new * old[top] - length * size[top]) // (2 * old[top]) for new, length in zip(size, old)]
    canvas = np.zeros((*size, pixels.shape[2]), pixels.dtype)
    canvas[before[0] : before[0] + inner[0], before[1] : before[1] + inner[1]] = resize(pixels, inner, way)
    return canvas
