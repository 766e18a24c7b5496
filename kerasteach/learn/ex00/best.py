"""Question 4: the epoch with the lowest loss on new bottles, read off a history."""

import numpy as np

from ..misconceptions import Misconception
from ..observe import as_value
from ..task import Task

_RUNS = (  # loss, val_loss
    ((1.0,), (2.0,)),
    ((1.0, 0.5), (2.0, 1.5)),
    ((1.0, 0.5), (1.5, 2.0)),
    ((1.0, 0.75, 0.5), (2.0, 1.0, 1.5)),
    ((0.5, 1.0, 0.75), (2.0, 1.5, 1.0)),
    ((1.5, 1.25, 1.0, 0.75), (1.5, 0.5, 0.75, 2.0)),
)


def _cases():
    return [{"history": {"loss": list(loss), "val_loss": list(val_loss)}} for loss, val_loss in _RUNS]


def _answer(name="val_loss", choose=min, start=1):
    def best_epoch(history):
        losses = history[name]
        return losses.index(choose(losses)) + start

    return best_epoch


# Right answers, each written in another way.


def epoch_by_argmin(history):
    return np.argmin(history["val_loss"]) + 1


def epoch_in_a_loop(history):
    best, lowest = None, float("inf")
    for epoch, loss in enumerate(history["val_loss"], start=1):
        if loss < lowest:
            best, lowest = epoch, loss
    return best


BEST = Task(
    name="best_epoch",
    asks="after which epoch the model was best on new data",
    cell="q4-answer",
    arguments=("history",),
    cases=_cases,
    reference=lambda case: as_value(_answer()(case["history"])),
    observe=lambda returned, case: as_value(returned),
    misconceptions=(
        Misconception(
            "counted from 0", _answer(start=0),
            "Python counts from 0, epochs are counted from 1. Add 1.", 2,
        ),
        Misconception(
            "training loss", _answer(name="loss"),
            "This looks at 'loss', on the bottles it trains on. How good it is on new ones, 'val_loss' says.", 1,
        ),
        Misconception(
            "highest loss", _answer(choose=max),
            "This is the epoch with the highest loss. A loss says how wrong the model is: low is good.", 1,
        ),
        Misconception(
            "last epoch", lambda history: len(history["val_loss"]),
            "This is the last epoch. Longer is not always better: look for the lowest val_loss.", 1,
        ),
        Misconception(
            "loss, not epoch", lambda history: min(history["val_loss"]),
            "This is the lowest loss itself. After which epoch was it?", 2,
        ),
        Misconception(
            "training loss, counted from 0", _answer(name="loss", start=0),
            "Two things at once: 'loss' is the one of the training, take 'val_loss'; and epochs are counted from 1.", 2,
        ),
    ),
    hints=(
        "history['val_loss'] is a list with one number an epoch: the loss on bottles that the model does not train on. Low is good.",
        "np.argmin says where the lowest one is. It counts from 0, epochs are counted from 1.",
        "return np.argmin(history['val_loss']) + 1",
    ),
    praise="You have read your first learning curve. Lesson 8 has much to say about such epochs.",
    right_answers=(_answer(), epoch_by_argmin, epoch_in_a_loop),
)  # fmt: skip
