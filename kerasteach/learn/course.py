"""The course as a student has gone through it: a map of all exercises, and where to go on."""

from . import record
from .card import Card
from .exercise import exercise, numbers

_SIGNS = {"correct": "✓", "incorrect": "✗"}


def progress():
    """Return all exercises as a `Card`: a line each, a sign each question."""
    kept, lines, right, total = record.load(), [], 0, 0
    exercises = [exercise(number) for number in numbers()]
    width = max(len(ex.title) for ex in exercises)
    for ex in exercises:
        outcomes = [kept.get(ex.notebook, {}).get(q.name, {}).get("outcome") for q in ex]
        signs = " ".join(_SIGNS.get(outcome, "·") for outcome in outcomes)
        done = outcomes.count("correct")
        lines.append(f"{ex.number}  {ex.title:<{width}}  {signs:<11}  {done} of {len(ex)}")
        right, total = right + done, total + len(ex)
    lines += ["", "✓ correct   ✗ tried   · not yet"]
    return Card("✓" if right == total else "○", f"Your course: {right} of {total} correct", code="\n".join(lines))


def next_question():
    """Return (exercise, question) of the first question that is not correct yet, or `None` if all are."""
    kept = record.load()
    for ex in map(exercise, numbers()):
        for q in ex:
            if kept.get(ex.notebook, {}).get(q.name, {}).get("outcome") != "correct":
                return ex, q
    return None
