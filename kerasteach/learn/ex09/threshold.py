"""Question 4: a threshold for a price list."""

import numpy as np

from ..misconceptions import Misconception
from ..observe import as_value
from ..shrink import smallest_first
from ..task import Task

GRID = (0.125, 0.25, 0.5, 0.75)


def _draw(rng, rows, choices, prices):
    thresholds = np.sort(rng.choice(GRID, choices, replace=False))
    miss, alarm = ((5, 1), (1, 5), (2, 3))[prices]
    p = rng.choice((*GRID, 0.0625, 0.375, 0.625, 0.875), rows, replace=False)
    return {"truth": rng.integers(0, 2, rows), "p": p, "thresholds": thresholds, "miss": miss, "alarm": alarm}


def bills(truth, p, thresholds, miss, alarm, at=np.greater_equal):
    """What each threshold costs."""
    called = at(p[None, :], thresholds[:, None])  # (threshold, row)
    return miss * np.sum(~called & (truth == 1), axis=1) + alarm * np.sum(called & (truth == 0), axis=1)


def _unique(case):
    """Whether one threshold is cheaper than all others."""
    found = np.sort(bills(**case))
    return len(found) == 1 or found[0] < found[1]


def _cases():
    return smallest_first(_draw, _unique, each=4, rows=(1, 2, 4), choices=(2, 3), prices=(0, 1, 2))


def cheapest(truth, p, thresholds, miss, alarm):
    """The answer, written out."""
    return thresholds[np.argmin(bills(truth, p, thresholds, miss, alarm))]


def _most_right(truth, p, thresholds, miss, alarm):
    return cheapest(truth, p, thresholds, 1, 1)


def _f1(truth, p, thresholds, miss, alarm):
    called = p[None, :] >= thresholds[:, None]
    hits = np.sum(called & (truth == 1), axis=1)
    return thresholds[np.argmax(2 * hits / np.maximum(called.sum(axis=1) + np.sum(truth), 1))]


def _by_expectation(truth, p, thresholds, miss, alarm):
    called = p[None, :] >= thresholds[:, None]
    return thresholds[np.argmin(miss * np.sum(~called * p, axis=1) + alarm * np.sum(called * (1 - p), axis=1))]


# Right answers, each written in another way.


def by_a_loop(truth, p, thresholds, miss, alarm):
    best, lowest = None, float("inf")
    for threshold in thresholds:
        price = 0
        for t, chance in zip(truth, p):
            if chance >= threshold and t == 0:
                price += alarm
            if chance < threshold and t == 1:
                price += miss
        if price < lowest:
            best, lowest = threshold, price
    return best


def by_min(truth, p, thresholds, miss, alarm):
    def price(threshold):
        misses = np.sum((p < threshold) * truth)
        return miss * misses + alarm * np.sum((p >= threshold) * (1 - truth))

    return min(thresholds, key=price)


THRESHOLD = Task(
    name="cheapest",
    asks="the threshold for a price list",
    cell="q4-answer",
    arguments=("truth", "p", "thresholds", "miss", "alarm"),
    cases=_cases,
    reference=lambda case: as_value(cheapest(**case)),
    observe=lambda returned, case: as_value(returned),
    allowed=lambda case: False,  # one threshold must stay cheaper than the others
    misconceptions=(
        Misconception(
            "prices swapped", lambda truth, p, thresholds, miss, alarm: cheapest(truth, p, thresholds, alarm, miss),
            "The prices are swapped. A miss is a case (truth 1) without an alarm; a false alarm is one where truth is 0.", 1,
        ),
        Misconception(
            "most right answers", _most_right,
            "This is the threshold with the most right answers. It counts both mistakes alike; the price list does not.", 2,
        ),
        Misconception(
            "dearest", lambda *given: given[2][np.argmax(bills(*given))],
            "This is the threshold that costs most. Take the smallest.", 2,
        ),
        Misconception(
            "misses only", lambda truth, p, thresholds, miss, alarm: cheapest(truth, p, thresholds, miss, 0),
            "False alarms cost nothing here. They have a price, too.", 1,
        ),
        Misconception(
            "false alarms only", lambda truth, p, thresholds, miss, alarm: cheapest(truth, p, thresholds, 0, alarm),
            "Misses cost nothing here. They have a price, too.", 1,
        ),
        Misconception(
            "above, not from", lambda *given: given[2][np.argmin(bills(*given, at=np.greater))],
            "A probability that is just the threshold gives no alarm here. The alarm comes from the threshold on: p >= threshold.", 3,
        ),
        Misconception(
            "place, not threshold", lambda *given: int(np.argmin(bills(*given))),
            "This is the place in the list. Return the threshold itself: thresholds[place].", 2,
        ),
        Misconception(
            "price, not threshold", lambda *given: int(np.min(bills(*given))),
            "This is what it costs. Return the threshold that costs so little.", 2,
        ),
        Misconception(
            "formula for true probabilities", lambda truth, p, thresholds, miss, alarm: alarm / (alarm + miss),
            "alarm / (alarm + miss) is best if the probabilities are true. Here nobody promises that: try the thresholds on the rows.", 2,
        ),
        Misconception(
            "truth not looked at", _by_expectation,
            "You took p for the truth: the costs a calibrated model would expect. Count what happened: truth is there.", 1,
        ),
        Misconception(
            "best F1", _f1,
            "This is the threshold with the best F1. F1 knows no prices.", 2,
        ),
    ),
    hints=(
        "For one threshold: misses are rows with truth 1 and p < threshold, false alarms rows with truth 0 and p >= threshold.",
        "The price is miss * misses + alarm * false alarms. Take the threshold with the smallest one.",
        "prices = [... for t in thresholds], with p >= t for an alarm; then thresholds[np.argmin(prices)].",
    ),
    praise="Not a weight was changed. Choose it on rows that are not the ones you report.",
    right_answers=(cheapest, by_a_loop, by_min),
)
