"""Question 6: two links without a bend between them, as one."""

import numpy as np

from ... import layers, models
from ..misconceptions import Misconception
from ..observe import NotAttempted, as_value
from ..shrink import smallest_first
from ..task import Task


def _draw(rng, features, middle, units):
    def halves(*shape):
        return rng.integers(-3, 4, shape) / 2 + 0.25

    return {
        "kernel": halves(features, middle),
        "bias": halves(middle),
        "next_kernel": halves(middle, units),
        "next_bias": halves(units),
    }


def _cases():
    one = smallest_first(_draw, each=4, features=(1,), middle=(1,), units=(1,))
    return [*one, *smallest_first(_draw, each=2, features=(1, 2), middle=(1, 2, 3), units=(1, 2))]


def _reference(case):
    """Ask the chain itself: its answer to 0 is the bias, and what each input adds is a row of the kernel."""
    features, middle = case["kernel"].shape
    chain = models.Sequential([layers.Input((features,)), layers.Dense(middle), layers.Dense(len(case["next_bias"]))])
    chain.set_weights([case[name] for name in FOLD.arguments])
    bias, *rows = chain.predict(np.vstack([np.zeros(features), np.eye(features)]), verbose=0)
    return {"kernel": np.array(rows) - bias, "bias": bias}


def _observe(returned, case):
    if returned is ...:
        raise NotAttempted
    if not (isinstance(returned, (tuple, list)) and len(returned) == 2):
        return "None" if returned is None else f"{type(returned).__name__}, no pair (kernel, bias)"
    return {"kernel": as_value(returned[0]), "bias": as_value(returned[1])}


def _as_pair(kernel_rule, bias_rule):
    """An answer made of a rule for each half."""

    def fold(kernel, bias, next_kernel, next_bias):
        numbers = kernel, bias, next_kernel, next_bias
        return kernel_rule(*numbers), bias_rule(*numbers)

    return fold


def _kernel(kernel, bias, next_kernel, next_bias):
    return kernel @ next_kernel


def _bias(kernel, bias, next_kernel, next_bias):
    return bias @ next_kernel + next_bias


fold_written_out = _as_pair(_kernel, _bias)


# Right answers, each written in another way.


def fold_by_asking(kernel, bias, next_kernel, next_bias):
    def chain(x):
        return (x @ kernel + bias) @ next_kernel + next_bias

    nothing = chain(np.zeros(len(kernel)))
    return [chain(row) - nothing for row in np.eye(len(kernel))], nothing


def fold_with_a_one(kernel, bias, next_kernel, next_bias):
    both = np.vstack([kernel, bias]) @ next_kernel  # the bias as one more row
    return [both[:-1], both[-1] + next_bias]


FOLD = Task(
    name="fold",
    asks="two links as one",
    cell="q6-answer",
    arguments=("kernel", "bias", "next_kernel", "next_bias"),
    cases=_cases,
    reference=_reference,
    observe=_observe,
    misconceptions=(
        Misconception(
            "first bias lost", _as_pair(_kernel, lambda k, b, n, c: c),
            "The first bias is lost. It goes through the second layer like everything else: bias @ next_kernel.", 2,
        ),
        Misconception(
            "second bias lost", _as_pair(_kernel, lambda k, b, n, c: b @ n),
            "The second bias is missing. It is added at the end, and nothing multiplies it.", 2,
        ),
        Misconception(
            "biases added", _as_pair(_kernel, lambda k, b, n, c: b + c),
            "The first bias is added as it is. But it leaves the first layer, so it goes through next_kernel before it arrives.", 2,
        ),
        Misconception(
            "second bias multiplied, too", _as_pair(_kernel, lambda k, b, n, c: (b + c) @ n),
            "The second bias goes through next_kernel here. It is added behind next_kernel.", 2,
        ),
        Misconception(
            "order swapped", _as_pair(lambda k, b, n, c: n @ k, _bias),
            "The matrices stand in the wrong order: x meets `kernel` first. With matrices, order matters.", 1,
        ),
        Misconception(
            "kernels added", _as_pair(lambda k, b, n, c: k + n, _bias),
            "The kernels are added here. One layer after the other multiplies: kernel @ next_kernel. A sum would be two roads side by "
            "side.", 1,
        ),
        Misconception(
            "multiplied place by place", _as_pair(lambda k, b, n, c: k * n, _bias),
            "`*` multiplies place by place. A product of matrices is `@`.", 1,
        ),
        Misconception(
            "kernel transposed", _as_pair(lambda k, b, n, c: (k @ n).T, _bias),
            "The kernel lies the wrong way: (out, in) where Dense has (in, out).", 1,
        ),
        Misconception(
            "pair swapped", _as_pair(_bias, _kernel),
            "Kernel and bias are both right, in the wrong order: return kernel, bias.", 3,
        ),
        Misconception(
            "kernel alone", _kernel,
            "This is the kernel. The one layer has a bias, too: return both, as kernel, bias.", 3,
        ),
    ),
    hints=(
        "Write both layers in one line: (x @ kernel + bias) @ next_kernel + next_bias. Now multiply out the brackets.",
        "x @ (kernel @ next_kernel) + (bias @ next_kernel + next_bias). What stands behind x is the kernel, the rest is the bias.",
        "return kernel @ next_kernel, bias @ next_kernel + next_bias",
    ),
    praise="A deep chain without bends, folded flat. Put a tanh between the two, and no such pair exists.",
    right_answers=(fold_written_out, fold_by_asking, fold_with_a_one),
)
