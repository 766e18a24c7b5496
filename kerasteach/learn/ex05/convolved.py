"""Question 1: what comes out of a convolution."""

import math

from ... import layers
from ..misconceptions import Misconception
from ..observe import as_value
from ..task import Task


def _case(shape, filters, kernel, strides, padding):
    return {"shape": shape, "filters": filters, "kernel": kernel, "strides": strides, "padding": padding}


def _cases():
    return [
        _case((3, 3, 1), 2, 2, 1, "valid"),
        _case((3, 3, 1), 2, 2, 1, "same"),
        _case((3, 4, 2), 5, 3, 1, "valid"),
        _case((5, 4, 2), 3, 2, 2, "valid"),
        _case((6, 5, 2), 3, 3, 2, "valid"),
        _case((5, 4, 3), 2, 3, 2, "same"),
        _case((7, 8, 1), 4, 3, 3, "same"),
        _case((8, 8, 1), 12, 3, 1, "valid"),
        _case((28, 28, 3), 16, 5, 3, "valid"),
        _case((28, 30, 3), 16, 5, 4, "same"),
    ]


def _reference(case):
    """What the layer itself promises."""
    layer = layers.Conv2D(case["filters"], case["kernel"], strides=case["strides"], padding=case["padding"])
    return as_value(layer.compute_output_shape((None, *case["shape"]))[1:])


def _valid(n, k, s):
    return (n - k) // s + 1


def _same(n, k, s):
    return math.ceil(n / s)


def _of(valid=_valid, same=_same, arrange=lambda h, w, c, f: (h, w, f)):
    """An answer made of a rule for each padding, and of what is done with the results."""

    def conv_shape(shape, filters, kernel, strides, padding):
        height, width, channels = shape
        rule = valid if padding == "valid" else same
        return arrange(rule(height, kernel, strides), rule(width, kernel, strides), channels, filters)

    return conv_shape


# Right answers, each written in another way.


def conv_by_counting(shape, filters, kernel, strides, padding):
    def count(n):
        starts = range(0, n - kernel + 1, strides) if padding == "valid" else range(0, n, strides)
        return len(starts)

    return [count(shape[0]), count(shape[1]), filters]


def conv_by_rounding_up(shape, filters, kernel, strides, padding):
    lost = kernel - 1 if padding == "valid" else 0
    return (*(-((lost - n) // strides) for n in shape[:2]), filters)


CONVOLVED = Task(
    name="conv_shape",
    asks="the shape behind a convolution",
    cell="q1-answer",
    arguments=("shape", "filters", "kernel", "strides", "padding"),
    cases=_cases,
    reference=_reference,
    observe=lambda returned, case: as_value(returned),
    misconceptions=(
        Misconception(
            "+ 1 forgotten", _of(valid=lambda n, k, s: (n - k) // s),
            "One place is missing. A window of 3 in a row of 3 has one place to stand, not 0: + 1.", 1,
        ),
        Misconception(
            "window ignored", _of(valid=lambda n, k, s: math.ceil(n / s)),
            "Without a rim the window cannot hang over the edge: it has n - k + 1 places to stand, before steps are counted.", 1,
        ),
        Misconception(
            "padding ignored", _of(same=_valid),
            "With padding='same' a rim of zeros is laid around the picture. The window's size then makes no difference.", 2,
        ),
        Misconception(
            "step ignored", _of(valid=lambda n, k, s: n - k + 1, same=lambda n, k, s: n),
            "The step is missing. With strides=2 only every second place is taken.", 2,
        ),
        Misconception(
            "step first, then window", _of(valid=lambda n, k, s: n // s - k + 1),
            "The step is taken before the window is. First n - k, the way that the window can go; then divide by the step, and + 1.", 2,
        ),
        Misconception(
            "step divides everything", _of(valid=lambda n, k, s: (n - k + 1) // s),
            "The step divides n - k, the way that is left to go. The place where the window starts is added after that: // s + 1.", 2,
        ),
        Misconception(
            "rounded up without a rim", _of(valid=lambda n, k, s: math.ceil((n - k) / s) + 1),
            "Without a rim round down: a last step that does not fit any more is not taken.", 2,
        ),
        Misconception(
            "rounded down with a rim", _of(same=lambda n, k, s: n // s),
            "With padding='same' round up: what is left over at the end still gets a window, half on the rim.", 2,
        ),
        Misconception(
            "channels kept", _of(arrange=lambda h, w, c, f: (h, w, c)),
            "Height and width are right. The channels are those that went in. Each filter makes one: there are `filters`.", 3,
        ),
        Misconception(
            "channels multiplied", _of(arrange=lambda h, w, c, f: (h, w, c * f)),
            "A filter looks at all channels at once and makes one number of them. So channels do not multiply.", 3,
        ),
        Misconception(
            "channels first", _of(arrange=lambda h, w, c, f: (f, h, w)),
            "Right numbers, other order. Keras counts channels last: (height, width, filters).", 3,
        ),
        Misconception(
            "height for both", _of(arrange=lambda h, w, c, f: (h, h, f)),
            "The height stands there twice. Pictures need not be square: count for the width, too.", 3,
        ),
        Misconception(
            "not rounded", _of(valid=lambda n, k, s: (n - k) / s + 1, same=lambda n, k, s: n / s),
            "Places are whole numbers. Divide with //, which rounds down; for 'same' round up.", 2,
        ),
    ),
    hints=(
        "Count where the window can start: at 0, 1, ..., n - k. That are n - k + 1 places.",
        "With steps: (n - k) // s + 1 for 'valid'. For 'same': n / s, rounded up, which is -(-n // s).",
        "Do it for height and width, and put `filters` behind them: (height, width, filters).",
    ),
    praise="Now you can follow a picture through any stack of convolutions, with a pencil.",
    right_answers=(_of(), conv_by_counting, conv_by_rounding_up),
)
