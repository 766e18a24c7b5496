"""One training step as plain data: every op with its inputs, its output, and the line that made it."""

from .callback import TraceCallback
from .replay import Replay, replay
from .trace import Trace, trace

__all__ = ["Replay", "Trace", "TraceCallback", "replay", "trace"]
