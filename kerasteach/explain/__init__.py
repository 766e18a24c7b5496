"""What happened, as plain data and text: graphs, traces, shapes. No drawing here."""

from .gradients import finite_differences, gradients
from .layer_outputs import activations
from . import shapes
from .recording import recording

__all__ = ["activations", "finite_differences", "gradients", "recording", "shapes"]
