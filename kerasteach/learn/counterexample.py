"""A counterexample as Python one can paste, with what was expected and what came."""

from dataclasses import dataclass

import numpy as np

from .observe import same
from .side_by_side import picture


@dataclass(frozen=True)
class Counterexample:
    """The smallest case found on which an answer is wrong.

    Attributes:
        case: the named arguments.
        expected, received: observations.
        program: lines of Python that show the mistake.
    """

    case: dict
    expected: object
    received: object
    program: str

    def pictures(self):
        """What differs, drawn: SVG, as far as it is small arrays."""
        return [picture(expected, received) for _, expected, received in differences(self.expected, self.received)]

    def __str__(self):
        lines = [self.program]
        for label, expected, received in differences(self.expected, self.received):
            precision = _enough_digits(expected, received)
            lines.append(f"expected{label} {shown(expected, precision)}")
            lines.append(f"received{label} {shown(received, precision)}")
        return "\n".join(lines)


def counterexample(task, case, expected, received):
    """Return the `Counterexample` of a task's case."""
    differing = [label for label, *_ in differences(expected, received)]
    lines = task.program(case, differing) if task.program else [*arrays(case), call(task, case)]
    return Counterexample(case, expected, received, "\n".join(lines))


def call(task, case):
    """The line that calls the student's function: arrays by name, whole numbers as they are."""
    values = [name if isinstance(case[name], np.ndarray) else repr(case[name]) for name in task.arguments]
    return f"{task.name}({', '.join(values)})"


def arrays(case):
    """The lines that make the arrays of a case."""
    return [f"{name} = np.array({shown(x, 4)})" for name, x in case.items() if isinstance(x, np.ndarray)]


def differences(expected, received):
    """(label, expected, received) of what differs; labels are empty for single values."""
    if not (isinstance(expected, dict) and isinstance(received, dict)):
        return [("", "a Model" if isinstance(expected, dict) else expected, received)]
    return [
        (f" {key}:", expected[key], value)
        for key, value in received.items()
        if value is not None and not same(expected[key], value)
    ]


def shown(x, digits):
    """An observation as one line of text, the same on every machine."""
    if isinstance(x, np.ndarray):
        return _numbers(x.tolist(), digits) if x.size <= 40 else f"an array of shape {x.shape}"
    return f"{x:,}" if type(x) is int else str(x)


def _numbers(x, digits):
    if isinstance(x, list):
        return f"[{', '.join(_numbers(item, digits) for item in x)}]"
    return repr(round(x, digits) + 0.0 if isinstance(x, float) else x)  # + 0.0 makes -0.0 a plain 0.0


def _enough_digits(expected, received):
    return 4 if shown(expected, 4) != shown(received, 4) else 8
