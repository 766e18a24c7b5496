"""Data to learn with, by name, as `keras.datasets` has it: `(x_train, y_train), (x_test, y_test) = load_data()`.

Keras's own are downloaded once into `~/.keras/datasets`, or `$KERAS_HOME/datasets`, and read from there.
`breast_cancer`, `digit_halves` and `wine` need no internet.
"""

from .. import lazy

_WHERE = {
    "": "boston_housing breast_cancer california_housing cifar10 cifar100 digit_halves fashion_mnist imdb mnist reuters wine",
}

__getattr__, __dir__, __all__ = lazy.names(__name__, _WHERE)
