"""Sequences of 100 words: an Embedding, one recurrent layer of 64, one Dense."""

from dataclasses import dataclass

import numpy as np

from .base import Draw, Problem, zeros


@dataclass(frozen=True, kw_only=True)
class LSTM(Problem):
    """Words are drawn from the class's own half of the vocabulary a little more often than from the other."""

    rows: int = 320
    batch: int = 32
    length: int = 100
    words: int = 1000
    width: int = 32
    units: int = 64
    loss = "binary_crossentropy"

    def data(self):
        return phrases(self.rows, self.length, self.words)

    def weights(self):
        draw = Draw(1)
        return [*draw.embedding(self.words, self.width), *self.recurrent_weights(draw), *draw.dense(self.units, 1)]

    def recurrent_weights(self, draw):
        """Kernel, recurrent kernel and bias; the forget gate starts at one, as Keras has it."""
        bias = zeros(4 * self.units)
        bias[self.units : 2 * self.units] = 1
        return [draw.glorot(self.width, 4 * self.units), draw.glorot(self.units, 4 * self.units), bias]

    def recurrent(self, layers):
        """The layer that reads the sequence."""
        return layers.LSTM(self.units)

    def flops(self):
        return self.length * 4 * self.units * (self.width + self.units)

    def model(self, keras):
        layers = keras.layers
        return keras.Sequential(
            [
                layers.Input(shape=(self.length,), dtype="int32"),
                layers.Embedding(self.words, self.width),
                self.recurrent(layers),
                layers.Dense(1, activation="sigmoid"),
            ]
        )


def phrases(rows, length, words):
    """Return rows of word numbers as one input, and which of two authors wrote each.

    >>> [x], y = phrases(4, 6, 10)
    >>> x.shape, y.shape
    ((4, 6), (4, 1))
    """
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=(rows, 1))
    x = rng.integers(words // 2, size=(rows, length)) + words // 2 * (rng.random((rows, length)) < 0.3 + 0.4 * y)
    return [x.astype("int32")], y.astype("float32")


problem = LSTM
