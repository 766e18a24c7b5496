"""Matrices solved: inverses, determinants, least squares, and how long things are."""

import builtins

import numpy as np

from . import examples
from .create import convert_to_tensor, dtype_of
from .decompose import checked, positive, square_ones, svd, t
from .elementwise import absolute, cast, power, sqrt, square
from .linalg import matmul
from .logic import not_equal
from .matrices import tril, triu
from .reduce import max, min, sum
from .reshaping import expand_dims, moveaxis, squeeze, swapaxes
from .spec import as_float, as_index, matmul_shape, normalize_axes
from .table import composite, row


@row(shape=lambda x: checked(x)[:-2], dtype=as_float, example=square_ones((3, 3), (2, 2, 2)))
class det:
    """Determinant: how much a matrix stretches volumes."""

    def forward(x):
        return np.linalg.det(x)

    def vjp_x(g, y, x):
        return (g * y)[..., None, None] * t(np.linalg.inv(x))


@row(shape=checked, dtype=as_float, example=square_ones((3, 3), (2, 2, 2)))
class inv:
    """The matrix that undoes `x`."""

    def forward(x):
        return np.linalg.inv(x)

    def vjp_x(g, y, x):
        return -t(y) @ g @ t(y)


def _systems(rng):
    a = rng.normal(size=(2, 3, 3)) + 3 * np.eye(3)
    return [((a[0], rng.normal(size=(3, 2))), {}), ((a, rng.normal(size=(2, 3, 1))), {}), ((a[0], rng.normal(size=3)), {})]


@row(shape=lambda a, b: b if len(b) == len(a) - 1 else matmul_shape(checked(a), b), dtype=as_float, example=_systems)
class solve:
    """The `x` with `a @ x = b`."""

    def forward(a, b):
        return np.linalg.solve(a, b[..., None])[..., 0] if b.ndim == a.ndim - 1 else np.linalg.solve(a, b)

    def vjp_a(g, y, a, b):
        if b.ndim == a.ndim - 1:
            g, y = g[..., None], y[..., None]
        return -np.linalg.solve(t(a), g) @ t(y)

    def vjp_b(g, y, a, b):
        return np.linalg.solve(t(a), g[..., None])[..., 0] if b.ndim == a.ndim - 1 else np.linalg.solve(t(a), g)


@composite(example=lambda rng: [(inputs, {"lower": low}) for inputs in [s[0] for s in _systems(rng)] for low in (True, False)])
def solve_triangular(a, b, lower=False):
    """`solve`, of a matrix whose other half counts as 0."""
    return solve(tril(a) if lower else triu(a), b)


def _slogdet_shape(x, part=1):
    return checked(x)[:-2]


@row(shape=_slogdet_shape, dtype=as_float, example=lambda rng: [(i, {"part": p}) for i, _ in square_ones((3, 3), (2, 2, 2))(rng) for p in (0, 1)])
class _slogdet:
    """Sign (part 0) of a determinant, or the logarithm of its size (part 1)."""

    def forward(x, part=1):
        return np.linalg.slogdet(x)[part]

    def vjp_x(g, y, x, part=1):
        return part * g[..., None, None] * t(np.linalg.inv(x))


@composite(example=square_ones((3, 3)))
def slogdet(x):
    """Sign of the determinant and the logarithm of its size, which cannot overflow."""
    return _slogdet(x, part=0), _slogdet(x, part=1)


@composite(example=lambda rng: [(i, {}) for i, p in positive(rng)])
def logdet(x):
    """Logarithm of the determinant, of matrices where it is positive."""
    return _slogdet(x, part=1)


@composite(example=lambda rng: [((np.linalg.cholesky(x),), {}) for (x,), _ in positive(rng)])
def cholesky_inverse(x, upper=False):
    """The inverse of the matrix that has `x` as its `cholesky`."""
    low = triu(x) if upper else tril(x)
    return inv(matmul(swapaxes(low, -1, -2), low) if upper else matmul(low, swapaxes(low, -1, -2)))


