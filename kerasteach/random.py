"""`keras.random`: NumPy's generators, the same numbers on both backends."""

from .backend.random import SeedGenerator, normal, randint, shuffle, truncated_normal, uniform

__all__ = ["SeedGenerator", "normal", "randint", "shuffle", "truncated_normal", "uniform"]
