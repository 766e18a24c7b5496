"""`BatchNormalization`: each channel brought to mean 0 and variance 1 over the batch."""

from .. import config, ops
from ..backend.replicas import REPLICAS
from ..ops.replicas import over_replicas
from .input_spec import InputSpec
from .normalization import _Normalizing, in_float32


class BatchNormalization(_Normalizing):
    """Each channel brought to mean 0 and variance 1 over the batch, then `* gamma + beta`.

    Training takes mean and variance from the batch and keeps moving averages of
    them; inference takes the averages. A layer with `trainable = False` is always
    in inference: a frozen layer does not learn from the batch in any way.

    Args:
        axis: the axis of the channels.
        momentum: share of the old average kept at each step.
        epsilon: added to the variance, so that nothing is divided by 0.
        center, scale: whether there is a beta, a gamma.
        beta_initializer, gamma_initializer: how they start.
        moving_mean_initializer, moving_variance_initializer: how the averages start.
        beta_regularizer, gamma_regularizer: prices on them.
        beta_constraint, gamma_constraint: where they are put back to.
        renorm, renorm_clipping, renorm_momentum: kept for Keras's sake; `renorm` must be false.
        synchronized: kept for Keras's sake; must be false.

    Input shape: `(batch, ..., channels)`. Output shape: the same.

    Raises:
        ValueError: for `renorm` or `synchronized`, or a mask of another rank.

    Source: Ioffe and Szegedy, 2015, arXiv:1502.03167.

    >>> layer = BatchNormalization(momentum=0.5)
    >>> layer(np.array([[1.0], [3.0]]), training=True).round(2).tolist()
    [[-1.0], [1.0]]
    >>> layer.moving_mean.numpy()  # halfway from 0 to 2
    array([1.], dtype=float32)
    """

    def __init__(
        self,
        axis=-1,
        momentum=0.99,
        epsilon=1e-3,
        center=True,
        scale=True,
        beta_initializer="zeros",
        gamma_initializer="ones",
        moving_mean_initializer="zeros",
        moving_variance_initializer="ones",
        beta_regularizer=None,
        gamma_regularizer=None,
        beta_constraint=None,
        gamma_constraint=None,
        renorm=False,
        renorm_clipping=None,
        renorm_momentum=0.99,
        synchronized=False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        if synchronized:
            raise ValueError(
                "Argument synchronized=True is only supported with the TensorFlow backend: here one model runs on one device. "
                "Fix: leave `synchronized` out."
            )
        if renorm:
            raise ValueError("Argument renorm=True is not supported: batch renormalization is left out. Fix: leave `renorm` out.")
        axis, momentum, epsilon = int(axis), float(momentum), float(epsilon)
        self._keep(locals())
        self.supports_masking = True

    def build(self, input_shape):
        shape = self._lengths(input_shape)
        self._make_gamma_and_beta(shape, self.scale, self.center)
        self.moving_mean = self._add_kept("moving_mean", shape, trainable=False, autocast=False)
        self.moving_variance = self._add_kept("moving_variance", shape, trainable=False, autocast=False)
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: shape[0]})
        rank = len(input_shape)
        self._rest = tuple(i for i in range(rank) if i != self.axis % rank)  # the axes a mean is taken over
        self.built = True

    def call(self, inputs, training=None, mask=None):
        if mask is not None and len(mask.shape) != len(inputs.shape) - 1:
            raise ValueError(
                "The mask provided should be one dimension less than the inputs. Received: "
                f"mask.shape={tuple(mask.shape)}, inputs.shape={tuple(inputs.shape)}"
            )
        x = in_float32(inputs)
        if training and self.trainable:
            mean, variance = self._moments(x, mask)
            self._average(self.moving_mean, mean)
            self._average(self.moving_variance, variance)
        else:
            mean, variance = self.moving_mean, self.moving_variance
        return self._returned(ops.batch_normalization(x, mean, variance, self.axis, self.beta, self.gamma, self.epsilon))

    def _average(self, average, new):
        average.assign(average * self.momentum + ops.stop_gradient(new) * (1.0 - self.momentum))

    def _moments(self, x, mask):
        """Mean and variance of each channel, over what the mask says counts; of all processes that train together."""
        if mask is not None:
            counts = ops.expand_dims(ops.cast(mask, "bool"), axis=-1)  # (batch, time, 1)
            total = self._folded(ops.sum, ops.where(counts, ops.ones_like(x), 0.0)) + config.epsilon()
            mean = self._folded(ops.sum, ops.where(counts, x, 0.0)) / total
            variance = self._folded(ops.sum, ops.where(counts, ops.square(x - mean), 0.0)) / total
        elif REPLICAS.on:
            mean = self._folded(ops.mean, x)
            variance = self._folded(ops.mean, ops.square(x - mean))
        else:
            return ops.moments(x, self._rest)
        return ops.reshape(mean, (-1,)), ops.reshape(variance, (-1,))  # (channels,) each

    def _folded(self, fold, x):
        """`ops.sum` or `ops.mean` over all axes but the channels', and over the processes."""
        x = fold(x, axis=self._rest, keepdims=True)
        return over_replicas(x, how=fold.name) if REPLICAS.on else x
