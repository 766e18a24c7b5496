"""Convolutions: one small kernel slides over the whole input and looks for the same pattern everywhere.

One form serves lines, images and volumes; `sliding` turns a kernel's stops into the rows and columns of matrices.
"""

import numpy as np

from . import examples
from .sliding import sliding, sliding_back
from .table import row
from .windows import join_shape


def _turned(matrices):
    """Each matrix transposed."""
    return np.swapaxes(matrices, -1, -2)


def _conv_shape(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
    stops = sliding(inputs, kernel, strides, padding, data_format, dilation_rate)
    return join_shape(inputs[0], stops.windows.counts, kernel[-1], data_format)


@row(
    shape=_conv_shape,
    example=examples.cases(
        ([(2, 5, 3), (3, 3, 4)], {}),
        ([(2, 5, 6, 4), (3, 2, 4, 3)], {"strides": (2, 1), "padding": "same"}),
        ([(2, 4, 6, 5), (2, 3, 2, 6)], {"data_format": "channels_first", "dilation_rate": 2}),  # 2 groups
        ([(1, 4, 3, 4, 2), (2, 2, 2, 2, 3)], {"padding": "same"}),
        ([(2, 7, 2), (3, 2, 2)], {"padding": "causal", "dilation_rate": 2}),
        ([(0, 4, 1), (2, 1, 2)], {}),
    ),
)
class conv:
    """Slide a kernel over the input; at each stop, multiply what it sees by the kernel and add up.

    The kernel has shape (*window, channels, filters). With fewer channels than the input has, the input's channels
    are split into groups, each seen by its own share of the filters.

    Source: LeCun et al., 1989; https://keras.io/api/ops/nn/#conv-function

    >>> conv(np.arange(5.0).reshape(1, 5, 1), np.ones((3, 1, 1)))[0, :, 0]  # (batch, length, channels)
    array([3., 6., 9.])
    """

    def forward(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
        stops = sliding(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)
        return stops.image(stops.columns(inputs) @ stops.matrix(kernel))

    def vjp_inputs(g, y, inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
        stops = sliding(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)
        return stops.lay(stops.rows(g), kernel)

    def vjp_kernel(g, y, inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
        stops = sliding(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)
        return stops.kernel(_turned(stops.columns(inputs)) @ stops.rows(g))


def _transposed_shape(
    inputs, kernel, strides=1, padding="valid", output_padding=None, data_format=None, dilation_rate=1
):
    stops = sliding_back(inputs, kernel, strides, padding, output_padding, data_format, dilation_rate)
    return join_shape(inputs[0], stops.windows.sizes, kernel[-2], data_format)


@row(
    shape=_transposed_shape,
    example=examples.cases(
        ([(2, 4, 3), (3, 2, 3)], {}),
        ([(2, 3, 4, 2), (3, 2, 3, 2)], {"strides": (2, 3), "padding": "same"}),
        ([(2, 2, 3, 4), (3, 3, 1, 2)], {"data_format": "channels_first", "dilation_rate": 2}),
        ([(1, 2, 3, 2, 2), (2, 3, 2, 1, 2)], {"strides": 2, "padding": "same", "output_padding": 1}),
        ([(2, 3, 1), (2, 2, 1)], {"strides": 3, "output_padding": 2}),
    ),
)
class conv_transpose:
    """A convolution run backwards: each input element lays the kernel down, and overlaps are added up.

    A surprise worth a look: `forward` here is what `vjp_inputs` is in `conv`, and the reverse. What carries gradients
    back through a convolution makes small images large when used forwards. The kernel has shape
    (*window, filters, channels).

    Source: Dumoulin and Visin, 2016, https://arxiv.org/abs/1603.07285

    >>> conv_transpose(np.array([[[1.0], [10.0]]]), np.ones((3, 1, 1)))[0, :, 0]  # (batch, length, channels)
    array([ 1., 11., 11., 10.])
    """

    def forward(
        inputs, kernel, strides=1, padding="valid", output_padding=None, data_format=None, dilation_rate=1
    ):
        stops = sliding_back(inputs.shape, kernel.shape, strides, padding, output_padding, data_format, dilation_rate)
        return stops.lay(stops.rows(inputs), kernel)

    def vjp_inputs(
        g, y, inputs, kernel, strides=1, padding="valid", output_padding=None, data_format=None, dilation_rate=1
    ):
        stops = sliding_back(inputs.shape, kernel.shape, strides, padding, output_padding, data_format, dilation_rate)
        return stops.image(stops.columns(g) @ stops.matrix(kernel))

    def vjp_kernel(
        g, y, inputs, kernel, strides=1, padding="valid", output_padding=None, data_format=None, dilation_rate=1
    ):
        stops = sliding_back(inputs.shape, kernel.shape, strides, padding, output_padding, data_format, dilation_rate)
        return stops.kernel(_turned(stops.columns(g)) @ stops.rows(inputs))
