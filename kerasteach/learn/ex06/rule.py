"""Question 1: one rule's way back."""

import numpy as np

from ...ops import OPS
from ..misconceptions import Misconception
from ..observe import as_value
from ..shrink import smallest_first
from ..task import Task


def _draw(rng, batch, units):
    return {"g": rng.integers(-3, 4, (batch, units)) + 0.5, "x": rng.integers(-4, 5, (batch, units)) / 2 + 0.25}


def _cases():
    return smallest_first(_draw, each=6, batch=(1, 2), units=(1, 3))


def sigmoid(x):
    """Any number becomes one between 0 and 1."""
    return 1 / (1 + np.exp(-x))


def _reference(case):
    """What the library's own row of its table says."""
    g, x = case["g"], case["x"]
    return as_value(OPS["sigmoid"].vjps[0](g, sigmoid(x), x))


# Right answers, each written in another way.


def by_the_output(g, x):
    y = sigmoid(x)
    return g * (y - y * y)


def by_the_input(g, x):
    return g * np.exp(-x) / (1 + np.exp(-x)) ** 2


def by_tanh(g, x):
    return g * (1 - np.tanh(x / 2) ** 2) / 4


RULE = Task(
    name="sigmoid_vjp",
    asks="the way back through a sigmoid",
    cell="q1-answer",
    arguments=("g", "x"),
    cases=_cases,
    reference=_reference,
    observe=lambda returned, case: as_value(returned),
    simple={"g": (1.0, 2.0)},
    misconceptions=(
        Misconception(
            "what arrived is forgotten", lambda g, x: sigmoid(x) * (1 - sigmoid(x)),
            "This is the sigmoid's own slope. A VJP also takes what arrives, g: multiply by it. Along a road slopes are multiplied.", 2,
        ),
        Misconception(
            "added, not multiplied", lambda g, x: g + sigmoid(x) * (1 - sigmoid(x)),
            "g and the sigmoid's slope lie on the same road: multiply. Adding is for roads that meet.", 2,
        ),
        Misconception(
            "x for y", lambda g, x: g * x * (1 - x),
            "y * (1 - y) is meant for the output y = sigmoid(x). You took the input x.", 1,
        ),
        Misconception(
            "sigmoid itself", lambda g, x: g * sigmoid(x),
            "This multiplies by the sigmoid's value. The slope is y * (1 - y).", 1,
        ),
        Misconception(
            "sigmoid of g", lambda g, x: sigmoid(g) * sigmoid(x) * (1 - sigmoid(x)),
            "g went through a sigmoid. On the way back it is only multiplied.", 2,
        ),
        Misconception(
            "tanh's rule", lambda g, x: g * (1 - sigmoid(x) ** 2),
            "1 - y * y is the rule of tanh. The sigmoid's is y * (1 - y).", 1,
        ),
        Misconception(
            "sigmoid twice", lambda g, x: g * sigmoid(sigmoid(x)) * (1 - sigmoid(sigmoid(x))),
            "The sigmoid was taken of y again. y = sigmoid(x), once; then y * (1 - y).", 1,
        ),
        Misconception(
            "sign flipped", lambda g, x: -g * sigmoid(x) * (1 - sigmoid(x)),
            "The sigmoid rises everywhere, so its slope is positive. The sign of g stays.", 1,
        ),
        Misconception(
            "divided, not multiplied", lambda g, x: g / (sigmoid(x) * (1 - sigmoid(x))),
            "What arrives is multiplied by the slope, not divided: where the sigmoid is flat, almost nothing passes.", 2,
        ),
    ),
    hints=(
        "With y = sigmoid(x), its slope is y * (1 - y): 0.25 in the middle, almost 0 at both ends.",
        "A VJP turns the slope at the output into that at the input: g times the rule's own slope.",
        "y = 1 / (1 + np.exp(-x)), then return g * y * (1 - y).",
    ),
    praise="Never more than a quarter gets through. Twenty sigmoids in a row leave less than a millionth of a millionth.",
    right_answers=(by_the_output, by_the_input, by_tanh),
)
