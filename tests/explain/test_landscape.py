"""Races and surfaces: beside Torch's optimizers, scikit-learn's PCA and the model's own `evaluate`."""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach import config, layers
from kerasteach.explain.landscape import Cut, field_surface, pca_cut, random_cut, surface
from kerasteach.explain.racing import FIELDS, flat_weights, optimizer, race, race_on, set_flat_weights

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 2)).astype("float32")
Y = (X[:, :1] * X[:, 1:] > 0).astype("float32")


@pytest.fixture(params=["numpy", "torch"])
def on(request):
    if request.param == "torch":
        pytest.importorskip("torch")
    with config.set_backend(request.param):
        yield request.param


def network(**compile):
    keras.utils.set_random_seed(3)
    model = keras.Sequential([
        layers.Input((2,)), layers.Dense(5, "tanh"), layers.BatchNormalization(), layers.Dropout(0.3),
        layers.Dense(1, "sigmoid"),
    ])  # fmt: skip
    model.compile(loss="binary_crossentropy", metrics=["accuracy"], **compile)
    return model


@pytest.mark.parametrize("name", ["sgd", "momentum", "adam", "rmsprop"])
@pytest.mark.parametrize("field", list(FIELDS))
def test_the_ways_are_those_of_torch_optim(name, field, on):
    torch = pytest.importorskip("torch")
    found = FIELDS[field]
    rate = float(np.float32(found.rates[name]))  # as Keras keeps it
    ours = race_on(found.function, {name: rate}, found.start, steps=30)[name]
    place = torch.tensor(found.start, dtype=torch.float64, requires_grad=True)
    theirs = {
        "sgd": lambda: torch.optim.SGD([place], rate),
        "momentum": lambda: torch.optim.SGD([place], rate, momentum=0.9),
        "adam": lambda: torch.optim.Adam([place], rate, eps=1e-7),
        "rmsprop": lambda: torch.optim.RMSprop([place], rate, alpha=0.9, eps=1e-7),
    }[name]()
    ways, losses = [place.detach().numpy().copy()], []
    for _ in range(30):
        theirs.zero_grad()
        height = found.function(place[0], place[1])
        losses.append(height.item())
        height.backward()
        theirs.step()
        ways.append(place.detach().numpy().copy())
    near = 2e-6 if name in ("sgd", "momentum") else 2e-3  # elsewhere Torch puts epsilon in another place of the formula
    np.testing.assert_allclose(ours.weights, ways, rtol=near, atol=near)
    np.testing.assert_allclose(ours.losses[:-1], losses, rtol=10 * near, atol=10 * near)


def test_the_minima_are_minima():
    for name, field in FIELDS.items():
        for place in field.minima:
            here = field.function(*place)
            for dx, dy in ((0.01, 0), (-0.01, 0), (0, 0.01), (0, -0.01)):
                assert field.function(place[0] + dx, place[1] + dy) > here, name
        assert field.formula and set(field.rates) == {"sgd", "momentum", "rmsprop", "adam"}
        x, y = RNG.normal(size=2)
        assert eval(field.formula, {"x": x, "y": y}) == pytest.approx(field.function(x, y))


