"""How far a wrong answer goes as a right one does, in a sentence."""

import numpy as np

from .counterexample import shown
from .limit import TooSlow, time_limit
from .observe import NotAttempted, Raised, attempt, copied
from .steps import Followed, diverging, following

_LARGEST = 8  # numbers that fit into a sentence


def compare(task, answer, telling, smallest):
    """Return the sentence, empty if nothing is certain.

    Args:
        task: the `Task`.
        answer: the function a student wrote; it is wrong on both cases.
        telling: a case with numbers that do not agree by chance.
        smallest: the counterexample, whose numbers are shown.
    """
    try:
        with time_limit(task.seconds):
            steps, received = _run(task, answer, telling)
            right = [_run(task, other, telling)[0] for other in task.right_answers]
            count, first, ahead = diverging(steps, right, _arrays(received))
            again = _run(task, answer, smallest)[0]
    except (TooSlow, NotAttempted):
        return ""
    if isinstance(received, Raised) or not count:
        return ""
    last = _numbered([step.op for step in steps[:count]])
    if ahead:
        return f"Step by step: your last step, {last}, gives what a right answer has there, too. That goes on with {ahead}."
    if first is None:
        return ""
    here = again[count].value if [s.op for s in again] == [s.op for s in steps] else None
    value = f" ({shown(here, 4)} in the example)" if here is not None and here.size <= _LARGEST else ""
    return f"Step by step: your numbers are those of a right answer up to {last}. Then {first.op} goes another way{value}: look there first."


def _run(task, answer, case):
    arguments = [_followed(copied(case[name])) for name in task.arguments]
    with following() as steps:
        received = attempt(answer, arguments, lambda returned: task.observe(returned, case))
    return steps, received


def _followed(value):
    return value.view(Followed) if type(value) is np.ndarray else value


def _arrays(received):
    values = received.values() if isinstance(received, dict) else [received]
    return [value for value in values if isinstance(value, np.ndarray)]


def _numbered(ops):
    """The last op, and which of its name it is if there are several."""
    count = ops.count(ops[-1])
    return f"{ops[-1]} number {count}" if count > 1 else ops[-1]
