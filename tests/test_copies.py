"""A copy of a model computes and trains as the model does, and apart from it."""

import copy

import numpy as np
import pytest

import kerasteach as kt
from kerasteach import layers

X, Y = np.random.default_rng(0).normal(size=(24, 4)).astype("float32"), np.ones((24, 1), "float32")


def graph():
    x = kt.Input((4,))
    shared = layers.Dense(4, "relu")
    inner = kt.Sequential([kt.Input((4,)), layers.Dense(3), layers.ReLU(), layers.Dropout(0.5)])
    return kt.Model(x, layers.Dense(1)(layers.Concatenate()([inner(shared(x)), shared(x)])))


@pytest.mark.parametrize("eagerly", [False, True], ids=["program", "eagerly"])
def test_copies(eagerly, backend):
    kt.utils.set_random_seed(0)
    with kt.config.set_backend(backend):
        model = graph()
    model.compile("adam", "mse", run_eagerly=eagerly)
    model.fit(X, Y, verbose=0)
    other = copy.deepcopy(model)
    np.testing.assert_allclose(other.predict(X, verbose=0), model.predict(X, verbose=0), rtol=1e-6)
    losses = []
    for each in (model, other):
        kt.utils.set_random_seed(1)
        losses.append(each.fit(X, Y, epochs=2, verbose=0).history["loss"])
    np.testing.assert_allclose(*losses, rtol=1e-6)
    before = model.get_weights()
    other.fit(X, Y, verbose=0)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights()))
