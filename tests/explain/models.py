"""Models of every kind, small: what traces, timelines and panels are tried on. Each is a function() -> (model, x, y)."""

import numpy as np

import kerasteach as keras
from kerasteach import layers

RNG = np.random.default_rng(0)


def _points(n=12, features=3, classes=3):
    x = np.random.default_rng(1).normal(size=(n, features)).astype("float32")
    return x, (np.arange(n) % classes).astype("int32")


def mlp():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(4, "relu"), layers.Dense(3, "softmax")], name="mlp")
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model, *_points()


def regularized():
    model = keras.Sequential(name="regularized")
    model.add(keras.Input((3,)))
    model.add(layers.Dense(5, "gelu", kernel_regularizer="l2", activity_regularizer="l1"))
    model.add(layers.Dropout(0.5, seed=3))
    model.add(layers.BatchNormalization())
    model.add(layers.Dense(1, kernel_constraint="non_neg"))
    model.compile(keras.optimizers.RMSprop(0.01, momentum=0.5, clipnorm=0.1), "mse")
    x, _ = _points()
    return model, x, x[:, :1]


def picture():
    model = keras.Sequential([
        keras.Input((6, 6, 2)), layers.Conv2D(3, 3, padding="same", activation="relu"), layers.MaxPooling2D(),
        layers.DepthwiseConv2D(2), layers.Flatten(), layers.Dense(1, "sigmoid"),
    ], name="picture")  # fmt: skip
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True), "binary_crossentropy")
    x = np.random.default_rng(2).normal(size=(4, 6, 6, 2)).astype("float32")
    return model, x, np.array([[0.0], [1.0], [1.0], [0.0]], "float32")


def words():
    model = keras.Sequential([
        keras.Input((5,), dtype="int32"), layers.Embedding(7, 4, mask_zero=True), layers.Bidirectional(layers.LSTM(3)),
        layers.Dense(2, "softmax"),
    ], name="words")  # fmt: skip
    model.compile("adamw", "categorical_crossentropy")
    x = np.random.default_rng(3).integers(0, 7, (4, 5)).astype("int32")
    return model, x, np.eye(2, dtype="float32")[[0, 1, 1, 0]]


def steps():
    model = keras.Sequential([keras.Input((4, 2)), layers.GRU(3, return_sequences=True), layers.SimpleRNN(2)], name="steps")
    model.compile("nadam", "mae")
    x = np.random.default_rng(4).normal(size=(3, 4, 2)).astype("float32")
    return model, x, np.zeros((3, 2), "float32")


def attention():
    tokens = keras.Input((4, 6))
    seen = layers.MultiHeadAttention(2, 3)(tokens, tokens)
    out = layers.GlobalAveragePooling1D()(layers.LayerNormalization()(tokens + seen))
    model = keras.Model(tokens, layers.Dense(1)(out), name="attention")
    model.compile("adagrad", "huber")
    x = np.random.default_rng(5).normal(size=(3, 4, 6)).astype("float32")
    return model, x, np.ones((3, 1), "float32")


def branches():
    a, b = keras.Input((2,), name="a"), keras.Input((3,), name="b")
    shared = layers.Dense(3, "tanh", name="shared")
    left, right = shared(layers.Dense(3)(a)), shared(b)
    both = layers.Concatenate()([left, right, layers.Subtract()([left, right])])
    outputs = {"number": layers.Dense(1, name="number")(both), "kind": layers.Dense(2, "softmax", name="kind")(both)}
    model = keras.Model({"a": a, "b": b}, outputs, name="branches")
    model.compile("adam", {"number": "mse", "kind": "sparse_categorical_crossentropy"}, loss_weights={"number": 0.5, "kind": 2.0})
    x, y = _points(6, 5, 2)
    return model, {"a": x[:, :2], "b": x[:, 2:]}, {"number": x[:, :1], "kind": y}


class Block(layers.Layer):
    """A layer of the user's."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.inner = layers.Dense(units, name="inner")

    def build(self, shape):
        self.scale = self.add_weight((self.units,), initializer="ones", name="scale")
        super().build(shape)

    def call(self, x):
        return keras.ops.tanh(self.inner(x)) * self.scale + x


class Own(keras.Model):
    """A model of the user's, with a step of the user's."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.block, self.head = Block(3, name="block"), layers.Dense(1, name="head")

    def call(self, x):
        return self.head(self.block(x))


class OwnStep(Own):
    def train_step(self, data):
        x, y = data
        with keras.GradientTape() as tape:
            loss = self.compute_loss(x, y, self(x, training=True))
        self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
        for metric in self.metrics:
            metric.update_state(loss) if metric.name == "loss" else None
        return {"loss": loss}


def subclassed():
    model = Own(name="own")
    model.compile("adam", "mse")
    x, _ = _points()
    return model, x, x[:, :1]


def own_step():
    model = OwnStep(name="own_step")
    model.compile("lion", "mse")
    x, _ = _points()
    return model, x, x[:, :1]


def nested():
    inner = keras.Sequential([keras.Input((3,)), layers.Dense(4, "relu"), layers.Dense(3)], name="inner")
    inputs = keras.Input((3,))
    model = keras.Model(inputs, layers.Dense(1)(layers.Add()([inner(inputs), inputs * 2.0])), name="nested")
    model.compile(keras.optimizers.Adam(use_ema=True, ema_overwrite_frequency=2, gradient_accumulation_steps=2), "mse")
    x, _ = _points()
    return model, x, x[:, :1]


def frozen():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(4, "selu", name="kept"), layers.Dense(1)], name="frozen")
    model.layers[0].trainable = False
    model.compile(keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5), global_clipnorm=0.5), "log_cosh")
    x, _ = _points()
    return model, x, x[:, :1]


def half():
    model = keras.Sequential(name="half")
    model.add(keras.Input((3,)))
    model.add(layers.Dense(4, "relu", dtype="mixed_float16"))
    model.add(layers.Dense(1, dtype="float32"))
    model.compile("sgd", "mse")
    x, _ = _points()
    return model, x, x[:, :1]


MODELS = [mlp, regularized, picture, words, steps, attention, branches, subclassed, own_step, nested, frozen, half]
