"""What happened, as plain data and text: graphs, traces, shapes. No drawing here."""

from .gradients import finite_differences, gradients
from .layer_outputs import activations
from .recording import recording
from .watch import Watch

__all__ = ["Watch", "activations", "finite_differences", "gradients", "recording"]
