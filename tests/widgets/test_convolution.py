"""The convolution panel: any place can be pointed at, and what is written there is what the layer computes."""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach.widgets import Convolution
from kerasteach.widgets.convolution_scene import _grid, places, under

L = keras.layers
X = np.random.default_rng(0).normal(size=(3, 7, 6, 4)).astype("float32")


def network(*layers, shape=(7, 6, 4)):
    return keras.Sequential([keras.Input(shape), *layers, L.GlobalAveragePooling2D(), L.Dense(3, "softmax", name="kind")])


def middle(box, row, column, rows, columns):
    return box.x + (column + 0.5) * box.width / columns, box.y + (row + 0.5) * box.height / rows


@pytest.fixture
def panel(backend, fresh):
    return Convolution(network(L.Conv2D(5, 3, strides=2, padding="same", name="conv"), L.MaxPooling2D(2, name="pool")), X, sample=1)


def test_it_begins_where_the_filter_answers_strongest(panel):
    y = keras.explain.activations(panel.model, X, "conv")["conv"][1, ..., 0]
    assert abs(y[panel.state["row"], panel.state["column"]]) == np.abs(y).max()
    assert panel.state["layer"] == "conv"


def test_a_click_on_the_output_chooses_the_cell(panel):
    box = places(panel.sliding).output
    for row, column in [(0, 0), (3, 2), (1, 1)]:
        panel.pointed(*middle(box, row, column, 4, 3), "click")
        assert (panel.state["row"], panel.state["column"]) == (row, column)
    assert f"= {panel.cell.value:.4g}" in repr(panel)


def test_a_drag_over_the_input_moves_the_window(panel):
    """The cell is the one whose window has its middle there."""
    box, found = places(panel.sliding).input, panel.sliding
    (top, bottom), (left, right) = found.windows.pads
    for row, column in [(0, 0), (2, 1), (3, 2)]:
        cell = found.cell(row, column, 0)
        x, y = middle(box, cell.rows[1] + top, cell.columns[1] + left, 7 + top + bottom, 6 + left + right)
        panel.pointed(x, y, "drag")
        assert (panel.state["row"], panel.state["column"]) == (row, column)


def test_a_click_on_a_map_chooses_the_filter(panel):
    maps = places(panel.sliding).maps
    assert len(maps) == 5
    panel.pointed(maps[3].x + 5, maps[3].y + 5, "click")
    assert panel.state["filter"] == 3
    before = panel.state
    panel.pointed(3, 3, "click")  # on the paper beside
    assert panel.state == before


def test_arrow_keys_walk_from_cell_to_cell(panel):
    panel.set(row=0, column=0)
    for key in ("right", "down", "down", "left", "left", "up"):
        panel.pointed(0, 0, key)
    assert (panel.state["row"], panel.state["column"]) == (1, 0)


def test_another_layer_begins_anew(panel):
    panel.set(filter=4, channel=3)
    panel.set(layer="pool")
    assert panel.sliding.kind == "max" and panel.state["filter"] == 4 and panel.state["channel"] == 0
    assert "MaxPooling2D" in repr(panel) and "max of 4" in repr(panel)


def test_what_it_refuses_changes_nothing(panel):
    before = panel.state
    for wrong, said in [
        ({"layer": "kind"}, "no layer 'kind'"), ({"row": 9}, "no row 9"), ({"filter": 5}, "makes 5 maps"), ({"channel": 4}, "sees 4 channels"),
        ({"view": "side"}, "Expected view"), ({"sample": 3}, "no sample 3"), ({"view": "saliency", "target": 3}, "no target 3"),
    ]:  # fmt: skip
        with pytest.raises(ValueError, match=said):
            panel.set(**wrong)
        assert panel.state == before


def test_the_numbers_in_the_picture_are_those_of_the_layer(panel):
    cell, svg = panel.cell, panel.to_svg()
    for value in (*cell.patch[..., 0].ravel(), *cell.kernel[..., 0].ravel()):
        assert f">{value:.3g}</text>" in svg
    assert f">{cell.value:.4g}</text>" in svg and cell.value == pytest.approx(cell.layers_own, abs=1e-5)


