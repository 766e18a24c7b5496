"""Question 2: what -1 means."""

import math

from ... import layers
from ..misconceptions import Misconception
from ..observe import as_value
from ..task import Task


def _cases():
    pairs = [
        ((2, 3), (6,)), ((2, 3), (-1,)), ((2, 3), (3, -1)), ((4, 3), (-1, 2)), ((4, 4), (8, -1)), ((2, 3, 4), (-1, 4)),
        ((8, 8), (8, 8, -1)), ((6, 6, 12), (-1, 12)), ((6, 4), (2, -1, 3)),
    ]  # fmt: skip
    return [{"shape": shape, "target": target} for shape, target in pairs]


def _reference(case):
    """What the layer itself promises."""
    return as_value(layers.Reshape(case["target"]).compute_output_shape((None, *case["shape"]))[1:])


def _filled(rule):
    """An answer that puts the number of a rule in the place of -1."""

    def reshape_shape(shape, target):
        others = math.prod(n for n in target if n != -1)
        return tuple(rule(shape, target, others, i) if n == -1 else n for i, n in enumerate(target))

    return reshape_shape


def _at_the_end(shape, target):
    known = [n for n in target if n != -1]
    return (*known, math.prod(shape) // math.prod(known)) if -1 in target else target


# Right answers, each written in another way.


def reshape_by_dividing_down(shape, target):
    left = 1
    for n in shape:
        left *= n
    for n in target:
        if n != -1:
            left //= n
    return [left if n == -1 else n for n in target]


def reshape_with_the_sign(shape, target):
    target = list(target)
    if -1 in target:
        target[target.index(-1)] = -math.prod(shape) // math.prod(target)  # the product is negative, too
    return target


RESHAPED = Task(
    name="reshape_shape",
    asks="the number that -1 stands for",
    cell="q2-answer",
    arguments=("shape", "target"),
    cases=_cases,
    reference=_reference,
    observe=lambda returned, case: as_value(returned),
    misconceptions=(
        Misconception(
            "-1 left in", lambda shape, target: target,
            "No axis has -1 places. It means: work this one out.", 1,
        ),
        Misconception(
            "everything in one axis", _filled(lambda shape, target, others, i: math.prod(shape)),
            "This is how many numbers there are in all. The other axes of the target hold some of them: divide.", 2,
        ),
        Misconception(
            "subtracted", _filled(lambda shape, target, others, i: math.prod(shape) - sum(n for n in target if n != -1)),
            "The others are taken away here. Lengths of axes multiply, so divide.", 2,
        ),
        Misconception(
            "axes added up", _filled(lambda shape, target, others, i: sum(shape) // others),
            "The lengths that come in are added up here. A block of 2 by 3 has 6 numbers, not 5: multiply.", 1,
        ),
        Misconception(
            "axis copied", _filled(lambda shape, target, others, i: shape[min(i, len(shape) - 1)]),
            "The length is copied from the axis at that place. A reshape does not keep axes, it breaks the lines anew: only the product stays.", 1,
        ),
        Misconception(
            "always at the end", _at_the_end,
            "The number is right and stands at the end. Put it where -1 was: the order of the axes is the target's.", 3,
        ),
        Misconception(
            "sign kept", _filled(lambda shape, target, others, i: math.prod(shape) // math.prod(target)),
            "A negative length: -1 was multiplied with the others. Leave it out of the product.", 2,
        ),
        Misconception(
            "-1 as 1", _filled(lambda shape, target, others, i: 1),
            "-1 became 1 here. An axis of 1 may be right, but only if nothing is left over.", 2,
        ),
    ),
    hints=(
        "How many numbers come in? The product of all lengths in `shape`. As many must come out.",
        "The lengths in `target` that are known hold their product. What is left for -1: all numbers divided by that product.",
        "Walk through target: where it says -1 put that number, else leave what is there.",
    ),
    praise="-1 is arithmetic, no magic: the product stays, whatever the lines look like.",
    right_answers=(_filled(lambda shape, target, others, i: math.prod(shape) // others), reshape_by_dividing_down, reshape_with_the_sign),
)
