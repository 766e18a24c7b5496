"""Callbacks: every hook in Keras's order with Keras's logs, and the built-in ones take the same decisions."""

import csv
import os
import re

import numpy as np
import pytest

RNG = np.random.default_rng(4)
X = RNG.normal(size=(20, 3)).astype("float32")
Y = RNG.normal(size=(20, 1)).astype("float32")
HOOKS = [
    f"on_{name}"
    for name in "train_begin train_end test_begin test_end predict_begin predict_end epoch_begin epoch_end "
    "train_batch_begin train_batch_end test_batch_begin test_batch_end predict_batch_begin predict_batch_end".split()
]


def model(api):
    L = api.layers
    return api.Sequential([L.Input((3,)), L.Dense(4, "tanh"), L.Dense(1)])


def recorder(api, seen):
    """A callback that notes every hook: its name, number and the keys of its logs."""

    def hook(name):
        def note(self, *args, **kwargs):
            number, logs = (*[None] * (1 - len(args) - len(kwargs) + 1), *args, *kwargs.values())
            seen.append((name, number, list(logs)))

        return note

    return type("Recorder", (api.callbacks.Callback,), {name: hook(name) for name in HOOKS})()


RUNS = {
    "fit": lambda m, c: m.fit(X, Y, epochs=2, batch_size=8, verbose=0, callbacks=c),
    "fit with validation": lambda m, c: m.fit(X, Y, epochs=2, batch_size=8, verbose=0, callbacks=c, validation_split=0.4),
    "fit, validated now and then": lambda m, c: m.fit(
        X, Y, epochs=3, verbose=0, callbacks=c, validation_data=(X, Y), validation_freq=2
    ),
    "nothing to fit": lambda m, c: m.fit(X, Y, epochs=1, initial_epoch=1, verbose=0, callbacks=c),
    "evaluate": lambda m, c: m.evaluate(X, Y, batch_size=8, verbose=0, callbacks=c),
    "predict": lambda m, c: m.predict(X, batch_size=8, verbose=0, callbacks=c),
}


@pytest.mark.parametrize("name", RUNS)
def test_hooks_come_in_order(name, twins):
    seen = [[], []]
    for (api, twin), notes in zip(twins(model), seen):
        twin.compile("sgd", "mse", metrics=["mae"])
        RUNS[name](twin, [recorder(api, notes)])
    assert seen[0] == seen[1]


def test_logs_hold_running_means(twins, close):
    """Batch logs are means over the epoch so far, plain floats."""
    seen = [[], []]
    for (api, twin), notes in zip(twins(model), seen):
        twin.compile("sgd", "mse", metrics=["mae"])
        keep = api.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs, notes=notes: notes.append(dict(logs)))
        twin.fit(X, Y, epochs=2, batch_size=8, shuffle=False, verbose=0, callbacks=[keep])
    close(*seen)
    assert all(type(value) is float for logs in seen[0] for value in logs.values())


def test_params_and_model(twins):
    found = []
    for api, twin in twins(model):
        twin.compile("sgd", "mse")
        callback = api.callbacks.Callback()
        twin.fit(X, Y, epochs=3, batch_size=8, verbose=0, callbacks=[callback])
        assert callback.model is twin
        found.append(callback.params)
    assert found[0] == found[1]


class Scripted:
    """Makes a metric follow a script: a callback put first that rewrites the logs."""

    def __new__(cls, api, values, name="val_loss"):
        def rewrite(epoch, logs):
            logs[name] = values[epoch]

        return api.callbacks.LambdaCallback(on_epoch_end=rewrite)


FALLING, RISING = [5, 4, 3, 3.5, 3.2, 3.1, 2, 2.5, 2.6, 2.7, 2.8, 2.9], [1, 2, 3, 2, 2.5, 2.9, 4, 3, 3, 3, 3, 3]
STOPPING = {
    "at once": ({}, FALLING),
    "patience": ({"patience": 2}, FALLING),
    "more patience": ({"patience": 4}, FALLING),
    "min_delta": ({"patience": 1, "min_delta": 1.5}, FALLING),
    "baseline": ({"patience": 3, "baseline": 2.5}, FALLING),
    "baseline, never met": ({"patience": 2, "baseline": 0.1}, FALLING),
    "a later start": ({"patience": 1, "start_from_epoch": 4}, FALLING),
    "a later start, restoring": ({"patience": 2, "start_from_epoch": 4, "restore_best_weights": True}, FALLING),
    "restoring": ({"patience": 3, "restore_best_weights": True}, FALLING),
    "restoring, never stopped": ({"patience": 50, "restore_best_weights": True}, FALLING),
    "restoring with a baseline": ({"patience": 2, "restore_best_weights": True, "baseline": 1.0}, FALLING),
    "rising": ({"patience": 2, "mode": "max", "monitor": "val_accuracy"}, RISING),
    "rising by name": ({"patience": 2, "monitor": "val_cosine_similarity"}, RISING),
    "falling by name": ({"patience": 2, "monitor": "mae"}, FALLING),
    "NaN": ({"patience": 2}, [3, float("nan"), float("nan"), float("nan"), 1, 1, 1, 1, 1, 1, 1, 1]),
}


