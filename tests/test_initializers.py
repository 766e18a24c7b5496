"""Initial weights: the distributions Keras draws from, the same numbers for the same seed, on either backend."""

import math

import numpy as np
import pytest

import kerasteach as keras
from kerasteach import initializers as init

SHAPE = (300, 200)
DRAWN = {
    "GlorotUniform": lambda fan_in, fan_out: math.sqrt(2 / (fan_in + fan_out)),
    "GlorotNormal": lambda fan_in, fan_out: math.sqrt(2 / (fan_in + fan_out)),
    "HeUniform": lambda fan_in, _: math.sqrt(2 / fan_in),
    "HeNormal": lambda fan_in, _: math.sqrt(2 / fan_in),
    "LecunUniform": lambda fan_in, _: math.sqrt(1 / fan_in),
    "LecunNormal": lambda fan_in, _: math.sqrt(1 / fan_in),
    "RandomNormal": lambda *_: 0.05,
    "RandomUniform": lambda *_: 0.1 / math.sqrt(12),
    "TruncatedNormal": lambda *_: 0.05 * 0.8796,
    "VarianceScaling": lambda fan_in, _: math.sqrt(1 / fan_in),
    "Orthogonal": lambda fan_in, _: math.sqrt(1 / fan_in),
}


@pytest.mark.parametrize("name", DRAWN)
def test_spread_is_the_papers(name):
    """Mean 0 and the standard deviation of the source, over 60,000 numbers."""
    drawn = getattr(init, name)(seed=1)(SHAPE)
    assert drawn.dtype == np.float32 and drawn.shape == SHAPE
    assert abs(drawn.mean()) < 4 * drawn.std() / math.sqrt(drawn.size)
    assert drawn.std() == pytest.approx(DRAWN[name](*SHAPE), rel=0.02)


@pytest.mark.parametrize("name", DRAWN)
def test_spread_and_limits_are_those_of_keras(name):
    theirs = pytest.importorskip("keras").initializers
    ours, real = (np.asarray(module(seed=1)(SHAPE)) for module in (getattr(init, name), getattr(theirs, name)))
    assert ours.std() == pytest.approx(real.std(), rel=0.02)
    assert np.abs(ours).max() == pytest.approx(np.abs(real).max(), rel=0.15)


@pytest.mark.parametrize("name", DRAWN)
def test_a_seed_is_a_promise(name):
    make = getattr(init, name)
    one = make(seed=3)
    np.testing.assert_array_equal(one((4, 5)), one((4, 5)))
    np.testing.assert_array_equal(one((4, 5)), make(seed=3)((4, 5)))
    np.testing.assert_array_equal(one((4, 5)), make.from_config(one.get_config())((4, 5)))
    assert not np.array_equal(one((4, 5)), make(seed=4)((4, 5)))
    assert not np.array_equal(make()((4, 5)), make()((4, 5)))


def test_set_random_seed_seeds_every_new_layer(backend):
    def weights():
        keras.utils.set_random_seed(11)
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), keras.layers.Dense(3)])
        return model.get_weights()

    first, second = weights(), weights()
    for a, b in zip(first, second):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(first[0][:3], first[2])


def test_both_backends_start_alike():
    pytest.importorskip("torch")
    made = []
    for name in ("numpy", "torch"):
        with keras.config.set_backend(name):
            keras.utils.set_random_seed(2)
            made.append(keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, kernel_initializer="he_normal")]).get_weights())
    np.testing.assert_array_equal(made[0][0], made[1][0])


def test_orthogonal_rows_or_columns_stand_at_right_angles():
    for shape in [(5, 3), (3, 5), (2, 2, 6)]:
        matrix = init.Orthogonal(gain=2.0, seed=0)(shape).reshape(-1, shape[-1])
        product = matrix.T @ matrix if matrix.shape[0] >= matrix.shape[1] else matrix @ matrix.T
        np.testing.assert_allclose(product, 4 * np.eye(len(product)), atol=1e-5)


