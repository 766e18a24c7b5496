"""Layers that bring numbers to mean 0 and variance 1, sample by sample; `BatchNormalization` has a file of its own."""

import warnings

from .. import ops
from ..ops.normalization import scaled, standardize
from ..ops.spec import normalize_axes
from .input_spec import InputSpec
from .layer import Layer


class _Normalizing(Layer):
    """A layer that normalizes over `axis`, then scales by `gamma` and shifts by `beta`, if it has them."""

    def _make_gamma_and_beta(self, shape, scale=True, center=True):
        # Weights keep their own dtype in mixed precision: what is learned here is fine.
        self.gamma = self._add_kept("gamma", shape, autocast=False) if scale else None
        self.beta = self._add_kept("beta", shape, autocast=False) if center else None

    def _lengths(self, input_shape, error=IndexError):
        """The lengths of the axes in `axis`, in order."""
        axes = sorted(self.axis) if isinstance(self.axis, (list, tuple)) else [self.axis]
        for axis in axes:
            if not -len(input_shape) <= axis < len(input_shape):
                raise error(
                    f"Axis {axis} is out of bounds for input shape {tuple(input_shape)}. Received: axis={self.axis}\n"
                    f"Fix: give layer '{self.name}' an axis from {-len(input_shape)} to {len(input_shape) - 1}."
                )
        return [input_shape[axis] for axis in axes]

    def compute_output_shape(self, input_shape):
        self._lengths(input_shape, ValueError)
        return input_shape

    def _returned(self, x):
        """The output in the dtype that the layer computes in."""
        return x if str(x.dtype).endswith(self.compute_dtype) else ops.cast(x, self.compute_dtype)


def in_float32(x):
    """`x` wide enough to take means and squares of: float16 becomes float32."""
    return ops.cast(x, "float32") if "float16" in str(x.dtype) else x


def _checked_axis(axis):
    if isinstance(axis, (list, tuple)):
        return list(axis)
    if isinstance(axis, int):
        return axis
    raise TypeError(f"Expected an int or a list/tuple of ints for the argument 'axis', but received: {axis!r}")


class LayerNormalization(_Normalizing):
    """Each sample brought to mean 0 and variance 1 by itself, then `* gamma + beta`.

    Args:
        axis: the axis or axes a mean is taken over; also the axes of gamma and beta.
        epsilon: added to the variance, so that nothing is divided by 0.
        center, scale: whether there is a beta, a gamma.
        beta_initializer, gamma_initializer: how they start.
        beta_regularizer, gamma_regularizer: prices on them.
        beta_constraint, gamma_constraint: where they are put back to.

    Input shape: `(batch, ..., features)`. Output shape: the same.

    Raises:
        TypeError: if `axis` is neither a whole number nor several.

    Source: Ba et al., 2016, arXiv:1607.06450.

    >>> LayerNormalization()(np.array([[1.0, 2.0, 3.0]])).round(2)
    array([[-1.22,  0.  ,  1.22]], dtype=float32)
    """

    def __init__(
        self,
        axis=-1,
        epsilon=1e-3,
        center=True,
        scale=True,
        beta_initializer="zeros",
        gamma_initializer="ones",
        beta_regularizer=None,
        gamma_regularizer=None,
        beta_constraint=None,
        gamma_constraint=None,
        **kwargs,
    ):
        rms_scaling = kwargs.pop("rms_scaling", False)
        if rms_scaling:
            warnings.warn("`rms_scaling=True` is deprecated: it divides by the spread and leaves the mean. Use RMSNormalization.", stacklevel=2)
        super().__init__(**kwargs)
        axis = _checked_axis(axis)
        self._keep(locals())
        self.supports_masking = True
        self.autocast = False

    def build(self, input_shape):
        self._make_gamma_and_beta(self._lengths(input_shape), self.scale or self.rms_scaling, self.center and not self.rms_scaling)
        self.built = True

    def call(self, inputs):
        old_form = {"rms_scaling": True} if self.rms_scaling else {}
        return self._returned(
            ops.layer_normalization(in_float32(inputs), self.gamma, self.beta, self.axis, self.epsilon, **old_form)
        )


