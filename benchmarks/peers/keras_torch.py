"""Real Keras on Torch: the program as it stands, `fit` with Keras's own defaults."""

import os

PACKAGES = ["keras", "torch"]


def setup():
    """Return `train(epochs)`."""
    os.environ["KERAS_BACKEND"] = "torch"  # read once, when keras is first imported
    import keras

    from .program import program

    return program(keras)
