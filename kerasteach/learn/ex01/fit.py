"""Question 4: the gradient with which `model.fit` changes the shared kernel, by hand."""

import numpy as np

from ..misconceptions import Misconception
from ..observe import as_value
from ..task import Task
from .model import draw, join, loaded_model, model_cases, relu, sigmoid, smooth


def what_fit_subtracts(case):
    """Return the shared kernel's gradient, seen from outside: one step with learning rate 1 subtracts it."""
    model = loaded_model(case)
    model.train_on_batch([case["x1"], case["x2"]], case["y"])
    return as_value(case["kernel"] - model.get_weights()[0])


def _branches(x1, x2, y, kernel, bias, out_kernel, out_bias):
    """What arrives at the sums of each branch; `(batch, units)` twice."""
    z1, z2 = x1 @ kernel + bias, x2 @ kernel + bias
    p = sigmoid(join(relu(z1), relu(z2)) @ out_kernel + out_bias)
    units = kernel.shape[1]
    g = (p - y) / len(y)  # (batch, 1), at the score
    return g @ out_kernel[:units].T * (z1 > 0), g @ out_kernel[units:].T * (z2 > 0)


def kernel_gradient(x1, x2, *rest):
    """The gradient, written out."""
    g1, g2 = _branches(x1, x2, *rest)
    return x1.T @ g1 + x2.T @ g2  # (features, units)


def _overwritten(x1, x2, *rest):
    return x2.T @ _branches(x1, x2, *rest)[1]


def _first_only(x1, x2, *rest):
    return x1.T @ _branches(x1, x2, *rest)[0]


def _averaged(x1, x2, *rest):
    return kernel_gradient(x1, x2, *rest) / 2


def _no_batch_mean(x1, x2, y, *rest):
    return kernel_gradient(x1, x2, y, *rest) * len(y)


def _transposed(*arguments):
    return kernel_gradient(*arguments).T


def _uphill(*arguments):
    return -kernel_gradient(*arguments)


def _inputs_summed(x1, x2, *rest):
    g1, g2 = _branches(x1, x2, *rest)
    return (x1 + x2).T @ (g1 + g2)


def _crossed(x1, x2, *rest):
    g1, g2 = _branches(x1, x2, *rest)
    return x2.T @ g1 + x1.T @ g2


def _no_relu(x1, x2, y, kernel, bias, out_kernel, out_bias):
    p = sigmoid(join(relu(x1 @ kernel + bias), relu(x2 @ kernel + bias)) @ out_kernel + out_bias)
    g = join(x1, x2).T @ ((p - y) / len(y))  # (2 * features, 1)
    first, second = np.split(out_kernel, 2)
    return g[: len(kernel)] @ first.T + g[len(kernel) :] @ second.T


def _sigmoid_twice(x1, x2, y, kernel, bias, out_kernel, out_bias):
    p = sigmoid(join(relu(x1 @ kernel + bias), relu(x2 @ kernel + bias)) @ out_kernel + out_bias)
    softened = p - (p - y) * p * (1 - p)  # stands in for y, so that p - softened is what this mistake sends back
    return kernel_gradient(x1, x2, softened, kernel, bias, out_kernel, out_bias)


def _same_half(x1, x2, y, kernel, bias, out_kernel, out_bias):
    z1, z2 = x1 @ kernel + bias, x2 @ kernel + bias
    p = sigmoid(join(relu(z1), relu(z2)) @ out_kernel + out_bias)
    g = (p - y) / len(y) @ out_kernel[: kernel.shape[1]].T
    return x1.T @ (g * (z1 > 0)) + x2.T @ (g * (z2 > 0))


# Right answers, each written in another way.


def at_the_sums(x1, x2, y, kernel, bias, out_kernel, out_bias):
    z = np.hstack([x1 @ kernel + bias, x2 @ kernel + bias])
    p = 1 / (1 + np.exp(-(np.maximum(z, 0) @ out_kernel + out_bias)))
    return np.hsplit((p - y) @ out_kernel.T * (z > 0) / len(y), 2)


