"""keras.random: distributions, shapes, dtypes and errors are Keras's; the numbers are NumPy's, the same on both backends."""

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kerasteach as kt
from kerasteach import ops, random

MANY = (20_000,)
DRAWS = {  # name -> (function(shape, dtype, seed), mean, standard deviation, lowest, highest)
    "normal": (lambda s, d, seed: random.normal(s, 2.0, 3.0, d, seed), 2.0, 3.0, -np.inf, np.inf),
    "uniform": (lambda s, d, seed: random.uniform(s, -1.0, 5.0, d, seed), 2.0, 6 / 12**0.5, -1, 5),
    # a bell curve cut off at two has a standard deviation of 0.8796
    "truncated_normal": (lambda s, d, seed: random.truncated_normal(s, 1.0, 2.0, d, seed), 1.0, 2 * 0.8796, -3, 5),
    "gamma": (lambda s, d, seed: random.gamma(s, 3.0, d, seed), 3.0, 3**0.5, 0, np.inf),
    "beta": (lambda s, d, seed: random.beta(s, 2.0, 3.0, d, seed), 0.4, 0.2, 0, 1),
    "binomial": (lambda s, d, seed: random.binomial(s, 10.0, 0.3, d, seed), 3.0, 2.1**0.5, 0, 10),
}


@pytest.mark.parametrize("name", DRAWS)
def test_distributions(name):
    draw, mean, deviation, low, high = DRAWS[name]
    x = draw(MANY, "float64", 7)
    assert abs(x.mean() - mean) < 4 * deviation / MANY[0] ** 0.5  # four standard errors
    assert abs(x.std() / deviation - 1) < 0.05
    assert low <= x.min() and x.max() <= high


@pytest.mark.parametrize("name", DRAWS)
@given(shape=st.lists(st.integers(0, 3), max_size=3).map(tuple), dtype=st.sampled_from(["float16", "float32", "float64", None]))
@settings(max_examples=10, deadline=None)
def test_shapes_and_dtypes(name, shape, dtype):
    x = DRAWS[name][0](shape, dtype, 1)
    assert x.shape == shape and x.dtype == (dtype or "float32")
    assert np.array_equal(x, DRAWS[name][0](shape, dtype, 1))  # the same seed, the same numbers


def test_a_seed_generator_goes_on():
    one, two = random.SeedGenerator(3), random.SeedGenerator(3)
    first, second = random.normal((4,), seed=one), random.normal((4,), seed=one)
    assert not np.array_equal(first, second)
    assert np.array_equal(first, random.normal((4,), seed=two))
    assert np.array_equal(second, random.normal((4,), seed=two.next()))  # what next() gives is a seed


def test_state_and_config_of_a_seed_generator():
    generator = random.SeedGenerator(5, name="mine")
    assert generator.next().tolist() == [5, 0]
    assert generator.state.numpy().tolist() == [5, 1] and not generator.state.trainable
    assert generator.state.path == "mine/seed_generator_state"
    again = random.SeedGenerator.from_config(generator.get_config())
    assert (again.name, again.next().tolist()) == ("mine", [5, 0])
    assert random.SeedGenerator(name="free").get_config() == {"seed": None, "name": "free"}
    generator.state.assign([5, 0])  # back to the start
    assert generator.next().tolist() == [5, 0]


def test_a_stateless_scope_keeps_the_count_to_itself():
    generator = random.SeedGenerator(1)
    with kt.StatelessScope() as scope:
        inside = [generator.next().tolist() for _ in range(2)]
    assert inside == [[1, 0], [1, 1]]
    assert scope.get_current_value(generator.state).tolist() == [1, 2]
    assert generator.next().tolist() == [1, 0]


def test_without_a_seed_set_random_seed_decides():
    draws = []
    for _ in range(2):
        kt.utils.set_random_seed(11)
        draws.append([random.normal((3,)), random.uniform((3,))])
    assert np.array_equal(draws[0], draws[1])


def test_categorical():
    odds = np.array([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8]], "float32")
    drawn = random.categorical(np.log(odds), 20_000, seed=3)
    assert drawn.shape == (2, 20_000) and drawn.dtype == "int32"
    shares = [np.bincount(row, minlength=3) / 20_000 for row in drawn]
    np.testing.assert_allclose(shares, odds, atol=0.015)


