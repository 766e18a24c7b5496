"""Question 4: which layers still hear the loss?"""

import numpy as np

from ..misconceptions import Misconception
from ..observe import as_value
from ..task import Task

_FACTORS = (
    [0.5], [0.05], [-0.5], [-0.05], [2.0], [0.5, 0.5], [0.05, 2.0], [2.0, 0.05], [0.2, 0.2], [-0.2, 0.2], [0.2, -0.2],
    [0.5, 0.1, 0.5], [4.0, 0.1, 0.1], [0.1, 0.1, 4.0], [4.0, 4.0, 0.05, 0.5], [0.5, 0.5, 0.5, 0.5], [-0.5, 0.5, 8.0, 0.05],
    [20.0, 0.05, 0.5, 0.1], [0.25] * 6, [-0.5] * 6, [0.5] * 5 + [3.0] * 3,
)  # fmt: skip


def _cases():
    return [{"factors": np.array(row), "limit": 0.1875} for row in _FACTORS]


def arriving(factors):
    """How much of a slope of 1 reaches each layer, first layer first."""
    return np.cumprod(factors[::-1])[::-1]


def _answer(factors, limit):
    return int(np.sum(abs(arriving(factors)) < limit))


def _running_total(factors, limit):
    return int(np.sum(abs(np.cumsum(factors[::-1])) < limit))


# Right answers, each written in another way.


def by_walking(factors, limit):
    slope, found = 1.0, 0
    for factor in reversed(factors.tolist()):
        slope *= factor
        if abs(slope) < limit:
            found += 1
    return found


def by_slices(factors, limit):
    return sum(bool(abs(np.prod(factors[i:])) < limit) for i in range(len(factors)))


VANISH = Task(
    name="layers_that_vanish",
    asks="how many layers hardly hear the loss",
    cell="q4-answer",
    arguments=("factors", "limit"),
    cases=_cases,
    reference=lambda case: as_value(_answer(**case)),
    observe=lambda returned, case: as_value(returned),
    allowed=lambda case: bool(np.isfinite(case["factors"]).all()),
    simple={"factors": (1.0, 0.5, 0.1)},
    misconceptions=(
        Misconception(
            "factors, not products", lambda factors, limit: int(np.sum(abs(factors) < limit)),
            "You looked at each factor alone. A slope passes through all layers behind it: multiply them.", 1,
        ),
        Misconception(
            "walked forwards", lambda factors, limit: int(np.sum(abs(np.cumprod(factors)) < limit)),
            "The product starts at the first layer. A slope comes from the loss: start at the last one.", 2,
        ),
        Misconception(
            "added, not multiplied", _running_total,
            "The factors are added here. Along one road slopes are multiplied.", 1,
        ),
        Misconception(
            "sign counted", lambda factors, limit: int(np.sum(arriving(factors) < limit)),
            "A slope of -5 is not small. Compare its size: abs(slope).", 3,
        ),
        Misconception(
            "the others counted", lambda factors, limit: int(np.sum(abs(arriving(factors)) >= limit)),
            "This counts the layers that do hear the loss.", 3,
        ),
        Misconception(
            "own factor left out", lambda factors, limit: int(np.sum(abs(np.append(arriving(factors)[1:], 1.0)) < limit)),
            "What arrives in front of a layer has passed the layer itself. Its own factor belongs to the product.", 2,
        ),
        Misconception(
            "yes or no", lambda factors, limit: int(abs(np.prod(factors)) < limit),
            "This says whether the first layer hears too little. Count all layers that do.", 3,
        ),
        Misconception(
            "everything before the first", lambda factors, limit: next(
                (len(factors) - i for i, s in enumerate(abs(arriving(factors)[::-1])) if s < limit), 0
            ),
            "Once a slope is small, you count all earlier layers. A later factor may be above 1 and make it large again: look at "
            "each.", 3,
        ),
    ),
    hints=(
        "Start with slope = 1 at the loss. Each layer multiplies it by its factor.",
        "Walk from the last layer to the first: reversed(factors). The slope after layer i is what reaches it.",
        "Count how often abs(slope) < limit.",
    ),
    praise="Six layers of 0.25 leave 0.0002. That is the whole mystery of deep networks that do not learn.",
    right_answers=(_answer, by_walking, by_slices),
)
