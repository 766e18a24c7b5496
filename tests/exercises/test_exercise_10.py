"""Exercise 10: mistakes are recognized however they are written, and what is expected is what the library writes and reads.

test_exercises.py proves what holds for every exercise.
"""

import io
import json
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

import kerasteach as keras
from kerasteach.learn import Outcome, exercise
from kerasteach.learn.ex10.plan import layers_by_loop
from kerasteach.learn.ex10.run import run_by_hand
from kerasteach.learn.observe import same

NAMES = ["q1", "q2", "q3", "q4", "q5", "q6"]
layers = keras.layers


def question(name):
    return exercise("10")[NAMES.index(name)]


# The same mistakes as the named ones, as somebody else would write them.


def pairs_of_everything(file):
    with zipfile.ZipFile(file) as archive:
        boxes = json.loads(archive.read("config.json").decode())["config"]["layers"]
    return [[box["config"]["name"], box["class_name"]] for box in boxes]


def sizes_of_everything(file):
    sizes = []
    with zipfile.ZipFile(file) as archive, h5py.File(io.BytesIO(archive.read("model.weights.h5"))) as h5:
        h5.visititems(lambda place, thing: sizes.append(np.prod(thing.shape)) if hasattr(thing, "shape") else None)
    return int(np.sum(sizes))


def records_with_draws(values, mode):
    values = values if mode == "min" else -values
    return [i + 1 for i in range(len(values)) if values[i] <= min(values[: i + 1])]


