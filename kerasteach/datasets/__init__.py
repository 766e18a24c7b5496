"""Data to learn with, by name, as `keras.datasets` has it: `(x_train, y_train), (x_test, y_test) = load_data()`."""

from . import digit_halves

__all__ = ["digit_halves"]
