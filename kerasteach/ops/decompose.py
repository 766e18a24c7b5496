"""Matrices taken apart.

`qr`, `svd`, `eigh` and `slogdet` have several outputs. Behind each stands a row that gives one `part`; as gradients add
up, the VJP of each part is that of the whole with nothing flowing into the others.
"""

import numpy as np

from . import examples
from .spec import as_float
from .table import composite, row


def t(x):
    """Each matrix on its side."""
    return np.swapaxes(x, -1, -2)


def square_ones(*shapes):
    """Examples that are far from singular."""
    return lambda rng: [((rng.normal(size=s) + 3 * np.eye(s[-1]),), {}) for s in shapes]


def checked(x):
    if len(x) < 2 or (x[-1] != x[-2] and None not in x[-2:]):
        raise ValueError(f"Expected square matrices, (..., n, n). Received: x.shape={tuple(x)}")
    return x


def positive(rng):
    a = rng.normal(size=(2, 3, 3))
    return [((a[0] @ a[0].T + np.eye(3),), {}), ((a @ t(a) + np.eye(3),), {"upper": True})]


def _half_diagonal(x):
    """The lower triangle, the diagonal halved."""
    return np.tril(x) - 0.5 * np.eye(x.shape[-1], dtype=x.dtype) * x


@row(shape=lambda x, upper=False: checked(x), dtype=as_float, example=positive)
class cholesky:
    """The triangle `L` with `L @ L.T = x`, for a symmetric matrix; `upper` gives `L.T`.

    Source of the gradient: Murray, 2016, arXiv:1602.07527.
    """

    def forward(x, upper=False):
        low = np.linalg.cholesky(0.5 * (x + t(x)))
        return t(low) if upper else low

    def vjp_x(g, y, x, upper=False):
        low, g = (t(y), t(g)) if upper else (y, g)
        back = np.linalg.inv(low)
        found = t(back) @ _half_diagonal(t(low) @ g) @ back
        return 0.5 * (found + t(found))


def _qr_shape(x, mode="reduced", part=0):
    rows, columns = x[-2:]
    inner = rows if mode == "complete" else min(rows, columns)
    return (*x[:-2], rows, inner) if part == 0 else (*x[:-2], inner, columns)


@row(
    shape=_qr_shape, dtype=as_float,
    example=examples.cases(*[([s], {"part": p}) for s in [(4, 3), (2, 3, 3)] for p in (0, 1)]),
)  # fmt: skip
class _qr:
    """`q` (part 0) or `r` (part 1) of `q @ r = x`."""

    def forward(x, mode="reduced", part=0):
        return np.linalg.qr(x, mode=mode)[part]

    def vjp_x(g, y, x, mode="reduced", part=0):
        q, r = np.linalg.qr(x, mode=mode)
        if r.shape[-1] != r.shape[-2]:
            raise NotImplementedError("qr has a gradient where r is square: mode='reduced', and no more columns than rows.")
        m = r @ t(g) if part else -t(g) @ q
        both = np.tril(m) + t(np.tril(m, -1))
        return ((0 if part else g) + q @ both) @ t(np.linalg.inv(r))


@composite(example=examples.cases(([(4, 3)], {}), ([(3, 3)], {"mode": "complete"})))
def qr(x, mode="reduced"):
    """Columns at right angles, `q`, and a triangle, `r`, with `q @ r = x`.

    Raises:
        ValueError: for another `mode` than `"reduced"` and `"complete"`.
    """
    if mode not in ("reduced", "complete"):
        raise ValueError(f"`mode` argument value not supported. Expected one of {{'reduced', 'complete'}}. Received: mode={mode}")
    return _qr(x, mode=mode, part=0), _qr(x, mode=mode, part=1)


def _gaps(values):
    """`1 / (values[j] - values[i])`, and 0 on the diagonal."""
    apart = values[..., None, :] - values[..., :, None]
    return np.where(np.eye(values.shape[-1], dtype="bool"), 0, 1 / np.where(apart == 0, 1, apart))