def test_what_is_not_drawn():
    np.testing.assert_array_equal(init.Zeros()((2, 3)), np.zeros((2, 3)))
    np.testing.assert_array_equal(init.Ones()((2,), dtype="int32"), [1, 1])
    np.testing.assert_array_equal(init.Constant([1.0, 2.0])((3, 2)), [[1, 2]] * 3)
    np.testing.assert_array_equal(init.Identity(gain=3.0)((2, 3)), [[3, 0, 0], [0, 3, 0]])


def test_fans_of_convolutions_and_of_named_axes():
    assert init.VarianceScaling(mode="fan_out", distribution="uniform", seed=0)((3, 3, 4, 8)).std() == pytest.approx(
        math.sqrt(1 / 72), rel=0.1
    )
    by_axes = init.GlorotNormal(seed=0, input_axes=[0], output_axes=[1, 2])((100, 20, 20))
    assert by_axes.std() == pytest.approx(math.sqrt(2 / 500), rel=0.05)


@pytest.mark.parametrize("given", ["glorot_uniform", "GlorotUniform", init.GlorotUniform, init.GlorotUniform(seed=1)])
def test_many_ways_to_name_one(given):
    assert isinstance(init.get(given), init.GlorotUniform)


def test_a_function_is_an_initializer(backend):
    """Any function(shape, dtype) will do, an array-maker of one's own."""
    layer = keras.layers.Dense(2, kernel_initializer=lambda shape, dtype=None: np.full(shape, 0.5, dtype))
    layer.build((None, 3))
    np.testing.assert_array_equal(layer.get_weights()[0], np.full((3, 2), 0.5))


WRONG = {
    "a name": (lambda i: i.get("glorot_unifrom"), "glorot_uniform"),
    "a number": (lambda i: i.get(3), "3"),
    "scale": (lambda i: i.VarianceScaling(scale=0.0), "scale"),
    "mode": (lambda i: i.VarianceScaling(mode="fan"), "fan_in"),
    "distribution": (lambda i: i.VarianceScaling(distribution="poisson"), "uniform"),
    "a vector for Identity": (lambda i: i.Identity()((3,)), "2D"),
    "a vector for Orthogonal": (lambda i: i.Orthogonal()((3,)), "two-dimensional"),
    "no call": (lambda i: i.Initializer()((3,)), "__call__"),
}


@pytest.mark.parametrize("name", WRONG)
def test_errors_are_keras_and_say_more(name):
    recipe, word = WRONG[name]
    theirs = pytest.importorskip("keras").initializers
    with pytest.raises(Exception) as real:
        recipe(theirs)
    with pytest.raises(real.type, match=word):
        recipe(init)


def test_an_array_is_its_own_initializer():
    """`embeddings_initializer=matrix` starts from the matrix."""
    matrix = np.arange(6.0).reshape(2, 3)
    drawn = init.get(matrix)((2, 3), "float32")
    assert drawn.dtype == np.float32 and (drawn == matrix).all()
    with pytest.raises(ValueError, match="Expected `shape`"):
        init.get(matrix)((3, 2))


def test_a_counted_seed_draws_anew():
    """A SeedGenerator goes on from call to call, where a number starts again."""
    counted, numbered = init.RandomNormal(seed=keras.random.SeedGenerator(1)), init.RandomNormal(seed=1)
    assert not np.array_equal(counted((5,)), counted((5,))) and np.array_equal(numbered((5,)), numbered((5,)))
    again = init.deserialize(init.serialize(counted))
    assert np.array_equal(again((5,)), init.RandomNormal(seed=keras.random.SeedGenerator(1))((5,)))


@pytest.mark.parametrize("window", ["hann", "hamming", "blackman", "bartlett", "boxcar", None])
def test_fourier_kernels_hear_what_numpys_transform_hears(window):
    """Cosines and sines of a frame are the real and imaginary part of its transform."""
    frame = np.random.default_rng(0).normal(size=8)
    cosines, sines = (init.STFT(side, window, None)((8, 1, 5), "float64")[:, 0] for side in ("real", "imag"))
    weights = init.stft("real", window, None)((8, 1, 5), "float64")[:, 0, 0]  # the wave of frequency 0 is the window
    heard = np.fft.rfft(frame * weights)
    np.testing.assert_allclose([frame @ cosines, frame @ sines], [heard.real, heard.imag], atol=1e-9)
