"""The training stepper: any place of a run, a weight beside its gradient and update, and a second future."""

import re

import numpy as np
import pytest

import kerasteach as keras
from kerasteach.explain import Timeline
from kerasteach.widgets import Tape, TrainingStepper
from kerasteach.widgets.faces import LARGEST
from tests.explain.models import MODELS, mlp

from .test_tape import BACKENDS, ends, made, texts


def run_of(make, backend="numpy", epochs=2, batch_size=4):
    model, x, y = made(make, backend)
    with keras.config.set_backend(backend), Timeline(model) as timeline:
        model.fit(x, y, epochs=epochs, batch_size=batch_size, shuffle=False, verbose=0)
    return timeline


@pytest.fixture
def stepper():
    return TrainingStepper(run_of(mlp))


@pytest.mark.parametrize("make", MODELS, ids=lambda m: m.__name__)
@pytest.mark.parametrize("backend", BACKENDS)
def test_every_model_every_weight_and_a_fork(make, backend):
    if backend == "torch":
        pytest.importorskip("torch")
    timeline = run_of(make, backend, batch_size=3)
    panel = TrainingStepper(timeline, fork=(0, 0.5))
    for step in range(len(timeline)):
        for path in panel.weights:
            for event in (0, len(timeline.trace(step)) // 2, -1):
                panel.set(step=step, event=event, weight=path)
                scene, svg = panel._scene(), panel.to_svg()
                assert len(svg) < LARGEST and panel.sentence.endswith(".") and path in repr(panel)
                for text in texts(scene.items):
                    left, right = ends(text)
                    assert left >= 4 and right <= scene.width - 10 and 10 <= text.y <= scene.height - 4, (path, text)


def test_the_numbers_are_those_of_the_run(stepper):
    timeline, path = stepper.timeline, "mlp/dense/kernel"
    stepper.set(step=3)
    before, after = timeline.weights(3)[path], timeline.weights(4)[path]
    assert f"norm {np.linalg.norm(after):.4g}, gradient " in repr(stepper)
    assert f"change {np.linalg.norm(after.astype('float64') - before):.4g}" in repr(stepper)
    stepper.set(event=0)
    assert repr(stepper).endswith(f"{path} (inputs 3, units 4) norm {np.linalg.norm(before):.4g}")
    assert "its gradient comes at event 20; its update comes at event 21" in stepper.to_svg()


def test_looking_changes_nothing_and_seek_brings_the_model_here(stepper):
    model, timeline = stepper.timeline.model, stepper.timeline
    at_end = [w.copy() for w in model.get_weights()]
    stepper.set(step=2, event=5, fork=(1, 0.5)).to_svg()
    assert all(np.array_equal(a, b) for a, b in zip(at_end, model.get_weights()))
    stepper.seek()
    assert (timeline.step, timeline.event) == (2, 6)
    assert all(np.array_equal(timeline.weights(2)[v.path], v.numpy()) for v in model.weights)


def test_back_and_forward_cross_the_borders_of_steps(stepper):
    stepper.set(step=1, event=24)
    assert (stepper.forward().state["step"], stepper.state["event"]) == (2, 0)
    assert (stepper.back().state["step"], stepper.state["event"]) == (1, 24)
    assert (stepper.back(100).state["step"], stepper.state["event"]) == (0, 0)
    assert (stepper.forward(1000).state["step"], stepper.state["event"]) == (5, 24)


def test_a_fork_is_the_timelines_own(stepper):
    stepper.set(step=2, learning_rate=0.3)
    stepper.fork_here()
    assert stepper.state["fork"] == (2, 0.3)
    expected = stepper.timeline.fork(2, learning_rate=0.3)
    assert stepper.forked.losses == expected.losses and stepper.forked.distance == expected.distance
    assert repr(stepper).endswith(
        f"fork at step 2, learning_rate=0.3: last loss {expected.losses[-1]:.4g} instead of {expected.original[-1]:.4g}, distance {expected.distance[-1]:.4g}"
    )
    assert "Distance of the weights" in stepper.to_svg()
    assert "Distance of the weights" not in stepper.forget_fork().to_svg()


@pytest.mark.filterwarnings("ignore:.*encountered")
def test_a_future_that_explodes_is_drawn(stepper):
    svg = stepper.set(fork=(0, 1e30)).to_svg()
    assert not re.search(r'="[^"]*\d(nan|inf)|="(nan|inf)', svg)
    assert "the last loss is nan instead of" in stepper.sentence


def test_pointing_at_curve_and_banner(stepper):
    laid = stepper._layout()
    stepper.pointed(*laid.chart.at(2, laid.chart.ylim[0]), "drag")
    assert stepper.state["step"] == 2
    stepper.pointed(laid.banner.x + 5, laid.banner.y + 5, "click")
    assert stepper.state["event"] == 0
    stepper.pointed(0, 0, "right")
    stepper.pointed(0, 0, "up")
    assert (stepper.state["step"], stepper.state["event"]) == (3, 1)


def test_the_tape_of_a_step(stepper):
    tape = stepper.set(step=4, event=7).tape()
    assert isinstance(tape, Tape) and tape.state["event"] == 7 and tape.trace is stepper.trace


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"step": 6}, "from 0 to 5"),
        ({"event": 25}, "from 0 to 24"),
        ({"weight": "mlp/other"}, "one of: mlp/dense/kernel, "),
        ({"learning_rate": float("nan")}, "learning_rate"),
        ({"fork": (9, 0.1)}, "Expected fork"),
        ({"fork": (1, -0.1)}, "fork's learning rate"),
    ],
)
def test_a_bad_setting_changes_nothing(stepper, changes, message):
    before = stepper.state
    with pytest.raises(ValueError, match=message):
        stepper.set(**changes)
    assert stepper.state == before


def test_an_empty_timeline_is_refused():
    model, _, _ = made(mlp)
    with pytest.raises(ValueError, match="train inside of its `with` block"):
        TrainingStepper(Timeline(model))


def test_a_model_without_weights_is_refused():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Activation("relu")], name="bare")
    model.compile("sgd", "mse")
    with Timeline(model) as timeline:
        model.fit(np.ones((4, 2)), np.ones((4, 2)), verbose=0)
    with pytest.raises(ValueError, match=r"Model 'bare' has no weights.*\n.*Tape"):
        TrainingStepper(timeline)


def test_the_live_face_follows(stepper):
    pytest.importorskip("ipywidgets")
    live = stepper.widget()
    live.control["step"].value = 1
    assert stepper.state["step"] == 1 and live.words.words == repr(stepper)
    live.control["learning_rate"].value = 0.25
    live.control["fork_here()"].click()
    assert stepper.state["fork"] == (1, 0.25) and not live.control["forget_fork()"].disabled
    live.control["weight"].value = "mlp/dense_1/bias"
    assert "mlp/dense_1/bias" in live.words.words


def test_a_further_training_is_followed():
    model, x, y = made(mlp)
    with Timeline(model) as timeline:
        model.fit(x, y, epochs=1, batch_size=4, verbose=0)
        panel = TrainingStepper(timeline, step=1)
        model.fit(x, y, epochs=2, batch_size=4, verbose=0, callbacks=[panel])
    assert "step 1 of 8" in repr(panel) and panel.controls()[1].high == 8
