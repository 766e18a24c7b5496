"""What every layer gives, and how the loss depends on it: any model, either backend."""

import numpy as np
import pytest

import kerasteach as kt
from kerasteach.explain import activations, gradients

X = np.random.default_rng(0).normal(size=(6, 4)).astype("float32")
Y = np.random.default_rng(1).normal(size=(6, 1)).astype("float32")


def chain():
    return kt.Sequential([
        kt.Input((4,)), kt.layers.Dense(5, activation="relu", name="a"), kt.layers.Dropout(0.5, name="b"), kt.layers.Dense(1, name="c"),
    ])  # fmt: skip


def graph():
    x = kt.Input((4,), name="x")
    shared = kt.layers.Dense(4, name="shared", activation="tanh")
    inner = kt.Sequential([kt.Input((4,)), kt.layers.Dense(3, name="deep")], name="inner")
    return kt.Model(x, kt.layers.Dense(1, name="out")(inner(shared(shared(x)))))


class Own(kt.Model):
    def __init__(self):
        super().__init__()
        self.blocks = [kt.layers.Dense(3, name="first"), kt.layers.Dense(3, name="second")]
        self.head = kt.layers.Dense(1, name="head")

    def call(self, x):
        for block in self.blocks:
            x = kt.ops.tanh(block(x))
        return self.head(x)


def compiled(make):
    model = make()
    model.compile("sgd", "mse")
    return model


def test_every_layer_of_a_chain(backend, fresh):
    model = chain()
    seen = activations(model, X)
    assert list(seen) == ["a", "b", "c"] and all(type(a) is np.ndarray for a in seen.values())
    a, c = model.get_layer("a"), model.get_layer("c")
    np.testing.assert_allclose(seen["a"], np.maximum(X @ a.kernel.numpy() + a.bias.numpy(), 0), rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(seen["a"], seen["b"])
    np.testing.assert_allclose(seen["c"], model.predict(X, verbose=0), rtol=1e-5, atol=1e-6)
    assert c.units == 1
    dropped = activations(model, X, training=True)["b"]
    assert np.any(dropped != seen["b"])


def test_shared_layers_and_models_inside(backend, fresh):
    model = graph()
    seen = activations(model, X)
    assert set(seen) == {"shared", "inner", "inner/deep", "out"}
    assert [a.shape for a in seen["shared"]] == [(6, 4), (6, 4)]
    np.testing.assert_array_equal(seen["inner"], seen["inner/deep"])


def test_a_class_of_one_s_own(backend, fresh):
    model = Own()
    assert {n: a.shape for n, a in activations(model, X).items()} == {"first": (6, 3), "second": (6, 3), "head": (6, 1)}
    assert list(activations(model, X, "second")) == list(activations(model, X, [model.blocks[1]])) == ["second"]


def test_a_layer_that_is_not_there(backend):
    with pytest.raises(ValueError, match=r"no layer 'A'\. It has: a, b, c\."):
        activations(chain(), X, "A")
    with pytest.raises(ValueError, match="no layer"):
        gradients(compiled(chain), X, Y, of=[kt.layers.Dense(1, name="stranger")])


def test_nothing_is_left_behind(backend, fresh):
    """After it, or after an error in it, the model runs as before."""
    model = compiled(chain)
    model.fit(X, Y, verbose=0)
    before = model.get_weights()
    activations(model, X)
    gradients(model, X, Y, of="layers")
    with pytest.raises(ValueError):
        activations(model, X[:, :2])
    for a, b in zip(before, model.get_weights()):
        np.testing.assert_array_equal(a, b)
    model.fit(X, Y, verbose=0)


@pytest.mark.parametrize("make", [chain, graph, Own])
def test_gradients_by_outputs_are_slopes(make, backend, fresh):
    """Nudge one number of an output: the loss moves as the gradient says."""
    from kerasteach.explain.layer_outputs import watched

    model = compiled(make)
    loss, found = gradients(model, X, Y, of="layers")
    outputs = activations(model, X)
    assert loss == pytest.approx(float(model.test_on_batch(X, Y)), rel=1e-5)
    assert {n: np.shape(a) for n, a in found.items()} == {n: np.shape(a) for n, a in outputs.items()}
    for name in found:
        if isinstance(found[name], list):
            continue
        losses = []
        for nudge in (1e-2, -1e-2):
            mark = np.zeros(outputs[name].shape, "float32")
            mark[2, 0] = nudge
            with watched(model, name, lambda t, mark=mark: t + kt.backend.get(backend).convert(mark)):
                losses.append(float(model.compute_loss(X, Y, model(X))))
        assert found[name][2, 0] == pytest.approx((losses[0] - losses[1]) / 2e-2, rel=2e-2, abs=1e-4)


def test_gradients_by_inputs(backend, fresh):
    model = compiled(chain)
    _, found = gradients(model, X, Y, of="inputs")
    _, of_weights = gradients(model, X, Y)
    _, of_layers = gradients(model, X, Y, of="a")
    kernel = model.get_layer("a").kernel.numpy()
    active = activations(model, X, "a")["a"] > 0
    np.testing.assert_allclose(found["input"], (of_layers["a"] * active) @ kernel.T, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(of_weights["sequential/a/kernel"], X.T @ (of_layers["a"] * active), rtol=1e-4, atol=1e-6)


def test_frozen_layers_have_gradients_of_outputs(backend, fresh):
    model = compiled(chain)
    for layer in model.layers:
        layer.trainable = False
    _, found = gradients(model, X, Y, of=["a", "c"])
    assert np.any(found["a"]) and np.any(found["c"])
