"""States and gates worked out from the weights: those of the layer, of Torch and of Keras; and the gradient through time."""

import numpy as np
import pytest

import kerasteach as kt
from kerasteach.explain.recurrent import unrolled
from kerasteach.explain.steps import steps
from kerasteach.explain.through_time import gradient_through_time

L = kt.layers
X = np.random.default_rng(0).normal(size=(4, 6, 3)).astype("float32")  # (batch, time, features)
MASK = np.array([[1, 1, 1, 1, 1, 1], [1, 1, 1, 0, 0, 0], [0, 0, 1, 1, 0, 1], [0, 0, 0, 0, 0, 0]], bool)

KINDS = {
    "SimpleRNN": lambda **k: L.SimpleRNN(5, bias_initializer="glorot_uniform", **k),
    "LSTM": lambda **k: L.LSTM(5, bias_initializer="glorot_uniform", **k),
    "LSTM, other bends": lambda **k: L.LSTM(5, activation="relu", recurrent_activation="hard_sigmoid", use_bias=False, **k),
    "GRU": lambda **k: L.GRU(5, bias_initializer="glorot_uniform", **k),
    "GRU, reset before": lambda **k: L.GRU(5, reset_after=False, **k),
    "GRU, no bias": lambda **k: L.GRU(5, use_bias=False, **k),
}


class Leaky(L.Layer):
    """A cell of one's own: the state decays."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.state_size = units
        self.dense = L.Dense(units)

    def build(self, shape):
        self.dense.build(shape)

    def call(self, x, states):
        h = 0.5 * states[0] + self.dense(x)
        return h, [h]


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("backwards", [False, True])
def test_states_are_the_layers(backend, fresh, make, backwards):
    """The layer with all its outputs given says the same as the gates worked out by hand."""
    layer = make(return_sequences=True, go_backwards=backwards)
    model = kt.Sequential([kt.Input((6, 3)), layer])
    found = unrolled(model, X, sample=2)
    expected = model.predict(X, verbose=0)[2]
    np.testing.assert_allclose(found.states["h"], expected[::-1] if backwards else expected, atol=1e-5)
    np.testing.assert_array_equal(found.inputs, X[2])
    assert found.distance < 1e-5 and found.backwards is backwards
    for gate in found.gates:
        assert gate.values.shape == gate.from_x.shape == gate.from_h.shape == (6, 5)


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_the_arithmetic_of_one_unit(backend, fresh, make):
    """Every line's value follows from its own formula, with the gates' numbers put in."""
    found = unrolled(kt.Sequential([kt.Input((6, 3)), make()]), X)
    lines = {name: value for name, _, _, value in found.arithmetic(3, 1)}
    assert lines["h"] == pytest.approx(found.states["h"][3, 1])
    before = {s: b[3, 1] for s, b in found.before.items()}
    if found.kind == "LSTM":
        c = lines["f"] * before["c"] + lines["i"] * lines["g"]
        bend = np.tanh if found.bend == "tanh" else lambda x: max(x, 0)
        assert lines["c"] == pytest.approx(c, abs=1e-6) and lines["h"] == pytest.approx(lines["o"] * bend(c), abs=1e-6)
    elif found.kind == "GRU":
        assert lines["h"] == pytest.approx(lines["z"] * before["h"] + (1 - lines["z"]) * lines["g"], abs=1e-6)
    for gate in found.gates:
        if gate.activation in ("sigmoid", "tanh"):
            z = gate.from_x + gate.from_h
            np.testing.assert_allclose(gate.values, np.tanh(z) if gate.activation == "tanh" else 1 / (1 + np.exp(-z)), atol=1e-6)


def test_the_numbers_in_the_formula(fresh):
    model = kt.Sequential([kt.Input((1, 1)), L.LSTM(1, name="memory")])
    model.set_weights([[[1.0, 0.0, -1.0, 0.0]], np.zeros((1, 4)), [0.0, 0.0, 0.0, 0.0]])
    lines = unrolled(model, [[[1.0]]]).arithmetic(0, 0)
    assert [(name, told) for name, _, told, _ in lines] == [
        ("i", "sigmoid(1 + 0)"), ("f", "sigmoid(0 + 0)"), ("g", "tanh(-1 + 0)"), ("o", "sigmoid(0 + 0)"),
        ("c", "0.5·0 + 0.7311·(-0.7616)"), ("h", "0.5·tanh(-0.5568)"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["SimpleRNN", "LSTM", "GRU"])
@pytest.mark.parametrize("zeros", [False, True])
def test_masks(backend, fresh, name, zeros):
    """Where a step does not count the state stays; the last state is the layer's."""
    layer = KINDS[name](return_sequences=True, return_state=True)
    layer.zero_output_for_mask = zeros
    x, mask = kt.Input((6, 3)), kt.Input((6,), dtype="bool")
    model = kt.Model([x, mask], layer(x, mask=mask))
    outputs, *states = model.predict([X, MASK], verbose=0)
    for sample in range(4):
        found = unrolled(model, [X, MASK], sample=sample)
        np.testing.assert_array_equal(found.mask, MASK[sample])
        np.testing.assert_allclose(found.states["h"][-1], states[0][sample], atol=1e-6)
        np.testing.assert_allclose(found.states["h"][MASK[sample]], outputs[sample][MASK[sample]], atol=1e-6)
        for state, before in zip(found.states.values(), found.before.values()):
            np.testing.assert_array_equal(state[~MASK[sample]], before[~MASK[sample]])
    assert found.arithmetic(0, 0) == []


