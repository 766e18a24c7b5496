"""`compile(jit_compile=True)`: a step compiled whole gives the numbers of the step as it is written."""

import shutil
import warnings

import numpy as np
import pytest

import kerasteach as keras
from kerasteach import layers, optimizers

torch = pytest.importorskip("torch")
needs_compiler = pytest.mark.skipif(not (shutil.which("g++") or shutil.which("clang++")), reason="there is no C++ compiler")


def images():
    x = keras.Input((6, 6, 1))
    y = layers.BatchNormalization()(layers.Conv2D(2, 3, use_bias=False, kernel_regularizer="l2")(x))
    y = layers.Dropout(0.3)(layers.Flatten()(layers.ReLU()(y)))
    return keras.Model(x, layers.Dense(3, "softmax")(y))


def dense():
    return keras.Sequential([keras.Input((6, 6, 1)), layers.Flatten(), layers.Dense(4, "tanh"), layers.Dense(3, "softmax")])


def trained(make, optimizer, jit_compile, **fit):
    keras.utils.set_random_seed(1)
    with keras.config.set_backend("torch"):
        model = make()
    model.compile(optimizer(), "sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=jit_compile)
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(36, 6, 6, 1)).astype("float32"), rng.integers(0, 3, 36)
    logs = model.fit(x, y, batch_size=16, epochs=7, verbose=0, **fit).history  # 7 * 3 steps; the last batch has 4 rows
    return model, logs


def programs(model):
    return list(model._last_structure.programs.values())


def assert_same(found, expected):
    for name in expected[1]:
        np.testing.assert_allclose(found[1][name], expected[1][name], rtol=1e-5)
    for a, b in zip(found[0].get_weights(), expected[0].get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


@needs_compiler
@pytest.mark.slow
def test_the_same_numbers_with_all_that_a_step_can_have():
    """Dropout, moving averages, a regularizer, a schedule, clipping, decay, an average of weights, sample weights."""

    def optimizer():
        rate = optimizers.schedules.ExponentialDecay(0.02, 5, 0.8)
        return optimizers.AdamW(rate, weight_decay=0.01, global_clipnorm=0.5, use_ema=True, ema_overwrite_frequency=5)

    fit = {"class_weight": {0: 1.0, 1: 2.0, 2: 0.5}}
    compiled, plain = (trained(images, optimizer, jit, **fit) for jit in (True, False))
    first, last = programs(compiled[0])
    assert first.why_not is None and first._step.frozen and last._step is None
    assert_same(compiled, plain)


@needs_compiler
@pytest.mark.slow
def test_a_constraint_and_a_rate_that_a_callback_changes():
    def make():
        model = dense()
        model.layers[1].kernel.constraint = keras.constraints.MaxNorm(0.5)
        return model

    callback = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.7)
    compiled, plain = (trained(make, lambda: optimizers.SGD(0.1, momentum=0.9), jit, callbacks=[callback]) for jit in (True, False))
    assert programs(compiled[0])[0]._step.frozen
    assert_same(compiled, plain)


@needs_compiler
@pytest.mark.slow
def test_an_optimizer_of_ones_own_gets_compiled_gradients():
    class Signs(optimizers.Optimizer):
        def formula(self, w, g, learning_rate, step):
            w -= learning_rate / int(self.iterations + 1) * g.sign()

    compiled, plain = (trained(dense, lambda: Signs(0.01), jit) for jit in (True, False))
    assert programs(compiled[0])[0]._step.frozen is None and programs(compiled[0])[0].why_not is None
    assert_same(compiled, plain)


@needs_compiler
@pytest.mark.slow
def test_auto_compiles_small_steps_that_were_run_often(monkeypatch):
    from kerasteach.training import structure

    monkeypatch.setattr(structure, "_PAID", 5)
    monkeypatch.setattr(structure, "_SMALL", 5000)
    compiled, plain = (trained(dense, lambda: optimizers.Adam(0.01), jit) for jit in ("auto", False))
    assert [program._step is not None for program in programs(compiled[0])] == [True, True]
    assert_same(compiled, plain)
    monkeypatch.setattr(structure, "_SMALL", 100)
    large, _ = trained(dense, lambda: optimizers.Adam(0.01), "auto")
    assert not hasattr(programs(large)[0], "patience")


@needs_compiler
@pytest.mark.slow
def test_a_setting_that_changes_is_compiled_in_anew_until_that_is_too_often(monkeypatch):
    from kerasteach.backend import torch_jit

    class Momentum(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.model.optimizer.momentum = 0.5 + 0.01 * epoch

    monkeypatch.setattr(torch_jit, "_MOST_COMPILATIONS", 2)

    def run(jit):
        return trained(dense, lambda: optimizers.SGD(0.1, momentum=0.9), jit, callbacks=[Momentum()])

    with pytest.warns(UserWarning, match="settings keep changing"):
        compiled = run(True)
    assert_same(compiled, run(False))


def test_without_a_compiler_it_trains_all_the_same(monkeypatch):
    from torch._inductor import config

    monkeypatch.setattr(config.cpp, "cxx", ("no-such-compiler",))
    monkeypatch.setattr(config, "force_disable_caches", True)
    with pytest.warns(UserWarning, match="`jit_compile=True` has no effect") as told:
        found = trained(dense, lambda: optimizers.Adam(0.01), True)
    assert "install a C++ compiler" in str(told[0].message) and len(told) == 1
    assert_same(found, trained(dense, lambda: optimizers.Adam(0.01), False))


def test_a_layer_of_ones_own_runs_op_by_op_and_says_so():
    class Double(layers.Layer):
        def call(self, x):
            return 2 * x

    with pytest.warns(UserWarning, match="holds code of your own"):
        trained(lambda: keras.Sequential([dense(), Double()]), lambda: optimizers.Adam(0.01), True)


def test_what_compile_says(fresh):
    model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    with pytest.warns(UserWarning, match="no effect on the NumPy backend"):
        model.compile("sgd", "mse", jit_compile=True)
    with pytest.warns(UserWarning, match="Disabling `jit_compile`"):
        model.compile("sgd", "mse", jit_compile=True, run_eagerly=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.to("torch").compile("sgd", "mse", jit_compile=True)
