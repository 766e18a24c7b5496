"""The landscape panel: races on functions, on models, and the way of a training."""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach import config, layers
from kerasteach.explain.racing import FIELDS, flat_weights
from kerasteach.widgets import Landscape
from kerasteach.widgets.contours import contour, finer
from kerasteach.widgets.landscape_scene import MAP

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 2)).astype("float32")
Y = (X[:, :1] * X[:, 1:] > 0).astype("float32")


@pytest.fixture(params=["numpy", "torch"])
def on(request):
    if request.param == "torch":
        pytest.importorskip("torch")
    with config.set_backend(request.param):
        yield request.param


def network(optimizer="adam"):
    keras.utils.set_random_seed(2)
    model = keras.Sequential([layers.Input((2,)), layers.Dense(4, "tanh"), layers.Dense(1, "sigmoid")], name="net")
    model.compile(optimizer, "binary_crossentropy")
    return model


def test_the_text_names_start_step_losses_and_winner(on):
    assert repr(Landscape(function="ravine", steps=50)) == (
        "Landscape: ravine from (-3.5, 1.5), step 50 of 50; sgd 0.004319, momentum 0.1737, rmsprop 0.4597, adam 0.0321; lowest sgd"
    )
    assert Landscape(function="ravine", steps=50).sentence == (
        "From above, the loss of ravine; after 50 steps sgd is lowest, at 0.004319."
    )


def test_a_function_brings_its_start_and_rates_and_the_line_says_only_what_differs():
    panel = Landscape(function="beale", steps=30, factor=0.5)
    assert panel.code() == "Landscape(function='beale', factor=0.5, steps=30)"
    panel.set(start_x=2.0, step=10)
    assert panel.code() == "Landscape(function='beale', factor=0.5, steps=30, step=10, start_x=2.0)"
    assert repr(eval(panel.code())) == repr(panel) and eval(panel.code()).to_svg() == panel.to_svg()
    panel.set(function="ravine")
    assert panel.state["start_x"] == FIELDS["ravine"].start[0] and panel.state["rates"] == FIELDS["ravine"].rates
    assert repr(Landscape(**panel.state)) == repr(panel)


def test_the_end_stays_the_end():
    panel = Landscape(steps=20)
    assert panel.set(steps=40).state["step"] == 40
    assert panel.set(step=30).set(steps=50).state["step"] == 30
    assert panel.set(steps=10).state["step"] == 10


def test_a_click_starts_the_race_there():
    panel = Landscape(function="ravine")
    panel.pointed(MAP.x + MAP.width / 2, MAP.y + MAP.height / 4, "click")
    assert (panel.state["start_x"], panel.state["start_y"]) == (0.0, 1.0)
    panel.pointed(5, 5, "click")  # outside the map
    assert (panel.state["start_x"], panel.state["start_y"]) == (0.0, 1.0)


def test_a_function_of_ones_own(on):
    def cup(x, y):
        return x**2 + keras.ops.exp(y) - y

    panel = Landscape(function=cup, rates={"sgd": 0.1}, steps=60, start_x=1.0, start_y=1.0)
    assert repr(panel).startswith("Landscape: cup from (1, 1), step 60 of 60; sgd 1")
    assert "x^2 + keras.ops.exp(y) - y" in panel.to_svg()
    assert panel.code() == "Landscape(function=cup, rates={'sgd': 0.1}, steps=60, start_x=1.0, start_y=1.0)"
    assert repr(eval(panel.code())) == repr(panel)
    assert panel.ways()["sgd"].weights[-1] == pytest.approx([0, 0], abs=0.02)


def test_who_leaves_the_numbers_is_told_so():
    panel = Landscape(rates={"sgd": 5.0, "adam": 0.1}, steps=20)
    assert "sgd nan" in repr(panel) and repr(panel).endswith("lowest adam")
    assert "nan" in panel.to_svg()
    assert "no way" in Landscape(rates={"sgd": 500.0}, steps=20).sentence


def test_the_race_of_a_model_lies_on_its_plane_and_leaves_it_alone(on):
    model = network()
    before = flat_weights(model)
    panel = Landscape(model, X, Y, steps=20, size=9)
    assert repr(panel).startswith("Landscape: model 'net' (17 weights), plane of ")
    ground, names, places, kept = panel.ground()
    assert 0 < kept <= 1 and names[0].startswith("component 1")
    for way in places.values():
        assert ground.xs[0] < way[:, 0].min() and way[:, 0].max() < ground.xs[-1]
        assert ground.ys[0] < way[:, 1].min() and way[:, 1].max() < ground.ys[-1]
    assert panel.code() == "Landscape(model, x, y, steps=20, size=9)"
    panel.set(plane="random", seed=3, span=0.5)
    assert "random plane" in repr(panel) and panel.ground()[0].xs.tolist() == np.linspace(-0.5, 0.5, 9).tolist()
    assert panel.set(span=0.25).ground()[0].xs[-1] == 0.25
    panel.set(span=0.5)
    np.testing.assert_array_equal(before, flat_weights(model))
    model.set_weights([w + 1 for w in model.get_weights()])
    centre = panel.ground()[0].heights[4, 4]
    assert centre == pytest.approx(model.evaluate(X, Y, verbose=0), rel=1e-4)  # read afresh


def test_the_loss_is_taken_on_some_rows_of_large_data():
    panel = Landscape(network(), X, Y, steps=5, size=3, rows=20)
    assert "(17 weights, 20 of 60 rows)" in repr(panel)
    few = np.linspace(0, 59, 20).astype(int)
    assert repr(panel).partition(";")[2] == repr(Landscape(network(), X[few], Y[few], steps=5, size=3)).partition(";")[2]


