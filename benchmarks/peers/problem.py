"""The work every contender does: the same rows, the same first weights, the same Adam.

Each contender is one file beside this one, with `PACKAGES`, what it needs installed, and `setup()`, which returns a
function: `train(epochs)` trains that many epochs further and returns (loss, accuracy) of each, as means over the rows
seen in training, as Keras reports them.
"""

import numpy as np

ROWS, WIDTH, HIDDEN, BATCH = 1000, 32, 64, 32
STEPS = -(-ROWS // BATCH)  # a step is one batch; the last one of an epoch has 8 rows
RATE, BETA_1, BETA_2, EPSILON = 1e-3, 0.9, 0.999, 1e-7  # Keras's Adam, as `optimizer="adam"` makes it


def rows():
    """Return the random rows of the program: x1, x2 in float64, y in integers.

    >>> [a.shape for a in rows()]
    [(1000, 32), (1000, 32), (1000, 1)]
    """
    rng = np.random.default_rng(0)
    return rng.random((ROWS, WIDTH)), rng.random((ROWS, WIDTH)), rng.integers(2, size=(ROWS, 1))


def first_weights():
    """Return kernel and bias of both Dense layers as all contenders start from them: Glorot's uniform, and zeros.

    >>> [a.shape for a in first_weights()]
    [(32, 64), (64,), (128, 1), (1,)]
    """
    rng = np.random.default_rng(1)

    def glorot(n_in, n_out):
        limit = np.sqrt(6 / (n_in + n_out))
        return rng.uniform(-limit, limit, (n_in, n_out)).astype("float32")

    def zeros(n):
        return np.zeros(n, "float32")

    return [glorot(WIDTH, HIDDEN), zeros(HIDDEN), glorot(2 * HIDDEN, 1), zeros(1)]
