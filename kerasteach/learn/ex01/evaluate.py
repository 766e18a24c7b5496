"""Question 3: the loss that `model.evaluate` reports, by hand."""

import numpy as np

from ...losses import BinaryCrossentropy
from ..misconceptions import Misconception
from ..observe import as_value
from ..shrink import smallest_first
from ..task import Task

_SURE = 1e-7  # Keras keeps probabilities this far from 0 and 1


def _clipped(p):
    return np.clip(p, _SURE, 1 - _SURE)


def surprise(y, p):
    """The loss of each sample."""
    return -(y * np.log(_clipped(p)) + (1 - y) * np.log(1 - _clipped(p)))


def _draw(rng, batch):
    y = rng.integers(0, 2, (batch, 1)).astype(float)
    p = rng.integers(1, 10, (batch, 1)) / 10
    return {"y": y, "p": p}


def _draw_sure(rng, batch):
    """Cases with a model that is sure: p is 0 or 1 somewhere."""
    case = _draw(rng, batch)
    case["p"][0] = rng.integers(0, 2) * case["y"][0]
    return case


def _cases():
    return smallest_first(_draw, each=4, batch=(1, 2, 3, 4)) + smallest_first(_draw_sure, each=4, batch=(1, 2, 3))


def _allowed(case):
    """0 or 1 labels, and no sure p = 1 that is wrong: in float32 Keras cannot tell 1 - 1e-7 from 1 - 1.2e-7."""
    y, p = case["y"], case["p"]
    return bool(np.isin(y, (0, 1)).all() and ((p >= 0) & (p <= 1)).all() and not ((p == 1) & (y == 0)).any())


# Right answers, each written in another way.


def loss_with_where(y, p):
    return np.where(y == 1, -np.log(p + 1e-7), -np.log(1 - p + 1e-7)).mean()


def loss_in_a_loop(y, p):
    total = 0.0
    for label, probability in zip(y.ravel(), p.ravel()):
        probability = min(max(probability, 1e-7), 1 - 1e-7)
        total -= np.log(probability if label else 1 - probability)
    return total / len(y)


def loss_of_the_true_class(y, p):
    right = np.clip(np.abs(y + p - 1), 1e-7, 1)
    return -np.log(right).sum() / y.size



EVALUATE = Task(
    name="binary_crossentropy",
    asks="the loss that evaluate reports",
    cell="q3-answer",
    arguments=("y", "p"),
    cases=_cases,
    reference=lambda case: as_value(BinaryCrossentropy()(case["y"], case["p"])),
    observe=lambda returned, case: as_value(returned),
    allowed=_allowed,
    simple={"y": (1.0,), "p": (0.5,)},
    misconceptions=(
        Misconception(
            "minus forgotten", lambda y, p: -np.mean(surprise(y, p)),
            "The logarithm of a probability is negative, and a loss has to fall towards 0. Put a minus in front.", 1,
        ),
        Misconception(
            "sum instead of mean", lambda y, p: np.sum(surprise(y, p)),
            "This grows with the number of samples. evaluate reports the mean over them.", 2,
        ),
        Misconception(
            "mean forgotten", surprise,
            "These are the losses of the samples, one number each. evaluate reports one number: their mean.", 2,
        ),
        Misconception(
            "zeros forgotten", lambda y, p: np.mean(-y * np.log(_clipped(p))),
            "Samples with y = 0 cost nothing here, so a model that always says 1 would be perfect. They cost "
            "-log(1 - p).", 1,
        ),
        Misconception(
            "labels and predictions swapped", lambda y, p: np.mean(surprise(p, y)),
            "The logarithm is taken of the labels. Take it of p; the labels pick which logarithm counts.", 1,
        ),
        Misconception(
            "logarithm to base 2", lambda y, p: np.mean(surprise(y, p)) / np.log(2),
            "Keras takes the natural logarithm, np.log. With p = 0.5 the loss is 0.6931, not 1.", 1,
        ),
        Misconception(
            "logarithm to base 10", lambda y, p: np.mean(surprise(y, p)) / np.log(10),
            "Keras takes the natural logarithm, np.log. With p = 0.5 the loss is 0.6931, not 0.3010.", 1,
        ),
        Misconception(
            "squared error", lambda y, p: np.mean((y - p) ** 2),
            "This is the mean squared error, a loss for numbers. It never passes 1, however sure and wrong the model is.", 1,
        ),
        Misconception(
            "accuracy, not loss", lambda y, p: np.mean((p > 0.5) == y),
            "This is the share of right answers. The loss also counts how sure the model was.", 1,
        ),
        Misconception(
            "logarithm of 0", lambda y, p: np.mean(-(y * np.log(p) + (1 - y) * np.log(1 - p))),
            "np.log(0) is -inf, and 0 * -inf is nan: one sure prediction spoils the mean. Clip p first.", 3,
        ),
    ),
    hints=(
        "A sample with y = 1 costs -np.log(p). A sample with y = 0 costs -np.log(1 - p). In one line: "
        "-(y * np.log(p) + (1 - y) * np.log(1 - p)).",
        "Take the mean over all samples: np.mean.",
        "Before the logarithm: p = np.clip(p, 1e-7, 1 - 1e-7), as Keras does.",
    ),
    praise="A model that always says 0.5 scores 0.6931. Compare your model with that number, not with 0.",
    right_answers=(loss_with_where, loss_in_a_loop, loss_of_the_true_class),
)
