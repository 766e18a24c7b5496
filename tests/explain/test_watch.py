"""A training watched: the numbers are right on any model and either backend, and watching changes nothing."""

import math

import numpy as np
import pytest

import kerasteach as kt
from kerasteach import layers, ops
from kerasteach.explain import gradients
from kerasteach.explain.watch import GRADIENT_BINS, Watch

X = np.random.default_rng(0).normal(size=(24, 4)).astype("float32")
Y = np.random.default_rng(1).normal(size=(24, 1)).astype("float32")
EVENTS = np.random.default_rng(2).normal(size=(24, 5, 4)).astype("float32")


class Own(kt.Model):
    """A subclassed model, with a weight of its own."""

    def __init__(self):
        super().__init__(name="own")
        self.first, self.last = layers.Dense(3, activation="relu", name="first"), layers.Dense(1, name="last")
        self.scale = self.add_weight((1,), "ones", name="scale")

    def call(self, x):
        return self.last(self.first(x)) * self.scale


class OwnStep(Own):
    """... and a training step of its own."""

    def train_step(self, data):
        x, y = data
        with kt.GradientTape() as tape:
            loss = self.compute_loss(x, y, self(x, training=True))
        self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
        return {"loss": loss}


def chain():
    return kt.Sequential([
        kt.Input((4,)), layers.Dense(6, name="a"), layers.BatchNormalization(name="norm"), layers.ReLU(name="relu"),
        layers.Dropout(0.5, name="drop"), layers.Dense(3, "tanh", name="b"), layers.Dense(1, name="c"),
    ])  # fmt: skip


def nested():
    x = kt.Input((4,))
    shared = layers.Dense(4, "sigmoid", name="shared")
    inner = kt.Sequential([kt.Input((4,)), layers.Dense(3, "relu", name="deep")], name="inner")
    return kt.Model(x, layers.Dense(1, name="out")(inner(shared(shared(x)))))


def recurrent():
    return kt.Sequential([kt.Input((5, 4)), layers.GRU(3, name="gru", stateful=False), layers.Dense(1, name="out")])


def compiled(make, backend="numpy", **settings):
    kt.utils.clear_session()
    kt.utils.set_random_seed(3)
    with kt.config.set_backend(backend):
        model = make()
    model.compile(kt.optimizers.Adam(0.01), "mse", **settings)
    return model


MODELS = {
    "chain": (chain, X, ["a", "norm", "b", "c"]), "nested": (nested, X, ["shared", "inner/deep", "out"]),
    "recurrent": (recurrent, EVENTS, ["gru", "out"]), "own": (Own, X, ["own", "first", "last"]),
    "own step": (OwnStep, X, ["own", "first", "last"]),
}  # fmt: skip


@pytest.mark.parametrize("eagerly", [False, True], ids=["program", "eagerly"])
@pytest.mark.parametrize("name", MODELS)
def test_watching_changes_not_one_bit(name, eagerly, backend):
    make, x, trained = MODELS[name]
    model, quiet = [compiled(make, backend, run_eagerly=eagerly) for _ in range(2)]
    watch = Watch(histograms=True)
    states = []
    for each, callbacks in [(model, [watch]), (quiet, [])]:
        kt.utils.set_random_seed(5)
        history = each.fit(x, Y, batch_size=8, epochs=3, verbose=0, callbacks=callbacks).history
        states.append([*each.get_weights(), *[v.numpy() for v in [*each.variables, *each.optimizer.variables]], history["loss"], np.random.rand()])
    for seen, unseen in zip(*states):
        np.testing.assert_array_equal(seen, unseen)
    assert watch.steps == list(range(9)) and watch.layers == trained
    assert all(math.isfinite(v) for what in ("gradient_norm", "update_ratio") for row in getattr(watch, what).values() for v in row)
    of_epoch = watch.loss[-1:] if name == "own step" else watch.loss[-3:]  # it logs its last loss, not the mean
    np.testing.assert_allclose(np.mean(of_epoch), history["loss"][-1], rtol=1e-5)


