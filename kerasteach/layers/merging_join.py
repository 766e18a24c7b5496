"""Layers that put inputs side by side or multiply them sample by sample: Concatenate and Dot."""

from .. import ops
from .merging import _Merge


class Concatenate(_Merge):
    """Inputs side by side along an axis.

    Args:
        axis: the axis to join.

    Input shape: a list of shapes equal but for that axis. Output shape: the same, that axis summed.

    Raises:
        ValueError: if other axes differ.

    >>> Concatenate()([np.ones((1, 2)), np.zeros((1, 1))])
    array([[1., 1., 0.]], dtype=float32)
    """

    def __init__(self, axis=-1, **kwargs):
        super().__init__(**kwargs)
        self._keep(locals())

    def build(self, input_shape):
        self._check(input_shape)
        try:
            ops.concatenate.shape(input_shape, axis=self.axis)
        except ValueError:
            raise ValueError(
                "A `Concatenate` layer requires inputs with matching shapes except for the concatenation axis. "
                f"Received: input_shape={input_shape}\nLayer '{self.name}', axis={self.axis}: every other axis must be "
                "equal. Fix: bring the others to one length with Dense or Reshape, or choose another axis."
            ) from None
        self.built = True

    def compute_output_shape(self, input_shape):
        return ops.concatenate.shape(input_shape, axis=self.axis)

    def call(self, inputs):
        return ops.concatenate(inputs, axis=self.axis)

    def compute_mask(self, inputs, mask=None):
        if mask is None or all(m is None for m in mask):
            return None
        masks = [ops.ones_like(x, dtype="bool") if m is None else _as_wide(m, x) for x, m in zip(inputs, mask)]
        return ops.any(ops.concatenate(masks, axis=self.axis), axis=-1)


class Dot(_Merge):
    """Dot products between samples of two inputs.

    Args:
        axes: the axis (or one axis for each) to sum along; the batch is axis 0.
        normalize: whether to bring vectors to length 1 first: cosines, then.

    Input shape: two tensors `(batch, ...)`. Output shape: `(batch, rest of x1, rest of x2)`, at least `(batch, 1)`.

    Raises:
        ValueError: unless there are two inputs whose axes fit.

    >>> Dot(axes=1)([np.ones((1, 3)), np.ones((1, 3))])
    array([[3.]], dtype=float32)
    """

    def __init__(self, axes, normalize=False, **kwargs):
        super().__init__(**kwargs)
        if not isinstance(axes, (int, list, tuple)):
            raise TypeError(f"Invalid type for argument `axes`: it should be a list or an int. Received: axes={axes}")
        if not isinstance(axes, int) and (len(axes) != 2 or not all(isinstance(a, int) for a in axes)):
            raise ValueError(f"Invalid format for argument `axes`: it should contain two integers. Received: axes={axes}")
        self._keep(locals())

    def build(self, input_shape):
        self._check(input_shape)
        if len(input_shape) != 2:
            raise ValueError(f"A `Dot` layer should be called on exactly 2 inputs. Received: input_shape={input_shape}")
        a, b = self._axes(input_shape)
        if 0 in (a, b):
            raise ValueError(
                "Cannot perform batch_dot over axis 0: it is the batch, and samples are multiplied one by one. Received: "
                f"axes={self.axes}\nFix: if your inputs are not batched, add an axis with keras.ops.expand_dims(x, 0)."
            )
        if None not in (input_shape[0][a], input_shape[1][b]) and input_shape[0][a] != input_shape[1][b]:
            raise ValueError(
                f"Incompatible input shapes: axis values {input_shape[0][a]} (at axis {a}) != {input_shape[1][b]} "
                f"(at axis {b}). Full input shapes: {input_shape[0]}, {input_shape[1]}\n"
                f"Fix: the axes that layer '{self.name}' sums along need one length; choose others with `axes`."
            )
        self.built = True

    def _axes(self, shapes):
        axes = (self.axes, self.axes) if isinstance(self.axes, int) else self.axes
        return [axis % len(shape) for axis, shape in zip(axes, shapes)]

    def compute_output_shape(self, input_shape):
        a, b = self._axes(input_shape)
        first = [n for i, n in enumerate(input_shape[0]) if i != a]
        rest = [n for i, n in enumerate(input_shape[1]) if i not in (0, b)]
        return (*first, *rest) if len(first) + len(rest) > 1 else (*first, 1)

    def call(self, inputs):
        x1, x2 = inputs
        a, b = self._axes([x1.shape, x2.shape])
        if self.normalize:
            x1, x2 = ops.normalize(x1, axis=a), ops.normalize(x2, axis=b)
        letters = "abcdefgh"
        term1 = "z" + letters[: len(x1.shape) - 1]
        term2 = "z" + letters[len(x1.shape) - 1 : len(x1.shape) + len(x2.shape) - 2]
        summed = term1[a]
        term2 = term2[:b] + summed + term2[b + 1 :]
        out = term1.replace(summed, "") + term2.replace(summed, "")[1:]
        product = ops.einsum(f"{term1},{term2}->{out}", x1, x2)
        return ops.expand_dims(product, axis=-1) if len(product.shape) == 1 else product  # at least (batch, 1)

    def compute_mask(self, inputs, mask=None):
        return None


def _as_wide(mask, x):
    """A mask of time steps, for every feature of them."""
    if len(mask.shape) == len(x.shape):
        return mask
    return ops.logical_or(ops.expand_dims(mask, axis=-1), ops.zeros_like(x, dtype="bool"))


def concatenate(inputs, axis=-1, **kwargs):
    """`Concatenate(axis)` called on `inputs`."""
    return Concatenate(axis=axis, **kwargs)(inputs)


def dot(inputs, axes=-1, **kwargs):
    """`Dot(axes)` called on `inputs`."""
    return Dot(axes=axes, **kwargs)(inputs)
