"""Pooling to a given size, whatever the size of the input: windows grow with it."""

from .. import ops
from ..config import standardize_data_format
from .layer import Layer


class _AdaptivePooling(Layer):
    """Base of the adaptive pooling layers.

    Attributes:
        rank: number of axes to pool along.
        _op: how what a window sees becomes one number.
    """

    rank = _op = None

    def __init__(self, output_size, data_format=None, **kwargs):
        super().__init__(**kwargs)
        self._keep(locals())
        if isinstance(output_size, int):
            output_size = (output_size,) * self.rank
        if not isinstance(output_size, (tuple, list)) or len(output_size) != self.rank:
            wrong = ValueError if self.rank == 1 and isinstance(output_size, (tuple, list)) else TypeError
            raise wrong(
                f"`output_size` must be an integer or a tuple of {self.rank} integer(s). Received: {output_size} of type "
                f"{type(output_size)}"
            )
        self.output_size = tuple(output_size)
        self.data_format = standardize_data_format(data_format)

    def compute_output_shape(self, input_shape):
        return self._op.shape(input_shape, self.output_size, self.data_format)

    def call(self, inputs):
        return self._op(inputs, self.output_size, self.data_format)


class AdaptiveAveragePooling1D(_AdaptivePooling):
    """The mean of each of `output_size` stretches of a line, as equal as can be.

    Args:
        output_size: number of stretches: the length of the output.
        data_format: `"channels_last"` or `"channels_first"`.

    Input shape: `(batch, length, channels)`. Output shape: `(batch, output_size, channels)`.

    Raises:
        ValueError, TypeError: if `output_size` is not a whole number.

    >>> AdaptiveAveragePooling1D(2)(np.ones((2, 6, 3))).shape
    (2, 2, 3)
    """

    rank, _op = 1, ops.adaptive_average_pool


class AdaptiveAveragePooling2D(_AdaptivePooling):
    """The mean of each of so many parts of an image. The arguments are those of `AdaptiveAveragePooling1D`, one number or two.

    Input shape: `(batch, height, width, channels)`. Output shape: `(batch, *output_size, channels)`.

    Raises:
        TypeError: if `output_size` is not one or two whole numbers.

    >>> AdaptiveAveragePooling2D(2)(np.ones((2, 6, 6, 3))).shape
    (2, 2, 2, 3)
    """

    rank, _op = 2, ops.adaptive_average_pool


class AdaptiveAveragePooling3D(_AdaptivePooling):
    """The mean of each of so many parts of a volume. The arguments are those of `AdaptiveAveragePooling1D`, one number or three.

    Input shape: `(batch, depth, height, width, channels)`. Output shape: `(batch, *output_size, channels)`.

    Raises:
        TypeError: if `output_size` is not one or three whole numbers.

    >>> AdaptiveAveragePooling3D(2)(np.ones((2, 4, 4, 4, 3))).shape
    (2, 2, 2, 2, 3)
    """

    rank, _op = 3, ops.adaptive_average_pool


class AdaptiveMaxPooling1D(_AdaptivePooling):
    """The largest number of each of so many parts of a line. The arguments are those of `AdaptiveAveragePooling1D`.

    Input shape: `(batch, length, channels)`. Output shape: `(batch, output_size, channels)`.

    Raises:
        ValueError, TypeError: if `output_size` is not a whole number.

    >>> AdaptiveMaxPooling1D(2)(np.ones((2, 6, 3))).shape
    (2, 2, 3)
    """

    rank, _op = 1, ops.adaptive_max_pool


class AdaptiveMaxPooling2D(_AdaptivePooling):
    """The largest number of each of so many parts of an image. The arguments are those of `AdaptiveAveragePooling1D`, one number or two.

    Input shape: `(batch, height, width, channels)`. Output shape: `(batch, *output_size, channels)`.

    Raises:
        TypeError: if `output_size` is not one or two whole numbers.

    >>> AdaptiveMaxPooling2D(2)(np.ones((2, 6, 6, 3))).shape
    (2, 2, 2, 3)
    """

    rank, _op = 2, ops.adaptive_max_pool


class AdaptiveMaxPooling3D(_AdaptivePooling):
    """The largest number of each of so many parts of a volume. The arguments are those of `AdaptiveAveragePooling1D`, one number or three.

    Input shape: `(batch, depth, height, width, channels)`. Output shape: `(batch, *output_size, channels)`.

    Raises:
        TypeError: if `output_size` is not one or three whole numbers.

    >>> AdaptiveMaxPooling3D(2)(np.ones((2, 4, 4, 4, 3))).shape
    (2, 2, 2, 2, 3)
    """

    rank, _op = 3, ops.adaptive_max_pool
