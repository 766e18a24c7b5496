"""Layers that change the shape of a sample and none of its numbers."""

import math

from .. import ops
from ..config import standardize_data_format
from .input_spec import InputSpec
from .layer import Layer


class Flatten(Layer):
    """Each sample as one vector.

    Args:
        data_format: `"channels_first"` moves the channels last before flattening.

    Input shape: `(batch, ...)`. Output shape: `(batch, features)`.

    Source: https://keras.io/api/layers/reshaping_layers/flatten/

    >>> Flatten()(np.ones((2, 3, 4))).shape
    (2, 12)
    """

    def __init__(self, data_format=None, **kwargs):
        super().__init__(**kwargs)
        self._keep(locals())
        self.data_format = standardize_data_format(data_format)
        self.input_spec = InputSpec(min_ndim=1)

    def call(self, inputs):
        batch, *sample = inputs.shape
        if self.data_format == "channels_first" and sample:
            inputs = ops.transpose(inputs, axes=(0, *range(2, len(sample) + 1), 1))  # (batch, ..., channels)
        return ops.reshape(inputs, (batch, -1 if None in sample else math.prod(sample)))  # (batch, features)


class Reshape(Layer):
    """Each sample in another shape.

    Args:
        target_shape: shape of a sample, without the batch axis; one axis may be -1.

    Input shape: `(batch, ...)`. Output shape: `(batch, *target_shape)`.

    Raises:
        ValueError: if the numbers of elements differ.

    Source: https://keras.io/api/layers/reshaping_layers/reshape/

    >>> Reshape((3, -1))(np.ones((2, 12))).shape
    (2, 3, 4)
    """

    def __init__(self, target_shape, **kwargs):
        super().__init__(**kwargs)
        self._keep(locals())
        self.target_shape = tuple(target_shape)
        self.built = True  # there are no weights to make
        known = [n for n in self.target_shape if n is not None]
        if any(n < -1 for n in known):
            raise ValueError(
                "Each dimension in `target_shape` must be a non-negative integer, or `-1` for a single unknown dimension. "
                f"Received: target_shape={target_shape}"
            )
        if known.count(-1) > 1:
            raise ValueError(f"There must be at most one unknown dimension (-1) in `target_shape`. Received: {target_shape}")

    def call(self, inputs):
        batch, *sample = inputs.shape
        target = tuple(-1 if n is None else n for n in self.target_shape)
        if None in sample:  # on symbols: what is unknown stays so
            return ops.reshape(inputs, (batch, *[None if n == -1 else n for n in target]))
        total, known = math.prod(sample), math.prod(n for n in target if n != -1)
        if (total % known if -1 in target and known else total - known) != 0:
            raise ValueError(
                f"The total size of the tensor must be unchanged. Received: input_shape={tuple(sample)}, "
                f"target_shape={self.target_shape}\n{total} elements cannot fill {self.target_shape}. "
                f"Fix: use a shape of {total} elements, or -1 for one axis."
            )
        return ops.reshape(inputs, (batch, *[total // known if n == -1 else n for n in target]))


class Permute(Layer):
    """Each sample with its axes in another order.

    Args:
        dims: numbers of the axes in their new order; the first one after the batch is 1.

    Input shape: `(batch, ...)`. Output shape: `(batch, ...)`, the same axes in another order.

    Raises:
        ValueError: if `dims` is not an order of 1, 2, ...

    Source: https://keras.io/api/layers/reshaping_layers/permute/

    >>> Permute((2, 1))(np.ones((2, 3, 4))).shape
    (2, 4, 3)
    """

    def __init__(self, dims, **kwargs):
        super().__init__(**kwargs)
        self._keep(locals())
        self.dims = tuple(dims)
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise ValueError(
                "Invalid permutation argument `dims` for Permute Layer. The set of indices in `dims` must be consecutive and "
                f"start from 1. Received dims={dims}"
            )
        self.input_spec = InputSpec(ndim=len(self.dims) + 1)

    def call(self, inputs):
        return ops.transpose(inputs, axes=(0, *self.dims))


class RepeatVector(Layer):
    """The same vector at every step of a sequence.

    Args:
        n: number of steps.

    Input shape: `(batch, features)`. Output shape: `(batch, n, features)`.

    Raises:
        TypeError, ValueError: if `n` is not a positive whole number.

    Source: https://keras.io/api/layers/reshaping_layers/repeat_vector/

    >>> RepeatVector(3)(np.ones((2, 4))).shape
    (2, 3, 4)
    """

    def __init__(self, n, **kwargs):
        super().__init__(**kwargs)
        self._keep(locals())
        if not isinstance(n, int) or isinstance(n, bool):
            raise TypeError(f"Expected an integer value for `n`, got {type(n)}.")
        if n <= 0:
            raise ValueError(f"Argument `n` should be a positive integer. Received: n={n}")
        self.input_spec = InputSpec(ndim=2)

    def call(self, inputs):
        return ops.repeat(ops.expand_dims(inputs, 1), self.n, axis=1)  # (batch, n, features)
