"""Question 4: how a gradient comes back through a skip."""

import numpy as np

from ... import backend, ops
from ..misconceptions import Misconception
from ..observe import as_value
from ..shrink import halves, smallest_first
from ..task import Task


def _draw(rng, batch, units):
    return {
        "x": halves(rng, batch, units),
        "kernel": halves(rng, units, units),
        "bias": halves(rng, units) + 0.25,
        "g": halves(rng, batch, units),
    }


def _allowed(case):
    """No sum before the ReLU is 0, where its gradient is a convention."""
    return bool((case["x"] @ case["kernel"] + case["bias"] != 0).all())


def _cases():
    one = smallest_first(_draw, _allowed, each=24, batch=(1,), units=(1,))
    return [*one, *smallest_first(_draw, _allowed, each=4, batch=(1, 2, 3), units=(1, 2, 3))]


def _reference(case):
    """What the tape says."""
    x, kernel, bias, g = (ops.convert_to_tensor(case[name].astype("float32")) for name in ("x", "kernel", "bias", "g"))
    with backend.GradientTape() as tape:
        x = tape.watch(x)
        y = x + ops.relu(ops.matmul(x, kernel) + bias)
        total = ops.sum(y * g)
    return as_value(tape.gradient(total, [x])[0])


def _open(x, kernel, bias):
    return x @ kernel + bias > 0


def _skip_forgotten(x, kernel, bias, g):
    return (g * _open(x, kernel, bias)) @ kernel.T


def _gate_on_both(x, kernel, bias, g):
    gated = g * _open(x, kernel, bias)
    return gated + gated @ kernel.T


def _gate_behind_the_kernel(x, kernel, bias, g):
    return g + (g @ kernel.T) * _open(x, kernel, bias)


def _gate_of_the_output(x, kernel, bias, g):
    z = x @ kernel + bias
    return g + (g * (x + np.maximum(z, 0) > 0)) @ kernel.T


# Right answers, each written in another way.


def gradient_by_the_rules(x, kernel, bias, g):
    z = x @ kernel + bias
    return g + np.where(z > 0, g, 0) @ kernel.T


def gradient_by_jacobians(x, kernel, bias, g):
    rows = []
    for row, z, upstream in zip(x, x @ kernel + bias, g):
        jacobian = np.eye(len(row)) + kernel * (z > 0)  # slope of y[j] by x[i]: row i, column j
        rows.append(jacobian @ upstream)
    return np.array(rows)


def gradient_accumulated(x, kernel, bias, g):
    total = np.zeros_like(g)
    total += g
    total += np.einsum("bj,ij->bi", g * (x.dot(kernel) + bias > 0), kernel)
    return total.astype("float32")


GRADIENT = Task(
    name="block_gradient",
    asks="the gradient that comes back through a skip",
    cell="q4-answer",
    arguments=("x", "kernel", "bias", "g"),
    cases=_cases,
    reference=_reference,
    observe=lambda returned, case: as_value(returned),
    allowed=_allowed,
    misconceptions=(
        Misconception(
            "skip forgotten", _skip_forgotten,
            "Only what comes through the layer is here. x was used twice; the skip hands g on as it is. Add it.", 1,
        ),
        Misconception(
            "layer forgotten", lambda x, kernel, bias, g: g.copy(),
            "Only what comes along the skip is here. x also went into the layer; add what comes back from there.", 1,
        ),
        Misconception(
            "skip counted twice", lambda x, kernel, bias, g: 2 * g + _skip_forgotten(x, kernel, bias, g),
            "g comes along the skip once. Here it is counted twice.", 1,
        ),
        Misconception(
            "1 instead of g", lambda x, kernel, bias, g: 1 + _skip_forgotten(x, kernel, bias, g),
            "The skip's slope is 1, so what comes back along it is 1 * g. You added the slope itself.", 1,
        ),
        Misconception(
            "multiplied, not added", lambda x, kernel, bias, g: g * _skip_forgotten(x, kernel, bias, g),
            "Along one road slopes are multiplied. These are two roads: what arrives by them is added.", 1,
        ),
        Misconception(
            "ways averaged", lambda x, kernel, bias, g: (g + _skip_forgotten(x, kernel, bias, g)) / 2,
            "This is half of it. What arrives by two roads is added, not averaged.", 1,
        ),
        Misconception(
            "ReLU not undone", lambda x, kernel, bias, g: g + g @ kernel.T,
            "Where z was negative the ReLU gave 0, whatever x was, so nothing comes back through the layer there. Multiply by "
            "(z > 0).", 2,
        ),
        Misconception(
            "ReLU on the skip too", _gate_on_both,
            "The ReLU sits in the layer, not on the skip. g comes along the skip whole, also where z was negative.", 2,
        ),
        Misconception(
            "ReLU in the wrong place", _gate_behind_the_kernel,
            "On the way back the ReLU comes first, then the kernel: (g * (z > 0)) @ kernel.T.", 3,
        ),
        Misconception(
            "ReLU looked at y", _gate_of_the_output,
            "The ReLU never saw y. It saw z = x @ kernel + bias: multiply by (z > 0).", 2,
        ),
        Misconception(
            "kernel not turned", lambda x, kernel, bias, g: g + (g * _open(x, kernel, bias)) @ kernel,
            "Forwards it was x @ kernel. Backwards rows and columns change places: @ kernel.T.", 3,
        ),
        Misconception(
            "minus", lambda x, kernel, bias, g: g - _skip_forgotten(x, kernel, bias, g),
            "y is x plus the layer. What comes back through the layer has a plus, too.", 1,
        ),
    ),
    hints=(
        "x takes two roads to y. What comes back by each is added. Along the skip comes g.",
        "In the layer the ReLU comes first on the way back: g * (z > 0), with z = x @ kernel + bias.",
        "Then the product: (g * (z > 0)) @ kernel.T. Add g.",
    ),
    praise="g arrives whole, whatever the layer does. That is why twenty blocks learn where twenty layers do not.",
    right_answers=(gradient_by_the_rules, gradient_by_jacobians, gradient_accumulated),
)
