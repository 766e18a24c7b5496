"""Exercise 02, Sequential: a chain to a drawing, its numbers, one link by hand, a broken chain, `build`, and two links in one."""

from ..exercise import Exercise
from .build import BUILD
from .count import COUNT
from .dense import DENSE
from .fold import FOLD
from .mend import MEND
from .shapes import SHAPES


def make():
    """Return the exercise, with nothing answered yet."""
    return Exercise("02", "Sequential", "02_sequential", [BUILD, COUNT, DENSE, SHAPES, MEND, FOLD])