@pytest.mark.parametrize("name", STOPPING)
def test_early_stopping(name, twins, close, capsys):
    settings, values = STOPPING[name]
    told, left = [], []
    monitor = settings.get("monitor", "val_loss")
    for api, twin in twins(compiled_with_mae):
        stop = api.callbacks.EarlyStopping(verbose=1, **settings)
        history = twin.fit(
            X, Y, epochs=12, batch_size=20, shuffle=False, verbose=0, callbacks=[Scripted(api, values, monitor), stop]
        )
        told.append(capsys.readouterr().out)
        left.append([history.epoch, [stop.wait, stop.stopped_epoch, stop.best_epoch], twin.get_weights()])
    close(*left)
    assert words(told[0]) == words(told[1])


def compiled_with_mae(api):
    twin = model(api)
    twin.compile("sgd", "mse", metrics=["mae", "cosine_similarity"])
    return twin


def words(text):
    """What was printed, without numbers' last digits and the marks that move the cursor."""
    return re.sub(r"(\d+\.\d{4})\d*", r"\1", text.replace("\b", "").replace("\r", "")).split()


PLATEAUS = {
    "patience": {"patience": 2},
    "cooldown": {"patience": 1, "cooldown": 2},
    "floor": {"patience": 1, "min_lr": 0.004, "factor": 0.5},
    "min_delta": {"patience": 2, "min_delta": 0.6},
    "rising": {"patience": 2, "mode": "max"},
}


@pytest.mark.parametrize("name", PLATEAUS)
def test_reduce_lr_on_plateau(name, twins, close, capsys):
    told, histories = [], []
    for api, twin in twins(compiled_with_mae):
        reduce = api.callbacks.ReduceLROnPlateau(verbose=1, **{"factor": 0.3} | PLATEAUS[name])
        values = RISING if name == "rising" else FALLING
        run = twin.fit(X, Y, epochs=12, batch_size=20, shuffle=False, verbose=0, callbacks=[Scripted(api, values), reduce])
        histories.append({"rate": run.history["learning_rate"], "keys": len(run.history)})
        told.append(words(capsys.readouterr().out))
    close(*histories)
    assert told[0] == told[1]


@pytest.mark.parametrize("schedule", [lambda epoch: 0.1 / (epoch + 1), lambda epoch, rate: rate * 0.5], ids=["epoch", "rate"])
def test_learning_rate_scheduler(schedule, twins, close, capsys):
    told, histories = [], []
    for api, twin in twins(compiled_with_mae):
        follow = api.callbacks.LearningRateScheduler(schedule, verbose=1)
        histories.append(twin.fit(X, Y, epochs=3, batch_size=20, verbose=0, callbacks=[follow]).history)
        told.append(words(capsys.readouterr().out))
    close(*histories)
    assert told[0] == told[1]


CHECKPOINTS = {
    "every epoch": ("{epoch:02d}.keras", {}),
    "named by a metric": ("{epoch}-{loss:.3f}.keras", {}),
    "weights": ("{epoch}.weights.h5", {"save_weights_only": True}),
    "the best": ("{epoch}.weights.h5", {"save_weights_only": True, "save_best_only": True}),
    "the best, rising": ("{epoch}.weights.h5", {"save_weights_only": True, "save_best_only": True, "mode": "max"}),
    "better than": ("{epoch}.weights.h5", {"save_weights_only": True, "save_best_only": True, "initial_value_threshold": 2.6}),
    "every third batch": ("{epoch}.weights.h5", {"save_weights_only": True, "save_freq": 3}),
    "batches in the name": ("{epoch}-{batch}.weights.h5", {"save_weights_only": True, "save_freq": 5}),
    "a folder": ("made/{epoch}.weights.h5", {"save_weights_only": True}),
}


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_model_checkpoint(name, twins, tmp_path, capsys):
    pattern, settings = CHECKPOINTS[name]
    told, files = [], []
    for api, twin in twins(compiled_with_mae):
        place = tmp_path / api.__name__
        place.mkdir()
        save = api.callbacks.ModelCheckpoint(os.fspath(place / pattern), verbose=1, **settings)
        twin.fit(X, Y, epochs=8, batch_size=8, shuffle=False, verbose=0, callbacks=[Scripted(api, FALLING), save])
        files.append(sorted(os.fspath(p.relative_to(place)) for p in place.rglob("*") if p.is_file()))
        told.append([word for word in words(capsys.readouterr().out) if os.sep not in word])
    assert files[0] == files[1] and files[0]
    assert told[0] == told[1]