@row(
    shape=lambda x, rcond=None: (*x[:-2], x[-1], x[-2]), dtype=as_float,
    example=examples.cases(([(4, 3)], {}), ([(2, 2, 3)], {"rcond": 1e-6})),
)  # fmt: skip
class pinv:
    """The nearest thing to an inverse (Moore-Penrose), of matrices of any shape.

    Source of the gradient: Golub and Pereyra, 1973.
    """

    def forward(x, rcond=None):
        rcond = max(x.shape[-2:]) * np.finfo(x.dtype).eps if rcond is None else rcond
        return np.linalg.pinv(x, rcond)

    def vjp_x(g, y, x, rcond=None):
        missed = g - (y @ x) @ g  # what of g lies outside of what y reaches
        outside = t(g) - (x @ y) @ t(g)
        return -t(y) @ g @ t(y) + outside @ y @ t(y) + t(y) @ y @ t(missed)


@composite(example=examples.cases(([(4, 3), (4, 2)], {}), ([(4, 3), (4,)], {})))
def lstsq(a, b, rcond=None):
    """The `x` for which `a @ x` is nearest to `b`."""
    b = convert_to_tensor(b)
    if len(b.shape) == 1:
        return squeeze(matmul(pinv(a, rcond=rcond), expand_dims(b, -1)), -1)
    return matmul(pinv(a, rcond=rcond), b)


@row(shape=lambda x, tol=None: x[:-2], dtype=as_index, example=examples.cases(([(4, 3)], {}), ([(2, 3, 3)], {"tol": 0.5})))
class matrix_rank:
    """How many rows of a matrix do not follow from the others. No gradient."""

    def forward(x, tol=None):
        return np.linalg.matrix_rank(x, tol)


@composite(
    example=examples.cases(
        ([(3, 4)], {"axis": -1}), ([(3, 4)], {"ord": 1, "axis": 0}), ([(3, 4)], {}), ([(3, 3)], {"ord": "nuc"}),
        ([(2, 3, 4)], {"ord": np.inf, "axis": (1, 2), "keepdims": True}), ([(5,)], {"ord": 3}), ([(3, 3)], {"ord": 2}),
        ([(4,)], {"ord": -np.inf}), ([(2, 3, 4)], {"ord": "fro", "axis": (0, 2)}), ([(5,)], {"ord": 0}),
    )
)  # fmt: skip
def norm(x, ord=None, axis=None, keepdims=False):
    """Length of vectors, size of matrices.

    Args:
        x: tensor.
        ord: of vectors a number: the root of the sum of `|x|**ord`; infinite ones give the largest or smallest element, 0
            counts those that are not 0. Of matrices `"fro"`, `"nuc"` (sum of singular values), 2 and -2 (the largest and
            smallest), 1, -1, infinite ones (sums of columns, rows).
        axis: the axis of the vectors, or the two of the matrices; all by default.
        keepdims: leave axes of length 1.

    Raises:
        ValueError: for an `ord` that there is not.

    >>> norm([3.0, 4.0])
    array(5., dtype=float32)
    """
    x = convert_to_tensor(x)
    x = cast(x, as_float(dtype_of(x)))
    axes = normalize_axes(axis, len(x.shape))
    if ord is None or (ord == "fro" and len(axes) == 2) or (ord == 2 and len(axes) == 1):
        return sqrt(sum(square(x), axis=axes, keepdims=keepdims))
    if len(axes) == 1 and not isinstance(ord, str):
        return _vector_norm(absolute(x), ord, axes[0], keepdims)
    if len(axes) == 2 and ord in (1, -1, 2, -2, np.inf, -np.inf, "nuc"):
        y = _matrix_norm(moveaxis(x, axes, (-2, -1)), ord)
        return expand_dims(y, tuple(sorted(axes))) if keepdims else y
    raise ValueError(f"Invalid `ord` argument for the norm over {len(axes)} axes. Received: ord={ord}")


def _vector_norm(size, ord, axis, keepdims):
    if builtins.abs(ord) == np.inf:
        return (max if ord > 0 else min)(size, axis=axis, keepdims=keepdims)
    if ord == 0:
        return sum(cast(not_equal(size, 0), dtype_of(size)), axis=axis, keepdims=keepdims)
    if ord == 1:
        return sum(size, axis=axis, keepdims=keepdims)
    return power(sum(power(size, ord), axis=axis, keepdims=keepdims), 1 / ord)


def _matrix_norm(x, ord):
    if ord in ("nuc", 2, -2):
        values = svd(x, compute_uv=False)
        return sum(values, axis=-1) if ord == "nuc" else (max if ord > 0 else min)(values, axis=-1)
    sums = sum(absolute(x), axis=-2 if builtins.abs(ord) == 1 else -1)
    return (max if ord > 0 else min)(sums, axis=-1)
