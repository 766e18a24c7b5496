"""Rows at the core of classification losses: how surprised is the model by the truth?"""

import numpy as np

from ..config import epsilon
from . import examples
from .spec import as_float, broadcast
from .table import row


def _targets_and_probabilities(rng):
    return [((rng.integers(0, 2, s).astype(float), rng.uniform(0.1, 0.9, s)), {}) for s in [(4, 1), (3, 2), (0, 1)]]


@row(shape=broadcast, dtype=as_float, example=_targets_and_probabilities)
class binary_crossentropy_from_probabilities:
    """Surprise, in nats, at a 0/1 target when the model said `output`.

    Probabilities are held `epsilon` away from 0 and 1; beyond, no gradient.
    """

    def forward(target, output):
        p = np.minimum(np.maximum(output, epsilon()), 1 - epsilon())
        return -(target * np.log(p) + (1 - target) * np.log(1 - p))

    def vjp_output(g, y, target, output):
        p = np.minimum(np.maximum(output, epsilon()), 1 - epsilon())
        return g * np.equal(p, output) * (p - target) / (p * (1 - p))

    def vjp_target(g, y, target, output):
        p = np.minimum(np.maximum(output, epsilon()), 1 - epsilon())
        return g * (np.log(1 - p) - np.log(p))


@row(shape=broadcast, dtype=as_float, example=examples.two(low=0.0, high=1.0, low2=-3.0, high2=3.0))
class binary_crossentropy_from_logits:
    """The same surprise from raw scores (logits), safe at any size.

    Its gradient is the famous `sigmoid(logit) - target`.
    """

    def forward(target, output):
        return np.maximum(output, 0) - output * target + np.log1p(np.exp(-np.abs(output)))

    def vjp_output(g, y, target, output):
        return g * (0.5 * np.tanh(0.5 * output) + 0.5 - target)

    def vjp_target(g, y, target, output):
        return -g * output


def _scores_and_classes(rng):
    return [((rng.integers(0, 3, 4), rng.normal(size=(4, 3))), {}), ((rng.integers(0, 3, (2, 5)), rng.normal(size=(2, 5, 3))), {})]


def _dropped_last(target, output):
    return output[:-1]


@row(shape=_dropped_last, dtype=lambda target, output: as_float(output), example=_scores_and_classes)
class sparse_categorical_crossentropy_from_logits:
    """Surprise at the true class (a whole number) given raw scores per class.

    Its gradient is `softmax(scores) - one_hot(target)`.
    """

    def forward(target, output):
        shifted = output - np.max(output, axis=-1, keepdims=True)
        total = np.log(np.sum(np.exp(shifted), axis=-1))
        return total - np.take_along_axis(shifted, np.expand_dims(target, -1), -1)[..., 0]  # (batch,)

    def vjp_output(g, y, target, output):
        e = np.exp(output - np.max(output, axis=-1, keepdims=True))
        p = e / np.sum(e, axis=-1, keepdims=True)
        hot = np.equal(np.expand_dims(target, -1), np.arange(output.shape[-1]))
        return np.expand_dims(g, -1) * (p - hot)  # (batch, classes)


def _odds_and_classes(rng):
    return [((rng.integers(0, 3, s), rng.uniform(0.1, 0.9, (*s, 3))), {}) for s in [(4,), (2, 5), (0,)]]


@row(shape=_dropped_last, dtype=lambda target, output: as_float(output), example=_odds_and_classes)
class sparse_categorical_crossentropy_from_probabilities:
    """Surprise, in nats, at the true class (a whole number) when the model gave each class a probability.

    Probabilities are made to sum to 1 and held `epsilon` away from 0 and 1; beyond, no gradient.
    """

    def forward(target, output):
        row = np.arange(target.size)
        right = output.reshape(-1, output.shape[-1])[row, target.reshape(-1)].reshape(target.shape)  # (batch,)
        p = right / output.sum(axis=-1)
        held = np.minimum(np.maximum(p, epsilon()), 1 - epsilon())
        return -np.log(held)

    def vjp_output(g, y, target, output):
        row = np.arange(target.size)
        right = output.reshape(-1, output.shape[-1])[row, target.reshape(-1)].reshape(target.shape)  # (batch,)
        p = right / output.sum(axis=-1)
        held = np.minimum(np.maximum(p, epsilon()), 1 - epsilon())
        number = np.arange(output.shape[-1])
        hot = np.equal(target[..., None], number)  # (batch, classes)
        share = g * np.equal(p, held) / output.sum(axis=-1)
        return share[..., None] * (1 - hot / held[..., None])
