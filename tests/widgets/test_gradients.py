"""The gradients panel: live during fit, steps and layers chosen, faults marked in words and picture."""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach import layers
from kerasteach.explain import Watch
from kerasteach.widgets import Gradients
from kerasteach.widgets.gradients_scene import _fewer, rows_box

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3)).astype("float32")
Y = X[:, :1] ** 2


def network(*stack):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([layers.Input((3,)), *(stack or [layers.Dense(6, "relu", name="first"), layers.Dense(1, name="last")])])
    model.compile(keras.optimizers.SGD(0.02), "mse")
    return model


def trained(watch=None, epochs=3, **state):
    panel = Gradients(watch, **state)
    network().fit(X, Y, epochs=epochs, batch_size=20, verbose=0, callbacks=[panel])
    return panel


def test_before_the_first_step_it_says_so():
    panel = Gradients()
    assert repr(panel) == "Gradients: no steps yet" and panel.sentence == "No step of training has been watched yet."
    assert "no steps yet" in panel.to_svg() and panel.state == {"layer": None, "step": None} and panel.code() == "Gradients(watch)"


def test_the_words_name_each_layer_and_what_is_wrong():
    panel = trained()
    assert repr(panel).startswith("Gradients: step 8, loss ") and "; first gradient " in repr(panel) and "; last gradient " in repr(panel)
    assert panel.sentence == "After 9 steps all of 2 layers stand well."
    dead = Gradients()
    dull = layers.Dense(4, "relu", bias_initializer=keras.initializers.Constant(-90.0), name="dull")
    network(dull, layers.Dense(1, name="last")).fit(X, Y, verbose=0, callbacks=[dead])
    assert "dull gradient 0, update 0 (100% dead, vanishing, resting)" in repr(dead)
    assert dead.sentence.endswith("marked is dull (100% dead, vanishing, resting).")
    assert "100% dead, vanishing, resting</text>" in dead.to_svg()


def test_a_watch_of_ones_own_is_shown_as_well():
    watch = Watch(histograms=True)
    network().fit(X, Y, epochs=3, batch_size=20, verbose=0, callbacks=[watch])
    assert repr(Gradients(watch)) == repr(trained())
    plain = Watch()
    network().fit(X, Y, epochs=3, batch_size=20, verbose=0, callbacks=[plain])
    assert "Watch(histograms=True)" in Gradients(plain).to_svg()


def test_both_backends_say_the_same():
    pytest.importorskip("torch")
    assert repr(Gradients.example("numpy")) == repr(Gradients.example("torch"))


def test_step_and_layer_are_state():
    panel = trained()
    assert panel.state == {"layer": "first", "step": 8}
    panel.set(layer="last", step=3)
    assert panel.code() == "Gradients(watch, layer='last', step=3)" and "step 3," in repr(panel)
    again = Gradients(panel.watch, **panel.state)
    assert repr(again) == repr(panel) and again.to_svg() == panel.to_svg()
    assert "last: sizes of its gradients" in panel.to_svg()


def test_a_step_that_was_not_recorded_shows_the_one_before():
    panel = trained(Watch(every=4, histograms=True), step=6)
    assert panel.watch.steps == [0, 4, 8] and panel.state["step"] == 4


def test_it_grows_while_the_model_trains(monkeypatch):
    pytest.importorskip("ipywidgets")
    monkeypatch.setattr("kerasteach.widgets.panel.REDRAW", 0.0)
    panel, said = Gradients(), []
    live = panel.widget()

    class Look(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            said.append(live.words.words.split(",")[0])

    network().fit(X, Y, epochs=2, batch_size=20, verbose=0, callbacks=[panel, Look()])
    assert said == [f"Gradients: step {n}" for n in range(6)]
    assert live.control["step"].max == 5 and live.control["step"].value == 5
    network().fit(X, Y, epochs=1, batch_size=20, verbose=0, callbacks=[panel])
    assert panel.state["step"] == 8  # steps count on, and the last one is shown


def test_controls_choose_and_the_end_is_the_end_again():
    pytest.importorskip("ipywidgets")
    panel = trained()
    live = panel.widget()
    live.control["step"].value = 2
    assert panel.code() == "Gradients(watch, step=2)" and "step 2," in live.words.words
    live.control["layer"].value = "last"
    live.control["step"].value = 8
    assert panel.code() == "Gradients(watch, layer='last')"


def test_a_click_chooses_layer_and_step():
    panel = trained()
    box = rows_box(2)
    panel.pointed(box.x + box.width * 3.5 / 9, box.y + box.height * 0.75, "click")
    assert panel.state == {"layer": "last", "step": 3}
    panel.pointed(box.x + box.width - 1, box.y + 3, "drag")
    assert panel.code() == "Gradients(watch, layer='first')"
    panel.pointed(5, 5, "click")
    assert panel.state["layer"] == "first"


def test_many_layers_and_steps_fit():
    deep = [layers.Dense(4, "tanh", name=f"a_layer_with_a_long_name_{n}") for n in range(30)]
    panel = Gradients(Watch(keep=2000, histograms=True))
    network(*deep, layers.Dense(1)).fit(X, Y, epochs=25, batch_size=1, verbose=0, callbacks=[panel])
    assert len(panel.watch.steps) == 1500 and len(panel.to_svg()) < 300_000


def test_fewer_columns_keep_what_stands_out():
    table = np.zeros((1, 1000))
    table[0, 777] = 5.0
    assert _fewer(table, 100).shape == (1, 100) and _fewer(table, 100).max() == 5.0


def test_what_cannot_be_is_refused():
    panel = trained()
    for change, said in (({"layer": "middle"}, "first, last"), ({"step": -1}, "from 0 on"), ({"step": 1.5}, "whole number")):
        with pytest.raises(ValueError, match=said):
            panel.set(**change)
    with pytest.raises(ValueError, match=r"explain.Watch"):
        Gradients(network())
