"""Exercise 04, Subclassing: a layer with weights, one with a memory, a model with a skip, a recipe, a training step."""

from ..exercise import Exercise
from .adjust import ADJUST
from .around import AROUND
from .centre import CENTRE
from .recipe import RECIPE
from .teach import TEACH


def make():
    """Return the exercise, with nothing answered yet."""
    return Exercise("04", "Subclassing", "04_subclassing", [ADJUST, CENTRE, AROUND, RECIPE, TEACH])
