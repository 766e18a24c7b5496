"""The file panel: a row for each layer, chosen by click, keys or name; large and empty files fit into the picture."""

import pytest

import kerasteach as keras
from kerasteach.widgets import KerasFile
from kerasteach.widgets.keras_file_scene import WIDTH
from kerasteach.widgets.scene import CODE, Group, Text, text_width

layers = keras.layers


def texts(items):
    for item in items:
        if isinstance(item, Group):
            yield from texts(item.items)
        elif isinstance(item, Text):
            yield item


def right_end(text):
    wide = len(text.text) * CODE * text.size if text.code else text_width(text.text, text.size, text.bold)
    return text.x + {"start": wide, "middle": wide / 2, "end": 0}[text.anchor]


def deep(count):
    keras.utils.clear_session()
    chain = [layers.BatchNormalization(name=f"a_long_name_for_a_small_layer_{i}") for i in range(count)]
    return keras.Sequential([keras.Input((300,)), *chain], name="deep")


@pytest.fixture
def panel():
    return KerasFile.example("numpy").set(layer=None)


def test_a_click_on_a_row_chooses_its_layer(panel):
    for name, (top, bottom) in panel._rows().items():
        panel.pointed(100, (top + bottom) / 2, "click")
        assert panel.state["layer"] == name and f"shown: {name}" in repr(panel)
        assert name in panel.details()
    panel.pointed(100, 5, "click")
    assert panel.state["layer"] is None and panel.details() == ""


def test_arrow_keys_walk_through_the_layers(panel):
    names = [part.name for part in panel.found.layers]
    seen = []
    for _ in range(len(names) + 1):
        panel.pointed(0, 0, "down")
        seen.append(panel.state["layer"])
    assert seen == [*names, names[-1]]
    panel.pointed(0, 0, "up")
    assert panel.state["layer"] == names[-2]


def test_a_layer_that_is_not_there(panel):
    with pytest.raises(ValueError, match=r"Expected the name of a layer: .*hidden.* Received: layer='nobody'"):
        panel.set(layer="nobody")


def test_details_tell_settings_and_arrays(panel):
    html = panel.set(layer="hidden").details()
    assert "units" in html and "tanh" in html and "layers/dense/vars/0" in html and "(2, 8), 16 numbers" in html


@pytest.mark.filterwarnings("ignore:You are saving a model that has not yet been built")
@pytest.mark.parametrize("count", [0, 1, 12, 60])
def test_everything_lies_within_the_paper(count):
    panel = KerasFile(deep(count))
    scene = panel._scene()
    assert scene.width == WIDTH and scene.height < 2000
    for text in texts(scene.items):
        assert right_end(text) <= WIDTH and text.y <= scene.height, text
    assert ("more layers" in panel.to_svg()) == (count == 60)


def test_what_is_cut_does_not_run_into_the_fields():
    scene = KerasFile(deep(3))._scene()
    for text in texts(scene.items):
        if text.code and text.text.startswith("layers/"):
            assert right_end(text) <= 638


def test_a_chain_is_joined_and_a_graph_is_not():
    chain = keras.Sequential([keras.Input((2,)), layers.Dense(2), layers.Dense(1)])
    graph = keras.Model(chain.inputs, chain.outputs)
    assert KerasFile(chain).to_svg().count("<path") == KerasFile(graph).to_svg().count("<path") + 2


def test_the_file_may_be_gone_afterwards(tmp_path):
    path = tmp_path / "m.keras"
    deep(2).save(path)
    panel = KerasFile(path)
    path.unlink()
    assert panel.set(layer="a_long_name_for_a_small_layer_0").to_svg()
