"""Question 3: the silent broadcast."""

import numpy as np

from ...losses import MeanSquaredError
from ..misconceptions import Misconception
from ..observe import as_value
from ..shrink import smallest_first
from ..task import Task


def _draw(rng, n, y_axes, p_axes):
    y, p = rng.integers(-3, 4, n) / 2, rng.integers(-3, 4, n) / 2 + 0.25
    return {"y": y.reshape(n, 1) if y_axes == 2 else y, "p": p.reshape(n, 1) if p_axes == 2 else p}


def _cases():
    return smallest_first(_draw, each=4, n=(1, 2, 3), y_axes=(1, 2), p_axes=(1, 2))


def _reference(case):
    """What the library's own loss says of two columns."""
    y, p = (case[name].reshape(-1, 1) for name in ("y", "p"))
    return as_value(MeanSquaredError()(y, p))


def _flat(rule):
    """An answer made of a rule for two flat arrays."""

    def error(y, p):
        return rule(np.ravel(y), np.ravel(p))

    return error


# Right answers, each written in another way.


def error_in_a_loop(y, p):
    total = 0.0
    for truth, guess in zip(y, p):
        total += ((truth - guess) ** 2).item()  # a number, or an array of one
    return total / len(y)


def error_as_the_others_shape(y, p):
    difference = y.reshape(p.shape) - p
    return (difference * difference).mean()


def error_as_a_product(y, p):
    d = y.reshape(-1) - p.reshape(-1)
    return d @ d / len(d)


BROADCAST = Task(
    name="squared_error",
    asks="an error that no shape can fool",
    cell="q3-answer",
    arguments=("y", "p"),
    cases=_cases,
    reference=_reference,
    observe=lambda returned, case: as_value(returned),
    misconceptions=(
        Misconception(
            "silent broadcast", lambda y, p: np.mean((y - p) ** 2),
            "A row against a column: each truth is compared with each guess, n · n differences. Bring both to one shape first.", 1,
        ),
        Misconception(
            "only y flattened", lambda y, p: np.mean((np.ravel(y) - p) ** 2),
            "y is flat now. If p is a column, the two still spread over each other. Flatten both.", 2,
        ),
        Misconception(
            "only p flattened", lambda y, p: np.mean((y - np.ravel(p)) ** 2),
            "p lies flat now, or in a row, as after .T. If y is a column, the two still spread over each other. Flatten both.", 2,
        ),
        Misconception(
            "averages compared", _flat(lambda y, p: (np.mean(y) - np.mean(p)) ** 2),
            "Here the averages are compared. Errors above and below cancel: compare place by place, then average.", 3,
        ),
        Misconception(
            "sum, no mean", _flat(lambda y, p: np.sum((y - p) ** 2)),
            "This grows with the number of samples. Take the mean.", 3,
        ),
        Misconception(
            "divided by all pairs", _flat(lambda y, p: np.sum((y - p) ** 2) / len(y) ** 2),
            "The differences are right. There are n of them; you have divided by n · n.", 3,
        ),
        Misconception(
            "root taken", _flat(lambda y, p: np.sqrt(np.mean((y - p) ** 2))),
            "This is the root of it. Asked for is the mean of the squares.", 3,
        ),
        Misconception(
            "absolute error", _flat(lambda y, p: np.mean(abs(y - p))),
            "These are absolute differences. Square them.", 3,
        ),
        Misconception(
            "not reduced", _flat(lambda y, p: (y - p) ** 2),
            "One number a sample. Asked for is one number for all: the mean.", 3,
        ),
    ),
    hints=(
        "Print (y - p).shape with a flat y of 3 numbers and a p of shape (3, 1). How many differences do you see?",
        "np.ravel(x), or x.reshape(-1), makes one flat row of numbers, whether it was flat before or a column. Do it with both.",
        "Then np.mean((y - p) ** 2).",
    ),
    praise="Two flat arrays of one length can only be compared one way. This is the line that saves a week.",
    right_answers=(error_in_a_loop, error_as_the_others_shape, error_as_a_product),
)
