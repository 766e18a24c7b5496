"""An animal of the zoo: a training with a known disease, or none, and how to tell that a cure helped."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .... import config
from ....utils import set_random_seed
from ..training import Training

SICK, HEALTHY = [], []


@dataclass(frozen=True)
class Case:
    """A kind of training.

    Attributes:
        disease: name of its disease, or None.
        name: what it is.
        make: function(rng) -> (Training, data to test on that training never sees).
        also: other diseases that it has as well.
        remedy: function(rng) -> Training mended by hand, where the fix is not to be applied by a program.
        score: function(model, test data) -> number, larger is better.
    """

    disease: str | None
    name: str
    make: Callable
    also: tuple = ()
    remedy: Callable | None = None
    score: Callable | None = None

    def built(self, seed, backend):
        """Return (Training, test data), made from a seed on a backend."""
        return _from_seed(self.make, seed, backend)

    def mended(self, seed, backend):
        """Return the training as a person would mend it."""
        made = _from_seed(self.remedy, seed, backend)
        return made[0] if isinstance(made, tuple) else made


def _from_seed(make, seed, backend):
    set_random_seed(seed)
    with config.set_backend(backend):
        return make(np.random.default_rng(seed))


def sick(disease, name, also=(), remedy=None, score=None):
    """Decorator: a function(rng) makes a training with this disease."""
    return lambda make: SICK.append(Case(disease, name, make, also, remedy, score)) or make


def healthy(name):
    """Decorator: a function(rng) makes a training without a disease."""
    return lambda make: HEALTHY.append(Case(None, name, make)) or make


def training(model, data, optimizer, loss, epochs=15, validation=None, **settings):
    """A Training of a model that is compiled here."""
    compile = {key: settings.pop(key) for key in ("metrics",) if key in settings}
    model.compile(optimizer, loss, **compile)
    return Training(model, *data, validation, {"epochs": epochs, "batch_size": 32, **settings})
