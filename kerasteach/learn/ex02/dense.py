"""Question 3: one link by hand."""

import numpy as np

from ... import layers, models
from ..misconceptions import Misconception
from ..observe import as_value
from ..shrink import smallest_first
from ..task import Task


def _draw(rng, batch, features, units):
    def halves(*shape):
        return rng.integers(-3, 4, shape) / 2

    return {"x": halves(batch, features), "kernel": halves(features, units), "bias": halves(units) + 0.25}


def _cases():
    one = smallest_first(_draw, each=24, batch=(1,), features=(1,), units=(1,))
    return [*one, *smallest_first(_draw, each=3, batch=(1, 2), features=(1, 2, 3), units=(1, 2, 3))]


def _reference(case):
    """What a chain of one link predicts."""
    features, units = case["kernel"].shape
    chain = models.Sequential([layers.Input((features,)), layers.Dense(units, activation="relu")])
    chain.set_weights([case["kernel"], case["bias"]])
    return as_value(chain.predict(case["x"], verbose=0))



# Right answers, each written in another way.


def dense_in_loops(x, kernel, bias):
    y = np.zeros((len(x), len(bias)))
    for b, sample in enumerate(x):
        for u in range(len(bias)):
            z = bias[u] + sum(value * weight for value, weight in zip(sample, kernel[:, u]))
            y[b, u] = max(z, 0)
    return y


def dense_by_einsum(x, kernel, bias):
    z = np.einsum("bf,fu->bu", x, kernel) + bias
    return np.where(z > 0, z, 0)


def dense_with_a_one(x, kernel, bias):
    z = np.hstack([x, np.ones((len(x), 1))]) @ np.vstack([kernel, bias])  # the bias as one more row
    return z * (z > 0)


DENSE = Task(
    name="dense",
    asks="what one link computes",
    cell="q3-answer",
    arguments=("x", "kernel", "bias"),
    cases=_cases,
    reference=_reference,
    observe=lambda returned, case: as_value(returned),
    misconceptions=(
        Misconception(
            "relu forgotten", lambda x, kernel, bias: x @ kernel + bias,
            "Sums, kernel and bias are right. The bend is missing: negative numbers become 0.", 3,
        ),
        Misconception(
            "bias forgotten", lambda x, kernel, bias: np.maximum(x @ kernel, 0),
            "The bias is missing. Without it a neuron can only cut through the origin.", 2,
        ),
        Misconception(
            "bias after the bend", lambda x, kernel, bias: np.maximum(x @ kernel, 0) + bias,
            "The bias is added after relu here. It belongs in front: the bias says where the bend is.", 3,
        ),
        Misconception(
            "bias subtracted", lambda x, kernel, bias: np.maximum(x @ kernel - bias, 0),
            "The bias is taken away here. It is added.", 2,
        ),
        Misconception(
            "bend before the sum", lambda x, kernel, bias: np.maximum(x, 0) @ kernel + bias,
            "relu bends what comes in here. It bends what goes out: first the sum, then relu.", 3,
        ),
        Misconception(
            "sign dropped", lambda x, kernel, bias: np.abs(x @ kernel + bias),
            "Negative sums become positive here, as with abs. relu makes them 0.", 3,
        ),
        Misconception(
            "bend upside down", lambda x, kernel, bias: np.minimum(x @ kernel + bias, 0),
            "This keeps the negative sums and cuts off the others. It is np.maximum(z, 0): the larger of z and 0.", 3,
        ),
        Misconception(
            "kernel transposed", lambda x, kernel, bias: np.maximum(x @ kernel.T + bias, 0),
            "The kernel lies the wrong way. It has a row for each number that comes in: x @ kernel, without .T.", 1,
        ),
        Misconception(
            "* for @", lambda x, kernel, bias: np.maximum(x * kernel + bias, 0),
            "`*` multiplies place by place. Each number that goes out is a sum over all that come in: that is `@`.", 1,
        ),
    ),
    hints=(
        "x is (batch, features), kernel is (features, units). x @ kernel sums over the features and is (batch, units).",
        "z = x @ kernel + bias. The bias (units,) is added to every row.",
        "np.maximum(z, 0) makes negative numbers 0.",
    ),
    praise="That is Dense, whole. Call it in a loop, each time with the next kernel, and you have Sequential.",
    right_answers=(dense_in_loops, dense_by_einsum, dense_with_a_one),
)
