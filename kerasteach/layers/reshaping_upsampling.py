"""Layers that make a sample larger by writing its elements several times."""

from .. import ops
from ..config import standardize_data_format
from ..ops.image_resize import WAYS
from ..ops.windows import ints, join_shape, split_shape
from .input_spec import InputSpec
from .layer import Layer


class UpSampling1D(Layer):
    """Every step of a sequence several times in a row.

    Args:
        size: how often.

    Input shape: `(batch, length, channels)`. Output shape: `(batch, length * size, channels)`.

    Raises:
        TypeError, ValueError: if `size` is not a positive whole number.

    Source: https://keras.io/api/layers/reshaping_layers/up_sampling1d/

    >>> UpSampling1D(2)(np.array([[[1.0], [2.0]]]))[0, :, 0]
    array([1., 1., 2., 2.], dtype=float32)
    """

    def __init__(self, size=2, **kwargs):
        super().__init__(**kwargs)
        self._keep(locals())
        if not isinstance(size, int) or isinstance(size, bool):
            raise TypeError(f"Expected an integer value for `size`, got {type(size)}.")
        if size <= 0:
            raise ValueError(f"Argument `size` should be a positive integer. Received: size={size}")
        self.input_spec = InputSpec(ndim=3)

    def call(self, inputs):
        return ops.repeat(inputs, self.size, axis=1)


class _UpSampling(Layer):
    """Base of `UpSampling2D` and `UpSampling3D`."""

    rank = None

    def _settle(self):
        self.data_format = standardize_data_format(self.data_format)
        self.size = ints(self.size, self.rank, "size")
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def compute_output_shape(self, input_shape):
        batch, sizes, channels = split_shape(input_shape, self.data_format)
        sizes = [None if n is None else n * times for n, times in zip(sizes, self.size)]
        return join_shape(batch, sizes, channels, self.data_format)

    def call(self, inputs):
        first = 1 if self.data_format == "channels_last" else 2
        for axis, times in enumerate(self.size, first):
            inputs = ops.repeat(inputs, times, axis=axis)
        return inputs


class UpSampling2D(_UpSampling):
    """An image made larger by a whole number.

    Args:
        size: how often each row and each column is written; one number or two.
        data_format: `"channels_last"` or `"channels_first"`.
        interpolation: `"nearest"` copies elements, `"bilinear"` draws straight lines between their middles; or
            `"bicubic"`, `"lanczos3"`, `"lanczos5"`.

    Input shape: `(batch, height, width, channels)`. Output shape: `(batch, new height, new width, channels)`.

    Raises:
        ValueError: if `size` is not positive whole numbers, or `interpolation` is another.

    Source: https://keras.io/api/layers/reshaping_layers/up_sampling2d/

    >>> UpSampling2D((1, 2), interpolation="bilinear")(np.array([[[[0.0], [4.0]]]]))[0, 0, :, 0]
    array([0., 1., 3., 4.], dtype=float32)
    """

    rank = 2

    def __init__(self, size=(2, 2), data_format=None, interpolation="nearest", **kwargs):
        super().__init__(**kwargs)
        self._keep(locals())
        self._settle()
        self.interpolation = interpolation.lower()
        if self.interpolation not in WAYS:
            raise ValueError(f"UpSampling2D cannot use interpolation={interpolation!r}. Expected one of {WAYS}.")

    def call(self, inputs):
        if self.interpolation == "nearest":
            return super().call(inputs)
        sizes = [n * times for n, times in zip(split_shape(inputs.shape, self.data_format)[1], self.size)]
        return ops.image.resize(inputs, sizes, interpolation=self.interpolation, data_format=self.data_format)


class UpSampling3D(_UpSampling):
    """A volume made larger by a whole number: every element several times along each axis.

    Args:
        size: how often along each axis; one number or three.
        data_format: `"channels_last"` or `"channels_first"`.

    Input shape: `(batch, depth, height, width, channels)`. Output shape: the same axes, longer.

    Raises:
        ValueError: if `size` is not positive whole numbers.

    Source: https://keras.io/api/layers/reshaping_layers/up_sampling3d/

    >>> UpSampling3D(2)(np.ones((2, 2, 2, 2, 1))).shape
    (2, 4, 4, 4, 1)
    """

    rank = 3

    def __init__(self, size=(2, 2, 2), data_format=None, **kwargs):
        super().__init__(**kwargs)
        self._keep(locals())
        self._settle()