def test_a_subclassed_model_that_was_never_called(on):
    class Own(keras.Model):
        def __init__(self):
            super().__init__(name="own")
            self.out = layers.Dense(1, "sigmoid")

        def call(self, x):
            return self.out(x)

    model = Own()
    with pytest.raises(ValueError, match="compile"):
        Landscape(model, X, Y)
    model.compile(loss="binary_crossentropy")
    assert "model 'own' (3 weights)" in repr(Landscape(model, X, Y, steps=5, size=3))
    assert "random plane" in repr(Landscape(model, X, Y, steps=5, size=3, plane="random"))


def test_both_backends_tell_the_same():
    told = []
    for name in ("numpy", "torch"):
        with config.set_backend(name):
            told.append(repr(Landscape(network(), X, Y, steps=20, size=5)))
    assert told[0] == told[1]


def test_the_way_of_a_training(on):
    watched, plain = network(), network()
    panel = Landscape(watched, X, Y, steps=30, size=7, rates={"sgd": 0.3})
    a = watched.fit(X, Y, epochs=6, batch_size=10, shuffle=False, verbose=0, callbacks=[panel])
    b = plain.fit(X, Y, epochs=6, batch_size=10, shuffle=False, verbose=0, callbacks=[keras.callbacks.LambdaCallback(on_train_batch_end=lambda *_: None)])
    np.testing.assert_array_equal(flat_weights(watched), flat_weights(plain))
    assert a.history == b.history
    ways = panel.ways()
    assert list(ways) == ["fit", "sgd"] and len(ways["fit"].losses) == 37
    np.testing.assert_array_equal(ways["fit"].weights[0], ways["sgd"].weights[0])
    np.testing.assert_array_equal(ways["fit"].weights[-1], flat_weights(watched))
    assert "as compiled" in panel.to_svg() and "fit " in repr(panel)


def test_a_long_training_keeps_its_start_its_end_and_some_between(monkeypatch):
    monkeypatch.setattr("kerasteach.explain.walk.MOST_PLACES", 40)
    model = network()
    start = flat_weights(model)
    panel = Landscape(model, X, Y, size=3)
    model.fit(X, Y, epochs=32, batch_size=10, verbose=0, callbacks=[panel])
    way = panel.ways()["fit"]
    assert 20 <= len(way.losses) < 40
    np.testing.assert_array_equal(way.weights[0], start)
    np.testing.assert_array_equal(way.weights[-1], flat_weights(model))


def test_while_it_trains_the_live_face_moves(monkeypatch):
    pytest.importorskip("ipywidgets")
    monkeypatch.setattr("kerasteach.widgets.landscape.WAIT", 0.0)
    model = network()
    panel = Landscape(model, X, Y, steps=10, size=5)
    seen, live = set(), panel.widget()

    class Look(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.add(live.picture.svg)

    model.fit(X, Y, epochs=3, batch_size=20, verbose=0, callbacks=[panel, Look()])
    assert len(seen) == 9


def test_controls_move_the_race():
    pytest.importorskip("ipywidgets")
    panel = Landscape(function="ravine", steps=40)
    live = panel.widget()
    live.control["step"].value = 10
    assert panel.state["step"] == 10 and "step 10 of 40" in live.words.words
    live.control["function"].value = "saddle"
    assert "saddle" in live.words.words and live.control["start_y"].value == 0.02
    live.control["start_x"].value = 1.5
    assert "from (1.5, 0.02)" in live.words.words
    live.control["factor"].value = 2
    assert panel.state["factor"] == 2


@pytest.mark.parametrize("state, said", [
    ({"function": "himalaya"}, "rosenbrock, beale"),
    ({"rates": {"sdg": 0.1}}, "sdg"),
    ({"steps": 1}, "at least 2"),
    ({"steps": 10, "step": 11}, "between 0 and 10"),
    ({"plane": "xy"}, "pca"),
    ({"factor": 0}, "above 0"),
])  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_changes(state, said):
    panel = Landscape(function="ravine")
    before = panel.state
    with pytest.raises(ValueError, match=said):
        panel.set(**state)
    assert panel.state == before
    with pytest.raises(ValueError, match=said):
        Landscape(**state)


def test_a_function_is_no_callback():
    with pytest.raises(ValueError, match=r"Landscape\(model, x, y\)"):
        network().fit(X, Y, verbose=0, callbacks=[Landscape()])


def test_a_contour_of_a_circle_is_closed_and_round():
    at = np.linspace(-2, 2, 41)
    heights = at[None] ** 2 + at[:, None] ** 2
    (ring,) = contour(at, at, heights, 1.5)
    assert ring[0] == ring[-1] and len(ring) > 40
    np.testing.assert_allclose(np.hypot(*np.transpose(ring)), np.sqrt(1.5), atol=2e-3)
    assert contour(at, at, heights, 100.0) == []
    heights[20, 20] = np.nan
    assert contour(at, at, heights, 0.001) == []


def test_finer_goes_straight_between_the_crossings():
    x, y = np.linspace(0, 1, 5), np.linspace(0, 1, 5)
    plane = 2 * x[None] + 3 * y[:, None]
    at = (np.arange(40) + 0.5) / 40
    np.testing.assert_allclose(finer(plane, 40), 2 * at[None] + 3 * at[:, None])
