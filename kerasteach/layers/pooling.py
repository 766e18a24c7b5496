"""Pooling layers: one number stands for many, so that what follows sees further and has less to do."""

from .. import ops
from ..config import standardize_data_format
from ..ops.windows import ints
from .conv_base import says
from .input_spec import InputSpec
from .layer import Layer


class _Pooling(Layer):
    """Base of the pooling layers.

    Attributes:
        rank: number of axes to slide along.
        _op: how what a window sees becomes one number.
    """

    rank = _op = None

    def _settle(self):
        """Check the arguments, and say each in full."""
        self.pool_size = ints(self.pool_size, self.rank, "pool_size")
        self.strides = self.pool_size if self.strides is None else ints(self.strides, self.rank, "strides")
        self.data_format = standardize_data_format(self.data_format)
        self.input_spec = InputSpec(ndim=self.rank + 2)
        self.built = True  # there are no weights to make

    def _where(self):
        return {name: getattr(self, name) for name in ("pool_size", "strides", "padding", "data_format")}

    def compute_output_shape(self, input_shape):
        return self._op.shape(input_shape, **self._where())

    def call(self, inputs):
        return self._op(inputs, **self._where())


class _MaxPooling(_Pooling):
    _op = ops.max_pool

    def __init__(self, pool_size=2, strides=None, padding="valid", data_format=None, name=None, **kwargs):
        super().__init__(name=name, **kwargs)
        self._keep(locals())
        self._settle()


class _AveragePooling(_Pooling):
    _op = ops.average_pool

    def __init__(self, pool_size, strides=None, padding="valid", data_format=None, name=None, **kwargs):
        super().__init__(name=name, **kwargs)
        self._keep(locals())
        self._settle()


class MaxPooling1D(_MaxPooling):
    """The largest number of every few along one axis.

    Args:
        pool_size: how many elements a window sees.
        strides: elements from one window to the next; `pool_size` by default, so that windows lie side by side.
        padding: `"valid"` for windows inside only, `"same"` for a window per stride, over the edge if need be.
        data_format: `"channels_last"` or `"channels_first"`.
        name: name of the layer.

    Input shape: `(batch, length, channels)`. Output shape: `(batch, new length, channels)`.

    Raises:
        ValueError: if an argument is out of range, or a window is longer than the input.

    Source: https://keras.io/api/layers/pooling_layers/max_pooling1d/

    >>> MaxPooling1D(2)(np.array([[[1.0], [3.0], [2.0], [0.0]]]))[0, :, 0]
    array([3., 2.], dtype=float32)
    """

    rank = 1


@says(pool_size=(2, 2))
class MaxPooling2D(_MaxPooling):
    """The largest number in every window of an image. The arguments are those of `MaxPooling1D`, one number or two.

    Input shape: `(batch, height, width, channels)`. Output shape: `(batch, new height, new width, channels)`.

    Raises:
        ValueError: if an argument is out of range, or a window is larger than the input.

    Source: https://keras.io/api/layers/pooling_layers/max_pooling2d/

    >>> MaxPooling2D()(np.ones((2, 28, 28, 3))).shape
    (2, 14, 14, 3)
    """

    rank = 2


@says(pool_size=(2, 2, 2))
class MaxPooling3D(_MaxPooling):
    """The largest number in every window of a volume. The arguments are those of `MaxPooling1D`, one number or three.

    Input shape: `(batch, depth, height, width, channels)`. Output shape: the same axes, shorter.

    Raises:
        ValueError: if an argument is out of range, or a window is larger than the input.

    Source: https://keras.io/api/layers/pooling_layers/max_pooling3d/

    >>> MaxPooling3D()(np.ones((2, 4, 4, 4, 3))).shape
    (2, 2, 2, 2, 3)
    """

    rank = 3


class AveragePooling1D(_AveragePooling):
    """The mean of every few elements along one axis; a border does not count. The arguments are those of `MaxPooling1D`.

    Input shape: `(batch, length, channels)`. Output shape: `(batch, new length, channels)`.

    Raises:
        ValueError: if an argument is out of range, or a window is longer than the input.

    Source: https://keras.io/api/layers/pooling_layers/average_pooling1d/

    >>> AveragePooling1D(2)(np.array([[[1.0], [3.0], [2.0], [0.0]]]))[0, :, 0]
    array([2., 1.], dtype=float32)
    """

    rank = 1


class AveragePooling2D(_AveragePooling):
    """The mean in every window of an image. The arguments are those of `MaxPooling1D`, one number or two.

    Input shape: `(batch, height, width, channels)`. Output shape: `(batch, new height, new width, channels)`.

    Raises:
        ValueError: if an argument is out of range, or a window is larger than the input.

    Source: https://keras.io/api/layers/pooling_layers/average_pooling2d/

    >>> AveragePooling2D(2)(np.ones((2, 28, 28, 3))).shape
    (2, 14, 14, 3)
    """

    rank = 2


class AveragePooling3D(_AveragePooling):
    """The mean in every window of a volume. The arguments are those of `MaxPooling1D`, one number or three.

    Input shape: `(batch, depth, height, width, channels)`. Output shape: the same axes, shorter.

    Raises:
        ValueError: if an argument is out of range, or a window is larger than the input.

    Source: https://keras.io/api/layers/pooling_layers/average_pooling3d/

    >>> AveragePooling3D(2)(np.ones((2, 4, 4, 4, 3))).shape
    (2, 2, 2, 2, 3)
    """

    rank = 3


MaxPool1D, MaxPool2D, MaxPool3D = MaxPooling1D, MaxPooling2D, MaxPooling3D
AvgPool1D, AvgPool2D, AvgPool3D = AveragePooling1D, AveragePooling2D, AveragePooling3D
