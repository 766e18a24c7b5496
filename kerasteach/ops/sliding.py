"""A kernel's stops on an image, as matrices: how a convolution becomes a matrix product.

What a window sees is one row of numbers, a filter is one column.

    inputs (batch, *sizes, channels)           kernel (*window, channels / groups, filters)
    columns (groups, windows, elements seen)   matrix (groups, elements seen, filters)
"""

import math

import numpy as np

from .windows import Windows, as_given, channels_last, ints, padding_name, split_shape


class Sliding:
    """A kernel's stops on an image, as matrices.

    Args:
        windows: where the stops are.
        kernel: the kernel's shape.
        groups: number of groups of channels that do not see each other.
        data_format: layout of the images.
    """

    def __init__(self, windows, kernel, groups, data_format):
        self.windows, self.shape, self.groups, self.data_format = windows, kernel, groups, data_format
        self.elements = math.prod(kernel[:-1])  # that one filter sees

    def columns(self, x):
        """What each window sees, a row a window: (groups, windows, elements seen)."""
        cut = self._split(self.windows.cut(channels_last(x, self.data_format)))  # (groups, batch, ..., channels)
        return cut.reshape(self.groups, -1, self.elements)

    def matrix(self, kernel):
        """The kernel, a column a filter: (groups, elements seen, filters)."""
        return self._split(kernel.reshape(self.elements, -1))

    def rows(self, y):
        """An image with one element per window, a row a window: (groups, windows, filters)."""
        filters = self.shape[-1] // self.groups
        return self._split(channels_last(y, self.data_format)).reshape(self.groups, -1, filters)

    def image(self, rows):
        """The reverse of `rows`: (batch, *counts, filters)."""
        return as_given(self._join(rows).reshape(-1, *self.windows.counts, self.shape[-1]), self.data_format)

    def kernel(self, matrix):
        """The reverse of `matrix`."""
        return self._join(matrix).reshape(self.shape)

    def lay(self, rows, kernel):
        """Lay the kernel down at every stop, as strong as `rows` says, and add up where stops overlap."""
        taps = self._split(kernel.reshape(-1, *self.shape[-2:]))  # (groups, window, channels, filters)
        channels = self.shape[-2] * self.groups
        parts = (
            self._join(rows @ np.swapaxes(taps[:, i], 1, 2)).reshape(-1, *self.windows.counts, channels)
            for i in range(taps.shape[1])
        )
        return as_given(self.windows.lay(parts), self.data_format)

    def _split(self, x):
        """Groups in front: (..., groups * n) becomes (groups, ..., n)."""
        return np.moveaxis(x.reshape(*x.shape[:-1], self.groups, x.shape[-1] // self.groups), -2, 0)

    def _join(self, x):
        """The reverse of `_split`."""
        x = np.moveaxis(x, 0, -2)
        return x.reshape(*x.shape[:-2], self.groups * x.shape[-1])


def sliding(inputs, kernel, strides, padding, data_format, dilation_rate):
    """The stops of a convolution.

    Args:
        inputs, kernel: their shapes.
        strides, padding, data_format, dilation_rate: as `ops.conv` takes them.

    Raises:
        ValueError: if the kernel does not fit the inputs.
    """
    sizes, channels = split_shape(inputs, data_format)[1:]
    _check_rank(inputs, kernel)
    groups = 1 if channels is None else channels // max(kernel[-2], 1)
    if channels is not None and groups * kernel[-2] != channels:
        raise ValueError(
            f"Input channels ({channels}) must be divisible by kernel input channels ({kernel[-2]}). Received: inputs.shape="
            f"{tuple(inputs)}, kernel.shape={tuple(kernel)}. Fix: a kernel of shape {(*kernel[:-2], channels, kernel[-1])}."
        )
    if kernel[-1] % max(groups, 1):
        raise ValueError(
            f"The number of filters must be evenly divisible by the number of groups. Received: {kernel[-1]} filters, and "
            f"{groups} groups, because the input has {channels} channels and the kernel is for {kernel[-2]}."
        )
    padding = padding_name(padding, ("valid", "same", "causal"))
    return Sliding(Windows(sizes, kernel[:-2], strides, padding, dilation_rate), kernel, groups, data_format)


def sliding_back(inputs, kernel, strides, padding, output_padding, data_format, dilation_rate):
    """The stops of the convolution that a transposed one is the reverse of: they lie on what comes out.

    Args:
        inputs, kernel: their shapes.
        strides, padding, output_padding, data_format, dilation_rate: as `ops.conv_transpose` takes them.

    Raises:
        ValueError: if the kernel does not fit the inputs.
    """
    sizes, channels = split_shape(inputs, data_format)[1:]
    _check_rank(inputs, kernel)
    check_channels(channels, kernel[-1], inputs, kernel)
    rank, same = len(sizes), padding_name(padding) == "same"
    strides, dilation = ints(strides, rank, "strides"), ints(dilation_rate, rank, "dilation_rate")
    more = (None,) * rank if output_padding is None else ints(output_padding, rank, "output_padding", least=0)
    outs, pads = [], []
    for n, k, stride, d, extra in zip(sizes, kernel, strides, dilation, more):
        extent = (k - 1) * d + 1
        if extra is None:
            cut = extent - stride if same else min(extent - stride, 0)
        else:
            cut = extent - extent % 2 - extra if same else -extra
        outs.append(None if n is None else (n - 1) * stride + extent - cut)
        before = max(cut // 2, 0)  # of what the stops cover is cut off; a negative width adds zeros
        pads.append((before, cut - before))
    return Sliding(Windows(tuple(outs), kernel[:-2], strides, pads, dilation), kernel, 1, data_format)


def _check_rank(inputs, kernel):
    if len(kernel) != len(inputs):
        raise ValueError(
            f"Kernel shape must have the same length as input, but received kernel of shape {tuple(kernel)} and input of "
            f"shape {tuple(inputs)}."
        )


def check_channels(channels, known, inputs, kernel):
    """Raise if an input has other channels than its kernel is for.

    Raises:
        ValueError: with both shapes.
    """
    if None not in (channels, known) and channels != known:
        raise ValueError(
            f"The number of input channels must match the kernel's input channels. The input has {channels}, the kernel is "
            f"for {known}. Received: inputs.shape={tuple(inputs)}, kernel.shape={tuple(kernel)}. Fix: another data_format, "
            "or a kernel for these channels."
        )
