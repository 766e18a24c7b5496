"""Question 3: back through a repeat."""

import numpy as np

from ..misconceptions import Misconception
from ..observe import as_value
from ..task import Task

_PAIRS = (  # from, to
    ((2,), (1,)), ((2,), ()), ((2,), (2,)), ((1, 2), (2,)), ((2, 1), (1,)), ((2, 2), (2,)), ((2, 2), (2, 1)), ((2, 2), (1, 2)),
    ((2, 3), (3,)), ((2, 3), (2, 1)), ((2, 3), (1, 3)), ((2, 3), ()), ((2, 3), (1, 1)), ((2, 3), (2, 3)), ((2, 2, 3), (2, 1)),
    ((2, 2, 3), (1, 3)), ((4, 2, 3), (3,)),
)  # fmt: skip


def _cases():
    # Sums that tell which numbers went in.
    return [{"g": np.array(2.0) ** np.arange(np.prod(wide)).reshape(wide), "shape": shape} for wide, shape in _PAIRS]


def _answer(g, shape):
    for _ in range(g.ndim - len(shape)):
        g = g.sum(axis=0)
    for axis, n in enumerate(shape):
        if n == 1:
            g = g.sum(axis=axis, keepdims=True)
    return g


def _mean(g, shape):
    return _answer(g, shape) * (np.prod(shape) / g.size)


def _first(g, shape):
    g = g[(0,) * (g.ndim - len(shape))]
    return g[tuple(slice(0, 1) if n == 1 else slice(None) for n in shape)]


def _new_axes_only(g, shape):
    return g.sum(axis=tuple(range(g.ndim - len(shape))))


def _ones_only(g, shape):
    lead = g.ndim - len(shape)
    return g.sum(axis=tuple(lead + i for i, n in enumerate(shape) if n == 1), keepdims=True)


def _axes_dropped(g, shape):
    g = g.sum(axis=tuple(range(g.ndim - len(shape))))
    return g.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1))


def _everything(g, shape):
    return np.full(shape, g.sum())


def _last_axes(g, shape):
    return g.sum(axis=tuple(range(len(shape), g.ndim)))


# Right answers, each written in another way.


def by_padding(g, shape):
    padded = (1,) * (g.ndim - len(shape)) + tuple(shape)
    repeated = tuple(i for i, n in enumerate(padded) if n == 1)
    return g.sum(axis=repeated, keepdims=True).reshape(shape)


def by_adding_up(g, shape):
    total = np.zeros(shape)
    place = np.broadcast_to(np.arange(total.size).reshape(shape), g.shape)
    np.add.at(total.reshape(-1), place.reshape(-1), g.reshape(-1))
    return total


UNBROADCAST = Task(
    name="unbroadcast",
    asks="back through a repeat",
    cell="q3-answer",
    arguments=("g", "shape"),
    cases=_cases,
    reference=lambda case: as_value(_answer(case["g"], case["shape"])),
    observe=lambda returned, case: as_value(returned),
    misconceptions=(
        Misconception(
            "averaged", _mean,
            "Repeats are averaged here. Each copy was used, so what they ask for is added.", 1,
        ),
        Misconception(
            "first copy only", _first,
            "Only the first copy counts here. All copies were used: add what they ask for.", 1,
        ),
        Misconception(
            "not summed", lambda g, shape: g,
            "g comes back as wide as it came. A slope has the shape of what it belongs to: `shape`.", 1,
        ),
        Misconception(
            "axes of length 1 forgotten", _new_axes_only,
            "New axes in front are summed, and axes of length 1 are not. (2, 1) was repeated, too, to become (2, 3).", 3,
        ),
        Misconception(
            "new axes forgotten", _ones_only,
            "Axes of length 1 are summed, and new axes in front are not. (3,) was repeated, too, to become (2, 3).", 2,
        ),
        Misconception(
            "axes of length 1 dropped", _axes_dropped,
            "The sums are right. An axis of length 1 must stay: keepdims=True.", 3,
        ),
        Misconception(
            "everything summed", _everything,
            "All numbers were added, also along axes that were not repeated. Sum only over repeats.", 2,
        ),
        Misconception(
            "summed over the wrong end", _last_axes,
            "Broadcasting adds axes in front, and here the last ones were summed.", 2,
        ),
    ),
    hints=(
        "What was copied on the way forward is added up on the way back. The result has shape `shape`.",
        "Axes in front that `shape` does not have: g.sum(axis=0), g.ndim - len(shape) times.",
        "Axes where `shape` has a 1: g.sum(axis=axis, keepdims=True).",
    ),
    praise="That is how a bias of 32 numbers gets its slopes from a batch of 1,437 rows.",
    right_answers=(_answer, by_padding, by_adding_up),
)
