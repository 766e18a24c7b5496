"""Windows that slide over images: looking through them, and laying something down where they are.

Convolution and pooling, over lines, images and volumes, are two moves:

- **look**: every window sees a few elements of the image (`cut`, `seen`);
- **lay**: every window adds its part onto the elements it sees (`lay`).

Where windows overlap, an element is seen by several, so it gets several parts. Each move is the VJP of the other:
what an element gave to many windows comes back from many windows, and is added up.

In this file channels are last: (batch, *sizes, channels).
"""

import itertools

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..config import standardize_data_format


def ints(value, n, name, least=1):
    """Return `value`, one whole number or `n` of them, as a tuple of `n`.

    Raises:
        ValueError: if it is neither, or a number is below `least`.

    >>> ints(2, 3, "strides"), ints([1, 2], 2, "strides")
    ((2, 2, 2), (1, 2))
    """
    several = (value,) * n if isinstance(value, (int, np.integer)) else value
    try:
        numbers = tuple(int(v) for v in several)
        fits = len(numbers) == n and all(v >= least for v in numbers)
    except (TypeError, ValueError):
        fits = False
    if not fits:
        raise ValueError(
            f"The `{name}` argument must be a tuple of {n} integers, each {least} or more. Received {name}={value}. "
            f"Fix: give {n} whole number(s), or one for all."
        )
    return numbers


def padding_name(padding, allowed=("valid", "same")):
    """Return the name of a padding in lower case.

    Raises:
        ValueError: if it is not one of the allowed.
    """
    name = padding.lower() if isinstance(padding, str) else padding
    if name not in allowed:
        names = " or ".join(map(repr, allowed))
        raise ValueError(f"Argument `padding` must be either {names}. Received: padding={padding}")
    return name


def channels_last(x, data_format):
    """An image with its channels last, whichever way it came."""
    return np.moveaxis(x, 1, -1) if standardize_data_format(data_format) == "channels_first" else x


def as_given(x, data_format):
    """The way back: channels where `data_format` has them."""
    return np.moveaxis(x, -1, 1) if standardize_data_format(data_format) == "channels_first" else x


def split_shape(shape, data_format):
    """Split an image's shape into (batch, sizes, channels).

    Raises:
        ValueError: if it is not the shape of a batch of lines, images or volumes with channels.

    >>> split_shape((None, 3, 28, 28), "channels_first")
    (None, (28, 28), 3)
    """
    if not 3 <= len(shape) <= 5:
        raise ValueError(
            "Expected an input of rank 3, 4 or 5: (batch, one to three spatial axes, channels). "
            f"Received: inputs.shape={tuple(shape)}. Fix: add the missing axis with ops.expand_dims or Reshape."
        )
    if standardize_data_format(data_format) == "channels_first":
        return shape[0], tuple(shape[2:]), shape[1]
    return shape[0], tuple(shape[1:-1]), shape[-1]


def join_shape(batch, sizes, channels, data_format):
    """The reverse of `split_shape`."""
    first = standardize_data_format(data_format) == "channels_first"
    return (batch, channels, *sizes) if first else (batch, *sizes, channels)


def padded(x, pads, fill=0):
    """An image with a border of (before, after) elements along each of its sizes; a negative width cuts.

    >>> padded(np.ones((1, 2, 1)), [(1, 0)])[0, :, 0], padded(np.ones((1, 2, 1)), [(-1, 0)])[0, :, 0]
    (array([0., 1., 1.]), array([1.]))
    """
    kept = [slice(max(-before, 0), n - max(-after, 0)) for n, (before, after) in zip(x.shape[1:-1], pads)]
    x = x[(slice(None), *kept)]
    widths = [(max(before, 0), max(after, 0)) for before, after in pads]
    if not any(map(any, widths)):
        return x
    image = np.full((x.shape[0], *[n + sum(width) for n, width in zip(x.shape[1:-1], widths)], x.shape[-1]), fill, x.dtype)
    inside = [slice(before, before + n) for n, (before, _) in zip(x.shape[1:-1], widths)]
    image[(slice(None), *inside)] = x
    return image


