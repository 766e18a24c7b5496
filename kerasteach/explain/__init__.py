"""What happened, as plain data and text: graphs, traces, shapes. No drawing here."""

from .. import lazy
from .gradients import finite_differences, gradients  # files of the name of what they hold cannot load late
from .recording import recording

_WHERE = {
    "attention": "attended",
    "boundary": "decision_map neuron_maps",
    "doctor": "Doctor diagnose",
    "keras_file": "anatomy",
    "latent_samples": "LatentSamples",
    "layer_outputs": "activations",
    "origins": "why",
    "racing": "race race_on",
    "recurrent": "unrolled",
    "saliency": "grad_cam slopes",
    "through_time": "gradient_through_time",
    "timeline": "Timeline",
    "tracing": "Trace TraceCallback replay trace",
    "watch": "Watch",
    "window": "sliding",
    "": "shapes",
}

__getattr__, __dir__, __all__ = lazy.names(__name__, _WHERE, ["finite_differences", "gradients", "recording"])