def test_bidirectional_and_stacked(backend, fresh):
    """Both directions are layers of their own; a step of the sequence has the same place in both."""
    both = L.Bidirectional(L.LSTM(4, return_sequences=True), name="both")
    model = kt.Sequential([kt.Input((6, 3)), both, L.GRU(2, name="top")])
    y = kt.explain.activations(model, X, "both")["both"][1]
    names = {}
    for name in ("both/forward_lstm", "both/backward_lstm"):
        names[name] = unrolled(model, X, name, sample=1)
    np.testing.assert_allclose(np.concatenate([found.states["h"] for found in names.values()], axis=1), y, atol=1e-6)
    np.testing.assert_allclose(unrolled(model, X, "top", sample=1).states["h"][-1], model.predict(X, verbose=0)[1], atol=1e-6)


def test_stateful_layers_go_on_and_stay(backend, fresh):
    """The states before the first step are those of the batch before; looking changes nothing."""
    model = kt.Sequential([kt.Input(batch_shape=(4, 6, 3)), L.LSTM(5, stateful=True, return_sequences=True, name="memory")])
    model(X)
    before = [np.array(s.numpy()) for s in model.layers[0].states]
    found = unrolled(model, X, sample=3)
    np.testing.assert_array_equal(found.before["c"][0], before[1][3])
    for state, kept in zip(model.layers[0].states, before):
        np.testing.assert_array_equal(state.numpy(), kept)
    np.testing.assert_allclose(found.states["h"], kt.ops.convert_to_numpy(model(X))[3], atol=1e-6)


def test_initial_states(backend, fresh):
    x, h, c = kt.Input((6, 3)), kt.Input((5,)), kt.Input((5,))
    model = kt.Model([x, h, c], L.LSTM(5, return_sequences=True)(x, initial_state=[h, c]))
    start = np.random.default_rng(1).normal(size=(2, 4, 5)).astype("float32")
    found = unrolled(model, [X, *start], sample=1)
    np.testing.assert_array_equal(found.before["h"][0], start[0][1])
    np.testing.assert_allclose(found.states["h"], model.predict([X, *start], verbose=0)[1], atol=1e-6)


def test_cells_of_ones_own_have_states(backend, fresh):
    model = kt.Sequential([kt.Input((6, 3)), L.RNN(Leaky(5), return_sequences=True, name="leaky")])
    found = unrolled(model, X)
    assert found.kind == "Leaky" and found.gates == () and found.arithmetic(0, 0) == []
    np.testing.assert_allclose(found.states["h"], model.predict(X, verbose=0)[0], atol=1e-6)
    stack = kt.Sequential([kt.Input((6, 3)), L.RNN([L.LSTMCell(4), L.GRUCell(2)], return_sequences=True)])
    found = unrolled(stack, X)
    assert list(found.states) == ["1:h", "1:c", "2:h"]
    np.testing.assert_allclose(found.states["2:h"], stack.predict(X, verbose=0)[0], atol=1e-6)


def test_against_keras(fresh):
    """Real Keras's layers, given the same weights."""
    keras = pytest.importorskip("keras")
    for name in ("SimpleRNN", "LSTM", "GRU"):
        model = kt.Sequential([kt.Input((6, 3)), KINDS[name]()])
        theirs = keras.Sequential([keras.Input((6, 3)), getattr(keras.layers, name)(5, return_sequences=True)])
        theirs.set_weights(model.get_weights())
        np.testing.assert_allclose(unrolled(model, X, sample=1).states["h"], theirs.predict(X, verbose=0)[1], atol=1e-5)


def torch_lstm(torch, weights, x):
    """An LSTM in Torch alone that keeps the gradient of every state."""
    kernel, recurrent, bias, dense, add = (torch.tensor(w) for w in weights)
    h = c = torch.zeros(1, 5)
    hs, cs = [], []
    for t in range(x.shape[1]):
        i, f, g, o = torch.chunk(torch.tensor(x[:, t]) @ kernel + h @ recurrent + bias, 4, dim=1)
        c = (torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)).requires_grad_()
        h = torch.sigmoid(o) * torch.tanh(c)
        for state, kept in ((h, hs), (c, cs)):
            state.retain_grad()
            kept.append(state)
    return h @ dense + add, hs, cs


