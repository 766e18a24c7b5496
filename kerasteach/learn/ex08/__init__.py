"""Exercise 08, fit: steps counted, batches dealt, a run chosen, a callback, a leak mended, and the loop itself."""

from ..exercise import Exercise
from .choose import CHOOSE
from .deal import DEAL
from .patience import PATIENCE
from .scale import SCALE
from .steps import STEPS
from .train import TRAIN


def make():
    """Return the exercise, with nothing answered yet."""
    return Exercise("08", "fit", "08_fit", [STEPS, DEAL, CHOOSE, PATIENCE, SCALE, TRAIN])
