"""Torch's rules for windows: convolution, pooling, patches.

Torch wants channels first and Keras has them last. Only the order of the axes is changed, not the numbers in memory:
that is Torch's own `channels_last` layout, and its quickest. Torch pads evenly on both sides, Keras does not, so
uneven borders are added before.
"""

import torch
from torch.nn import functional as F

from ...config import standardize_data_format
from ...ops.depthwise import depthwise_windows
from ...ops.patches import folded, unfolded
from ...ops.pooling import adaptive_sizes, pool_windows
from ...ops.sliding import sliding, sliding_back
from .common import promoted


def _first(x, data_format):
    """Channels first, whichever way the image came."""
    return x if standardize_data_format(data_format) == "channels_first" else x.movedim(-1, 1)


def _given(x, data_format):
    """The way back."""
    return x if standardize_data_format(data_format) == "channels_first" else x.movedim(1, -1)


def _border(x, pads, value=0.0):
    """An image with a border of (before, after) elements along each size; a negative width cuts."""
    if not any(map(any, pads)):
        return x  # Torch would copy it
    return F.pad(x, [n for pair in reversed(pads) for n in pair], value=value)


def _kernel(kernel):
    """From Keras's (*window, channels, filters) to Torch's (filters, channels, *window)."""
    return kernel.movedim((-1, -2), (0, 1))


def _convolved(inputs, kernel, windows, groups, data_format, bias=None, relu=False):
    inputs, kernel = promoted(_first(inputs, data_format), _kernel(kernel))
    even = all(before == after for before, after in windows.pads)
    y = getattr(F, f"conv{len(windows.window)}d")(
        inputs if even else _border(inputs, windows.pads),
        kernel,
        bias,
        stride=windows.strides,
        padding=tuple(before for before, _ in windows.pads) if even else 0,
        dilation=windows.dilation,
        groups=groups,
    )
    return _given(y.relu_() if relu else y, data_format)


def conv(inputs, kernel, bias=None, strides=1, padding="valid", data_format=None, dilation_rate=1, relu=False):
    """Torch's convolution; the row has no bias and no relu, a program may have them done at once."""
    stops = sliding(tuple(inputs.shape), tuple(kernel.shape), strides, padding, data_format, dilation_rate)
    return _convolved(inputs, kernel, stops.windows, stops.groups, data_format, bias, relu)


def _depthwise(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
    windows = depthwise_windows(tuple(inputs.shape), tuple(kernel.shape), strides, padding, data_format, dilation_rate)
    channels = kernel.shape[-2]
    kernel = kernel.reshape(*kernel.shape[:-2], 1, channels * kernel.shape[-1])  # a group a channel
    return _convolved(inputs, kernel, windows, channels, data_format)


def _conv_transpose(inputs, kernel, strides=1, padding="valid", output_padding=None, data_format=None, dilation_rate=1):
    stops = sliding_back(
        tuple(inputs.shape), tuple(kernel.shape), strides, padding, output_padding, data_format, dilation_rate
    )
    windows = stops.windows
    inputs, kernel = promoted(_first(inputs, data_format), _kernel(kernel))
    transposed = getattr(F, f"conv_transpose{len(windows.window)}d")
    # Laid down at every stop, nothing cut off yet; in 3-D Torch refuses a kernel that is a view.
    y = transposed(inputs, kernel.contiguous(), stride=windows.strides, dilation=windows.dilation)
    return _given(_border(y, [(-before, -after) for before, after in windows.pads]), data_format)


def _pooling(kind):
    """`F.max_pool2d` and the like, by kind and number of axes."""

    def pool(x, *args):
        return getattr(F, f"{kind}{x.ndim - 2}d")(x, *args)

    return pool


_max, _mean = _pooling("max_pool"), _pooling("avg_pool")
_adaptive_max, _adaptive_mean = _pooling("adaptive_max_pool"), _pooling("adaptive_avg_pool")


def _max_pool(inputs, pool_size, strides=None, padding="valid", data_format=None):
    windows = pool_windows(tuple(inputs.shape), pool_size, strides, padding, data_format)
    x = inputs if inputs.dtype.is_floating_point else inputs.double()  # Torch has it for floats only
    x = _border(_first(x, data_format), windows.pads, -torch.inf)
    return _given(_max(x, windows.window, windows.strides), data_format).to(inputs.dtype)


def _average_pool(inputs, pool_size, strides=None, padding="valid", data_format=None):
    windows = pool_windows(tuple(inputs.shape), pool_size, strides, padding, data_format)
    x = _first(inputs if inputs.dtype.is_floating_point else inputs.float(), data_format)
    y = _mean(_border(x, windows.pads), windows.window, windows.strides)
    if any(map(any, windows.pads)):  # the border does not count: divide by the share of each window on the image
        image = torch.ones((1, 1, *windows.sizes), dtype=x.dtype, device=x.device)
        y = y / _mean(_border(image, windows.pads), windows.window, windows.strides)
    return _given(y, data_format)


def _adaptive_average_pool(inputs, output_size, data_format=None):
    x = _first(inputs if inputs.dtype.is_floating_point else inputs.float(), data_format)
    return _given(_adaptive_mean(x, adaptive_sizes(tuple(inputs.shape), output_size, data_format)), data_format)


def _adaptive_max_pool(inputs, output_size, data_format=None):
    sizes = adaptive_sizes(tuple(inputs.shape), output_size, data_format)
    x = inputs if inputs.dtype.is_floating_point else inputs.double()
    return _given(_adaptive_max(_first(x, data_format), sizes), data_format).to(inputs.dtype)


def _unfold(x, kernel_size, dilation=1, padding=0, stride=1):
    unfolded(tuple(x.shape), kernel_size, dilation, padding, stride)  # raises if it does not fit
    return F.unfold(x, kernel_size, dilation, padding, stride)


def _fold(x, output_size, kernel_size, dilation=1, padding=0, stride=1):
    folded(tuple(x.shape), output_size, kernel_size, dilation, padding, stride)  # raises if it does not fit
    return F.fold(x, output_size, kernel_size, dilation, padding, stride)


ROWS = {
    "conv": conv,
    "conv_transpose": _conv_transpose,
    "depthwise_conv": _depthwise,
    "max_pool": _max_pool,
    "average_pool": _average_pool,
    "adaptive_max_pool": _adaptive_max_pool,
    "adaptive_average_pool": _adaptive_average_pool,
    "unfold": _unfold,
    "fold": _fold,
}
FUSED = {}
