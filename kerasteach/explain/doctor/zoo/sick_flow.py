"""Sick trainings, part three: layers, gradients, steps and curves."""

import numpy as np

from .... import initializers, layers, ops
from ....models import Model, Sequential
from .case import sick, training
from .data import blobs, halves, plane, rings, sentences, stripes, walks, wave
from .healthy import mlp
from .scores import unseen
from .sick_form import SGD, SPARSE, YES_NO, Adam, small_cnn

Normal = initializers.RandomNormal


# Layers


@sick("frozen layers", "a narrow first layer")
def _(rng):
    train, test = halves(*plane(rng, 600, features=20))
    model = mlp(20, 2, 8, 1, hidden="tanh")
    model.layers[0].trainable = False
    return training(model, train, Adam(0.02), "mse", 20), test


@sick("frozen layers", "an embedding")
def _(rng):
    train, test = halves(*sentences(rng, 600))
    table = layers.Embedding(30, 2, trainable=False)
    model = Sequential([layers.Input((8,), dtype="int32"), table, layers.GlobalAveragePooling1D(), layers.Dense(1, "sigmoid")])
    return training(model, train, Adam(0.02), YES_NO), test


class _Forgetful(Model):
    """Makes a hidden layer and, unless it is mended, does not call it."""

    def __init__(self, mended):
        super().__init__()
        self.hidden, self.head, self.mended = layers.Dense(16, activation="relu"), layers.Dense(1, activation="sigmoid"), mended
        self.hidden.build((None, 2))

    def call(self, x):
        return self.head(self.hidden(x) if self.mended else x)


def _forgotten(rng, mended=False):
    train, test = halves(*rings(rng, 600))
    return training(_Forgetful(mended), train, Adam(0.02), YES_NO), test


sick("unused layers", "a layer that is never called", remedy=lambda rng: _forgotten(rng, True))(_forgotten)


def _stopped(rng, mended=False):
    train, test = halves(*wave(rng, 600))
    inputs = layers.Input((2,))
    h = layers.Dense(3, "relu", name="below")(inputs)
    h = h if mended else layers.Lambda(ops.stop_gradient)(h)
    return training(Model(inputs, layers.Dense(1)(layers.Dense(8, "relu")(h))), train, Adam(0.02), "mse", 20), test


sick("unused layers", "a stopped gradient", remedy=lambda rng: _stopped(rng, True))(_stopped)


# Gradients and units


@sick("dead relus", "biases far below 0")
def _(rng):
    train, test = halves(*wave(rng, 600))
    return training(mlp(2, 16, 16, 1, bias_initializer=initializers.Constant(-4.0)), train, Adam(0.002), "mse"), test


@sick("dead relus", "negative weights on positive pixels")
def _(rng):
    train, test = halves(*stripes(rng, 400))
    model = Sequential([
        layers.Input((8, 8, 1)), layers.Conv2D(8, 3, activation="relu", kernel_initializer=Normal(-0.3, 0.05)), layers.MaxPooling2D(), layers.Flatten(),
        layers.Dense(3, "softmax"),
    ])  # fmt: skip
    return training(model, train, Adam(0.002), SPARSE, 8), test


@sick("saturation", "tanh, weights of deviation 3", ("exploding gradients",))
def _(rng):
    train, test = halves(*wave(rng, 600))
    return training(mlp(2, 16, 16, 16, 16, 1, hidden="tanh", kernel_initializer=Normal(stddev=3.0)), train, Adam(0.005), "mse", 20), test


@sick("saturation", "sigmoid, weights of deviation 8", ("exploding gradients",))
def _(rng):
    train, test = halves(*wave(rng, 600))
    return training(mlp(2, 24, 24, 24, 1, hidden="sigmoid", kernel_initializer=Normal(stddev=8.0)), train, Adam(0.02), "mse", 25), test


@sick("vanishing gradients", "eight layers of sigmoids")
def _(rng):
    train, test = halves(*rings(rng, 600))
    return training(mlp(2, *[12] * 8, 1, last="sigmoid", hidden="sigmoid"), train, Adam(0.005), YES_NO), test


@sick("vanishing gradients", "six layers of tanh, tiny weights")
def _(rng):
    train, test = halves(*wave(rng, 600))
    return training(mlp(2, *[12] * 6, 1, hidden="tanh", kernel_initializer=Normal(stddev=0.03)), train, Adam(0.001), "mse"), test


@sick("exploding gradients", "relus, weights of deviation 2")
def _(rng):
    train, test = halves(*wave(rng, 600))
    return training(mlp(2, 24, 24, 24, 1, kernel_initializer=Normal(stddev=2.0)), train, SGD(1e-3), "mse"), test


@sick("exploding gradients", "an RNN that doubles its state")
def _(rng):
    x, _ = walks(rng, 400, 20)
    train, test = halves(x, x.mean(1) * 3)
    rnn = layers.SimpleRNN(8, activation="linear", recurrent_initializer=initializers.Identity(1.6))
    return training(Sequential([layers.Input((20, 1)), rnn, layers.Dense(1)]), train, SGD(0.01), "mse"), test


# Steps


@sick("learning rate too high", "SGD, 3")
def _(rng):
    train, test = halves(*plane(rng, 480))
    return training(mlp(5, 16, 1), train, SGD(3.0), "mse"), test


@sick("learning rate too high", "Adam, 2")
def _(rng):
    train, test = halves(*blobs(rng, 600))
    return training(mlp(4, 16, 16, 3, last="softmax"), train, Adam(2.0), SPARSE), test


@sick("learning rate too high", "SGD with momentum, convolution")
def _(rng):
    train, test = halves(*stripes(rng, 400))
    return training(small_cnn(3, "softmax"), train, SGD(2.0, momentum=0.9), SPARSE, 8), test


@sick("learning rate too low", "SGD, 1e-5")
def _(rng):
    train, test = halves(*plane(rng, 480))
    return training(mlp(5, 16, 1), train, SGD(1e-5), "mse"), test


@sick("learning rate too low", "Adam, 1e-6, LSTM")
def _(rng):
    train, test = halves(*walks(rng, 400))
    model = Sequential([layers.Input((10, 1)), layers.LSTM(8), layers.Dense(1, "sigmoid")])
    return training(model, train, Adam(1e-6), YES_NO, 20), test


# Curves


@sick("overfitting", "a large model, few noisy samples", score=unseen)
def _(rng):
    x, y = blobs(rng, 1200, 2, spread=2.0)
    y = np.where(rng.random(1200) < 0.15, 1 - y, y)
    train, test = halves(x, y, 0.1)
    return training(mlp(4, 96, 96, 1, last="sigmoid"), train, Adam(0.01), YES_NO, 60, (test[0][:400], test[1][:400])), (test[0][400:], test[1][400:])


@sick("overfitting", "a wide regression", score=unseen)
def _(rng):
    x, y = plane(rng, 900, noise=1.0)
    train, test = halves(x, y, 0.08)
    return training(mlp(5, 128, 64, 1), train, Adam(0.005), "mse", 60, (test[0][:400], test[1][:400])), (test[0][400:], test[1][400:])


