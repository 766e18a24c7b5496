"""Sick trainings, part one: numbers that are none, loss, activation and labels. At least two kinds a disease."""

import numpy as np

from .... import layers, losses, ops, optimizers
from ....models import Model, Sequential
from .case import sick, training
from .data import blobs, halves, plane, rings, stripes, wave
from .healthy import mlp
from .scores import labels_right, likelihood

Adam, SGD = optimizers.Adam, optimizers.SGD
SPARSE, ONE_HOT, YES_NO = "sparse_categorical_crossentropy", "categorical_crossentropy", "binary_crossentropy"


def small_cnn(outputs, last):
    """A convolution and a dense layer, for `stripes`."""
    return Sequential([
        layers.Input((8, 8, 1)), layers.Conv2D(8, 3, activation="relu"), layers.MaxPooling2D(), layers.Flatten(), layers.Dense(outputs, activation=last),
    ])  # fmt: skip


def _one_hot(rng, count=480):
    (x, y), test = halves(*blobs(rng, count))
    return (x, np.eye(3, dtype="float32")[y]), test


# Numbers that are none


@sick("nan in the data", "NaN in x, regression")
def _(rng):
    train, test = halves(*plane(rng, 480))
    train[0][rng.integers(0, 240, 5), 2] = np.nan
    return training(mlp(5, 8, 1), train, Adam(0.02), "mse"), test


@sick("nan in the data", "NaN in y")
def _(rng):
    train, test = halves(*plane(rng, 480))
    train[1][rng.integers(0, 240, 3)] = np.nan
    return training(mlp(5, 8, 1), train, Adam(0.02), "mse"), test


@sick("nan in the data", "infinity in a picture")
def _(rng):
    train, test = halves(*stripes(rng, 400))
    train[0][7, 0, 0] = np.inf
    return training(small_cnn(3, "softmax"), train, Adam(0.01), SPARSE, 6), test


def _percent(rng, safe=False):
    """An error in percent of targets, of which some are 0."""
    x, y = plane(rng, 480)
    train, test = halves(x, np.maximum(y, 0))
    return training(mlp(5, 8, 1), train, Adam(0.01), lambda y, p: ops.mean(ops.abs(y - p) / (y + (1.0 if safe else 0.0)))), test


sick("nan in the loss", "an error in percent of 0", remedy=lambda rng: _percent(rng, True))(_percent)


def _root_of_zero(rng, safe=False):
    x, y = plane(rng, 480)
    train, test = halves(x, y)
    model = Sequential([layers.Input((5,)), layers.Dense(8, "relu"), layers.Dense(1)])
    train[0][:120], train[1][:120] = 0, 0  # here prediction and target are both 0 at the start
    return training(model, train, Adam(0.02), lambda y, p: ops.mean(ops.sqrt(ops.square(y - p) + (1e-6 if safe else 0)))), test


sick("nan in the loss", "the root of a distance of 0", remedy=lambda rng: _root_of_zero(rng, True))(_root_of_zero)


# Loss, activation and labels


@sick("softmax twice", "softmax and from_logits", score=likelihood)
def _(rng):
    train, test = halves(*blobs(rng, 480))
    return training(mlp(4, 16, 3, last="softmax"), train, Adam(0.003), losses.SparseCategoricalCrossentropy(from_logits=True), 5), test


@sick("softmax twice", "sigmoid and from_logits", score=likelihood)
def _(rng):
    train, test = halves(*rings(rng, 480))
    return training(mlp(2, 16, 1, last="sigmoid"), train, Adam(0.01), losses.BinaryCrossentropy(from_logits=True), 6), test


@sick("softmax twice", "a softmax layer after a softmax", score=likelihood)
def _(rng):
    train, test = _one_hot(rng)
    model = Sequential([layers.Input((4,)), layers.Dense(16, "relu"), layers.Dense(3, "softmax"), layers.Softmax()])
    return training(model, train, Adam(0.003), ONE_HOT, 5), test


@sick("softmax on one unit", "mlp")
def _(rng):
    train, test = halves(*rings(rng, 480))
    return training(mlp(2, 16, 1, last="softmax"), train, Adam(0.02), YES_NO), test


@sick("softmax on one unit", "convolution")
def _(rng):
    x, y = stripes(rng, 400)
    train, test = halves(x, (y == 1).astype(int))
    return training(small_cnn(1, "softmax"), train, Adam(0.01), YES_NO, 8), test


