"""The right answers, as the solution notebooks have them; `python -m kerasteach exercises make` writes the file."""

import json
from pathlib import Path

PATH = Path(__file__).with_name("answers.json")


def load(notebook):
    """Return `{cell id: code}` of a notebook's answers.

    >>> sorted(load("01_the_model_class"))
    ['q1-answer', 'q2-answer', 'q3-answer', 'q4-answer']
    """
    return json.loads(PATH.read_text("utf-8"))[notebook]