@pytest.mark.parametrize("name", ["nested", "own step"])
def test_norms_are_those_of_the_gradient_and_the_update(name, backend):
    make, x, trained = MODELS[name]
    model, watch = compiled(make, backend), Watch()
    loss, found = gradients(model, x, Y)
    before = {v.path: np.array(v.numpy()) for v in model.trainable_variables}
    watch.start(model)
    model.train_on_batch(x, Y)
    watch.stop()
    model.train_on_batch(x, Y)
    assert watch.steps == [0] and watch.loss == [pytest.approx(loss, rel=1e-5)]
    for layer in trained:
        own = [v for v in model.trainable_variables if v.path.split("/")[-2] == layer.split("/")[-1]]

        def length(arrays):
            return np.sqrt(sum(np.sum(a.astype("float64") ** 2) for a in arrays))

        assert watch.gradient_norm[layer] == [pytest.approx(length([found[v.path] for v in own]), rel=1e-4)]
        assert watch.weight_norm[layer] == [pytest.approx(length([before[v.path] for v in own]), rel=1e-5)]
    after = watch.weight_norm  # reading changes nothing
    assert after == watch.weight_norm


def test_the_update_is_measured_against_the_weights(backend):
    with kt.config.set_backend(backend):
        model = kt.Sequential([kt.Input((1,)), layers.Dense(1, use_bias=False, name="line", kernel_initializer=lambda s, dtype: np.full(s, 2.0))])
    model.compile(kt.optimizers.SGD(0.1), "mse")
    watch = Watch()
    model.fit([[1.0]], [[1.0]], epochs=1, verbose=0, callbacks=[watch])  # gradient 2 * (2 - 1) = 2, update 0.2
    assert watch.gradient_norm == {"line": [2.0]} and watch.weight_norm == {"line": [2.0]}
    assert watch.update_ratio["line"] == [pytest.approx(0.1)]


@pytest.mark.parametrize("eagerly", [False, True], ids=["program", "eagerly"])
def test_dead_and_saturated_units(eagerly, backend):
    with kt.config.set_backend(backend):
        model = kt.Sequential([kt.Input((4,)), layers.Dense(4, "relu", name="relu"), layers.Dense(2, "tanh", name="tanh"), layers.Dense(1, name="out")])
    model.compile("sgd", "mse", run_eagerly=eagerly)
    kernel, _ = model.layers[0].get_weights()
    model.layers[0].set_weights([kernel, [-1e3, 0, 0, 1e3]])
    kernel, _ = model.layers[1].get_weights()
    model.layers[1].set_weights([kernel * 0, [10, 0]])
    watch = Watch()
    model.fit(X, Y, batch_size=24, verbose=0, callbacks=[watch])
    assert watch.dead == {"relu": [0.25]} and watch.saturated == {"tanh": [0.5]}


def test_units_are_channels_in_images(backend):
    with kt.config.set_backend(backend):
        model = kt.Sequential([kt.Input((6, 6, 1)), layers.Conv2D(4, 3, activation="relu", name="conv"), layers.Flatten(), layers.Dense(1)])
    model.compile("sgd", "mse")
    kernel, _ = model.layers[0].get_weights()
    model.layers[0].set_weights([np.abs(kernel), [-1e3, -1e3, -1e3, 0]])
    watch = Watch()
    model.fit(np.ones((4, 6, 6, 1)), np.ones((4, 1)), verbose=0, callbacks=[watch])
    assert watch.dead == {"conv": [0.75]}


