"""The boundary panel: its words, its picture, points added, and training watched."""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach import config, layers
from kerasteach.widgets import DecisionBoundary
from kerasteach.widgets.boundary_scene import MAP, MOST_NEURONS, ground_colours, tiles
from kerasteach.widgets.plots import axes

POINTS = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1], [0.5, 0.25]], "float32")
RIGHT = (POINTS[:, 0] > 0).astype("float32")


@pytest.fixture(params=["numpy", "torch"])
def on(request):
    if request.param == "torch":
        pytest.importorskip("torch")
    with config.set_backend(request.param):
        yield request.param


def line(**compile):
    """A model that says class 1 where x1 is above 0."""
    model = keras.Sequential([
        layers.Input((2,)), layers.Dense(2, "tanh", name="hidden"), layers.Dense(1, "sigmoid", name="out"),
    ])  # fmt: skip
    model.compile(**{"optimizer": "sgd", "loss": "binary_crossentropy", **compile})
    model.set_weights([np.array([[2.0, 0.0], [0.0, 1.0]]), np.zeros(2), np.array([[5.0], [0.0]]), np.zeros(1)])
    return model


def places(panel, x, y):
    """Where a point of the plane lies in the picture."""
    return axes(MAP, panel.plane.xlim, panel.plane.ylim).at(x, y)


def test_the_words_count_what_is_right(on):
    panel = DecisionBoundary(line(), POINTS, RIGHT)
    assert repr(panel) == "DecisionBoundary: 2 classes, 5 points, 5 right (100.0%); class 1 on 50.0% of the plane"
    panel = DecisionBoundary(line(), POINTS, 1 - RIGHT)
    assert "5 points, 0 right (0.0%)" in repr(panel)
    assert panel.sentence == "The model divides the plane among 2 classes; 0 of 5 points lie on the right side."


def test_the_example_says_the_same_on_both_backends():
    assert repr(DecisionBoundary.example("numpy")) == repr(DecisionBoundary.example("torch"))


def test_the_picture_has_the_boundary_and_a_marker_of_its_class_for_each_point():
    svg = DecisionBoundary(line(), POINTS, RIGHT).to_svg()
    assert svg.count('class="point"') == 5 and svg.count('class="neuron"') == 2 and 'class="boundary"' in svg
    assert "(0.5, 0.25): class 1</title>" in svg
    assert "class 1, the model says 0" in DecisionBoundary(line(), POINTS, 1 - RIGHT).to_svg()


def test_a_neuron_takes_the_place_of_the_answer(on):
    panel = DecisionBoundary(line(), POINTS, RIGHT, neuron=("hidden", 0))
    assert repr(panel).endswith("; neuron 0 of hidden from -0.985 to 0.985")  # tanh(2 x1) in the last column, x1 = 1.2245
    assert "hidden, neuron 0" in panel.to_svg()
    assert panel.to_svg() != DecisionBoundary(line(), POINTS, RIGHT).to_svg()


def test_a_click_adds_a_point_and_so_do_the_controls():
    clicked, typed = (DecisionBoundary(line(), POINTS, RIGHT) for _ in range(2))
    clicked.set(label=1)
    clicked.pointed(*places(clicked, 0.75, -0.5), "click")
    typed.set(label=1, at_x=0.75, at_y=-0.5).add()
    assert clicked.state == typed.state and clicked.state["added"] == ((0.75, -0.5, 1),)
    assert "6 points, 6 right (100.0%)" in repr(typed) and repr(typed).endswith("; 1 added")
    assert typed.code() == "DecisionBoundary(model, x, y, added=((0.75, -0.5, 1),), label=1, at_x=0.75, at_y=-0.5)"
    assert typed.remove().state["added"] == ()
    clicked.pointed(2, 2, "click")  # beside the map
    clicked.pointed(*places(clicked, 0, 0), "drag")
    assert len(clicked.state["added"]) == 1


def test_a_click_on_a_small_map_shows_the_neuron_and_the_answer_again():
    panel = DecisionBoundary(line(), POINTS, RIGHT)
    box = tiles(panel.maps())[1].box
    panel.pointed(box.x + 3, box.y + 3, "click")
    assert panel.state["neuron"] == ("hidden", 1)
    panel.pointed(box.x + 3, box.y + 3, "click")
    assert panel.state["neuron"] is None and panel.state["added"] == ()


@pytest.mark.parametrize("y, label, expected", [
    (RIGHT, 1, [1]), (RIGHT[:, None], 1, [[1]]), (2 * RIGHT - 1, 0, [-1]), (np.eye(2)[RIGHT.astype(int)], 1, [[0, 1]]),
])  # fmt: skip
def test_a_point_added_has_a_target_like_the_others(y, label, expected):
    shaped = np.asarray(y)
    units, loss = (2, "categorical_crossentropy") if shaped.ndim == 2 and shaped.shape[1] == 2 else (1, "binary_crossentropy")
    model = keras.Sequential([layers.Input((2,)), layers.Dense(units, "softmax" if units == 2 else "sigmoid")])
    model.compile("sgd", "hinge" if shaped.min() < 0 else loss)
    panel = DecisionBoundary(model, POINTS, y, added=((0.0, 3.0, label),))
    points, targets = panel.data()
    assert points.shape == (6, 2) and targets.shape == (6, *shaped.shape[1:])
    np.testing.assert_array_equal(targets[-1:], np.array(expected))
    assert panel.plane.ylim[1] > 3  # the map reaches it
    panel.train(1)


