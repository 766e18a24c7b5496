"""Exercise 01, The Model class: what building, predict, evaluate and fit do, each opened up once."""

from ..exercise import Exercise
from .build import BUILD
from .evaluate import EVALUATE
from .fit import FIT
from .predict import PREDICT


def make():
    """Return the exercise, with nothing answered yet."""
    return Exercise("01", "The Model class", "01_the_model_class", [BUILD, PREDICT, EVALUATE, FIT])
