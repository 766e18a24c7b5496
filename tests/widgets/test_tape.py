"""The tape: every event of every kind of model has a picture, and whatever is pointed at leads where it should."""

import re

import numpy as np
import pytest

import kerasteach as keras
from kerasteach.explain import trace
from kerasteach.widgets import Tape
from kerasteach.widgets.faces import LARGEST
from kerasteach.widgets.scene import CODE, Group, Text, text_width
from tests.explain.models import MODELS, mlp, picture

BACKENDS = ["numpy", "torch"]


def made(make, backend="numpy"):
    keras.utils.clear_session()
    with keras.config.set_backend(backend):
        keras.utils.set_random_seed(0)
        return make()


def texts(items):
    """Every text of a scene."""
    for item in items:
        if isinstance(item, Group):
            yield from texts(item.items)
        elif isinstance(item, Text):
            yield item


def ends(text):
    """Where a text begins and ends."""
    width = CODE * text.size * len(text.text) if text.code else text_width(text.text, text.size, text.bold) / 1.04
    left = text.x - width * {"start": 0, "middle": 0.5, "end": 1}[text.anchor]
    return left, left + width


@pytest.fixture
def tape():
    return Tape(*made(mlp))


@pytest.mark.parametrize("make", MODELS, ids=lambda m: m.__name__)
@pytest.mark.parametrize("backend", BACKENDS)
def test_every_event_of_every_model_is_drawn(make, backend):
    if backend == "torch":
        pytest.importorskip("torch")
    panel = Tape(trace(*made(make, backend)))
    for event in panel.trace:
        panel.set(event=event.number, cell=event.output.size // 2)
        scene, svg = panel._scene(), panel.to_svg()
        assert len(svg) < LARGEST
        assert not re.search(r'="[^"]*\b(nan|inf)\b', svg), event
        for text in texts(scene.items):
            left, right = ends(text)
            assert left >= 10 and right <= scene.width - 10 and 10 <= text.y <= scene.height - 4, (event, text)
        assert panel.details() and repr(panel).startswith(f"Tape: {panel.trace.name}, ") and panel.sentence.endswith(".")


@pytest.mark.parametrize("make", MODELS, ids=lambda m: m.__name__)
def test_both_backends_tell_the_same_of_every_event(make):
    pytest.importorskip("torch")
    ours, theirs = (Tape(trace(*made(make, backend))) for backend in BACKENDS)
    for event in ours.trace:
        words = [re.sub(r"-?\b\d+\.\d+(e-?\d+)?|-?\d+e-\d+", "#", repr(panel.set(event=event.number))) for panel in (ours, theirs)]
        assert words[0].partition(";")[0] == words[1].partition(";")[0]


def test_an_event_in_words(tape):
    assert repr(tape).startswith("Tape: mlp, loss ")
    assert "event 0 of 24, forward in mlp/dense: v1 = matmul(x, dense/kernel), (batch 12, features 4); v1[0, 0] = " in repr(tape)
    assert tape.sentence.startswith("Event 0 of 24 of a training step of mlp, stage forward in the layer mlp/dense: matmul; v1 holds 48 numbers from ")
    tape.set(event=-1)
    assert "update: dense_1/bias, momentum, velocity = Adam(dense_1/bias, its gradient, momentum, velocity, learning_rate=0.001, step=1)" in repr(tape)


def test_the_picture_holds_formula_source_and_the_line_that_called(tape):
    svg = tape.set(event=2).to_svg().replace("\u00a0", " ")
    assert "return np.maximum(x, 0)" in svg and "return ops.relu(x)" in svg
    assert "v3 = relu(v2)" in svg and ">max<" in svg


def test_a_gradient_of_what_was_repeated_is_summed(tape):
    bias = next(e for e in tape.trace.of("backward", "add") if e.output.of.name == "mlp/dense/bias")
    assert "then summed over batch" in tape.set(event=bias.number).to_svg()
    assert "then summed" not in tape.set(event=tape.trace.of("backward", "matmul")[0].number).to_svg()


def test_why_is_told_of_the_chosen_number(tape):
    x, kernel = tape.trace.value("x").numpy(), tape.trace.value("mlp/dense/kernel").numpy()
    tape.set(event=0, cell=(2, 1))
    assert tape.state["cell"] == 9 and tape.index == (2, 1)
    assert f"v1[2, 1] = {float(x[2] @ kernel[:, 1]):.4g}"[:14] in repr(tape)
    ringed = tape._layout()
    seen = {tile.name: sorted(ringed._seen(tile)) for tile in ringed.tiles}
    assert seen["x"] == [(2, 0), (2, 1), (2, 2)] and seen["dense/kernel"] == [(0, 1), (1, 1), (2, 1)]


def test_forward_back_and_across(tape):
    assert tape.forward().state["event"] == 1
    assert tape.forward(100).state["event"] == 24
    assert tape.back().state["event"] == 23
    tape.set(event=2).across()
    assert (tape.event.stage, tape.event.op, tape.event.of) == ("backward", "relu", 2)
    assert tape.across().state["event"] == 2


def test_one_stage_alone(tape):
    tape.set(stage="update")
    assert tape.state["event"] == 21 and tape.back().state["event"] == 21
    assert {e.stage for e in map(tape.trace.__getitem__, tape._numbers())} == {"update"}
    tape.chosen("event", 3)
    assert tape.state["event"] == 21
    with pytest.raises(ValueError, match="belongs to the stage forward"):
        tape.set(event=0)


def centre(tile, index):
    row, column = tile.view.cell(index)
    rows, columns = tile.view.cells.shape
    return tile.x + (column + 0.5) * tile.width / columns, tile.y + (row + 0.5) * tile.height / rows


def test_pointing_at_a_number_asks_why_and_at_an_input_goes_to_its_maker(tape):
    tape.set(event=3)
    tiles = {tile.name: tile for tile in tape._layout().tiles}
    tape.pointed(*centre(tiles["v4"], (5, 2)), "click")
    assert tape.index == (5, 2) and tape.state["event"] == 3
    tape.pointed(*centre(tiles["v3"], (4, 1)), "click")
    assert tape.event.output.name == "v3" and tape.index == (4, 1)
    before = tape.state
    tape.set(event=0)
    tape.pointed(*centre({tile.name: tile for tile in tape._layout().tiles}["x"], (0, 0)), "click")
    assert tape.state == {**before, "event": 0, "cell": 0}  # data was made nowhere


def test_pointing_at_banner_strip_and_list(tape):
    laid = tape._layout()
    tape.pointed(laid.banner.x + 0.9 * laid.banner.width, laid.banner.y + 10, "click")
    assert tape.event.stage == "update"
    tape.pointed(laid.banner.x + 10.5 * laid.banner.each, laid.banner.y + 48, "drag")
    assert tape.state["event"] == 10
    listed = tape._layout().list
    tape.pointed(listed.x + 50, listed.y + 5, "click")
    assert tape.state["event"] == listed.rows[0][0]


def test_arrow_keys_walk_over_the_output(tape):
    for kind in ("down", "down", "right", "up", "left", "left"):
        tape.pointed(0, 0, kind)
    assert tape.index == (1, 0)


def test_a_large_tensor_is_shown_in_parts():
    model = keras.Sequential([keras.Input((50,)), keras.layers.Dense(40, name="wide")], name="m")
    model.compile("sgd", "mse")
    panel = Tape(model, np.ones((60, 50)), np.ones((60, 40)))
    panel.set(cell=(33, 30))
    (tile,) = [t for t in panel._layout().tiles if t.key == ("out", 0)]
    assert tile.view.start == (24, 24) and tile.view.cell((33, 30)) == (9, 6)
    assert "batch 24 to 47" in panel.to_svg()
    assert len(panel.to_svg()) < LARGEST


def test_images_show_height_and_width_of_the_chosen_sample():
    panel = Tape(*made(picture))
    panel.set(cell=(2, 1, 4, 1))
    view = next(t for t in panel._layout().tiles if t.key == ("out", 0)).view
    assert view.axes == (1, 2) and view.start == (2, 0, 0, 1)
    image = panel.trace[0].output.numpy()
    assert np.array_equal(view.cells, image[2, :, :, 1])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"event": 25}, "from 0 to 24"),
        ({"event": 1.5}, "Expected event"),
        ({"cell": 48}, "from 0 to 47: event 0 makes 48 numbers"),
        ({"cell": (12, 0)}, r"an index of v1 \(batch 12, features 4\)"),
        ({"stage": "sideways"}, "one of forward, loss, backward, update"),
    ],
)
def test_a_bad_setting_changes_nothing(tape, changes, message):
    before = tape.state
    with pytest.raises(ValueError, match=message):
        tape.set(**changes)
    assert tape.state == before


