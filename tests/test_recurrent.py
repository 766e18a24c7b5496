"""Recurrent layers by themselves: a layer is its cell in a loop, masked steps never happened, states live on."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kerasteach as keras
from kerasteach import layers, ops

KINDS = ["SimpleRNN", "LSTM", "GRU"]
OPTIONS = {
    "SimpleRNN": [{}, {"activation": "relu"}, {"use_bias": False}],
    "LSTM": [{}, {"recurrent_activation": "hard_sigmoid"}, {"use_bias": False}],
    "GRU": [{}, {"reset_after": False}, {"use_bias": False}],
}
BOTH = pytest.mark.parametrize("kind, options", [(kind, options) for kind in KINDS for options in OPTIONS[kind]])


def arrays(x):
    return keras.tree.map_structure(keras.backend.to_numpy, x)


def by_hand(cell, x, mask=None):
    """The last output and states, by calling the cell step by step, sample by sample."""
    outputs, all_states = [], []
    for i, sample in enumerate(x):
        states = cell.get_initial_state(1)
        output = np.zeros((1, cell.output_size), "float32")
        for t, step in enumerate(sample):
            if mask is None or mask[i, t]:
                output, states = cell(step[None], states)
        outputs.append(arrays(output)[0])
        all_states.append([arrays(s)[0] for s in states])
    return np.array(outputs), [np.array(s) for s in zip(*all_states)]


@BOTH
def test_a_layer_is_its_cell_called_step_by_step(backend, rng, kind, options):
    """Whatever computes all steps at once gives what the textbook's step gives."""
    layer = getattr(layers, kind)(3, return_state=True, bias_initializer="normal", **options)
    x, mask = rng.normal(size=(4, 6, 2)).astype("float32"), rng.random((4, 6)) < 0.6
    for m in (None, mask):
        output, *states = layer(x) if m is None else layer(x, mask=m)
        expected, expected_states = by_hand(layer.cell, x, m)
        np.testing.assert_allclose(arrays(output), expected, atol=1e-6)
        for state, wanted in zip(states, expected_states):
            np.testing.assert_allclose(arrays(state), wanted, atol=1e-6)


@BOTH
@settings(deadline=None, max_examples=8)
@given(batch=st.integers(1, 3), time=st.integers(1, 5), tail=st.integers(1, 3), units=st.integers(1, 4), seed=st.integers(0, 99))
def test_a_masked_tail_never_happened(kind, options, batch, time, tail, units, seed):
    rng = np.random.default_rng(seed)
    layer = getattr(layers, kind)(units, return_sequences=True, return_state=True, **options)
    x = rng.normal(size=(batch, time + tail, 2)).astype("float32")
    mask = np.arange(time + tail) < time
    short = layer(x[:, :time])
    long = layer(x, mask=np.tile(mask, (batch, 1)))
    np.testing.assert_allclose(long[0][:, :time], short[0], atol=1e-6)
    for state, wanted in zip(long[1:], short[1:]):
        np.testing.assert_allclose(state, wanted, atol=1e-6)
    np.testing.assert_allclose(long[0][:, time:], np.repeat(short[0][:, -1:], tail, axis=1), atol=1e-6)  # the last output stays


@pytest.mark.parametrize("kind", KINDS)
def test_a_masked_head_gives_zeros(backend, rng, kind):
    """Before the first step that counts there is no output, even where a state was given."""
    layer = getattr(layers, kind)(3, return_sequences=True)
    x, start = rng.normal(size=(2, 4, 2)).astype("float32"), np.ones((2, 3), "float32")
    mask = np.array([[False, True, True, True], [False, False, True, False]])
    y = arrays(layer(x, mask=mask, initial_state=[start] * (2 if kind == "LSTM" else 1)))
    assert not y[0, 0].any() and not y[1, :2].any() and y[0, 1:].any() and y[1, 2].any()
    np.testing.assert_array_equal(y[1, 3], y[1, 2])