def test_randint():
    x = random.randint((5000,), -2, 3, seed=1)
    assert x.dtype == "int32" and sorted(set(x.tolist())) == [-2, -1, 0, 1, 2]
    assert random.randint((2,), 0, 5, dtype="uint8", seed=1).dtype == "uint8"


def test_shuffle_keeps_slices_together(backend):
    x = kt.backend.get(backend).convert(np.arange(24.0, dtype="float32").reshape(3, 4, 2))
    y = kt.backend.to_numpy(random.shuffle(x, axis=1, seed=5))
    assert type(random.shuffle(x)) is type(x)
    columns = {tuple(y[:, i].ravel()) for i in range(4)}
    assert columns == {tuple(kt.backend.to_numpy(x)[:, i].ravel()) for i in range(4)}
    assert not np.array_equal(y, kt.backend.to_numpy(x))


def test_dropout(backend):
    x = kt.backend.get(backend).convert(np.ones((200, 50), "float32"))
    y = kt.backend.to_numpy(random.dropout(x, 0.2, seed=1))
    assert set(np.unique(y)) == {0.0, np.float32(1.25)}
    assert abs((y == 0).mean() - 0.2) < 0.015
    rows = kt.backend.to_numpy(random.dropout(x, 0.5, noise_shape=(None, 1), seed=1))
    assert all(len(set(row)) == 1 for row in rows)
    assert random.dropout(x, 0) is x
    assert not kt.backend.to_numpy(random.dropout(x, 1.0)).any()


class Jitter(kt.Layer):
    """Draws in `call`, as code written for Keras does."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seed_generator = random.SeedGenerator(1337)

    def call(self, x, training=False):
        if not training:
            return x
        noise = random.normal(ops.shape(x), stddev=0.1, seed=self.seed_generator)
        return random.dropout(ops.add(x, noise), 0.5, seed=self.seed_generator)


def test_drawing_in_a_layer_is_the_same_on_both_backends():
    pytest.importorskip("torch")
    x = np.ones((4, 3), "float32")
    found = {}
    for name in ("numpy", "torch"):
        with kt.config.set_backend(name):
            layer = Jitter()
            found[name] = [kt.backend.to_numpy(layer(x, training=True)) for _ in range(2)]
    assert not np.array_equal(*found["numpy"])
    np.testing.assert_allclose(found["numpy"], found["torch"], rtol=1e-6)


def test_a_model_with_a_drawing_layer_trains(backend):
    inputs = kt.Input((3,))  # the batch is open: the layer's shape is found without drawing
    model = kt.Model(inputs, kt.layers.Dense(1)(Jitter()(inputs)))
    assert model.output_shape == (None, 1)
    model.compile("sgd", "mse")
    x = np.ones((8, 3), "float32")
    before = model.get_weights()[0].copy()
    model.fit(x, np.zeros((8, 1)), epochs=2, verbose=0)
    assert not np.array_equal(before, model.get_weights()[0])
    assert np.array_equal(model.predict(x, verbose=0), model.predict(x, verbose=0))


REFUSED = [
    lambda r: r.uniform((2,), dtype="int32"),
    lambda r: r.randint((2,), 0, 5, dtype="float32"),
    lambda r: r.normal((2,), seed="a"),
    lambda r: r.normal((2,), seed=1.5),
    lambda r: r.SeedGenerator("a"),
    lambda r: r.SeedGenerator(1, foo=2),
    lambda r: r.categorical([0.0, 1.0], 2),
    lambda r: r.normal(3),
]


@pytest.mark.parametrize("call", REFUSED)
def test_what_keras_refuses_is_refused_with_its_words(call):
    os.environ.setdefault("KERAS_BACKEND", "torch")
    keras = pytest.importorskip("keras")
    with pytest.raises(Exception) as theirs:
        call(keras.random)
    with pytest.raises(theirs.type) as ours:
        call(random)
    if theirs.type is ValueError:
        assert str(theirs.value).strip().split(" (of")[0] in str(ours.value)


def test_signatures_are_keras_s():
    os.environ.setdefault("KERAS_BACKEND", "torch")
    keras = pytest.importorskip("keras")
    import inspect

    for name in random.__all__:
        assert inspect.signature(getattr(random, name)) == inspect.signature(getattr(keras.random, name)), name
