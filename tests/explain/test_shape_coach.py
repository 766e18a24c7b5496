"""The shape coach: what it says, what it leaves alone, and that it costs nothing until something is wrong."""

import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

import kerasteach as kt
from kerasteach import config, errors, layers


def note(run):
    """The coach's note on the error of a function."""
    with pytest.raises(errors.KINDS) as caught:
        run()
    notes = [note for note in getattr(caught.value, "__notes__", []) if note.startswith("Shape coach")]
    return notes[0] if notes else ""


def classifier(units=4):
    model = kt.Sequential([
        kt.Input((3,), name="start"), layers.Dense(8, activation="relu", name="hidden"), layers.Dropout(0.5, name="drop"),
        layers.BatchNormalization(name="calm"), layers.Dense(units, activation="softmax", name="scores"),
    ])  # fmt: skip
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    return model


def test_producer_consumer_axes_and_fixes_are_told(backend, fresh):
    def run():
        x = kt.Input((8,), name="x")
        layers.Add(name="join")([x, layers.Dense(4, name="narrow")(x)])

    assert note(run) == (
        "Shape coach\n"
        "  Refused by: layer 'join' (Add)\n"
        "  Received:   input 0: (batch, features=8) made by input 'x'\n"
        "  Received:   input 1: (batch, features=4) made by layer 'narrow' (Dense)\n"
        "  Expected:   input 0: (batch, features=8); input 1: (batch, features=8), as after fix 1\n"
        "  What helps, each tried on a copy, where it ran:\n"
        "    1. in layer 'narrow', Dense(units=8) instead of units=4\n"
        "    2. put keras.layers.Dense(units=8) before layer 'join' on its input 1: bring the features to 8\n"
        "    3. put keras.layers.Dense(units=4) before layer 'join' on its input 0: bring the features to 4"
    )


def test_a_layer_says_what_it_expects_by_axis(backend):
    text = note(lambda: kt.Sequential([kt.Input((28, 28)), layers.Conv2D(4, 3, name="edges")]))
    assert "Expected:   (batch, height, width, channels): 4 or more axes" in text
    assert "Reshape((28, 28, 1)) before layer 'edges'" in text


def test_makers_are_known_in_models_that_are_no_graph(backend):
    class Net(kt.Model):
        def __init__(self):
            super().__init__(name="net")
            self.first, self.second = layers.Dense(5, name="first"), layers.Dense(6, name="second")
            self.sum = layers.Add(name="sum")

        def call(self, x):
            return self.sum([self.first(x), self.second(x)])

    text = note(lambda: Net()(np.ones((2, 3))))
    assert "layer 'sum' (Add, at net/sum)" in text
    assert "features=5) made by layer 'first' (Dense)" in text and "features=6) made by layer 'second' (Dense)" in text


def test_a_wrong_row_far_down_is_found(backend):
    model = kt.Sequential([kt.Input((1,), dtype="int32"), layers.Embedding(10, 2, name="words"), layers.Flatten()])
    x = np.zeros((500, 1), "int32")
    x[300] = 10
    assert "Embedding(input_dim=11) instead of input_dim=10" in note(lambda: model.predict(x, verbose=0))


