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


@pytest.mark.parametrize("name", RUNS)
def test_logs_of_every_hook_have_the_same_numbers(name, twins, close):
    seen = [[], []]
    for (api, twin), notes in zip(twins(model), seen):
        twin.compile("sgd", "mse", metrics=["mae"])

        def keep(*args, notes=notes, **kwargs):
            logs = kwargs.get("logs", args[-1] if args else None)
            notes.append(dict(logs) if isinstance(logs, dict) else {})

        hooks = api.callbacks.LambdaCallback(**dict.fromkeys(HOOKS, keep))
        run = RUNS[name]
        np.random.seed(0)
        run(Ordered(twin), [hooks])
    close(*seen)


class Ordered:
    """A model whose `fit` does not shuffle."""

    def __init__(self, model):
        self.model = model

    def fit(self, *args, **kwargs):
        return self.model.fit(*args, shuffle=False, **kwargs)

    def __getattr__(self, name):
        return getattr(self.model, name)


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


def averaging(api):
    twin = model(api)
    twin.compile(api.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.7), "mse", metrics=["mae"])
    return twin


@pytest.mark.parametrize("on_epoch", [False, True])
def test_swap_ema_weights(on_epoch, twins, close):
    """Validation sees the averages; training goes on with the weights."""
    found = []
    for api, twin in twins(averaging):
        seen = []
        keep = api.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs, seen=seen, twin=twin: seen.append(twin.get_weights()))
        swap = api.callbacks.SwapEMAWeights(swap_on_epoch=on_epoch)
        run = twin.fit(X, Y, epochs=3, batch_size=8, shuffle=False, verbose=0, validation_split=0.4, callbacks=[swap, keep])
        judged = twin.evaluate(X, Y, verbose=0, callbacks=None if on_epoch else [swap])
        found.append([*run.history.values(), seen, twin.get_weights(), judged])
    close(*found)


def test_swap_ema_weights_gives_back_what_it_borrowed(backend):
    """After `predict` too; Keras 3.15 leaves the averages in the model."""
    import kerasteach as kt

    twin = averaging(kt)
    swap = kt.callbacks.SwapEMAWeights()
    for _ in range(3):
        twin.train_on_batch(X, Y)
    before = twin.get_weights()
    plain = twin.predict(X, verbose=0)
    assert not np.allclose(twin.predict(X, verbose=0, callbacks=[swap]), plain)
    for a, b in zip(before, twin.get_weights()):
        np.testing.assert_array_equal(a, b)


class Cut(Exception):
    """The power fails."""


@pytest.mark.parametrize("settings", [{}, {"save_freq": 2}, {"double_checkpoint": True}, {"delete_checkpoint": False}], ids=str)
def test_backup_and_restore(settings, twins, close, tmp_path):
    """Cut off in the middle of epoch 3, then run again: it goes on, with weights and optimizer as they were."""
    found = []
    for api, twin in twins(lambda api: model(api)):
        twin.compile(api.optimizers.Adam(0.01), "mse")
        start = twin.get_weights()
        place = tmp_path / api.__name__

        def cut(batch, logs, api=api, count=[]):  # noqa: B006 - counts on
            count.append(batch)
            if len(count) == 11:
                raise Cut

        def fit(*more, twin=twin, place=place, api=api):
            backup = api.callbacks.BackupAndRestore(os.fspath(place), **settings)
            return twin.fit(X, Y, epochs=5, batch_size=5, shuffle=False, verbose=0, callbacks=[backup, *more])

        with pytest.raises(Cut):
            fit(api.callbacks.LambdaCallback(on_train_batch_end=cut))
        files = sorted(os.listdir(place))
        twin.set_weights(start)
        run = fit()
        found.append([run.epoch, run.history["loss"], twin.get_weights()])
        found[-1].append([float(len(files)), float(place.exists())])
        if api.__name__ == "kerasteach":
            ours = files
    assert ours == files  # the same names as Keras's
    close(*found)


