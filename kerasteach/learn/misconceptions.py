"""Wrong answers that have a name, recognized by what they compute and never by how they are written."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .observe import Raised, same


@dataclass(frozen=True)
class Misconception:
    """A mistake many make.

    Attributes:
        name: a few words, as in `"gradient overwritten"`.
        answer: the wrong answer itself, called as a student's would be.
        message: what is wrong and what happens then.
        hint: number of the hint that helps.
    """

    name: str
    answer: Callable
    message: str
    hint: int = 1


@dataclass(frozen=True)
class Slip:
    """A mistake of form, possible in any question: seen from what came back alone.

    Attributes:
        name: a few words.
        seen: function(expected, received) -> whether this is it.
        message: what is wrong.
    """

    name: str
    seen: Callable
    message: str
    hint: int = 0


def _right_but_shape(expected, received):
    both = isinstance(expected, np.ndarray) and isinstance(received, np.ndarray)
    return both and expected.size == received.size and same(expected.reshape(-1), received.reshape(-1))


SLIPS = (
    Slip(
        "nothing returned",
        lambda expected, received: isinstance(received, str) and received == "None",
        "The function returns None. Is the last line `return ...` missing, or inside an `if`?",
    ),
    Slip(
        "right numbers, wrong shape",
        _right_but_shape,
        "Every number is right. The shape is not: keep all axes where they are.",
    ),
    Slip(
        "not a number",
        lambda expected, received: isinstance(expected, np.ndarray) and isinstance(received, str) and received.startswith("an object"),
        "The function returns neither a number nor an array. Look at the last line: what stands after `return`?",
    ),
    Slip(
        "calls itself without end",
        lambda expected, received: isinstance(received, Raised) and received.kind == "RecursionError",
        "The function calls itself, and that call itself again. Somewhere it has to return without such a call.",
    ),
    Slip(
        "leaves Python",
        lambda expected, received: isinstance(received, Raised) and received.kind == "SystemExit",
        "exit() ends the program; in a notebook that is the kernel, with all you have made. Use `return`.",
    ),
)


def recognize(misconceptions, trials, attempt):
    """Return the mistake that explains every trial, or `None`.

    Args:
        misconceptions: those of the task.
        trials: list of (case, expected, received), with at least one failure.
        attempt: function(answer, case) -> observation.
    """
    for misconception in misconceptions:
        if all(same(attempt(misconception.answer, case), received) for case, _, received in trials):
            return misconception
    failures = [(expected, received) for _, expected, received in trials if not same(expected, received)]
    for slip in SLIPS:
        if all(slip.seen(*failure) for failure in failures):
            return slip
    return None


def still(mistake, failure, attempt):
    """Return function(case, expected, received) -> whether a failure is of the same kind, so that shrinking keeps it.

    Args:
        mistake: what `recognize` returned.
        failure: (case, expected, received) of a failure that is of that kind.
        attempt: function(answer, case) -> observation.
    """
    if isinstance(mistake, Misconception):
        return lambda case, expected, received: same(attempt(mistake.answer, case), received)
    if isinstance(mistake, Slip):
        return lambda case, expected, received: mistake.seen(expected, received)
    kind = type(failure[2])  # a wrong number stays a wrong number, an error an error
    return lambda case, expected, received: type(received) is kind