def test_lines(backend, fresh):
    model = keras.Sequential([keras.Input((9, 4)), L.Conv1D(5, 3, padding="causal", dilation_rate=2, name="conv"), L.Flatten(), L.Dense(1)])
    panel = Convolution(model, np.random.default_rng(1).normal(size=(2, 9, 4)).astype("float32"), column=7)
    assert 'Conv1D "conv" 3, 9×4 → 9×5; sample 0, filter 0, column 7:' in repr(panel)
    box = places(panel.sliding).output
    panel.pointed(*middle(box, 4, 2, 5, 9), "click")
    assert (panel.state["filter"], panel.state["column"]) == (4, 2)
    assert "row" not in panel.to_svg()
    panel.set(view="saliency")
    assert "Grad-CAM" in panel.to_svg()


def test_pictures_with_channels_first(backend, fresh):
    model = keras.Sequential([keras.Input((3, 7, 6)), L.Conv2D(2, 3, data_format="channels_first", name="conv"), L.Flatten(), L.Dense(2)])
    panel = Convolution(model, np.random.default_rng(1).random((2, 3, 7, 6)).astype("float32"))
    assert "7×6×3 → 5×4×2" in repr(panel)
    image, salient, cam = panel.set(view="saliency").maps()
    assert image.shape == (7, 6, 3) and salient.shape == (7, 6) and cam.shape == (5, 4)


def test_many_channels_and_large_kernels(fresh):
    """Nothing leaves the paper, and the picture stays small."""
    model = network(L.Conv2D(100, 11, padding="same", name="wide"), shape=(40, 60, 16))
    panel = Convolution(model, np.random.default_rng(1).normal(size=(1, 40, 60, 16)))
    scene = panel._scene()
    assert len(panel.to_svg()) < 300_000 and "64 of 100 maps" in panel.to_svg()
    for count in (1, 9, 10, 40, 64):
        assert all(box.x + box.width <= scene.width - 20 and box.y + box.height < 340 for box in _grid(count))
    assert panel.details().count("<td") == 3 * (121 + 1)


def test_it_keeps_up_with_a_training(backend, fresh):
    pytest.importorskip("ipywidgets")
    model = network(L.Conv2D(2, 3, name="conv"))
    model.compile("sgd", "sparse_categorical_crossentropy")
    panel = Convolution(model, X)
    live = panel.widget()
    before = live.words.words, live.picture.svg
    model.fit(X, np.arange(3), epochs=2, verbose=0, callbacks=[panel])
    assert live.words.words == repr(panel) != before[0] and live.picture.svg != before[1]


def test_pointing_where_there_is_nothing(panel):
    assert under(panel.sliding, 1, 1) is None
    panel.set(view="saliency")
    before = panel.state
    panel.pointed(*middle(places(panel.sliding).output, 0, 0, 4, 3), "click")
    assert panel.state == before


def test_a_layer_that_two_inputs_share(backend, fresh):
    """Each call has its own picture, and saliency shows the one that the call has seen."""
    conv = L.Conv2D(2, 3, name="shared")
    left, right = keras.Input((7, 6, 4), name="left"), keras.Input((7, 6, 4), name="right")
    model = keras.Model([left, right], L.Dense(1)(L.Concatenate()([L.Flatten()(conv(left)), L.Flatten()(conv(right))])))
    panel = Convolution(model, [X, -X], row=1, column=1)
    first = panel.cell.patch
    assert [c.key for c in panel.controls()].count("call") == 1
    np.testing.assert_allclose(panel.set(call=1).cell.patch, -first)
    np.testing.assert_array_equal(panel.set(view="saliency").maps()[0], -X[0])
    np.testing.assert_array_equal(panel.set(call=0).maps()[0], X[0])
    with pytest.raises(ValueError, match=r"called 2 time\(s\)"):
        panel.set(call=2)


def test_pictures_of_whole_numbers_have_no_slopes(backend, fresh):
    """The cell is shown; saliency is refused before anything changes, with the way out."""
    x = keras.Input((7, 6, 4), dtype="uint8")
    model = keras.Model(x, L.Dense(2)(L.Flatten()(L.Conv2D(2, 3)(L.Rescaling(1 / 255)(x)))))
    panel = Convolution(model, np.abs(X * 50).astype("uint8"))
    with pytest.raises(ValueError, match="astype"):
        panel.set(view="saliency")
    assert panel.state["view"] == "cell"
