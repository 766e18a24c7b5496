"""`keras.random`: NumPy's generators, the same numbers on both backends.

They are not Keras's numbers: shapes, dtypes and distributions are.
"""

from .backend.random import (
    SeedGenerator,
    beta,
    binomial,
    categorical,
    dropout,
    gamma,
    normal,
    randint,
    shuffle,
    truncated_normal,
    uniform,
)  # fmt: skip

__all__ = [
    "SeedGenerator", "beta", "binomial", "categorical", "dropout", "gamma", "normal", "randint", "shuffle",
    "truncated_normal", "uniform",
]  # fmt: skip
