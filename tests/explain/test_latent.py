"""A latent space and the planes through it; samples kept while a generator learns."""

import numpy as np
import pytest

import kerasteach as kt
from kerasteach.explain.latent import as_pictures, decoded, dimensions_of, encoded, parts_of, plane_of
from kerasteach.explain.latent_samples import LatentSamples

L = kt.layers
CODES = np.random.default_rng(0).normal(size=(40, 5)) * [3, 1, 2, 0.5, 0.1] + [1, 2, 3, 4, 5]


class VAE(kt.Model):
    def __init__(self):
        super().__init__()
        x = kt.Input((6,))
        self.encoder = kt.Model(x, [L.Dense(3, name="mean")(x), L.Dense(3)(x)], name="encoder")
        self.decoder = kt.Sequential([kt.Input((3,)), L.Dense(6)], name="decoder")

    def call(self, x):
        return self.decoder(self.encoder(x)[0])


def test_parts(fresh):
    vae = VAE()
    assert parts_of(vae) == (vae.encoder, vae.decoder) == parts_of((vae.encoder, vae.decoder))
    assert parts_of(vae.decoder) == (None, vae.decoder)
    with pytest.raises(ValueError, match="Expected a model that turns latent vectors into data"):
        parts_of(3)


def test_encoded_is_the_mean_and_decoded_the_output(backend, fresh):
    vae = VAE()
    x = np.random.default_rng(1).normal(size=(600, 6)).astype("float32")
    codes = encoded(vae.encoder, x)
    np.testing.assert_allclose(codes, vae.encoder.predict(x, verbose=0)[0], atol=1e-6)
    np.testing.assert_allclose(decoded(vae.decoder, codes), vae.predict(x, verbose=0), atol=1e-5)
    assert dimensions_of(vae.decoder) == dimensions_of(None, codes) == 3


def test_the_principal_plane_is_scikit_learns():
    decomposition = pytest.importorskip("sklearn.decomposition")
    theirs = decomposition.PCA(2).fit(CODES)
    plane = plane_of(5, "pca", CODES)
    np.testing.assert_allclose(np.abs(plane.directions @ theirs.components_.T), np.eye(2), atol=1e-9)
    np.testing.assert_allclose(np.abs(plane.coordinates(CODES)), np.abs(theirs.transform(CODES)), atol=1e-9)
    assert plane.share == pytest.approx(theirs.explained_variance_ratio_.sum())
    np.testing.assert_array_equal(plane_of(5, "pca", CODES[::-1]).directions > 0, plane.directions > 0)


@pytest.mark.parametrize("axes", [(0, 1), (4, 2), "pca"])
def test_there_and_back(axes):
    """A place of the plane keeps its coordinates on the way through the space."""
    plane = plane_of(5, axes, CODES)
    places = np.random.default_rng(2).normal(size=(7, 2))
    np.testing.assert_allclose(plane.coordinates(plane.vectors(places)), places, atol=1e-5)
    np.testing.assert_allclose(plane.directions @ plane.directions.T, np.eye(2), atol=1e-12)
    if axes != "pca":
        held = [i for i in range(5) if i not in axes]
        np.testing.assert_allclose(plane.vectors([[9, 9]])[0][held], CODES.mean(axis=0)[held], rtol=1e-6)
        np.testing.assert_allclose(plane.vectors([[9, 8]])[0][list(axes)], [9, 8], rtol=1e-6)


def test_pictures():
    rgb = np.zeros((2, 3, 5, 4))
    assert as_pictures(rgb).shape == (2, 5, 4, 3) and as_pictures(np.zeros((2, 5, 4, 3))).shape == (2, 5, 4, 3)
    assert as_pictures(np.zeros((2, 12)), (3, 4)).shape == (2, 3, 4, 1)
    assert as_pictures(np.zeros((2, 9))) is None and as_pictures(np.zeros((2, 5, 4, 7))) is None


def test_samples_are_those_of_the_moment_and_change_nothing(backend, fresh):
    """Training with the callback is training without it; each entry is what the generator made then."""
    def run(*callbacks):
        kt.utils.clear_session()
        kt.utils.set_random_seed(0)
        model = kt.Sequential([kt.Input((2,)), L.Dense(8, "tanh"), L.Dropout(0.3), L.Dense(4)])
        model.compile(kt.optimizers.Adam(0.01), "mse")
        x = np.random.default_rng(0).normal(size=(32, 2)).astype("float32")
        made = [c(model) for c in callbacks]
        model.fit(x, np.tile(x, 2), epochs=5, verbose=0, callbacks=made)
        return model, made

    plain, _ = run()
    model, (watch,) = run(lambda model: LatentSamples(model, every=2, seed=3, count=6))
    for a, b in zip(plain.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert watch.epochs == [0, 2, 4] and not np.array_equal(watch.samples[0], watch.samples[1])
    noise = np.random.default_rng(3).standard_normal((6, 2)).astype("float32")
    np.testing.assert_array_equal(watch.noise, noise)
    model.fit(noise, np.zeros((6, 4)), epochs=1, verbose=0, callbacks=[watch])  # goes on counting
    assert watch.epochs == [0, 2, 4, 6]
    np.testing.assert_allclose(watch.samples[-1], model.predict(noise, verbose=0), atol=1e-6)


def test_never_more_than_it_may_keep(fresh):
    model = kt.Sequential([kt.Input((2,)), L.Dense(1)])
    model.compile("sgd", "mse")
    watch = LatentSamples(model, count=2, keep=4)
    model.fit(np.ones((2, 2)), np.ones((2, 1)), epochs=21, verbose=0, callbacks=[watch])
    assert watch.epochs == [0, 8, 16] and watch.every == 8 and len(watch.samples) == 3


def test_errors_say_what_to_do(fresh):
    decoder = VAE().decoder
    with pytest.raises(ValueError, match="two different axes of a latent space of 3 dimensions"):
        plane_of(3, (0, 3))
    with pytest.raises(ValueError, match="needs at least two encoded samples"):
        plane_of(3, "pca")
    with pytest.raises(ValueError, match="Expected every to be a whole number, at least 1"):
        LatentSamples(decoder, every=0)
    with pytest.raises(ValueError, match=r"begin the decoder with keras.Input"):
        LatentSamples(kt.Sequential([L.Dense(3)]))
    with pytest.raises(ValueError, match="gives no vectors"):
        encoded(kt.Sequential([kt.Input((4, 4, 1)), L.Conv2D(2, 3)]), np.ones((2, 4, 4, 1)))
