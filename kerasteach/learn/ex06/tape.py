"""Question 5: a whole tape, walked back."""

import numpy as np

from ..misconceptions import Misconception
from ..observe import as_value
from ..task import Task

_TAPES = (  # the values that were there, and the lines
    ([3.0], []),
    ([2.0, 3.0], [("add", 0, 1)]),
    ([2.0, 5.0], [("multiply", 0, 1)]),
    ([3.0], [("add", 0, 0)]),
    ([3.0], [("multiply", 0, 0)]),
    ([2.0, 3.0], [("multiply", 0, 1), ("add", 2, 0)]),
    ([2.0, 3.0, 5.0], [("multiply", 0, 1), ("multiply", 3, 2)]),
    ([2.0, 3.0], [("multiply", 0, 1), ("multiply", 0, 2)]),
    ([2.0, 3.0], [("add", 0, 0), ("multiply", 0, 1)]),
    ([2.0], [("multiply", 0, 0), ("multiply", 1, 1), ("add", 1, 2)]),
    ([2.0, -1.0, 3.0], [("multiply", 0, 1), ("add", 3, 2), ("multiply", 4, 4), ("add", 5, 0)]),
)


def _case(values, lines):
    values, written = list(values), []
    for rule, a, b in lines:
        values.append(values[a] + values[b] if rule == "add" else values[a] * values[b])
        written.append((rule, a, b, len(values) - 1))
    return {"lines": written, "values": np.array(values)}


def _cases():
    return [_case(*tape) for tape in _TAPES]


def _walk(lines, values, order=reversed, overwrite=False, own=False, start=1.0, swap=False, once=False, halve=False):
    """The walk, and the ways in which it can go wrong."""
    slopes = np.zeros(len(values))
    slopes[-1] = start
    for rule, a, b, output in order(lines):
        g = slopes[output] / (2 if halve else 1)
        multiplies = (rule == "multiply") != swap
        to_a = g * (values[a if own else b] if multiplies else 1)
        to_b = g * (values[b if own else a] if multiplies else 1)
        for place, slope in ((a, to_a),) if once else ((a, to_a), (b, to_b)):
            slopes[place] = slope if overwrite else slopes[place] + slope
    return slopes


def _no_arrivals(lines, values):
    slopes = np.zeros(len(values))
    slopes[-1] = 1.0
    for rule, a, b, _ in reversed(lines):
        slopes[a] += values[b] if rule == "multiply" else 1
        slopes[b] += values[a] if rule == "multiply" else 1
    return slopes


# Right answers, each written in another way.


def by_a_dict(lines, values):
    slopes = {len(values) - 1: 1.0}
    for rule, a, b, output in lines[::-1]:
        g = slopes.get(output, 0.0)
        slopes[a] = slopes.get(a, 0.0) + (g * values[b] if rule == "multiply" else g)
        slopes[b] = slopes.get(b, 0.0) + (g * values[a] if rule == "multiply" else g)
    return [slopes.get(i, 0.0) for i in range(len(values))]


def by_carrying_forwards(lines, values):
    """Forward mode: the slopes of every value by one of them at a time."""
    found = []
    for i in range(len(values)):
        moved = np.zeros(len(values))
        moved[i] = 1.0
        for rule, a, b, output in lines:
            if output > i:
                moved[output] = moved[a] + moved[b] if rule == "add" else moved[a] * values[b] + moved[b] * values[a]
        found.append(moved[-1])
    return np.array(found)


BACK = Task(
    name="walk_back",
    asks="all slopes in one walk",
    cell="q5-answer",
    arguments=("lines", "values"),
    cases=_cases,
    reference=lambda case: as_value(_walk(**case)),
    observe=lambda returned, case: as_value(returned),
    allowed=lambda case: False,  # the values belong to the lines
    misconceptions=(
        Misconception(
            "overwritten", lambda lines, values: _walk(lines, values, overwrite=True),
            "A value that is used twice keeps only the slope found last. Add: slopes[a] += ...", 3,
        ),
        Misconception(
            "walked forwards", lambda lines, values: _walk(lines, values, order=iter),
            "The lines are walked from the first to the last, so slopes are used before they are there. Walk reversed(lines).", 1,
        ),
        Misconception(
            "its own value", lambda lines, values: _walk(lines, values, own=True),
            "In a product each input gets g times the other one. You took its own value.", 2,
        ),
        Misconception(
            "what arrived is forgotten", _no_arrivals,
            "The rules' own slopes are added up, and what arrives at the output is not multiplied in: g = slopes[output].", 2,
        ),
        Misconception(
            "started with 0", lambda lines, values: _walk(lines, values, start=0.0),
            "All is 0, because the walk starts with 0. The loss's slope by itself is 1: slopes[-1] = 1.", 1,
        ),
        Misconception(
            "started with the loss", lambda lines, values: _walk(lines, values, start=values[-1]),
            "The walk starts with the loss's value. A change of 1 in the loss changes the loss by 1: slopes[-1] = 1.", 1,
        ),
        Misconception(
            "rules swapped", lambda lines, values: _walk(lines, values, swap=True),
            "add hands g on to both; multiply hands on g times the other value. Here it is the other way round.", 2,
        ),
        Misconception(
            "first input only", lambda lines, values: _walk(lines, values, once=True),
            "Each line has two inputs, a and b. The second one gets nothing here.", 2,
        ),
        Misconception(
            "shared out", lambda lines, values: _walk(lines, values, halve=True),
            "g is split between the two inputs here. Each of them gets all of it: if a grows by 1, a + b grows by 1.", 2,
        ),
    ),
    hints=(
        "slopes = np.zeros(len(values)); slopes[-1] = 1. Then for rule, a, b, output in reversed(lines).",
        "g = slopes[output]. add: g to a and g to b. multiply: g * values[b] to a, g * values[a] to b.",
        "Add to what is there already: slopes[a] += ..., slopes[b] += ...",
    ),
    praise="This loop is an automatic differentiation engine. The large ones have more rules and no other idea.",
    right_answers=(lambda lines, values: _walk(lines, values), by_a_dict, by_carrying_forwards),
)
