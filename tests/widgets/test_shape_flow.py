"""ShapeFlow: every stop of a batch on its way, in any kind of model."""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach import layers
from kerasteach.explain.flow import shape_flow
from kerasteach.explain.layer_outputs import activations
from kerasteach.widgets import ShapeFlow


@pytest.fixture(params=["numpy", "torch"])
def backend(request):
    if request.param == "torch":
        pytest.importorskip("torch")
    with keras.config.set_backend(request.param):
        yield request.param


class Own(keras.Model):
    def __init__(self):
        super().__init__()
        self.wide = layers.Dense(8, name="wide")
        self.inner = keras.Sequential([layers.Dense(4, name="a"), layers.Dropout(0.5, name="b")], name="inner")
        self.out = layers.Dense(1, name="out")

    def call(self, x):
        for _ in range(2 if x.shape[0] > 2 else 1):
            y = self.wide(x)
        return self.out(y[:, :8] + self.wide(x)) + keras.ops.sum(self.inner(y))


def images():
    x = keras.Input((8, 8, 3), name="image")
    y = layers.MaxPooling2D(name="pool")(layers.Conv2D(4, 3, name="conv")(x))
    return keras.Model(x, layers.Dense(2, name="out")(layers.Flatten(name="flat")(y)))


def texts():
    return keras.Sequential([layers.Input((5,), name="words"), layers.Embedding(10, 6, name="look"), layers.Bidirectional(layers.LSTM(3), name="both"), layers.Dense(1, name="out")])


MODELS = {"images": (images, np.ones((2, 8, 8, 3))), "texts": (texts, np.ones((2, 5), int)), "own": (Own, np.ones((3, 6)))}


@pytest.mark.parametrize("name", MODELS)
def test_the_shapes_are_those_of_the_activations(name, backend):
    make, x = MODELS[name]
    model = make()
    outputs = activations(model, x)
    stops = shape_flow(model, x)[1:]
    for stop in stops:
        found = outputs[stop.name]
        assert stop.shape in [a.shape for a in (found if isinstance(found, list) else [found])]
    assert stops


def test_stops_come_in_the_order_of_the_calls_and_as_often():
    stops = shape_flow(Own(), np.ones((3, 6)))
    assert [s.name for s in stops] == ["input", "wide", "wide", "wide", "out", "inner/a", "inner/b"]


@pytest.mark.parametrize(
    "name, told",
    [
        ("images", {"conv": ("height 8 → 6", "width 8 → 6", "channels 3 → 4"), "pool": ("height 6 → 3", "width 6 → 3"),
                    "flat": ("height 3 × width 3 × channels 4 → features 36",), "out": ("features 36 → 2",)}),
        ("texts", {"look": ("features 6 new",), "both": ("steps 5 gone",), "out": ("features 6 → 1",)}),
    ],
)  # fmt: skip
def test_it_says_what_happened_to_each_axis(name, told):
    make, x = MODELS[name]
    assert {s.name: s.changes for s in shape_flow(make(), x)[1:]} == told


def test_several_inputs_enter_one_after_the_other():
    a, b = keras.Input((2,), name="a"), keras.Input((3,), name="b")
    model = keras.Model([a, b], layers.Concatenate(name="join")([a, b]))
    stops = shape_flow(model, [np.ones((4, 2)), np.ones((4, 3))])
    assert [(s.name, s.shape) for s in stops] == [("a", (4, 2)), ("b", (4, 3)), ("join", (4, 5))]
    assert stops[2].came == ((4, 2), (4, 3))


def test_in_a_deep_model_the_stops_around_the_current_one_are_drawn():
    model = keras.Sequential([layers.Input((2,)), *(layers.Dense(2, name=f"d{n}") for n in range(40))])
    panel = ShapeFlow(model, np.ones((1, 2)), step=20)
    svg = panel.to_svg()
    assert ">d19<" in svg and ">d3<" not in svg and "16 before" in svg and "16 more" in svg
    assert len(panel.set(step=40).to_svg()) < 40_000


def test_the_slider_and_the_arrow_keys_walk(backend):
    pytest.importorskip("ipywidgets")
    panel = ShapeFlow.example(backend)
    live = panel.widget()
    live.control["step"].value = 1
    assert "step 1 of 3, Conv2D maps" in live.words.words
    panel.pointed(0, 0, "down")
    assert live.control["step"].value == panel.state["step"] == 2
    n, box = panel._places()[0]
    panel.pointed(box.x + 5, box.y + 5, "click")
    assert panel.state["step"] == n == 0
    panel.pointed(0, 0, "up")  # it is at the top already
    assert panel.state["step"] == 0


def test_a_step_that_is_not_there_changes_nothing():
    panel = ShapeFlow.example("numpy")
    with pytest.raises(ValueError, match=r"Expected a step from 0 to 3\. Received: step=9"):
        panel.set(step=9)
    assert panel.state["step"] == 2