class Windows:
    """Where windows lie along axes of given sizes.

    Args:
        sizes: length of each axis of the image; `None` if unknown, then only `counts` can be asked for.
        window: length of the window along each axis.
        strides: elements from one window to the next.
        padding: `"valid"`: no window crosses the edge; `"same"`: a border of zeros around the image, so that there
            is a window per stride; `"causal"`: the border is in front, so that no window sees what comes later;
            or the widths of the border, (before, after) per axis.
        dilation: elements from one element of a window to its next.

    Attributes:
        counts: number of windows along each axis.
        pads: width of the border, (before, after) per axis.

    Raises:
        ValueError: if a window is longer than the image, or `padding` is unknown.

    >>> Windows((28, None), 3, strides=2).counts
    (13, None)
    """

    def __init__(self, sizes, window, strides=1, padding="valid", dilation=1):
        rank = len(sizes)
        self.sizes = sizes
        self.window = ints(window, rank, "window")
        self.strides = ints(strides, rank, "strides")
        self.dilation = ints(dilation, rank, "dilation_rate")
        self.extent = [(k - 1) * d + 1 for k, d in zip(self.window, self.dilation)]
        self.pads = [self._pads(axis, padding) for axis in range(rank)]
        self.counts = tuple(
            None if n is None else (n + before + after - extent) // stride + 1
            for n, (before, after), extent, stride in zip(sizes, self.pads, self.extent, self.strides)
        )
        if any(n is not None and n <= 0 for n in self.counts):
            raise ValueError(
                "Computed output size would be zero or negative. Received: an image of "
                f"{'x'.join(map(str, sizes))}, a window of {'x'.join(map(str, self.window))}, strides={self.strides}, "
                f"dilation_rate={self.dilation}, padding={padding!r}.\nA window must not be longer than the image. "
                'Fix: padding="same", a smaller window, or fewer layers before this one that make the image smaller.'
            )

    def _pads(self, axis, padding):
        n, extent, stride = self.sizes[axis], self.extent[axis], self.strides[axis]
        if not isinstance(padding, str):
            return padding[axis]
        if padding == "same":
            windows = 0 if n is None else -(-n // stride)  # rounded up
            border = max((windows - 1) * stride + extent - (n or 0), 0)
            return border // 2, border - border // 2
        return (extent - 1 if padding == "causal" else 0), 0

    def seen(self, x, fill=0):
        """What each element of the window sees: a view of shape (batch, *counts, channels) per element."""
        x = padded(x, self.pads, fill)
        return [x[place] for place in self._places()]

    def cut(self, x, fill=0):
        """What each window sees: one view, (batch, *counts, *window, channels)."""
        spatial = range(1, x.ndim - 1)
        views = sliding_window_view(padded(x, self.pads, fill), self.extent, axis=tuple(spatial))
        steps = [slice(None, None, s) for s in self.strides]
        taps = [slice(None, None, d) for d in self.dilation]
        return np.moveaxis(views[(slice(None), *steps, slice(None), *taps)], x.ndim - 1, -1)

    def lay(self, parts):
        """Add up parts where they were seen: one array (batch, *counts, channels) per element of the window."""
        parts = iter(parts)
        first = next(parts)
        whole = [n + before + after for n, (before, after) in zip(self.sizes, self.pads)]
        image = np.zeros((first.shape[0], *whole, first.shape[-1]), first.dtype)
        for place, part in zip(self._places(), itertools.chain([first], parts)):
            image[place] += part
        return padded(image, [(-before, -after) for before, after in self.pads])

    def _places(self):
        """Where in the image each element of the window lies, for all windows at once."""
        along = [
            [slice(i * d, i * d + (count - 1) * stride + 1, stride) for i in range(k)]
            for k, d, count, stride in zip(self.window, self.dilation, self.counts, self.strides)
        ]
        return [(slice(None), *place) for place in itertools.product(*along)]
