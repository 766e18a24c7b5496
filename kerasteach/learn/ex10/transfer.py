"""Question 5: which layers of a new model can take over an old one's numbers."""

import math

from ..misconceptions import Misconception
from ..task import Task

_PAIRS = (  # of the saved model, of the new one: {layer: [shapes]}
    ({"a": [(1,)]}, {"a": [(1,)]}),
    ({"a": [(1,)]}, {"b": [(1,)]}),
    ({"a": [(1,)]}, {"a": [(2,)]}),
    ({"a": []}, {"a": []}),
    ({}, {"a": [(1,)]}),
    ({"a": [(1,)], "b": [(1,)]}, {"b": [(1,)], "a": [(1,)]}),
    ({"a": [(1,)], "b": [(2,)]}, {"a": [(1,)], "b": [(3,)]}),
    ({"a": [(1, 2)]}, {"a": [(2, 1)]}),
    ({"a": [(1, 2), (2,)]}, {"a": [(1, 2)]}),
    ({"a": [(1, 2)]}, {"a": [(1, 2), (2,)]}),
    ({"a": [(1,)], "b": [(1,)]}, {"new": [(1,)], "b": [(1,)]}),
    ({"a": [(1, 2), (2,)], "rest": [], "b": [(2, 1), (1,)]}, {"a": [(1, 2), (2,)], "rest": [], "c": [(2, 2), (2,)], "b": [(2, 1), (1,)]}),
)


def _cases():
    return [{"saved": _copy(saved), "fresh": _copy(fresh)} for saved, fresh in _PAIRS]


def _copy(shapes):
    return {name: list(own) for name, own in shapes.items()}


def taken_by_name(saved, fresh):
    """The answer, written out."""
    return [name for name in fresh if fresh[name] and fresh[name] == saved.get(name)]


def _by_position(saved, fresh):
    pairs = zip(saved.values(), fresh)
    return [name for shapes, name in pairs if shapes and shapes == fresh[name]]


def _first_weight(saved, fresh):
    return [name for name in fresh if fresh[name] and saved.get(name) and saved[name][0] == fresh[name][0]]


def _sizes(shapes):
    return [math.prod(shape) for shape in shapes or []]


def _until_the_first_that_differs(saved, fresh):
    found = []
    for name in fresh:
        if not fresh[name] or fresh[name] != saved.get(name):
            break
        found.append(name)
    return found


def _what(returned):
    return "None" if returned is None else f"an object of type {type(returned).__name__}"


# Right answers, each written in another way.


def taken_in_a_loop(saved, fresh):
    found = []
    for name, shapes in fresh.items():
        if name not in saved or len(shapes) == 0 or len(shapes) != len(saved[name]):
            continue
        if all(tuple(a) == tuple(b) for a, b in zip(shapes, saved[name])):
            found.append(name)
    return found


def taken_by_sets(saved, fresh):
    both = {name for name in saved.keys() & fresh.keys() if saved[name] == fresh[name] != []}
    return sorted(both, key=list(fresh).index)


TRANSFER = Task(
    name="taken_over",
    asks="which layers can take over an old model's numbers",
    cell="q5-answer",
    arguments=("saved", "fresh"),
    cases=_cases,
    reference=lambda case: taken_by_name(case["saved"], case["fresh"]),
    observe=lambda returned, case: list(returned) if isinstance(returned, (list, tuple)) else _what(returned),
    misconceptions=(
        Misconception(
            "by position", _by_position,
            "The first layer takes from the first, the second from the second. One layer put in between, and all behind it get a stranger's "
            "numbers. Go by name.", 1,
        ),
        Misconception(
            "name alone", lambda saved, fresh: [name for name in fresh if fresh[name] and name in saved],
            "The names agree, the shapes may not: set_weights would raise an error. Compare both.", 2,
        ),
        Misconception(
            "shape alone", lambda saved, fresh: [name for name in fresh if fresh[name] and fresh[name] in saved.values()],
            "Some layer of the old model has these shapes, but not the one of this name.", 2,
        ),
        Misconception(
            "all or nothing", lambda saved, fresh: taken_by_name(saved, fresh) if saved == fresh else [],
            "This takes over only if all layers fit. Each layer is asked for itself.", 1,
        ),
        Misconception(
            "kernel compared only", _first_weight,
            "Only the first shape of each layer is compared. One of the two may have a bias and the other none: compare the whole lists.", 2,
        ),
        Misconception(
            "as many numbers", lambda saved, fresh: [name for name in fresh if fresh[name] and _sizes(fresh[name]) == _sizes(saved.get(name))],
            "(1, 2) and (2, 1) have as many numbers, but not in the same places. Compare shapes.", 2,
        ),
        Misconception(
            "layers without numbers", lambda saved, fresh: [name for name in fresh if name in saved and fresh[name] == saved[name]],
            "A layer whose list is empty has no numbers, so nothing is taken over. Leave it out.", 3,
        ),
        Misconception(
            "in the old order", lambda saved, fresh: [name for name in saved if name in taken_by_name(saved, fresh)],
            "The right layers, in the old model's order. Give them in the order of the new one.", 3,
        ),
        Misconception(
            "what is left", lambda saved, fresh: [name for name in fresh if name not in taken_by_name(saved, fresh)],
            "These are the layers that start fresh. The others are wanted.", 1,
        ),
        Misconception(
            "until the first that differs", _until_the_first_that_differs,
            "It stops at the first layer that does not fit. Those behind it may fit again: go on.", 1,
        ),
    ),
    hints=(
        "Go through the new model's layers: for name, shapes in fresh.items().",
        "A layer takes over if saved has its name and saved[name] == shapes, the whole list.",
        "Leave out layers with an empty list. Collect the names in the order of fresh.",
    ),
    praise="With a loop of set_weights around it, this is how a new model starts with what an old one knew.",
    right_answers=(taken_by_name, taken_in_a_loop, taken_by_sets),
)  # fmt: skip
