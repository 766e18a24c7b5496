"""Masks travel beside tensors: a NumPy array has no room for an attribute.

The table is keyed by identity and drops an entry when its tensor dies.
"""

import weakref

from .symbolic import KerasTensor

_masks = {}  # id of a tensor -> (weak reference, mask)


def set_mask(tensor, mask):
    """Remember which time steps of a tensor count."""
    if type(tensor) is KerasTensor:
        tensor._keras_mask = mask
        return
    key = id(tensor)
    _masks[key] = (weakref.ref(tensor, lambda _: _masks.pop(key, None)), mask)


def mask_of(tensor):
    """Return a tensor's mask, or None."""
    if type(tensor) is KerasTensor:
        return tensor._keras_mask
    if not _masks:
        return None
    entry = _masks.get(id(tensor))
    return entry[1] if entry is not None and entry[0]() is tensor else None
