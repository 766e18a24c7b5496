"""Small data sets made by the program, and sets that scikit-learn brings along. Inputs are about 1 in size."""

import numpy as np


def blobs(rng, count=240, classes=3, features=4, spread=1.0, share=None):
    """Clouds of points, one a class: x `(count, features)`, class numbers `(count,)`."""
    centres = rng.normal(size=(classes, features)) * 2
    y = rng.choice(classes, count, p=share)
    x = centres[y] + rng.normal(size=(count, features)) * spread
    return (x / 2).astype("float32"), y


def rings(rng, count=300):
    """A disc in a ring: x `(count, 2)`, 0 inside and 1 outside."""
    y = rng.integers(0, 2, count)
    radius, angle = 0.6 + 0.9 * y + rng.normal(size=count) * 0.15, rng.uniform(0, 2 * np.pi, count)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1).astype("float32"), y


def plane(rng, count=240, features=5, noise=0.3):
    """A linear relation with noise: x `(count, features)`, y `(count, 1)`."""
    x = rng.normal(size=(count, features)).astype("float32")
    w = rng.normal(size=(features, 1))
    y = x @ (w / np.linalg.norm(w)) + noise * rng.normal(size=(count, 1))
    return x, y.astype("float32")


def wave(rng, count=300):
    """A bent relation of two features: x `(count, 2)`, y `(count, 1)`."""
    x = rng.uniform(-2, 2, size=(count, 2)).astype("float32")
    return x, (np.sin(2 * x[:, :1]) + x[:, 1:] ** 2 / 2 + 0.1 * rng.normal(size=(count, 1))).astype("float32")


def stripes(rng, count=240, size=8):
    """Pictures of lying, standing and slanted stripes, from 0 to 1: x `(count, size, size, 1)`, class numbers `(count,)`."""
    y, phase = rng.integers(0, 3, count), rng.integers(0, 3, count)
    row, column = np.mgrid[:size, :size]
    waves = np.stack([row, column, row + column])[y] + phase[:, None, None]  # (count, size, size)
    x = (waves % 3 == 0) * 0.8 + rng.uniform(0, 0.2, waves.shape)
    return x[..., None].astype("float32"), y


def walks(rng, count=240, steps=10):
    """Sequences of numbers, and whether they are more up than down: x `(count, steps, 1)`, y `(count,)`."""
    x = rng.normal(size=(count, steps, 1)).astype("float32")
    return x, (x.sum((1, 2)) > 0).astype(int)


def sentences(rng, count=300, words=30, length=8):
    """Texts of word numbers; the first ten words are glad ones: x `(count, length)`, y whether glad words prevail."""
    glad = rng.integers(0, 2, count)
    from_glad = rng.random((count, length)) < np.where(glad, 0.7, 0.2)[:, None]
    return np.where(from_glad, rng.integers(0, 10, (count, length)), rng.integers(10, words, (count, length))), glad


def bundled(rng, name, count=400):
    """A real data set from scikit-learn, in another order for each seed; columns are standardized, pixels go from 0 to 1.

    Raises:
        ImportError: without scikit-learn.
    """
    from sklearn import datasets

    x, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    order = rng.permutation(len(x))[:count]
    x, y = x[order], y[order]
    x = x.reshape(-1, 8, 8, 1) / 16 if name == "digits" else (x - x.mean(0)) / x.std(0)
    y = ((y - y.mean()) / y.std())[:, None].astype("float32") if name == "diabetes" else y
    return x.astype("float32"), y


def halves(x, y, share=0.5):
    """Split rows in two: (x, y), (x, y)."""
    cut = int(len(x) * share)
    return (x[:cut], y[:cut]), (x[cut:], y[cut:])
