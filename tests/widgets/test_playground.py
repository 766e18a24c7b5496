"""The playground: its line makes it again, its program trains the same, and what a teacher locks stays."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerasteach.explain.playground import ACTIVATIONS, OPTIMIZERS
from kerasteach.explain.points import DATASETS, FEATURES
from kerasteach.widgets import Playground
from kerasteach.widgets.playground_scene import HEIGHT, LAST_X, MAP, WIDTH, tiles

STATES = st.fixed_dictionaries({}, optional={
    "data": st.sampled_from(list(DATASETS)),
    "noise": st.sampled_from([0.0, 0.25]),
    "features": st.lists(st.sampled_from(list(FEATURES)), min_size=1, unique=True).map(tuple),
    "depth": st.integers(0, 5),
    "width": st.integers(1, 8),
    "activation": st.sampled_from(ACTIVATIONS),
    "optimizer": st.sampled_from(list(OPTIMIZERS)),
    "learning_rate": st.sampled_from([0.003, 0.3]),
    "regularization": st.sampled_from(["none", "l1", "l2"]),
    "epoch": st.integers(0, 3),
    "show_test": st.booleans(),
})  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(STATES)
def test_the_line_makes_the_same_playground_and_the_program_the_same_weights(state):
    panel = Playground(**state)
    again = eval(panel.code())
    assert again.state == panel.state and repr(again) == repr(panel) and again.to_svg() == panel.to_svg()
    names = {}
    exec(panel.model_code(), names)
    for a, b in zip(names["model"].get_weights(), panel.model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_both_backends_tell_and_show_the_same():
    pytest.importorskip("torch")
    a, b = (Playground(data="spirals", width=6, epoch=25, backend=name) for name in ("numpy", "torch"))
    assert repr(a) == repr(b) and a.sentence == b.sentence
    assert re.sub(r"href=\S+|<title>.*?</title>", "", a.to_svg())[:2000] == re.sub(r"href=\S+|<title>.*?</title>", "", b.to_svg())[:2000]
    assert b.model.backend == "torch"


def test_training_in_slices_is_training_at_once():
    slices = Playground(data="xor")
    for _ in range(6):
        slices.train()
    assert slices.state["epoch"] == 6 and repr(slices) == repr(Playground(data="xor", epoch=6))
    assert repr(slices.set(epoch=2)) == repr(Playground(data="xor", epoch=2))  # one can look back
    assert repr(slices.train(4)) == repr(Playground(data="xor", epoch=6))
    assert slices.reset().state["epoch"] == 0


def test_another_network_starts_again_and_another_view_does_not():
    panel = Playground(epoch=5, neuron=("hidden_2", 3))
    assert panel.set(show_test=True, pace=5).state["epoch"] == 5
    assert panel.set(learning_rate=0.03).state["epoch"] == 5  # it is that already
    assert panel.set(width=3).state["epoch"] == 0 and panel.state["neuron"] is None
    assert panel.set(depth=1, epoch=4).state["epoch"] == 4


def test_what_is_locked_stays():
    panel = Playground(depth=1, locked=("depth", "activation"))
    for change in ({"depth": 2}, {"activation": "relu"}, {"locked": ()}):
        with pytest.raises(ValueError, match="is locked in this playground"):
            panel.set(**change)
    assert panel.state["depth"] == 1 and panel.set(depth=1, width=2).state["width"] == 2
    assert panel.code() == "Playground(depth=1, width=2, locked=('depth', 'activation'))"
    with pytest.raises(ValueError, match="Expected names of settings in locked"):
        Playground(locked=("deepness",))


def test_what_is_locked_cannot_be_moved_or_clicked():
    pytest.importorskip("ipywidgets")
    panel = Playground(locked=("depth", "features", "epoch", "neuron"))
    live = panel.widget()
    for name, control in live.control.items():
        held = name.partition("/")[0] in ("depth", "features", "epoch", "neuron") or name.endswith("()")
        assert control.disabled == held, name
    before = panel.state
    for tile in tiles(2, 4):
        panel.pointed(tile.box.x + 5, tile.box.y + 5, "click")
    assert panel.state == before


def test_controls_play_train_and_change_the_network():
    pytest.importorskip("ipywidgets")
    panel = Playground()
    live = panel.widget()
    before = live.picture.svg
    live.control["epoch/play"].value = 3  # what the browser sends, a beat at a time
    assert panel.state["epoch"] == 3 and live.control["epoch"].max == 3 and live.picture.svg != before
    live.control["epoch"].value = 1
    assert "epoch 1:" in live.words.words and live.control["epoch/play"].value == 1
    live.control["train()"].click()
    assert panel.state["epoch"] == 2
    live.control["optimizer"].value = "sgd"
    assert panel.state["epoch"] == 0 and live.control["epoch/play"].value == 0
    live.control["reset()"].click()
    assert not live.details.value
    live.control["show_code"].value = True
    assert "model.fit(" in live.details.value and "Playground(optimizer=" in live.details.value


def test_features_are_ticked_or_clicked_and_never_all_gone():
    pytest.importorskip("ipywidgets")
    panel = Playground()
    live = panel.widget()
    boxes = {box.description: box for box in live.control["features"].children[1:]}
    assert list(boxes) == list(FEATURES) and [n for n, box in boxes.items() if box.value] == ["x1", "x2"]
    boxes["x1*x2"].value = True
    assert panel.state["features"] == ("x1", "x2", "x1*x2")
    place = {t.index: t.box for t in tiles(2, 4) if t.layer == "features"}
    panel.pointed(place["x1"].x + 9, place["x1"].y + 9, "click")
    assert panel.state["features"] == ("x2", "x1*x2") and not boxes["x1"].value
    boxes["x2"].value = False
    boxes["x1*x2"].value = False
    assert panel.state["features"] == ("x1*x2",) and boxes["x1*x2"].value and "at least one feature" in live.words.words
    panel.pointed(place["x1*x2"].x + 9, place["x1*x2"].y + 9, "click")
    assert panel.state["features"] == ("x1*x2",)


def test_a_click_shows_a_neuron_and_the_answer_again():
    panel = Playground(epoch=2)
    tile = next(t for t in tiles(2, 4) if (t.layer, t.index) == ("hidden_2", 1))
    panel.pointed(tile.box.x + 5, tile.box.y + 5, "click")
    assert panel.state["neuron"] == ("hidden_2", 1) and "hidden_2[1]</text>" in panel.to_svg()
    panel.pointed(MAP.x + 30, MAP.y + 30, "click")
    assert panel.state["neuron"] is None


def test_lines_say_size_and_sign_of_the_weights():
    panel = Playground(data="blobs", depth=0, epoch=3)
    (kernel, _), = panel.run.weights(3)
    svg = panel.to_svg()
    for name, weight in zip(("x1", "x2"), kernel[:, 0]):
        assert f"{name} to output: {weight:.4g}</title>" in svg
    thick = [float(w) for w in re.findall(r'class="weight">.*?stroke-width="([\d.]+)"', svg)]
    assert thick == sorted(thick) and thick[-1] == 5.0
    dashed = [float(w) < 0 for w in re.findall(r"to output: (\S+)</title>", svg)]
    assert dashed == ["dasharray" in part for part in re.findall(r'class="weight">.*?</g>', svg)]


@pytest.mark.parametrize("depth, width", [(0, 1), (1, 1), (5, 8), (3, 7)])
def test_everything_fits(depth, width):
    panel = Playground(depth=depth, width=width)
    for tile in tiles(depth, width):
        assert 0 <= tile.box.x <= LAST_X and tile.box.y + tile.box.height < HEIGHT - 40
    assert len(panel.to_svg()) < 300_000 and f'width="{WIDTH}"' in panel.to_svg()


def test_a_training_that_leaves_the_numbers_is_shown(recwarn):
    panel = Playground(data="plane", optimizer="sgd", learning_rate=10.0, activation="relu")
    for epoch, word in ((8, "inf"), (40, "nan")):
        panel.set(epoch=epoch)
        assert f"loss {word}" in repr(panel) and word in panel.sentence and panel.to_svg()
    assert not recwarn.list


@pytest.mark.parametrize("state, said", [
    ({"data": "donut"}, "circle, xor"),
    ({"epoch": -1}, "0 to 20000"),
    ({"epoch": 2.5}, "whole number"),
    ({"pace": 0}, "1 to 1000"),
    ({"neuron": ("hidden_3", 0)}, "2 layers of 4"),
    ({"depth": 9}, "between 0 and 5"),
    ({"backend": "jax"}, "jax"),
])  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_changes(state, said):
    panel = Playground(epoch=1)
    before = panel.state
    with pytest.raises(ValueError, match=said):
        panel.set(**state)
    assert panel.state == before
    with pytest.raises(ValueError, match=said):
        Playground(**state)
