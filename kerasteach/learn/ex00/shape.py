"""Question 3: the shape of what a Dense layer gives."""

from ..misconceptions import Misconception
from ..task import Task


def _cases():
    return [{"batch": b, "features": f, "units": u} for b, f, u in ((1, 2, 3), (4, 2, 8), (5, 13, 1), (60, 64, 10))]


def _observe(returned, case):
    if isinstance(returned, (tuple, list)):
        return tuple(returned)
    return "None" if returned is None else f"an object of type {type(returned).__name__}"


# Right answers, each written in another way.


def shape_plain(batch, features, units):
    return (batch, units)


def shape_by_replacing(batch, features, units):
    shape = [batch, features]
    shape[-1] = units
    return tuple(shape)


def shape_by_numpy(batch, features, units):
    import numpy as np

    return (np.zeros((batch, features)) @ np.zeros((features, units))).shape


SHAPE = Task(
    name="output_shape",
    asks="the shape of what a Dense layer gives",
    cell="q3-answer",
    arguments=("batch", "features", "units"),
    cases=_cases,
    reference=lambda case: shape_plain(**case),
    observe=_observe,
    misconceptions=(
        Misconception(
            "the input's shape", lambda batch, features, units: (batch, features),
            "This is the shape of what comes in. What goes out has a number for each unit.", 1,
        ),
        Misconception(
            "the kernel's shape", lambda batch, features, units: (features, units),
            "This is the shape of the layer's weights. It is the same however many bottles come: there is no batch in it.", 2,
        ),
        Misconception(
            "batch forgotten", lambda batch, features, units: (units,),
            "This is the answer for one bottle. Each bottle of the batch gets one: the batch stands first.", 2,
        ),
        Misconception(
            "turned round", lambda batch, features, units: (units, batch),
            "The batch stands first: a row for each bottle.", 2,
        ),
        Misconception(
            "all three", lambda batch, features, units: (batch, features, units),
            "The features are summed up in each unit, so they are gone afterwards: two axes, not three.", 1,
        ),
        Misconception(
            "how many, not which shape", lambda batch, features, units: batch * units,
            "This is how many numbers there are. A shape says how they are arranged: a tuple, (..., ...).", 3,
        ),
    ),
    hints=(
        "Every unit gives one number for each bottle. How many bottles, how many units?",
        "Axis 0 is the batch: a row for each bottle. In a row, a number for each unit.",
        "return (batch, units)",
    ),
    praise="The batch stays, the features become units. With this you can read nine shape errors out of ten.",
    right_answers=(shape_plain, shape_by_replacing, shape_by_numpy),
)  # fmt: skip
