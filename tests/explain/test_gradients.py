"""Two ways to the same slope: what the backend differentiates, and what nudging finds."""

import numpy as np
import pytest

import kerasteach as kt
from kerasteach.explain.gradients import finite_differences, gradients


def two_inputs():
    a, b = kt.Input((6,)), kt.Input((6,))
    shared = kt.layers.Dense(5, activation="relu", name="shared")
    both = kt.layers.Concatenate()([shared(a), shared(b)])
    return kt.Model([a, b], kt.layers.Dense(1, activation="sigmoid", name="answer")(both))


def nested():
    a = kt.Input((6,))
    inner = kt.Sequential([kt.Input((6,)), kt.layers.Dense(4, activation="tanh", name="inner")])
    return kt.Model(a, kt.layers.Dense(1, name="outer", kernel_regularizer="l2")(inner(a)))


class Own(kt.Model):
    def __init__(self):
        super().__init__()
        self.first, self.second = kt.layers.Dense(4, activation="sigmoid"), kt.layers.Dense(1)

    def call(self, x):
        return self.second(kt.ops.square(self.first(x)))


def compiled(make, rng, loss="mse"):
    model = make()
    model.compile("adam", loss)
    x = [rng.random((7, 6)), rng.random((7, 6))] if make is two_inputs else rng.random((7, 6))
    return model, x, rng.integers(2, size=(7, 1))


@pytest.mark.parametrize("make", [two_inputs, nested, Own])
def test_they_agree_on_every_weight(make, backend, fresh, rng):
    model, x, y = compiled(make, rng)
    loss, found = gradients(model, x, y)
    assert loss == pytest.approx(float(model.test_on_batch(x, y)), rel=1e-6)
    assert list(found) == [v.path for v in model.trainable_variables]
    for path, gradient in found.items():
        slopes = finite_differences(model, x, y, path)
        assert gradient.shape == slopes.shape and slopes.dtype == np.float64
        np.testing.assert_allclose(gradient, slopes, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("make", [two_inputs, Own])
def test_nothing_is_changed(make, backend, fresh, rng):
    model, x, y = compiled(make, rng)
    model.train_on_batch(x, y)
    weights, homes = model.get_weights(), [id(v._value) for v in model.variables]
    once = gradients(model, x, y)
    with pytest.raises(IndexError):  # even when it stops half way
        finite_differences(model, x, y, model.variables[0], [(0, 0), (99, 0)])
    finite_differences(model, x, y, model.variables[0], [(0, 0)])
    assert all(np.array_equal(a, b) for a, b in zip(weights, model.get_weights()))
    assert homes == [id(v._value) for v in model.variables] and model.backend == backend
    again = gradients(model, x, y)
    assert once[0] == again[0] and all(np.array_equal(once[1][k], again[1][k]) for k in once[1])
    model.train_on_batch(x, y)  # the optimizer still reaches the weights
    assert not np.array_equal(weights[0], model.get_weights()[0])


def test_chosen_entries_come_in_their_order(fresh, rng):
    model, x, y = compiled(two_inputs, rng)
    kernel = model.get_layer("shared").kernel
    every = finite_differences(model, x, y, kernel)
    chosen = finite_differences(model, x, y, "shared/kernel", [(3, 1), (0, 4)])
    np.testing.assert_array_equal(chosen, [every[3, 1], every[0, 4]])
    bias = finite_differences(model, x, y, "answer/bias", [0])
    assert bias.shape == (1,)


def test_the_difference_is_tight_because_it_is_float64(fresh, rng):
    """A gradient taken in float64 agrees far beyond what float32 can hold."""
    kt.config.set_floatx("float64")
    try:
        model, x, y = compiled(two_inputs, rng, "binary_crossentropy")
        _, found = gradients(model, x, y)
    finally:
        kt.config.set_floatx("float32")
    slopes = finite_differences(model, x, y, "shared/kernel")
    np.testing.assert_allclose(found["shared/kernel"], slopes, atol=1e-9)


def test_weights_without_influence_and_frozen_ones(fresh, rng):
    model, x, y = compiled(nested, rng)
    model.get_layer("outer").set_weights([np.zeros((4, 1)), np.zeros(1)])
    found = gradients(model, x, y)[1]
    assert [path for path, g in found.items() if not g.any()] == [v.path for v in model.layers[1].trainable_variables]
    model.get_layer("outer").trainable = False
    assert not any("outer" in path for path in gradients(model, x, y)[1])


def test_refusals(fresh, rng):
    model = two_inputs()
    with pytest.raises(ValueError, match="compile"):
        gradients(model, [rng.random((2, 6))] * 2, [[0], [1]])
    model, x, y = compiled(two_inputs, rng)
    with pytest.raises(ValueError, match=r"no variable 'nothing'.*answer/bias"):
        finite_differences(model, x, y, "nothing")
    with pytest.raises(ValueError, match="no variable 'shared/kernel'"):  # of that name, but another model's
        finite_differences(model, x, y, two_inputs().get_layer("shared").kernel)


def test_any_variable_can_be_named_by_itself(fresh, rng):
    model, x, y = compiled(two_inputs, rng)
    for variable in model.variables:
        by_path = finite_differences(model, x, y, variable.path)
        np.testing.assert_array_equal(finite_differences(model, x, y, variable), by_path)
