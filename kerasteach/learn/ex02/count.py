"""Question 2: how many numbers a chain of Dense layers holds."""

import itertools
import math

from ... import layers, models
from ..misconceptions import Misconception
from ..observe import as_value
from ..task import Task


def _cases():
    return [{"sizes": sizes} for sizes in ([2, 3], [3, 2], [1, 4], [2, 3, 4], [4, 1, 5], [13, 16, 3], [2, 16, 16, 16, 1])]


def _reference(case):
    first, *others = case["sizes"]
    return as_value(models.Sequential([layers.Input((first,)), *map(layers.Dense, others)]).count_params())


def _pairs(rule):
    """An answer that adds up a rule for what comes in and what goes out."""

    def count_params(sizes):
        return sum(rule(comes, goes) for comes, goes in itertools.pairwise(sizes))

    return count_params


# Right answers, each written in another way.


def count_in_a_loop(sizes):
    total = 0
    for i in range(len(sizes) - 1):
        total += sizes[i] * sizes[i + 1]
        total += sizes[i + 1]
    return total


def count_recursively(sizes):
    if len(sizes) < 2:
        return 0
    comes, goes, *_ = sizes
    return (comes + 1) * goes + count_recursively(sizes[1:])


def count_apart(sizes):
    kernels = sum(math.prod(pair) for pair in itertools.pairwise(sizes))
    return kernels + sum(sizes) - sizes[0]


COUNT = Task(
    name="count_params",
    asks="how many numbers a chain holds",
    cell="q2-answer",
    arguments=("sizes",),
    cases=_cases,
    reference=_reference,
    observe=lambda returned, case: as_value(returned),
    misconceptions=(
        Misconception(
            "biases forgotten", _pairs(lambda comes, goes: comes * goes),
            "These are the kernels alone. Each layer has a bias, too: one number for each that goes out.", 2,
        ),
        Misconception(
            "one bias a layer", _pairs(lambda comes, goes: comes * goes + 1),
            "One bias for a whole layer is too few. Every number that goes out has its own.", 2,
        ),
        Misconception(
            "a bias for each that comes in", _pairs(lambda comes, goes: comes * goes + comes),
            "The biases are counted at the wrong end. A bias is added to what goes out, so there are as many as numbers that go out.", 2,
        ),
        Misconception(
            "input has a bias", lambda sizes: _pairs(lambda comes, goes: comes * goes)(sizes) + sum(sizes),
            "The first number in the list is no layer. It says what comes in, and has nothing to learn.", 1,
        ),
        Misconception(
            "in + out", _pairs(lambda comes, goes: comes + goes),
            "A kernel is a table: a row for each number that comes in, a column for each that goes out. Multiply, do not add.", 1,
        ),
        Misconception(
            "square kernels", lambda sizes: sum(size * size + size for size in sizes[1:]),
            "Here each kernel is as high as it is wide. Its rows are what the layer *before* gives.", 1,
        ),
        Misconception(
            "input for every layer", lambda sizes: sum(sizes[0] * size + size for size in sizes[1:]),
            "Every kernel has as many rows as the input here. Only the first layer sees the input; the next one sees what it gives.", 1,
        ),
        Misconception(
            "last layer left out", lambda sizes: _pairs(lambda comes, goes: comes * goes + goes)(sizes[:-1]),
            "The last layer is missing. A list of n sizes has n - 1 layers.", 3,
        ),
        Misconception(
            "all multiplied", lambda sizes: math.prod(sizes) + sum(sizes[1:]),
            "All sizes are multiplied with each other here. Layers do not multiply: count each one, then add.", 3,
        ),
    ),
    hints=(
        "A layer lies between two neighbours in the list: what comes in, and what goes out. Its kernel has in * out numbers.",
        "And a bias for each number that goes out: in * out + out.",
        "comes = sizes[0]; for goes in sizes[1:]: add what this layer has to the total, then comes = goes.",
    ),
    praise="The last column of summary(), by hand. Now you can say what a chain costs before you build it.",
    right_answers=(count_in_a_loop, count_recursively, count_apart),
)
