"""The loss of a model over a plane in the space of its weights.

All weights together are one vector. Two directions in that space make a plane; a picture can show the loss on it, and of
anything else only its shadow there.
"""

from typing import NamedTuple

import numpy as np

from .gradients import loss_function
from .racing import flat_weights, set_flat_weights


class Cut(NamedTuple):
    """A plane through the space of weights: `centre + a * directions[0] + b * directions[1]`.

    Attributes:
        centre: `(numbers,)`.
        directions: `(2, numbers)`.
        names: what the two directions are.
        kept: which part of the movement of the ways lies in the plane, from 0 to 1; None without ways.
    """

    centre: np.ndarray
    directions: np.ndarray
    names: tuple
    kept: float | None = None

    def place(self, weights):
        """Where vectors of weights lie on the plane, or fall on it straight down.

        Args:
            weights: `(..., numbers)`.

        Returns:
            `(..., 2)`.
        """
        return (np.asarray(weights, "float64") - self.centre) @ np.linalg.pinv(self.directions)

    def weights(self, a, b):
        """The vector of weights at a place of the plane, `(numbers,)`."""
        return self.centre + a * self.directions[0] + b * self.directions[1]


class Surface(NamedTuple):
    """Heights at the crossings of a grid.

    Attributes:
        xs, ys: the places along both axes, `(columns,)` and `(rows,)`.
        heights: `(rows, columns)`; row 0 is the lowest `y`.
    """

    xs: np.ndarray
    ys: np.ndarray
    heights: np.ndarray


def random_cut(model, seed=0):
    """A plane along two random directions, each as long, filter by filter, as the model's own weights.

    A network with a relu computes the same if one layer's weights are doubled and the next one's halved. Directions that
    follow the size of each filter make pictures of such twins look alike. Biases stay as they are.

    Args:
        model: a built model; the plane goes through its weights.
        seed: the same seed gives the same directions.

    Returns:
        A `Cut`.

    Source: Li et al., 2018, "Visualizing the Loss Landscape of Neural Nets", arXiv:1712.09913.

    >>> from kerasteach import Sequential, layers
    >>> model = Sequential([layers.Input((1,)), layers.Dense(1, use_bias=False, kernel_initializer="ones")])
    >>> np.abs(random_cut(model).directions).tolist()  # one weight of size 1: a filter of length 1
    [[1.0], [1.0]]
    """
    rng = np.random.default_rng(seed)
    rows = [np.concatenate([_like(v.numpy(), rng).ravel() for v in model.trainable_variables]) for _ in range(2)]
    return Cut(flat_weights(model), np.stack(rows), ("random direction 1", "random direction 2"))


def pca_cut(ways):
    """The plane in which ways through the space of weights move most.

    Args:
        ways: arrays of weights along each way, `(steps, numbers)`.

    Returns:
        A `Cut` whose directions have length 1; the longer movement is the first.

    Raises:
        ValueError: for less than two places in all.

    Source: Li et al., 2018, section 7, arXiv:1712.09913.

    >>> cut = pca_cut([np.array([[0.0, 0, 0], [2, 0, 0], [2, 1, 0]])])
    >>> round(cut.kept, 6), np.abs(cut.directions[:, 2]).round(6).tolist()
    (1.0, [0.0, 0.0])
    """
    every = np.concatenate([np.asarray(way, "float64") for way in ways])
    every = every[np.isfinite(every).all(axis=1)]
    if len(every) < 2:
        raise ValueError(f"A plane through ways needs at least two places. Received: {len(every)}.")
    centre = every.mean(axis=0)
    _, sizes, rows = np.linalg.svd(every - centre, full_matrices=False)
    if len(rows) < 2:  # a model of one weight, or two places: any second direction will do
        rows, sizes = np.stack([rows[0], _across(rows[0])]), np.array([sizes[0], 0.0])
    rows = np.stack([row * (np.sign(row[np.abs(row).argmax()]) or 1) for row in rows[:2]])  # one sign for all machines
    moved = float((sizes**2).sum())
    kept = float((sizes[:2] ** 2).sum() / moved) if moved else 1.0
    shares = [s**2 / moved if moved else 0.0 for s in sizes[:2]]
    return Cut(centre, rows, tuple(f"component {i + 1} ({share:.0%})" for i, share in enumerate(shares)), kept)