@pytest.mark.parametrize("kind", KINDS)
def test_going_backwards_is_reading_a_turned_sequence(backend, rng, kind):
    forwards = getattr(layers, kind)(3, return_sequences=True)
    backwards = getattr(layers, kind)(3, return_sequences=True, go_backwards=True)
    x = rng.normal(size=(2, 5, 4)).astype("float32")
    forwards(x), backwards(x)
    backwards.set_weights(forwards.get_weights())
    np.testing.assert_allclose(arrays(backwards(x)), arrays(forwards(x[:, ::-1])), atol=1e-6)


# States


@pytest.mark.parametrize("kind", KINDS)
def test_a_stateful_layer_goes_on_where_it_stopped(backend, rng, kind):
    layer = getattr(layers, kind)(3, stateful=True)
    free = getattr(layers, kind)(3)
    x = rng.normal(size=(2, 6, 4)).astype("float32")
    layer(x[:, :3]), free(x)
    free.set_weights(layer.get_weights())
    np.testing.assert_allclose(arrays(layer(x[:, 3:])), arrays(free(x)), atol=1e-6)
    layer.reset_state()
    np.testing.assert_allclose(arrays(layer(x)), arrays(free(x)), atol=1e-6)


def test_a_stateful_layer_trains_and_moves(rng):
    x, y = rng.normal(size=(4, 5, 2)).astype("float32"), rng.normal(size=(4, 1)).astype("float32")
    model = keras.Sequential([keras.Input(batch_shape=(2, 5, 2)), layers.LSTM(3, stateful=True), layers.Dense(1)])
    model.compile("sgd", "mse")
    for name in ("numpy", "torch", "numpy"):
        model.to(name)
        model.fit(x, y, batch_size=2, shuffle=False, verbose=0)
    assert all(np.abs(arrays(s)).max() > 0 for s in model.layers[0].states)
    assert not any("rnn_state" in v.path for v in model.variables)  # not a weight: no file holds it


def test_a_stateful_layer_wants_one_batch_size(backend, rng):
    with pytest.raises(ValueError, match="batch size must be static"):
        layers.GRU(3, stateful=True)(keras.Input((5, 2)))
    layer = layers.GRU(3, stateful=True)
    layer(np.zeros((2, 5, 4)))
    with pytest.raises(ValueError, match="Expected batch size: 2"):
        layer(np.zeros((3, 5, 4)))


def test_encoder_and_decoder(backend, rng):
    """The states of one layer are where another starts; as tensors and as symbols."""
    encoder, decoder = layers.LSTM(3, return_state=True), layers.LSTM(3, return_sequences=True)
    a, b = keras.Input((None, 2)), keras.Input((None, 4))
    _, h, c = encoder(a)
    model = keras.Model([a, b], decoder(b, initial_state=[h, c]))
    x1, x2 = rng.normal(size=(2, 5, 2)).astype("float32"), rng.normal(size=(2, 3, 4)).astype("float32")
    _, h, c = encoder(x1)
    expected = arrays(decoder(x2, initial_state=[h, c]))
    np.testing.assert_allclose(model.predict([x1, x2], verbose=0), expected, atol=1e-6)
    assert np.abs(expected - arrays(decoder(x2))).max() > 1e-3  # the state matters
    copy = keras.Model.from_config(model.get_config())
    copy.set_weights(model.get_weights())
    np.testing.assert_allclose(copy.predict([x1, x2], verbose=0), expected, atol=1e-6)


# Cells of one's own


