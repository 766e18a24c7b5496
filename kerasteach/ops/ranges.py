"""Numbers in a row: evenly spaced ones, and windows that fade in and out."""

import numpy as np

from . import examples
from .create import convert_to_tensor, dtype_of
from .elementwise import add, cast, divide, multiply, power, subtract
from .logic import sign
from .reshaping import expand_dims
from .spec import as_float, named
from .table import composite
from .unary import log10

_ENDS = examples.cases(([(), ()], {"num": 5}), ([(3,), (3,)], {"num": 4, "endpoint": False}))


def _type(start, stop, dtype):
    return named(dtype) if dtype else as_float(dtype_of(start), dtype_of(stop))


def _steps(start, stop, num, endpoint, axis):
    """Points from start to stop in float, and the distance between two."""
    start, stop = convert_to_tensor(start), convert_to_tensor(stop)
    kind = as_float(dtype_of(start), dtype_of(stop))
    start, stop = cast(start, kind), cast(stop, kind)
    between = num - 1 if endpoint else num
    step = divide(subtract(stop, start), between) if between > 0 else multiply(stop, float("nan"))
    way = subtract(stop, start)
    rank = max(len(start.shape), len(stop.shape))
    share = np.arange(num, dtype="float64") / max(between, 1)
    at = axis % (rank + 1)
    share = share.astype(kind).reshape([-1 if i == at else 1 for i in range(rank + 1)])
    return add(expand_dims(start, at) if start.shape else start, multiply(share, expand_dims(way, at))), step


@composite(example=_ENDS)
def linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0):
    """`num` numbers from `start` to `stop`, evenly spaced.

    Args:
        start, stop: numbers or tensors.
        num: how many.
        endpoint: whether the last one is `stop`; else it is one step before.
        retstep: whether to return the step, too.
        dtype: dtype of the output, a float by default.
        axis: the axis of the numbers, if the ends are tensors.

    >>> linspace(0.0, 1.0, 5)
    array([0.  , 0.25, 0.5 , 0.75, 1.  ], dtype=float32)
    """
    points, step = _steps(start, stop, num, endpoint, axis)
    points = cast(points, _type(start, stop, dtype))
    return (points, step) if retstep else points


@composite(example=_ENDS)
def logspace(start, stop, num=50, endpoint=True, base=10, dtype=None, axis=0):
    """`base` to the power of evenly spaced numbers."""
    return cast(power(float(base), _steps(start, stop, num, endpoint, axis)[0]), _type(start, stop, dtype))


@composite(example=lambda rng: [((1.0, 1000.0), {"num": 4}), ((rng.uniform(1, 2, 3), rng.uniform(3, 4, 3)), {"num": 4})])
def geomspace(start, stop, num=50, endpoint=True, dtype=None, axis=0):
    """`num` numbers from `start` to `stop`, each the same multiple of the one before."""
    start, stop = convert_to_tensor(start), convert_to_tensor(stop)
    positive = sign(start)
    points, _ = _steps(log10(multiply(start, positive)), log10(multiply(stop, positive)), num, endpoint, axis)
    return cast(multiply(power(10.0, points), positive), _type(start, stop, dtype))


def _window(name, shape, doc):
    """A function of a length that gives a window of it."""

    def window(x):
        return shape(int(np.asarray(x))).astype(named(None))

    window.__name__ = window.__qualname__ = name
    window.__doc__ = f"{doc}\n\n    Args:\n        x: length of the window.\n    "
    return window


bartlett = _window("bartlett", np.bartlett, "A window like a triangle, 0 at both ends.")
blackman = _window("blackman", np.blackman, "A window like a bell, of two cosines.")
hamming = _window("hamming", np.hamming, "A window like a bell, of one cosine, not quite 0 at the ends.")
hanning = _window("hanning", np.hanning, "A window like a bell, of one cosine, 0 at the ends (Hann).")


def kaiser(x, beta):
    """A window like a bell, the narrower the larger `beta`.

    Args:
        x: length of the window.
        beta: shape; 0 is a rectangle.

    >>> kaiser(3, 0.0)
    array([1., 1., 1.], dtype=float32)
    """
    return np.kaiser(int(np.asarray(x)), float(beta)).astype(named(None))