def test_it_learns_from_the_points_that_were_added(on):
    keras.utils.set_random_seed(0)
    model = line(optimizer=keras.optimizers.Adam(0.1))
    panel = DecisionBoundary(model, POINTS, RIGHT)
    for x in (0.3, 0.6, 0.9):
        panel.set(at_x=x, at_y=1.0, label=0).add()
    assert "8 points, 5 right" in repr(panel)
    panel.train(150)
    assert "8 points, 8 right" in repr(panel)


def test_it_moves_while_the_model_trains(monkeypatch):
    pytest.importorskip("ipywidgets")
    monkeypatch.setattr("kerasteach.widgets.panel.REDRAW", 0.0)
    model = line()
    panel = DecisionBoundary(model, POINTS, 1 - RIGHT)
    live, seen = panel.widget(), []

    class Look(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            seen.append(live.picture.svg)

    model.fit(POINTS, 1 - RIGHT, epochs=4, verbose=0, callbacks=[panel, Look()])
    assert len(set(seen)) == 4
    assert live.words.words == repr(panel)


def test_watching_changes_nothing(on):
    ends = []
    for watch in (False, True):
        keras.utils.set_random_seed(4)
        model = keras.Sequential([layers.Input((2,)), layers.Dense(5, "relu"), layers.Dropout(0.4), layers.BatchNormalization(), layers.Dense(1, "sigmoid")])
        model.compile("adam", "binary_crossentropy")
        panel = DecisionBoundary(model, POINTS, RIGHT)
        if watch:
            panel.changed = lambda last=False, panel=panel: (panel.to_svg(), repr(panel))
        model.fit(POINTS, RIGHT, epochs=4, batch_size=3, verbose=0, callbacks=[panel] if watch else [])
        ends.append(np.concatenate([w.ravel() for w in model.get_weights()]))
    np.testing.assert_array_equal(*ends)


def test_controls(monkeypatch):
    pytest.importorskip("ipywidgets")
    panel = DecisionBoundary(line(), POINTS, RIGHT)
    live = panel.widget()
    assert live.control["remove()"].disabled
    live.control["neuron"].value = ("hidden", 1)
    assert panel.state["neuron"] == ("hidden", 1) and "neuron 1 of hidden" in live.words.words
    live.control["at_x"].value, live.control["at_y"].value, live.control["label"].value = 0.5, -0.5, 1
    live.control["add()"].click()
    assert panel.state["added"] == ((0.5, -0.5, 1),) and not live.control["remove()"].disabled
    live.control["train()"].click()
    assert len(panel.model.history.epoch) == 10
    live.control["remove()"].click()
    assert panel.state["added"] == ()


def test_classes_are_told_by_colour_line_and_share():
    model = keras.Sequential([layers.Input((2,)), layers.Dense(3, name="out")])
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.set_weights([np.array([[1.0, -1.0, 0.0], [0.0, 0.0, 1.0]]) * 9, np.zeros(3)])
    panel = DecisionBoundary(model, POINTS, np.array([1, 1, 0, 2, 2]))
    assert repr(panel) == (
        "DecisionBoundary: 3 classes, 5 points, 3 right (60.0%); class 0 on 37.8%, class 1 on 37.8%, class 2 on 24.4% of the plane"
    )
    colours = ground_colours(panel.map())
    assert len({tuple(c) for c in (colours[0, -1], colours[0, 0], colours[-1, 40])}) == 3


def test_numbers():
    model = keras.Sequential([layers.Input((2,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.set_weights([np.array([[1.0], [0.0]]), np.zeros(1)])
    panel = DecisionBoundary(model, POINTS, POINTS[:, 0] + 0.5)
    assert repr(panel) == "DecisionBoundary: a number from -1.22 to 1.22, 5 points, mean squared error 0.25"
    panel.set(label=0.7, at_x=0.1).add()
    assert panel.data()[1][-1] == pytest.approx(0.7)


def test_many_neurons_and_layers_fit():
    model = keras.Sequential([layers.Input((2,)), *(layers.Dense(40, name=f"d{n}") for n in range(8)), layers.Dense(1, name="out")])
    model.compile(loss="mse")
    panel = DecisionBoundary(model, POINTS, RIGHT)
    found = tiles(panel.maps())
    assert max(t.box.y + t.box.height for t in found) < 460
    assert sum(t.layer == "d0" for t in found) == MOST_NEURONS and "16 of 40 neurons" in panel.to_svg()
    assert len(panel.to_svg()) < 300_000


@pytest.mark.parametrize("state, said", [
    ({"neuron": ("hidden", 2)}, "from 0 to 1"),
    ({"neuron": ("hiden", 0)}, "hidden"),
    ({"label": 2}, "class from 0 to 1"),
    ({"added": ((1.0, 2.0),)}, r"\(x1, x2, class\)"),
    ({"size": 1}, "2 to 200"),
    ({"kind": "ternary"}, "binary"),
])  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_changes(state, said):
    panel = DecisionBoundary(line(), POINTS, RIGHT)
    before = panel.state
    with pytest.raises(ValueError, match=said):
        panel.set(**state)
    assert panel.state == before


def test_data_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"\(n, 2\)"):
        DecisionBoundary(line(), np.ones((4, 3)), np.ones(4))
    with pytest.raises(ValueError, match="5 points and 4 targets"):
        DecisionBoundary(line(), POINTS, np.ones(4))
