"""What `check` returns: one of three outcomes, and what to do next."""

import enum
from dataclasses import dataclass

from .card import Card
from .counterexample import Counterexample


class Outcome(enum.Enum):
    """How an answer did."""

    NOT_ATTEMPTED = "not attempted"
    INCORRECT = "incorrect"
    CORRECT = "correct"


@dataclass(frozen=True, repr=False)
class Result:
    """The outcome of a check.

    Attributes:
        question: the question's name, as `"q1"`.
        outcome: an `Outcome`.
        message: what is right or wrong.
        misconception: name of the mistake, if it was recognized.
        counterexample: the smallest one, if the answer is wrong.
        next_step: what to do now; may be empty.
        remarks: what else a student should know, as that an input was changed.
        steps: how far the answer went as a right one does; may be empty.
        printed: the beginning of what the answer printed on the counterexample.
    """

    question: str
    outcome: Outcome
    message: str
    misconception: str | None = None
    counterexample: Counterexample | None = None
    next_step: str = ""
    remarks: tuple = ()
    printed: str = ""
    steps: str = ""

    @property
    def is_correct(self):
        """Whether the answer is right."""
        return self.outcome is Outcome.CORRECT

    @property
    def card(self):
        """The result as a `Card`."""
        sign = {Outcome.NOT_ATTEMPTED: "○", Outcome.INCORRECT: "✗", Outcome.CORRECT: "✓"}[self.outcome]
        name = f": {self.misconception}" if self.misconception else ""
        paragraphs = [self.message, *self.remarks, *([self.steps] if self.steps else [])]
        if not self.counterexample:
            return Card(sign, f"{self.question} {self.outcome.value}{name}", tuple(paragraphs), footer=self.next_step)
        paragraphs.append("The smallest example that shows it:")
        code = str(self.counterexample)
        if self.printed:
            code += "\nprinted  " + self.printed.replace("\n", "\n         ")
        drawn = tuple(self.counterexample.pictures())
        return Card(sign, f"{self.question} {self.outcome.value}{name}", tuple(paragraphs), code, self.next_step, drawn)

    def __repr__(self):
        return repr(self.card)

    def _repr_html_(self):
        return self.card._repr_html_()
