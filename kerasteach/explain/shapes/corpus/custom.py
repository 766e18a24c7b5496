"""Layers and models of one's own, and bare ops."""

import numpy as np

from .case import broken

__name__ = "broken_models.custom"  # the classes below are a user's, and must not pass for the library's own


@broken("scale", (r"size=6\b", {"size": 6}), (r"\.\.\., :5\]", {"width": 5}), (r"Dense\(units=5\)", {"width": 5}))
def layer_of_fixed_size(keras, size=5, width=6):
    """A layer of one's own has 5 factors for 6 features."""

    class Scale(keras.layers.Layer):
        def __init__(self, size, **kwargs):
            super().__init__(**kwargs)
            self.size = size
            self.factor = self.add_weight(shape=(size,), initializer="ones", name="factor")

        def call(self, x):
            return x * self.factor

    x = keras.Input((width,), name="start")
    keras.Model(x, Scale(size, name="scale")(x))(np.ones((2, width)))


@broken("linear", (r"Flatten\(", {"flat": True}), (r"GlobalAveragePooling1D\(", {"flat": True}))
def product_with_a_fixed_matrix(keras, flat=False):
    """A matrix for vectors of 12 is multiplied with steps."""

    class Linear(keras.layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.kernel = self.add_weight(shape=(12, 2), name="kernel")

        def call(self, x):
            return keras.ops.matmul(x, self.kernel)

    x = keras.Input((3, 4), name="steps")
    h = keras.layers.Flatten(name="flat")(x) if flat else x
    keras.Model(x, Linear(name="linear")(h))(np.ones((2, 3, 4)))


@broken("narrow", (r"units=9\b", {"units": 9}))
def subclassed_residual(keras, units=8):
    """A model of one's own adds vectors of 8 and 9."""

    class Residual(keras.Model):
        def __init__(self):
            super().__init__(name="residual")
            self.a = keras.layers.Dense(9, name="keep")
            self.b = keras.layers.Dense(units, name="narrow")
            self.sum = keras.layers.Add(name="sum")

        def call(self, x):
            h = self.a(x)
            return self.sum([h, self.b(h)])

    Residual()(np.ones((2, 4)))


@broken("reader", (r"Reshape\(", {"rows": True}), (r"leave out layer .reader", {"rows": True}), (r"TimeDistributed", {"rows": True}))
def subclassed_convolution_then_lstm(keras, rows=False):
    """A model of one's own gives pictures to an LSTM."""

    class Reader(keras.Model):
        def __init__(self):
            super().__init__(name="whole")
            self.edges = keras.layers.Conv2D(2, 3, name="edges")
            self.rows = keras.layers.Reshape((6, 12), name="rows")
            self.reader = keras.layers.LSTM(3, name="reader")

        def call(self, x):
            h = self.edges(x)
            return self.reader(self.rows(h) if rows else h)

    Reader()(np.ones((1, 8, 8, 1)))


@broken("body", (r"units=4\b", {"units": 4}), (r"Dense\(units=4\)", {"units": 4}))
def block_inside_a_block(keras, units=5):
    """A block of one's own stands in a block, and its shortcut does not fit."""

    class Block(keras.layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.body = keras.layers.Dense(units, name="body")
            self.sum = keras.layers.Add(name="sum")

        def call(self, x):
            return self.sum([x, self.body(x)])

    class Stack(keras.layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.block = Block(units, name="block")

        def call(self, x):
            return self.block(x)

    x = keras.Input((4,), name="start")
    keras.Model(x, Stack(name="stack")(x))(np.ones((1, 4)))


@broken("add", (r"units=3\b", {"units": 3}), (r"Dense\(units=3\)", {"units": 3}), (r"Dense\(units=2\)", {"units": 3}))
def operator_on_unequal_tensors(keras, units=2):
    """A plus sign stands between vectors of 3 and 2."""
    x = keras.Input((3,), name="start")
    keras.Model(x, x + keras.layers.Dense(units, name="hidden")(x))(np.ones((1, 3)))


@broken("matmul", (r"x2\.T|x2\.transpose|x1\.transpose", {"turn": True}))
def matrices_of_one_form(keras, turn=False):
    """Two matrices of 2 by 3 are multiplied."""
    a, b = np.ones((2, 3), "float32"), np.ones((2, 3), "float32")
    keras.ops.matmul(a, b.T if turn else b)


@broken("concatenate", (r"\[\.\.\., None\]|expand_dims\([^)]*axis=-1", {"column": True}))
def column_beside_a_matrix(keras, column=False):
    """A vector is put beside a matrix."""
    a, b = np.ones((4, 3), "float32"), np.ones((4,), "float32")
    keras.ops.concatenate([a, b[:, None] if column else b], axis=-1)


@broken("reshape", (r"newshape=\((3, 4|4, 3|2, 6|6, 2|-1)", {"shape": (3, 4)}), (r"reshape\(", {"shape": (3, 4)}))
def reshape_by_op(keras, shape=(3, 5)):
    """Twelve numbers are to become 3 by 5."""
    keras.ops.reshape(np.ones(12, "float32"), shape)


@broken("hidden", (r"units=6\b", {"units": 6}), (r"Dense\(units=6\)", {"units": 6}))
def lambda_that_multiplies(keras, units=5):
    """A Lambda multiplies vectors of 6 and 5."""
    x = keras.Input((6,), name="start")
    h = keras.layers.Dense(units, name="hidden")(x)
    keras.Model(x, keras.layers.Lambda(lambda pair: pair[0] * pair[1], output_shape=(6,), name="times")([x, h]))(np.ones((1, 6)))


@broken("gate", (r"units=7\b", {"units": 7}))
def custom_training_step(keras, units=6):
    """A model with a training step of its own multiplies a gate that does not fit."""

    class Gated(keras.Model):
        def __init__(self):
            super().__init__(name="gated")
            self.body = keras.layers.Dense(7, name="body")
            self.gate = keras.layers.Dense(units, activation="sigmoid", name="gate")
            self.times = keras.layers.Multiply(name="times")

        def call(self, x):
            return self.times([self.body(x), self.gate(x)])

    model = Gated()
    model.compile("sgd", "mse")
    model.fit(np.ones((4, 3)), np.ones((4, 7)), verbose=0)


@broken("encoder|code", (r"units=3\b", {"code": 3}), (r"Dense\(units=3\)", {"code": 3}))
def model_inside_a_model(keras, code=2):
    """A decoder is drawn for codes of 3, the encoder gives 2."""
    encoder = keras.Sequential([keras.Input((8,), name="picture"), keras.layers.Dense(code, name="code")], name="encoder")
    decoder = keras.Sequential([keras.Input((3,), name="point"), keras.layers.Dense(8, name="paint")], name="decoder")
    x = keras.Input((8,), name="start")
    keras.Model(x, decoder(encoder(x)))(np.ones((1, 8)))