class Leaky(layers.Layer):
    """A state that forgets a share of itself at each step, as Keras's page on RNN cells has it."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = self.state_size = units

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units), initializer="uniform", name="kernel")

    def call(self, inputs, states):
        output = ops.matmul(inputs, self.kernel) + 0.5 * states[0]
        return output, [output]

    def get_config(self):
        return super().get_config() | {"units": self.units}


class Plain:
    """No layer at all: two states, an output of another size, a start of its own."""

    state_size, output_size = [1, 1], 2

    def get_initial_state(self, batch_size=None):
        return [ops.ones((batch_size, 1)), ops.zeros((batch_size, 1))]

    def call(self, inputs, states):
        total, count = states[0] + ops.sum(inputs, axis=-1, keepdims=True), states[1] + 1.0
        return ops.concatenate([total, count], axis=-1), [total, count]

    __call__ = call


def test_a_cell_of_ones_own(backend, rng):
    x = rng.normal(size=(2, 3, 4)).astype("float32")
    layer = layers.RNN(Leaky(5), return_sequences=True)
    y, z = arrays(layer(x)), x @ arrays(layer.cell.kernel.value)
    np.testing.assert_allclose(y[:, 2], z[:, 2] + 0.5 * (z[:, 1] + 0.5 * z[:, 0]), atol=1e-6)
    total, count = layers.RNN(Plain())(x).T
    np.testing.assert_allclose(arrays(total), 1 + x.sum(axis=(1, 2)), rtol=1e-5)
    np.testing.assert_array_equal(arrays(count), [3.0, 3.0])


def test_stacked_cells(backend, fresh, rng):
    x, mask = rng.normal(size=(2, 4, 3)).astype("float32"), np.array([[True, True, False, True], [True, False, False, False]])
    stack = layers.RNN([Leaky(5), layers.LSTMCell(2), Leaky(3)], return_state=True)
    output, *states = stack(x, mask=mask)
    assert output.shape == (2, 3) and [np.shape(s) for s in keras.tree.flatten(states)] == [(2, 5), (2, 2), (2, 2), (2, 3)]
    lonely = stack(x[1:, :1])
    np.testing.assert_allclose(arrays(output)[1:], arrays(lonely[0]), atol=1e-6)
    assert [w.path for w in stack.weights][:2] == ["rnn/stacked_rnn_cells/leaky/kernel", "rnn/stacked_rnn_cells/lstm_cell/kernel"]


def test_a_model_of_ones_own_cell_trains(backend, rng):
    x = rng.normal(size=(8, 5, 2)).astype("float32")
    model = keras.Sequential([keras.Input((None, 2)), layers.RNN(Leaky(3)), layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.05), "mse")
    losses = model.fit(x, x.sum(axis=(1, 2))[:, None], epochs=30, verbose=0).history["loss"]
    assert losses[-1] < 0.3 * losses[0]


class OfLayers(layers.Layer):
    """A cell without a `build`, made of layers."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.state_size = units
        self.look, self.recall = layers.Dense(units, name="look"), layers.Dense(units, use_bias=False, name="recall")

    def call(self, inputs, states):
        h = ops.tanh(self.look(inputs) + self.recall(states[0]))
        return h, [h]


def test_a_cell_made_of_layers(backend, fresh, rng):
    """Its layers have their weights before training starts, and all are trained."""
    x = rng.normal(size=(8, 5, 2)).astype("float32")
    model = keras.Sequential([keras.Input((None, 2)), layers.RNN(OfLayers(3)), layers.Dense(1)])
    paths = ["rnn/of_layers/look/kernel", "rnn/of_layers/look/bias", "rnn/of_layers/recall/kernel"]
    assert [w.path.removeprefix("sequential/") for w in model.weights][:3] == paths
    before = model.get_weights()
    model.compile("sgd", "mse")
    model.fit(x, x.sum(axis=(1, 2))[:, None], verbose=0)
    assert all((a != b).any() for a, b in zip(before, model.get_weights()))


# Dropout


