"""Layers that draw random numbers: what they do to mean and spread, seeds, shapes of masks, nothing in inference."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kerasteach as kt

layers = kt.layers
X = np.random.default_rng(4).normal(1.0, 2.0, (200, 50)).astype("float32")
NOISY = {
    "Dropout": lambda **k: layers.Dropout(0.3, **k),
    "GaussianDropout": lambda **k: layers.GaussianDropout(0.3, **k),
    "GaussianNoise": lambda **k: layers.GaussianNoise(0.3, **k),
    "AlphaDropout": lambda **k: layers.AlphaDropout(0.3, **k),
}
SPATIAL = {
    "1D": (layers.SpatialDropout1D, (50, 7, 40), (1,)),
    "2D": (layers.SpatialDropout2D, (50, 3, 4, 40), (1, 2)),
    "3D": (layers.SpatialDropout3D, (50, 3, 2, 2, 40), (1, 2, 3)),
}


def array(x):
    return np.array(kt.backend.to_numpy(x))


@pytest.mark.parametrize("name", NOISY)
def test_nothing_happens_in_inference(name, backend):
    layer = NOISY[name]()
    np.testing.assert_array_equal(array(layer(X)), X)
    np.testing.assert_array_equal(array(layer(X, training=False)), X)
    assert np.abs(array(layer(X, training=True)) - X).max() > 0.1


@pytest.mark.parametrize("name", [*NOISY, *SPATIAL])
def test_a_seed_gives_the_same_on_both_backends(name):
    make = NOISY.get(name) or (lambda seed: SPATIAL[name][0](0.3, seed=seed))
    x = X if name in NOISY else np.ones(SPATIAL[name][1], "float32")
    drawn = []
    for library in ("numpy", "torch"):
        with kt.config.set_backend(library):
            layer = make(seed=7)
            drawn.append([array(layer(x, training=True)) for _ in range(2)])
    np.testing.assert_allclose(drawn[0], drawn[1], rtol=1e-6)
    assert (drawn[0][0] != drawn[0][1]).any(), "the second call draws anew"


def test_dropout_keeps_the_mean(backend):
    y = array(layers.Dropout(0.25, seed=1)(np.ones((300, 100)), training=True))
    assert set(np.unique(y)) == {0, np.float32(1 / 0.75)}
    assert abs((y == 0).mean() - 0.25) < 0.01 and abs(y.mean() - 1) < 0.01


def test_gaussian_dropout_multiplies_by_numbers_around_one(backend):
    y = array(layers.GaussianDropout(0.2, seed=1)(np.full((300, 100), 2.0), training=True)) / 2
    assert abs(y.mean() - 1) < 0.01 and abs(y.std() - np.sqrt(0.2 / 0.8)) < 0.01


def test_gaussian_noise_adds_numbers_around_zero(backend):
    added = array(layers.GaussianNoise(0.3, seed=1)(X, training=True)) - X
    assert abs(added.mean()) < 0.01 and abs(added.std() - 0.3) < 0.01
    assert abs(np.corrcoef(added.ravel(), X.ravel())[0, 1]) < 0.03


@pytest.mark.parametrize("rate", [0.1, 0.5])
def test_alpha_dropout_keeps_mean_and_spread(rate, backend):
    """Of numbers with mean 0 and variance 1, as SELU gives them; the dropped ones all become one number."""
    x = np.random.default_rng(0).normal(size=(400, 200)).astype("float32")
    y = array(layers.AlphaDropout(rate, seed=1)(x, training=True))
    assert abs(y.mean()) < 0.02 and abs(y.std() - 1) < 0.02
    values, counts = np.unique(y, return_counts=True)
    assert abs(counts.max() / y.size - rate) < 0.02 and values[counts.argmax()] < y.mean()


@pytest.mark.parametrize("first", [False, True], ids=["channels_last", "channels_first"])
@pytest.mark.parametrize("name", SPATIAL)
def test_spatial_dropout_drops_whole_channels(name, first, backend):
    make, shape, spread = SPATIAL[name]
    kwargs = {} if name == "1D" else {"data_format": "channels_first" if first else "channels_last"}
    if first and name == "1D":
        pytest.skip("1D has its features last")
    x = np.ones((shape[0], shape[-1], *shape[1:-1]) if first else shape, "float32")
    y = array(make(0.4, seed=3, **kwargs)(x, training=True))
    y = np.moveaxis(y, 1, -1) if first else y
    np.testing.assert_array_equal(y.min(axis=spread), y.max(axis=spread))
    assert abs((y.max(axis=spread) == 0).mean() - 0.4) < 0.05


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from([1, None]), min_size=3, max_size=3), st.sampled_from([layers.Dropout, layers.AlphaDropout]))
def test_noise_shape(noise_shape, make):
    """1 on an axis: one mask for all of it; None: each place for itself."""
    y = array(make(0.5, noise_shape=noise_shape, seed=5)(np.ones((6, 7, 8), "float32"), training=True))
    for axis, n in enumerate(noise_shape):
        if n == 1:
            np.testing.assert_array_equal(y.min(axis=axis), y.max(axis=axis))
    if None in noise_shape:
        assert len(np.unique(y)) == 2


def test_masks_pass_through(backend):
    x = kt.layers.Masking()(np.array([[[1.0], [0.0]]], "float32"))
    for layer in (layers.Dropout(0.5), layers.GaussianNoise(0.1), layers.ActivityRegularization(l1=0.1), layers.SpatialDropout1D(0.5)):
        assert array(layer(x)._keras_mask).tolist() == [[True, False]]


def test_a_price_on_activity_is_part_of_the_loss(backend):
    """As Keras's: per sample, in training and in evaluation."""
    keras = pytest.importorskip("keras")
    losses = []
    for api in (kt, keras):
        model = api.Sequential(
            [api.Input((50,)), api.layers.ActivityRegularization(l1=0.1, l2=0.01), api.layers.Dense(1, kernel_initializer="zeros")]
        )
        model.compile("sgd", "mse")
        history = model.fit(X, X[:, :1], epochs=1, shuffle=False, verbose=0)
        losses.append([history.history["loss"][0], model.evaluate(X, X[:, :1], verbose=0)])
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-4)


WRONG = {
    "a rate above 1": lambda k: k.layers.GaussianDropout(1.5),
    "a rate below 0": lambda k: k.layers.AlphaDropout(-0.1),
    "a rate as a word": lambda k: k.layers.SpatialDropout1D("half"),
    "a deviation above 1": lambda k: k.layers.GaussianNoise(2.0),
    "a shape as a word": lambda k: k.layers.Dropout(0.5, noise_shape="12"),
    "a shape as a number": lambda k: k.layers.Dropout(0.5, noise_shape=3),
    "a shape with 0": lambda k: k.layers.Dropout(0.5, noise_shape=(0, 1)),
    "a shape with half": lambda k: k.layers.Dropout(0.5, noise_shape=(0.5, 1)),
    "another rank": lambda k: k.layers.SpatialDropout2D(0.5)(np.ones((2, 3, 4))),
    "a format": lambda k: k.layers.SpatialDropout3D(0.5, data_format="last"),
    "trainable, which it does not take": lambda k: k.layers.SpatialDropout1D(0.5, trainable=False),
    "a negative price": lambda k: k.layers.ActivityRegularization(l1=-1.0),
}


@pytest.mark.parametrize("name", WRONG)
def test_same_errors(name, same_error):
    same_error(WRONG[name])
