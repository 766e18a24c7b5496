"""`tf.random`: seeds and random tensors."""

import kerasteach as _keras
from kerasteach import backend as _backend

from .missing import getattr_of as _getattr_of


def set_seed(seed):
    """Seed all that is random here: initial weights, shuffling, dropout, and NumPy and Python too."""
    _keras.utils.set_random_seed(seed)


def normal(shape, mean=0.0, stddev=1.0, dtype="float32", seed=None):
    """Return numbers of the normal distribution.

    >>> normal((2, 3)).shape
    (2, 3)
    """
    return _backend.get().convert(_keras.random.normal(tuple(shape), mean, stddev, dtype, seed))


def uniform(shape, minval=0.0, maxval=1.0, dtype="float32", seed=None):
    """Return numbers spread evenly over `minval` up to `maxval`."""
    return _backend.get().convert(_keras.random.uniform(tuple(shape), minval, maxval, dtype, seed))


__getattr__ = _getattr_of("tf.random", {"Generator": "`keras.random.SeedGenerator`"})
