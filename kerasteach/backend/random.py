"""Random numbers: always NumPy's generators, so that both backends draw the same ones.

A seed gives a stream; `SeedGenerator` counts along it. The stream's state is two
whole numbers, so a training run can be stopped, sought and repeated exactly.
"""

import random as python_random

import numpy as np

from ..config import floatx
from .modes import SCOPES


class SeedGenerator:
    """A counted stream of seeds.

    Args:
        seed: whole number; drawn from Python's `random` if not given.
        name: optional name.

    >>> a, b = SeedGenerator(1), SeedGenerator(1)
    >>> a.next() == b.next(), a.next() == a.next()
    (True, False)
    """

    def __init__(self, seed=None, name=None, **kwargs):
        if seed is None:
            seed = make_default_seed()
        if not isinstance(seed, (int, np.integer)):
            raise ValueError(f"Argument `seed` must be an integer. Received: seed={seed}")
        self.name = name or "seed_generator"
        self.seed, self.count = int(seed), 0

    def next(self):
        """Return the next seed: (seed, how many were drawn before). A StatelessScope counts on its own."""
        scope = SCOPES.stateless
        if scope is None:
            self.count += 1
            return self.seed, self.count
        count = scope.state_mapping.get(id(self), self.count) + 1
        scope.add_update((self, count))
        return self.seed, count

    def get_config(self):
        """Return what makes an equal stream."""
        return {"seed": self.seed}

    @classmethod
    def from_config(cls, config):
        """Make a stream from its config."""
        return cls(**config)


def make_default_seed():
    """Draw a seed from Python's `random`, which `set_random_seed` seeds."""
    return python_random.randint(1, int(1e9))


def generator(seed):
    """Return NumPy's generator for a seed: a number, a pair from `next()`, a SeedGenerator, or None."""
    if seed is None:
        seed = make_default_seed()
    if isinstance(seed, SeedGenerator):
        seed = seed.next()
    return np.random.Generator(np.random.Philox(seed))


def normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
    """Draw from a bell curve.

    >>> normal((2, 3), seed=0).shape
    (2, 3)
    """
    return generator(seed).normal(mean, stddev, tuple(shape)).astype(dtype or floatx())


def uniform(shape, minval=0.0, maxval=1.0, dtype=None, seed=None):
    """Draw evenly from [minval, maxval)."""
    dtype = dtype or floatx()
    draw = generator(seed)
    if np.issubdtype(np.dtype(dtype), np.integer):
        return draw.integers(minval, maxval, tuple(shape)).astype(dtype)
    return draw.uniform(minval, maxval, tuple(shape)).astype(dtype)


def truncated_normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
    """Draw from a bell curve cut off at two standard deviations; what falls outside is drawn again."""
    draw = generator(seed)
    x = draw.normal(size=tuple(shape))
    while (outside := np.abs(x) > 2).any():
        x[outside] = draw.normal(size=int(outside.sum()))
    return (mean + stddev * x).astype(dtype or floatx())


def randint(shape, minval, maxval, dtype="int32", seed=None):
    """Draw whole numbers from [minval, maxval)."""
    return generator(seed).integers(minval, maxval, tuple(shape)).astype(dtype)


def keep_mask(shape, keep, dtype=None, seed=None):
    """Draw 1 with probability `keep`, else 0: the mask of a dropout."""
    return (generator(seed).random(tuple(shape), dtype=np.float32) < keep).astype(dtype or floatx())


def shuffle(x, axis=0, seed=None):
    """Return `x` with its slices along an axis in random order."""
    return generator(seed).permutation(np.asarray(x), axis=axis)
