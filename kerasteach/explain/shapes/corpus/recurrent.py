"""Sequences: recurrent layers, embeddings, time."""

import numpy as np

from .case import broken


@broken("lower", (r"return_sequences=True", {"sequences": True}))
def stacked_without_sequences(keras, sequences=False):
    """The lower of two LSTMs gives its last state only."""
    model = keras.Sequential([
        keras.Input((7, 3), name="steps"), keras.layers.LSTM(4, return_sequences=sequences, name="lower"), keras.layers.LSTM(4, name="upper"),
    ])  # fmt: skip
    model(np.ones((2, 7, 3)))


@broken("reader", (r"\[\.\.\., None\]|expand_dims\([^)]*axis=-1|\(20, 1\)", {"shape": (20, 1)}))
def series_without_features(keras, shape=(20,)):
    """A series is given without an axis of features."""
    x = keras.Input(shape, name="series")
    keras.Model(x, keras.layers.GRU(4, name="reader")(x))(np.ones((2, *shape)))


@broken("states", (r"return_sequences=False", {"sequences": False}), (r"Flatten\(|GlobalAveragePooling1D\(", {"flatten": True}))
def sequence_into_fixed_head(keras, sequences=True, flatten=False):
    """All steps come out, one label a sequence is given."""
    parts = [keras.Input((5, 2), name="steps"), keras.layers.LSTM(3, return_sequences=sequences, name="states")]
    parts += [keras.layers.Flatten(name="flat")] * flatten
    model = keras.Sequential([*parts, keras.layers.Dense(4, activation="softmax", name="scores")])
    model.compile("sgd", "categorical_crossentropy")
    model.fit(np.ones((6, 5, 2)), np.eye(4)[[0, 1, 2, 3, 0, 1]], verbose=0)


@broken("words", (r"input_dim=(1[3-9]|[2-9]\d)\b", {"rows": 13}))
def word_number_out_of_range(keras, rows=10):
    """Word 12 is looked up in a table of 10."""
    model = keras.Sequential([keras.Input((4,), dtype="int32", name="tokens"), keras.layers.Embedding(rows, 3, name="words"), keras.layers.Flatten(name="flat")])
    model.predict(np.full((2, 4), 12), verbose=0)


@broken("words", (r"input_dim=21\b", {"rows": 21}))
def words_counted_from_one(keras, rows=20):
    """Words are numbered 1 to 20, the table has rows 0 to 19."""
    model = keras.Sequential([
        keras.Input((3,), dtype="int32", name="tokens"), keras.layers.Embedding(rows, 2, name="words"),
        keras.layers.GlobalAveragePooling1D(name="mean"), keras.layers.Dense(1, name="score"),
    ])  # fmt: skip
    model.compile("sgd", "mse")
    model.fit(np.arange(1, 22)[:21].reshape(7, 3).clip(1, 20), np.ones((7, 1)), verbose=0)


@broken("decoder", (r"return_sequences=True", {"sequences": True}), (r"RepeatVector\(", {"repeat": True}))
def decoder_gets_one_vector(keras, sequences=False, repeat=False):
    """A decoder wants steps and gets the encoder's vector."""
    x = keras.Input((6, 2), name="steps")
    h = keras.layers.GRU(3, return_sequences=sequences, name="encoder")(x)
    h = keras.layers.RepeatVector(6, name="again")(h) if repeat else h
    keras.Model(x, keras.layers.GRU(2, return_sequences=True, name="decoder")(h))(np.ones((1, 6, 2)))


@broken("memory|each", (r"return_sequences=True", {"sequences": True}), (r"leave out layer .each", {"timed": False}), (r"RepeatVector\(", {"repeat": True}))
def time_distributed_on_vectors(keras, timed=True, sequences=False, repeat=False):
    """TimeDistributed gets a vector, which has no time."""
    x = keras.Input((6, 4), name="events")
    h = keras.layers.SimpleRNN(5, return_sequences=sequences, name="memory")(x)
    h = keras.layers.RepeatVector(3, name="again")(h) if repeat else h
    h = keras.layers.TimeDistributed(keras.layers.Dense(2, name="inner"), name="each")(h) if timed else h
    keras.Model(x, h)(np.ones((1, 6, 4)))


