"""Convolution layers: the same few weights look at every place of the input."""

from .. import ops
from .conv_base import Convolution, says


class _Conv(Convolution):
    def __init__(
        self,
        filters,
        kernel_size,
        strides=1,
        padding="valid",
        data_format=None,
        dilation_rate=1,
        groups=1,
        activation=None,
        use_bias=True,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        kernel_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        bias_constraint=None,
        **kwargs,
    ):
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self._keep(locals())
        if groups <= 0:
            raise ValueError(f"The number of groups must be a positive integer. Received: groups={groups}.")
        if filters is not None and filters % groups:
            raise ValueError(
                "The number of filters must be evenly divisible by the number of groups. Received: "
                f"groups={groups}, filters={filters}."
            )
        self._settle("filters")
        self._refuse_strides_with_dilation()
        self.static = type(self).convolution_op is _Conv.convolution_op  # a subclass may do other ops at every step

    def _kernel_shape(self, channels):
        return (*self.kernel_size, None if channels is None else channels // self.groups, self.filters)

    def compute_output_shape(self, input_shape):
        channels = self._channels(input_shape)
        if channels is not None and channels % self.groups:
            raise ValueError(
                "The number of input channels must be evenly divisible by the number of groups. Received "
                f"groups={self.groups}, but the input has {channels} channels (full input shape is {input_shape})."
            )
        return ops.conv.shape(input_shape, self._kernel_shape(channels), **self._where())

    def _make_kernels(self, channels):
        self.kernel = self._add_kept("kernel", self._kernel_shape(channels))

    def _convolve(self, inputs):
        return self.convolution_op(inputs, self.kernel)

    def convolution_op(self, inputs, kernel):
        """Slide a kernel over inputs; a subclass may change the kernel first."""
        return ops.conv(inputs, kernel, **self._where())


class Conv1D(_Conv):
    """A convolution along one axis: patterns in time or text.

    Args:
        filters: number of patterns to look for: channels of the output.
        kernel_size: length of a pattern.
        strides: steps from one place to the next.
        padding: `"valid"` for places inside only, `"same"` for a border of zeros that keeps the length, `"causal"`
            for a border in front, so that no output sees what comes later.
        data_format: `"channels_last"` or `"channels_first"`.
        dilation_rate: distance between the elements of a pattern.
        groups: number of groups of channels that do not see each other.
        activation: name or function; `None` for none.
        use_bias: whether to add a bias per filter.
        kernel_initializer, bias_initializer: how weights start.
        kernel_regularizer, bias_regularizer, activity_regularizer: prices on weights and output.
        kernel_constraint, bias_constraint: where weights are put back to.

    Input shape: `(batch, length, channels)`. Output shape: `(batch, new length, filters)`.

    Raises:
        ValueError: if an argument is out of range, or the kernel is longer than the input.

    Source: https://keras.io/api/layers/convolution_layers/convolution1d/

    >>> Conv1D(4, 3)(np.ones((2, 10, 1))).shape
    (2, 8, 4)
    """

    rank = 1
    _paddings = ("valid", "same", "causal")


@says(strides=(1, 1), dilation_rate=(1, 1))
class Conv2D(_Conv):
    """A convolution over an image. The arguments are those of `Conv1D`, one whole number or two; no `"causal"`.

    Input shape: `(batch, height, width, channels)`. Output shape: `(batch, new height, new width, filters)`.

    Raises:
        ValueError: if an argument is out of range, or the kernel is larger than the input.

    Source: LeCun et al., 1989; https://keras.io/api/layers/convolution_layers/convolution2d/

    >>> Conv2D(32, 3, activation="relu")(np.ones((2, 28, 28, 1))).shape
    (2, 26, 26, 32)
    """

    rank = 2


@says(strides=(1, 1, 1), dilation_rate=(1, 1, 1))
class Conv3D(_Conv):
    """A convolution over a volume or a film. The arguments are those of `Conv1D`, one whole number or three; no `"causal"`.

    Input shape: `(batch, depth, height, width, channels)`. Output shape: the same axes, `filters` last.

    Raises:
        ValueError: if an argument is out of range, or the kernel is larger than the input.

    Source: https://keras.io/api/layers/convolution_layers/convolution3d/

    >>> Conv3D(4, 2)(np.ones((2, 4, 4, 4, 1))).shape
    (2, 3, 3, 3, 4)
    """

    rank = 3


Convolution1D, Convolution2D, Convolution3D = Conv1D, Conv2D, Conv3D
