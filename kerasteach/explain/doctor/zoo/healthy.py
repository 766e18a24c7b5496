"""Healthy trainings of many kinds: here the doctor must find nothing."""

import numpy as np

from .... import layers, losses, ops, optimizers
from ....backend import GradientTape
from ....callbacks import EarlyStopping
from ....models import Model, Sequential
from .case import healthy, training
from .data import blobs, bundled, halves, plane, rings, sentences, stripes, walks, wave

Adam, SGD = optimizers.Adam, optimizers.SGD


def mlp(features, *units, last=None, hidden="relu", **settings):
    """A stack of dense layers; the last of `units` are the outputs."""
    *inner, outputs = units
    stack = [layers.Dense(n, activation=hidden, **settings) for n in inner]
    return Sequential([layers.Input((features,)), *stack, layers.Dense(outputs, activation=last)])


@healthy("mlp, three classes")
def _(rng):
    train, test = halves(*blobs(rng, 600))
    return training(mlp(4, 16, 3, last="softmax"), train, Adam(0.01), "sparse_categorical_crossentropy"), test


@healthy("mlp, raw scores, from_logits")
def _(rng):
    train, test = halves(*blobs(rng, 600))
    return training(mlp(4, 16, 3), train, Adam(0.01), losses.SparseCategoricalCrossentropy(from_logits=True)), test


@healthy("mlp, one-hot, validation split")
def _(rng):
    x, y = blobs(rng, 500)
    return training(mlp(4, 16, 3, last="softmax"), (x, np.eye(3)[y]), Adam(0.01), "categorical_crossentropy", validation_split=0.2), (x, y)


@healthy("rings, yes or no")
def _(rng):
    train, test = halves(*rings(rng, 600))
    return training(mlp(2, 16, 8, 1, last="sigmoid"), train, Adam(0.02), "binary_crossentropy", 20, test), test


@healthy("rings, tanh, raw score")
def _(rng):
    train, test = halves(*rings(rng, 600))
    return training(mlp(2, 16, 16, 1, hidden="tanh"), train, Adam(0.02), losses.BinaryCrossentropy(from_logits=True), 20), test


@healthy("linear regression, SGD")
def _(rng):
    train, test = halves(*plane(rng, 480))
    return training(mlp(5, 1), train, SGD(0.05), "mse", 20), test


@healthy("one line, y = 2x - 1")
def _(rng):
    x = rng.uniform(-1, 1, (60, 1)).astype("float32")
    return training(mlp(1, 1), (x, 2 * x - 1), SGD(0.1), "mse", 20), (x, 2 * x - 1)


@healthy("bent regression, targets of shape (n,)")
def _(rng):
    x, y = wave(rng, 600)
    train, test = halves(x, y[:, 0])
    return training(mlp(2, 32, 16, 1), train, Adam(0.01), "mae", 30, test), test


@healthy("pictures, convolution")
def _(rng):
    train, test = halves(*stripes(rng, 400))
    model = Sequential([
        layers.Input((8, 8, 1)), layers.Conv2D(8, 3, activation="relu"), layers.MaxPooling2D(), layers.Flatten(), layers.Dense(3, activation="softmax"),
    ])  # fmt: skip
    return training(model, train, Adam(0.01), "sparse_categorical_crossentropy", 10, test), test


@healthy("digits, convolution with batch normalization")
def _(rng):
    train, test = halves(*bundled(rng, "digits", 600), 0.7)
    model = Sequential([
        layers.Input((8, 8, 1)), layers.Conv2D(12, 3, use_bias=False), layers.BatchNormalization(), layers.ReLU(), layers.GlobalAveragePooling2D(),
        layers.Dense(10, activation="softmax"),
    ])  # fmt: skip
    return training(model, train, Adam(0.02), "sparse_categorical_crossentropy", 12, test), test


@healthy("digits, mlp")
def _(rng):
    x, y = bundled(rng, "digits", 700)
    train, test = halves(x.reshape(-1, 64), y, 0.7)
    return training(mlp(64, 32, 10, last="softmax"), train, Adam(0.005), "sparse_categorical_crossentropy", 15, test), test


@healthy("sequences, LSTM")
def _(rng):
    train, test = halves(*walks(rng, 500))
    model = Sequential([layers.Input((10, 1)), layers.LSTM(8), layers.Dense(1, activation="sigmoid")])
    return training(model, train, Adam(0.02), "binary_crossentropy", 12, test), test


@healthy("sequences, GRU, regression")
def _(rng):
    x, _ = walks(rng, 500)
    train, test = halves(x, x.mean(1) * 3)
    return training(Sequential([layers.Input((10, 1)), layers.GRU(8), layers.Dense(1)]), train, Adam(0.02), "mse", 12), test


@healthy("words, embedding")
def _(rng):
    train, test = halves(*sentences(rng, 600))
    model = Sequential([layers.Input((8,), dtype="int32"), layers.Embedding(30, 8), layers.GlobalAveragePooling1D(), layers.Dense(1, activation="sigmoid")])
    return training(model, train, Adam(0.02), "binary_crossentropy", 12, test), test


@healthy("a handful of data")
def _(rng):
    train, test = halves(*blobs(rng, 80, 2), 0.5)
    return training(mlp(4, 8, 1, last="sigmoid"), train, Adam(0.02), "binary_crossentropy", 10), test


@healthy("noisy labels")
def _(rng):
    x, y = blobs(rng, 600, 2)
    y = np.where(rng.random(600) < 0.2, 1 - y, y)
    train, test = halves(x, y)
    return training(mlp(4, 6, 1, last="sigmoid"), train, Adam(0.01), "binary_crossentropy", 12, test), test


