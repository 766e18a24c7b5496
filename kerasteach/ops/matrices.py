"""Rows and columns: triangles, diagonals, and products that are made of `matmul` and `multiply`."""

import builtins

import numpy as np

from . import examples
from .arrange import pad
from .create import convert_to_tensor, dtype_of, ones_like, zeros
from .elementwise import cast, divide, multiply, sqrt, subtract
from .index import getitem, where
from .linalg import matmul, tensordot
from .parts import extract_sequences
from .reduce import cumprod, mean, sum
from .reshaping import (
    broadcast_to,
    concatenate,
    expand_dims,
    flip,
    moveaxis,
    ravel,
    reshape,
    stack,
    transpose,
)
from .spec import as_float, normalize_axes
from .table import composite, row


@row(shape=lambda x, k=0: x, example=examples.cases(([(3, 4)], {}), ([(2, 3, 3)], {"k": -1})))
class tril:
    """0 above a diagonal.

    >>> tril([[1, 2], [3, 4]])
    array([[1, 0],
           [3, 4]], dtype=int32)
    """

    def forward(x, k=0):
        return np.tril(x, k)

    def vjp_x(g, y, x, k=0):
        return np.tril(g, k)


@row(shape=lambda x, k=0: x, example=examples.cases(([(3, 4)], {}), ([(2, 3, 3)], {"k": -1})))
class triu:
    """0 below a diagonal."""

    def forward(x, k=0):
        return np.triu(x, k)

    def vjp_x(g, y, x, k=0):
        return np.triu(g, k)


def _diagonal_shape(x, offset=0, axis1=0, axis2=1):
    a, b = normalize_axes((axis1, axis2), len(x))
    rows, columns = x[a] and x[a] + builtins.min(offset, 0), x[b] and x[b] - builtins.max(offset, 0)
    length = None if None in (rows, columns) else builtins.max(0, builtins.min(rows, columns))
    return (*(n for i, n in enumerate(x) if i not in (a, b)), length)


@row(
    shape=_diagonal_shape,
    example=examples.cases(([(3, 4)], {}), ([(3, 3)], {"offset": -1}), ([(2, 3, 3)], {"axis1": 1, "axis2": 2, "offset": 1})),
)
class diagonal:
    """The elements whose two indices are equal, or `offset` apart, on a last axis."""

    def forward(x, offset=0, axis1=0, axis2=1):
        return np.diagonal(x, offset, axis1, axis2)

    def vjp_x(g, y, x, offset=0, axis1=0, axis2=1):
        out = np.zeros_like(x)
        view = np.moveaxis(out, (axis1, axis2), (-2, -1))  # writing to it writes to out
        i = np.arange(g.shape[-1])
        view[..., i - builtins.min(offset, 0), i + builtins.max(offset, 0)] = g
        return out


@composite(example=examples.cases(([(3, 4)], {}), ([(3,)], {}), ([(3,)], {"k": -1})))
def diag(x, k=0):
    """A matrix's diagonal; or the matrix with a vector on its diagonal.

    >>> diag([1, 2])
    array([[1, 0],
           [0, 2]], dtype=int32)
    """
    x = convert_to_tensor(x)
    if len(x.shape) == 2:
        return diagonal(x, offset=k)
    if x.shape[0] is None:  # symbols of a batch: how long it is will be seen
        return broadcast_to(expand_dims(x, 1), (None, None))
    n = x.shape[0] + builtins.abs(k)
    on_it = np.eye(n, k=k, dtype="bool")
    spread = pad(x, ((builtins.max(k, 0), builtins.max(-k, 0)),))  # the element of each column
    return where(on_it, reshape(spread, (1, n)), zeros((), dtype_of(x)))


@composite(example=examples.cases(([(2, 2)], {}), ([(3,)], {"k": 1})))
def diagflat(x, k=0):
    """The matrix with all elements of `x` on its diagonal."""
    return diag(ravel(x), k=k)


@composite(example=examples.cases(([(3, 4)], {}), ([(2, 3, 3)], {"offset": 1, "axis1": 1, "axis2": 2})))
def trace(x, offset=0, axis1=0, axis2=1):
    """Sum of the diagonal.

    >>> trace([[1, 2], [3, 4]])
    array(5, dtype=int32)
    """
    return sum(diagonal(x, offset=offset, axis1=axis1, axis2=axis2), axis=-1)


@composite(example=examples.cases(([(3,)], {}), ([(3,)], {"N": 2, "increasing": True})))
def vander(x, N=None, increasing=False):
    """Powers of each element of a vector, a row each."""
    x = convert_to_tensor(x)
    N = x.shape[0] if N is None else N
    if N is None:  # symbols of a batch
        return broadcast_to(expand_dims(x, 1), (None, None))
    factors = [ones_like(expand_dims(x, 1)), *[expand_dims(x, 1)] * (N - 1)]
    powers = cumprod(concatenate(factors, axis=1), axis=1)
    return powers if increasing else flip(powers, axis=1)


