"""What happened, as plain data and text: graphs, traces, shapes. No drawing here."""

from . import shapes
from .doctor import Doctor, diagnose
from .gradients import finite_differences, gradients
from .layer_outputs import activations
from .origins import why
from .recording import recording
from .timeline import Timeline
from .tracing import Trace, TraceCallback, replay, trace
from .watch import Watch

__all__ = [
    "Doctor", "Timeline", "Trace", "TraceCallback", "Watch", "activations", "diagnose", "finite_differences", "gradients", "recording", "replay", "shapes",
    "trace", "why",
]  # fmt: skip
