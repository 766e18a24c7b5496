"""Transposed convolution layers: convolutions run backwards, to make small images large."""

from .. import ops
from ..ops.windows import ints
from .conv_base import Convolution, says


class _ConvTranspose(Convolution):
    def __init__(
        self,
        filters,
        kernel_size,
        strides=1,
        padding="valid",
        output_padding=None,
        data_format=None,
        dilation_rate=1,
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
        self._settle("filters")
        self._refuse_strides_with_dilation()
        if output_padding is None:
            return
        self.output_padding = ints(output_padding, self.rank, "output_padding", least=0)
        if any(more >= stride for more, stride in zip(self.output_padding, self.strides)):
            raise ValueError(
                "`output_padding` must be strictly less than `strides` for all dimensions. Received: "
                f"output_padding={self.output_padding}, strides={self.strides}"
            )

    def _kernel_shape(self, channels):
        return (*self.kernel_size, self.filters, channels)

    def compute_output_shape(self, input_shape):
        return ops.conv_transpose.shape(input_shape, self._kernel_shape(self._channels(input_shape)), **self._where())

    def _make_kernels(self, channels):
        self.kernel = self._add_kept("kernel", self._kernel_shape(channels))

    def _convolve(self, inputs):
        return ops.conv_transpose(inputs, self.kernel, **self._where())

    def _where(self):
        return super()._where() | {"output_padding": self.output_padding}


class Conv1DTranspose(_ConvTranspose):
    """A convolution along one axis, run backwards: each input element lays the kernel down, overlaps are added up.

    Its forward pass is the backward pass of `Conv1D`, and the reverse.

    Args:
        filters: channels of the output.
        kernel_size: length of the kernel.
        strides: elements of the output from where one input element lays its kernel to where the next does.
        padding: `"valid"` keeps all that was laid, `"same"` cuts it to `strides` times the input's length.
        output_padding: elements to add at the end; chosen to fit if `None`.
        data_format: `"channels_last"` or `"channels_first"`.
        dilation_rate: distance between the elements of the kernel.
        activation: name or function; `None` for none.
        use_bias: whether to add a bias per filter.
        kernel_initializer, bias_initializer: how weights start.
        kernel_regularizer, bias_regularizer, activity_regularizer: prices on weights and output.
        kernel_constraint, bias_constraint: where weights are put back to.

    Input shape: `(batch, length, channels)`. Output shape: `(batch, new length, filters)`.

    Raises:
        ValueError: if an argument is out of range.

    Source: https://keras.io/api/layers/convolution_layers/convolution1d_transpose/

    >>> Conv1DTranspose(4, 3, strides=2, padding="same")(np.ones((2, 5, 1))).shape
    (2, 10, 4)
    """

    rank = 1


@says(strides=(1, 1), dilation_rate=(1, 1))
class Conv2DTranspose(_ConvTranspose):
    """A convolution over an image, run backwards. The arguments are those of `Conv1DTranspose`, one number or two.

    Input shape: `(batch, height, width, channels)`. Output shape: `(batch, new height, new width, filters)`.

    Raises:
        ValueError: if an argument is out of range.

    Source: https://keras.io/api/layers/convolution_layers/convolution2d_transpose/

    >>> Conv2DTranspose(8, 3, strides=2, padding="same")(np.ones((2, 7, 7, 1))).shape
    (2, 14, 14, 8)
    """

    rank = 2


@says(("output_padding", "data_format"), strides=(1, 1, 1), dilation_rate=(1, 1, 1))
class Conv3DTranspose(_ConvTranspose):
    """A convolution over a volume, run backwards. The arguments are those of `Conv1DTranspose`, one number or three.

    Input shape: `(batch, depth, height, width, channels)`. Output shape: the same axes, `filters` last.

    Raises:
        ValueError: if an argument is out of range.

    Source: https://keras.io/api/layers/convolution_layers/convolution3d_transpose/

    >>> Conv3DTranspose(4, 2, strides=2)(np.ones((2, 3, 3, 3, 1))).shape
    (2, 6, 6, 6, 4)
    """

    rank = 3

    def __init__(self, filters, kernel_size, strides=1, padding="valid", data_format=None, output_padding=None, *args, **kwargs):
        # Keras has the last two the other way round than in one and two dimensions.
        super().__init__(filters, kernel_size, strides, padding, output_padding, data_format, *args, **kwargs)


Convolution1DTranspose, Convolution2DTranspose = Conv1DTranspose, Conv2DTranspose
Convolution3DTranspose = Conv3DTranspose
