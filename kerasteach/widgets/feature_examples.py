"""The small models that the panels on features show: each learns something one can see, in a second or so.

They are trained on NumPy and then moved, so that both backends show the same numbers. Real digits, of scikit-learn.
"""

import functools

import numpy as np

from .. import backend as backends
from ..datasets.digit_halves import load_data
from .examples import setting


def _moved(model, backend):
    return model.to((backends.get(backend)).name)


def digits():
    """Handwritten digits `(1797, 8, 8)` from 0 to 1, and which each is."""
    parts = load_data(0.2)
    left, right, digit = (np.concatenate([a, b]) for a, b in zip((*parts[0][0], parts[0][1]), (*parts[1][0], parts[1][1])))
    pictures = np.concatenate([left.reshape(-1, 8, 4), right.reshape(-1, 8, 4)], axis=2)  # (picture, row, column)
    return pictures, digit[:, 0].astype("int64")


def digits_network(backend=None):
    """A convolutional network that reads digits.

    Returns:
        `(model, x, y)`: pictures `(batch, 8, 8, 1)` it has not seen, and what they are.
    """
    from ..layers import Conv2D, Dense, GlobalMaxPooling2D, Input, MaxPooling2D
    from ..models import Sequential

    x, y = digits()
    x = x[..., None]
    with setting("numpy"):
        model = Sequential([
            Input((8, 8, 1), name="picture"),
            Conv2D(6, 3, activation="relu", padding="same", name="edges"),
            Conv2D(12, 3, activation="relu", padding="same", name="parts"),
            MaxPooling2D(2, name="pool"), GlobalMaxPooling2D(name="found"), Dense(10, "softmax", name="digit"),
        ], name="digits")  # fmt: skip
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.optimizer.learning_rate = 0.01
        model.fit(x[:1000], y[:1000], epochs=6, batch_size=40, verbose=0)
    return _moved(model, backend), x[1437:1477], y[1437:1477]


def last_capital(backend=None):
    """An LSTM that has to remember which capital letter came last, over the small ones in between.

    Returns:
        `(model, x, y, names)`: words `(batch, 14)` of the numbers 0 to 3, whether their last capital is an A, and the letters' names.
    """
    from ..layers import LSTM, Dense, Embedding, Input
    from ..models import Sequential

    draw = np.random.default_rng(0)
    x = draw.choice(4, (600, 14), p=[0.12, 0.12, 0.38, 0.38])  # (batch, time)
    x[:, 0] = draw.integers(0, 2, 600)
    last = 13 - (x[:, ::-1] < 2).argmax(axis=1)  # where it is
    y = (x[np.arange(600), last] == 0).astype("float32")[:, None]  # (batch, 1)
    with setting("numpy", seed=1):
        model = Sequential([
            Input((14,), dtype="int32", name="letters"), Embedding(4, 3, name="letter"), LSTM(6, name="memory"),
            Dense(1, "sigmoid", name="last_is_a"),
        ], name="last_capital")  # fmt: skip
        model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
        model.optimizer.learning_rate = 0.03
        model.fit(x, y, epochs=10, batch_size=40, verbose=0)
    return _moved(model, backend), x[:20], y[:20], {0: "A", 1: "B", 2: "x", 3: "y"}


def backwards(backend=None):
    """Attention that has to write a word of six letters backwards: each place has to look at its mirror image.

    Returns:
        `(model, x, names)`: words `(batch, 6)` of the numbers 0 to 7, and the letters' names.
    """
    from ..layers import Dense, Embedding, Input, MultiHeadAttention
    from ..models import Model

    x = np.random.default_rng(0).integers(0, 8, (1000, 6))  # (batch, letters)
    with setting("numpy"):
        word = Input((6,), dtype="int32", name="word")
        letters = _with_places()(name="places")(Embedding(8, 24, name="letter")(word))
        looked = MultiHeadAttention(2, 8, name="look")(letters, letters)
        model = Model(word, Dense(8, "softmax", name="backwards")(looked), name="backwards")
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.optimizer.learning_rate = 0.02
        model.fit(x, x[:, ::-1].copy(), epochs=3, batch_size=50, verbose=0)
    return _moved(model, backend), x[:20], dict(enumerate("ABCDEFGH"))


@functools.cache
def _with_places():
    """A layer that adds a learned vector for each place; without it, attention does not know where anything stands."""
    from ..layers import Layer

    class Places(Layer):
        def build(self, shape):
            self.places = self.add_weight(shape=shape[1:], initializer="uniform", name="places")

        def call(self, x):
            return x + self.places  # (batch, letters, features)

    return Places


def digits_vae(backend=None):
    """A variational autoencoder of digits with a latent space of two dimensions.

    Returns:
        `(samples, x, y)`: `LatentSamples` of the autoencoder, kept while it learned; pictures `(batch, 64)` and what they are.

    Source: Kingma and Welling, 2013, arXiv:1312.6114.
    """
    from ..explain.latent_samples import LatentSamples

    pictures, y = digits()
    x = pictures.reshape(-1, 64)
    with setting("numpy"):
        vae = _vae_class()()
        vae.compile("adam")
        vae.optimizer.learning_rate = 0.01
        samples = LatentSamples(vae, every=5)
        vae.fit(x, epochs=40, batch_size=64, verbose=0, callbacks=[samples])
    _moved(vae, backend)
    return samples, x[:400], y[:400]


@functools.cache
def _vae_class():
    from .. import backend as backends
    from .. import losses, ops, random
    from ..layers import Dense, Input
    from ..models import Model

    class VAE(Model):
        def __init__(self):
            super().__init__(name="vae")
            x = Input((64,), name="picture")
            h = Dense(64, activation="relu", name="seen")(x)
            self.encoder = Model(x, [Dense(2, name="mean")(h), Dense(2, name="log_variance")(h)], name="encoder")
            z = Input((2,), name="code")
            h = Dense(64, activation="relu", name="thought")(z)
            self.decoder = Model(z, Dense(64, activation="sigmoid", name="drawn")(h), name="decoder")
            self.seed = random.SeedGenerator(0)

        def train_step(self, data):
            with backends.GradientTape() as tape:
                mean, log_variance = self.encoder(data)
                z = mean + ops.exp(0.5 * log_variance) * random.normal(ops.shape(mean), seed=self.seed)  # (batch, 2)
                per_pixel = losses.binary_crossentropy(data[..., None], self.decoder(z)[..., None])  # (batch, 64)
                kl = -0.5 * ops.sum(1 + log_variance - mean**2 - ops.exp(log_variance), axis=-1)  # (batch,)
                loss = ops.mean(ops.sum(per_pixel, axis=-1) + kl)
            self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
            return {"loss": loss, "kl": ops.mean(kl)}

        def call(self, x):
            return self.decoder(self.encoder(x)[0])

    return VAE
