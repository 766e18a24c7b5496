"""Question 2: slopes by nudging."""

import numpy as np

from ..misconceptions import Misconception
from ..observe import as_value
from ..shrink import smallest_first
from ..task import Task


class Shown:
    """A function whose text is its code, so that a counterexample can be pasted."""

    def __init__(self, text):
        self.text, self.function = text, eval(text, {"np": np})

    def __call__(self, x):
        return self.function(x)

    def __repr__(self):
        return self.text


FUNCTIONS = (
    Shown("lambda x: np.sum(x ** 3)"),
    Shown("lambda x: np.sum(np.exp(x))"),
    Shown("lambda x: np.prod(x) + np.sum(x ** 2)"),
)


def _draw(rng, size, which):
    return {"f": FUNCTIONS[which], "x": rng.integers(1, 5, size) / 2, "h": 0.25}


def _cases():
    return smallest_first(_draw, each=3, size=(1, 2, 3), which=(0, 1, 2))


def slopes(f, x, h):
    """The answer, written out."""
    return np.array([_moved(f, x, i, h) - _moved(f, x, i, -h) for i in range(len(x))]) / (2 * h)


def _moved(f, x, i, by):
    x = x.copy()
    x[i] += by
    return f(x)


def _one_sided(f, x, h):
    return np.array([_moved(f, x, i, h) - f(x) for i in range(len(x))]) / h


def _backwards(f, x, h):
    return np.array([f(x) - _moved(f, x, i, -h) for i in range(len(x))]) / h


def _all_at_once(f, x, h):
    return np.full(len(x), (f(x + h) - f(x - h)) / (2 * h))


def _not_put_back(f, x, h):
    found = []
    for i in range(len(x)):
        x[i] += h
        up = f(x)
        x[i] -= 2 * h
        found.append((up - f(x)) / (2 * h))
    return np.array(found)


# Right answers, each written in another way.


def by_a_row_of_ones(f, x, h):
    return np.array([(f(x + h * one) - f(x - h * one)) / (2 * h) for one in np.eye(len(x))])


def by_putting_back(f, x, h):
    found = np.zeros(len(x))
    for i, kept in enumerate(x.tolist()):
        x[i] = kept + h
        found[i] = f(x)
        x[i] = kept - h
        found[i] -= f(x)
        x[i] = kept
    return found / (h + h)


CHECK = Task(
    name="slopes_by_nudging",
    asks="slopes with no calculus",
    cell="q2-answer",
    arguments=("f", "x", "h"),
    cases=_cases,
    reference=lambda case: as_value(slopes(case["f"], case["x"], case["h"])),
    observe=lambda returned, case: as_value(returned),
    simple={"x": (1.0, 2.0)},
    misconceptions=(
        Misconception(
            "nudged up only", _one_sided,
            "This compares up with here. Compare up with down: then the errors of both sides cancel, and the slope is far more "
            "exact.", 2,
        ),
        Misconception(
            "nudged down only", _backwards,
            "This compares here with down. Compare up with down: then the errors of both sides cancel.", 2,
        ),
        Misconception(
            "divided by h", lambda f, x, h: 2 * slopes(f, x, h),
            "From down to up it is 2 * h, not h. This is twice the slope.", 2,
        ),
        Misconception(
            "not divided", lambda f, x, h: slopes(f, x, h) * 2 * h,
            "This is how much f changes, not how much per unit. Divide by 2 * h.", 2,
        ),
        Misconception(
            "multiplied by h", lambda f, x, h: slopes(f, x, h) * 2 * h * h / 2,
            "(up - down) / 2 * h divides by 2 and multiplies by h. Write / (2 * h).", 2,
        ),
        Misconception(
            "all nudged at once", _all_at_once,
            "All numbers were nudged together, so every slope is the sum of all. Nudge one, leave the others.", 1,
        ),
        Misconception(
            "not put back", _not_put_back,
            "After the first number was nudged it stayed down, so the next slopes are those of another place. Put it back, or nudge "
            "a copy.", 3,
        ),
        Misconception(
            "sign flipped", lambda f, x, h: -slopes(f, x, h),
            "Up minus down, not down minus up.", 2,
        ),
        Misconception(
            "first number only", lambda f, x, h: slopes(f, x, h)[:1],
            "There is a slope for every number in x. This is the first one's.", 1,
        ),
    ),
    hints=(
        "For each i: nudge x[i] alone, and see what f does. The result has one slope for each number in x.",
        "The slope is (f up - f down) / (2 * h).",
        "Copy first: up = x.copy(); up[i] += h. Likewise down. Collect the slopes in np.zeros(len(x)).",
    ),
    praise="Slow, and it trusts nobody. Now you can check any gradient anyone hands you.",
    right_answers=(slopes, by_a_row_of_ones, by_putting_back),
)
