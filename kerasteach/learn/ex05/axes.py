"""Question 5: channels that come first."""

import numpy as np

from ... import layers
from ..misconceptions import Misconception
from ..observe import as_value
from ..shrink import smallest_first
from ..task import Task


def _draw(rng, batch, channels, height, width):
    size = batch * channels * height * width
    return {"x": rng.permutation(size).reshape(batch, channels, height, width) + 1.0}


def _cases():
    return smallest_first(_draw, each=1, batch=(1, 2), channels=(1, 2, 3), height=(1, 2), width=(1, 2, 4))


def _reference(case):
    """What Keras's own layer for this does."""
    return as_value(layers.Permute((2, 3, 1))(case["x"]))


def _turned(*order):
    return lambda x: x.transpose(order)


# Right answers, each written in another way.


def last_by_moving(x):
    return np.moveaxis(x, 1, -1)


def last_by_stacking(x):
    return np.stack([x[:, c] for c in range(x.shape[1])], axis=-1)


def last_by_einsum(x):
    return np.einsum("bchw->bhwc", x)


AXES = Task(
    name="channels_last",
    asks="the same pictures, axes in another order",
    cell="q5-answer",
    arguments=("x",),
    cases=_cases,
    reference=_reference,
    observe=lambda returned, case: as_value(returned),
    misconceptions=(
        Misconception(
            "reshaped", lambda x: x.reshape(x.shape[0], x.shape[2], x.shape[3], x.shape[1]),
            "The shape is right and the pictures are not: reshape keeps the order of the numbers and only breaks lines. Axes have to change "
            "places: transpose.", 1,
        ),
        Misconception(
            "rows and columns swapped", _turned(0, 3, 2, 1),
            "Channels are last. But rows have become columns: every picture lies on its side. Height comes before width.", 2,
        ),
        Misconception(
            "other way round", _turned(0, 3, 1, 2),
            "This is the way from channels last to channels first. You want the other direction.", 2,
        ),
        Misconception(
            "neighbours swapped", _turned(0, 2, 1, 3),
            "Channels have moved one place only, and stand between height and width. They have to go past both.", 2,
        ),
        Misconception(
            "everything turned over", lambda x: x.T,
            ".T turns the order of all axes over, the batch included. The batch stays first.", 2,
        ),
        Misconception(
            "batch moved", lambda x: np.moveaxis(x, 0, -1),
            "The batch has moved to the end. It is axis 0 and stays there; channels are axis 1.", 2,
        ),
        Misconception(
            "as it came", lambda x: x,
            "Nothing has moved: channels are still axis 1.", 1,
        ),
        Misconception(
            "one picture only", lambda x: x[0].transpose(1, 2, 0),
            "This turns the first picture. The batch is to be turned as a whole.", 3,
        ),
        Misconception(
            "one channel only", lambda x: x[:, 0],
            "Only the first channel is left. Colours have three.", 3,
        ),
    ),
    hints=(
        "Axes have to change places, so it is a transpose, not a reshape.",
        "x.transpose(a, b, c, d) says for each new axis which old one it was. Old: batch 0, channels 1, height 2, width 3.",
        "New: batch 0, height 2, width 3, channels 1. So x.transpose(0, 2, 3, 1).",
    ),
    praise="That is how pictures from Torch come to Keras. Look at one of them afterwards, all the same.",
    right_answers=(last_by_moving, last_by_stacking, last_by_einsum),
)
