"""Pictures that are data, as fields of pixels: grey or coloured as they are, their numbers brought to 0 to 255."""

import numpy as np

from kerasteach.widgets.palette import FRAME
from kerasteach.widgets.scene import Pixels, Rect


def image_colours(image, limits=None):
    """The colours of an image.

    Args:
        image: `(height, width)`, or with 1 or 3 channels last; of any other number the mean is shown, in grey.
        limits: The numbers that are black and white; 0 and 1, or 0 and 255, or the image's own ends, as they fit.

    Returns:
        Array `(height, width, 3)` of whole numbers from 0 to 255.

    >>> image_colours(np.array([[0.0, 0.5, 1.0]]))[0, :, 0].tolist()
    [0, 128, 255]
    """
    image = np.asarray(image, "float64")
    image = image[..., None] if image.ndim == 2 else image
    image = image if image.shape[-1] in (1, 3) else image.mean(axis=-1, keepdims=True)
    low, high = limits or limits_of(image)
    part = np.clip(np.nan_to_num((image - low) / ((high - low) or 1.0)), 0, 1)
    return np.broadcast_to((part * 255).round(), (*part.shape[:2], 3)).astype("uint8")


def limits_of(image):
    """Which numbers are black and white: `(0, 1)`, `(0, 255)`, or the smallest and the largest."""
    finite = image[np.isfinite(image)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if low >= 0:
        return (0.0, 1.0) if high <= 1 else (0.0, 255.0) if 16 < high <= 255 else (0.0, high)
    return low, high


def picture_of(image, box, limits=None):
    """An image in a box, with a thin outline; no finer than a notebook should have to keep."""
    every = thinned(*np.shape(image)[:2], np.shape(image)[-1] if np.ndim(image) == 3 else 1)
    return [Pixels(*box, image_colours(np.asarray(image)[::every, ::every], limits)), Rect(*box, 0, "", FRAME)]


def thinned(height, width, channels):
    """Every how many rows and columns are drawn: colours take three times the room of greys.

    >>> thinned(28, 28, 1), thinned(400, 300, 1), thinned(400, 300, 3)
    (1, 2, 2)
    """
    return -(-max(height, width) // (220 if channels == 3 else 380))


def fitted(height, width, x, y, most_wide, most_high):
    """The largest box at a corner for so many rows and columns of whole, square cells.

    >>> fitted(8, 16, 0, 0, 200, 200)
    (0, 0, 192, 96)
    """
    cell = min(most_wide / width, most_high / height)
    cell = int(cell) if cell >= 2 else cell
    return x, y, cell * width, cell * height