@pytest.mark.parametrize("kind", KINDS)
def test_dropout_of_inputs_is_the_same_at_every_step(backend, kind):
    """A sequence of equal steps through a cell that only projects: what is dropped once is dropped always."""
    layer = getattr(layers, kind)(8, dropout=0.5, return_sequences=True, recurrent_initializer="zeros", seed=1)
    if kind == "LSTM":
        layer = layers.SimpleRNN(8, dropout=0.5, return_sequences=True, recurrent_initializer="zeros", recurrent_dropout=0.5)
    x = np.ones((3, 4, 6), "float32")
    still, y, again = (arrays(layer(x, training=t)) for t in (False, True, True))
    if kind != "GRU":  # a GRU keeps a part of its state whatever comes in
        np.testing.assert_allclose(y, np.repeat(y[:, :1], 4, axis=1), atol=1e-6)
    assert np.abs(y - still).max() > 1e-3 and np.abs(y - again).max() > 1e-3
    np.testing.assert_array_equal(still, arrays(layer(x)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rates", [{"dropout": 0.5}, {"recurrent_dropout": 0.5}, {"dropout": 0.3, "recurrent_dropout": 0.3}])
def test_a_seed_gives_the_same_masks_on_both_backends(rng, kind, rates):
    x, results, weights = rng.normal(size=(3, 4, 5)).astype("float32"), [], None
    for name in ("numpy", "torch"):
        with keras.config.set_backend(name):
            layer = getattr(layers, kind)(6, seed=3, **rates)
            layer.build(x.shape)
            weights = weights or layer.get_weights()
            layer.set_weights(weights)
            results.append([arrays(layer(x, training=True)) for _ in range(2)])
    np.testing.assert_allclose(results[0], results[1], atol=1e-6)
    assert np.abs(results[0][0] - results[0][1]).max() > 1e-3


# Bidirectional and TimeDistributed


def test_bidirectional_puts_outputs_of_one_step_side_by_side(backend, fresh, rng):
    both = layers.Bidirectional(layers.GRU(3, return_sequences=True), name="both")
    x = rng.normal(size=(2, 5, 4)).astype("float32")
    y = arrays(both(x))
    np.testing.assert_allclose(y[..., :3], arrays(both.forward_layer(x)), atol=1e-6)
    np.testing.assert_allclose(y[:, ::-1, 3:], arrays(both.backward_layer(x)), atol=1e-6)
    assert [w.path for w in both.weights][::3] == ["both/forward_gru/gru_cell/kernel", "both/backward_gru/gru_cell/kernel"]


def test_bidirectional_starts_from_weights_and_from_states(backend, rng):
    x, start = rng.normal(size=(2, 5, 4)).astype("float32"), np.ones((2, 3), "float32")
    first = layers.Bidirectional(layers.GRU(3, return_state=True))
    plain = arrays(first(x))
    second = layers.Bidirectional(layers.GRU(3), weights=first.get_weights())
    np.testing.assert_allclose(arrays(second(x)), plain[0], atol=1e-6)
    assert np.abs(arrays(second(x, initial_state=[start, start])) - plain[0]).max() > 1e-3


@pytest.mark.parametrize("inner", [lambda: layers.Dense(3, "relu"), lambda: layers.LayerNormalization(), lambda: Leaky2()])
def test_time_distributed_is_the_layer_step_by_step(backend, rng, inner):
    layer = layers.TimeDistributed(inner())
    x = rng.normal(size=(3, 4, 5)).astype("float32")
    y = arrays(layer(x))
    np.testing.assert_allclose(y, np.stack([arrays(layer.layer(x[:, t])) for t in range(4)], axis=1), atol=1e-6)


class Leaky2(layers.Layer):
    """Looks at the other samples of the batch: steps must not be mixed up with samples."""

    def call(self, x):
        return x - ops.mean(x, axis=0, keepdims=True)


# Programs


@pytest.mark.parametrize("kind", KINDS)
def test_a_plain_recurrent_model_runs_as_a_program(backend, rng, kind):
    """Step by step and as a program, the same weights come out."""
    x, y = rng.normal(size=(8, 6, 3)).astype("float32"), rng.normal(size=(8, 1)).astype("float32")
    ids = rng.integers(0, 5, (8, 6))
    for first in ([keras.Input((6, 3))], [keras.Input((6,), dtype="int32"), layers.Embedding(5, 3, mask_zero=True)]):
        model = keras.Sequential([*first, layers.Bidirectional(getattr(layers, kind)(4)), layers.Dense(1)])
        start, found = model.get_weights(), []
        for eagerly in (False, True):
            model.set_weights(start)
            model.compile(keras.optimizers.SGD(0.1), "mse", run_eagerly=eagerly)
            model.fit(x if len(first) == 1 else ids, y, epochs=2, batch_size=4, verbose=0, shuffle=False)
            programs = model._last_structure.programs
            assert bool(programs and all(programs.values())) is not eagerly
            found.append(model.get_weights())
        for a, b in zip(*found):
            np.testing.assert_allclose(a, b, atol=1e-6)


def test_dropout_in_a_program_is_drawn_at_every_step(backend):
    """The masks are those of steps that run one op at a time."""
    x, found = np.ones((8, 3, 4), "float32"), []
    for eagerly in (False, True):
        keras.utils.set_random_seed(0)
        model = keras.Sequential([keras.Input((3, 4)), layers.GRU(5, dropout=0.5, seed=1), layers.Dense(1)])
        model.compile(keras.optimizers.SGD(0.1), "mse", run_eagerly=eagerly)
        losses = model.fit(x, np.ones((8, 1)), batch_size=2, epochs=2, verbose=0, shuffle=False).history["loss"]
        assert bool(model._last_structure.programs) is not eagerly
        found.append([*losses, *[w.sum() for w in model.get_weights()]])
    np.testing.assert_allclose(*found, rtol=1e-5)


def test_what_runs_step_by_step_or_remembers_is_no_program():
    x = np.zeros((4, 3, 2), "float32")
    for layer in (layers.LSTM(2, recurrent_dropout=0.5), layers.LSTM(2, stateful=True), layers.RNN(Leaky(2)), layers.GRU(2, "relu")):
        model = keras.Sequential([keras.Input(batch_shape=(2, 3, 2)), layer, layers.Dense(1)])
        model.compile("sgd", "mse")
        model.fit(x, np.zeros((4, 1)), batch_size=2, verbose=0)
        assert not any(model._last_structure.programs.values())


# Refusals


class NoSize(layers.Layer):
    def call(self, inputs, states):
        return inputs, states


@pytest.mark.parametrize("make, said", [
    (lambda: layers.LSTM(0), "expected a positive integer, got 0"),
    (lambda: layers.GRUCell("3"), "expected a positive integer, got 3"),
    (lambda: layers.LSTM(3, use_cudnn="yes"), "Expected one of"),
    (lambda: layers.LSTM(3, nonsense=1), "nonsense"),
    (lambda: layers.RNN(3), "should have a `call` method"),
    (lambda: layers.RNN(NoSize()), "should have a `state_size` attribute"),
    (lambda: layers.RNN([layers.GRUCell(2), NoSize()]), "must have a `state_size` attribute"),
    (lambda: layers.Bidirectional(3), "keras.layers.Layer"),
    (lambda: layers.Bidirectional(layers.GRU(3), merge_mode="max"), "Invalid merge mode"),
    (lambda: layers.Bidirectional(layers.GRU(3), backward_layer=layers.GRU(3)), "different `go_backwards` value"),
    (
        lambda: layers.Bidirectional(layers.GRU(3), backward_layer=layers.GRU(3, return_state=True, go_backwards=True)),
        "same value for attribute",
    ),
    (lambda: layers.TimeDistributed(3), "keras.layers.Layer"),
    (lambda: layers.TimeDistributed(layers.Dense(3))(np.ones((2, 3))), "at least 3 dimensions"),
    (lambda: layers.TimeDistributed(layers.Dense(3))(np.ones((2, 3, 4)), mask=np.ones((2, 4), bool)), "incompatible with the"),
    (lambda: layers.LSTM(3)(np.ones((2, 3))), "expected ndim=3, found ndim=2"),
    (lambda: layers.LSTM(3)(keras.Input((5, None))), "last axis of its input is unknown"),
    (lambda: layers.ConvLSTM2D(3, 2)(keras.Input((5, None, 4, 1))), "static input shapes"),
    (lambda: layers.ConvLSTM1D(3, 2, strides=2, dilation_rate=2), "not compatible with"),
    (lambda: layers.Wrapper(3), "supplied to Wrapper"),
])  # fmt: skip
def test_refusals(make, said):
    with pytest.raises(ValueError, match=said):
        make()


def test_a_layers_arguments_are_its_cells_and_read_only():
    layer = layers.LSTM(3, "relu", dropout=2.0)
    assert (layer.units, layer.dropout, layer.unit_forget_bias) == (3, 1.0, True)
    with pytest.raises(AttributeError):
        layer.units = 4