class RMSNormalization(_Normalizing):
    """Each sample over the root of its mean square, then `* scale`: layer normalization without the mean.

    Args:
        axis: the axis or axes a mean is taken over; also the axes of the scale.
        epsilon: added to the mean square, so that nothing is divided by 0.

    Input shape: `(batch, ..., features)`. Output shape: the same.

    Source: Zhang and Sennrich, 2019, arXiv:1910.07467.

    >>> RMSNormalization()(np.array([[3.0, 4.0]])).round(2)
    array([[0.85, 1.13]], dtype=float32)
    """

    def __init__(self, axis=-1, epsilon=1e-6, **kwargs):
        super().__init__(**kwargs)
        self._keep(locals())

    def build(self, input_shape):
        self.scale = self.add_weight(name="scale", shape=self._lengths(input_shape), initializer="ones")
        self.built = True

    def call(self, x):
        return self._returned(ops.rms_normalization(in_float32(x), self.scale, self.axis, self.epsilon))


class UnitNormalization(_Normalizing):
    """Each sample brought to length 1.

    Args:
        axis: the axis or axes of the vectors.

    Input shape: any. Output shape: the same.

    Raises:
        TypeError: if `axis` is neither a whole number nor several.

    >>> UnitNormalization()(np.array([[3.0, 4.0]]))
    array([[0.6, 0.8]], dtype=float32)
    """

    def __init__(self, axis=-1, **kwargs):
        super().__init__(**kwargs)
        axis = _checked_axis(axis)
        self._keep(locals())
        self.supports_masking = self.built = True

    def call(self, inputs):
        return ops.normalize(inputs, axis=self.axis, order=2, epsilon=1e-12)


class GroupNormalization(_Normalizing):
    """Each sample's channels in groups, each group brought to mean 0 and variance 1; then `* gamma + beta`.

    One group is like layer normalization; as many groups as channels is instance normalization.

    Args:
        groups: number of groups; -1 for one per channel.
        axis: the axis of the channels.
        epsilon: added to the variance, so that nothing is divided by 0.
        center, scale: whether there is a beta, a gamma.
        beta_initializer, gamma_initializer: how they start.
        beta_regularizer, gamma_regularizer: prices on them.
        beta_constraint, gamma_constraint: where they are put back to.

    Input shape: `(batch, ..., channels)`. Output shape: the same.

    Raises:
        ValueError: if the channels cannot be split into that many groups.

    Source: Wu and He, 2018, arXiv:1803.08494.

    >>> GroupNormalization(groups=2)(np.array([[1.0, 2.0, 10.0, 20.0]])).round(2)
    array([[-1.,  1., -1.,  1.]], dtype=float32)
    """

    def __init__(
        self,
        groups=32,
        axis=-1,
        epsilon=1e-3,
        center=True,
        scale=True,
        beta_initializer="zeros",
        gamma_initializer="ones",
        beta_regularizer=None,
        gamma_regularizer=None,
        beta_constraint=None,
        gamma_constraint=None,
        **kwargs,
    ):
        if not isinstance(groups, int) or (groups <= 0 and groups != -1):
            raise ValueError(
                "Received an invalid value for argument `groups`, expected a positive integer (or `-1` for instance "
                f"normalization). Received: groups={groups}"
            )
        super().__init__(**kwargs)
        self._keep(locals())
        self.supports_masking = True
        self.autocast = False

    def build(self, input_shape):
        [channels] = self._lengths(input_shape)
        if channels is None:
            raise ValueError(
                f"Axis {self.axis} of input tensor should have a defined dimension but the layer received an input with "
                f"shape {input_shape}. Fix: give keras.Input the number of channels."
            )
        self.groups = channels if self.groups == -1 else self.groups
        if channels < self.groups:
            raise ValueError(f"Number of groups ({self.groups}) cannot be more than the number of channels ({channels}).")
        if channels % self.groups:
            raise ValueError(
                f"Number of groups ({self.groups}) must divide the number of channels ({channels}).\n"
                f"Fix: one of {[n for n in range(1, channels + 1) if channels % n == 0]}."
            )
        self._make_gamma_and_beta((channels,), self.scale, self.center)
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: channels})
        self.built = True

    def call(self, inputs):
        shape, x = inputs.shape, in_float32(inputs)
        [axis] = normalize_axes(self.axis, len(shape))
        groups = ops.reshape(x, (*shape[:axis], self.groups, shape[axis] // self.groups, *shape[axis + 1 :]))
        alone = tuple(i for i in range(1, len(shape) + 1) if i != axis)  # all but batch and groups
        x = ops.reshape(standardize(groups, axis=alone, epsilon=self.epsilon), shape)
        return self._returned(scaled(x, self.gamma, self.beta, (axis,)))
