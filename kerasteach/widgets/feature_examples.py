"""The small models that the panels on features show: each learns something one can see, in a second or so.

They are trained on NumPy and then moved, so that both backends show the same numbers. Real digits, of scikit-learn.
"""

import numpy as np

from .. import backend as backends
from ..datasets.digit_halves import load_data
from .examples import setting


def _moved(model, backend):
    return model.to((backends.get(backend)).name)


def digits():
    """Handwritten digits `(1797, 8, 8)` from 0 to 1, and which each is."""
    parts = load_data(0.2)
    left, right, digit = (np.concatenate([a, b]) for a, b in zip((*parts[0][0], parts[0][1]), (*parts[1][0], parts[1][1])))
    pictures = np.concatenate([left.reshape(-1, 8, 4), right.reshape(-1, 8, 4)], axis=2)  # (picture, row, column)
    return pictures, digit[:, 0].astype("int64")


def digits_network(backend=None):
    """A convolutional network that reads digits.

    Returns:
        `(model, x, y)`: pictures `(batch, 8, 8, 1)` it has not seen, and what they are.
    """
    from ..layers import Conv2D, Dense, GlobalMaxPooling2D, Input, MaxPooling2D
    from ..models import Sequential

    x, y = digits()
    x = x[..., None]
    with setting("numpy"):
        model = Sequential([
            Input((8, 8, 1), name="picture"),
            Conv2D(6, 3, activation="relu", padding="same", name="edges"),
            Conv2D(12, 3, activation="relu", padding="same", name="parts"),
            MaxPooling2D(2, name="pool"), GlobalMaxPooling2D(name="found"), Dense(10, "softmax", name="digit"),
        ], name="digits")  # fmt: skip
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.optimizer.learning_rate = 0.01
        model.fit(x[:1000], y[:1000], epochs=6, batch_size=40, verbose=0)
    return _moved(model, backend), x[1437:1477], y[1437:1477]
