"""Convolutions that look at each channel by itself: fewer weights, less work."""

from .. import ops
from .conv_base import Convolution, says


class _DepthwiseConv(Convolution):
    def __init__(
        self,
        kernel_size,
        strides=1,
        padding="valid",
        depth_multiplier=1,
        data_format=None,
        dilation_rate=1,
        activation=None,
        use_bias=True,
        depthwise_initializer="glorot_uniform",
        bias_initializer="zeros",
        depthwise_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        depthwise_constraint=None,
        bias_constraint=None,
        **kwargs,
    ):
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self._keep(locals())
        self._settle("depth_multiplier")

    def _kernel_shape(self, channels):
        return (*self.kernel_size, channels, self.depth_multiplier)

    def compute_output_shape(self, input_shape):
        return ops.depthwise_conv.shape(input_shape, self._kernel_shape(self._channels(input_shape)), **self._where())

    def _make_kernels(self, channels):
        self.kernel = self._add_like("depthwise", "kernel", self._kernel_shape(channels))

    def _convolve(self, inputs):
        return ops.depthwise_conv(inputs, self.kernel, **self._where())


class DepthwiseConv1D(_DepthwiseConv):
    """A convolution along one axis that does not mix channels: each is looked at with kernels of its own.

    Args:
        kernel_size: length of a kernel.
        strides: steps from one place to the next.
        padding: `"valid"` for places inside only, `"same"` for a border of zeros that keeps the length.
        depth_multiplier: number of kernels per channel.
        data_format: `"channels_last"` or `"channels_first"`.
        dilation_rate: distance between the elements of a kernel.
        activation: name or function; `None` for none.
        use_bias: whether to add a bias per output channel.
        depthwise_initializer, bias_initializer: how weights start.
        depthwise_regularizer, bias_regularizer, activity_regularizer: prices on weights and output.
        depthwise_constraint, bias_constraint: where weights are put back to.

    Input shape: `(batch, length, channels)`. Output shape: `(batch, new length, channels * depth_multiplier)`.

    Raises:
        ValueError: if an argument is out of range, or the kernel is longer than the input.

    Source: https://keras.io/api/layers/convolution_layers/depthwise_convolution1d/

    >>> DepthwiseConv1D(3, depth_multiplier=2)(np.ones((2, 10, 4))).shape
    (2, 8, 8)
    """

    rank = 1


@says(strides=(1, 1), dilation_rate=(1, 1))
class DepthwiseConv2D(_DepthwiseConv):
    """A convolution over an image that does not mix channels. The arguments are those of `DepthwiseConv1D`, one or two.

    Input shape: `(batch, height, width, channels)`.
    Output shape: `(batch, new height, new width, channels * depth_multiplier)`.

    Raises:
        ValueError: if an argument is out of range, or the kernel is larger than the input.

    Source: https://keras.io/api/layers/convolution_layers/depthwise_convolution2d/

    >>> DepthwiseConv2D(3, padding="same")(np.ones((2, 8, 8, 4))).shape
    (2, 8, 8, 4)
    """

    rank = 2


class _SeparableConv(Convolution):
    def __init__(
        self,
        filters,
        kernel_size,
        strides=1,
        padding="valid",
        data_format=None,
        dilation_rate=1,
        depth_multiplier=1,
        activation=None,
        use_bias=True,
        depthwise_initializer="glorot_uniform",
        pointwise_initializer="glorot_uniform",
        bias_initializer="zeros",
        depthwise_regularizer=None,
        pointwise_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        depthwise_constraint=None,
        pointwise_constraint=None,
        bias_constraint=None,
        **kwargs,
    ):
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self._keep(locals())
        self._settle("depth_multiplier", "filters")

    def compute_output_shape(self, input_shape):
        kernel = (*self.kernel_size, self._channels(input_shape), self.filters)  # as a convolution's that mixes channels
        return ops.conv.shape(input_shape, kernel, **self._where())

    def _make_kernels(self, channels):
        between = channels * self.depth_multiplier
        shape = (*self.kernel_size, channels, self.depth_multiplier)
        self.depthwise_kernel = self._add_like("depthwise", "depthwise_kernel", shape)
        shape = (*[1] * self.rank, between, self.filters)
        self.pointwise_kernel = self._add_like("pointwise", "pointwise_kernel", shape)

    def _convolve(self, inputs):
        return ops.separable_conv(inputs, self.depthwise_kernel, self.pointwise_kernel, **self._where())


class SeparableConv1D(_SeparableConv):
    """A convolution in two steps: along the axis channel by channel, then across channels place by place.

    Args:
        filters: channels of the output.
        depth_multiplier: number of kernels per channel in the first step.
        depthwise_initializer, pointwise_initializer, bias_initializer: how weights of the first and second step start.
        depthwise_regularizer, pointwise_regularizer, bias_regularizer, activity_regularizer: prices on them and the output.
        depthwise_constraint, pointwise_constraint, bias_constraint: where weights are put back to.
        kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias: as in `DepthwiseConv1D`.

    Input shape: `(batch, length, channels)`. Output shape: `(batch, new length, filters)`.

    Raises:
        ValueError: if an argument is out of range, or the kernel is longer than the input.

    Source: Chollet, 2017, https://arxiv.org/abs/1610.02357

    >>> SeparableConv1D(6, 3)(np.ones((2, 10, 4))).shape
    (2, 8, 6)
    """

    rank = 1


@says(strides=(1, 1), dilation_rate=(1, 1))
class SeparableConv2D(_SeparableConv):
    """A convolution over an image in two steps. The arguments are those of `SeparableConv1D`, one number or two.

    Input shape: `(batch, height, width, channels)`. Output shape: `(batch, new height, new width, filters)`.

    Raises:
        ValueError: if an argument is out of range, or the kernel is larger than the input.

    Source: Chollet, 2017, https://arxiv.org/abs/1610.02357

    >>> SeparableConv2D(6, 3, padding="same")(np.ones((2, 8, 8, 4))).shape
    (2, 8, 8, 6)
    """

    rank = 2


SeparableConvolution1D, SeparableConvolution2D = SeparableConv1D, SeparableConv2D
