"""Convolutions that keep channels apart, and the pair that does a convolution's work for less."""

import numpy as np

from . import examples
from .convolution import conv
from .sliding import check_channels
from .table import composite, row
from .windows import Windows, as_given, channels_last, join_shape, padding_name, split_shape

_STOPS, _ELEMENTS = "xyz", "ijk"  # einsum's names of the axes that windows stop along, and of those inside a window


def depthwise_windows(inputs, kernel, strides, padding, data_format, dilation_rate):
    _, sizes, channels = split_shape(inputs, data_format)
    check_channels(channels, kernel[-2], inputs, kernel)
    return Windows(sizes, kernel[:-2], strides, padding_name(padding, ("valid", "same", "causal")), dilation_rate)


def _shape(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
    counts = depthwise_windows(inputs, kernel, strides, padding, data_format, dilation_rate).counts
    return join_shape(inputs[0], counts, kernel[-2] * kernel[-1], data_format)


def _named(windows):
    """einsum's letters for the axes of what windows cut, the kernel, and the output."""
    stops, elements = _STOPS[: len(windows.counts)], _ELEMENTS[: len(windows.counts)]
    return f"b{stops}{elements}c", f"{elements}cm", f"b{stops}cm"


def _apart(y, kernel, data_format):
    """The output with its last axis in two: (batch, *counts, channels, multiplier)."""
    y = channels_last(y, data_format)
    return y.reshape(*y.shape[:-1], *kernel.shape[-2:])


@row(
    shape=_shape,
    example=examples.cases(
        ([(2, 5, 3), (3, 3, 2)], {}),
        ([(2, 5, 4, 2), (2, 3, 2, 1)], {"strides": 2, "padding": "same"}),
        ([(2, 3, 5, 4), (2, 2, 3, 2)], {"data_format": "channels_first", "dilation_rate": (2, 1)}),
    ),
)
class depthwise_conv:
    """A convolution that does not mix channels: each has kernels of its own, (*window, channels, multiplier).

    Source: Chollet, 2017, https://arxiv.org/abs/1610.02357

    >>> depthwise_conv(np.ones((1, 1, 2)), np.array([[[1.0], [10.0]]]))  # (batch, length, channels)
    array([[[ 1., 10.]]])
    """

    def forward(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
        windows = depthwise_windows(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)
        cut, taps, out = _named(windows)
        y = np.einsum(f"{cut},{taps}->{out}", windows.cut(channels_last(inputs, data_format)), kernel)
        return as_given(np.reshape(y, (*y.shape[:-2], y.shape[-2] * y.shape[-1])), data_format)

    def vjp_inputs(g, y, inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
        windows = depthwise_windows(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)
        g = _apart(g, kernel, data_format)
        taps = kernel.reshape(-1, *kernel.shape[-2:])  # (window, channels, multiplier)
        parts = (np.einsum("...cm,cm->...c", g, tap) for tap in taps)
        return as_given(windows.lay(parts), data_format)

    def vjp_kernel(g, y, inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
        windows = depthwise_windows(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)
        cut, taps, out = _named(windows)
        seen = windows.cut(channels_last(inputs, data_format))
        return np.einsum(f"{cut},{out}->{taps}", seen, _apart(g, kernel, data_format))


@composite(
    example=examples.cases(
        ([(2, 5, 4, 2), (3, 3, 2, 2), (1, 1, 4, 3)], {"padding": "same"}),
        ([(2, 2, 6), (3, 2, 1), (1, 2, 3)], {"strides": 2, "data_format": "channels_first"}),
    )
)
def separable_conv(
    inputs, depthwise_kernel, pointwise_kernel, strides=1, padding="valid", data_format=None, dilation_rate=1
):
    """First look along the image, channel by channel; then mix channels, stop by stop, with a window of 1."""
    y = depthwise_conv(inputs, depthwise_kernel, strides, padding, data_format, dilation_rate)
    return conv(y, pointwise_kernel, 1, "valid", data_format)
