"""A question in a student's hands: `check`, `hint`, `solution`."""

from . import answers
from .card import Card
from .judge import judge


class Question:
    """One question of an exercise.

    Args:
        task: what is asked.
        name: how the notebook calls it, as `"q1"`.
        notebook: name of the exercise's notebook, without its ending.

    Attributes:
        result: the last check's `Result`, or `None`.
        hints_given: how many hints were shown.
    """

    def __init__(self, task, name, notebook):
        self.task, self.name, self.notebook = task, name, notebook
        self.result = None
        self.hints_given = 0

    def check(self, answer=...):
        """Say how an answer does.

        Args:
            answer: the function you wrote; pass the function, do not call it.

        Returns:
            A `Result`: not attempted, incorrect or correct. Nothing is raised.
        """
        self.result = judge(self.task, self.name, answer)
        return self.result

    def grade(self, answer=...):
        """Check an answer and raise if it is not correct; for graders that look for errors.

        Raises:
            AssertionError: with the result's text.
        """
        assert self.check(answer).is_correct, f"\n{self.result!r}"

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
        more = f"Next: {self.name}.hint()" if number < len(hints) else f"That was the last. {self.name}.solution()"
        return Card("?", f"{self.name}, hint {number} of {len(hints)}", (hints[number - 1],), footer=more)

    def solution(self):
        """Return one right answer, as code to read. Others may be right too."""
        code = answers.load(self.notebook)[self.task.cell]
        return Card("?", f"{self.name}, one right answer", code=code)

    @property
    def status(self):
        """The last outcome, in words."""
        return self.result.outcome.value if self.result else "not checked yet"

    def __repr__(self):
        return f"<{self.name}: {self.task.name}, {self.task.asks}; {self.status}>"
