"""Layers and losses as pure functions, beside real Keras: same results, and nothing of the model changes."""

import os

import numpy as np
import pytest

os.environ.setdefault("KERAS_BACKEND", "torch")  # real Keras reads it once, when first imported
keras = pytest.importorskip("keras")

import kerasteach as kt  # noqa: E402
from kerasteach import ops  # noqa: E402

X = np.random.default_rng(0).normal(size=(6, 3)).astype("float32")


def numbers(structure):
    return kt.tree.map_structure(lambda x: np.array(x.detach() if hasattr(x, "detach") else kt.backend.to_numpy(x)), structure)


def same(ours, theirs):
    ours, theirs = kt.tree.flatten(numbers(ours)), kt.tree.flatten(numbers(theirs))
    assert len(ours) == len(theirs)
    for a, b in zip(ours, theirs):
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def counting(api):
    """A layer with trained and counted weights, that adds losses."""

    class Counting(api.layers.Layer):
        def build(self, shape):
            self.kernel = self.add_weight(shape=(shape[-1], 2), initializer="ones", regularizer="l2", name="kernel")
            self.calls = self.add_weight(shape=(), initializer="zeros", trainable=False, dtype="int32", name="calls")
            self.seen = self.add_weight(shape=(shape[-1],), initializer="zeros", trainable=False, name="seen")

        def call(self, x):
            self.calls.assign_add(1)
            self.seen.assign(self.seen + api.ops.mean(x, axis=0))
            self.add_loss(api.ops.sum(self.seen))
            return api.ops.matmul(x, self.kernel)

    layer = Counting()
    layer.build((None, 3))
    return layer


def test_a_stateless_call(backend):
    def run(api):
        layer = counting(api)
        values = [v.numpy() + 2 for v in layer.trainable_variables], [v.numpy() + 3 for v in layer.non_trainable_variables]
        first = layer.stateless_call(*values, X)
        again = layer.stateless_call(*values, X, return_losses=True)
        assert [v.numpy().sum() for v in layer.variables] == [6.0, 0, 0.0]
        assert len(layer.losses) == 1  # the regularizer's alone
        return first, again

    same(run(kt), run(keras))


def test_a_step_by_hand_in_values_only(backend):
    """Values go round and round; the model keeps its first weights until they are put back."""

    def run(api):
        model = api.Sequential([api.Input((3,)), api.layers.Dense(4, activation="tanh"), api.layers.Dense(2)])
        model.set_weights([np.full(w.shape, 0.1, "float32") for w in model.get_weights()])
        before = model.get_weights()
        trainable, rest = list(map(np.array, model.get_weights())), []
        outputs = []
        for _ in range(3):
            y, rest = model.stateless_call(trainable, rest, X)
            outputs.append(y)
            trainable = [w * 2 for w in trainable]
        for a, b in zip(before, model.get_weights()):
            np.testing.assert_array_equal(a, b)
        return outputs

    same(run(kt), run(keras))


def test_stateless_compute_loss(backend):
    def run(api):
        model = api.Sequential([api.Input((3,)), api.layers.Dense(2, kernel_regularizer="l2")])
        model.set_weights([np.full(w.shape, 0.5, "float32") for w in model.get_weights()])
        model.compile("sgd", "mse")
        model.train_on_batch(X, np.ones((6, 2), "float32"))
        model.set_weights([np.full(w.shape, 0.5, "float32") for w in model.get_weights()])
        trainable = [np.full(v.shape, 2.0, "float32") for v in model.trainable_variables]
        metrics = [np.array(numbers(v.value)) for v in model.metrics_variables]
        y_pred, rest = model.stateless_call(trainable, [], X)
        loss, after = model.stateless_compute_loss(trainable, rest, metrics, x=X, y=np.ones((6, 2), "float32"), y_pred=y_pred)
        return loss, after[:2]

    same(run(kt), run(keras))


def test_gradients_of_a_stateless_loss(backend):
    """The values themselves are the sources, in the manner of JAX."""
    model = kt.Sequential([kt.Input((3,)), kt.layers.Dense(2)])
    model.compile("sgd", "mse")
    y = np.ones((6, 2), "float32")

    with kt.GradientTape() as tape:
        values = tape.watch([v.numpy().copy() for v in model.trainable_variables])
        y_pred, rest = model.stateless_call(values, [], X)
        metrics = [v.value for v in model.metrics_variables]
        loss, _ = model.stateless_compute_loss(values, rest, metrics, y=y, y_pred=y_pred)
    found = tape.gradient(loss, values)
    with kt.GradientTape() as tape:
        loss = model.compute_loss(y=y, y_pred=model(X))
    same(found, tape.gradient(loss, model.trainable_variables))


def test_dropout_in_a_scope_draws_on_without_moving_on(backend):
    layer = kt.layers.Dropout(0.5, seed=1)
    layer.build((None, 3))
    first, _ = layer.stateless_call([], layer.non_trainable_variables, X, training=True)
    second, _ = layer.stateless_call([], layer.non_trainable_variables, X, training=True)
    same(first, second)
    same(layer(X, training=True), first)
    assert np.any(numbers(layer(X, training=True)) != numbers(first))


def test_what_a_stateless_call_refuses(backend):
    for api in (kt, keras):
        with pytest.raises(ValueError, match="must be built"):
            api.layers.Dense(2).stateless_call([], [], X)
        layer = api.layers.Dense(2)
        layer.build((None, 3))
        with pytest.raises(ValueError, match="corresponding 1:1"):
            layer.stateless_call([], [], X)
        with pytest.raises(ValueError, match="corresponding 1:1"):
            layer.stateless_call(layer.trainable_variables, [1.0], X)
        with pytest.raises(ValueError, match="shape"):
            layer.stateless_call([np.ones((3, 2)), np.ones(3)], [], X)


# StatelessScope itself


def test_a_scope_keeps_what_is_assigned(backend):
    def run(api):
        v = api.Variable([1.0, 2.0])
        w = api.Variable([5.0])
        with api.StatelessScope([(v, np.array([10.0, 20.0], "float32"))]) as scope:
            seen = [v.value, v * 1.0, w.value]
            v.assign_add([1.0, 1.0])
            v.assign_sub([0.0, 5.0])
            w.assign([6.0])
            seen += [v.value, w + 1.0]
        return seen, [scope.get_current_value(v), scope.get_current_value(w)], v.value, w.value

    same(run(kt), run(keras))


def test_scopes_lie_inside_each_other(backend):
    def run(api):
        v = api.Variable([1.0])
        with api.StatelessScope([(v, np.array([2.0], "float32"))]):
            with api.StatelessScope() as inner:
                inside = v.value
                v.assign([9.0])
            outside = v.value
            assert inner.get_current_value(v) is not None
        return inside, outside, v.value

    same(run(kt), run(keras))


def test_what_a_scope_refuses():
    for api in (kt, keras):
        with pytest.raises(ValueError, match="Invalid reference variable"):
            api.StatelessScope([("v", np.ones(2))])
        with pytest.raises(ValueError, match="Invalid variable value"):
            api.StatelessScope([(api.Variable([1.0]), np.ones(2))])


def test_a_scope_ends_with_its_block(backend):
    v = kt.Variable([1.0])
    with pytest.raises(RuntimeError), kt.StatelessScope([(v, np.array([2.0]))]):
        raise RuntimeError
    v.assign_add([1.0])
    assert v.numpy().tolist() == [2.0] and float(ops.sum(v)) == 2.0
