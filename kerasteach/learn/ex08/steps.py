"""Question 1: how often `fit` turns the knobs."""

import math

from ..misconceptions import Misconception
from ..observe import as_value
from ..task import Task

_RUNS = (  # rows, batch_size, epochs, validation_split; splits that leave a whole number of rows
    (4, 4, 1, 0.0), (5, 4, 1, 0.0), (2, 4, 1, 0.0), (8, 4, 1, 0.0), (5, 4, 2, 0.0), (8, 4, 3, 0.0), (9, 4, 3, 0.0), (7, 4, 2, 0.0),
    (8, 4, 1, 0.5), (10, 4, 1, 0.5), (8, 4, 1, 0.25), (20, 4, 3, 0.25), (600, 32, 10, 0.0), (750, 32, 10, 0.2),
)  # fmt: skip


def _cases():
    return [dict(zip(("rows", "batch_size", "epochs", "validation_split"), run)) for run in _RUNS]


def count(rows, batch_size, epochs, validation_split):
    """The answer, written out."""
    return math.ceil(_kept(rows, validation_split) / batch_size) * epochs


def _kept(rows, validation_split):
    return round(rows * (1 - validation_split))


# Right answers, each written in another way.


def by_rounding_up(rows, batch_size, epochs, validation_split):
    rows = int(rows - rows * validation_split)
    full, left = divmod(rows, batch_size)
    return epochs * (full + (left > 0))


def by_walking(rows, batch_size, epochs, validation_split):
    steps = 0
    for _ in range(epochs):
        left = rows * (1 - validation_split)
        while left > 0.5:
            left, steps = left - batch_size, steps + 1
    return steps


STEPS = Task(
    name="count_steps",
    asks="how often the knobs are turned",
    cell="q1-answer",
    arguments=("rows", "batch_size", "epochs", "validation_split"),
    cases=_cases,
    reference=lambda case: as_value(count(**case)),
    observe=lambda returned, case: as_value(returned),
    misconceptions=(
        Misconception(
            "last batch dropped", lambda rows, size, epochs, split: _kept(rows, split) // size * epochs,
            "This rounds down. The rows that are left over make a smaller batch, and that is a step, too: round up.", 1,
        ),
        Misconception(
            "one step too many", lambda rows, size, epochs, split: (_kept(rows, split) // size + 1) * epochs,
            "The division is rounded down, and 1 is always added. If nothing is left over there is no further batch.", 2,
        ),
        Misconception(
            "rounded to the nearest", lambda rows, size, epochs, split: math.floor(_kept(rows, split) / size + 0.5) * epochs,
            "This rounds to the nearest number. A left-over of one row makes a batch just as one of thirty does: round up.", 2,
        ),
        Misconception(
            "rounded once, at the end", lambda rows, size, epochs, split: math.ceil(_kept(rows, split) * epochs / size),
            "You joined all epochs and then cut. But each epoch ends with its own smaller batch: round up first, then multiply.", 2,
        ),
        Misconception(
            "epochs forgotten", lambda rows, size, epochs, split: count(rows, size, 1, split),
            "These are the steps of one epoch. There are `epochs` of them.", 1,
        ),
        Misconception(
            "a step a row", lambda rows, size, epochs, split: _kept(rows, split) * epochs,
            "This counts rows. All rows of a batch together make one step.", 1,
        ),
        Misconception(
            "a step an epoch", lambda rows, size, epochs, split: epochs,
            "This counts epochs. An epoch has a step for each of its batches.", 1,
        ),
        Misconception(
            "validation rows counted", lambda rows, size, epochs, split: count(rows, size, epochs, 0.0),
            "The rows that validation_split holds back are counted, too. Nothing is learned from them: take them off first.", 3,
        ),
        Misconception(
            "validation rows only", lambda rows, size, epochs, split: math.ceil(rows * split / size) * epochs,
            "validation_split is the share that is held back. The steps are made with the others.", 3,
        ),
    ),
    hints=(
        "The steps of an epoch are its batches: rows / batch_size, and a left-over makes one more. Then times the epochs.",
        "Round up: math.ceil(rows / batch_size), or -(-rows // batch_size).",
        "rows * validation_split rows are held back. int(rows * (1 - validation_split)) are left to learn from.",
    ),
    praise="So 10 epochs of 600 rows in batches of 32 are 190 steps. That is what 19/19 in the progress bar means.",
    right_answers=(count, by_rounding_up, by_walking),
)
