"""Exercise 00, Start here: a neuron, a small model, the shape of an answer, and a look at the history."""

from ..exercise import Exercise
from .best import BEST
from .model import MODEL
from .neuron import NEURON
from .shape import SHAPE


def make():
    """Return the exercise, with nothing answered yet."""
    return Exercise("00", "Start here", "00_start_here", [NEURON, MODEL, SHAPE, BEST])
