"""Question 5: steps with a memory of speed."""

import numpy as np

from ..misconceptions import Misconception
from ..observe import as_value
from ..shrink import smallest_first
from ..task import Task


def _draw(rng, steps, weights):
    return {
        "w": rng.integers(-2, 3, weights) / 2, "slopes": rng.integers(-4, 5, (steps, weights)) / 2 + 0.25, "rate": 0.5, "keep": 0.75,
    }  # fmt: skip


def _cases():
    return smallest_first(_draw, each=4, steps=(1, 2, 3), weights=(1, 2))


def _variant(speed=lambda v, g, rate, keep: keep * v - rate * g, move=lambda w, old, v, rate: w + v):
    def momentum_steps(w, slopes, rate, keep):
        v = np.zeros_like(w)
        for g in slopes:
            old, v = v, speed(v, g, rate, keep)
            w = move(w, old, v, rate)
        return w

    return momentum_steps


def _speed_forgotten(w, slopes, rate, keep):
    for g in slopes:
        w = w + keep * np.zeros_like(w) - rate * g
    return w


def _speed_only(w, slopes, rate, keep):
    v = np.zeros_like(w)
    for g in slopes:
        v = keep * v - rate * g
    return v


def _last_only(w, slopes, rate, keep):
    v = np.zeros_like(w)
    for g in slopes:
        v = keep * v - rate * g
    return w + v


# Right answers, each written in another way.


def by_heavy_slopes(w, slopes, rate, keep):
    heap = 0 * w
    for g in slopes:
        heap = keep * heap + g
        w = w - rate * heap
    return w


def by_the_sum(w, slopes, rate, keep):
    """Slope i is used now and in all later steps, each time a little less."""
    n = len(slopes)
    return w - rate * sum(sum(keep**k for k in range(n - i)) * slopes[i] for i in range(n))


MOMENTUM = Task(
    name="momentum_steps",
    asks="steps with a memory",
    cell="q5-answer",
    arguments=("w", "slopes", "rate", "keep"),
    cases=_cases,
    reference=lambda case: as_value(_variant()(**case)),
    observe=lambda returned, case: as_value(returned),
    misconceptions=(
        Misconception(
            "no memory", _speed_forgotten,
            "Each step forgets the one before: this is plain SGD. The speed v must live on from step to step.", 1,
        ),
        Misconception(
            "uphill", _variant(lambda v, g, rate, keep: keep * v + rate * g),
            "The weights climb. A step goes against the slope: v = keep * v - rate * g.", 2,
        ),
        Misconception(
            "averaged", _variant(lambda v, g, rate, keep: keep * v - rate * (1 - keep) * g),
            "The slope is multiplied by 1 - keep, as in an average. Momentum takes all of it.", 2,
        ),
        Misconception(
            "rate twice", _variant(move=lambda w, old, v, rate: w + rate * v),
            "The rate is multiplied in twice: it is in v already. w + v.", 3,
        ),
        Misconception(
            "the old speed", _variant(move=lambda w, old, v, rate: w + old),
            "The weights move with the old speed. First the speed, then the weights.", 3,
        ),
        Misconception(
            "speed returned", _speed_only,
            "This is the last speed. Asked are the weights.", 3,
        ),
        Misconception(
            "moved once", _last_only,
            "The weights move only once, at the end. They move at every step.", 3,
        ),
        Misconception(
            "nothing kept off", _variant(lambda v, g, rate, keep: v - rate * g),
            "The speed never fades: keep is not used, and the ball rolls for ever. keep * v.", 2,
        ),
        Misconception(
            "rate on the speed", _variant(lambda v, g, rate, keep: rate * v - keep * g),
            "rate and keep are swapped: keep belongs to the old speed, rate to the slope.", 2,
        ),
    ),
    hints=(
        "v = np.zeros_like(w) before the loop; one row of slopes a step.",
        "v = keep * v - rate * g",
        "w = w + v, inside the loop; return w.",
    ),
    praise="Along a steady slope the speed grows to 1 / (1 - keep) times a plain step: with 0.9 ten times. Zigzags cancel.",
    right_answers=(_variant(), by_heavy_slopes, by_the_sum),
)
