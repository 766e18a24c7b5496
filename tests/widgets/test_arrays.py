"""Arrays: any tensor as a picture, and the pictures layers, variables and histories have in a notebook."""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach.explain.arrays import facts, names_of_axes, shrunk
from kerasteach.widgets import Arrays
from kerasteach.widgets.rich import html_of, layer_card


@pytest.fixture(params=["numpy", "torch"])
def backend(request):
    if request.param == "torch":
        pytest.importorskip("torch")
    with keras.config.set_backend(request.param):
        yield request.param


def test_a_variable_is_read_again_at_each_look(backend):
    weight = keras.Variable(np.eye(2, dtype="float32"), name="kernel")
    panel = Arrays(weight)
    before = panel.to_svg()
    assert repr(panel) == "Arrays: kernel (inputs 2, units 2) float32; 0 to 1, mean 0.5, std 0.5; 2 zeros"
    weight.assign(weight * 3)
    assert "0 to 3" in repr(panel) and panel.to_svg() != before


def test_it_is_redrawn_while_a_model_trains(backend):
    pytest.importorskip("ipywidgets")
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, name="d")])
    model.compile("sgd", "mse")
    panel = Arrays(model.layers[-1].kernel)
    live = panel.widget()
    before = live.picture.svg
    model.fit(np.ones((8, 2)), np.ones((8, 1)), verbose=0, callbacks=[panel])
    assert live.picture.svg != before
    assert live.words.words == repr(panel)


def test_sliders_stand_for_the_axes_that_are_not_drawn():
    pytest.importorskip("ipywidgets")
    panel = Arrays(np.arange(24.0).reshape(2, 3, 4), names=("image", "row", "column"))
    live = panel.widget()
    assert [c.description for c in live.row.children] == ["Image", "Axes", "Colours"]
    live.control["at[0]"].value = 1
    assert panel.state["at"] == (1, 0, 0)
    assert "[0], [0]: 12<" not in live.picture.svg and ">12</text>" in live.picture.svg
    live.control["axes"].value = (2, 0)
    assert "at row 0" in live.picture.svg
    assert panel.code() == "Arrays(array, names=('image', 'row', 'column'), axes=(2, 0), at=(1, 0, 0))"


def test_height_and_width_are_looked_at_together():
    panel = Arrays(np.zeros((2, 5, 6, 3)), names=("batch", "height", "width", "channels"))
    assert panel.state["axes"] == (1, 2)


def test_names_come_from_the_array_or_the_weight():
    torch = pytest.importorskip("torch")
    assert names_of_axes(keras.Variable(np.ones((3, 3, 1, 8)), name="kernel")) == ("height", "width", "inputs", "filters")
    assert names_of_axes(torch.zeros(2, 3)) == ("axis 0", "axis 1")

    class Named:
        dims, shape = ("time", "place"), (2, 3)

    assert names_of_axes(Named()) == ("time", "place")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"names": ("one",)}, r"Expected a name for each axis. The array has shape \(2, 3\)"),
        ({"axes": (0, 0)}, "Expected two different axes"),
        ({"axes": (0, 5)}, "Expected two different axes"),
        ({"at": (2, 0)}, "Expected a place on each axis"),
        ({"scale": "rainbow"}, 'Expected scale "signed"'),
    ],
)
def test_a_bad_setting_changes_nothing(changes, message):
    panel = Arrays(np.zeros((2, 3)))
    before = panel.state
    with pytest.raises(ValueError, match=message):
        panel.set(**changes)
    assert panel.state == before


@pytest.mark.parametrize("thing", [np.array(["a"]), np.array([1j]), keras.KerasTensor((2, 3)), object()])
def test_what_has_no_numbers_is_refused(thing):
    with pytest.raises(TypeError):
        Arrays(thing)


@pytest.mark.parametrize(
    "array",
    [3.5, [], np.zeros((0, 3)), np.full((2, 2), np.nan), [np.inf, 1.0], np.ones((1, 784)), np.ones((300, 2)), [[True]], np.arange(400), np.zeros((2, 1, 0, 3))],
)
def test_odd_arrays_have_all_faces(array):
    from kerasteach.widgets.faces import faults

    pytest.importorskip("PIL")
    assert faults(Arrays(array)) == []


def test_facts_are_numpys():
    values = np.random.default_rng(0).standard_normal((5, 7))
    found = facts(values)
    assert (found.low, found.high, found.mean, found.std) == (values.min(), values.max(), pytest.approx(values.mean()), pytest.approx(values.std()))


def test_a_shrunk_table_keeps_what_stands_out():
    table = np.zeros((500, 300))
    table[123, 45], table[0, 0] = -7.0, np.nan
    small, blocks = shrunk(table, 100)
    assert (small.shape, blocks) == ((100, 100), (5, 3))
    assert small[24, 15] == -7 and np.isnan(small[0, 0]) and np.nansum(small) == -7


def test_layers_variables_histories_and_models_have_a_picture(backend):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, name="hidden"), keras.layers.Dense(1, name="out")], name="m")
    model.compile("sgd", "mse")
    history = model.fit(np.ones((4, 2)), np.ones((4, 1)), verbose=0)
    for thing, said in [
        (model, "The model m leads from 1 input"),
        (model.layers[0], "The Dense layer hidden has 9 parameters: kernel (inputs 2, units 3), bias (units 3)."),
        (model.layers[0].kernel, "The array has 2 axes: inputs 2, units 3"),
        (history, "Training ran for 1 epoch"),
    ]:
        assert said in html_of(thing), thing


def test_what_has_no_numbers_yet_has_no_picture():
    assert html_of(keras.layers.Dense(3)) == ""
    assert html_of(keras.layers.Flatten()) == ""


@pytest.mark.parametrize(
    "layer, shape",
    [
        (keras.layers.Conv2D(4, 3), (None, 8, 8, 2)),
        (keras.layers.LSTM(3), (None, 5, 2)),
        (keras.layers.BatchNormalization(), (None, 4)),
        (keras.layers.MultiHeadAttention(2, 3), None),
    ],
)
def test_every_weight_of_a_layer_is_drawn(layer, shape):
    if shape is None:
        layer(np.ones((1, 4, 5)), np.ones((1, 4, 5)))
    else:
        layer.build(shape)
    desc = layer_card(layer).desc
    assert all(weight.name in desc for weight in layer.weights[:6])


def test_in_a_terminal_the_text_is_all(monkeypatch):
    layer = keras.layers.Dense(1)
    layer.build((None, 1))
    assert layer._repr_mimebundle_() == {"text/plain": repr(layer)}
    monkeypatch.setattr("kerasteach.rich.in_notebook", lambda: True)
    assert set(layer._repr_mimebundle_()) == {"text/plain", "text/html"}
    assert set(layer._repr_mimebundle_(exclude=["text/html"])) == {"text/plain"}


def test_arrays_of_others_have_a_picture_on_request():
    interactive = pytest.importorskip("IPython.core.interactiveshell")
    shell = interactive.InteractiveShell()
    formatter = shell.display_formatter.formatters["text/html"]
    assert formatter(np.ones(2)) is None
    shell.run_line_magic("load_ext", "kerasteach.widgets")
    assert "The array has 1 axis" in formatter(np.ones(2))
    assert formatter(np.array(["text"])) is None
