"""From an answer to a result: try it on all cases, name the mistake, find the smallest example of it."""

from .counterexample import counterexample
from .limit import TooSlow
from .misconceptions import recognize, still
from .observe import NotAttempted, Raised, attempt, copied, no_trace, same
from .result import Outcome, Result
from .shrink import simplify
from .stepwise import compare
from .tryout import Tryout


def judge(task, question, answer):
    """Return the `Result` of an answer, whatever the answer does.

    Args:
        task: the `Task`.
        question: the question's name, as `"q1"`, for the texts.
        answer: the function a student wrote.
    """
    hint = f"Stuck? {question}.hint()"
    if answer is None or answer is ... or answer is NotImplemented:
        return Result(question, Outcome.NOT_ATTEMPTED, f"Write {task.name} first.", next_step=hint)
    if not callable(answer):
        message = f"Pass the function itself, without brackets after its name: {question}.check({task.name})"
        return Result(question, Outcome.INCORRECT, message, "called instead of passed")
    try:
        with no_trace() as screen:
            return _judge(task, question, Tryout(task, answer, screen))
    except NotAttempted:
        message = f"Put your code into {task.name}, run its cell, then run this one again."
        return Result(question, Outcome.NOT_ATTEMPTED, message, next_step=hint)


def _judge(task, question, tryout):
    trials = []
    for case in task.cases():
        expected = task.reference(case)
        try:
            trials.append((case, expected, tryout(case)))
        except TooSlow:
            return _too_slow(task, question, tryout, case, expected)
    failures = [trial for trial in trials if not same(*trial[1:])]
    if not failures:
        return Result(question, Outcome.CORRECT, task.praise, remarks=tryout.remarks())

    def run(answer, case):
        arguments = [copied(case[name]) for name in task.arguments]
        return attempt(answer, arguments, lambda returned: task.observe(returned, case))

    mistake = recognize(task.misconceptions, trials, run)
    example = _smallest(task, tryout, failures[0], still(mistake, failures[0], run))
    return _incorrect(task, question, mistake, example, tryout, compare(task, tryout.answer, failures[-1][0], example.case))


def _smallest(task, tryout, failure, is_that_mistake):
    """The first failure has the smallest shapes already; what is left is to simplify its numbers."""

    def fails(case):
        if tryout.is_late or not task.allowed(case):
            return False
        expected, received = task.reference(case), tryout(case)
        return not same(expected, received) and is_that_mistake(case, expected, received)

    try:
        case = simplify(failure[0], fails, task.simple)
        if fails(case):  # no: an answer that is not the same twice, or slow
            return counterexample(task, case, task.reference(case), tryout(case))
    except TooSlow:
        pass
    return counterexample(task, *failure)


def _incorrect(task, question, mistake, example, tryout, steps):
    about = {"counterexample": example, "remarks": tryout.remarks(), "printed": tryout.printed, "steps": steps}
    if mistake is None:
        raised = isinstance(example.received, Raised)
        message = f"{task.name} raises an error." if raised else f"{task.name} gives something else than it should."
        return Result(question, Outcome.INCORRECT, message, next_step=f"Stuck? {question}.hint()", **about)
    step = f"See {question}.hint({mistake.hint})." if mistake.hint else ""
    return Result(question, Outcome.INCORRECT, mistake.message, mistake.name, next_step=step, **about)


def _too_slow(task, question, tryout, case, expected):
    if tryout.is_late:
        message = f"{task.name} comes to an end, but all {len(task.cases())} tries together took more than {tryout.took:.0f} seconds."
        received = "nothing in time"
    else:
        message = (
            f"{task.name} was stopped after {task.seconds:g} seconds. Does a loop never end? Compare what its condition reads "
            "with what the loop changes."
        )
        received = f"nothing within {task.seconds:g} seconds"
    about = {"next_step": f"Stuck? {question}.hint()", "remarks": tryout.remarks(), "printed": tryout.printed}
    return Result(question, Outcome.INCORRECT, message, "takes too long", counterexample(task, case, expected, received), **about)
