"""What an optimizer's formula is written out as computes the formula, bit by bit."""

import ast

import numpy as np
import pytest

import kerasteach as keras
from kerasteach import layers, optimizers
from kerasteach.backend.update import written

SETTINGS = {
    "sgd": lambda: optimizers.SGD(0.1),
    "momentum": lambda: optimizers.SGD(0.1, momentum=0.9),
    "nesterov": lambda: optimizers.SGD(0.1, momentum=0.9, nesterov=True),
    "rmsprop": lambda: optimizers.RMSprop(0.01),
    "centered": lambda: optimizers.RMSprop(0.01, momentum=0.5, centered=True),
    "adam": lambda: optimizers.Adam(0.01),
    "amsgrad": lambda: optimizers.Adam(0.01, amsgrad=True),
    "adagrad": lambda: optimizers.Adagrad(0.01),
    "adadelta": lambda: optimizers.Adadelta(0.5),
    "adamax": lambda: optimizers.Adamax(0.01),
    "lion": lambda: optimizers.Lion(0.01),
    "ftrl": lambda: optimizers.Ftrl(0.1, l1_regularization_strength=0.01),
    "schedule_free": lambda: optimizers.ScheduleFreeAdamW(0.01, warmup_steps=2),
}


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("size", [7, 100_003], ids=["short", "in pieces"])
@pytest.mark.parametrize("name", SETTINGS)
def test_the_written_update_is_the_formula(name, size, dtype):
    rng = np.random.default_rng(0)
    optimizer = SETTINGS[name]()
    optimizer.build([keras.Variable(rng.standard_normal(size).astype(dtype), dtype=dtype)])
    flat = optimizer._flats[0]
    by_book = [flat.vector.copy(), *[slot.copy() for slot in flat.slots]]
    quick = [part.copy() for part in by_book]
    update = written(optimizer, flat.vector, flat.slots)
    for step in range(1, 5):
        gradient = rng.standard_normal(size).astype(dtype)
        optimizer.formula(by_book[0], gradient, 0.01, step, *by_book[1:])
        update(quick[0], gradient, 0.01, step, *quick[1:])
    for ours, wanted in zip(quick, by_book, strict=True):
        assert ours.dtype == dtype
        np.testing.assert_array_equal(ours, wanted)


class Clipped(optimizers.SGD):
    """A formula of the user's own that looks at the whole vector, and branches on numbers."""

    def formula(self, w, g, learning_rate, step, momentum=None):
        length = float((g * g).sum()) ** 0.5
        if length > 1:
            g = g / length
        for _ in range(2):
            w -= 0.5 * learning_rate * g


def test_a_formula_of_ones_own_sees_the_whole_vector():
    optimizer = Clipped(0.1)
    optimizer.build([keras.Variable(np.zeros(100_003, "float32"))])
    flat = optimizer._flats[0]
    written(optimizer, flat.vector, flat.slots)(flat.vector, np.ones(100_003, "float32"), 0.1, 1)
    assert np.linalg.norm(flat.vector) == pytest.approx(0.1, rel=1e-4)


class Slowing(optimizers.Adam):
    """A formula of the user's own that counts in its optimizer, and calls the one it stands for."""

    count = 0

    def formula(self, w, g, learning_rate, step, *slots):
        self.count += 1
        super().formula(w, g, learning_rate / self.count, step, *slots)


def test_a_formula_of_ones_own_may_keep_things_and_call_super():
    x, y = np.random.default_rng(0).random((64, 4), "float32"), np.ones((64, 3), "float32")
    weights = []
    for run_eagerly in (False, True):
        model = one_layer(Slowing(0.1))
        model.run_eagerly = run_eagerly
        model.fit(x, y, epochs=3, shuffle=False, verbose=0)
        assert model.optimizer.count == 6
        weights.append(model.get_weights())
    for a, b in zip(*weights, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def one_layer(optimizer):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
    model.compile(optimizer, "mse")
    return model


@pytest.mark.parametrize(
    "change",
    [
        lambda optimizer: setattr(optimizer, "beta_1", 0.1),
        lambda optimizer: setattr(optimizer, "clipnorm", 0.01),
        lambda optimizer: setattr(optimizer, "learning_rate", 0.5),
    ],
    ids=["beta_1", "clipnorm", "learning_rate"],
)
def test_settings_changed_in_the_middle_of_a_fit_count_from_then_on(change, backend):
    x, y = np.random.default_rng(0).random((64, 4), "float32"), np.ones((64, 3), "float32")

    def weights(run_eagerly):
        with keras.config.set_backend(backend):
            model = one_layer(optimizers.Adam(0.01))
        model.run_eagerly = run_eagerly
        half = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: epoch == 1 and change(model.optimizer))
        model.fit(x, y, epochs=4, shuffle=False, verbose=0, callbacks=[half])
        return model.get_weights()

    for a, b in zip(weights(False), weights(True), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_every_formula_of_the_library_is_one_update_after_another():
    """Pieces of a vector may be updated one by one only if no formula changes its optimizer."""
    import inspect
    import textwrap

    for cls in {type(make()) for make in SETTINGS.values()} | {optimizers.Nadam}:
        tree = ast.parse(textwrap.dedent(inspect.getsource(cls.formula)))
        stored = [n for n in ast.walk(tree) if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)]
        assert not stored, f"{cls.__name__} keeps something in {ast.unparse(stored[0])}"
