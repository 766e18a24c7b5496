"""An exercise: its questions, and how many are answered."""

import importlib
import importlib.util
import pkgutil
from pathlib import Path

from .card import Card
from .question import Question


class Exercise:
    """Questions in order; unpack it: `q1, q2 = exercise(...)`.

    Args:
        number: as in `"01"`.
        title: of the lesson it belongs to.
        notebook: name of its notebook, without the ending.
        tasks: a `Task` for each question.
    """

    def __init__(self, number, title, notebook, tasks):
        self.number, self.title, self.notebook = number, title, notebook
        self.questions = [Question(task, f"q{i}", notebook) for i, task in enumerate(tasks, start=1)]

    def __iter__(self):
        return iter(self.questions)

    def __len__(self):
        return len(self.questions)

    def __getitem__(self, index):
        return self.questions[index]

    @property
    def card(self):
        """The score so far, as a `Card`."""
        right = sum(q.result is not None and q.result.is_correct for q in self)
        width = max(len(q.task.name) for q in self)
        table = "\n".join(f"{q.name}  {q.task.name:<{width}}  {q.status}" for q in self)
        sign = "✓" if right == len(self) else "○"
        return Card(sign, f"Exercise {self.number}, {self.title}: {right} of {len(self)} correct", code=table)

    def reset(self):
        """Forget what was checked and shown of every question."""
        for question in self:
            question.reset()
        return self

    def __repr__(self):
        return repr(self.card)

    def _repr_html_(self):
        return self.card._repr_html_()


def numbers():
    """Return the numbers of all exercises there are, in the order of the course.

    >>> "01" in numbers()
    True
    """
    found = [module.name[2:] for module in pkgutil.iter_modules([str(Path(__file__).parent)])]
    return sorted(name for name in found if name.isdecimal())


def exercise(number):
    """Return a fresh exercise by its number.

    Args:
        number: `"01"`, or 1.

    Raises:
        ValueError: if there is no such exercise.

    >>> exercise("01")
    ○ Exercise 01, The Model class: 0 of 4 correct
        q1  build_model          not checked yet
        q2  forward              not checked yet
        q3  binary_crossentropy  not checked yet
        q4  kernel_gradient      not checked yet
    """
    name = f"{__package__}.ex{int(number):02}" if str(number).isdecimal() else ""
    if not name or importlib.util.find_spec(name) is None:
        raise ValueError(f"There is no exercise {number!r}. There are: {', '.join(numbers())}.")
    return importlib.import_module(name).make()
