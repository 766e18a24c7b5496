"""`keras.random`: NumPy's generators, the same numbers on both backends.

They are not Keras's numbers: shapes, dtypes and distributions are.
"""

import functools

from .backend import api, random
from .backend.random import SeedGenerator

__all__ = [
    "SeedGenerator", "beta", "binomial", "categorical", "dropout", "gamma", "normal", "randint", "shuffle",
    "truncated_normal", "uniform",
]  # fmt: skip


def _at_home(draw):
    """The function, its numbers as tensors of the backend in use."""

    @functools.wraps(draw)
    def drawn(*args, **kwargs):
        x = draw(*args, **kwargs)
        return api.at_home(x) if hasattr(x, "flat") else x

    return drawn


beta, binomial, categorical, dropout = map(_at_home, (random.beta, random.binomial, random.categorical, random.dropout))
gamma, normal, randint, shuffle = map(_at_home, (random.gamma, random.normal, random.randint, random.shuffle))
truncated_normal, uniform = map(_at_home, (random.truncated_normal, random.uniform))
