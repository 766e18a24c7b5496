"""Other values for the arguments of layers; whether one helps is for a trial to say."""

import itertools
import math

from ...layers import InputLayer
from .edits import Change
from .incident import is_of_library
from .needs import arguments_of, ints, shapes_of, unique, with_all, with_number
from .reforms import fitting_shapes

_SWITCHES = ("return_sequences", "keepdims", "return_state")
_SPATIAL = ("kernel_size", "pool_size", "strides", "cropping", "dilation_rate", "size", "block_size", "patch_size")
_DIVIDING = ("groups", "num_heads", "num_query_heads", "num_key_value_heads")
_NAMES = ("name", "dtype", "trainable", "seed", "activation")


def numbers(layer, wanted, got):
    """A number that is as long as what came, made as long as what is expected; any number if `got` is None."""
    for setting, value in arguments_of(layer).items():
        if setting in _NAMES or isinstance(layer, InputLayer):
            continue
        if got is None and setting == "target_shape":
            continue
        for old in ints(value):
            if got is not None and old not in got:
                continue
            for new in wanted:
                if new != old:
                    yield Change(layer, setting, value, with_number(value, old, new))


def own_settings(layer, incident, got):
    """Settings of the layer that refused, each by what it means."""
    for setting, value in arguments_of(layer).items():
        if setting == "target_shape":
            yield from _targets(layer, value, incident)
        elif setting in ("axis", "axes", "dims") or setting.endswith("_axis"):
            yield from _axes(layer, setting, value, incident)
        elif setting == "data_format":
            given = value or "channels_last"
            yield Change(layer, setting, value, "channels_first" if given == "channels_last" else "channels_last")
        elif setting == "padding" and value == "valid":
            yield Change(layer, setting, value, "same")
        elif setting in _DIVIDING and isinstance(value, int):
            common = {math.gcd(value, n) for n in got} | {1}
            common |= {math.gcd(*pair) for pair in itertools.pairwise(got)}
            yield from (Change(layer, setting, value, n) for n in sorted(common, reverse=True) if n != value)
        elif setting == "input_dim" and isinstance(value, int):
            yield from (Change(layer, setting, value, n) for n in incident.hints if n > value)
    if is_of_library(layer):
        yield from windows(layer, incident)
    yield from switches(layer)


def _targets(layer, target, incident):
    """A target shape with one axis as long as it has to be."""
    for new in fitting_shapes(tuple(target), tuple(n or 1 for n in shapes_of(incident)[0][1:])) if incident.received else ():
        yield Change(layer, "target_shape", target, new)


def _axes(layer, setting, value, incident):
    rank = max([len(shape) for shape in shapes_of(incident)], default=0)
    if setting == "dims":
        yield Change(layer, setting, value, tuple(range(rank - 1, 0, -1)))
    elif isinstance(value, (tuple, list)):
        for new in itertools.permutations(range(1, rank), len(value)):
            yield Change(layer, setting, value, type(value)(new))
        yield Change(layer, setting, value, -1)
    else:
        yield from (Change(layer, setting, value, new) for new in [-1, *range(1, rank)] if new != value)
        if setting == "axes":
            yield from (Change(layer, setting, value, pair) for pair in itertools.product(range(1, rank), repeat=2))


def windows(layer, incident):
    """Windows no larger than the picture; "same" padding, which lets them be."""
    given = arguments_of(layer)
    smallest = min([n for shape in shapes_of(incident) for n in shape[1:-1] if n], default=1)
    if given.get("padding") == "valid":
        yield Change(layer, "padding", "valid", "same")
    for setting in _SPATIAL:
        value = given.get(setting)
        for old in unique(ints(value)) if value is not None and not isinstance(layer, InputLayer) else ():
            for new in unique([min(old, max(smallest, 1)), old // 2, 1, old - 1, old + 1]):
                if 0 < new != old:
                    yield Change(layer, setting, value, with_all(value, old, new))


def switches(layer):
    for setting in _SWITCHES:
        value = arguments_of(layer).get(setting)
        if isinstance(value, bool):
            yield Change(layer, setting, value, not value)
