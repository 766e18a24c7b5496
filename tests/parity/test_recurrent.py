"""Recurrent layers beside Keras's where a table does not reach: state from batch to batch, cells of one's own, steps."""

import numpy as np
import pytest

RNG = np.random.default_rng(1)
X, Y = RNG.normal(size=(8, 5, 3)).astype("float32"), RNG.normal(size=(8, 2)).astype("float32")


@pytest.mark.parametrize("kind, epochs", [("SimpleRNN", 3), ("LSTM", 0), ("GRU", 0)])
def test_stateful_training(twins, close, kind, epochs):
    """States go from batch to batch and from epoch to epoch, until they are reset.

    On Torch, Keras's own LSTM and GRU cannot be trained so: it changes their states before gradients are made.
    """

    def make(k):
        layer = getattr(k.layers, kind)(2, stateful=True)
        model = k.Sequential([k.Input(batch_shape=(4, 5, 3)), layer, k.layers.Dense(2)])
        model.compile(k.optimizers.SGD(0.1), "mse")
        return model

    found = []
    for _, model in twins(make):
        history = model.fit(X, Y, batch_size=4, epochs=epochs, shuffle=False, verbose=0).history.get("loss", [])
        carried = model.predict(X, batch_size=4, verbose=0)
        model.layers[0].reset_state()
        found.append([history, carried, model.predict(X, batch_size=4, verbose=0), model.layers[0].states])
    close(*found)


def test_stateful_in_both_directions(twins, close):
    def make(k):
        layer = k.layers.Bidirectional(k.layers.GRU(2, stateful=True, return_sequences=True))
        return k.Sequential([k.Input(batch_shape=(4, 5, 3)), layer])

    found = []
    for _, model in twins(make):
        outputs = [model.predict(X, batch_size=4, verbose=0) for _ in range(2)]
        states = model.layers[0].states
        model.layers[0].reset_state()
        found.append([outputs, states, model.predict(X, batch_size=4, verbose=0)])
    close(*found)


def test_translation(twins, close):
    """Encoder and decoder, trained: the states of one are where the other starts."""

    def make(k):
        L, source, target = k.layers, k.Input((None, 3)), k.Input((None, 2))
        _, h, c = L.LSTM(4, return_state=True)(source)
        y = L.LSTM(4, return_sequences=True)(target, initial_state=[h, c])
        model = k.Model([source, target], L.Dense(2)(y))
        model.compile(k.optimizers.Adam(0.01), "mse")
        return model

    target = RNG.normal(size=(8, 4, 2)).astype("float32")
    found = []
    for _, model in twins(make):
        history = model.fit([X, target], target, batch_size=4, epochs=3, shuffle=False, verbose=0).history["loss"]
        found.append([history, model.predict([X, target], verbose=0)])
    close(*found)


def test_files_of_encoder_and_decoder(twins, close, tmp_path):
    """States given by name and by place are in the graph that a file holds."""

    def make(k):
        L, source, target = k.layers, k.Input((None, 3)), k.Input((None, 2))
        _, h = L.GRU(4, return_state=True)(source)
        y = L.GRU(4, return_sequences=True)(target, [h])
        return k.Model([source, target], L.Bidirectional(L.GRU(4))(y, initial_state=[h, h]))

    x = [X, RNG.normal(size=(8, 4, 2)).astype("float32")]
    (ours, a), (theirs, b) = twins(make)
    a.save(tmp_path / "a.keras")
    b.save(tmp_path / "b.keras")
    expected = b.predict(x, verbose=0)
    close(theirs.models.load_model(tmp_path / "a.keras").predict(x, verbose=0), expected)
    close(ours.models.load_model(tmp_path / "b.keras").predict(x, verbose=0), expected)
    close(ours.models.load_model(tmp_path / "a.keras").predict(x, verbose=0), expected)


def cell_of(k):
    class Leaky(k.layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units, self.state_size = units, units

        def build(self, input_shape):
            self.kernel = self.add_weight(shape=(input_shape[-1], self.units), name="kernel")
            self.recurrent_kernel = self.add_weight(shape=(self.units, self.units), name="recurrent_kernel")
            self.built = True

        def call(self, inputs, states):
            output = k.ops.matmul(inputs, self.kernel) + k.ops.matmul(states[0], self.recurrent_kernel)
            return output, [output]

    return Leaky


@pytest.mark.parametrize("cells", [lambda k: cell_of(k)(3), lambda k: [cell_of(k)(3), k.layers.LSTMCell(2), cell_of(k)(4)]])
@pytest.mark.parametrize("options", [{}, {"return_sequences": True}, {"go_backwards": True}, {"unroll": True}])
def test_cells_of_ones_own(twins, close, cells, options):
    def make(k):
        x = k.Input((5, 3))
        y = k.layers.RNN(cells(k), **options)(x)
        model = k.Model(x, k.layers.Dense(2)(y if len(y.shape) == 2 else k.layers.Flatten()(y)))
        model.compile(k.optimizers.SGD(0.01), "mse")
        return model

    found = []
    for _, model in twins(make):
        history = model.fit(X, Y, batch_size=4, epochs=2, shuffle=False, verbose=0).history["loss"]
        found.append([history, model.predict(X, verbose=0), [w.shape for w in model.get_weights()]])
    close(*found)


@pytest.mark.parametrize("inner", ["BatchNormalization", "LayerNormalization"])
def test_time_distributed_normalization(twins, close, inner):
    """Steps are not samples: averages over the batch are taken step by step."""

    def make(k):
        model = k.Sequential([k.Input((5, 3)), k.layers.TimeDistributed(getattr(k.layers, inner)()), k.layers.LSTM(2)])
        model.compile(k.optimizers.SGD(0.1), "mse")
        return model

    found = []
    for _, model in twins(make):
        model.fit(X, Y, batch_size=4, epochs=2, shuffle=False, verbose=0)
        found.append([model.get_weights(), model.predict(X, verbose=0)])
    close(*found)


REFUSED = {
    "units": lambda k: k.layers.LSTM(-1),
    "use_cudnn": lambda k: k.layers.GRU(2, use_cudnn="maybe"),
    "cell": lambda k: k.layers.RNN("lstm"),
    "merge_mode": lambda k: k.layers.Bidirectional(k.layers.LSTM(2), merge_mode="median"),
    "direction": lambda k: k.layers.Bidirectional(k.layers.LSTM(2), backward_layer=k.layers.LSTM(2)),
    "not a layer": lambda k: k.layers.TimeDistributed("dense"),
    "rank": lambda k: k.layers.LSTM(2)(X[0]),
    "batch": lambda k: k.layers.LSTM(2, stateful=True)(k.Input((5, 3))),
    "another batch": lambda k: (layer := k.layers.LSTM(2, stateful=True))(X) is layer(X[:3]),
    "no time": lambda k: k.layers.TimeDistributed(k.layers.Dense(2))(Y),
    "words": lambda k: k.layers.Embedding(0, 2),
    "vectors": lambda k: k.layers.Embedding(3, 2.0),
    "lora": lambda k: k.layers.Embedding(3, 2, lora=3),
    "reset": lambda k: k.layers.Bidirectional(k.layers.LSTM(2)).reset_state(),
    "strides": lambda k: k.layers.ConvLSTM2D(2, 3, strides=2, dilation_rate=2),
}


@pytest.mark.parametrize("recipe", REFUSED.values(), ids=REFUSED)
def test_the_same_is_refused(both, recipe):
    ours, theirs = both(recipe)
    assert isinstance(theirs, Exception) and type(ours) is type(theirs), (ours, theirs)
