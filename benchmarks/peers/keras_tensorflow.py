"""Real Keras on TensorFlow: the program as it stands, `fit` with Keras's own defaults."""

import os

PACKAGES = ["keras", "tensorflow"]


def setup():
    """Return `train(epochs)`."""
    os.environ["KERAS_BACKEND"] = "tensorflow"  # read once, when keras is first imported
    import keras

    from .program import program

    return program(keras)
