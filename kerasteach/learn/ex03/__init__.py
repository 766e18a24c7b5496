"""Exercise 03, Functional: two answers from one trunk, their losses, a skip, its gradient, and what is counted once."""

from ..exercise import Exercise
from .block import BLOCK
from .count import COUNT
from .gradient import GRADIENT
from .heads import HEADS
from .total import TOTAL


def make():
    """Return the exercise, with nothing answered yet."""
    return Exercise("03", "Functional", "03_functional", [HEADS, TOTAL, BLOCK, GRADIENT, COUNT])
