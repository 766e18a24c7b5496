"""Question 1: what `evaluate` says about all rows, from what each batch says."""

import numpy as np

from ..misconceptions import Misconception
from ..observe import as_value
from ..shrink import smallest_first
from ..task import Task


def _draw(rng, batches, size, last):
    means = rng.permutation(np.arange(1, 9))[:batches] / 1.0
    return {"means": means, "sizes": np.array([size] * (batches - 1) + [last])}


def _cases():
    return smallest_first(_draw, _allowed, each=3, batches=(1, 2, 3, 4), size=(4, 3), last=(1, 2, 3))


def _allowed(case):
    means, sizes = case["means"], case["sizes"]
    return bool((sizes >= 1).all() and (sizes == sizes.astype(int)).all() and (sizes[:-1] >= sizes[-1]).all() and (means > 0).all())


def mean(means, sizes):
    """The answer, written out."""
    return np.sum(means * sizes) / np.sum(sizes)


# Right answers, each written in another way.


def by_repeating(means, sizes):
    return np.mean(np.repeat(means, sizes.astype(int)))


def by_a_running_total(means, sizes):
    total = rows = 0
    for value, size in zip(means, sizes):
        total, rows = total + value * size, rows + size
    return total / rows


MEAN = Task(
    name="mean_of_batches",
    asks="the loss of all rows",
    cell="q1-answer",
    arguments=("means", "sizes"),
    cases=_cases,
    reference=lambda case: as_value(mean(**case)),
    observe=lambda returned, case: as_value(returned),
    allowed=_allowed,
    simple={"means": (1.0, 2.0), "sizes": (1, 2)},
    misconceptions=(
        Misconception(
            "every batch counts the same", lambda means, sizes: np.mean(means),
            "This is the plain mean. Then a row in the small last batch counts more than others. Weigh each batch by its rows.", 1,
        ),
        Misconception(
            "last batch left out", lambda means, sizes: mean(means[:-1], sizes[:-1]) if len(means) > 1 else means[0],
            "The last batch is missing. It is smaller, and it counts: for its rows.", 1,
        ),
        Misconception(
            "not divided", lambda means, sizes: np.sum(means * sizes),
            "This is the sum over all rows. Divide by how many rows there are.", 2,
        ),
        Misconception(
            "divided by the batches", lambda means, sizes: np.sum(means * sizes) / len(means),
            "The weighed sum is divided by the number of batches. Divide by the number of rows.", 2,
        ),
        Misconception(
            "divided by full batches", lambda means, sizes: np.sum(means * sizes) / (len(means) * sizes[0]),
            "You divided as if all batches were full. The last one may have fewer rows: divide by the sum of the sizes.", 2,
        ),
        Misconception(
            "means added", lambda means, sizes: np.sum(means),
            "The batches' means are added up. A mean of many rows is as large as a mean of few.", 1,
        ),
        Misconception(
            "divided by the size", lambda means, sizes: np.sum(means / sizes),
            "Each mean is divided by its size. It has been divided already: that is why it is a mean. Multiply, to get back the batch's sum.", 3,
        ),
        Misconception(
            "last batch only", lambda means, sizes: means[-1],
            "This is the last batch's own number. evaluate speaks of all rows.", 1,
        ),
    ),
    hints=(
        "Each row counts the same. So a batch of 8 rows counts for 8.",
        "Sum of mean times size, divided by the sum of the sizes.",
        "mean times size is the batch's sum. Add these sums up, and divide by all rows: np.sum(means * sizes) / np.sum(sizes).",
    ),
    praise="So the batch size changes memory and time, and not the answer.",
    right_answers=(mean, by_repeating, by_a_running_total),
)
