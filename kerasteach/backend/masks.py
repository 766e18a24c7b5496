"""Masks: which time steps of a tensor count. A mask is an attribute of its tensor, `x._keras_mask`.

A NumPy array takes no attributes, so one with a mask is handed out as a view that does.
"""

import numpy as np


class MaskedArray(np.ndarray):
    """A NumPy array with a mask. What is computed from it is a plain array again.

    >>> x = with_mask(np.ones((2, 3)), np.array([True, False]))
    >>> x._keras_mask, type(x + 1) is np.ndarray
    (array([ True, False]), True)
    """

    _keras_mask = None

    def __array_wrap__(self, array, context=None, return_scalar=False):
        return array[()] if return_scalar else array.view(np.ndarray)

    def __repr__(self):
        return repr(self.view(np.ndarray))


def with_mask(tensor, mask):
    """Return the tensor with a mask: itself, or a view if it is a NumPy array."""
    if type(tensor) is np.ndarray:
        tensor = tensor.view(MaskedArray)
    tensor._keras_mask = mask
    return tensor


def mask_of(tensor):
    """Return a tensor's mask, or None."""
    return getattr(tensor, "_keras_mask", None)


def keep_mask(old, new):
    """Return `new`, the same numbers in another form, with the mask of `old` if there is one."""
    mask = mask_of(old)
    return new if mask is None else with_mask(new, mask)
