"""Exercise 08: mistakes are recognized however they are written, and what is right is what `fit`, `EarlyStopping` and
`Normalization` do.

test_exercises.py proves what holds for every exercise.
"""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach.learn import Outcome, exercise
from kerasteach.learn.ex08.patience import watch_it
from kerasteach.learn.observe import same


def question(name):
    return next(q for q in exercise("08") if q.name == name)


def line(x, y, w=0.0, b=0.0, rate=0.1):
    """A model that says w * x + b, with its data as columns."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.set_weights([np.array([[w]]), np.array([b])])
    model.compile(keras.optimizers.SGD(rate), "mse")
    return model, x[:, None], y[:, None]


# The same mistakes as the named ones, as somebody else would write them.


def rounded_down(rows, batch_size, epochs, validation_split):
    return int((rows - rows * validation_split) / batch_size) * epochs


def whole_batches_only(x, y, order, batch_size):
    number = len(x) // batch_size
    return [(x[order][i * batch_size : (i + 1) * batch_size], y[order][i * batch_size : (i + 1) * batch_size]) for i in range(number)]


def by_last_value(runs):
    name, run = sorted(runs.items(), key=lambda item: item[1]["val_loss"][-1])[0]
    return name, len(run["val_loss"])


class Impatient(keras.callbacks.Callback):
    def __init__(self, patience):
        super().__init__()
        self.seen = []

    def on_epoch_end(self, epoch, logs=None):
        if self.seen and logs["val_loss"] >= min(self.seen):
            self.model.stop_training = True
        self.seen.append(logs["val_loss"])


def leaking(x, held_back):
    x = x - np.mean(x, axis=0)
    x /= np.sqrt(np.mean(x**2, axis=0))
    return x[: len(x) - held_back], x[len(x) - held_back :]


def summed(x, y, w, b, batch_size, epochs, rate):
    for _ in range(epochs):
        for i in range(0, len(x), batch_size):
            e = 2 * (x[i : i + batch_size] * w + b - y[i : i + batch_size])
            w, b = w - rate * e @ x[i : i + batch_size], b - rate * e.sum()
    return w, b


@pytest.mark.parametrize("name, answer, mistake", [
    ("q1", rounded_down, "last batch dropped"),
    ("q2", whole_batches_only, "last batch dropped"),
    ("q3", by_last_value, "judged at the end"),
    ("q4", Impatient, "no patience"),
    ("q5", leaking, "scaled before splitting"),
    ("q6", summed, "slopes added, not averaged"),
])  # fmt: skip
def test_a_mistake_is_recognized_by_what_it_computes(name, answer, mistake):
    result = question(name).check(answer)
    assert (result.outcome, result.misconception) == (Outcome.INCORRECT, mistake)


@pytest.mark.parametrize("name, answer", [
    ("q2", lambda *arguments: 3), ("q2", lambda *arguments: [1, 2]), ("q3", lambda runs: "a"), ("q3", lambda runs: ("a", "b")),
    ("q4", lambda patience: 3), ("q5", lambda *arguments: np.zeros(3)), ("q6", lambda *arguments: 0.0),
])  # fmt: skip
def test_strange_answers_are_incorrect_and_nothing_more(name, answer):
    result = question(name).check(answer)
    assert result.outcome is Outcome.INCORRECT and result.misconception is None and result.counterexample


class Log(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        self.steps = 0

    def on_train_batch_end(self, batch, logs=None):
        self.steps += 1


def test_steps_are_those_of_fit():
    task = question("q1").task
    for case in task.cases():
        log = Log()
        model, x, y = line(np.zeros(case["rows"]), np.zeros(case["rows"]))
        settings = {name: case[name] for name in ("batch_size", "epochs", "validation_split")}
        model.fit(x, y, **settings, verbose=0, callbacks=[log])
        assert log.steps == task.reference(case)


def test_the_batches_are_those_of_fit():
    task = question("q2").task
    for case in task.cases():
        seen = []

        class Told(keras.Model):
            def call(self, x):
                return x

            def train_step(self, data, seen=seen):
                x, y = (keras.ops.convert_to_numpy(part)[:, 0].astype(int) for part in data)
                seen.append((x, y))
                return {}

        model = Told()
        model.compile(loss="mse")
        x, y = (case[name][case["order"]][:, None] for name in "xy")
        model.fit(x, y, batch_size=case["batch_size"], shuffle=False, verbose=0)
        assert task.observe(seen, case) == task.reference(case)


def test_patience_is_early_stopping_in_a_real_fit():
    task = question("q4").task
    for case in task.cases():
        curve = case["val_loss"].tolist()

        class Judge(keras.callbacks.Callback):  # puts the case's numbers in the place of the real ones
            def on_epoch_end(self, epoch, logs=None, curve=curve):
                logs["val_loss"] = curve[epoch]

        for answer in task.right_answers:
            model, x, y = line(np.ones(2), np.ones(2))
            run = model.fit(x, y, epochs=len(curve), verbose=0, callbacks=[Judge(), answer(case["patience"])])
            stopped = task.reference(case)
            assert len(run.epoch) == (len(curve) if stopped == "never stops" else int(stopped.split()[-1]))


def test_an_own_stop_is_told_apart():
    class Deaf(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.stop_training = True

    assert watch_it(Deaf(), question("q4").task.cases()[0]) == "says stop to itself after epoch 1"


def test_scaling_is_that_of_a_layer_that_saw_the_training_rows():
    task = question("q5").task
    for case in task.cases():
        layer = keras.layers.Normalization()
        layer.adapt(case["x"][: -case["held_back"]].astype("float32"))
        scaled = keras.ops.convert_to_numpy(layer(case["x"].astype("float32")))
        for part, rows in (("training", slice(None, -case["held_back"])), ("validation", slice(-case["held_back"], None))):
            assert np.allclose(task.reference(case)[part], scaled[rows], atol=1e-4)


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_the_loop_is_fit(backend):
    if backend == "torch":
        pytest.importorskip("torch")
    task = question("q6").task
    for case in task.cases():
        with keras.config.set_backend(backend):
            model, x, y = line(*(case[name] for name in ("x", "y", "w", "b", "rate")))
        model.fit(x, y, batch_size=case["batch_size"], epochs=case["epochs"], shuffle=False, verbose=0)
        kernel, bias = model.get_weights()
        assert same(task.reference(case).astype("float32"), np.array([kernel[0, 0], bias[0]]))
