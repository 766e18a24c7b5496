"""Question 2: the one number that training pushes down when there are two outputs."""

import numpy as np

from ...losses import BinaryCrossentropy, MeanSquaredError
from ..misconceptions import Misconception
from ..observe import as_value
from ..shrink import smallest_first
from ..task import Task


def _draw(rng, batch):
    return {
        "y_sum": rng.integers(0, 5, (batch, 1)).astype(float),
        "p_sum": rng.integers(0, 9, (batch, 1)) / 2 + 0.25,
        "y_larger": rng.integers(0, 2, (batch, 1)).astype(float),
        "p_larger": rng.integers(1, 10, (batch, 1)) / 10,
        "sum_weight": float(rng.choice([0.5, 2.0])),
        "larger_weight": float(rng.choice([3.0, 5.0])),
    }


def _cases():
    return smallest_first(_draw, each=4, batch=(1, 2, 3, 5))


def _allowed(case):
    labels, p = case["y_larger"], case["p_larger"]
    return bool(np.isin(labels, (0, 1)).all() and ((p > 0) & (p < 1)).all())


def squared(y, p):
    """The sum's loss of each pair."""
    return (y - p) ** 2


def surprise(y, p):
    """The comparison's loss of each pair."""
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


def _reference(case):
    a = as_value(MeanSquaredError()(case["y_sum"], case["p_sum"]))
    b = as_value(BinaryCrossentropy()(case["y_larger"], case["p_larger"]))
    return as_value(case["sum_weight"] * a + case["larger_weight"] * b)


def _of(rule):
    """An answer made of a rule for the two losses and the two weights."""

    def total_loss(y_sum, p_sum, y_larger, p_larger, sum_weight, larger_weight):
        return rule(np.mean(squared(y_sum, p_sum)), np.mean(surprise(y_larger, p_larger)), sum_weight, larger_weight)

    return total_loss


def _sums(y_sum, p_sum, y_larger, p_larger, sum_weight, larger_weight):
    return sum_weight * np.sum(squared(y_sum, p_sum)) + larger_weight * np.sum(surprise(y_larger, p_larger))


def _not_reduced(y_sum, p_sum, y_larger, p_larger, sum_weight, larger_weight):
    return sum_weight * squared(y_sum, p_sum) + larger_weight * surprise(y_larger, p_larger)


def _squared_both(y_sum, p_sum, y_larger, p_larger, sum_weight, larger_weight):
    return sum_weight * np.mean(squared(y_sum, p_sum)) + larger_weight * np.mean(squared(y_larger, p_larger))


def _absolute(y_sum, p_sum, y_larger, p_larger, sum_weight, larger_weight):
    return sum_weight * np.mean(abs(y_sum - p_sum)) + larger_weight * np.mean(surprise(y_larger, p_larger))


# Right answers, each written in another way.


def total_in_a_loop(y_sum, p_sum, y_larger, p_larger, sum_weight, larger_weight):
    total = 0.0
    for s, p, label, q in zip(y_sum.ravel(), p_sum.ravel(), y_larger.ravel(), p_larger.ravel()):
        total += sum_weight * (s - p) ** 2 - larger_weight * np.log(q if label else 1 - q)
    return total / len(y_sum)


def total_of_the_mean_pair(*arguments):
    return np.mean(_not_reduced(*arguments))


def total_as_a_product(y_sum, p_sum, y_larger, p_larger, sum_weight, larger_weight):
    error = y_sum - p_sum
    right = abs(y_larger + p_larger - 1)
    losses = [(error.T @ error).item() / len(error), -np.log(right).sum() / right.size]
    return float(np.dot([sum_weight, larger_weight], losses))


TOTAL = Task(
    name="total_loss",
    asks="the one number that fit pushes down",
    cell="q2-answer",
    arguments=("y_sum", "p_sum", "y_larger", "p_larger", "sum_weight", "larger_weight"),
    cases=_cases,
    reference=_reference,
    observe=lambda returned, case: as_value(returned),
    allowed=_allowed,
    simple={"y_larger": (1.0,), "p_larger": (0.5,)},
    misconceptions=(
        Misconception(
            "weights ignored", _of(lambda a, b, v, w: a + b),
            "Both losses count once here. Multiply each by its weight before you add.", 2,
        ),
        Misconception(
            "weights swapped", _of(lambda a, b, v, w: w * a + v * b),
            "Each weight sits on the other one's loss. sum_weight belongs to the squared error.", 2,
        ),
        Misconception(
            "weights made to sum to 1", _of(lambda a, b, v, w: (v * a + w * b) / (v + w)),
            "This is a weighted average: doubling both weights changes nothing. Keras adds; doubling both weights doubles every "
            "step.", 2,
        ),
        Misconception(
            "mean over the outputs", _of(lambda a, b, v, w: (v * a + w * b) / 2),
            "This is half of it. The losses of the outputs are added, not averaged; only the batch is averaged.", 2,
        ),
        Misconception(
            "weight inside the square", _of(lambda a, b, v, w: v * v * a + w * b),
            "The weight was squared with the error. Square first, then weigh.", 1,
        ),
        Misconception(
            "sum over the batch", _sums,
            "This grows with the number of pairs. Each loss is a mean over the batch.", 3,
        ),
        Misconception(
            "not reduced", _not_reduced,
            "These are the losses of the pairs, one number each. fit needs one number: take the mean.", 3,
        ),
        Misconception(
            "squared error for both", _squared_both,
            "larger is a probability; its loss is binary cross-entropy, not a squared error.", 1,
        ),
        Misconception(
            "absolute error", _absolute,
            "This takes the absolute error of the sum. That is the metric, mae; the loss is mse, the squared one.", 1,
        ),
        Misconception(
            "one output only", _of(lambda a, b, v, w: v * a),
            "The comparison is missing, so its head would never learn.", 2,
        ),
    ),
    hints=(
        "The sum's loss of a pair is (y_sum - p_sum) ** 2. The comparison's is -log(p_larger) if y_larger is 1, and "
        "-log(1 - p_larger) if it is 0.",
        "total = sum_weight * (mean of the first) + larger_weight * (mean of the second).",
        "np.mean takes the mean over the batch. The result is one number.",
    ),
    praise="Two losses become one number. Its gradient is the same sum: every weight in the trunk hears both questions.",
    right_answers=(total_in_a_loop, total_of_the_mean_pair, total_as_a_product),
)
