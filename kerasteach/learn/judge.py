"""From an answer to a result: try it on all cases, name the mistake, find the smallest example of it."""

from .counterexample import counterexample
from .misconceptions import recognize, still
from .observe import NotAttempted, Raised, attempt, no_trace, same
from .result import Outcome, Result
from .shrink import simplify


def judge(task, question, answer):
    """Return the `Result` of an answer.

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
        with no_trace():
            return _judge(task, question, answer)
    except NotAttempted:
        message = f"Put your code into {task.name}, run its cell, then run this one again."
        return Result(question, Outcome.NOT_ATTEMPTED, message, next_step=hint)


def _judge(task, question, answer):
    def run(function, case):
        arguments = [case[name] for name in task.arguments]
        return attempt(function, arguments, lambda returned: task.observe(returned, case))

    trials = [(case, task.reference(case), run(answer, case)) for case in task.cases()]
    failures = [trial for trial in trials if not same(*trial[1:])]
    if not failures:
        return Result(question, Outcome.CORRECT, task.praise)
    mistake = recognize(task.misconceptions, trials, run)
    example = _smallest(task, lambda case: run(answer, case), failures[0], still(mistake, failures[0], run))
    return _incorrect(task, question, mistake, example)


def _smallest(task, run, failure, is_that_mistake):
    """The first failure has the smallest shapes already; what is left is to simplify its numbers."""

    def fails(case):
        if not task.allowed(case):
            return False
        expected, received = task.reference(case), run(case)
        return not same(expected, received) and is_that_mistake(case, expected, received)

    case = simplify(failure[0], fails, task.simple)
    if not fails(case):  # an answer that is not the same twice
        return counterexample(task, *failure)
    return counterexample(task, case, task.reference(case), run(case))


def _incorrect(task, question, mistake, example):
    if mistake is None:
        raised = isinstance(example.received, Raised)
        message = f"{task.name} raises an error." if raised else f"{task.name} gives something else than it should."
        return Result(question, Outcome.INCORRECT, message, None, example, f"Stuck? {question}.hint()")
    step = f"See {question}.hint({mistake.hint})." if mistake.hint else ""
    return Result(question, Outcome.INCORRECT, mistake.message, mistake.name, example, step)