def test_the_live_face_follows():
    pytest.importorskip("ipywidgets")
    panel = Tape.example()
    live = panel.widget()
    live.control["event"].value = 2
    assert panel.state["event"] == 2 and live.words.words == repr(panel) and "relu" in live.details.value
    live.control["cell"].value = 5
    assert panel.state["cell"] == 5
    live.control["forward()"].click()
    assert live.control["event"].value == 3 and panel.state["cell"] == 0
    live.control["stage"].value = "backward"
    assert (live.control["event"].min, live.control["event"].max) == (9, 21)


class TwoNets(keras.Model):
    """Two models that train against each other, each with an optimizer of its own."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.makes, self.judges = keras.layers.Dense(2, name="makes"), keras.layers.Dense(1, name="judges")
        self.maker, self.judge = keras.optimizers.Adam(0.01), keras.optimizers.SGD(0.1)

    def call(self, x):
        return self.judges(self.makes(x))

    def train_step(self, data):
        for sign, optimizer, net in ((1.0, self.judge, self.judges), (-1.0, self.maker, self.makes)):
            with keras.GradientTape() as tape:
                loss = sign * keras.ops.mean(self.judges(self.makes(data[0])) - self.judges(data[0]))
            optimizer.apply(tape.gradient(loss, net.trainable_variables), net.trainable_variables)
        return {"loss": loss}


def test_stages_that_come_round_again():
    model = TwoNets(name="two")
    model.compile("sgd")
    x = np.random.default_rng(0).normal(size=(5, 2)).astype("float32")
    model(x)
    panel = Tape(model, x, x)
    stages = [e.stage for e in panel.trace]
    first = stages.index("update")
    assert "forward" in stages[first:] and "backward" in stages[first:]
    for event in panel.trace:
        panel.set(event=event.number).to_svg()
    panel.set(event=first, stage="update").forward(2)
    assert panel.event.op == "Adam" and panel.event.number > first + 2


def test_code_of_torch_itself_is_drawn():
    torch = pytest.importorskip("torch")

    class Own(keras.layers.Layer):
        def call(self, x):
            return torch.nn.functional.softplus(x)

    with keras.config.set_backend("torch"):
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), Own(name="own")], name="m")
        model.compile("sgd", "mse")
    panel = Tape(model, np.ones((4, 3), "float32"), np.ones((4, 2), "float32"), event=2)
    assert "in m/own: v3 = torch.softplus(v2), (batch 4, features 2)" in repr(panel)
    for event in panel.trace:
        assert panel.set(event=event.number).to_svg() and panel.details()


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_training_is_watched(backend):
    if backend == "torch":
        pytest.importorskip("torch")
    model, x, y = made(mlp, backend)
    panel = Tape(model, x, y, event=3)
    model.fit(x, y, epochs=3, batch_size=4, verbose=0, callbacks=[panel])
    assert repr(panel) == repr(Tape(model, x, y, event=3))
    alone, x, y = made(mlp, backend)
    alone.fit(x, y, epochs=3, batch_size=4, verbose=0)
    for ours, theirs in zip(model.get_weights(), alone.get_weights()):
        assert np.array_equal(ours, theirs)
    with pytest.raises(ValueError, match="Tape\\(model, x, y\\)"):
        model.fit(x, y, verbose=0, callbacks=[Tape(panel.trace)])