class Gan(kt.Model):
    """Two models that train against each other, each with an optimizer; the pair itself cannot be called."""

    def __init__(self):
        super().__init__(name="gan")
        self.maker = kt.Sequential([kt.Input((2,)), layers.Dense(4, "relu", name="deep")], name="maker")
        self.judge = kt.Sequential([kt.Input((4,)), layers.Dense(3, "relu", name="look"), layers.Dense(1, name="say")], name="judge")
        self.built = True

    def compile(self, rate):
        super().compile(optimizer="adam")
        self.of_maker, self.of_judge = kt.optimizers.SGD(rate), kt.optimizers.SGD(rate)

    def train_step(self, data):
        truth, noise = data
        for model, optimizer, sign in [(self.judge, self.of_judge, 1.0), (self.maker, self.of_maker, -1.0)]:
            with kt.GradientTape() as tape:
                made = self.judge(self.maker(noise, training=True), training=True)
                loss = sign * (ops.mean(made) - ops.mean(self.judge(truth, training=True)))
            optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        return {"loss": loss}


def test_two_optimizers_in_a_step(backend):
    with kt.config.set_backend(backend):
        model = Gan()
    model.compile(0.1)
    watch = Watch()
    model.fit(X, X[:, :2], batch_size=12, verbose=0, callbacks=[watch])
    assert watch.layers == ["maker/deep", "judge/look", "judge/say"] and watch.steps == [0, 1]
    assert set(watch.dead) == {"maker/deep", "judge/look"} and set(watch.update_ratio) == set(watch.layers)
    assert all(math.isnan(loss) for loss in watch.loss)  # nobody called compute_loss


def test_what_does_not_learn_is_not_there_and_what_is_unused_has_no_gradient(backend):
    with kt.config.set_backend(backend):
        x = kt.Input((4,))
        frozen = layers.Dense(3, name="frozen", trainable=False)(x)
        stopped = layers.Lambda(ops.stop_gradient)(layers.Dense(3, name="stopped")(x))
        model = kt.Model(x, layers.Dense(1, name="out")(layers.Concatenate()([frozen, stopped])))
    model.compile("sgd", "mse")
    watch = Watch()
    with pytest.warns(UserWarning, match="Gradients do not exist"):
        model.fit(X, Y, verbose=0, callbacks=[watch])
    assert watch.layers == ["stopped", "out"]
    assert math.isnan(watch.gradient_norm["stopped"][0]) and watch.update_ratio["stopped"] == [0.0] and watch.update_ratio["out"][0] > 0


def test_histograms_count_every_entry(backend):
    model, watch = compiled(chain, backend), Watch(histograms=True)
    model.fit(X, Y, batch_size=8, verbose=0, callbacks=[watch])
    assert {name: rows[0].sum() for name, rows in watch.weight_histogram.items()} == {"a": 30, "norm": 12, "b": 21, "c": 4}
    assert all(len(counts) == len(GRADIENT_BINS) - 1 for counts in watch.gradient_histogram["a"])
    assert watch.gradient_histogram["a"][0].sum() == 30
    assert Watch().gradient_histogram == {}


def test_every_and_keep():
    model, watch = compiled(chain), Watch(every=3)
    model.fit(X, Y, batch_size=4, epochs=3, verbose=0, callbacks=[watch])
    assert watch.steps == [0, 3, 6, 9, 12, 15]
    watch = Watch(keep=4)
    for _ in range(2):  # steps count on over several runs
        model.fit(X, Y, batch_size=4, epochs=3, verbose=0, callbacks=[watch])
    assert watch.every == 16 and watch.steps == [0, 16, 32]
    with pytest.raises(ValueError, match="Received: every=0"):
        Watch(every=0)


def test_a_run_that_breaks_off_is_watched_no_more():
    class Break(kt.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            raise RuntimeError

    model, watch = compiled(chain), Watch()
    with pytest.raises(RuntimeError):
        model.fit(X, Y, verbose=0, callbacks=[watch, Break()])
    model.fit(X, Y, verbose=0)
    assert watch.steps == [0] and model._observers == ()


def test_two_at_once_and_copies():
    import copy

    model, one, two = compiled(chain), Watch(), Watch(every=2)
    model.fit(X, Y, batch_size=8, verbose=0, callbacks=[one, two])
    assert one.dead["relu"][::2] == two.dead["relu"]
    assert copy.deepcopy(one).gradient_norm == one.gradient_norm
    assert repr(two) == "<Watch of 3 steps, 2 recorded, 4 layers>"
