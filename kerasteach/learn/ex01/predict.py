"""Question 2: the numbers `model.predict` returns, by hand."""

import numpy as np

from ..misconceptions import Misconception
from ..observe import as_value
from ..task import Task
from .model import draw_unlabeled, join, loaded_model, model_cases, moderate, relu, sigmoid, sums


def forward(x1, x2, kernel, bias, out_kernel, out_bias):
    """The model, written out."""
    return sigmoid(relu(sums(x1, x2, kernel, bias)) @ out_kernel + out_bias)  # (batch, 1)


def _no_relu(x1, x2, kernel, bias, out_kernel, out_bias):
    return sigmoid(sums(x1, x2, kernel, bias) @ out_kernel + out_bias)


def _no_sigmoid(x1, x2, kernel, bias, out_kernel, out_bias):
    return relu(sums(x1, x2, kernel, bias)) @ out_kernel + out_bias


def _softmax(x1, x2, kernel, bias, out_kernel, out_bias):
    return np.ones((len(x1), 1))


def _no_bias(x1, x2, kernel, bias, out_kernel, out_bias):
    return forward(x1, x2, kernel, 0 * bias, out_kernel, 0 * out_bias)


def _bias_after_relu(x1, x2, kernel, bias, out_kernel, out_bias):
    return sigmoid(join(relu(x1 @ kernel) + bias, relu(x2 @ kernel) + bias) @ out_kernel + out_bias)


def _swapped(x1, x2, kernel, bias, out_kernel, out_bias):
    return forward(x2, x1, kernel, bias, out_kernel, out_bias)


def _first_twice(x1, x2, kernel, bias, out_kernel, out_bias):
    return forward(x1, x1, kernel, bias, out_kernel, out_bias)


def _transposed(x1, x2, kernel, bias, out_kernel, out_bias):
    return forward(x1, x2, kernel.T, bias, out_kernel, out_bias)


def _not_side_by_side(x1, x2, kernel, bias, out_kernel, out_bias):
    h = relu(np.concatenate([x1 @ kernel + bias, x2 @ kernel + bias]))  # (2 * batch, units)
    return sigmoid(h @ out_kernel + out_bias)


# Right answers, each written in another way.


def forward_in_a_loop(x1, x2, kernel, bias, out_kernel, out_bias):
    p = []
    for a, b in zip(x1, x2):
        h = [max(0.0, z) for z in [*(a @ kernel + bias), *(b @ kernel + bias)]]
        p.append([1 / (1 + np.exp(-sum(w * v for w, v in zip(out_kernel[:, 0], h)) - out_bias[0]))])
    return p  # a list will do


def forward_in_halves(x1, x2, kernel, bias, out_kernel, out_bias):
    first, second = np.split(out_kernel, 2)
    score = np.maximum(0, x1.dot(kernel) + bias) @ first + np.maximum(0, x2.dot(kernel) + bias) @ second
    return np.exp(score + out_bias) / (1 + np.exp(score + out_bias))


def forward_as_one_batch(x1, x2, kernel, bias, out_kernel, out_bias):
    z = np.vstack([x1, x2]) @ kernel + bias
    h = np.hstack(np.split(np.where(z > 0, z, 0), 2))
    return (0.5 * (1 + np.tanh((h @ out_kernel + out_bias) / 2))).astype("float32")



PREDICT = Task(
    name="forward",
    asks="what predict computes",
    cell="q2-answer",
    arguments=("x1", "x2", "kernel", "bias", "out_kernel", "out_bias"),
    cases=lambda: model_cases(draw_unlabeled, moderate),
    reference=lambda case: as_value(loaded_model(case)([case["x1"], case["x2"]])),
    observe=lambda returned, case: as_value(returned),
    allowed=moderate,
    misconceptions=(
        Misconception(
            "ReLU forgotten", _no_relu,
            "The shared layer has activation='relu': negative sums must become 0 before they are joined.", 1,
        ),
        Misconception(
            "sigmoid forgotten", _no_sigmoid,
            "This is the score before the last activation. It can be any number; a probability lies between 0 and 1.", 1,
        ),
        Misconception(
            "softmax on one unit", _softmax,
            "Softmax makes a row sum to 1. This row has one number, so it is always 1. One unit needs a sigmoid.", 1,
        ),
        Misconception(
            "bias forgotten", _no_bias,
            "A Dense layer adds its bias after the product. Both layers have one.", 1,
        ),
        Misconception(
            "bias after the ReLU", _bias_after_relu,
            "The bias is part of the sum. Add it first, then apply the ReLU.", 1,
        ),
        Misconception(
            "branches swapped", _swapped,
            "The first half of out_kernel belongs to x1, the second half to x2. Join h1 first, then h2.", 2,
        ),
        Misconception(
            "first input twice", _first_twice,
            "x2 changes nothing here. The kernel is shared, the data is not: one branch is for x1, one for x2.", 2,
        ),
        Misconception(
            "kernel transposed", _transposed,
            "kernel has shape (features, units), so x @ kernel has shape (batch, units). No .T is needed.", 1,
        ),
        Misconception(
            "halves not side by side", _not_side_by_side,
            "out_kernel has 2 * units rows, so each sample needs h1 and h2 side by side. h1 + h2 has only `units` columns; "
            "np.concatenate without axis=1 puts h2 below h1.", 2,
        ),
    ),
    hints=(
        "Three steps. Each branch: ReLU of x @ kernel + bias, with the same kernel and bias. Then join. Then the sigmoid of "
        "joined @ out_kernel + out_bias.",
        "Join with np.concatenate([h1, h2], axis=1): from two arrays (batch, units) to one (batch, 2 * units).",
        "ReLU is np.maximum(z, 0). Sigmoid is 1 / (1 + np.exp(-score)). The result has shape (batch, 1).",
    ),
    praise="This is all that predict does: two products with one kernel, a join, one more product.",
    right_answers=(forward_in_a_loop, forward_in_halves, forward_as_one_batch),
)
