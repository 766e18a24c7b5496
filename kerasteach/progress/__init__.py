"""How far long work is: a pace that can be trusted, a screen that suits, at a cost nobody notices."""

from .pace import Pace, clock, short
from .screens import screen
from .watching import watched

__all__ = ["Pace", "clock", "screen", "short", "watched"]
