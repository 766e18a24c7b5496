"""Examples that prove rows: small random inputs, broadcasting and empty ones included.

Each is a function of a random generator that returns a list of (inputs, params).
`verify` runs forward and every VJP on all of them.
"""

import numpy as np


def one(*, low=-2.0, high=2.0, **params):
    """One input: a matrix, a vector, a number, an empty array."""

    def example(rng):
        shapes = [(3, 4), (5,), (), (0, 3)]
        return [((rng.uniform(low, high, shape),), dict(params)) for shape in shapes]

    return example


def two(*, low=-2.0, high=2.0, low2=None, high2=None):
    """Two inputs: equal shapes, three ways to broadcast, empty."""

    def example(rng):
        shapes = [((3, 4), (3, 4)), ((3, 4), (4,)), ((3, 1), (1, 4)), ((), (2, 3)), ((0, 3), (3,))]
        second = low if low2 is None else low2, high if high2 is None else high2
        return [((rng.uniform(low, high, a), rng.uniform(*second, b)), {}) for a, b in shapes]

    return example


def axes(*, low=-2.0, high=2.0, empty=True):
    """A reduction: over all, one and several axes, kept or not."""

    def example(rng):
        def x(*shape):
            return (rng.uniform(low, high, shape),)

        cases = [
            (x(3, 4), {}),
            (x(3, 4), {"axis": 0}),
            (x(2, 3, 4), {"axis": -1, "keepdims": True}),
            (x(2, 3, 4), {"axis": (0, 2)}),
        ]
        return cases + ([(x(0, 3), {"axis": 1})] if empty else [])

    return example


def cases(*list_of_cases):
    """Explicit cases: (list of shapes or arrays, params)."""

    def example(rng):
        return [
            (tuple(rng.uniform(-2, 2, s) if isinstance(s, tuple) else np.asarray(s) for s in inputs), dict(params))
            for inputs, params in list_of_cases
        ]

    return example
