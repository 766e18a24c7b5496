"""Exercise 05, Shapes: two predicted, one silent broadcast, a broken chain, axes in another order, and patches."""

from ..exercise import Exercise
from .axes import AXES
from .broadcast import BROADCAST
from .convolved import CONVOLVED
from .patches import PATCHES
from .reader import READER
from .reshaped import RESHAPED


def make():
    """Return the exercise, with nothing answered yet."""
    return Exercise("05", "Shapes", "05_shapes", [CONVOLVED, RESHAPED, BROADCAST, READER, AXES, PATCHES])
