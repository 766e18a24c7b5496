"""Whether one table of numbers tells anything about another: distance correlation."""

import numpy as np

MOST, SHUFFLES = 500, 60  # rows compared, each with each; shuffles that show what chance does


def depends(x, y):
    """Return how many standard deviations the distance covariance of two tables is above that of shuffled ones.

    Args:
        x, y: arrays whose first axis is the samples; each feature is standardized first.

    Source: Székely, Rizzo and Bakirov, 2007, "Measuring and testing dependence by correlation of distances".

    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(200, 2))
    >>> depends(x, x[:, :1] ** 2) > 5, depends(x, rng.normal(size=(200, 1))) < 5
    (True, True)
    """
    chosen = np.unique(np.linspace(0, len(x) - 1, min(len(x), MOST)).astype(int))
    a, b = (_centred(_distances(t[chosen])) for t in (x, y))
    rng = np.random.default_rng(0)
    orders = [rng.permutation(len(chosen)) for _ in range(SHUFFLES)]
    by_chance = [float((a * b[order][:, order]).sum()) for order in orders]
    return float(((a * b).sum() - np.mean(by_chance)) / max(np.std(by_chance), 1e-12))


def _distances(table):
    flat = table.reshape(len(table), -1).astype("float64")
    flat = (flat - flat.mean(0)) / np.maximum(flat.std(0), 1e-12)
    squares = (flat**2).sum(1)
    return np.sqrt(np.maximum(squares[:, None] + squares[None] - 2 * flat @ flat.T, 0)).astype("float32")  # (n, n)


def _centred(distances):
    """Distances less their row and column means."""
    rows = distances.mean(1, keepdims=True)
    return distances - rows - rows.T + distances.mean()
