"""Observers are told of every training step, whichever way it runs, and change nothing."""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach import backend
from kerasteach.training.observing import Observer, forget, observe


class Ours(keras.Sequential):
    """A training step of the user's."""

    def train_step(self, data):
        x, y = data
        with keras.GradientTape() as tape:
            loss = self.compute_loss(x, y, self(x, training=True))
        self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
        return {"loss": loss}


class Notes(Observer):
    def __init__(self):
        self.told = []

    def batch(self, data):
        self.told.append(("batch", len(data[0])))

    def gradients(self, variables, gradients):
        self.told.append(("gradients", [v.path for v in variables], [backend.to_numpy(g).copy() for g in gradients]))

    def updated(self, variables):
        self.told.append(("updated", [v.numpy().copy() for v in variables]))


def make(kind, **compile):
    keras.utils.set_random_seed(0)
    model = kind([keras.Input((3,)), keras.layers.Dense(4, "tanh", name="a"), keras.layers.Dense(1, name="b")], name="m")
    model.compile("adam", "mse", **compile)
    return model


X, Y = np.random.default_rng(0).normal(size=(24, 3)).astype("float32"), np.ones((24, 1), "float32")


@pytest.mark.parametrize("kind, settings", [
    (keras.Sequential, {}), (keras.Sequential, {"run_eagerly": True}), (keras.Sequential, {"jit_compile": True}), (Ours, {}),
], ids=["program", "eagerly", "compiled", "custom"])  # fmt: skip
@pytest.mark.parametrize("name", ["numpy", "torch"])
def test_observers_hear_of_batches_gradients_and_updates(name, kind, settings):
    if name == "numpy" and settings.get("jit_compile"):
        settings = {}
    with keras.config.set_backend(name):
        model, quiet = make(kind, **settings), make(kind, **settings)
    notes = Notes()
    observe(model, notes)
    model.fit(X, Y, batch_size=8, epochs=2, verbose=0, shuffle=False)
    quiet.fit(X, Y, batch_size=8, epochs=2, verbose=0, shuffle=False)
    assert [what for what, *_ in notes.told] == ["batch", "gradients", "updated"] * 6
    assert notes.told[1][1] == ["m/a/kernel", "m/a/bias", "m/b/kernel", "m/b/bias"]
    assert [g.shape for g in notes.told[1][2]] == [(3, 4), (4,), (4, 1), (1,)]
    for last, now, other in zip(notes.told[-1][1], model.get_weights(), quiet.get_weights()):
        assert np.array_equal(last, now)
        np.testing.assert_allclose(now, other, rtol=1e-5, atol=1e-6)
    forget(model, notes)
    model.train_on_batch(X, Y)
    assert len(notes.told) == 18


@pytest.mark.parametrize("name", ["numpy", "torch"])
def test_an_observer_may_come_and_go_during_fit(name):
    with keras.config.set_backend(name):
        model = make(keras.Sequential)
    notes = Notes()

    class Second(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            observe(self.model, notes) if epoch == 1 else forget(self.model, notes)

    model.fit(X, Y, batch_size=8, epochs=3, verbose=0, shuffle=False, callbacks=[Second()])
    assert [what for what, *_ in notes.told] == ["batch", "gradients", "updated"] * 3
