"""How much each old pixel counts for a new one, by their distance; pictures stretched and moved by such shares."""

import numpy as np

from . import examples
from .create import arange, convert_to_tensor, dtype_of
from .elementwise import absolute, add, cast, divide, maximum, minimum, multiply, subtract
from .index import getitem, where
from .linalg import matmul
from .logic import greater, greater_equal, less, less_equal, logical_and, round
from .reduce import max, min, sum
from .reshaping import moveaxis, transpose
from .spec import is_float
from .table import composite
from .unary import sinc


def _line(x):
    """A straight line down to 0 at distance 1."""
    return maximum(subtract(1, x), 0)


def cubic(a):
    """Two arcs, the second below 0, that meet at distance 1 and end at 2; `a` is how steep they meet."""

    def curve(x):
        near = add(multiply(multiply(subtract(multiply(a + 2, x), a + 3), x), x), 1)
        far = multiply(a, subtract(multiply(add(multiply(subtract(x, 5), x), 8), x), 4))
        return where(less(x, 1), near, where(less(x, 2), far, 0))

    return curve


def _lanczos(radius):
    """A wave that dies out at `radius`."""
    return lambda x: where(less(x, radius), multiply(sinc(x), sinc(divide(x, radius))), 0)


# How much an old pixel counts, by its distance. Keys's curve is the second of two that go by the name of bicubic.
CURVES = {"linear": _line, "cubic": cubic(-0.5), "lanczos3": _lanczos(3.0), "lanczos5": _lanczos(5.0)}


def shares(places, old, curve, widening=1.0):
    """How much each of `old` pixels counts at some places; of every place the shares sum to 1.

    Args:
        places: tensor of places among the old pixels, (new,).
        old: how many old pixels there are.
        curve: function of a distance; a value of `CURVES`.
        widening: how many pixels one stands for, so that none is passed over when a picture gets smaller.

    Returns:
        Tensor `(new, old)`.

    >>> shares(np.array([0.0, 0.25]), 2, CURVES["linear"])
    array([[1.  , 0.  ],
           [0.75, 0.25]])
    """
    columns = np.arange(old, dtype=dtype_of(places))
    counts = curve(divide(absolute(subtract(getitem(places, key=(slice(None), None)), columns)), widening))  # (new, old)
    total = sum(counts, axis=1, keepdims=True)
    there = greater(absolute(total), 1000 * float(np.finfo("float32").eps))
    return where(there, divide(counts, where(there, total, 1)), 0)


_METHODS = {"bilinear": "linear", "trilinear": "linear", "bicubic": "cubic", "tricubic": "cubic"}


@composite(
    example=examples.cases(
        (
            [(5, 4, 2)],
            {"output_shape": (3, 6, 2), "scale": np.array([0.7, 1.3]), "translation": np.array([0.3, -0.6]),
             "spatial_dims": (0, 1), "method": "cubic"},
        ),
    )
)  # fmt: skip
def scale_and_translate(images, output_shape, scale, translation, spatial_dims, method, antialias=True):
    """Pictures, or anything with axes, made larger and moved along some axes; 0 where there was nothing.

    Args:
        images: tensor.
        output_shape: shape of the output.
        scale: factor along each axis of `spatial_dims`.
        translation: how far the picture is moved along each, in new pixels.
        spatial_dims: the axes.
        method: `"linear"`, `"cubic"`, `"lanczos3"` or `"lanczos5"`.
        antialias: whether, in a smaller picture, a new pixel is a mean of all it covers.

    Raises:
        ValueError: for another method.

    >>> scale_and_translate(np.array([1.0, 3.0]), (4,), [1.0], [1.0], (0,), "linear")
    array([0., 1., 3., 0.])
    """
    method = _METHODS.get(method, method)
    if method not in CURVES:
        raise ValueError(f"Invalid value for argument `method`. Expected one of {(*CURVES, *_METHODS)}. Received: method={method}")
    images, scale, translation = map(convert_to_tensor, (images, scale, translation))
    dtype = dtype_of(images)
    x = images if is_float(dtype) else cast(images, "float32")
    for i, axis in enumerate(spatial_dims):
        old, step, move = x.shape[axis], divide(1, getitem(scale, key=i)), getitem(translation, key=i)
        places = subtract(multiply(subtract(add(arange(output_shape[axis]), 0.5), move), step), 0.5)
        counts = shares(places, old, CURVES[method], maximum(step, 1) if antialias else 1.0)  # (new, old)
        inside = logical_and(greater_equal(places, -0.5), less_equal(places, old - 0.5))
        counts = where(getitem(inside, key=(slice(None), None)), counts, 0)
        seen = moveaxis(x, axis, -1)  # (..., old)
        x = moveaxis(matmul(seen, transpose(cast(counts, dtype_of(x)))), -1, axis)
    if is_float(dtype):
        return x
    return cast(maximum(minimum(round(x), max(images)), min(images)), dtype)
