"""Changes to layers that might mend it, likely ones first; whether they do is for a trial to say."""

from ...layers import InputLayer, Layer
from .edits import LeaveOut
from .incident import is_of_library
from .needs import numbers_got, numbers_wanted
from .places import upstream
from .suggest_settings import numbers, own_settings, switches, windows
from .suggest_steps import (
    before_models,
    in_front_of_outputs,
    insertions,
    other_calls,
    other_classes,
    other_inputs,
)

_SHAPING = {"Flatten", "Reshape", "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalMaxPooling1D", "GlobalMaxPooling2D",
            "RepeatVector", "Permute", "MaxPooling1D", "MaxPooling2D", "AveragePooling2D", "Lambda", "TimeDistributed"}  # fmt: skip


def for_layers(incident):
    """Edits of layers: numbers first, then switches, then a layer more or less, then the input's shape."""
    behind, refuser = upstream(incident), incident.refuser
    if not isinstance(refuser, Layer):
        refuser = None
    parts = [] if refuser is None else [p for p in refuser._flatten_layers() if not isinstance(p, InputLayer)]
    wanted, got = numbers_wanted(incident, refuser), numbers_got(incident)
    yield from other_calls(incident)
    for layer in behind:
        yield from numbers(layer, wanted, got)
    for layer in parts:
        yield from own_settings(layer, incident, got)
    for layer in behind:
        yield from switches(layer)
    for layer in behind:
        if is_of_library(layer):
            yield from windows(layer, incident)
    if behind and type(behind[0]).__name__.startswith(("Flatten", "Global")):
        yield LeaveOut(behind[0])  # if it took the axes that are missing
    yield from other_classes(incident)
    yield from before_models(incident)
    yield from insertions(incident, wanted)
    if not isinstance(incident.refuser, Layer) and incident.loop:
        yield from in_front_of_outputs(behind)
    for layer in behind:
        if type(layer).__name__ in _SHAPING and is_of_library(layer):
            yield LeaveOut(layer)
    for layer in parts:
        yield from numbers(layer, [*got, *wanted], None)
    for layer in behind:
        if isinstance(layer, InputLayer):
            yield from other_inputs(layer, incident, wanted)
