"""What happened, as plain data and text: graphs, traces, shapes. No drawing here."""

from . import shapes
from .attention import attended
from .boundary import decision_map, neuron_maps
from .doctor import Doctor, diagnose
from .gradients import finite_differences, gradients
from .latent_samples import LatentSamples
from .layer_outputs import activations
from .origins import why
from .racing import race, race_on
from .recording import recording
from .recurrent import unrolled
from .saliency import grad_cam, slopes
from .through_time import gradient_through_time
from .timeline import Timeline
from .tracing import Trace, TraceCallback, replay, trace
from .watch import Watch
from .window import sliding

__all__ = [
    "Doctor", "LatentSamples", "Timeline", "Trace", "TraceCallback", "Watch", "activations", "attended", "decision_map",
    "diagnose", "finite_differences", "grad_cam", "gradient_through_time", "gradients", "neuron_maps", "race", "race_on",
    "recording", "replay", "shapes", "sliding", "slopes", "trace", "unrolled", "why",
]  # fmt: skip
