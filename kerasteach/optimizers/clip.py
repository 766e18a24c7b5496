"""Gradients made shorter: each element, each variable, or all variables together."""

def clip(gradients, clipnorm=None, clipvalue=None, global_clipnorm=None):
    """Return the gradients, clipped in the one way that is set.

    >>> import numpy as np
    >>> clip([np.array([3.0, 4.0])], clipnorm=1.0)
    [array([0.6, 0.8])]
    """
    if clipnorm and clipnorm > 0:
        return [_shorten(g, _length([g]), clipnorm) for g in gradients]
    if global_clipnorm and global_clipnorm > 0:
        length = _length(gradients)
        length = length + (length - length)  # an infinite length makes every element NaN, as in Keras
        return [_shorten(g, length, global_clipnorm) for g in gradients]
    if clipvalue and clipvalue > 0:
        return [g.clip(-clipvalue, clipvalue) for g in gradients]
    return gradients


def _length(gradients):
    """Euclidean length of all elements together."""
    return sum((g * g).sum() for g in gradients) ** 0.5


def _shorten(g, length, longest):
    """`g` scaled so that `length` becomes `longest`, if it was more; NaN stays NaN."""
    over = length / longest
    return g / (over * (over > 1) + (over <= 1))
