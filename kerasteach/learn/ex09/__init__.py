"""Exercise 09, evaluate and predict: batches averaged, answers counted, rates, a threshold, calibration, and a bet on pairs."""

from ..exercise import Exercise
from .calibrate import ECE
from .matrix import MATRIX
from .mean import MEAN
from .pairs import AUC
from .rates import RATES
from .threshold import THRESHOLD


def make():
    """Return the exercise, with nothing answered yet."""
    return Exercise("09", "evaluate and predict", "09_evaluate_and_predict", [MEAN, MATRIX, RATES, THRESHOLD, ECE, AUC])
