"""The model of the first lesson: two inputs through one shared Dense, joined, one Dense behind."""

from dataclasses import dataclass

import numpy as np

from .base import Draw, Problem


@dataclass(frozen=True, kw_only=True)
class TwoInputs(Problem):
    """Random rows, as the program of the first lesson draws them: float64, and whole numbers as targets."""

    rows: int = 1000
    batch: int = 32
    epochs: int = 10
    width: int = 32
    hidden: int = 64
    loss = "binary_crossentropy"

    def data(self):
        rng = np.random.default_rng(0)
        left, right = rng.random((2, self.rows, self.width))
        return [left, right], rng.integers(2, size=(self.rows, 1))

    def weights(self):
        draw = Draw(1)
        return draw.dense(self.width, self.hidden) + draw.dense(2 * self.hidden, 1)

    def model(self, keras):
        layers = keras.layers
        left, right = layers.Input(shape=(self.width,)), layers.Input(shape=(self.width,))
        shared = layers.Dense(self.hidden, activation="relu")
        both = layers.Concatenate()([shared(left), shared(right)])
        return keras.Model([left, right], layers.Dense(1, activation="sigmoid")(both))


problem = TwoInputs