@pytest.mark.parametrize("trainable", [True, False])
def test_gradient_through_time_against_torch(backend, fresh, trainable):
    """Every state's gradient is autograd's, also of a layer whose weights are frozen."""
    torch = pytest.importorskip("torch")
    model = kt.Sequential([kt.Input((6, 3)), KINDS["LSTM"](trainable=trainable), L.Dense(2)])
    model.compile(loss="mse")
    y = np.ones((4, 2), "float32")
    found = gradient_through_time(model, X, y, sample=2)
    made, hs, cs = torch_lstm(torch, model.get_weights(), X[2:3])
    torch.nn.functional.mse_loss(made, torch.ones(1, 2)).backward()
    np.testing.assert_allclose(found["h"], [float(h.grad.norm()) for h in hs], rtol=1e-4, atol=1e-8)
    np.testing.assert_allclose(found["c"], [float(c.grad.norm()) for c in cs], rtol=1e-4, atol=1e-8)


@pytest.mark.parametrize("name", ["SimpleRNN", "LSTM", "GRU"])
def test_gradient_through_time_on_both_backends(fresh, name):
    """The same on NumPy and Torch, with masks, in both directions, for a stateful batch too."""
    pytest.importorskip("torch")
    found = {}
    for home in ("numpy", "torch"):
        kt.utils.clear_session()
        kt.utils.set_random_seed(3)
        with kt.config.set_backend(home):
            model = kt.Sequential([kt.Input(batch_shape=(4, 6, 3)), L.Masking(), L.Bidirectional(KINDS[name](stateful=True), name="both"), L.Dense(1)])
        model.compile(loss="mse")
        x = np.where(MASK[..., None], X, 0)
        parts = [layer.name for layer in (model.layers[-2].forward_layer, model.layers[-2].backward_layer)]
        found[home] = [gradient_through_time(model, x, np.ones((4, 1)), f"both/{part}", sample=1)["h"] for part in parts]
    np.testing.assert_allclose(found["numpy"], found["torch"], rtol=1e-4, atol=1e-7)
    assert np.all(np.array(found["numpy"])[0][:3] > 0)


def test_a_masked_step_passes_the_gradient_on(backend, fresh):
    x, mask = kt.Input((6, 3)), kt.Input((6,), dtype="bool")
    model = kt.Model([x, mask], L.Dense(1)(L.SimpleRNN(5, name="memory")(x, mask=mask)))
    model.compile(loss="mse")
    norms = gradient_through_time(model, [X, MASK], np.ones((4, 1)), sample=1)["h"]
    assert norms[2] == norms[3] == norms[4] == norms[5] > 0


def test_the_loss_of_the_sample_alone(backend, fresh):
    """In a stateful batch a sample's gradient is that of its own loss, as without the batch."""
    def make(stateful):
        kt.utils.set_random_seed(1)
        model = kt.Sequential([kt.Input(batch_shape=(4 if stateful else None, 6, 3)), L.LSTM(5, stateful=stateful), L.Dense(1)])
        model.compile(loss="mse")
        return model

    alone, together = (gradient_through_time(make(s), X, np.ones((4, 1)), sample=2)["h"] for s in (False, True))
    np.testing.assert_allclose(alone, together, rtol=1e-5)


def test_errors_say_what_to_do(fresh):
    model = kt.Sequential([kt.Input((6, 3)), L.LSTM(2, name="memory"), L.Dense(1)])
    with pytest.raises(ValueError, match=r"no recurrent layer 'memry'.*Did you mean 'memory'"):
        unrolled(model, X, "memry")
    with pytest.raises(ValueError, match=r"has no recurrent layer. Expected SimpleRNN"):
        unrolled(kt.Sequential([kt.Input((2,)), L.Dense(1)]), np.ones((1, 2)))
    with pytest.raises(ValueError, match="compile"):
        gradient_through_time(model, X, np.ones((4, 1)))
    with pytest.raises(ValueError, match="no sample 9"):
        unrolled(model, X, sample=9)


@pytest.mark.parametrize("zeros", [False, True])
@pytest.mark.parametrize("cell", [lambda: Leaky(5), lambda: [L.LSTMCell(4), L.GRUCell(5)]], ids=["own", "stack"])
def test_the_steps_in_the_open_are_the_layers_steps(backend, fresh, cell, zeros):
    """What the model says while its states are looked at is what it says without, masks or none."""
    layer = L.RNN(cell(), return_sequences=True, zero_output_for_mask=zeros)
    x, mask = kt.Input((6, 3)), kt.Input((6,), dtype="bool")
    model = kt.Model([x, mask], layer(x, mask=mask))
    outputs = model.predict([X, MASK], verbose=0)
    tensors = [model._backend.convert(a) for a in (X, MASK)]
    with model._backend.inference():
        (found, last, _), _ = steps(layer, tensors[0], layer.get_initial_state(4), tensors[1])
    np.testing.assert_allclose(kt.ops.convert_to_numpy(found), outputs, atol=1e-6)
    np.testing.assert_allclose(kt.ops.convert_to_numpy(last), outputs[:, -1], atol=1e-6)
