"""How layers stand, read off trainings that are sick in a known way."""

import math

import numpy as np
import pytest

import kerasteach as keras
from kerasteach import config, layers
from kerasteach.explain import Watch, gradients
from kerasteach.explain.learning import histogram_over_time, over_time, standings
from kerasteach.explain.watch import GRADIENT_BINS

RNG = np.random.default_rng(0)
X = RNG.normal(size=(64, 4)).astype("float32")
Y = (X[:, :1] > 0).astype("float32")


@pytest.fixture(params=["numpy", "torch"])
def on(request):
    if request.param == "torch":
        pytest.importorskip("torch")
    with config.set_backend(request.param):
        yield request.param


def watched(*stack, optimizer=None, loss="binary_crossentropy", epochs=3, y=Y, **settings):
    keras.utils.set_random_seed(1)
    model = keras.Sequential([layers.Input((4,)), *stack])
    model.compile(optimizer or keras.optimizers.SGD(0.1), loss)
    watch = Watch(histograms=True, **settings)
    model.fit(X, y, epochs=epochs, batch_size=16, verbose=0, callbacks=[watch])
    return watch


def faults(watch, index=-1):
    return {s.layer: s.faults for s in standings(watch, index)}


def test_a_healthy_training_has_no_marks(on):
    watch = watched(layers.Dense(8, "tanh", name="a"), layers.Dense(1, "sigmoid", name="b"))
    assert faults(watch) == {"a": (), "b": ()}


def test_gradients_that_vanish_on_their_way_back(on):
    deep = [layers.Dense(6, "sigmoid", name=f"d{n}") for n in range(8)]
    marks = faults(watched(*deep, layers.Dense(1, "sigmoid", name="out")))
    assert "vanishing" in marks["d0"] and "vanishing" in marks["d1"] and marks["out"] == ()


def test_dead_units_and_saturated_ones(on):
    dead = layers.Dense(8, "relu", bias_initializer=keras.initializers.Constant(-50.0), name="dead")
    assert faults(watched(dead, layers.Dense(1, "sigmoid", name="out")))["dead"] == ("100% dead", "vanishing", "resting")
    large = keras.initializers.RandomNormal(stddev=60.0, seed=0)
    stuck = layers.Dense(8, "tanh", kernel_initializer=large, name="stuck")
    assert any("saturated" in f for f in faults(watched(stuck, layers.Dense(1, "sigmoid", name="out")))["stuck"])


def test_gradients_that_explode_and_weights_that_jump_or_rest(on):
    line = lambda: layers.Dense(1, name="line")  # noqa: E731
    assert "exploding" in faults(watched(line(), loss="mse", y=1e4 * Y))["line"]
    assert faults(watched(line(), optimizer=keras.optimizers.SGD(3.0), loss="mse"))["line"][-1] == "jumping"
    assert faults(watched(line(), optimizer=keras.optimizers.SGD(1e-7), loss="mse"))["line"] == ("resting",)


def test_what_is_no_number_any_more_is_told(on):
    with np.errstate(all="ignore"):
        watch = watched(layers.Dense(4, name="a"), layers.Dense(1, name="b"), loss="mse", optimizer=keras.optimizers.SGD(100.0), epochs=10)
    assert "not a number" in faults(watch)["a"]


def test_one_quiet_batch_is_no_fault():
    watch = watched(layers.Dense(8, "tanh", name="a"), layers.Dense(1, "sigmoid", name="b"), epochs=10)
    watch._rows[-1]["gradient_norm"]["a"] = 0.0
    watch._rows[-1]["update_ratio"]["a"] = 0.0
    assert faults(watch)["a"] == ()


def test_the_table_is_the_gradients_of_the_batches(on):
    keras.utils.set_random_seed(1)
    model = keras.Sequential([layers.Input((4,)), layers.Dense(3, "tanh", name="a"), layers.Dense(1, "sigmoid", name="b")])
    model.compile(keras.optimizers.SGD(0.1), "binary_crossentropy")
    _, found = gradients(model, X, Y)
    watch = Watch(histograms=True)
    model.fit(X, Y, batch_size=64, epochs=2, verbose=0, callbacks=[watch])
    table = over_time(watch)
    assert table.shape == (2, 2)
    for n, layer in enumerate("ab"):
        own = np.concatenate([g.ravel() for path, g in found.items() if f"/{layer}/" in path])
        assert table[n, 0] == pytest.approx(np.linalg.norm(own), rel=1e-4)
        shares = histogram_over_time(watch, layer)
        assert shares.shape == (56, 2)
        np.testing.assert_allclose(shares[:, 0] * own.size, np.histogram(np.log10(np.abs(own)), GRADIENT_BINS)[0], atol=1e-6)


def test_without_histograms_there_are_none():
    watch = Watch()
    model = keras.Sequential([layers.Input((4,)), layers.Dense(1, name="a")])
    model.compile("sgd", "mse")
    model.fit(X, Y, verbose=0, callbacks=[watch])
    assert histogram_over_time(watch, "a") is None and math.isnan(standings(watch)[0].idle)
