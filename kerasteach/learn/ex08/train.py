"""Question 6: the training loop."""

import numpy as np

from ..counterexample import arrays
from ..misconceptions import Misconception
from ..observe import as_value
from ..shrink import smallest_first
from ..task import Task

RATE = 0.125


def _draw(rng, rows, batch_size, epochs):
    x, y = rng.integers(1, 4, rows) / 1.0, rng.integers(-3, 4, rows) / 1.0
    return {"x": x, "y": y, "w": 1.0, "b": 0.5, "batch_size": batch_size, "epochs": epochs, "rate": RATE}


def _cases():
    return smallest_first(_draw, each=2, rows=(1, 2, 3), batch_size=(1, 2, 3), epochs=(1, 2))


def _batches(x, y, size, drop=False):
    end = len(x) // size * size if drop else len(x)
    return [(x[i : i + size], y[i : i + size]) for i in range(0, end, size)]


def _slopes(x, y, w, b, two=2.0, over=None, plain=False):
    error = two * (w * x + b - y) / (over or len(x))
    return np.sum(error if plain else error * x), np.sum(error)


def _loop(x, y, w, b, batch_size, epochs, rate, drop=False, train_b=True, **wrong):
    """The loop, and the ways in which it can go wrong."""
    for _ in range(epochs):
        for part, truth in _batches(x, y, batch_size, drop):
            to_w, to_b = _slopes(part, truth, w, b, **wrong)
            w, b = w - rate * to_w, b - rate * to_b * train_b
    return w, b


def train(x, y, w, b, batch_size, epochs, rate):
    """The answer, written out."""
    return _loop(x, y, w, b, batch_size, epochs, rate)


def _by_batch_size(x, y, w, b, batch_size, epochs, rate):
    return _loop(x, y, w, b, batch_size, epochs, rate, over=batch_size)


def _one_after_the_other(x, y, w, b, batch_size, epochs, rate):
    for _ in range(epochs):
        for part, truth in _batches(x, y, batch_size):
            w = w - rate * _slopes(part, truth, w, b)[0]
            b = b - rate * _slopes(part, truth, w, b)[1]
    return w, b


def _stale(x, y, w, b, batch_size, epochs, rate):
    for _ in range(epochs):
        found = [_slopes(part, truth, w, b) for part, truth in _batches(x, y, batch_size)]
        w, b = w - rate * sum(s[0] for s in found), b - rate * sum(s[1] for s in found)
    return w, b


# Right answers, each written in another way.


def by_rows_with_a_1(x, y, w, b, batch_size, epochs, rate):
    both, rows = np.array([w, b]), np.stack([x, np.ones(len(x))], axis=1)
    for _ in range(epochs):
        for i in range(0, len(x), batch_size):
            part = rows[i : i + batch_size]
            both = both - rate * 2 * part.T @ (part @ both - y[i : i + batch_size]) / len(part)
    return tuple(both)


def by_nudging(x, y, w, b, batch_size, epochs, rate):
    def loss(w, b, part, truth):
        return np.mean((w * part + b - truth) ** 2)

    h = 0.5  # a square has no third slope: any h gives the exact one
    for _ in range(epochs):
        for part, truth in _batches(x, y, batch_size):
            to_w = (loss(w + h, b, part, truth) - loss(w - h, b, part, truth)) / (2 * h)
            to_b = (loss(w, b + h, part, truth) - loss(w, b - h, part, truth)) / (2 * h)
            w, b = w - rate * to_w, b - rate * to_b
    return [w, b]


def by_counting_steps(x, y, w, b, batch_size, epochs, rate):
    steps = -(-len(x) // batch_size)
    for step in range(steps * epochs):
        start = step % steps * batch_size
        part, truth = x[start : start + batch_size], y[start : start + batch_size]
        error = w * part + b - truth
        w, b = w - rate * np.mean(2 * error * part), b - rate * np.mean(2 * error)
    return w, b


TRAIN = Task(
    name="train",
    asks="the loop inside fit",
    cell="q6-answer",
    arguments=("x", "y", "w", "b", "batch_size", "epochs", "rate"),
    cases=_cases,
    reference=lambda case: as_value(train(**case)),
    observe=lambda returned, case: as_value(returned),
    program=lambda case, differing: [
        *arrays(case), f"train(x, y, w=1.0, b=0.5, batch_size={case['batch_size']}, epochs={case['epochs']}, rate={RATE})"
    ],
    simple={"x": (1.0, 2.0), "y": (0.0, 1.0)},
    misconceptions=(
        Misconception(
            "one step an epoch", lambda x, y, w, b, size, epochs, rate: _loop(x, y, w, b, len(x), epochs, rate),
            "There is one step an epoch, with all rows. Take a step after each batch.", 1,
        ),
        Misconception(
            "one step a row", lambda x, y, w, b, size, epochs, rate: _loop(x, y, w, b, 1, epochs, rate),
            "There is a step for each row. The rows of a batch make one step together: the mean of their slopes.", 1,
        ),
        Misconception(
            "one epoch only", lambda x, y, w, b, size, epochs, rate: _loop(x, y, w, b, size, 1, rate),
            "This is where it stands after one epoch. Either there is no outer loop, or w and b start anew in each epoch.", 1,
        ),
        Misconception(
            "last batch dropped", lambda *arguments: _loop(*arguments, drop=True),
            "The last, smaller batch is left out. It makes a step like any other.", 1,
        ),
        Misconception(
            "slopes added, not averaged", lambda *arguments: _loop(*arguments, over=1),
            "The slopes of the rows are added up. The loss is their mean: divide by the rows of the batch.", 2,
        ),
        Misconception(
            "always divided by batch_size", _by_batch_size,
            "The last batch may have fewer rows, and you divided by batch_size. Divide by the rows that are there, or use np.mean.", 2,
        ),
        Misconception(
            "2 forgotten", lambda *arguments: _loop(*arguments, two=1.0),
            "The slope of error² is 2 · error. The 2 is missing, so each step has half its length.", 2,
        ),
        Misconception(
            "uphill", lambda x, y, w, b, size, epochs, rate: _loop(x, y, w, b, size, epochs, -rate),
            "The loss grows: the slopes are added to w and b. Subtract them.", 3,
        ),
        Misconception(
            "b not trained", lambda *arguments: _loop(*arguments, train_b=False),
            "b is what it was at the start. It has a slope, too: the mean of 2 * error.", 3,
        ),
        Misconception(
            "x forgotten", lambda *arguments: _loop(*arguments, plain=True),
            "w gets the slope of b. By w the error changes with x: the mean of 2 * error * x.", 2,
        ),
        Misconception(
            "w first, then b", _one_after_the_other,
            "b's slope was taken after w had moved. Both belong to the same place: find both slopes, then move both.", 3,
        ),
        Misconception(
            "slopes of the epoch's beginning", _stale,
            "All batches of an epoch use the error of its beginning. After each step w and b are new, and so is the error.", 3,
        ),
    ),
    hints=(
        "Two loops: for each epoch, for each start in range(0, len(x), batch_size): the batch is x[start : start + batch_size].",
        "error = w * part + b - truth. The slope by w is np.mean(2 * error * part), that by b np.mean(2 * error).",
        "In the inner loop: error first, then both slopes, then w = w - rate * slope_w and b = b - rate * slope_b. Return (w, b).",
    ),
    praise="Shuffle the rows, take Adam's step, ask the callbacks: then it is fit.",
    right_answers=(train, by_rows_with_a_1, by_nudging, by_counting_steps),
)
