"""Rows of a loss together with the activation in front of it: what divides in one gradient cancels in the other.

Each computes what the two compute one after the other, and its gradient is `probabilities - truth`.
"""

import numpy as np

from ..config import epsilon
from .spec import as_float, broadcast
from .table import row


def _answers_and_scores(rng):
    return [((rng.integers(0, 2, s).astype(float), rng.normal(size=s)), {}) for s in [(4, 1), (3, 2), (0, 1)]]


@row(shape=broadcast, dtype=as_float, example=_answers_and_scores)
class binary_crossentropy_of_sigmoid:
    """Surprise, in nats, at a 0/1 target when the model said `sigmoid(x)`.

    Its gradient is `sigmoid(x) - target`; none where the probability is held `epsilon` away from 0 or 1.
    """

    def forward(target, x):
        p = 0.5 * np.tanh(0.5 * x) + 0.5
        held = np.minimum(np.maximum(p, epsilon()), 1 - epsilon())
        return -(target * np.log(held) + (1 - target) * np.log(1 - held))

    def vjp_target(g, y, target, x):
        p = 0.5 * np.tanh(0.5 * x) + 0.5
        held = np.minimum(np.maximum(p, epsilon()), 1 - epsilon())
        return g * (np.log(1 - held) - np.log(held))

    def vjp_x(g, y, target, x):
        p = 0.5 * np.tanh(0.5 * x) + 0.5
        held = np.minimum(np.maximum(p, epsilon()), 1 - epsilon())
        return g * np.equal(p, held) * (p - target)


def _classes_and_scores(rng):
    return [((rng.integers(0, 3, s), rng.normal(size=(*s, 3))), {}) for s in [(4,), (2, 5), (0,)]]


@row(shape=lambda target, x: x[:-1], dtype=lambda target, x: as_float(x), example=_classes_and_scores)
class sparse_categorical_crossentropy_of_softmax:
    """Surprise, in nats, at the true class (a whole number) when the model said `softmax(x)`.

    Its gradient is `softmax(x) - one_hot(target)`; none where the probability is held `epsilon` away from 0 or 1.
    """

    def forward(target, x):
        e = np.exp(x - x.max(axis=-1, keepdims=True))
        p = e / e.sum(axis=-1, keepdims=True)
        row = np.arange(target.size)
        likely = p.reshape(-1, x.shape[-1])[row, target.reshape(-1)].reshape(target.shape)  # (batch,)
        held = np.minimum(np.maximum(likely, epsilon()), 1 - epsilon())
        return -np.log(held)

    def vjp_x(g, y, target, x):
        e = np.exp(x - x.max(axis=-1, keepdims=True))
        p = e / e.sum(axis=-1, keepdims=True)
        row = np.arange(target.size)
        likely = p.reshape(-1, x.shape[-1])[row, target.reshape(-1)].reshape(target.shape)  # (batch,)
        held = np.minimum(np.maximum(likely, epsilon()), 1 - epsilon())
        number = np.arange(x.shape[-1])
        hot = np.equal(target[..., None], number)  # (batch, classes)
        return (g * np.equal(likely, held))[..., None] * (p - hot)


def _odds_and_scores(rng):
    return [((rng.uniform(0.0, 0.3, (*s, 3)), rng.normal(size=(*s, 3))), {}) for s in [(4,), (2, 5), (0,)]]


@row(shape=lambda target, x: x[:-1], dtype=as_float, example=_odds_and_scores)
class categorical_crossentropy_of_softmax:
    """Surprise, in nats, at a distribution over classes when the model said `softmax(x)`.

    Its gradient is `softmax(x) - target` if the target sums to 1; none from probabilities held `epsilon` away from 0 and 1.
    """

    def forward(target, x):
        e = np.exp(x - x.max(axis=-1, keepdims=True))
        p = e / e.sum(axis=-1, keepdims=True)
        held = np.minimum(np.maximum(p, epsilon()), 1 - epsilon())
        return -(target * np.log(held)).sum(axis=-1)  # (batch,)

    def vjp_target(g, y, target, x):
        e = np.exp(x - x.max(axis=-1, keepdims=True))
        p = e / e.sum(axis=-1, keepdims=True)
        held = np.minimum(np.maximum(p, epsilon()), 1 - epsilon())
        return -g[..., None] * np.log(held)

    def vjp_x(g, y, target, x):
        e = np.exp(x - x.max(axis=-1, keepdims=True))
        p = e / e.sum(axis=-1, keepdims=True)
        held = np.minimum(np.maximum(p, epsilon()), 1 - epsilon())
        counted = target * np.equal(p, held)
        return g[..., None] * (p * counted.sum(axis=-1, keepdims=True) - counted)