@composite(example=examples.cases(([(2, 3), (4, 2)], {}), ([(3,), (2, 2)], {})))
def kron(x1, x2):
    """Every element of `x1` times all of `x2`, as blocks.

    >>> kron([1, 10], [1, 2])
    array([ 1,  2, 10, 20], dtype=int32)
    """
    x1, x2 = convert_to_tensor(x1), convert_to_tensor(x2)
    rank = builtins.max(len(x1.shape), len(x2.shape))
    a = (1,) * (rank - len(x1.shape)) + tuple(x1.shape)
    b = (1,) * (rank - len(x2.shape)) + tuple(x2.shape)
    blocks = multiply(
        reshape(x1, [n for m in a for n in (m, 1)]), reshape(x2, [n for m in b for n in (1, m)])
    )  # (a0, b0, a1, b1, ...)
    return reshape(blocks, [None if None in (m, n) else m * n for m, n in zip(a, b)])


@composite(example=examples.cases(([(4, 3), (4, 3)], {}), ([(3, 4), (3, 4)], {"axis": 0}), ([(4, 3), (3,)], {})))
def cross(x1, x2, axisa=-1, axisb=-1, axisc=-1, axis=None):
    """The vector at right angles to two vectors of length 3; of two of length 2, its height.

    Args:
        x1, x2: tensors of vectors.
        axisa, axisb, axisc: the axis of the vectors in `x1`, `x2` and the output.
        axis: one axis for all three.
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = moveaxis(convert_to_tensor(x1), axisa, -1), moveaxis(convert_to_tensor(x2), axisb, -1)
    if {a.shape[-1], b.shape[-1]} - {2, 3}:
        raise ValueError(f"cross: vectors must be 2 or 3 long. Received: {a.shape[-1]} and {b.shape[-1]}")
    a, b = (
        [getitem(v, key=(..., i)) for i in range(v.shape[-1])] + [None] * (3 - v.shape[-1]) for v in (a, b)
    )

    def height(i, j):
        terms = [multiply(p, q) if p is not None and q is not None else None for p, q in ((a[i], b[j]), (a[j], b[i]))]
        return terms[0] if terms[1] is None else -terms[1] if terms[0] is None else subtract(*terms)

    if a[2] is None and b[2] is None:
        return height(0, 1)
    return moveaxis(stack([height(1, 2), height(2, 0), height(0, 1)], axis=-1), -1, axisc)


@composite(example=examples.cases(([(3, 4), (2, 4)], {}), ([(4,), (4,)], {})))
def inner(x1, x2):
    """Sum of products over the last axis of both."""
    x1, x2 = convert_to_tensor(x1), convert_to_tensor(x2)
    if not x1.shape or not x2.shape:
        return multiply(x1, x2)
    return tensordot(x1, x2, axes=((len(x1.shape) - 1,), (len(x2.shape) - 1,)))


@composite(example=examples.cases(([(3,), (3,)], {}), ([(2, 2), (2, 2)], {})))
def vdot(x1, x2):
    """Sum of products of all elements."""
    return matmul(ravel(x1), ravel(x2))


@composite(example=examples.cases(([(7,), (3,)], {}), ([(4,), (3,)], {"mode": "full"}), ([(6,), (3,)], {"mode": "same"})))
def correlate(x1, x2, mode="valid"):
    """Sums of products of `x2` with each window of `x1`, both vectors.

    Raises:
        ValueError: for another `mode` than `"valid"`, `"same"` and `"full"`.
    """
    x1, x2 = convert_to_tensor(x1), convert_to_tensor(x2)
    dtype = as_float(dtype_of(x1), dtype_of(x2))
    x1, x2 = cast(x1, dtype), cast(x2, dtype)
    if x1.shape[0] < x2.shape[0]:
        return flip(correlate(x2, x1, mode=mode))
    m = x2.shape[0]
    borders = {"valid": (0, 0), "same": (m // 2, (m - 1) // 2), "full": (m - 1, m - 1)}
    if mode not in borders:
        raise ValueError(f"mode must be one of {list(borders)}, but received: mode={mode}")
    return matmul(extract_sequences(pad(x1, (borders[mode],)), m, 1), x2)


@composite(example=examples.cases(([(3, 5)], {})))
def corrcoef(x):
    """Correlation of each row with each other, between -1 and 1."""
    x = convert_to_tensor(x)
    x = cast(x, as_float(dtype_of(x)))
    if len(x.shape) < 2:
        return divide(sum(x), sum(x))
    x = subtract(x, mean(x, axis=1, keepdims=True))
    covariance = matmul(x, transpose(x))
    spread = sqrt(diagonal(covariance))
    return divide(divide(covariance, expand_dims(spread, 1)), expand_dims(spread, 0))