def test_batches_of_a_generator_are_looked_at_without_taking_another(backend, monkeypatch):
    taken = []

    def batches():
        for i in range(10):
            taken.append(i)
            yield np.ones((4, 5)), np.ones((4, 1))

    model = kt.Sequential([kt.Input((4,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    text = note(lambda: model.fit(batches(), steps_per_epoch=2, verbose=0))
    by_us = len(taken)
    monkeypatch.delitem(config.HANDED_DOWN, "coach")
    note(lambda: model.fit(batches(), steps_per_epoch=2, verbose=0))
    assert "x = x[..., :4]" in text and len(taken) == 2 * by_us


def test_errors_of_other_kinds_get_no_note(backend):
    assert note(lambda: kt.Sequential([kt.Input((4,)), layers.Dense(1)]).fit(np.ones((2, 4)), np.ones(2))) == ""

    class Angry(layers.Layer):
        def call(self, x):
            raise ValueError("I do not like Mondays.")

    assert note(lambda: Angry()(np.ones((2, 2)))) == ""


def test_nothing_runs_that_means_something_else(backend):
    """A fix after which targets are spread over outputs would run; it is no fix."""
    model = kt.Sequential([kt.Input((3,)), layers.Dense(3, name="out")])
    model.compile("sgd", "mse")
    text = note(lambda: model.fit(np.ones((8, 3)), np.ones((8, 2)), verbose=0))
    assert "Dense(units=2)" in text and "units=1)" not in text and ":1]" not in text


# What is left alone


def state_of(model, x, y):
    """All that trying fixes could change, bit for bit."""
    variables = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
    parts = model._flatten_layers()
    return {
        "variables": [v.numpy().tobytes() for v in variables], "optimizer": int(model.optimizer.iterations.numpy()),
        "nodes": [(len(part._inbound_nodes), len(part._outbound_nodes)) for part in parts],
        "attributes": [[(name, id(value)) for name, value in vars(part).items()] for part in parts],
        "data": [a.tobytes() for a in (x, y)], "names": dict(kt.backend.names._counts),
        "random": kt.backend.random_state.random_state(), "settings": dict(config._settings), "warnings": list(warnings.filters),
    }  # fmt: skip


WRONG = {
    "one-hot missing": lambda m, x, y: m.fit(x, y.argmax(-1), verbose=0),
    "a column too many": lambda m, x, y: m.fit(np.concatenate([x, x[:, :1]], 1), y, verbose=0),
    "too few units": lambda m, x, y: m.fit(x, np.eye(7)[y.argmax(-1)], verbose=0),
    "validation": lambda m, x, y: m.fit(x, y, validation_data=(x[:, :2], y), verbose=0),
    "evaluation": lambda m, x, y: m.evaluate(x, y[:5], verbose=0),
    "a call": lambda m, x, y: m(x[:, :2]),
    "another layer": lambda m, x, y: layers.Add(name="again")([m.layers[0].output, m.outputs[0]]),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_trying_fixes_changes_nothing(backend, fresh, monkeypatch, wrong):
    model, x, y = classifier(), np.random.rand(16, 3).astype("float32"), np.eye(4, dtype="float32")[np.arange(16) % 4]
    model.fit(x, y, epochs=2, verbose=0)
    real, states = config.HANDED_DOWN["coach"], []

    def watched(error):
        states.append(state_of(model, x, y))
        real(error)
        states.append(state_of(model, x, y))

    monkeypatch.setitem(config.HANDED_DOWN, "coach", watched)
    assert "What helps" in note(lambda: wrong(model, x, y))
    before, after = states
    for what in before:
        assert after[what] == before[what], what


def test_torch_random_numbers_go_on_as_if_nothing_had_been_tried():
    torch = pytest.importorskip("torch")
    with config.set_backend("torch"):
        model = classifier()
        torch.manual_seed(0)
        note(lambda: model.fit(np.ones((8, 3)), np.arange(8) % 4, shuffle=False, verbose=0))
        after = torch.rand(3)
        torch.manual_seed(0)
        assert torch.equal(after, torch.rand(3))


def test_a_tape_that_is_open_hears_nothing(backend):
    w = kt.Variable([1.0, 2.0])
    with kt.GradientTape() as tape:
        loss = kt.ops.sum(w * w)
        assert "What helps" in note(lambda: layers.Add()([np.ones((2, 3)), np.ones((2, 4))]))
        loss = loss * 2.0
    np.testing.assert_allclose(kt.ops.convert_to_numpy(tape.gradient(loss, w)), [4.0, 8.0])


def test_printing_constructors_are_tried_in_silence(capsys):
    class Loud(kt.Model):
        def __init__(self):
            super().__init__()
            print("made")
            self.a, self.sum = layers.Dense(3, name="a"), layers.Add()

        def call(self, x):
            return self.sum([x, self.a(x)])

    assert "Dense(units=4)" in note(lambda: Loud()(np.ones((2, 4))))
    assert capsys.readouterr().out == "made\n"


# What it costs, and what becomes of its own faults


def run_python(code):
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(kt.__file__).parents[1])
    assert run.returncode == 0, run.stderr
    return run.stdout


TRAIN = """
import sys, numpy as np, kerasteach as keras
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(np.ones((8, 4)), np.ones((8, 1)), verbose=0)
print("kerasteach.explain.shapes" in sys.modules)
try: model.fit(np.ones((8, 5)), np.ones((8, 1)), verbose=0)
except ValueError: print("kerasteach.explain.shapes" in sys.modules)
"""


def test_the_coach_is_not_there_until_something_is_wrong():
    assert run_python(TRAIN).split() == ["False", "True"]


def test_a_fault_of_the_coach_is_told_and_the_error_stays(monkeypatch):
    def broken(error):
        raise KeyError("oops")

    monkeypatch.setitem(config.HANDED_DOWN, "coach", broken)
    monkeypatch.setattr(errors, "strict", False)
    with pytest.raises(ValueError, match="incompatible shapes") as caught:
        layers.Add()([np.ones((2, 3)), np.ones((2, 4))])
    assert "The shape coach failed" in caught.value.__notes__[-1] and "oops" in caught.value.__notes__[-1]
    monkeypatch.setattr(errors, "strict", True)
    with pytest.raises(KeyError):
        layers.Add()([np.ones((2, 3)), np.ones((2, 4))])


def test_no_thread_is_needed(monkeypatch):
    """In a browser Python has no threads."""
    import threading

    def start(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    assert "What helps" in note(lambda: layers.Add()([np.ones((2, 3)), np.ones((2, 4))]))


def test_an_error_is_coached_once(backend):
    model = kt.Sequential([kt.Input((4,)), layers.Dense(1)])
    with pytest.raises(ValueError) as caught:
        try:
            model(np.ones((2, 5)))
        except ValueError as error:
            model.again = True
            raise error
    assert sum(note.startswith("Shape coach") for note in caught.value.__notes__) == 1


def test_a_large_model_is_not_made_again(monkeypatch):
    from kerasteach.explain.shapes import trials

    monkeypatch.setattr(trials, "LARGE", 10)
    model = kt.Sequential([kt.Input((4,)), layers.Dense(8)])
    assert "No fix was found: the model is too large" in note(lambda: model(np.ones((2, 5))))
