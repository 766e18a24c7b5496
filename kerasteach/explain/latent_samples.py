"""A generator watched while it learns: what it makes of the same noise, epoch by epoch."""

import numpy as np

from ..callbacks import Callback
from .latent import decoded, dimensions_of, parts_of


class LatentSamples(Callback):
    """Keeps samples of a generator during `fit`, always of the same noise, so that one sees each of them become something.

    The noise is drawn once, from a generator of its own: training goes on as if nobody had looked. There are never more
    than `keep` entries: when there would be, every second one is dropped, and from then on every second epoch is kept.

    Args:
        source: a generator or decoder, a model that takes latent vectors `(batch, dimensions)`; or a model that has one, as
            `generator` or `decoder`.
        every: keep samples after every so many epochs.
        seed: for the noise.
        count: how many samples.
        noise: latent vectors to use, `(count, dimensions)`, in place of standard normal ones.
        keep: most entries to hold.

    Attributes:
        source: as given.
        generator: the model that makes the samples.
        epochs: numbers of finished epochs, 0 for before the training.
        samples: for each of them an array `(count, ...)`.

    Raises:
        ValueError: if `every`, `count` or `keep` is too small, or the generator's dimensions are not known.

    >>> import kerasteach as keras
    >>> generator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    >>> generator.compile("sgd", "mse")
    >>> watch = LatentSamples(generator, every=2, count=4)
    >>> history = generator.fit(np.ones((8, 2)), np.ones((8, 3)), epochs=4, verbose=0, callbacks=[watch])
    >>> watch.epochs, watch.samples[0].shape
    ([0, 2, 4], (4, 3))
    """

    def __init__(self, source, every=1, seed=0, count=16, noise=None, keep=200):
        super().__init__()
        for name, value, least in (("every", every, 1), ("count", count, 1), ("keep", keep, 2)):
            if not isinstance(value, int) or value < least:
                raise ValueError(f"Expected {name} to be a whole number, at least {least}. Received: {name}={value!r}.")
        self.source, self.generator, self.every, self.keep = source, parts_of(source)[1], every, keep
        if noise is None:
            noise = np.random.default_rng(seed).standard_normal((count, dimensions_of(self.generator)))
        self.noise = np.asarray(noise, "float32")
        self.epochs, self.samples, self._done = [], [], 0

    def on_train_begin(self, logs=None):
        if not self.epochs:
            self._keep()

    def on_epoch_end(self, epoch, logs=None):
        self._done += 1
        if self._done % self.every == 0:
            self._keep()

    def _keep(self):
        self.epochs.append(self._done)
        self.samples.append(decoded(self.generator, self.noise))
        if len(self.epochs) > self.keep:
            self.every *= 2
            kept = [n for n, epoch in enumerate(self.epochs) if epoch % self.every == 0]
            self.epochs, self.samples = [self.epochs[n] for n in kept], [self.samples[n] for n in kept]