class Between(layers.Layer):
    """What the students are given; each mistake overrides `get_config`."""

    def __init__(self, low, high=1.0, leak=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.leak = low, high, leak

    def call(self, x):
        held = keras.ops.maximum(keras.ops.minimum(x, self.high), self.low)
        return held + self.leak * (x - held)


class NoLeak(Between):
    def get_config(self):
        config = super().get_config()
        config["low"], config["high"] = self.low, self.high
        return config


class NoBase(Between):
    def get_config(self):
        return dict(low=self.low, high=self.high, leak=self.leak)


class OwnWords(Between):
    def get_config(self):
        return dict(super().get_config(), lower=self.low, upper=self.high, leak=self.leak)


class Updated(Between):
    def get_config(self):
        return super().get_config().update(low=self.low)


class Nested(Between):
    def get_config(self):
        return {"config": super().get_config(), "low": self.low, "high": self.high, "leak": self.leak}


class NoLow(Between):
    def get_config(self):
        return {**super().get_config(), "high": self.high, "leak": self.leak}


def zipped_in_order(saved, fresh):
    return [name for (name, shapes), old in zip(fresh.items(), saved.values()) if shapes == old and len(shapes)]


def names_in_both(saved, fresh):
    return [name for name in fresh if name in saved and len(fresh[name]) > 0]


def without_activations(file, x):
    with zipfile.ZipFile(file) as archive, h5py.File(io.BytesIO(archive.read("model.weights.h5"))) as h5:
        groups = [f"layers/dense{'' if i == 0 else f'_{i}'}/vars" for i in range(len(h5["layers"]))]
        for group in (group for group in groups if group in h5):
            x = np.dot(x, h5[group]["0"][()]) + (h5[group]["1"][()] if "1" in h5[group] else 0)
    return x


def as_h5py_lists_them(file, x):
    plan = iter([box["config"] for box in json.loads(zipfile.ZipFile(file).read("config.json"))["config"]["layers"][1:]])
    with zipfile.ZipFile(file) as archive, h5py.File(io.BytesIO(archive.read("model.weights.h5"))) as h5:
        for name in h5["layers"]:
            if "dense" in name:
                own, vars = next(plan), h5["layers"][name]["vars"]
                z = x @ vars["0"][()] + (vars["1"][()] if own["use_bias"] else 0)
                e = np.exp(z - z.max(axis=1, keepdims=True))
                x = {"linear": z, "relu": np.maximum(z, 0), "softmax": e / e.sum(axis=1, keepdims=True)}[own["activation"]]
    return x


WRONG = [
    ("q1", "inputs kept", pairs_of_everything),
    ("q1", "names only", lambda file: tuple(name for name, _ in layers_by_loop(file))),
    ("q1", "nothing returned", lambda file: None),
    ("q2", "optimizer counted", sizes_of_everything),
    ("q2", "right numbers, wrong shape", lambda file: [question("q2").task.right_answers[0](file)]),
    ("q3", "equal is better", records_with_draws),
    ("q3", "best one only", lambda values, mode: np.array([getattr(np, "arg" + mode)(values) + 1])),
    ("q4", "leak forgotten", NoLeak),
    ("q4", "base config forgotten", NoBase),
    ("q4", "other words than __init__", OwnWords),
    ("q4", "update returned", Updated),
    ("q4", "config inside the config", Nested),
    ("q4", "low forgotten", NoLow),
    ("q5", "by position", zipped_in_order),
    ("q5", "name alone", names_in_both),
    ("q5", "nothing returned", lambda saved, fresh: None),
    ("q6", "activations left out", without_activations),
    ("q6", "in the order of the file", as_h5py_lists_them),
    ("q6", "right numbers, wrong shape", lambda file, x: run_by_hand(file, x).ravel()),
]


@pytest.mark.parametrize("name, mistake, answer", WRONG, ids=[f"{name} {mistake}" for name, mistake, _ in WRONG])
def test_mistakes_are_recognized_however_they_are_written(name, mistake, answer):
    result = question(name).check(answer)
    assert (result.outcome, result.misconception) == (Outcome.INCORRECT, mistake), result


@pytest.mark.parametrize("name, answer", [("q1", pairs_of_everything), ("q2", sizes_of_everything), ("q6", without_activations)])
def test_a_counterexample_is_a_program_that_shows_the_mistake(name, answer, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    task, result = question(name).task, question(name).check(answer)
    *setup, call = result.counterexample.program.splitlines()
    space = {"np": np, "keras": keras, "layers": layers, task.name: answer}
    exec("\n".join(setup), space)
    observed = task.observe(eval(call, space), result.counterexample.case)
    expected = task.observe(eval(call, space | {task.name: task.right_answers[0]}), result.counterexample.case)
    names = {"q1": "input_layer"}.get(name)  # counted in a process: another one here
    assert same(observed, result.counterexample.received) or names in str(result.counterexample.received)
    assert same(expected, result.counterexample.expected)


def test_a_counterexample_of_a_layer_is_a_program_too():
    result = question("q4").check(NoLeak)
    *setup, call = result.counterexample.program.splitlines()
    space = {"np": np, "Between": NoLeak}
    exec("\n".join(setup), space)
    assert same(np.asarray(eval(call, space)), result.counterexample.received["output"])


def test_an_answer_that_ruins_the_file_spoils_no_later_check():
    def count_and_ruin(file):
        Path(file).write_bytes(b"gone")
        return 0

    def count_and_delete(file):
        Path(file).unlink()
        return 0

    right = question("q2").task.right_answers[1]  # opens the file by itself
    for ruin in (count_and_ruin, count_and_delete):
        assert question("q2").check(ruin).outcome is Outcome.INCORRECT
        assert question("q2").check(right).is_correct
    assert question("q6").check(lambda file, x: count_and_delete(file) * x).outcome is Outcome.INCORRECT
    assert question("q6").check(run_by_hand).is_correct


def test_a_class_that_is_still_the_stub_is_not_attempted():
    class Stub(Between):
        def get_config(self):
            return ...

    assert question("q4").check(Stub).outcome is Outcome.NOT_ATTEMPTED


def test_the_count_is_what_the_model_counts():
    task = question("q2").task
    for case in task.cases():
        assert task.reference(case) == keras.models.load_model(case["file"]).count_params()


def test_the_plan_is_that_of_the_model():
    task = question("q1").task
    for case in task.cases():
        model = keras.models.load_model(case["file"])
        own = [(layer.name, type(layer).__name__) for layer in model.layers if type(layer).__name__ != "InputLayer"]
        assert task.reference(case) == own


@pytest.mark.parametrize("mode", ["min", "max"])
def test_the_epochs_are_those_of_model_checkpoint(mode, tmp_path):
    values = [0.5, 0.75, 0.75, 0.25, 0.25, 1.0, 0.0]
    model = keras.Sequential([keras.Input((1,)), layers.Dense(1)])
    keep = keras.callbacks.ModelCheckpoint(tmp_path / "{epoch}.keras", monitor="value", mode=mode, save_best_only=True)
    keep.set_model(model)
    for epoch, value in enumerate(values):
        keep.on_epoch_begin(epoch)
        keep.on_epoch_end(epoch, {"value": value})
    written = sorted(int(path.stem) for path in tmp_path.glob("*.keras"))
    assert written == question("q3").task.reference({"values": np.array(values), "mode": mode}).tolist()


def test_what_is_taken_over_is_what_set_weights_accepts():
    """A chain of a case's shapes as real layers."""
    saved = {"signals": [(13, 16), (16,)], "who": [(16, 3), (3,)]}
    fresh = {"signals": [(13, 16), (16,)], "rest": [], "second": [(16, 8), (8,)], "who": [(8, 3), (3,)]}
    chain = [layers.Dense(16, name="signals"), layers.Dropout(0.5, name="rest"), layers.Dense(8, name="second"), layers.Dense(3, name="who")]
    model = keras.Sequential([keras.Input((13,)), *chain])
    assert {layer.name: [tuple(w.shape) for w in layer.get_weights()] for layer in model.layers} == fresh
    expected = question("q5").task.reference({"saved": saved, "fresh": fresh})
    for layer in model.layers:
        old = [np.zeros(shape) for shape in saved.get(layer.name, [])]
        if layer.name in expected:
            layer.set_weights(old)
        elif fresh[layer.name]:
            with pytest.raises(ValueError):
                layer.set_weights(old)
