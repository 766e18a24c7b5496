"""Question 6: Adam, with its bias correction."""

import numpy as np

from ..misconceptions import Misconception
from ..observe import as_value
from ..shrink import smallest_first
from ..task import Task


def _draw(rng, steps, weights):
    slopes = rng.choice([-4.0, -2.0, -1.0, -0.5, 0.5, 1.0, 2.0, 4.0], (steps, weights))
    return {"w": rng.integers(-2, 3, weights) / 2, "slopes": slopes, "rate": 0.5, "b1": 0.5, "b2": 0.9375}


def _cases():
    return smallest_first(_draw, each=4, steps=(1, 2, 3), weights=(1, 2))


def _steps(w, slopes, rate, b1, b2, mean=True, size=True, root=True, start=1, frozen=False, swap=False, uphill=False, plain=False, squares=True):
    """Adam, and the ways in which it can go wrong."""
    m, s = np.zeros_like(w), np.zeros_like(w)
    if swap:
        b1, b2 = b2, b1
    for t, g in enumerate(slopes, start=start):
        m = b1 * m + (g if plain else (1 - b1) * g)
        s = b2 * s + (1 - b2) * (g**2 if squares else abs(g))
        k = 1 if frozen else t
        m_hat = m / (1 - b1**k) if mean else m
        s_hat = s / (1 - b2**k) if size else s
        step = rate * m_hat / ((np.sqrt(s_hat) if root else s_hat) + 1e-7)
        w = w + step if uphill else w - step
    return w


def _wrong(**changes):
    return lambda w, slopes, rate, b1, b2: _steps(w, slopes, rate, b1, b2, **changes)


def _signs(w, slopes, rate, b1, b2):
    return w - rate * np.sum(np.sign(slopes), axis=0)


# Right answers, each written in another way.


def by_a_corrected_rate(w, slopes, rate, b1, b2):
    m = s = 0.0
    for i in range(len(slopes)):
        m += (1 - b1) * (slopes[i] - m)
        s += (1 - b2) * (slopes[i] ** 2 - s)
        corrected = rate * np.sqrt(1 - b2 ** (i + 1)) / (1 - b1 ** (i + 1))
        w = w - corrected * m / (np.sqrt(s) + 1e-8)
    return w


def by_weighted_means(w, slopes, rate, b1, b2):
    """The hats are weighted means: newer slopes weigh more."""
    for n in range(1, len(slopes) + 1):
        age = np.arange(n)[::-1]
        m = np.average(slopes[:n], axis=0, weights=b1**age)
        s = np.average(slopes[:n] ** 2, axis=0, weights=b2**age)
        w = w - rate * m / np.sqrt(s)
    return w


ADAM = Task(
    name="adam_steps",
    asks="Adam with bias correction",
    cell="q6-answer",
    arguments=("w", "slopes", "rate", "b1", "b2"),
    cases=_cases,
    reference=lambda case: as_value(_steps(**case)),
    observe=lambda returned, case: as_value(returned),
    allowed=lambda case: bool((abs(case["slopes"]) >= 0.5).all()),
    simple={"slopes": (1.0, -1.0, 2.0, 0.5)},
    misconceptions=(
        Misconception(
            "no bias correction", _wrong(mean=False, size=False),
            "The hats are missing. Both memories start at 0, so the first steps have the wrong length.", 2,
        ),
        Misconception(
            "mean not corrected", _wrong(mean=False),
            "Only s is corrected. m started at 0, too: m / (1 - b1**t).", 2,
        ),
        Misconception(
            "size not corrected", _wrong(size=False),
            "Only m is corrected. s started at 0, too: s / (1 - b2**t).", 2,
        ),
        Misconception(
            "t stays 1", _wrong(frozen=True),
            "The correction is that of the first step at every step. It fades: 1 - b1**t, with t = 1, 2, 3, ...", 2,
        ),
        Misconception(
            "t one too large", _wrong(start=2),
            "t starts at 2. The first step has t = 1.", 2,
        ),
        Misconception(
            "no square root", _wrong(root=False),
            "The step divides by s, the mean of squares. Divide by its square root: then slopes of 1,000 and of 0.001 make steps of the same "
            "length.", 3,
        ),
        Misconception(
            "sizes without squares", _wrong(squares=False),
            "s gathers slopes, not their squares.", 1,
        ),
        Misconception(
            "b1 and b2 swapped", _wrong(swap=True),
            "b1 belongs to m, the mean; b2 to s, the size.", 1,
        ),
        Misconception(
            "slope kept whole", _wrong(plain=True),
            "m takes the whole slope, as momentum does. Adam averages: (1 - b1) * g.", 1,
        ),
        Misconception(
            "uphill", _wrong(uphill=True),
            "The weights climb. A step goes against the slope: w - ...", 3,
        ),
        Misconception(
            "signs only", _signs,
            "This adds up signs. True for the first step, not for the next ones: they look back at all slopes so far.", 1,
        ),
    ),
    hints=(
        "m = b1 * m + (1 - b1) * g and s = b2 * s + (1 - b2) * g**2, both from 0.",
        "for t, g in enumerate(slopes, start=1): m_hat = m / (1 - b1**t), s_hat = s / (1 - b2**t).",
        "w = w - rate * m_hat / (np.sqrt(s_hat) + 1e-7)",
    ),
    praise="Eight lines, and most of today's models are trained with them.",
    right_answers=(_wrong(), by_a_corrected_rate, by_weighted_means),
)
