"""Exercise 06, Gradients: a VJP, a check by nudging, repeats summed, factors counted, and a tape walked back."""

from ..exercise import Exercise
from .check import CHECK
from .rule import RULE
from .tape import BACK
from .unbroadcast import UNBROADCAST
from .vanish import VANISH


def make():
    """Return the exercise, with nothing answered yet."""
    return Exercise("06", "Gradients", "06_gradients", [RULE, CHECK, UNBROADCAST, VANISH, BACK])