def heads_up(v):
    """For each column -1 or 1, so that its largest element becomes positive; the sign is free, and so it is no chance."""
    largest = np.argmax(np.abs(v), axis=-2, keepdims=True)
    return np.where(np.take_along_axis(v, largest, axis=-2) < 0, -1, 1).astype(v.dtype)


def _heads_up_eigh(x):
    w, v = np.linalg.eigh(0.5 * (x + t(x)))
    return w, v * heads_up(v)


def _heads_up_svd(x, full_matrices):
    u, s, vh = np.linalg.svd(x, full_matrices=full_matrices)
    sign, k = heads_up(u), s.shape[-1]
    return u * sign, s, np.concatenate([vh[..., :k, :] * t(sign)[..., :k, :], vh[..., k:, :]], axis=-2)


@row(
    shape=lambda x, part=0: checked(x)[:-1] if part == 0 else x, dtype=as_float,
    example=lambda rng: [((x,), {"part": p}) for (x,), _ in positive(rng) for p in (0, 1)],
)  # fmt: skip
class _eigh:
    """Eigenvalues (part 0) or eigenvectors (part 1) of symmetric matrices."""

    def forward(x, part=0):
        return _heads_up_eigh(x)[part]

    def vjp_x(g, y, x, part=0):
        w, v = _heads_up_eigh(x)
        inside = _gaps(w) * (t(v) @ g) if part else g[..., None] * np.eye(w.shape[-1], dtype=x.dtype)
        found = v @ inside @ t(v)
        return 0.5 * (found + t(found))


@composite(example=lambda rng: [(i, {}) for i, _ in positive(rng)])
def eigh(x):
    """Eigenvalues in ascending order, and eigenvectors as columns, of symmetric matrices."""
    return _eigh(x, part=0), _eigh(x, part=1)


def _svd_shape(x, full_matrices=True, part=1):
    rows, columns = x[-2:]
    inner = min(rows, columns)
    return (*x[:-2], *[(rows, rows if full_matrices else inner), (inner,), (columns if full_matrices else inner, columns)][part])


@row(
    shape=_svd_shape, dtype=as_float,
    example=examples.cases(*[([s], {"part": p, "full_matrices": False}) for s in [(4, 3), (2, 3, 3)] for p in (0, 1, 2)]),
)  # fmt: skip
class _svd:
    """`u` (part 0), `s` (part 1) or `vh` (part 2) of `u @ diag(s) @ vh = x`.

    Source of the gradient: Townsend, 2016, "Differentiating the Singular Value Decomposition".
    """

    def forward(x, full_matrices=True, part=1):
        return _heads_up_svd(x, full_matrices)[part]

    def vjp_x(g, y, x, full_matrices=True, part=1):
        if full_matrices and part != 1 and x.shape[-1] != x.shape[-2]:
            raise NotImplementedError("svd: u and vh of all columns have no gradient. Fix: full_matrices=False.")
        u, s, vh = _heads_up_svd(x, False)
        if part == 1:
            return (u * g[..., None, :]) @ vh
        gaps = _gaps(s * s)
        if part == 0:
            inside = gaps * (t(u) @ g - t(g) @ u) * s[..., None, :]
            return (u @ inside + (g - u @ (t(u) @ g)) / s[..., None, :]) @ vh
        inside = s[..., :, None] * (gaps * (vh @ t(g) - g @ t(vh)))
        return u @ (inside @ vh + (g - (g @ t(vh)) @ vh) / s[..., :, None])


@composite(example=examples.cases(([(4, 3)], {"full_matrices": False}), ([(3, 3)], {"compute_uv": False})))
def svd(x, full_matrices=True, compute_uv=True):
    """Singular values `s`, with directions `u` and `vh`, so that `u @ diag(s) @ vh = x`.

    Args:
        x: matrices.
        full_matrices: whether `u` and `vh` are square.
        compute_uv: whether to return `(u, s, vh)`, or `s` alone.
    """
    if not compute_uv:
        return _svd(x, full_matrices=False, part=1)
    return tuple(_svd(x, full_matrices=full_matrices, part=part) for part in range(3))