def surface(model, x, y, cut, xlim=(-1.0, 1.0), ylim=(-1.0, 1.0), size=31):
    """The loss of a model over a plane. The model is as before afterwards.

    Args:
        model: a compiled model.
        x, y: the data the loss is taken on.
        cut: a `Cut`.
        xlim, ylim: the part of the plane.
        size: places on each side; the loss is computed size * size times.

    Returns:
        A `Surface`.

    Raises:
        ValueError: before `compile`.

    >>> from kerasteach import Sequential, layers
    >>> model = Sequential([layers.Input((2,)), layers.Dense(1, use_bias=False, kernel_initializer="zeros")])
    >>> model.compile(loss="mse")
    >>> cut = Cut(np.zeros(2), np.eye(2), ("first weight", "second weight"))
    >>> surface(model, np.eye(2), np.zeros((2, 1)), cut, size=3).heights.tolist()  # (a^2 + b^2) / 2
    [[1.0, 0.5, 1.0], [0.5, 0.0, 0.5], [1.0, 0.5, 1.0]]
    """
    loss_of = loss_function(model, x, y, None)
    before = flat_weights(model)
    xs, ys = np.linspace(*xlim, size), np.linspace(*ylim, size)
    heights = np.empty((size, size))
    try:
        with model._backend.inference():
            for i, b in enumerate(ys):
                for j, a in enumerate(xs):
                    set_flat_weights(model, cut.weights(a, b))
                    heights[i, j] = float(loss_of())
    finally:
        set_flat_weights(model, before)
    return Surface(xs, ys, heights)


def field_surface(function, xlim, ylim, size=101):
    """The heights of a function of two numbers.

    >>> field_surface(lambda x, y: x + 10 * y, (0, 1), (0, 1), 2).heights.tolist()
    [[0.0, 1.0], [10.0, 11.0]]
    """
    xs, ys = np.linspace(*xlim, size), np.linspace(*ylim, size)
    heights = np.asarray(function(*np.meshgrid(xs, ys)), "float64")
    return Surface(xs, ys, np.broadcast_to(heights, (size, size)))


def limits_around(places, room=0.15):
    """The two ends along both axes of a frame round places `(n, 2)`; no side is less than a third of the other.

    >>> limits_around([[0, 0], [10, 0]], room=0.1)
    ((-1.0, 11.0), (-2.0, 2.0))
    """
    places = np.asarray(places, "float64")
    places = places[np.isfinite(places).all(axis=1)]
    low, high = places.min(axis=0), places.max(axis=0)
    half = (high - low) / 2 * (1 + 2 * room)
    half = np.maximum(half, half.max() / 3) if half.max() > 0 else np.ones(2)
    middle = (low + high) / 2
    return tuple((float(m - h), float(m + h)) for m, h in zip(middle, half))


def _like(weight, rng):
    """A random direction for one variable: each filter (what leads to one unit) as long as the weights' own."""
    drawn = rng.normal(size=weight.shape)
    if weight.ndim < 2:
        return np.zeros(weight.shape)
    axes = tuple(range(weight.ndim - 1))
    lengths = [np.sqrt((np.asarray(w, "float64") ** 2).sum(axis=axes, keepdims=True)) for w in (weight, drawn)]
    return drawn * lengths[0] / np.maximum(lengths[1], 1e-12)


def _across(row):
    """A direction of length 1 at a right angle to another; nothing where there is but one weight."""
    other = np.zeros_like(row)
    other[np.abs(row).argmin()] = 1.0
    other -= row * (other @ row)
    length = np.linalg.norm(other)
    return other / length if length > 1e-9 else other