def gradient_stacked(x1, x2, *rest):
    return np.vstack([x1, x2]).T @ np.vstack(at_the_sums(x1, x2, *rest))


def gradient_accumulated(x1, x2, *rest):
    total = 0
    for x, g in zip((x1, x2), at_the_sums(x1, x2, *rest)):
        total += np.einsum("bf,bu->fu", x, g)
    return total


def gradient_per_sample(x1, x2, *rest):
    g1, g2 = at_the_sums(x1, x2, *rest)
    return sum(np.outer(a, g) + np.outer(b, h) for a, g, b, h in zip(x1, g1, x2, g2))



FIT = Task(
    name="kernel_gradient",
    asks="the gradient that fit uses",
    cell="q4-answer",
    arguments=("x1", "x2", "y", "kernel", "bias", "out_kernel", "out_bias"),
    cases=lambda: model_cases(draw, smooth),
    reference=what_fit_subtracts,
    observe=lambda returned, case: as_value(returned),
    allowed=smooth,
    simple={"y": (1.0,)},
    misconceptions=(
        Misconception(
            "gradient overwritten", _overwritten,
            "Only the second branch counts here: its gradient has replaced the first one's. The kernel was used twice, so "
            "its gradient is the sum of both.", 1,
        ),
        Misconception(
            "first branch only", _first_only,
            "Only the first branch counts here. The kernel was used twice, so its gradient is the sum of both.", 1,
        ),
        Misconception(
            "branches averaged", _averaged,
            "This is half of the gradient. The branches add up; nothing divides by their number.", 1,
        ),
        Misconception(
            "batch mean forgotten", _no_batch_mean,
            "The loss is the mean over the batch, so what arrives at the score is (p - y) / batch. Without the division, a "
            "batch of 32 takes steps 32 times too long.", 2,
        ),
        Misconception(
            "gradient transposed", _transposed,
            "A gradient has the shape of what it belongs to: the kernel's, (features, units). Yours is (units, features). "
            "Write x.T @ g.", 3,
        ),
        Misconception(
            "sign flipped", _uphill,
            "This points downhill already. A gradient points uphill, p - y; the optimizer subtracts it.", 2,
        ),
        Misconception(
            "inputs summed first", _inputs_summed,
            "(x1 + x2).T @ (g1 + g2) also multiplies x1 with g2 and x2 with g1. Keep the branches apart, and add the two "
            "products.", 1,
        ),
        Misconception(
            "branches crossed", _crossed,
            "x1 belongs to the first half of out_kernel and to z1, x2 to the second half and to z2.", 3,
        ),
        Misconception(
            "ReLU not undone", _no_relu,
            "Where a sum was negative the ReLU gave 0 whatever the kernel was, so nothing flows back there. Multiply by "
            "(z > 0).", 3,
        ),
        Misconception(
            "sigmoid counted twice", _sigmoid_twice,
            "p - y already holds the sigmoid's derivative: in binary cross-entropy it cancels. Do not multiply by "
            "p * (1 - p) again.", 2,
        ),
        Misconception(
            "one half for both branches", _same_half,
            "Both branches use the first half of out_kernel here. The second branch went through the second half.", 3,
        ),
    ),
    hints=(
        "The kernel is used in z1 and in z2. Find x1.T @ g1 and x2.T @ g2, where g1 and g2 are the gradients at z1 and z2, "
        "and add them.",
        "At the score: g = (p - y) / len(y), of shape (batch, 1). The division is there because the loss is a mean.",
        "At z1: g1 = (g @ out_kernel[:units].T) * (z1 > 0), of shape (batch, units). For z2 take out_kernel[units:] and z2. "
        "units is kernel.shape[1].",
    ),
    praise="A shared kernel learns from both branches at once: its gradient is their sum.",
    right_answers=(gradient_stacked, gradient_accumulated, gradient_per_sample),
)