def test_backup_survives_a_damaged_file(twins, tmp_path):
    for api, twin in twins(compiled_with_mae):
        place = tmp_path / api.__name__
        keep = api.callbacks.BackupAndRestore(os.fspath(place), double_checkpoint=True, delete_checkpoint=False)
        twin.fit(X, Y, epochs=3, verbose=0, callbacks=[keep])
        (place / "latest.weights.h5").write_bytes(b"half a fi")
        again = api.callbacks.BackupAndRestore(os.fspath(place), double_checkpoint=True)
        assert twin.fit(X, Y, epochs=4, verbose=0, callbacks=[again]).epoch == [2, 3]


@pytest.mark.parametrize("as_json", [False, True])
def test_remote_monitor(as_json, twins):
    """The same body reaches the server; without a server there is a warning."""
    pytest.importorskip("requests")  # Keras sends with it
    import http.server
    import json
    import threading
    from urllib.parse import parse_qs

    got = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            got.append((self.path, self.headers["Content-Type"], self.headers["X-Who"], body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            """Say nothing."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    root = f"http://127.0.0.1:{server.server_port}"
    for api, twin in twins(compiled_with_mae):
        send = api.callbacks.RemoteMonitor(root, "/here/", "metrics", {"X-Who": "me"}, as_json)
        twin.fit(X, Y, epochs=2, shuffle=False, verbose=0, callbacks=[send])
    server.shutdown()
    server.server_close()
    assert len(got) == 4
    for ours, theirs in zip(got[:2], got[2:]):
        assert ours[:3] == theirs[:3]
        numbers = [json.loads(body if as_json else parse_qs(body)["metrics"][0]) for body in (ours[3], theirs[3])]
        assert numbers[0].keys() == numbers[1].keys() and numbers[0]["loss"] == pytest.approx(numbers[1]["loss"], rel=1e-4)
    for api, twin in twins(compiled_with_mae):
        with pytest.warns(UserWarning, match="Could not reach RemoteMonitor root server at http://127.0.0.1"):
            twin.fit(X, Y, epochs=1, verbose=0, callbacks=[api.callbacks.RemoteMonitor(root)])


def test_lists_of_callbacks(twins, capsys):
    """A CallbackList runs as it is; a progress bar stands where it is put."""
    for api, twin in twins(compiled_with_mae):
        seen = []
        note = api.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs, seen=seen: seen.append(epoch))
        own = api.callbacks.CallbackList([note, api.callbacks.ProgbarLogger()], add_history=True, model=twin, verbose=2, epochs=2, steps=1)
        assert twin.fit(X, Y, epochs=2, callbacks=own) is twin.history and seen == [0, 1]
        assert isinstance(own, api.callbacks.Callback) and "Epoch 2/2" in capsys.readouterr().out
        twin.evaluate(X, Y, callbacks=own)
        twin.predict(X, callbacks=own)


def test_a_training_loop_of_ones_own(twins, capsys):
    """CallbackList by hand: hooks with numbers, whatever the metrics are made of."""
    seen = [[], []]
    for (api, twin), notes in zip(twins(compiled_with_mae), seen):
        run = api.callbacks.CallbackList([recorder(api, notes)], add_history=True, add_progbar=True, model=twin, verbose=2, epochs=1, steps=2)
        run.on_train_begin()
        run.on_epoch_begin(0)
        for batch in range(2):
            run.on_train_batch_begin(batch)
            run.on_train_batch_end(batch, {"loss": api.ops.convert_to_tensor(0.5), "more": {"b": np.float32(1), "a": 2}})
        run.on_epoch_end(0, {"loss": api.ops.convert_to_tensor(0.25)})
        run.on_train_end({})
        assert twin.history.history == {"loss": [0.25]} and "2/2" in capsys.readouterr().out
    assert seen[0] == seen[1]


def test_the_last_logs_are_without_what_callbacks_added(twins):
    """`on_train_end` gets the metrics of the last epoch; the printed line also has the learning rate."""
    last = []
    for api, twin in twins(compiled_with_mae):
        callbacks = [
            api.callbacks.LearningRateScheduler(lambda epoch: 0.1),
            api.callbacks.LambdaCallback(on_train_end=lambda logs: last.append(list(logs))),
        ]
        twin.fit(X, Y, epochs=2, verbose=0, callbacks=callbacks)
    assert last[0] == last[1]


def test_the_progress_line_comes_last(twins, capsys):
    """What callbacks print and add to the logs at an epoch's end stands before, and in, the line of the epoch."""
    told = []
    for api, twin in twins(model):
        twin.compile("sgd", "mse", metrics=["mae"])
        callbacks = [
            api.callbacks.LearningRateScheduler(lambda epoch: 0.1),
            api.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: print("end of epoch", epoch)),
        ]
        twin.fit(X, Y, epochs=2, shuffle=False, verbose=2, callbacks=callbacks)
        told.append(re.sub(r"\d+[mu]?s", "#s", capsys.readouterr().out))
    assert words(told[0]) == words(told[1])


GROUPS = {  # as Keras on JAX and TensorFlow has it; on Torch Keras refuses steps_per_execution
    (5, None, 2): [(0, 1), (2, 3), (4, 5)],
    (5, None, 3): [(0, 2), (3, 5)],
    (5, 3, 2): [(0, 1), (2, 3)],
    (6, 3, 3): [(0, 2)],
    (4, None, 8): [(0, 7)],
}


@pytest.mark.parametrize("batches, steps, every", GROUPS)
def test_steps_per_execution(batches, steps, every, backend):
    """Batch hooks come once for every group, in fit, evaluate and predict; the last group may be short."""
    import kerasteach as kt

    twin = model(kt)
    twin.compile("sgd", "mse", steps_per_execution=every)
    seen = []
    x, y = X[:batches], Y[:batches]
    twin.fit(x, y, batch_size=1, steps_per_epoch=steps, verbose=0, callbacks=[recorder(kt, seen)])
    twin.evaluate(x, y, batch_size=1, steps=steps, verbose=0, callbacks=[recorder(kt, seen)])
    outputs = []
    keep = kt.callbacks.LambdaCallback(on_predict_batch_end=lambda batch, logs: outputs.append(logs["outputs"]))
    whole = twin.predict(x, batch_size=1, steps=steps, verbose=0, callbacks=[recorder(kt, seen), keep])
    for kind in ("train", "test", "predict"):
        begins, ends = ([n for hook, n, _ in seen if hook == f"on_{kind}_batch_{when}"] for when in ("begin", "end"))
        assert list(zip(begins, ends)) == GROUPS[batches, steps, every]
    np.testing.assert_array_equal(np.concatenate(outputs), whole)


@pytest.mark.parametrize("method", ["evaluate", "predict"])
def test_stopping_evaluate_and_predict(method, twins):
    counts = []
    for api, twin in twins(compiled_with_mae):
        seen = []

        def stop(batch, logs=None, twin=twin, seen=seen):
            seen.append(batch)
            twin.stop_evaluating = twin.stop_predicting = batch == 1

        callback = api.callbacks.LambdaCallback(on_test_batch_end=stop, on_predict_batch_end=stop)
        data = (X, Y) if method == "evaluate" else (X,)
        getattr(twin, method)(*data, batch_size=4, verbose=0, callbacks=[callback])
        counts.append(seen)
    assert counts[0] == counts[1] == [0, 1]


def test_a_crash_while_saving_leaves_the_backup_before(tmp_path, backend, monkeypatch):
    import kerasteach as kt

    twin = compiled_with_mae(kt)
    keep = kt.callbacks.BackupAndRestore(os.fspath(tmp_path / "b"), delete_checkpoint=False)
    twin.fit(X, Y, epochs=2, verbose=0, callbacks=[keep])
    before = {path.name: path.read_bytes() for path in (tmp_path / "b").iterdir()}

    def half(path, *_):
        with open(path, "wb") as file:
            file.write(b"half")
        raise Cut

    monkeypatch.setattr(type(twin), "save_weights", lambda self, path, *_: half(path))
    with pytest.raises(Cut):
        twin.fit(X, Y, epochs=4, verbose=0, callbacks=[keep])
    assert {path.name: path.read_bytes() for path in (tmp_path / "b").iterdir()} == before
