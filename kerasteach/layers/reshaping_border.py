"""Layers that cut a border off, or put one of zeros around."""

from .. import ops
from ..config import standardize_data_format
from ..ops.windows import ints, join_shape, split_shape
from .conv_base import says
from .input_spec import InputSpec
from .layer import Layer


def _pairs(value, rank, name):
    """`value` as (before, after) per axis: one number for all, a number per axis, or a pair per axis."""
    if isinstance(value, int):
        value = (value,) * rank
    if not hasattr(value, "__len__") or len(value) != rank:
        raise ValueError(
            f"`{name}` should be either an int, a tuple of {rank} ints, or a tuple of {rank} tuples of 2 ints "
            f"(before, after). Received: {name}={value}."
        )
    return tuple(ints(pair, 2, f"entry {axis + 1} of {name}", least=0) for axis, pair in enumerate(value))


class _Cropping(Layer):
    """Base of the cropping layers; `rank` is the number of axes that are cut."""

    rank = None

    def __init__(self, cropping=((0, 0), (0, 0)), data_format=None, **kwargs):
        super().__init__(**kwargs)
        self._keep(locals())
        self.data_format = standardize_data_format(data_format)
        self.cropping = _pairs(cropping, self.rank, "cropping")
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs):
        return self._cut(inputs, self.cropping, self.data_format)

    def _cut(self, inputs, pairs, data_format):
        sizes = split_shape(inputs.shape, data_format)[1]
        if any(n is not None and sum(pair) >= n for n, pair in zip(sizes, pairs)):
            raise ValueError(
                f"`cropping` parameter of `{type(self).__name__}` layer must be smaller than the input. Received: "
                f"inputs.shape={tuple(inputs.shape)}, cropping={self.cropping}. Fix: cut less, or a larger input."
            )
        kept = [slice(before, -after or None) for before, after in pairs]
        return ops.getitem(inputs, join_shape(slice(None), kept, slice(None), data_format))


class Cropping1D(_Cropping):
    """A sequence without its first and last steps.

    Args:
        cropping: number of steps to cut at both ends, or (at the start, at the end).

    Input shape: `(batch, length, channels)`. Output shape: `(batch, new length, channels)`.

    Raises:
        ValueError: if a number is below 0, or nothing is left.

    Source: https://keras.io/api/layers/reshaping_layers/cropping1d/

    >>> Cropping1D((1, 0))(np.array([[[1.0], [2.0], [3.0]]]))[0, :, 0]
    array([2., 3.], dtype=float32)
    """

    rank = 1

    def __init__(self, cropping=(1, 1), **kwargs):
        Layer.__init__(self, **kwargs)
        self._keep(locals())
        self.cropping = ints(cropping, 2, "cropping", least=0)
        self.input_spec = InputSpec(ndim=3)

    def call(self, inputs):
        return self._cut(inputs, [self.cropping], "channels_last")


class Cropping2D(_Cropping):
    """An image without its edges.

    Args:
        cropping: number of elements to cut off all sides, or (height, width), or ((top, bottom), (left, right)).
        data_format: `"channels_last"` or `"channels_first"`.

    Input shape: `(batch, height, width, channels)`. Output shape: `(batch, new height, new width, channels)`.

    Raises:
        ValueError: if a number is below 0, or nothing is left.

    Source: https://keras.io/api/layers/reshaping_layers/cropping2d/

    >>> Cropping2D(((1, 0), (2, 2)))(np.ones((2, 8, 8, 3))).shape
    (2, 7, 4, 3)
    """

    rank = 2


class Cropping3D(_Cropping):
    """A volume without its edges. The arguments are those of `Cropping2D`, for three axes.

    Input shape: `(batch, depth, height, width, channels)`. Output shape: the same axes, shorter.

    Raises:
        ValueError: if a number is below 0, or nothing is left.

    Source: https://keras.io/api/layers/reshaping_layers/cropping3d/

    >>> Cropping3D(1)(np.ones((2, 4, 4, 4, 3))).shape
    (2, 2, 2, 2, 3)
    """

    rank = 3

    def __init__(self, cropping=((1, 1), (1, 1), (1, 1)), data_format=None, **kwargs):
        super().__init__(cropping, data_format, **kwargs)


class _ZeroPadding(Layer):
    """Base of the padding layers; `rank` is the number of axes that get a border."""

    rank = None

    def __init__(self, padding=1, data_format=None, **kwargs):
        super().__init__(**kwargs)
        self._keep(locals())
        self.data_format = standardize_data_format(data_format)
        self.padding = ints(padding, 2, "padding", least=0) if self.rank == 1 else _pairs(padding, self.rank, "padding")
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs):
        pairs = [self.padding] if self.rank == 1 else self.padding
        return ops.pad(inputs, join_shape((0, 0), pairs, (0, 0), self.data_format))


class ZeroPadding1D(_ZeroPadding):
    """A sequence with steps of zeros before and after.

    Args:
        padding: number of steps at both ends, or (at the start, at the end).
        data_format: `"channels_last"` or `"channels_first"`.

    Input shape: `(batch, length, channels)`. Output shape: `(batch, new length, channels)`.

    Raises:
        ValueError: if a number is below 0.

    Source: https://keras.io/api/layers/reshaping_layers/zero_padding1d/

    >>> ZeroPadding1D((1, 0))(np.array([[[1.0], [2.0]]]))[0, :, 0]
    array([0., 1., 2.], dtype=float32)
    """

    rank = 1


@says(padding=(1, 1))
class ZeroPadding2D(_ZeroPadding):
    """An image with a border of zeros.

    Args:
        padding: width of the border on all sides, or (height, width), or ((top, bottom), (left, right)).
        data_format: `"channels_last"` or `"channels_first"`.

    Input shape: `(batch, height, width, channels)`. Output shape: `(batch, new height, new width, channels)`.

    Raises:
        ValueError: if a number is below 0.

    Source: https://keras.io/api/layers/reshaping_layers/zero_padding2d/

    >>> ZeroPadding2D(((1, 0), (2, 2)))(np.ones((2, 8, 8, 3))).shape
    (2, 9, 12, 3)
    """

    rank = 2


@says(padding=((1, 1), (1, 1), (1, 1)))
class ZeroPadding3D(_ZeroPadding):
    """A volume with a border of zeros. The arguments are those of `ZeroPadding2D`, for three axes.

    Input shape: `(batch, depth, height, width, channels)`. Output shape: the same axes, longer.

    Raises:
        ValueError: if a number is below 0.

    Source: https://keras.io/api/layers/reshaping_layers/zero_padding3d/

    >>> ZeroPadding3D(1)(np.ones((2, 4, 4, 4, 3))).shape
    (2, 6, 6, 6, 3)
    """

    rank = 3
