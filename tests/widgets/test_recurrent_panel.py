"""The recurrent panel: what is written is what the layer computes; any place can be pointed at."""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach.widgets import Recurrent
from kerasteach.widgets.feature_examples import last_capital
from kerasteach.widgets.recurrent_scene import _blocks

L = keras.layers
X = np.random.default_rng(0).normal(size=(3, 6, 2)).astype("float32")
Y = np.ones((3, 1), "float32")


def reader(*layers, compiled=True):
    model = keras.Sequential([keras.Input((6, 2)), *layers, L.Dense(1)])
    if compiled:
        model.compile("sgd", "mse")
    return model


@pytest.fixture
def panel(backend, fresh):
    return Recurrent(reader(L.LSTM(4, name="memory")), X, Y, sample=1)


def test_it_begins_at_the_end_with_the_unit_that_holds_most(panel):
    c = panel.unrolled.states["c"]
    assert panel.state == {"layer": "memory", "sample": 1, "step": 5, "unit": int(np.abs(c[5]).argmax()), "call": 0}


def test_the_words_say_the_states(panel):
    panel.set(step=2, unit=3)
    h = keras.Model(panel.model.inputs, panel.model.layers[0].output).predict(X, verbose=0)  # the last h
    assert f"= {panel.unrolled.states['h'][2, 3]:.4g};" in repr(panel)
    panel.set(step=5)
    assert panel.unrolled.states["h"][5] == pytest.approx(h[1], abs=1e-6)
    first, last = panel.gradient["h"][[0, -1]]
    assert f"|dL/dh| {first:.2g} → {last:.2g}" in repr(panel)


def test_every_place_can_be_pointed_at(panel):
    blocks, slopes, _ = _blocks(panel.unrolled, panel.gradient)
    assert len(blocks) == 2 + 4
    for *_, box in blocks:
        panel.set(step=0, unit=0)
        panel.pointed(box.x + 3.5 * box.width / 6, box.y + 2.5 * box.height / 4, "click")
        assert (panel.state["step"], panel.state["unit"]) == (3, 2)
    panel.pointed(slopes.x + 1.5 * slopes.width / 6, slopes.y + 9, "drag")
    assert (panel.state["step"], panel.state["unit"]) == (1, 2)
    panel.pointed(2, 2, "click")
    assert (panel.state["step"], panel.state["unit"]) == (1, 2)


def test_arrow_keys_walk_over_steps_and_units(panel):
    panel.set(step=0, unit=0)
    for key in ("left", "up", "right", "right", "down"):
        panel.pointed(0, 0, key)
    assert (panel.state["step"], panel.state["unit"]) == (2, 1)


def test_both_directions_are_to_be_chosen(backend, fresh):
    panel = Recurrent(reader(L.Bidirectional(L.GRU(3), name="both")), X, Y)
    assert panel.state["layer"] == "both/forward_gru" and panel.state["step"] == 5
    panel.set(layer="both/backward_gru")
    assert panel.state["step"] == 0 and "read from its end" in panel.to_svg()
    assert "update gate z" in panel.to_svg()


def test_the_lines_that_made_the_numbers_are_shown(panel):
    assert "c = f * c + i * g" in panel.details() and "def lstm(" in panel.details()


def test_without_targets_there_is_no_gradient(backend, fresh):
    panel = Recurrent(reader(L.SimpleRNN(4, name="memory"), compiled=False), X, tokens=list("abcdef"))
    assert panel.gradient is None and "gradient" not in panel.to_svg() and "(f)" in repr(panel)
    assert panel.code() == f"Recurrent(model, x, y, tokens, layer='memory', step=5, unit={panel.state['unit']})"


def test_a_cell_of_ones_own_shows_its_states(backend, fresh):
    panel = Recurrent(reader(L.RNN([L.LSTMCell(3), L.GRUCell(2)], name="stack")), X, Y, unit=1)
    assert "1:h" in repr(panel) and "2:h" in repr(panel) and "gradient of the loss" in panel.to_svg()


def test_masked_steps_are_told(backend, fresh):
    model = keras.Sequential([keras.Input((6,), dtype="int32"), L.Embedding(4, 2, mask_zero=True), L.LSTM(3, name="memory"), L.Dense(1)])
    panel = Recurrent(model, np.array([[1, 2, 3, 0, 0, 0]]), tokens={0: "-", 1: "one"}, step=4)
    assert "a step that does not count" in repr(panel) and "the mask leaves this step out" in panel.to_svg()
    assert panel.names == ["one", "2", "3", "-", "-", "-"]


def test_long_sequences_and_many_units(fresh):
    model = keras.Sequential([keras.Input((500, 2)), L.GRU(128, name="memory")])
    panel = Recurrent(model, np.random.default_rng(0).normal(size=(1, 500, 2)))
    assert len(panel.to_svg()) < 300_000
    panel.set(step=250, unit=127)
    assert ">250</text>" in panel.to_svg()


def test_what_it_refuses_changes_nothing(panel):
    before = panel.state
    for wrong, said in [({"step": 6}, "no step 6: it has 6"), ({"unit": -1}, "no unit -1"), ({"layer": "x"}, "no recurrent layer 'x'"), ({"sample": 3}, "no sample 3")]:
        with pytest.raises(ValueError, match=said):
            panel.set(**wrong)
        assert panel.state == before


def test_it_keeps_up_with_a_training(panel):
    pytest.importorskip("ipywidgets")
    live = panel.widget()
    before = live.words.words, live.picture.svg
    panel.model.fit(X, Y, epochs=2, verbose=0, callbacks=[panel])
    assert live.words.words == repr(panel) != before[0] and live.picture.svg != before[1]


def test_the_example_has_learned_it():
    model, x, y, names = last_capital("numpy")
    assert model.evaluate(x, y, verbose=0)[1] == 1.0 and len(names) == 4


def test_a_layer_that_two_inputs_share(backend, fresh):
    memory = L.GRU(3, name="shared")
    left, right = keras.Input((6, 2)), keras.Input((6, 2))
    model = keras.Model([left, right], L.Dense(1)(memory(left) - memory(right)))
    model.compile("sgd", "mse")
    panel = Recurrent(model, [X, -X], Y)
    np.testing.assert_array_equal(panel.unrolled.inputs, X[0])
    np.testing.assert_array_equal(panel.set(call=1).unrolled.inputs, -X[0])
    assert panel.gradient["h"][-1] > 0 and [c.key for c in panel.controls()].count("call") == 1