@broken("film", (r"\[:, None\]|expand_dims\([^)]*axis=1|Input\(\(\d+, 8, 8, 3\)", {"shape": (5, 8, 8, 3)}), (r"Reshape\(\(1, 8, 8, 3\)", {"timed": True}))
def film_without_time(keras, shape=(8, 8, 3), timed=False):
    """A ConvLSTM is called on single pictures."""
    x = keras.Input(shape, name="pictures")
    h = keras.layers.Reshape((1, 8, 8, 3), name="moment")(x) if timed else x
    keras.Model(x, keras.layers.ConvLSTM2D(2, 3, name="film")(h))(np.ones((1, *shape)))


@broken("copies", (r"leave out layer .copies", {"repeat": False}), (r"return_sequences=False", {"sequences": False}), (r"Flatten\(|GlobalAveragePooling1D\(", {"flat": True}))
def repeat_of_a_sequence(keras, repeat=True, sequences=True, flat=False):
    """RepeatVector wants a vector and gets a sequence."""
    x = keras.Input((5, 3), name="steps")
    h = keras.layers.LSTM(4, return_sequences=sequences, name="memory")(x)
    h = keras.layers.Flatten(name="flat")(h) if flat else h
    h = keras.layers.RepeatVector(2, name="copies")(h) if repeat else h
    keras.Model(x, h)(np.ones((1, 5, 3)))


@broken("start", (r"units=4\b|put keras\.layers\.Dense\(units=5\)", {"units": 5, "state": 5}), (r"units=5\b", {"state": 5}))
def state_of_another_size(keras, units=5, state=3):
    """The first state is made 3 long for a GRU of 5."""
    x = keras.Input((6, 2), name="steps")
    first = keras.layers.Dense(state, name="start")(keras.layers.GlobalAveragePooling1D(name="mean")(x))
    keras.Model(x, keras.layers.GRU(units, name="memory")(x, initial_state=first))(np.ones((1, 6, 2)))


@broken("x", (r"pad_sequences", {"rows": [[1, 2, 3], [4, 5, 0]]}))
def sentences_of_unequal_length(keras, rows=([1, 2, 3], [4, 5])):
    """Sentences differ in length."""
    model = keras.Sequential([keras.Input((3,), name="tokens"), keras.layers.Dense(1, name="score")])
    model.compile("sgd", "mse")
    model.fit(np.array(rows) if len({*map(len, rows)}) == 1 else list(rows), np.ones((2, 1)), verbose=0)


@broken("summary", (r"Flatten\(", {"flatten": True}), (r"GlobalAveragePooling1D\(", {"flatten": True}), (r"leave out layer .summary", {"plain": True}))
def embedding_into_fixed_dense(keras, flatten=False, plain=False):
    """A head with weights for vectors of 12 gets embedded words."""
    head = keras.layers.Dense(2, name="summary")
    head(np.ones((1, 12)))
    x = keras.Input((4,), dtype="int32", name="tokens")
    h = keras.layers.Embedding(9, 3, name="words")(x)
    h = keras.layers.Flatten(name="flat")(h) if flatten else h
    keras.Model(x, h if plain else head(h))(np.ones((2, 4), "int32"))


@broken("mask", (r"return_sequences=True", {"sequences": True}), (r"RepeatVector\(", {"repeat": True}))
def bidirectional_on_vectors(keras, sequences=False, repeat=False):
    """A bidirectional layer is called on vectors."""
    x = keras.Input((5, 3), name="steps")
    h = keras.layers.LSTM(4, return_sequences=sequences, name="mask")(x)
    h = keras.layers.RepeatVector(2, name="again")(h) if repeat else h
    keras.Model(x, keras.layers.Bidirectional(keras.layers.LSTM(2, name="each"), name="both")(h))(np.ones((1, 5, 3)))
