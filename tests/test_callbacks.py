"""The progress bar in its three places, and what callbacks cost and may do; the rest is in parity/test_callbacks.py."""

import re
import sys
import types

import numpy as np
import pytest

import kerasteach as keras
from kerasteach.callbacks import Callback, CallbackList, EarlyStopping, History, LambdaCallback, progress
from kerasteach.progress import screens

X = np.random.default_rng(0).normal(size=(40, 3)).astype("float32")
Y = X[:, :1]


@pytest.fixture
def model(backend, fresh):
    made = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    made.compile("sgd", "mse", metrics=["mae"])
    return made


def lines(text):
    """What was printed, with numbers and times as #."""
    return re.sub(r"\d+(\.\d+)?(e-\d+)?", "#", text).splitlines()


def test_a_pipe_gets_one_finished_line_an_epoch(model, capsys):
    model.fit(X, Y, batch_size=8, epochs=2, verbose=1, validation_split=0.2)
    line = f"#/# {'━' * 20} #s #s/step - loss: # - mae: # - val_loss: # - val_mae: #"
    assert [re.sub("#[mu]s/step", "#s/step", text) for text in lines(capsys.readouterr().out)] == ["Epoch #/#", line] * 2


def test_verbose_2_is_keras_line(model, capsys):
    real = pytest.importorskip("keras")

    theirs = real.Sequential([real.Input((3,)), real.layers.Dense(1)])
    theirs.compile("sgd", "mse", metrics=["mae"])
    told = []
    for made in (model, theirs):
        made.fit(X, Y, batch_size=8, epochs=2, verbose=2, validation_split=0.2)
        made.fit(X, Y, verbose=2)
        made.evaluate(X, Y, verbose=2)
        made.predict(X, verbose=2)
        told.append([re.sub("#[mu]s/step", "#ms/step", text) for text in lines(capsys.readouterr().out)])
    assert told[0] == told[1]


def test_verbose_0_is_silent(model, capsys):
    model.fit(X, Y, verbose=0)
    model.evaluate(X, Y, verbose=0)
    model.predict(X, verbose=0)
    assert capsys.readouterr().out == ""


def test_auto_is_a_bar_or_a_line_as_the_config_says(model, capsys):
    keras.config.disable_interactive_logging()
    try:
        model.fit(X, Y)
    finally:
        keras.config.enable_interactive_logging()
    assert "━" not in capsys.readouterr().out
    model.fit(X, Y)
    assert "━" in capsys.readouterr().out


def test_a_terminal_redraws_one_line(model, monkeypatch, capsys):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(screens, "PAUSE", 0.0)
    monkeypatch.setattr(progress, "_SHARE", 1e9)  # draw however long it takes
    model.fit(X, Y, batch_size=8, verbose=1)
    drawn = capsys.readouterr().out.split("\r")
    assert len(drawn) > 5 and drawn[-1].endswith("\n") and "1/5" in drawn[1] and "5/5" in drawn[-1]


def test_a_notebook_replaces_one_output(model, monkeypatch, capsys):
    shown = []
    handle = types.SimpleNamespace(update=lambda data, raw: shown.append(data["text/plain"]))

    def display(data, raw, display_id):
        shown.append(data["text/plain"])
        return handle

    monkeypatch.setattr(screens, "in_notebook", lambda: True)
    monkeypatch.setitem(sys.modules, "IPython.display", types.SimpleNamespace(display=display))
    model.fit(X, Y, batch_size=8, epochs=30, verbose=1)
    assert capsys.readouterr().out == ""
    last = shown[-1].splitlines()
    assert last[0] == "… 36 lines above" and last[-1].startswith("5/5") and len(last) == 25


def test_hooks_nobody_overrides_are_not_called(model):
    """Batch hooks cost a reading of all metrics, so they are prepared only where someone listens."""
    assert not CallbackList([Callback(), EarlyStopping("loss")], add_history=True, model=model).wants_batches
    assert CallbackList([LambdaCallback(on_train_batch_end=print)], model=model).wants_batches

    class Old(Callback):
        def on_batch_end(self, batch, logs=None):
            """An old name of on_train_batch_end."""

    assert CallbackList([Old()], model=model).wants_batches


def test_a_history_tells_its_last_numbers(model):
    history = model.fit(X, Y, epochs=2, verbose=0)
    assert isinstance(history, History) and re.match(r"<History of 2 epochs; last loss: \S+, mae: \S+>", repr(history))


def test_one_history_grows_over_two_runs_if_it_is_the_same_object(model):
    history = History()
    model.fit(X, Y, epochs=2, verbose=0, callbacks=[history])
    model.fit(X, Y, epochs=3, verbose=0, callbacks=[history])
    assert len(history.history["loss"]) == 5


def test_a_callback_may_change_weights_between_batches(model):
    """The next batch is computed with the new ones, although weights are views of one long vector."""
    zero = LambdaCallback(on_train_batch_end=lambda batch, logs: model.set_weights([np.zeros((3, 1)), np.zeros(1)]))
    model.compile(keras.optimizers.SGD(0.1), "mse")
    losses = []
    keep = LambdaCallback(on_train_batch_end=lambda batch, logs: losses.append(logs["loss"]))
    model.fit(X[:16], Y[:16], batch_size=8, epochs=1, shuffle=False, verbose=0, callbacks=[keep, zero])
    second = float(np.mean(Y[8:16] ** 2))
    assert losses[1] == pytest.approx((losses[0] + second) / 2, rel=1e-5)


def test_a_backup_goes_on_as_if_nothing_had_happened(backend, tmp_path):
    """The order of samples and what dropout drops are those that would have come."""

    def fitted(epochs, folder):
        keras.utils.clear_session()
        keras.utils.set_random_seed(0)
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dropout(0.4), keras.layers.Dense(1)])
        model.compile("adam", "mse")
        backup = keras.callbacks.BackupAndRestore(tmp_path / folder, delete_checkpoint=False)
        return model.fit(X, Y, batch_size=8, epochs=epochs, verbose=0, callbacks=[backup])

    whole = fitted(5, "whole")
    fitted(2, "cut")
    rest = fitted(5, "cut")
    assert rest.epoch == [2, 3, 4]
    np.testing.assert_allclose(rest.history["loss"], whole.history["loss"][2:], rtol=1e-6)
