"""Small sets of points on a plane, each a few lines of NumPy that a student can copy.

Each function stands alone and draws from the generator it is given, so the text that `source` returns is a whole
program for the same points.
"""

import inspect
from typing import NamedTuple

import numpy as np

LIMIT = 3.0  # the square that is drawn reaches from -LIMIT to LIMIT


def circle(n, noise, rng):
    """A disc, and a ring around it."""
    y = np.arange(n) % 2  # (n,)
    radius = np.where(y == 1, rng.uniform(0, 1.1, n), rng.uniform(1.6, 2.6, n))  # (n,)
    angle = rng.uniform(0, 2 * np.pi, n)  # (n,)
    points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)  # (n, 2)
    return points + noise * rng.normal(size=(n, 2)), y


def xor(n, noise, rng):
    """Four squares; those at opposite corners belong together."""
    points = rng.uniform(0.2, 2.6, (n, 2)) * rng.choice([-1, 1], (n, 2))  # (n, 2)
    y = (points[:, 0] * points[:, 1] < 0).astype(int)  # (n,)
    return points + noise * rng.normal(size=(n, 2)), y


def moons(n, noise, rng):
    """Two half circles that reach into each other."""
    y = np.arange(n) % 2  # (n,)
    angle = rng.uniform(0, np.pi, n)  # (n,)
    x1 = np.where(y == 0, np.cos(angle), 1 - np.cos(angle))  # (n,)
    x2 = np.where(y == 0, np.sin(angle), 0.5 - np.sin(angle))  # (n,)
    points = 1.5 * np.stack([x1 - 0.5, x2 - 0.25], axis=1)  # (n, 2)
    return points + noise * rng.normal(size=(n, 2)), y


def spirals(n, noise, rng):
    """Two arms wound around each other."""
    y = np.arange(n) % 2  # (n,)
    along = np.sqrt(rng.uniform(0.01, 1, n))  # (n,)
    angle = 3.5 * np.pi * along + np.pi * y  # (n,)
    points = 2.7 * along[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)  # (n, 2)
    return points + noise * rng.normal(size=(n, 2)), y


def blobs(n, noise, rng):
    """Two clouds."""
    y = np.arange(n) % 2  # (n,)
    centres = np.array([[-1.2, -1.2], [1.2, 1.2]])  # (classes, 2)
    return centres[y] + (0.4 + noise) * rng.normal(size=(n, 2)), y


def plane(n, noise, rng):
    """A number that grows from one corner to the other."""
    points = rng.uniform(-2.8, 2.8, (n, 2))  # (n, 2)
    y = (points[:, 0] + points[:, 1]) / 5.6  # (n,)
    return points, y + noise * rng.normal(size=n)


def hills(n, noise, rng):
    """A number that is high around one place and low around another."""
    points = rng.uniform(-2.8, 2.8, (n, 2))  # (n, 2)
    high, low = ((points - centre) ** 2 for centre in ([1.2, 1.2], [-1.2, -1.2]))
    y = np.exp(-high.sum(axis=1)) - np.exp(-low.sum(axis=1))  # (n,)
    return points, y + noise * rng.normal(size=n)


DATASETS = {f.__name__: f for f in (circle, xor, moons, spirals, blobs, plane, hills)}
REGRESSION = ("plane", "hills")  # their targets are numbers; the others' are classes 0 and 1

FEATURES = {
    "x1": "x1",
    "x2": "x2",
    "x1^2": "x1 ** 2",
    "x2^2": "x2 ** 2",
    "x1*x2": "x1 * x2",
    "sin x1": "np.sin(x1)",
    "sin x2": "np.sin(x2)",
}
"""What a feature is called -> the line of NumPy it is."""


class Points(NamedTuple):
    """Points `(n, 2)` and, for each, a class or a number `(n,)`."""

    points: np.ndarray
    targets: np.ndarray


def make_points(data, n=400, noise=0.1, seed=0):
    """Make a data set of points on the plane.

    Args:
        data: a name of `DATASETS`.
        n: how many points.
        noise: standard deviation of what is added to each place, or to each number of a regression.
        seed: the same seed gives the same points.

    Returns:
        `Points`: places as float32 `(n, 2)`; targets as float32 `(n,)`.

    Raises:
        ValueError: for a data set that there is not.

    >>> points, targets = make_points("xor", n=4)
    >>> points.shape, [float(p[0] * p[1] < 0) for p in points] == targets.tolist()
    ((4, 2), True)
    """
    known("data", data, DATASETS)
    points, targets = DATASETS[data](n, noise, np.random.default_rng(seed))
    return Points(points.astype("float32"), targets.astype("float32"))


def features_of(points, features):
    """The columns a model is given for points.

    Args:
        points: places, `(n, 2)`.
        features: names of `FEATURES`.

    Returns:
        float32 `(n, features)`.

    Raises:
        ValueError: for a feature that there is not, or for none.

    >>> features_of(np.array([[2.0, 3.0]]), ("x1", "x1*x2")).tolist()
    [[2.0, 6.0]]
    """
    if not features:
        raise ValueError(f"Expected at least one feature of: {', '.join(FEATURES)}. Received: features={features!r}.")
    for feature in features:
        known("features", feature, FEATURES)
    names = {"np": np, "x1": points[:, 0], "x2": points[:, 1]}
    columns = [eval(FEATURES[name], names) for name in features]  # our own table: what is shown is what runs
    return np.stack(columns, axis=1).astype("float32")  # (n, features)


def source(data):
    """The text of the function that makes a data set, as the plain program has it.

    >>> print(source("xor").splitlines()[0])
    def xor(n, noise, rng):
    """
    known("data", data, DATASETS)
    return inspect.getsource(DATASETS[data])


def known(what, name, table):
    """Raise ValueError unless the table has the name."""
    if name not in table:
        raise ValueError(f"Expected {what} to be one of: {', '.join(table)}. Received: {name!r}.")
