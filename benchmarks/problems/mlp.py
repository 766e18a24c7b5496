"""Dense layers on rows of numbers: digits of 28 x 28 pixels, two hidden layers of 256, ten classes."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from .base import Draw, Problem

MNIST = Path("~/.keras/datasets/mnist.npz").expanduser()


@dataclass(frozen=True, kw_only=True)
class MLP(Problem):
    """MNIST where Keras has it in its cache, else clouds of points, one cloud a class, as many and as wide."""

    rows: int = 60_000
    batch: int = 128
    width: int = 784
    hidden: tuple = (256, 256)
    classes: int = 10

    @property
    def sizes(self):
        """Units from the input to the output."""
        return [self.width, *self.hidden, self.classes]

    def data(self):
        if MNIST.exists() and (self.width, self.classes) == (784, 10) and self.rows <= 60_000:
            with np.load(MNIST) as file:
                pixels, digit = file["x_train"][: self.rows], file["y_train"][: self.rows]
            return [(pixels.reshape(-1, 784) / 255).astype("float32")], digit.astype("int32")
        return clouds(self.rows, self.classes, (self.width,))

    def weights(self):
        draw = Draw(1)
        return [w for n_in, n_out in pairwise(self.sizes) for w in draw.dense(n_in, n_out)]

    def flops(self):
        return sum(n_in * n_out for n_in, n_out in pairwise(self.sizes))

    def model(self, keras):
        layers = keras.layers
        hidden = [layers.Dense(units, activation="relu") for units in self.hidden]
        last = layers.Dense(self.classes, activation="softmax")
        return keras.Sequential([layers.Input(shape=(self.width,)), *hidden, last])


def clouds(rows, classes, shape):
    """Return noise around one random middle a class, all as one input in float32, and the classes.

    >>> [x], y = clouds(5, 2, (3,))
    >>> x.shape, y.shape
    ((5, 3), (5,))
    """
    rng = np.random.default_rng(0)
    middles = rng.normal(size=(classes, *shape)).astype("float32")
    y = rng.integers(classes, size=rows).astype("int32")
    x = rng.normal(size=(rows, *shape)).astype("float32")
    x += middles[y] * (4 / np.sqrt(middles[0].size))  # four times as far from zero as the noise is wide
    return [x], y


problem = MLP
