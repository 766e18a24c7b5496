"""Broken models written after the coach was done, and never tuned for: what it misses here stays in the table."""

import numpy as np

from .case import broken


@broken("tail", (r"units=10\b", {"units": 10}), (r"Dense\(units=10\)", {"units": 10}))
def knowledge_distillation(keras, units=8):
    """A student's scores are compared with a teacher's of another number of classes."""
    x = keras.Input((6,), name="sample")
    teacher = keras.layers.Dense(10, activation="softmax", name="teacher")(x)
    student = keras.layers.Dense(units, activation="softmax", name="tail")(x)
    keras.Model(x, keras.layers.Subtract(name="gap")([teacher, student]))(np.ones((2, 6)))


@broken("squeeze", (r"filters=12\b|units=12\b", {"units": 12}))
def squeeze_and_excite(keras, units=8):
    """The gates of a squeeze-and-excite block are fewer than its channels."""
    x = keras.Input((8, 8, 12), name="maps")
    s = keras.layers.GlobalAveragePooling2D(keepdims=True, name="means")(x)
    s = keras.layers.Dense(4, activation="relu", name="thin")(s)
    s = keras.layers.Dense(units, activation="sigmoid", name="squeeze")(s)
    keras.Model(x, keras.layers.Multiply(name="gated")([x, s]))(np.ones((1, 8, 8, 12)))


@broken("pooled", (r"padding=.same", {"padding": "same"}))
def dense_net(keras, padding="valid"):
    """A stage of a DenseNet loses its border before maps are joined."""
    x = keras.Input((12, 12, 3), name="photo")
    a = keras.layers.Conv2D(4, 3, padding="same", name="first_stage")(x)
    b = keras.layers.Conv2D(4, 3, padding="same", name="second_stage")(keras.layers.Concatenate(name="join_one")([x, a]))
    c = keras.layers.AveragePooling2D(3, strides=1, padding=padding, name="pooled")(b)
    keras.Model(x, keras.layers.Concatenate(name="join_two")([x, a, c]))(np.ones((1, 12, 12, 3)))


@broken("x", (r"transpose\(\(0, 2, 1\)\)|Permute\(\(2, 1\)\)|swapaxes", {"turned": True}))
def sensor_channels_first(keras, turned=False):
    """Sensors come before time in the data."""
    x = np.ones((5, 3, 50))
    start = keras.Input((50, 3), name="signals")
    model = keras.Model(start, keras.layers.GRU(4, name="reader")(start))
    model.predict(np.swapaxes(x, 1, 2) if turned else x, verbose=0)


@broken("y", (r"y\[\.\.\., None\]|y\.reshape\(len\(y\), |expand_dims", {"column": True}), (r"y\.T|y\.transpose", {"column": True}))
def targets_as_one_row(keras, column=False):
    """Targets are one row of eight instead of eight rows."""
    model = keras.Sequential([keras.Input((3,), name="sample"), keras.layers.Dense(1, name="price")])
    model.compile("sgd", "mse")
    y = np.ones((1, 8))
    model.fit(np.ones((8, 3)), y.T if column else y, verbose=0)


@broken("decode", (r"units=64\b|Dense\(units=64\)", {"units": 64}), (r"target_shape=\(8, 4|target_shape=\(4, 8|target_shape=\(-1", {"shape": (8, 4)}))
def generator_of_pictures(keras, units=32, shape=(8, 8)):
    """The generator of a GAN makes 32 numbers for 8 by 8 pixels."""

    class Generator(keras.Model):
        def __init__(self):
            super().__init__(name="artist")
            self.decode = keras.layers.Dense(units, name="decode")
            self.picture = keras.layers.Reshape(shape, name="canvas")

        def call(self, noise):
            return self.picture(self.decode(noise))

    Generator()(np.ones((2, 5)))


@broken("captions", (r"Flatten\(|GlobalAveragePooling1D\(|return_sequences=False|RepeatVector\(", {"last": True}))
def picture_and_caption(keras, last=False):
    """A vector of a picture is joined with a sequence of words."""
    p, w = keras.Input((7,), name="photo"), keras.Input((5,), dtype="int32", name="tokens")
    v = keras.layers.Dense(6, name="seen")(p)
    s = keras.layers.LSTM(6, return_sequences=not last, name="captions")(keras.layers.Embedding(9, 4, name="table")(w))
    keras.Model([p, w], keras.layers.Concatenate(name="together")([v, s]))([np.ones((2, 7)), np.ones((2, 5), "int32")])


@broken("patches", (r"target_shape=\(16, 8\)|target_shape=\(-1, 8\)|\(16, 8\)|\(-1, 8\)", {"shape": (16, 8)}))
def vision_transformer(keras, shape=(4, 8)):
    """Patches of a picture are counted along one side only."""
    x = keras.Input((16, 16, 3), name="photo")
    h = keras.layers.Conv2D(8, 4, strides=4, name="cut")(x)
    h = keras.layers.Reshape(shape, name="patches")(h)
    keras.Model(x, keras.layers.MultiHeadAttention(2, 4, name="look")(h, h))(np.ones((1, 16, 16, 3)))


