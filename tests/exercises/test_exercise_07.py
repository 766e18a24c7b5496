"""Exercise 07: mistakes are recognized however they are written, and what is expected is what Keras computes.

test_exercises.py proves what holds for every exercise.
"""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach import ops
from kerasteach.learn import Outcome, exercise
from kerasteach.learn.observe import same

NAMES = ["q1", "q2", "q3", "q4", "q5", "q6"]


def question(name):
    return exercise("07")[NAMES.index(name)]


def right(name):
    return question(name).task.right_answers[0]


# The same mistakes as the named ones, as somebody else would write them.


def stock_the_other_way(y, said, low, high):
    return float(np.mean([low * (s - t) if s > t else high * (t - s) for t, s in zip(y, said)]))


def surprise_of_keras_twice(labels, logits):
    chances = ops.softmax(ops.convert_to_tensor(logits.astype("float32")))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return float(loss(labels, chances))


def surprise_in_one_row(labels, logits):
    e = np.exp(logits)
    p = e / e.sum(axis=1)[:, None]
    return np.mean([-np.log(row[label]) for row, label in zip(p, labels)])


def choose_one_hot(y, units):
    if units == 1:
        return "binary_crossentropy" if set(y.ravel()) <= {0, 1} else "mse"
    if y.shape != (len(y), units):
        return "sparse_categorical_crossentropy"
    return "categorical_crossentropy" if set(y.ravel()) <= {0, 1} else "mse"


class AlarmsOfTheLast(keras.metrics.Metric):
    def __init__(self):
        super().__init__()
        self.share = self.add_weight(shape=(), initializer="zeros")

    def update_state(self, y, score, sample_weight=None):
        rang = np.sum(score > 0)
        self.share.assign(np.sum((score > 0) & (y == 0)) / max(rang, 1))

    def result(self):
        return self.share


class AlarmsAsPrecision(keras.metrics.Metric):
    def __init__(self):
        super().__init__()
        self.counts = self.add_weight(shape=(2,), initializer="zeros")

    def update_state(self, y, score, sample_weight=None):
        rang = (score > 0).astype("float32")
        self.counts.assign_add(np.array([(rang * y).sum(), rang.sum()]))

    def result(self):
        return self.counts[0] / ops.maximum(self.counts[1], 1.0)


def plain_descent(w, slopes, rate, keep):
    return w - rate * slopes.sum(axis=0)


def adam_without_hats(w, slopes, rate, b1, b2):
    m = s = 0
    for g in slopes:
        m, s = m + (1 - b1) * (g - m), s + (1 - b2) * (g * g - s)
        w = w - rate * m / np.sqrt(s)
    return w


WRONG = [
    ("q1", "sides swapped", stock_the_other_way),
    ("q2", "softmax twice", surprise_of_keras_twice),
    ("q2", "overflow", surprise_in_one_row),
    ("q3", "tags exclude each other", choose_one_hot),
    ("q3", "nothing returned", lambda y, units: None),
    ("q4", "only the last batch", AlarmsOfTheLast),
    ("q4", "right alarms", AlarmsAsPrecision),
    ("q5", "no memory", plain_descent),
    ("q5", "right numbers, wrong shape", lambda *a: [right("q5")(*a)]),
    ("q6", "no bias correction", adam_without_hats),
]


@pytest.mark.parametrize("name, mistake, answer", WRONG, ids=[f"{name} {mistake}" for name, mistake, _ in WRONG])
def test_mistakes_are_recognized_however_they_are_written(name, mistake, answer):
    result = question(name).check(answer)
    assert (result.outcome, result.misconception) == (Outcome.INCORRECT, mistake), result


def test_what_is_no_metric_is_said_to_be_none():
    result = question("q4").check(lambda: np.ones(2))
    assert "an object of type ndarray" in str(result.counterexample)


def test_a_metric_whose_methods_are_still_stubs_is_not_attempted():
    stub = type("Stub", (right("q4"),), {"update_state": lambda *a, **k: ..., "result": lambda self: ...})
    assert question("q4").check(stub).outcome is Outcome.NOT_ATTEMPTED


