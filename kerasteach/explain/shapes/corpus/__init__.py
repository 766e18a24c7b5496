"""Broken models, each with its true culprit: what the shape coach, and real Keras, are judged by."""

from . import attention, conv, custom, dense, dtypes, later, losses, merging, recurrent, reshaping
from .case import CASES, Case

__all__ = ["CASES", "Case"]
