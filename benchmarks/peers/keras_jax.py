"""Real Keras on JAX: the program as it stands, `fit` with Keras's own defaults."""

import os

PACKAGES = ["keras", "jax"]


def setup():
    """Return `train(epochs)`."""
    os.environ["KERAS_BACKEND"] = "jax"  # read once, when keras is first imported
    import keras

    from .program import program

    return program(keras)
