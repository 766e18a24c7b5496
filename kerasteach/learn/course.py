"""The course as a student has gone through it: a map of all exercises, and where to go on."""

from . import record
from .card import Card
from .exercise import exercise, numbers

_SIGNS = {"correct": "✓", "incorrect": "✗", None: "·"}


def progress():
    """Return all exercises as a `Card`: a line each, a sign each question."""
    exercises = [exercise(number) for number in numbers()]
    outcomes = _outcomes(exercises)
    width = max(len(ex.title) for ex in exercises)
    right, total = 0, sum(map(len, exercises))
    lines = []
    for ex in exercises:
        own = [outcomes[q] for q in ex]
        signs = " ".join(_SIGNS.get(outcome, "·") for outcome in own)
        lines.append(f"{ex.number}  {ex.title:<{width}}  {signs:<11}  {own.count('correct')} of {len(ex)}")
        right += own.count("correct")
    lines += ["", "✓ correct   ✗ tried   · not yet"]
    return Card("✓" if right == total else "○", f"Your course: {right} of {total} correct", code="\n".join(lines))


def next_question():
    """Return (exercise, question) of the first question that is not correct yet, or `None` if all are."""
    exercises = [exercise(number) for number in numbers()]
    outcomes = _outcomes(exercises)
    return next(((ex, q) for ex in exercises for q in ex if outcomes[q] != "correct"), None)


def _outcomes(exercises):
    kept = record.load()
    return {q: kept.get((ex.notebook, q.name), {}).get("outcome") for ex in exercises for q in ex}
