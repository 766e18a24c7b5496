"""Exercises as objects: `check` an answer, get a `hint`, see the `solution`.

    q1, q2, q3, q4 = exercise("01")
    q1.check(build_model)

A wrong answer is told which mistake it looks like, and the smallest example that shows it.
"""

from .course import progress
from .exercise import Exercise, exercise
from .misconceptions import Misconception
from .question import Question
from .result import Outcome, Result
from .task import Task

__all__ = ["Exercise", "Misconception", "Outcome", "Question", "Result", "Task", "exercise", "progress"]
