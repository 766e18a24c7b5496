"""Question 1: a loss that says what hurts."""

import numpy as np

from ..misconceptions import Misconception
from ..observe import as_value
from ..shrink import smallest_first
from ..task import Task


def _draw(rng, batch):
    return {"y": rng.integers(-4, 5, batch) / 2, "said": rng.integers(-4, 5, batch) / 2, "low": 9.0, "high": 1.0}


def _cases():
    return smallest_first(_draw, lambda case: bool((case["y"] != case["said"]).any()), each=8, batch=(1, 2, 3))


def _variant(hurt=lambda gap, low, high: np.where(gap > 0, low * gap, -high * gap), whole=np.mean):
    return lambda y, said, low, high: whole(hurt(y - said, low, high))


# Right answers, each written in another way.


def by_a_loop(y, said, low, high):
    total = 0.0
    for truth, answer in zip(y.tolist(), said.tolist()):
        total += low * (truth - answer) if answer < truth else high * (answer - truth)
    return total / len(y)


def by_two_sides(y, said, low, high):
    missing, wasted = np.maximum(y - said, 0), np.maximum(said - y, 0)
    return (low * missing + high * wasted).sum() / y.size


STOCK = Task(
    name="stock_loss",
    asks="a loss that says what hurts",
    cell="q1-answer",
    arguments=("y", "said", "low", "high"),
    cases=_cases,
    reference=lambda case: as_value(_variant()(**case)),
    observe=lambda returned, case: as_value(returned),
    misconceptions=(
        Misconception(
            "sides swapped", _variant(lambda gap, low, high: np.where(gap > 0, high * gap, -low * gap)),
            "The prices are swapped. If y is larger than said, too little was said: that costs `low`.", 1,
        ),
        Misconception(
            "sign kept", _variant(lambda gap, low, high: np.where(gap > 0, low * gap, high * gap)),
            "Too high gives a negative loss here: training would run that way for ever. Both sides must cost something.", 2,
        ),
        Misconception(
            "squared", _variant(lambda gap, low, high: np.where(gap > 0, low, high) * gap**2),
            "The gaps are squared. Then the answer is pulled by the largest ones; here each unit costs the same.", 2,
        ),
        Misconception(
            "one price for all", _variant(lambda gap, low, high: low * abs(gap)),
            "Both sides cost the same here. Too high costs `high`.", 1,
        ),
        Misconception(
            "one side free", _variant(lambda gap, low, high: low * np.maximum(gap, 0)),
            "Too high costs nothing here. The best answer would be infinite.", 1,
        ),
        Misconception(
            "prices without gaps", _variant(lambda gap, low, high: np.where(gap > 0, low, np.where(gap < 0, high, 0.0))),
            "Only the side counts, not how far. Such a loss is flat, and slopes of 0 teach nothing.", 2,
        ),
        Misconception(
            "added up", _variant(whole=np.sum),
            "This is the sum over the batch. A batch of twice as many rows would cost twice as much: take the mean.", 3,
        ),
        Misconception(
            "one a row", _variant(whole=lambda hurt: hurt),
            "There is a number for each row. Return one number: the mean.", 3,
        ),
    ),
    hints=(
        "gap = y - said. Positive: too little was said, it costs low for each unit. Negative: too much, it costs high.",
        "np.where(gap > 0, low * gap, -high * gap)",
        "Return np.mean of that.",
    ),
    praise="With low = 9 and high = 1 a model says the number below which 9 of 10 lie. You chose the question by choosing the price.",
    right_answers=(_variant(), by_a_loop, by_two_sides),
)