def test_a_race_is_the_training_that_fit_does_without_dropout(on):
    def plain():
        keras.utils.set_random_seed(1)
        model = keras.Sequential([layers.Input((2,)), layers.Dense(4, "tanh"), layers.Dense(1, "sigmoid")])
        model.compile(optimizer("adam", 0.05), "binary_crossentropy")
        return model

    raced, fitted = plain(), plain()
    way = race(raced, X, Y, {"adam": 0.05}, steps=12)["adam"]
    run = fitted.fit(X, Y, batch_size=len(X), epochs=12, shuffle=False, verbose=0)
    np.testing.assert_allclose(way.weights[-1], flat_weights(fitted), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(way.losses[:-1], run.history["loss"], rtol=1e-4)


def test_the_model_is_as_before(on):
    model = network(optimizer="adam")
    model.fit(X, Y, epochs=1, verbose=0)
    everything = [v.numpy().copy() for v in [*model.variables, *model.optimizer.variables]]
    random_before = np.random.get_state()[1].copy()
    ways = race(model, X, Y, {"sgd": 0.1, "adam": 0.1}, steps=5, batch_size=16)
    surface(model, X, Y, random_cut(model), size=3)
    for before, v in zip(everything, [*model.variables, *model.optimizer.variables], strict=True):
        np.testing.assert_array_equal(before, v.numpy())
    np.testing.assert_array_equal(random_before, np.random.get_state()[1])
    assert ways["sgd"].weights.shape == (6, flat_weights(model).size)
    np.testing.assert_array_equal(ways["sgd"].weights[0], ways["adam"].weights[0])

    other = network(optimizer="adam")  # a race in between does not change how training goes on
    other.fit(X, Y, epochs=1, verbose=0)
    a, b = (m.fit(X, Y, epochs=2, verbose=0, shuffle=False).history["loss"] for m in (model, other))
    assert a == b


def test_both_backends_race_alike():
    ends = []
    for name in ("numpy", "torch"):
        with config.set_backend(name):
            model = network()
        ends.append(race(model, X, Y, {"sgd": 0.3, "adam": 0.02, "rmsprop": 0.01}, steps=30))
    for name in ends[0]:
        np.testing.assert_allclose(ends[0][name].losses, ends[1][name].losses, rtol=1e-3)


def test_the_surface_is_what_evaluate_says(on):
    model = network()
    cut = random_cut(model, seed=4)
    found = surface(model, X, Y, cut, (-0.5, 0.5), (-1, 1), size=5)
    for i, j in ((0, 0), (2, 2), (1, 4)):
        set_flat_weights(model, cut.weights(found.xs[j], found.ys[i]))
        assert found.heights[i, j] == pytest.approx(model.evaluate(X, Y, verbose=0)[0], rel=1e-4)


def test_random_directions_are_as_long_as_the_weights_filter_by_filter():
    model = keras.Sequential([layers.Input((6, 6, 2)), layers.Conv2D(3, 2), layers.Flatten(), layers.Dense(4)])
    model.set_weights([RNG.normal(size=w.shape) for w in model.get_weights()])
    cut = random_cut(model)
    for direction in cut.directions:
        start = 0
        for variable in model.trainable_variables:
            size = int(np.prod(variable.shape))
            part, weight = direction[start : start + size].reshape(variable.shape), variable.numpy()
            start += size
            if weight.ndim == 1:
                assert not part.any()  # biases stay
            else:
                filters = (-1, weight.shape[-1])
                lengths = (np.linalg.norm(a.reshape(filters), axis=0) for a in (part, weight))
                np.testing.assert_allclose(*lengths, rtol=1e-5)
    assert not np.allclose(*cut.directions)
    np.testing.assert_array_equal(cut.directions, random_cut(model).directions)
    assert not np.allclose(cut.directions, random_cut(model, seed=1).directions)


def test_the_plane_is_that_of_scikit_learn():
    decomposition = pytest.importorskip("sklearn.decomposition")
    ways = [np.cumsum(RNG.normal(size=(20, 7)), axis=0) for _ in range(3)]
    cut, theirs = pca_cut(ways), decomposition.PCA(2).fit(np.concatenate(ways))
    for ours, row in zip(cut.directions, theirs.components_):
        assert abs(ours @ row) == pytest.approx(1, rel=1e-9)
    np.testing.assert_allclose(cut.centre, theirs.mean_)
    assert cut.kept == pytest.approx(theirs.explained_variance_ratio_.sum())
    np.testing.assert_allclose(np.abs(cut.place(ways[0])), np.abs(theirs.transform(ways[0])), atol=1e-9)


def test_places_on_the_plane_and_back():
    cut = Cut(np.arange(4.0), np.array([[1.0, 1, 0, 0], [0, 1.0, 0, 2]]), ("a", "b"))
    np.testing.assert_allclose(cut.place(cut.weights(0.3, -2.0)), [0.3, -2.0])


def test_one_weight_and_one_place():
    cut = pca_cut([np.array([[0.0], [1.0], [4.0]])])
    assert cut.kept == 1 and cut.directions.tolist() == [[1.0], [0.0]]
    with pytest.raises(ValueError, match="at least two places"):
        pca_cut([np.zeros((1, 3))])


def test_a_race_that_leaves_the_numbers_is_kept_as_it_was():
    with np.errstate(all="ignore"):
        way = race_on(FIELDS["rosenbrock"].function, {"sgd": 1.0}, (-1.5, 2.5), steps=20)["sgd"]
    assert len(way.losses) == 21 and not np.isfinite(way.losses[-1])


def test_a_constant_function_is_flat_everywhere():
    assert field_surface(lambda x, y: 3.0, (0, 1), (0, 1), 4).heights.tolist() == [[3.0] * 4] * 4


def test_several_inputs_and_outputs_and_a_subclassed_model(on):
    a, b = layers.Input((2,)), layers.Input((3,))
    both = layers.Concatenate()([a, b])
    pair = keras.Model([a, b], [layers.Dense(1)(both), layers.Dense(2)(both)])

    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.out = layers.Dense(1)

        def call(self, x):
            return self.out(x)

    own = Own()
    for model in (pair, own):
        model.compile(loss="mse")
    data = ([X, np.ones((40, 3))], [Y, np.zeros((40, 2))])
    for model, (x, y) in ((pair, data), (own, (X, Y))):
        ways = race(model, x, y, {"sgd": 0.1}, steps=20)
        assert ways["sgd"].losses[-1] < ways["sgd"].losses[0]
        assert surface(model, x, y, pca_cut([w.weights for w in ways.values()]), size=3).heights.shape == (3, 3)


def test_a_model_without_a_loss_says_so():
    model = keras.Sequential([layers.Input((2,)), layers.Dense(1)])
    with pytest.raises(ValueError, match="compile"):
        race(model, X, Y, {"sgd": 0.1})
    with pytest.raises(ValueError, match="optimizer"):
        optimizer("sdg", 0.1)


def test_ways_too_large_to_keep_are_refused():
    model = keras.Sequential([layers.Input((2,)), layers.Dense(100), layers.Dense(1)])
    model.compile(loss="mse")
    with pytest.raises(ValueError, match="fewer steps"):
        race(model, X, Y, {"sgd": 0.1}, steps=1_000_000)
