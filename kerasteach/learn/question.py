"""A question in a student's hands: `check`, `hint`, `solution` after an attempt, `reset`."""

from . import answers, record
from .card import Card
from .judge import judge
from .result import Outcome


class Question:
    """One question of an exercise.

    Args:
        task: what is asked.
        name: how the notebook calls it, as `"q1"`.
        notebook: name of the exercise's notebook, without its ending.

    Attributes:
        result: the last check's `Result`, or `None`.
        hints_given: how many hints were shown.
        attempts: how many answers were checked, stubs not counted.
    """

    def __init__(self, task, name, notebook):
        self.task, self.name, self.notebook = task, name, notebook
        self.result, self.hints_given, self.attempts = None, 0, 0

    def check(self, answer=...):
        """Say how an answer does.

        Args:
            answer: the function you wrote; pass the function, do not call it.

        Returns:
            A `Result`: not attempted, incorrect or correct. Nothing is raised.
        """
        if self.judge(answer).outcome is not Outcome.NOT_ATTEMPTED:
            record.note(self.notebook, self.name, outcome=self.result.outcome.value)
        return self.result

    def judge(self, answer=...):
        """Do as `check`, and note nothing in the progress file."""
        self.result = judge(self.task, self.name, answer)
        self.attempts += self.result.outcome is not Outcome.NOT_ATTEMPTED
        return self.result

    def grade(self, answer=...):
        """Judge an answer and raise if it is not correct; for graders that look for errors.

        Raises:
            AssertionError: with the result's text.
        """
        result = self.judge(answer)
        assert result.is_correct, f"\n{result!r}"

    def hint(self, number=None):
        """Return the next hint, or the one with this number. After the last one, the last one again.

        Raises:
            ValueError: if there is no such hint.
        """
        hints = self.task.hints
        if number is None:
            number = min(self.hints_given + 1, len(hints))
        if not 1 <= number <= len(hints):
            raise ValueError(f"{self.name} has hints 1 to {len(hints)}. Received: {number}")
        self.hints_given = max(self.hints_given, number)
        record.note(self.notebook, self.name, hints=self.hints_given)
        more = f"Next: {self.name}.hint()" if number < len(hints) else f"That was the last. {self.name}.solution()"
        return Card("?", f"{self.name}, hint {number} of {len(hints)}", (hints[number - 1],), footer=more)

    def solution(self):
        """Return one right answer, as code to read; others may be right too. After an attempt: before, what to do first."""
        kept = record.load().get((self.notebook, self.name), {})
        if not self.attempts and not kept.get("attempts"):
            text = (
                f"Try first: write {self.task.name}, run its cell, then {self.name}.check({self.task.name}). It need not be "
                "right. A solution teaches more once you have been stuck."
            )
            return Card("○", f"{self.name}: the solution comes after an attempt", (text,), footer=f"Stuck? {self.name}.hint()")
        code = answers.load(self.notebook)[self.task.cell]
        return Card("?", f"{self.name}, one right answer", code=code)

    def reset(self):
        """Forget attempts, hints and results, here and in the progress file. Your code stays as it is."""
        self.result, self.hints_given, self.attempts = None, 0, 0
        record.note(self.notebook, self.name, reset=True)
        return Card("○", f"{self.name} is as new")

    @property
    def status(self):
        """The last outcome, in words."""
        return self.result.outcome.value if self.result else "not checked yet"

    def __repr__(self):
        return f"<{self.name}: {self.task.name}, {self.task.asks}; {self.status}>"
