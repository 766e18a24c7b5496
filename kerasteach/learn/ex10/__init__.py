"""Exercise 10, Saving: files read by hand, a plan written, numbers taken over, a model run out of its file."""

from ..exercise import Exercise
from .best import BEST
from .config import CONFIG
from .count import COUNT
from .plan import PLAN
from .run import RUN
from .transfer import TRANSFER


def make():
    """Return the exercise, with nothing answered yet."""
    return Exercise("10", "Saving", "10_saving", [PLAN, COUNT, BEST, CONFIG, TRANSFER, RUN])
