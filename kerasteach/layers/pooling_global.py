"""Pooling over everything a channel holds: what was found, not where."""

from .. import ops
from ..config import standardize_data_format
from ..ops.windows import join_shape, split_shape
from .input_spec import InputSpec
from .layer import Layer


class _GlobalPooling(Layer):
    """Base of the global pooling layers.

    Attributes:
        rank: number of axes to pool over.
        _op: how many numbers become one.
    """

    rank = _op = None

    def __init__(self, data_format=None, keepdims=False, **kwargs):
        super().__init__(**kwargs)
        self._keep(locals())
        self.data_format = standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=self.rank + 2)
        self.built = True  # there are no weights to make

    def _axes(self):
        start = 1 if self.data_format == "channels_last" else 2
        return tuple(range(start, start + self.rank))

    def compute_output_shape(self, input_shape):
        batch, _, channels = split_shape(input_shape, self.data_format)
        return join_shape(batch, (1,) * self.rank if self.keepdims else (), channels, self.data_format)

    def call(self, inputs):
        return self._op(inputs, axis=self._axes(), keepdims=self.keepdims)  # (batch, channels)


class GlobalAveragePooling1D(_GlobalPooling):
    """The mean of each channel over time; steps that a mask leaves out do not count.

    Args:
        data_format: `"channels_last"` or `"channels_first"`.
        keepdims: whether to keep the axis, with length 1.

    Input shape: `(batch, length, channels)`. Output shape: `(batch, channels)`.

    Source: Lin et al., 2013, https://arxiv.org/abs/1312.4400

    >>> GlobalAveragePooling1D()(np.array([[[1.0], [3.0]]]))
    array([[2.]], dtype=float32)
    """

    rank, _op = 1, ops.mean

    def __init__(self, data_format=None, keepdims=False, **kwargs):
        super().__init__(data_format, keepdims, **kwargs)
        self.supports_masking = True

    def call(self, inputs, mask=None):
        if mask is None:
            return super().call(inputs)
        (axis,) = self._axes()
        counts = ops.cast(ops.expand_dims(mask, -1 if axis == 1 else 1), inputs.dtype)  # 1 where a step counts, else 0
        total = ops.sum(ops.where(ops.cast(counts, "bool"), inputs, 0), axis=axis, keepdims=self.keepdims)
        return total / ops.sum(counts, axis=axis, keepdims=self.keepdims)

    def compute_mask(self, inputs, mask=None):
        return None


class GlobalAveragePooling2D(_GlobalPooling):
    """The mean of each channel over the image. The arguments are those of `GlobalAveragePooling1D`.

    Input shape: `(batch, height, width, channels)`. Output shape: `(batch, channels)`.

    Source: Lin et al., 2013, https://arxiv.org/abs/1312.4400

    >>> GlobalAveragePooling2D()(np.ones((2, 6, 6, 3))).shape
    (2, 3)
    """

    rank, _op = 2, ops.mean


class GlobalAveragePooling3D(_GlobalPooling):
    """The mean of each channel over the volume. The arguments are those of `GlobalAveragePooling1D`.

    Input shape: `(batch, depth, height, width, channels)`. Output shape: `(batch, channels)`.

    Source: Lin et al., 2013, https://arxiv.org/abs/1312.4400

    >>> GlobalAveragePooling3D()(np.ones((2, 4, 4, 4, 3))).shape
    (2, 3)
    """

    rank, _op = 3, ops.mean


class GlobalMaxPooling1D(_GlobalPooling):
    """The largest number of each channel over time. The arguments are those of `GlobalAveragePooling1D`.

    Input shape: `(batch, length, channels)`. Output shape: `(batch, channels)`.

    Source: https://keras.io/api/layers/pooling_layers/global_max_pooling1d/

    >>> GlobalMaxPooling1D()(np.ones((2, 6, 3))).shape
    (2, 3)
    """

    rank, _op = 1, ops.max


class GlobalMaxPooling2D(_GlobalPooling):
    """The largest number of each channel over the image. The arguments are those of `GlobalAveragePooling1D`.

    Input shape: `(batch, height, width, channels)`. Output shape: `(batch, channels)`.

    Source: https://keras.io/api/layers/pooling_layers/global_max_pooling2d/

    >>> GlobalMaxPooling2D()(np.ones((2, 6, 6, 3))).shape
    (2, 3)
    """

    rank, _op = 2, ops.max


class GlobalMaxPooling3D(_GlobalPooling):
    """The largest number of each channel over the volume. The arguments are those of `GlobalAveragePooling1D`.

    Input shape: `(batch, depth, height, width, channels)`. Output shape: `(batch, channels)`.

    Source: https://keras.io/api/layers/pooling_layers/global_max_pooling3d/

    >>> GlobalMaxPooling3D()(np.ones((2, 4, 4, 4, 3))).shape
    (2, 3)
    """

    rank, _op = 3, ops.max


GlobalAvgPool1D, GlobalAvgPool2D = GlobalAveragePooling1D, GlobalAveragePooling2D
GlobalAvgPool3D = GlobalAveragePooling3D
GlobalMaxPool1D, GlobalMaxPool2D, GlobalMaxPool3D = GlobalMaxPooling1D, GlobalMaxPooling2D, GlobalMaxPooling3D
