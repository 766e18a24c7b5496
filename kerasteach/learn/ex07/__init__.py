"""Exercise 07, compile: a loss, the trap of the logits, which loss for which labels, a metric, momentum, Adam."""

from ..exercise import Exercise
from .adam import ADAM
from .alarms import ALARMS
from .choose import CHOOSE
from .momentum import MOMENTUM
from .stock import STOCK
from .surprise import SURPRISE


def make():
    """Return the exercise, with nothing answered yet."""
    return Exercise("07", "compile", "07_compile", [STOCK, SURPRISE, CHOOSE, ALARMS, MOMENTUM, ADAM])
