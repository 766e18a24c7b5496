"""Question 2: crossentropy of logits, and the trap."""

import numpy as np

from ..misconceptions import Misconception
from ..observe import as_value
from ..shrink import smallest_first
from ..task import Task


def _draw(rng, batch, classes):
    return {"labels": rng.integers(0, classes, batch), "logits": rng.integers(-4, 5, (batch, classes)) / 2}


def _cases():
    large = {"labels": np.array([1]), "logits": np.array([[1000.0, 0.0]])}
    small = smallest_first(_draw, lambda case: bool((np.ptp(case["logits"], axis=1) > 0).all()), each=6, batch=(1, 2), classes=(2, 3))
    return [*small, large]


def _softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def _chance(labels, logits):
    return _softmax(logits)[np.arange(len(labels)), labels]


def _right(labels, logits):
    z = logits - logits.max(axis=1, keepdims=True)
    picked = z[np.arange(len(labels)), labels]
    return np.mean(np.log(np.exp(z).sum(axis=1)) - picked)


def _twice(labels, logits):
    return _right(labels, _softmax(logits))


def _overflows(labels, logits):
    chance = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return -np.mean(np.log(chance[np.arange(len(labels)), labels]))


def _no_softmax(labels, logits):
    return -np.mean(logits[np.arange(len(labels)), labels])


def _all_classes(labels, logits):
    truth = np.eye(logits.shape[1])[labels]
    return -np.mean(truth * np.log(_softmax(logits) + 1e-300))


def _over_the_batch(labels, logits):
    e = np.exp(logits - logits.max())
    return -np.mean(np.log(e[np.arange(len(labels)), labels] / e.sum()))


def _sigmoids(labels, logits):
    picked = logits[np.arange(len(labels)), labels]
    return np.mean(np.logaddexp(0, -picked))


# Right answers, each written in another way.


def by_logaddexp(labels, logits):
    return np.mean([np.logaddexp.reduce(row) - row[label] for row, label in zip(logits, labels)])


def by_gaps(labels, logits):
    """Surprise is the log of the sum of exp(others - mine)."""
    gaps = logits - logits[np.arange(len(labels)), labels][:, None]
    top = gaps.max(axis=1)
    return float(np.mean(top + np.log(np.sum(np.exp(gaps - top[:, None]), axis=1))))


SURPRISE = Task(
    name="surprise",
    asks="crossentropy from logits",
    cell="q2-answer",
    arguments=("labels", "logits"),
    cases=_cases,
    reference=lambda case: as_value(_right(**case)),
    observe=lambda returned, case: as_value(returned),
    allowed=lambda case: bool(
        (case["labels"] >= 0).all() and (case["labels"] < case["logits"].shape[1]).all() and (abs(case["logits"]) <= 1000).all()
    ),
    simple={"labels": (0, 1), "logits": (0.0, 1.0, -1.0)},
    misconceptions=(
        Misconception(
            "softmax twice", _twice,
            "The softmax is applied twice. Ten classes could then never cost less than 1.46, however right they are. Once is enough.", 1,
        ),
        Misconception(
            "overflow", _overflows,
            "Right for small logits. At 1,000 exp is infinite, and infinite by infinite is nan. Subtract the row's largest logit first; the "
            "chances stay the same.", 3,
        ),
        Misconception(
            "no softmax", _no_softmax,
            "The logit itself is taken as the surprise. It needs the others, too: softmax, then the logarithm.", 1,
        ),
        Misconception(
            "chance, no logarithm", lambda labels, logits: np.mean(1 - _chance(labels, logits)),
            "This is one minus the chance. Surprise is minus its logarithm: without it the surest lie costs no more than 1.", 2,
        ),
        Misconception(
            "minus forgotten", lambda labels, logits: -_right(labels, logits),
            "The minus is missing: this is highest for the best answer.", 2,
        ),
        Misconception(
            "divided by the classes, too", _all_classes,
            "The mean goes over rows and classes. Of each row only the true class counts; divide by the number of rows.", 2,
        ),
        Misconception(
            "softmax over the batch", _over_the_batch,
            "The chances of all rows together sum to 1. Each row has its own softmax: axis=1, keepdims=True.", 1,
        ),
        Misconception(
            "sigmoid", _sigmoids,
            "A sigmoid looks at one logit alone. Here classes exclude each other: softmax.", 1,
        ),
        Misconception(
            "base 2", lambda labels, logits: _right(labels, logits) / np.log(2),
            "This is the logarithm to base 2: surprise in bits. Keras takes np.log.", 2,
        ),
        Misconception(
            "added up", lambda labels, logits: len(labels) * _right(labels, logits),
            "This is the sum over the rows. Take the mean.", 2,
        ),
    ),
    hints=(
        "chances = exp(logits) / sum of exp(logits), for each row. Once.",
        "chances[np.arange(len(labels)), labels] picks each row's true one. Surprise is minus its logarithm; take the mean.",
        "z = logits - logits.max(axis=1, keepdims=True) changes no chance and keeps exp small. log chance = z - log(sum(exp(z))).",
    ),
    praise="That is from_logits=True: one softmax, inside the loss, where it cannot overflow.",
    right_answers=(_right, by_logaddexp, by_gaps),
)
