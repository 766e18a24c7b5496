"""Layers that make one tensor of several, element by element: Add, Multiply, Maximum and their kin."""

import functools

from .. import ops
from ..ops.spec import broadcast
from .layer import Layer


class _Merge(Layer):
    """A layer called on a list of tensors that broadcast against each other, sample by sample.

    A tensor with fewer axes gets axes of length 1 after the batch.
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def build(self, input_shape):
        self._check(input_shape)
        shapes = [tuple(s) for s in input_shape]
        try:
            broadcast(*(s[1:] for s in _aligned(shapes)))
        except ValueError:
            raise ValueError(
                f"Inputs have incompatible shapes. Received shapes {', '.join(map(str, shapes))} in layer "
                f"'{self.name}' ({type(self).__name__}).\nExpected: axes that are equal or 1. "
                "Fix: bring them to one length with Dense or Reshape, or join them with Concatenate."
            ) from None
        self.built = True

    def _check(self, shapes):
        if not isinstance(shapes, list) or not shapes or None in shapes:
            raise ValueError(
                f"A `{type(self).__name__}` layer should be called on a list of at least 1 input. Received: "
                f"input_shape={shapes}\nFix: call layer '{self.name}' on a list, as in {type(self).__name__}(...)([x1, x2])."
            )

    def compute_output_shape(self, input_shape):
        return broadcast(*_aligned(input_shape))

    def call(self, inputs):
        if len({len(x.shape) for x in inputs}) > 1:
            inputs = [ops.reshape(x, newshape=s) for x, s in zip(inputs, _aligned([x.shape for x in inputs]))]
        merged = inputs[0]
        for x in inputs[1:]:
            merged = self.merge(merged, x)
        return merged

    def compute_mask(self, inputs, mask=None):
        if mask is None or any(m is None for m in mask):
            return None
        merged = mask[0]
        for m in mask[1:]:
            merged = ops.logical_or(merged, m)
        return merged


def _aligned(shapes):
    """Shapes of one rank: `(batch, 1, ..., rest)`.

    >>> _aligned([(None, 3, 2), (None, 2)])
    [(None, 3, 2), (None, 1, 2)]
    """
    rank = max(map(len, shapes))
    return [(*s[:1], *[1] * (rank - len(s)), *s[1:]) for s in shapes]


class Add(_Merge):
    """Sum of the inputs, element by element.

    >>> Add()([np.ones((1, 2)), np.ones((1, 2))])
    array([[2., 2.]], dtype=float32)
    """

    def merge(self, x1, x2):
        return ops.add(x1, x2)


class Subtract(_Merge):
    """First input minus the second.

    Raises:
        ValueError: unless there are exactly two.
    """

    def build(self, input_shape):
        super().build(input_shape)
        if len(input_shape) != 2:
            raise ValueError(
                f"A `Subtract` layer should be called on exactly 2 inputs. Received: input_shape={input_shape}\n"
                f"Fix: call layer '{self.name}' as Subtract()([x1, x2]); subtract more of them one by one."
            )

    def merge(self, x1, x2):
        return ops.subtract(x1, x2)


class Multiply(_Merge):
    """Product of the inputs, element by element; a masked step counts as 1, and as 0 if all inputs are masked there."""

    def call(self, inputs, mask=None):
        masks = _for_features(inputs, mask)
        if masks is None:
            return super().call(inputs)
        product = super().call([x if m is None else ops.where(m, x, 1.0) for x, m in zip(inputs, masks)])
        if any(m is None for m in masks):
            return product
        return ops.where(functools.reduce(ops.logical_or, masks), product, 0.0)

    def merge(self, x1, x2):
        return ops.multiply(x1, x2)


class Average(_Merge):
    """Mean of the inputs, element by element."""

    def call(self, inputs):
        return ops.divide(super().call(inputs), len(inputs))

    def merge(self, x1, x2):
        return ops.add(x1, x2)


class _Extreme(_Merge):
    """An extreme of the inputs, in which a masked step takes no part."""

    def call(self, inputs, mask=None):
        masks = _for_features(inputs, mask)
        if masks is None:
            return super().call(inputs)
        found, seen = inputs[0], masks[0]
        for x, m in zip(inputs[1:], masks[1:]):
            x = x if m is None else ops.where(m, x, found)
            found = found if seen is None else ops.where(seen, found, x)
            found = self.merge(found, x)
            seen = None if seen is None or m is None else ops.logical_or(seen, m)
        return found


class Maximum(_Extreme):
    """Largest of the inputs, element by element; a masked step takes no part."""

    def merge(self, x1, x2):
        return ops.maximum(x1, x2)


class Minimum(_Extreme):
    """Smallest of the inputs, element by element; a masked step takes no part."""

    def merge(self, x1, x2):
        return ops.minimum(x1, x2)


def _for_features(inputs, mask):
    """Masks of time steps as `(batch, time, 1)`; None if there is none, or the inputs differ in rank."""
    if mask is None or len({len(x.shape) for x in inputs}) > 1:
        return None
    return [m if m is None else ops.expand_dims(m, axis=-1) for m in mask]


def _function(cls, name):
    def merge(inputs, **kwargs):
        return cls(**kwargs)(inputs)

    merge.__name__ = merge.__qualname__ = name
    merge.__doc__ = f"`{cls.__name__}()` called on `inputs`."
    return merge


add, subtract, multiply = _function(Add, "add"), _function(Subtract, "subtract"), _function(Multiply, "multiply")
average, maximum, minimum = _function(Average, "average"), _function(Maximum, "maximum"), _function(Minimum, "minimum")