@pytest.mark.parametrize("name, mistake", [("q1", "sign kept"), ("q2", "softmax twice"), ("q5", "averaged"), ("q6", "no square root")])
def test_a_counterexample_is_a_program_that_shows_the_mistake(name, mistake):
    task = question(name).task
    answer = next(m.answer for m in task.misconceptions if m.name == mistake)
    result = question(name).check(answer)
    *setup, call = result.counterexample.program.splitlines()
    space = {"np": np, task.name: answer}
    exec("\n".join(setup), space)
    assert same(np.asarray(eval(call, space)), result.counterexample.received)
    assert same(np.asarray(eval(call, space | {task.name: right(name)})), result.counterexample.expected)


def test_a_counterexample_of_the_metric_is_a_program_too():
    answer = next(m.answer for m in question("q4").task.misconceptions if m.name == "only the last batch")
    result = question("q4").check(answer)
    *setup, call = result.counterexample.program.splitlines()
    space = {"np": np, "FalseAlarms": answer}
    exec("\n".join(setup), space)
    assert same(ops.convert_to_numpy(eval(call, space)), result.counterexample.received["after both"])


@pytest.mark.parametrize("position", range(3))
def test_surprise_is_the_loss_of_keras(position):
    draw = np.random.default_rng(0)
    labels, logits = draw.integers(0, 7, 50), draw.normal(size=(50, 7)) * 10
    theirs = float(keras.losses.SparseCategoricalCrossentropy(from_logits=True)(labels, logits.astype("float32")))
    assert question("q2").task.right_answers[position](labels, logits) == pytest.approx(theirs, rel=1e-4)


@pytest.mark.parametrize("case", range(14))
def test_the_loss_that_is_chosen_runs_on_such_labels(case):
    task = question("q3").task
    y, units = task.cases()[case]["y"], task.cases()[case]["units"]
    name = right("q3")(y, units)
    last = {"sparse_categorical_crossentropy": "softmax", "categorical_crossentropy": "softmax", "binary_crossentropy": "sigmoid", "mse": None}[name]
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(units, activation=last)])
    model.compile("sgd", name)
    labels = y if y.ndim == 2 or units > 1 else y[:, None]
    assert np.isfinite(model.train_on_batch(np.ones((len(y), 2)), labels))


@pytest.mark.parametrize("position", range(3))
def test_steps_are_those_of_the_optimizers(position):
    draw = np.random.default_rng(1)
    w, slopes = draw.normal(size=4), draw.normal(size=(6, 4))
    pairs = [
        (question("q5").task.right_answers[position](w, slopes, 0.1, 0.9), keras.optimizers.SGD(0.1, momentum=0.9)),
        (question("q6").task.right_answers[position](w, slopes, 0.1, 0.8, 0.95), keras.optimizers.Adam(0.1, beta_1=0.8, beta_2=0.95)),
    ]
    for found, optimizer in pairs:
        weight = keras.Variable(w.astype("float32"))
        for g in slopes:
            optimizer.apply([ops.convert_to_tensor(g.astype("float32"))], [weight])
        assert np.allclose(found, ops.convert_to_numpy(weight), atol=1e-4)


@pytest.mark.parametrize("position", range(3))
def test_the_metric_works_in_fit(position):
    draw = np.random.default_rng(2)
    x = draw.normal(size=(96, 3)).astype("float32")
    y = (x.sum(axis=1, keepdims=True) + draw.normal(size=(96, 1)) > 0).astype("float32")
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True), metrics=[question("q4").task.right_answers[position]()])
    model.fit(x, y, epochs=2, verbose=0)
    _, told = model.evaluate(x, y, batch_size=7, verbose=0)
    rang = model.predict(x, verbose=0) > 0
    assert told == pytest.approx(float(np.sum(rang * (1 - y)) / np.sum(rang)), abs=1e-6)
