"""Small models and data for the `example` of each panel: made in a moment, really trained, the same at each call.

Layers and models have names of their own, since the names Keras gives count up.
"""

import contextlib
import random

import numpy as np

from .. import backend as backends
from .. import config
from ..utils.session import set_random_seed


@contextlib.contextmanager
def setting(backend=None, seed=0):
    """Within the block: a seed of its own and models of one backend; afterwards all is as it was.

    Args:
        backend: `"numpy"` or `"torch"`; the one in use by default.
        seed: For initial weights and the order of samples.
    """
    before = random.getstate(), np.random.get_state()
    set_random_seed(seed)
    try:
        with config.set_backend(backend or config.backend()):
            yield
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])


def moons(count=120, noise=0.15, seed=0):
    """Two half circles that reach into each other: points `(count, 2)`, classes 0 and 1 `(count, 1)`."""
    draw = np.random.default_rng(seed)
    angle = np.pi * draw.random(count)
    side = np.arange(count) % 2
    x = np.stack([np.cos(angle) * (1 - 2 * side) + side, np.sin(angle) * (1 - 2 * side) + 0.5 * side], axis=1)
    x = x + noise * draw.standard_normal((count, 2))  # (count, 2)
    return x.astype("float32"), side[:, None].astype("float32")


def classifier(backend=None, epochs=12, noise=0.15):
    """A small model trained on the moons.

    Returns:
        `(model, x, y, history)`.
    """
    from ..layers import Dense, Input
    from ..models import Sequential

    with setting(backend):
        x, y = moons(noise=noise)
        model = Sequential([Input((2,), name="point"), Dense(8, "tanh", name="hidden"), Dense(1, "sigmoid", name="class")], name="moons")
        model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
        model.optimizer.learning_rate = 0.05
        history = model.fit(x, y, epochs=epochs, batch_size=20, verbose=0, validation_split=0.25)
    return model, x, y, history


def pair(backend=None):
    """The model of the first lesson: two inputs through one shared layer, trained to say which has the larger sum.

    Returns:
        `(model, x, y)`, `x` a list of two arrays.
    """
    from ..layers import Concatenate, Dense, Input
    from ..models import Model

    with setting(backend):
        draw = np.random.default_rng(1)
        x = [draw.standard_normal((64, 4)).astype("float32") for _ in range(2)]
        y = (x[0].sum(axis=1, keepdims=True) > x[1].sum(axis=1, keepdims=True)).astype("float32")  # (batch, 1)
        left, right = Input((4,), name="left"), Input((4,), name="right")
        dense = Dense(8, activation="relu", name="dense")
        both = Concatenate(name="both")([dense(left), dense(right)])
        model = Model([left, right], Dense(1, "sigmoid", name="out")(both), name="pair")
        model.compile("adam", "binary_crossentropy")
        model.fit(x, y, epochs=5, batch_size=16, verbose=0)
    return model, x, y


def stripes(backend=None):
    """A small convolutional model trained to tell lying from standing stripes in images of 8 by 8.

    It is trained on NumPy and then moved, so that both backends show the same numbers.

    Returns:
        `(model, x, y)`.
    """
    from ..layers import Conv2D, Dense, GlobalAveragePooling2D, Input
    from ..models import Sequential

    with setting("numpy"):
        draw = np.random.default_rng(2)
        x, y = np.zeros((64, 8, 8, 1), "float32"), (np.arange(64) % 2).astype("float32")[:, None]
        for image, standing in zip(x, y):
            line = int(draw.integers(1, 7))
            image[(slice(None), line) if standing else line] = 1.0
        x += 0.1 * draw.standard_normal(x.shape).astype("float32")  # (batch, height, width, channels)
        model = Sequential(
            [
                Input((8, 8, 1), name="image"),
                Conv2D(4, 3, activation="relu", padding="same", name="maps"),
                GlobalAveragePooling2D(name="mean"),
                Dense(1, "sigmoid", name="standing"),
            ],
            name="stripes",
        )
        model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
        model.optimizer.learning_rate = 0.03
        model.fit(x, y, epochs=12, batch_size=16, verbose=0)
    return model.to(backends.get(backend).name), x, y


def three_clouds(backend=None):
    """A small model trained to tell three clouds of points that overlap.

    Returns:
        `(model, x, y)`, `y` whole numbers `(count,)`.
    """
    from ..layers import Dense, Input
    from ..models import Sequential

    with setting(backend):
        draw = np.random.default_rng(3)
        y = np.arange(150) % 3
        middles = np.array([[-1.0, 0.0], [1.0, 0.0], [0.0, 1.4]])
        x = (middles[y] + 0.7 * draw.standard_normal((150, 2))).astype("float32")  # (count, 2)
        model = Sequential([Input((2,), name="point"), Dense(8, "relu", name="hidden"), Dense(3, "softmax", name="class")], name="clouds")
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.optimizer.learning_rate = 0.02
        model.fit(x, y, epochs=10, batch_size=25, verbose=0)
    return model, x, y