@sick("wrong form of labels", "class numbers, categorical crossentropy")
def _(rng):
    train, test = halves(*blobs(rng, 480))
    return training(mlp(4, 16, 3, last="softmax"), train, Adam(0.01), ONE_HOT), test


@sick("wrong form of labels", "one-hot rows, sparse crossentropy")
def _(rng):
    train, test = _one_hot(rng)
    return training(mlp(4, 16, 3, last="softmax"), train, Adam(0.01), SPARSE), test


@sick("labels out of range", "classes from 1 on")
def _(rng):
    (x, y), test = halves(*blobs(rng, 480))
    return training(mlp(4, 16, 3, last="softmax"), (x, y + 1), Adam(0.01), SPARSE), test


@sick("labels out of range", "-1 and 1 instead of 0 and 1")
def _(rng):
    (x, y), test = halves(*blobs(rng, 480, 2, spread=2.0))
    return training(mlp(4, 16, 1, last="sigmoid"), (x, 2.0 * y - 1), Adam(0.01), YES_NO), test


@sick("regression loss on classes", "mse through a sigmoid")
def _(rng):
    train, test = halves(*rings(rng, 480))
    return training(mlp(2, 16, 1, last="sigmoid"), train, SGD(0.1), "mse", 20), test


@sick("regression loss on classes", "mse through a softmax, one-hot")
def _(rng):
    train, test = _one_hot(rng)
    return training(mlp(4, 16, 3, last="softmax"), train, SGD(0.02), "mse", 10), test


@sick("regression loss on classes", "mse of class numbers")
def _(rng):
    (x, y), test = halves(*blobs(rng, 480))
    return training(mlp(4, 16, 3, last="softmax"), (x, y[:, None]), Adam(0.01), "mse"), test


@sick("wrong output activation", "sigmoids for one class of many")
def _(rng):
    train, test = _one_hot(rng)
    return training(mlp(4, 16, 3, last="sigmoid"), train, SGD(0.02), ONE_HOT, 6), test


@sick("wrong output activation", "sigmoids, class numbers", score=likelihood)
def _(rng):
    train, test = halves(*stripes(rng, 400))
    return training(small_cnn(3, "sigmoid"), train, SGD(0.02), SPARSE, 8), test


@sick("wrong output activation", "a softmax for several labels at once", score=labels_right)
def _(rng):
    x = rng.normal(size=(500, 6)).astype("float32")
    train, test = halves(x, (x @ rng.normal(size=(6, 4)) > 0).astype("float32"))
    return training(mlp(6, 16, 4, last="softmax"), train, Adam(0.01), YES_NO), test


@sick("logits as probabilities", "class numbers", score=likelihood)
def _(rng):
    train, test = halves(*blobs(rng, 480))
    return training(mlp(4, 16, 3), train, Adam(0.005), SPARSE, 8), test


@sick("logits as probabilities", "one-hot, convolution", score=likelihood)
def _(rng):
    (x, y), test = halves(*stripes(rng, 400))
    return training(small_cnn(3, None), (x, np.eye(3)[y]), Adam(0.005), ONE_HOT, 6), test


@sick("logits as probabilities", "yes or no", score=likelihood)
def _(rng):
    train, test = halves(*blobs(rng, 480, 2, spread=2.0))
    return training(mlp(4, 16, 1), train, SGD(0.1), YES_NO), test


class OwnLoss(losses.Loss):
    """A squared error written by hand: it takes the shapes as they come."""

    def call(self, y_true, y_pred):
        return ops.mean(ops.square(y_true - y_pred))


@sick("silent broadcast", "y of shape (n,), a loss of one's own")
def _(rng):
    (x, y), test = halves(*plane(rng, 480))
    return training(mlp(5, 8, 1), (x, y[:, 0]), Adam(0.02), OwnLoss()), test


@sick("silent broadcast", "outputs of shape (n,)")
def _(rng):
    train, test = halves(*wave(rng, 480))
    inputs = layers.Input((2,))
    flat = layers.Lambda(lambda t: ops.squeeze(t, -1))(layers.Dense(1)(layers.Dense(16, "relu")(inputs)))
    return training(Model(inputs, flat), train, Adam(0.02), OwnLoss()), test
