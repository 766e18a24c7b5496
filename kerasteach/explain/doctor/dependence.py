"""Whether one table of numbers tells anything about another: distance correlation."""

import numpy as np

MOST = 400  # rows compared, each with each


def depends(x, y):
    """Return how many standard errors the distance correlation of two tables is above that of independent ones.

    Args:
        x, y: arrays whose first axis is the samples; the features of x are standardized first.

    Source: Székely and Rizzo, 2013, "The distance correlation t-test of independence in high dimension".

    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(200, 2))
    >>> depends(x, x[:, :1] ** 2) > 5, depends(x, rng.normal(size=(200, 1))) < 3
    (True, True)
    """
    chosen = np.unique(np.linspace(0, len(x) - 1, min(len(x), MOST)).astype(int))
    a, b = (_centred(_distances(t[chosen])) for t in (x, y))
    n = len(chosen)
    scale = np.sqrt((a * a).sum() * (b * b).sum())
    r = float((a * b).sum() / scale) if scale > 0 else 0.0
    freedom = n * (n - 3) / 2 - 1
    return float(np.sqrt(freedom) * r / np.sqrt(max(1 - r * r, 1e-12)))


def _distances(table):
    flat = table.reshape(len(table), -1).astype("float64")
    flat = (flat - flat.mean(0)) / np.maximum(flat.std(0), 1e-12)
    squares = (flat**2).sum(1)
    return np.sqrt(np.maximum(squares[:, None] + squares[None] - 2 * flat @ flat.T, 0))  # (n, n)


def _centred(distances):
    """Distances less their row and column means, so that those of independent tables have product 0 on average (U-centring)."""
    n = len(distances)
    rows = distances.sum(1, keepdims=True) / (n - 2)
    centred = distances - rows - rows.T + distances.sum() / ((n - 1) * (n - 2))
    np.fill_diagonal(centred, 0)
    return centred
