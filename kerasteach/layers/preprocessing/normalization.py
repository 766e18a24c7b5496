"""`Normalization`: each feature measured once, then shifted and scaled."""

import numpy as np

from ... import backend, ops
from ...progress import watched
from ..layer import Layer


class Normalization(Layer):
    """Each feature shifted to mean 0 and scaled to variance 1.

    Call `adapt(data)` once before training, or give `mean` and `variance`.

    Args:
        axis: axes that keep their own mean and variance; `None` for one of all.
        mean, variance: known values, instead of `adapt`.
        invert: whether to undo the normalization instead.

    Input shape: `(batch, ...)`. Output shape: the same.

    Raises:
        ValueError: if only one of `mean` and `variance` is given.

    >>> layer = Normalization()
    >>> layer.adapt(np.array([[0.0], [2.0]]))
    >>> layer(np.array([[0.0], [2.0]]))
    array([[-1.],
           [ 1.]], dtype=float32)
    """

    def __init__(self, axis=-1, mean=None, variance=None, invert=False, **kwargs):
        super().__init__(**kwargs)
        if (mean is None) != (variance is None):
            raise ValueError(
                "When setting values directly, both `mean` and `variance` must be set. "
                f"Received: mean={mean} and variance={variance}"
            )
        self.axis = () if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
        self.input_mean, self.input_variance, self.invert = mean, variance, invert
        self.supports_masking = True

    def build(self, input_shape):
        rank = len(input_shape)
        self._kept = sorted(a % rank for a in self.axis)
        if 0 in self._kept:
            raise ValueError(f"The argument `axis` may not be 0, the batch. Received: axis={self.axis}, input shape {input_shape}")
        shape = tuple(input_shape[a] for a in self._kept)
        if None in shape:
            raise ValueError(f"All `axis` values to be kept must have a known shape. Received axis={self.axis}, inputs.shape={input_shape}")
        # Shape that broadcasts against a batch: 1 on every axis that is averaged away.
        self._broadcast = [input_shape[a] if a in self._kept else 1 for a in range(rank)]
        if self.input_mean is None:
            self.adapt_mean = self.add_weight(name="mean", shape=shape, initializer="zeros", trainable=False)
            self.adapt_variance = self.add_weight(name="variance", shape=shape, initializer="ones", trainable=False)
            self.count = self.add_weight(name="count", shape=(), dtype="int32", initializer="zeros", trainable=False)
        self.built = True

    def adapt(self, data):
        """Measure mean and variance of the data.

        Args:
            data: array `(batch, ...)`, or an iterable of batches.
        """
        batches = [data] if hasattr(data, "shape") or isinstance(data, list) else list(watched(data, "adapting", "batches"))
        batches = [backend.to_numpy(b[0] if isinstance(b, tuple) else b) for b in batches]
        x = np.concatenate(batches)
        if not self.built:
            self._build((None, *x.shape[1:]))
        away = tuple(a for a in range(x.ndim) if a not in self._kept)
        self.adapt_mean.assign(x.mean(axis=away, dtype="float64").astype("float32"))
        self.adapt_variance.assign(x.var(axis=away, dtype="float64").astype("float32"))
        self.count.assign(np.int32(len(x)))

    def compute_output_shape(self, input_shape):
        return input_shape

    def call(self, inputs):
        mean, deviation = self._moments()
        x = ops.cast(inputs, self.compute_dtype)
        x = ops.add(mean, ops.multiply(x, deviation)) if self.invert else ops.divide(ops.subtract(x, mean), deviation)
        return ops.cast(x, self.compute_dtype)

    def _moments(self):
        """Mean and deviation, in a shape that broadcasts; the deviation never 0."""
        known = self.input_mean is not None
        dtype = "float32" if self.dtype == "bfloat16" else self.dtype  # which NumPy lacks
        mean = np.asarray(self.input_mean, dtype) if known else self.adapt_mean
        variance = np.asarray(self.input_variance, dtype) if known else self.adapt_variance
        if known:
            shape = [self._broadcast[a] for a in self._kept]
            mean, variance = np.broadcast_to(mean, shape), np.broadcast_to(variance, shape)
        mean, variance = ops.reshape(mean, self._broadcast), ops.reshape(variance, self._broadcast)
        return mean, ops.maximum(ops.sqrt(variance), backend.epsilon())

    def get_config(self):
        config = super().get_config()
        values = [None if v is None else np.asarray(v).tolist() for v in (self.input_mean, self.input_variance)]
        return config | {"axis": self.axis, "invert": self.invert, "mean": values[0], "variance": values[1]}

    @property
    def mean(self):
        """Measured or given mean, in a shape that broadcasts."""
        return self._moments()[0]

    @property
    def variance(self):
        """Measured or given variance, in a shape that broadcasts."""
        return np.square(self._moments()[1])
