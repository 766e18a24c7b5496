"""What every problem has."""

from dataclasses import dataclass

import numpy as np

RATE, BETA_1, BETA_2, EPSILON = 1e-3, 0.9, 0.999, 1e-7  # Keras's Adam, as `optimizer="adam"` makes it


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Rows to learn from, and a model to learn with.

    Subclasses give `data()`, `weights()` and `model(keras)`.

    Args:
        rows: how many there are.
        batch: rows a step.
        epochs: how often a contender goes through all rows in its turn.
        updates: whether Adam acts; without it a step is forward and backward alone.
    """

    rows: int
    batch: int
    epochs: int = 1
    updates: bool = True
    loss = "sparse_categorical_crossentropy"
    tolerance = 0.05  # how far a contender's loss of an epoch may lie from the median of all

    @property
    def steps(self):
        """Steps a turn; the last batch of an epoch may be a smaller one."""
        return self.epochs * -(-self.rows // self.batch)

    def data(self):
        """Return (inputs, targets): a list of arrays, and an array."""
        raise NotImplementedError

    def weights(self):
        """Return the first weights all contenders start from, in the order of Keras's `get_weights`."""
        raise NotImplementedError

    def flops(self):
        """Return multiplications of a forward pass, a row."""
        raise NotImplementedError

    def model(self, keras):
        """Return the model, made of whichever Keras is handed in: real Keras on any backend, or kerasteach."""
        raise NotImplementedError


class Draw:
    """First weights, drawn one after another.

    >>> Draw(0).dense(3, 4)[0].shape
    (3, 4)
    """

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def glorot(self, *shape, n_in=None, n_out=None):
        """Glorot's uniform; `n_in` and `n_out` are those of a matrix unless given."""
        limit = np.sqrt(6 / ((n_in or shape[0]) + (n_out or shape[-1])))
        return self.rng.uniform(-limit, limit, shape).astype("float32")

    def dense(self, n_in, n_out):
        """Kernel and bias of a Dense layer."""
        return [self.glorot(n_in, n_out), zeros(n_out)]

    def conv(self, size, n_in, n_out):
        """Kernel and bias of a Conv2D layer."""
        return [self.glorot(size, size, n_in, n_out, n_in=size * size * n_in, n_out=size * size * n_out), zeros(n_out)]

    def embedding(self, words, width):
        """The table of an Embedding."""
        return [self.rng.uniform(-0.05, 0.05, (words, width)).astype("float32")]


def summary(predictions):
    """Return predictions so that contenders can be compared: the mean of the first class, and how many rows.

    >>> summary(np.array([[0.25, 0.75], [0.75, 0.25]]))
    [(0.5, 2)]
    """
    return [(float(predictions[:, 0].mean()), len(predictions))]


def zeros(*shape):
    """Zeros in float32."""
    return np.zeros(shape, "float32")


def ones(*shape):
    """Ones in float32."""
    return np.ones(shape, "float32")
