"""Small networks on points: the program shown is the training done."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerasteach import config
from kerasteach.explain import points
from kerasteach.explain.playground import ACTIVATIONS, OPTIMIZERS, REGULARIZATIONS, Recipe, Run

RECIPES = st.builds(
    Recipe,
    data=st.sampled_from(list(points.DATASETS)),
    noise=st.sampled_from([0, 0.1, 0.5]),
    features=st.lists(st.sampled_from(list(points.FEATURES)), min_size=1, max_size=7, unique=True).map(tuple),
    depth=st.integers(0, 3),
    width=st.integers(1, 5),
    activation=st.sampled_from(ACTIVATIONS),
    optimizer=st.sampled_from(list(OPTIMIZERS)),
    learning_rate=st.sampled_from([0.001, 0.03, 0.3]),
    regularization=st.sampled_from(list(REGULARIZATIONS)),
    rate=st.sampled_from([0.0, 0.003]),
    batch_size=st.sampled_from([7, 20, 200]),
    seed=st.integers(0, 10),
)


@settings(max_examples=25, deadline=None)
@given(RECIPES, st.integers(1, 3))
def test_the_program_shown_trains_the_same_weights_bit_for_bit(recipe, epochs):
    names = {}
    exec(recipe.code(epochs), names)
    run = Run(recipe)
    run.train_to(epochs)
    for a, b in zip(names["model"].get_weights(), run.model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    for name, values in names["history"].history.items():
        np.testing.assert_array_equal(values, run.curves[name][1:])


def test_the_program_runs_on_keras_itself_and_learns_the_same_kind_of_thing():
    pytest.importorskip("keras")
    recipe = Recipe(data="circle", regularization="l2", depth=1)
    names = {}
    exec(recipe.code(5).replace("import kerasteach as keras", "import keras"), names)
    assert names["keras"].__name__ == "keras"
    theirs, ours = names["history"].history, Run(recipe)
    ours.train_to(5)
    assert set(theirs) == set(ours.curves)
    assert theirs["loss"][-1] < theirs["loss"][0]
    x, y = ours.train[1:]
    names["model"].set_weights(ours.model.get_weights())
    np.testing.assert_allclose(names["model"].predict(x, verbose=0), ours.model.predict(x, verbose=0), atol=1e-5)
    np.testing.assert_array_equal(names["x"][: len(x)], x)
    np.testing.assert_array_equal(names["y"][: len(y)], y)


def test_both_backends_train_the_same_to_the_digits_shown():
    """Also late, and where a small error grows: that is why they train in float64."""
    recipe = Recipe(data="spirals", depth=3, width=8, learning_rate=0.01)
    numpy, torch = (Run(recipe, on) for on in ("numpy", "torch"))
    for run in (numpy, torch):
        run.train_to(200)
    for name, values in numpy.curves.items():
        np.testing.assert_allclose(values, torch.curves[name], rtol=1e-6)
    assert torch.model.backend == "torch" and config.backend() == "numpy"


def test_slices_are_one_training_and_one_can_look_back():
    whole, slices = Run(Recipe()), Run(Recipe())
    whole.train_to(6)
    first = [w.copy() for w in slices.at(2).get_weights()]
    slices.train_to(4)
    early = slices.at(2).get_weights()
    slices.train_to(6)
    assert whole.curves == slices.curves
    for a, b in zip(first, early, strict=True):
        np.testing.assert_array_equal(a, b)
    for a, b in zip(whole.model.get_weights(), slices.at(6).get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_random_numbers_outside_are_not_disturbed():
    np.random.seed(3)
    expected = np.random.rand(3)
    np.random.seed(3)
    found = []
    run = Run(Recipe(seed=5))
    for epoch in range(3):
        run.train_to(epoch)
        found.append(np.random.rand())
    np.testing.assert_array_equal(found, expected)


def test_it_learns():
    for data in ("circle", "xor", "moons", "blobs"):
        run = Run(Recipe(data=data))
        run.train_to(150)
        assert run.curves["val_accuracy"][-1] >= 0.95, data
    run = Run(Recipe(data="plane", depth=0, noise=0))
    run.train_to(30)
    assert run.curves["val_loss"][-1] < 1e-3


@pytest.mark.parametrize("change, said", [
    ({"data": "donut"}, "circle, xor"),
    ({"features": ()}, "at least one feature"),
    ({"features": ("x3",)}, "x1, x2"),
    ({"depth": 6}, "between 0 and 5"),
    ({"width": 2.5}, "whole number"),
    ({"optimizer": "lion"}, "momentum"),
    ({"learning_rate": -1}, "between 0 and 10"),
])  # fmt: skip
def test_settings_that_cannot_be_are_refused_with_what_can(change, said):
    with pytest.raises(ValueError, match=said):
        dataclasses.replace(Recipe(), **change)


def test_points_lie_where_they_are_drawn_and_classes_are_balanced():
    for name in points.DATASETS:
        places, targets = points.make_points(name, 400, 0.0, 1)
        assert np.abs(places).max() <= points.LIMIT, name
        if name not in points.REGRESSION:
            assert 0.4 < targets.mean() < 0.6, name


def test_moons_are_those_of_scikit_learn():
    """Scaled and centred, each point lies on one of its half circles."""
    datasets = pytest.importorskip("sklearn.datasets")
    x, y = datasets.make_moons(2000, noise=None)
    places, targets = points.make_points("moons", 200, 0.0, 0)
    for label in (0, 1):
        theirs = 1.5 * (x[y == label] - [0.5, 0.25])
        ours = places[targets == label]
        distance = np.linalg.norm(ours[:, None] - theirs[None], axis=-1).min(axis=1)
        assert distance.max() < 0.01