@broken("x", (r"x\[0\]|x\.squeeze\(0\)|squeeze\(x, (axis=)?0", {"extra": False}))
def a_batch_of_a_batch(keras, extra=True):
    """The data has a batch axis too many."""
    start = keras.Input((4,), name="sample")
    model = keras.Model(start, keras.layers.Dense(2, name="answer")(start))
    model.predict(np.ones((1, 6, 4)) if extra else np.ones((6, 4)), verbose=0)


@broken("weights", (r"size=3\b|\.\.\., :4\]|Dense\(units=4\)|features=3\b", {"size": 3}))
def weights_made_in_the_constructor(keras, size=4):
    """A linear layer of one's own has one row of weights too many."""

    class Linear(keras.layers.Layer):
        def __init__(self, size, **kwargs):
            super().__init__(**kwargs)
            self.kernel = self.add_weight(shape=(size, 2), name="kernel")

        def call(self, x):
            return keras.ops.matmul(x, self.kernel)

    model = keras.Sequential([keras.Input((3,), name="sample"), Linear(size, name="weights")])
    model.predict(np.ones((2, 3)), verbose=0)


@broken("x", (r"\[x\[:, :2\], x\[:, 2:\]\]|\{'age'", {"split": True}))
def wide_and_deep(keras, split=False):
    """One table is given to the two inputs of a wide-and-deep model."""
    a, b = keras.Input((2,), name="age"), keras.Input((5,), name="rest")
    joined = keras.layers.Concatenate(name="wide")([a, keras.layers.Dense(3, name="deep")(b)])
    model = keras.Model([a, b], keras.layers.Dense(1, name="answer")(joined))
    x = np.ones((4, 7))
    model.predict([x[:, :2], x[:, 2:]] if split else x, verbose=0)


@broken("answer", (r"units=3\b", {"units": 3}), (r"y\[\.\.\., :1\]", {"columns": 1}))
def three_targets_one_output(keras, units=1, columns=3):
    """Three numbers a sample are wanted; one comes out, and a loss of one's own does not spread it."""

    def squared(y_true, y_pred):
        return keras.ops.mean(keras.ops.square(keras.ops.concatenate([y_true, -y_pred], axis=0)), axis=-1)

    model = keras.Sequential([keras.Input((4,), name="sample"), keras.layers.Dense(units, name="answer")])
    model.compile("sgd", squared)
    model.fit(np.ones((6, 4)), np.ones((6, columns)), verbose=0)


@broken("steps_twice", (r"return_sequences=True", {"sequences": True}), (r"leave out layer .steps_twice", {"timed": False}), (r"RepeatVector\(", {"sequences": True}))
def a_label_for_each_word(keras, sequences=False, timed=True):
    """Each word is to be labelled, but the reader keeps only the last state."""
    x = keras.Input((6,), dtype="int32", name="tokens")
    h = keras.layers.Embedding(9, 4, name="table")(x)
    h = keras.layers.Bidirectional(keras.layers.LSTM(3, return_sequences=sequences, name="inner"), name="reader")(h)
    h = keras.layers.TimeDistributed(keras.layers.Dense(5, name="label"), name="steps_twice")(h) if timed else h
    keras.Model(x, h)(np.ones((2, 6), "int32"))


@broken("sample_weight", (r"sample_weight\[0\]|sample_weight\.squeeze|sample_weight\.T|sample_weight\.transpose", {"flat": True}))
def weights_on_their_side(keras, flat=False):
    """Weights of samples are one row."""
    model = keras.Sequential([keras.Input((3,), name="sample"), keras.layers.Dense(1, name="price")])
    model.compile("sgd", "mse")
    w = np.ones((1, 8))
    model.fit(np.ones((8, 3)), np.ones((8, 1)), sample_weight=w[0] if flat else w, verbose=0)


@broken("deeper", (r"pool_size=(1|2)\b|padding=.same|leave out layer .deeper", {"padding": "same"}), (r"strides=", {"padding": "same"}))
def too_deep_for_the_signal(keras, padding="valid"):
    """A signal of twenty steps is pooled away."""
    x = keras.Input((20, 2), name="signal")
    h = keras.layers.MaxPooling1D(4, name="deep")(keras.layers.Conv1D(4, 5, name="listen")(x))
    h = keras.layers.MaxPooling1D(4, name="deep_again")(h)
    h = keras.layers.MaxPooling1D(4, padding=padding, name="deeper")(h)
    keras.Model(x, h)(np.ones((1, 20, 2)))


@broken("mixed", (r"axis=(-1|1)\b|axis=0", {"axis": 1}))
def stacked_predictions(keras, axis=2):
    """Predictions of two models are stacked along an axis that is not there."""
    a, b = np.ones((4,), "float32"), np.zeros((4,), "float32")
    keras.layers.Concatenate(axis=axis if axis == 2 else -1, name="mixed")([a[:, None], b[:, None]])
