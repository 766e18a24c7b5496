"""What an exercise asks in one question: all of it plain data and small functions."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Task:
    """One question's definition; a student holds a `Question`, which adds what has happened so far.

    Attributes:
        name: name of the function the student writes.
        asks: what that function answers, in a few words.
        cell: id of the answer's cell in the solution notebook.
        arguments: the names, out of a case, that the function is called with, in order.
        cases: function() -> list of cases, smallest first; a case is a dict of named arguments.
        reference: function(case) -> what a right answer gives, in the form of `observe`.
        observe: function(returned, case) -> what the answer returned, as plain data.
        misconceptions: the wrong answers that have a name.
        hints: texts, each saying more than the one before.
        praise: what a right answer has shown.
        allowed: function(case) -> whether numbers may be simplified to these.
        simple: `{name: numbers to simplify to, simplest first}`.
        right_answers: answers that pass, each written in another way; three or more.
        seconds: how long one call may take.
        program: function(case, differing) -> the lines of Python that show the mistake; a plain call by default.
    """

    name: str
    asks: str
    cell: str
    arguments: tuple
    cases: Callable
    reference: Callable
    observe: Callable
    misconceptions: tuple
    hints: tuple
    praise: str
    allowed: Callable = lambda case: True
    simple: dict = field(default_factory=dict)
    right_answers: tuple = ()
    seconds: float = 5.0
    program: Callable | None = None
