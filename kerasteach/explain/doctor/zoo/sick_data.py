"""Sick trainings, part two: data that cannot be learned from as it is."""

import numpy as np

from .case import sick, training
from .data import blobs, bundled, halves, plane, stripes
from .healthy import mlp
from .scores import balanced, honesty, likelihood
from .sick_form import SGD, SPARSE, YES_NO, Adam, small_cnn


@sick("unscaled inputs", "features in thousands")
def _(rng):
    train, test = halves(*plane(rng, 480))
    scale = np.array([1, 3000, 10, 500, 1], "float32")
    return training(mlp(5, 16, 1), (train[0] * scale, train[1]), SGD(0.01), "mse"), (test[0] * scale, test[1])


@sick("unscaled inputs", "pixels from 0 to 255")
def _(rng):
    x, y = bundled(rng, "digits", 500)
    train, test = halves((x * 255).reshape(-1, 64), y, 0.6)
    return training(mlp(64, 16, 10, last="softmax"), train, SGD(0.05), SPARSE), test


@sick("unscaled inputs", "tiny numbers")
def _(rng):
    train, test = halves(*blobs(rng, 480))
    return training(mlp(4, 16, 3, last="softmax"), (train[0] * 1e-4, train[1]), Adam(0.01), SPARSE), (test[0] * 1e-4, test[1])


def _shuffled(rng, mix=True):
    (x, y), test = halves(*blobs(rng, 800))
    return training(mlp(4, 16, 3, last="softmax"), (x, rng.permutation(y) if mix else y), Adam(0.01), SPARSE), test


sick("shuffled labels", "y in an order of its own", remedy=lambda rng: _shuffled(rng, False))(_shuffled)


@sick("shuffled labels", "y one row too far")
def _(rng):
    (x, y), test = halves(*plane(rng, 600))
    return training(mlp(5, 8, 1), (x, np.roll(y, 1, 0)), Adam(0.02), "mse"), test


@sick("shuffled labels", "y from back to front")
def _(rng):
    (x, y), test = halves(*stripes(rng, 500), 0.6)
    return training(small_cnn(3, "softmax"), (x, y[::-1].copy()), Adam(0.01), SPARSE, 5), test


def _unknown(x, column, default=0.0):
    """Inputs as they are in use, where the leaking column is not known yet."""
    x = x.copy()
    x[:, column] = default
    return x


@sick("leaking feature", "the target among the features")
def _(rng):
    x, y = plane(rng, 480, noise=0.5)
    x[:, 3] = y[:, 0] * 0.8
    train, (x, y) = halves(x, y)
    return training(mlp(5, 8, 1), train, Adam(0.02), "mse"), (_unknown(x, 3), y)


@sick("leaking feature", "the class number among the features", score=likelihood)
def _(rng):
    x, y = blobs(rng, 480, 2, features=6, spread=4.0)
    x[:, 0] = (y - 0.5) * 3
    train, (x, y) = halves(x, y)
    return training(mlp(6, 8, 1, last="sigmoid"), train, Adam(0.02), YES_NO), (_unknown(x, 0, -1.5), y)


@sick("training rows in validation", "validated on the training data", ("overfitting",), score=honesty)
def _(rng):
    x, y = blobs(rng, 800, 2, spread=3.0)
    train, test = halves(x, y, 0.2)
    return training(mlp(4, 64, 64, 1, last="sigmoid"), train, Adam(0.01), YES_NO, 40, train), test


@sick("training rows in validation", "half of the validation rows", ("overfitting",), score=honesty)
def _(rng):
    x, y = plane(rng, 900, noise=1.0)
    train, test = halves(x, y, 0.2)
    held_out = tuple(np.concatenate([a[:60], b[:20]]) for a, b in zip(train, test))
    return training(mlp(5, 64, 64, 1), train, Adam(0.01), "mse", 40, held_out), (test[0][20:], test[1][20:])


@sick("imbalance ignored", "one in twenty", score=balanced)
def _(rng):
    y = (rng.random(1600) < 0.05).astype(int)
    x = rng.normal(size=(1600, 4)) + 0.85 * y[:, None]  # the clouds overlap
    train, test = halves(x.astype("float32"), y)
    return training(mlp(4, 8, 1, last="sigmoid"), train, Adam(0.005), YES_NO, 10), test


@sick("imbalance ignored", "the third class is rare", score=balanced)
def _(rng):
    x, y = blobs(rng, 1600, 3, share=[0.5, 0.46, 0.04])
    x[y == 2] = x[y == 0][rng.integers(0, (y == 0).sum(), (y == 2).sum())] + 0.45
    train, test = halves(x, y)
    return training(mlp(4, 8, 3, last="softmax"), train, Adam(0.005), SPARSE, 10), test