@healthy("noisy regression")
def _(rng):
    train, test = halves(*plane(rng, 500, noise=1.0))
    return training(mlp(5, 8, 1), train, Adam(0.01), "mse", 12, test), test


@healthy("wine")
def _(rng):
    train, test = halves(*bundled(rng, "wine"), 0.7)
    return training(mlp(13, 12, 3, last="softmax"), train, Adam(0.01), "sparse_categorical_crossentropy", 15, test), test


@healthy("breast cancer, stopped early")
def _(rng):
    train, test = halves(*bundled(rng, "breast_cancer", 500), 0.7)
    stop = EarlyStopping(patience=3, restore_best_weights=True)
    return training(mlp(30, 16, 1, last="sigmoid"), train, Adam(0.01), "binary_crossentropy", 30, test, callbacks=[stop]), test


@healthy("diabetes")
def _(rng):
    train, test = halves(*bundled(rng, "diabetes"), 0.7)
    return training(mlp(10, 8, 1), train, Adam(0.01), "mse", 15, test), test


@healthy("dropout and batch normalization")
def _(rng):
    train, test = halves(*blobs(rng, 600))
    model = Sequential([
        layers.Input((4,)), layers.Dense(24), layers.BatchNormalization(), layers.Activation("relu"), layers.Dropout(0.3), layers.Dense(3, activation="softmax"),
    ])  # fmt: skip
    return training(model, train, Adam(0.01), "sparse_categorical_crossentropy", 15, test), test


@healthy("five layers of tanh")
def _(rng):
    train, test = halves(*wave(rng, 600))
    return training(mlp(2, 16, 16, 16, 16, 16, 1, hidden="tanh"), train, Adam(0.005), "mse", 20), test


@healthy("two inputs, two outputs")
def _(rng):
    x, y = blobs(rng, 400)
    a, b = layers.Input((2,)), layers.Input((2,))
    both = layers.Concatenate()([layers.Dense(8, "relu")(a), layers.Dense(8, "relu")(b)])
    model = Model([a, b], [layers.Dense(3, "softmax")(both), layers.Dense(1)(both)])
    total = x.sum(1, keepdims=True)
    return training(model, ([x[:, :2], x[:, 2:]], [y, total]), Adam(0.01), ["sparse_categorical_crossentropy", "mse"]), None


class _OwnStep(Model):
    """A subclassed model with a training step written by hand."""

    def __init__(self):
        super().__init__()
        self.inner, self.head = layers.Dense(16, activation="relu"), layers.Dense(3, activation="softmax")

    def call(self, x):
        return self.head(self.inner(x))

    def train_step(self, data):
        x, y = data
        with GradientTape() as tape:
            loss = self.compute_loss(x, y, self(x, training=True))
        self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
        return {"loss": loss}


@healthy("a class of one's own, a step of one's own")
def _(rng):
    train, test = halves(*blobs(rng, 500))
    return training(_OwnStep(), train, Adam(0.01), "sparse_categorical_crossentropy"), test


@healthy("autoencoder")
def _(rng):
    x, _ = blobs(rng, 400, 4, 8)
    return training(mlp(8, 16, 3, 16, 8), (x, x), Adam(0.01), "mse", 20), (x, x)


@healthy("a rare class, weighed")
def _(rng):
    train, test = halves(*blobs(rng, 800, 2, share=[0.94, 0.06]))
    return training(mlp(4, 12, 1, last="sigmoid"), train, Adam(0.01), "binary_crossentropy", 15, class_weight={0: 0.53, 1: 8.3}), test


@healthy("layers that learned before, frozen")
def _(rng):
    train, test = halves(*blobs(rng, 600))
    first = training(mlp(4, 16, 3, last="softmax"), train, Adam(0.01), "sparse_categorical_crossentropy", 5)
    first.fit()
    body = first.model.layers[0]
    body.trainable = False
    return training(Sequential([layers.Input((4,)), body, layers.Dense(3, "softmax")]), train, Adam(0.02), "sparse_categorical_crossentropy"), test


@healthy("several labels at once")
def _(rng):
    x = rng.normal(size=(500, 6)).astype("float32")
    y = (x @ rng.normal(size=(6, 4)) + 0.3 * rng.normal(size=(500, 4)) > 0).astype("float32")
    return training(mlp(6, 16, 4, last="sigmoid"), (x, y), Adam(0.02), "binary_crossentropy", validation_split=0.2), None


@healthy("pictures from 0 to 255, rescaled by a layer")
def _(rng):
    x, y = stripes(rng, 300)
    model = Sequential([
        layers.Input((8, 8, 1)), layers.Rescaling(1 / 255), layers.Conv2D(8, 3, activation="relu"), layers.GlobalMaxPooling2D(), layers.Dense(3, "softmax"),
    ])  # fmt: skip
    return training(model, (x * 255, y), Adam(0.02), "sparse_categorical_crossentropy", 15), (x * 255, y)


@healthy("attention over a sequence")
def _(rng):
    x, y = walks(rng, 400)
    inputs = layers.Input((10, 1))
    h = layers.Dense(8)(inputs)
    h = layers.LayerNormalization()(layers.Add()([h, layers.MultiHeadAttention(2, 4)(h, h)]))
    model = Model(inputs, layers.Dense(1, "sigmoid")(layers.GlobalAveragePooling1D()(h)))
    return training(model, (x, y), Adam(0.02), "binary_crossentropy"), (x, y)


@healthy("a loss of one's own")
def _(rng):
    train, test = halves(*plane(rng, 500))
    return training(mlp(5, 8, 1), train, Adam(0.02), lambda y, p: ops.mean(ops.square(y - p)), 15), test