@pytest.mark.parametrize("validated", [False, True])
@pytest.mark.parametrize("settings", [{}, {"separator": ";"}], ids=["commas", "semicolons"])
def test_csv_logger(validated, settings, twins, tmp_path, close):
    tables = []
    for api, twin in twins(compiled_with_mae):
        path = tmp_path / f"{api.__name__}.csv"
        options = {"validation_split": 0.4, "validation_freq": 2} if validated else {}
        log = api.callbacks.CSVLogger(os.fspath(path), **settings)
        twin.fit(X, Y, epochs=2, batch_size=8, shuffle=False, verbose=0, callbacks=[log], **options)
        again = api.callbacks.CSVLogger(os.fspath(path), append=True, **settings)
        twin.fit(X, Y, epochs=3, initial_epoch=2, batch_size=8, shuffle=False, verbose=0, callbacks=[again], **options)
        with open(path, newline="") as file:
            tables.append(list(csv.reader(file, delimiter=settings.get("separator", ","))))
    ours, theirs = tables
    assert ours[0] == theirs[0]
    assert [[cell == "NA" for cell in row] for row in ours] == [[cell == "NA" for cell in row] for row in theirs]
    close(*[[float(cell) for row in table[1:] for cell in row if cell != "NA"] for table in tables])


@pytest.mark.parametrize("raise_error", [False, True])
def test_terminate_on_nan(raise_error, twins, capsys):
    told, epochs = [], []
    for api, twin in twins(compiled_with_mae):
        x = X.copy()
        x[10] = np.inf
        stop = api.callbacks.TerminateOnNaN(raise_error=raise_error)
        try:
            epochs.append(twin.fit(x, Y, epochs=3, batch_size=8, shuffle=False, verbose=0, callbacks=[stop]).epoch)
        except RuntimeError as error:
            told.append(str(error).split(".")[0])
        told.append(words(capsys.readouterr().out))
    assert epochs == ([] if raise_error else [[0], [0]])
    assert told[: len(told) // 2] == told[len(told) // 2 :]


def test_lambda_callback_takes_any_hook(twins):
    seen = [[], []]
    for (api, twin), notes in zip(twins(compiled_with_mae), seen):
        hooks = {name: lambda *_, name=name, notes=notes, logs=None: notes.append(name) for name in HOOKS}
        twin.fit(X, Y, epochs=1, verbose=0, validation_split=0.5, callbacks=[api.callbacks.LambdaCallback(**hooks)])
        twin.predict(X, verbose=0, callbacks=[api.callbacks.LambdaCallback(**hooks)])
    assert seen[0] == seen[1]


def test_stop_training_from_a_batch(twins):
    """`model.stop_training = True` in a batch hook ends the epoch after that batch."""
    seen = []
    for api, twin in twins(compiled_with_mae):
        batches = []

        class Stop(api.callbacks.Callback):
            def on_train_batch_end(self, batch, logs=None, batches=batches):
                batches.append(batch)
                self.model.stop_training = batch == 1

        epochs = twin.fit(X, Y, epochs=3, batch_size=4, verbose=0, callbacks=[Stop()]).epoch
        seen.append((batches, epochs))
    assert seen[0] == seen[1]


def test_one_callback_without_a_list(twins):
    for api, twin in twins(compiled_with_mae):
        assert twin.fit(X, Y, epochs=1, verbose=0, callbacks=api.callbacks.Callback()).epoch == [0]


def test_own_history_is_filled(twins, close):
    found = []
    for api, twin in twins(compiled_with_mae):
        history = api.callbacks.History()
        returned = twin.fit(X, Y, epochs=2, shuffle=False, verbose=0, callbacks=[history])
        assert returned is twin.history
        found.append(history.history)
    close(*found)


WRONG = {
    "a word": lambda api, m: m.fit(X, Y, verbose=0, callbacks=["early"]),
    "a class": lambda api, m: m.fit(X, Y, verbose=0, callbacks=[api.callbacks.EarlyStopping]),
    "factor of 1": lambda api, m: api.callbacks.ReduceLROnPlateau(factor=1.0),
    "ending of a model": lambda api, m: api.callbacks.ModelCheckpoint("a.h5py"),
    "ending of weights": lambda api, m: api.callbacks.ModelCheckpoint("a.keras", save_weights_only=True),
    "save_freq": lambda api, m: api.callbacks.ModelCheckpoint("a.keras", save_freq="step"),
    "a metric in the name": lambda api, m: m.fit(
        X, Y, verbose=0, callbacks=[api.callbacks.ModelCheckpoint("/tmp/{val_acc}.keras")]
    ),
    "a schedule of words": lambda api, m: m.fit(
        X, Y, verbose=0, callbacks=[api.callbacks.LearningRateScheduler(lambda epoch: "slow")]
    ),
    "an argument": lambda api, m: api.callbacks.EarlyStopping(pateince=3),
    "which way is better?": lambda api, m: m.fit(
        X, Y, verbose=0, callbacks=[api.callbacks.EarlyStopping(monitor="val_acuracy")]
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_same_errors(name, both):
    ours, theirs = both(lambda api: WRONG[name](api, compiled_with_mae(api)))
    assert isinstance(theirs, Exception), theirs
    assert type(ours) is type(theirs), ours


def test_a_monitor_that_is_missing(twins):
    """A warning that names what there is, and training goes on."""
    for api, twin in twins(compiled_with_mae):
        with pytest.warns(UserWarning, match="val_loss.*not available.*loss"):
            twin.fit(X, Y, epochs=1, verbose=0, callbacks=[api.callbacks.EarlyStopping()])
