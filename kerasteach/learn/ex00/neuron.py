"""Question 1: one neuron with one input; to see what `check` does."""

import numpy as np

from ..misconceptions import Misconception
from ..observe import as_value
from ..task import Task

_CASES = ((2.0, 3.0, 1.0), (0.5, -2.0, 3.0), (-1.0, 0.5, 0.25), (3.0, 2.0, -4.0))


def _cases():
    return [{"x": x, "weight": weight, "bias": bias} for x, weight, bias in _CASES]


def neuron_plain(x, weight, bias):
    """The answer, written out."""
    return x * weight + bias


# Right answers, each written in another way.


def neuron_in_steps(x, weight, bias):
    scaled = weight * x
    scaled += bias
    return scaled


def neuron_as_a_product(x, weight, bias):
    return np.dot([x, 1.0], [weight, bias])


NEURON = Task(
    name="neuron",
    asks="what one neuron computes",
    cell="q1-answer",
    arguments=("x", "weight", "bias"),
    cases=_cases,
    reference=lambda case: as_value(neuron_plain(**case)),
    observe=lambda returned, case: as_value(returned),
    misconceptions=(
        Misconception(
            "bias forgotten", lambda x, weight, bias: x * weight,
            "The bias is missing. Without it a neuron always answers 0 to 0.", 1,
        ),
        Misconception(
            "weight and bias swapped", lambda x, weight, bias: x * bias + weight,
            "weight and bias have changed places: x is multiplied by the weight, and the bias is added.", 1,
        ),
        Misconception(
            "added first", lambda x, weight, bias: (x + bias) * weight,
            "The bias is added before multiplying, so the weight stretches it, too. Multiply first, then add.", 2,
        ),
        Misconception(
            "everything added", lambda x, weight, bias: x + weight + bias,
            "x and weight are added. They are to be multiplied: x * weight.", 1,
        ),
        Misconception(
            "bias taken away", lambda x, weight, bias: x * weight - bias,
            "The bias is taken away. It is added.", 2,
        ),
    ),
    hints=(
        "Multiply x by the weight, then add the bias.",
        "In Python: * multiplies, + adds, and * comes before +.",
        "return x * weight + bias",
    ),
    praise="That is a neuron. A large model has millions of them, and nothing else.",
    right_answers=(neuron_plain, neuron_in_steps, neuron_as_a_product),
)  # fmt: skip
