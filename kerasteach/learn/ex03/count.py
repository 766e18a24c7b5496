"""Question 5: which boxes a model has, and how many numbers they hold."""

import copy

from ..misconceptions import Misconception
from ..observe import as_value
from ..task import Task

MACHINE = {  # the lesson's
    "first": [],
    "second": [],
    "reader": ["first", "second"],
    "difference": ["reader", "reader"],
    "larger": ["difference"],
    "sum": ["reader", "reader"],
}
SIZES = {"reader": 6581, "larger": 2}


def _case(output, **reads):
    """Boxes by the boxes they read from; the nth box has 10^n + n numbers, so that a total tells which were counted."""
    return {"reads": reads, "sizes": {box: 10**n + n for n, box in enumerate(reads)}, "output": output}


def _cases():
    lesson = [{"reads": MACHINE, "sizes": {box: SIZES.get(box, 0) for box in MACHINE}, "output": end} for end in MACHINE]
    return [
        _case("a", a=[]),
        _case("b", a=[], b=["a"]),
        _case("a", a=[], b=["a"]),
        _case("b", a=[], b=["a", "a"]),
        _case("c", a=[], b=["a"], c=["b"]),
        _case("c", a=[], b=["a"], c=["a"]),
        _case("c", a=[], b=["a"], c=["a", "b"]),
        _case("d", a=[], b=["a"], c=["a"], d=["b", "c"]),
        _case("d", d=["c", "c"], c=["b", "b"], b=["a"], a=[], e=["d", "a"]),
        *copy.deepcopy(lesson),  # an answer may write into what it is given
    ]


def _needed(reads, output):
    """The boxes that lead to one, itself included."""
    found, waiting = set(), [output]
    while waiting:
        box = waiting.pop()
        if box not in found:
            found.add(box)
            waiting += reads[box]
    return found


def count_all(reads, sizes, output):
    """The answer, written out."""
    return sum(sizes[box] for box in _needed(reads, output))


def _per_road(reads, sizes, output):
    return sizes[output] + sum(_per_road(reads, sizes, box) for box in reads[output])


def _per_arrow(reads, sizes, output):
    kept = _needed(reads, output)
    return sizes[output] + sum(sizes[box] for reader in kept for box in reads[reader])


def _first_arrow(reads, sizes, output):
    total = sizes[output]
    while reads[output]:
        output = reads[output][0]
        total += sizes[output]
    return total


def _forwards(reads, sizes, output):
    found, grown = {output}, True
    while grown:
        more = {box for box, sources in reads.items() if found & set(sources)} - found
        found, grown = found | more, bool(more)
    return sum(sizes[box] for box in found)


# Right answers, each written in another way.


def count_recursively(reads, sizes, output):
    seen = set()

    def visit(box):
        if box in seen:
            return 0
        seen.add(box)
        return sizes[box] + sum(map(visit, reads[box]))

    return visit(output)


def count_by_growing(reads, sizes, output):
    kept = {output}
    for _ in reads:
        kept = kept.union(*(reads[box] for box in kept))
    return sum(size for box, size in sizes.items() if box in kept)


COUNT = Task(
    name="count_params",
    asks="which boxes a model keeps, and what they hold",
    cell="q5-answer",
    arguments=("reads", "sizes", "output"),
    cases=_cases,
    reference=lambda case: as_value(count_all(**case)),
    observe=lambda returned, case: as_value(returned),
    misconceptions=(
        Misconception(
            "counted once a road", _per_road,
            "A box is counted once for every road that leads to it. It exists once: remember which boxes you have seen.", 2,
        ),
        Misconception(
            "counted once an arrow", _per_arrow,
            "A box is counted once for every arrow that leaves it. Calling a box twice makes no new numbers: count boxes, not arrows.", 2,
        ),
        Misconception(
            "everything counted", lambda reads, sizes, output: sum(sizes.values()),
            "Boxes that do not lead to the output are counted, too. Model walks back from the output and keeps only what it "
            "meets.", 1,
        ),
        Misconception(
            "output's neighbours only", lambda reads, sizes, output: sizes[output] + sum(sizes[box] for box in set(reads[output])),
            "The walk stops after one step. Those boxes read from other boxes: go on until there are none.", 3,
        ),
        Misconception(
            "output left out", lambda reads, sizes, output: count_all(reads, sizes, output) - sizes[output],
            "The output's own box is missing. It has numbers, too.", 1,
        ),
        Misconception(
            "output only", lambda reads, sizes, output: sizes[output],
            "This is the output's own box alone. Everything it reads from belongs to the model.", 1,
        ),
        Misconception(
            "boxes, not numbers", lambda reads, sizes, output: len(_needed(reads, output)),
            "This is how many boxes there are. Add up their sizes.", 1,
        ),
        Misconception(
            "first arrow only", _first_arrow,
            "Where a box reads from two others, only the first one is followed. Follow all of reads[box].", 3,
        ),
        Misconception(
            "walked forwards", _forwards,
            "This walks with the arrows, to all that the output leads to. Walk against them: reads[box] is where a box comes from.", 1,
        ),
    ),
    hints=(
        "Start at the output and walk backwards: reads[box] lists the boxes a box reads from. Add up sizes[box] on the way.",
        "Keep a set of boxes you have seen, and count a box only when it is new.",
        "waiting = [output]; while waiting: box = waiting.pop(); if it is not in seen: add it, and waiting += reads[box].",
    ),
    praise="That walk is what Model(inputs, outputs) does. It is why a shared box counts once, and why a model can be cut anywhere.",
    right_answers=(count_all, count_recursively, count_by_growing),
)
