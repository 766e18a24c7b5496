"""One line of a table: how a thing is made, and what it is called on.

    CASES = {
        "layers.Dense": [case(on((4, 6)), 3, activation="relu")],
        "layers.Add": [case(on([(4, 6), (4, 6)]))],                       # a list of two inputs
        "layers.Bidirectional": [case(on((2, 5, 3)), lambda keras: keras.layers.LSTM(4))],
        "layers.Embedding": [case(on(ints((4, 7), 10)), 10, 3)],
        "ops.sort": [case(on((3, 4)), axis=0)],
        "losses.Dice": [case(on(ones_and_zeros((4, 3)), probabilities((4, 3))))],
    }

A tuple of whole numbers is a shape: float32 numbers around 0 are drawn for it, the same for
everyone. Arrays go in as they are; lists and dicts hold several. A function of one argument named
`keras` is called with the package, kerasteach or Keras, and gives the value.
"""

import inspect
from typing import Any, NamedTuple

import numpy as np


class On(NamedTuple):
    """What a thing is called on: arguments that shapes stand in, and keyword arguments."""

    args: tuple
    kwargs: dict


class Draw(NamedTuple):
    """An array to be drawn: `make(rng) -> array`."""

    make: Any


class Case(NamedTuple):
    """One configuration.

    Attributes:
        on: what it is called on.
        args, kwargs: the constructor's arguments; of a function, what follows the tensors.
        checks: names of the checks that are made, `None` for all that its kind has.
        tolerance: how far numbers may be apart, relative and absolute.
    """

    on: On
    args: tuple
    kwargs: dict
    checks: tuple | None
    tolerance: float


def case(on, *args, checks=None, tolerance=2e-5, **kwargs):
    """Make a case; `checks=("forward",)` where the others mean nothing."""
    return Case(on, args, kwargs, checks, tolerance)


def on(*args, **kwargs):
    """What a thing is called on."""
    return On(args, kwargs)


def ints(shape, high, low=0, dtype="int32"):
    """Whole numbers from `low` to below `high`."""
    return Draw(lambda rng: rng.integers(low, high, shape).astype(dtype))


def floats(shape, low, high, dtype="float32"):
    """Numbers between two."""
    return Draw(lambda rng: rng.uniform(low, high, shape).astype(dtype))


def truths(shape, share=0.5):
    """True and False; `share` of them True."""
    return Draw(lambda rng: rng.random(shape) < share)


def ones_and_zeros(shape, dtype="float32"):
    """0 and 1, as labels are."""
    return Draw(lambda rng: rng.integers(0, 2, shape).astype(dtype))


def probabilities(shape):
    """Positive numbers that sum to 1 along the last axis."""
    return Draw(lambda rng: _normalized(rng.uniform(0.05, 1.0, shape)))


def one_hot(shape):
    """One 1 along the last axis, else 0."""
    return Draw(lambda rng: np.eye(shape[-1], dtype="float32")[rng.integers(0, shape[-1], shape[:-1])])


def _normalized(x):
    return (x / x.sum(axis=-1, keepdims=True)).astype("float32")


def drawn(spec, seed=0):
    """The arrays for what a case is called on, the same every time."""
    rng = np.random.default_rng(seed)

    def arrays(x):
        if isinstance(x, Draw):
            return x.make(rng)
        if type(x) is tuple and all(isinstance(n, int) for n in x):
            return rng.normal(size=x).astype("float32")
        if type(x) in (list, tuple):
            return type(x)(map(arrays, x))
        return {key: arrays(value) for key, value in x.items()} if type(x) is dict else x

    return tuple(map(arrays, spec.args)), {key: arrays(v) if isinstance(v, Draw) else v for key, v in spec.kwargs.items()}


def said(value, package):
    """An argument as one package takes it: functions of `keras` are called."""
    if inspect.isfunction(value) and [*inspect.signature(value).parameters] == ["keras"]:
        return value(package)
    if type(value) in (list, tuple):
        return type(value)(said(v, package) for v in value)
    return {k: said(v, package) for k, v in value.items()} if type(value) is dict else value


def found(package, name):
    """The object behind a dotted public name, as `layers.Dense`."""
    for part in name.split("."):
        package = getattr(package, part)
    return package


def made(package, name, case):
    """The thing, made by one package."""
    return found(package, name)(*said(case.args, package), **said(case.kwargs, package))
