"""Which lengths and shapes came, and which might have been expected."""

import itertools
import math

from ...layers import Layer
from .copies import arguments


def shapes_of(incident):
    return [tuple(t.shape) for t in incident.received]


def numbers_got(incident):
    """Lengths of axes that were received, and of samples as a whole."""
    shapes = shapes_of(incident)
    sizes = [n for shape in shapes for n in reversed(shape[1:])]
    sizes += [math.prod(shape[1:]) for shape in shapes if None not in shape[1:]]
    return unique(n for n in sizes if n)


def numbers_wanted(incident, refuser):
    """Lengths that might be expected: what the refuser says, what its other inputs have, what the targets have."""
    found = list(incident.hints)
    if isinstance(refuser, Layer):
        for spec in refuser.input_spec if isinstance(refuser.input_spec, list) else [refuser.input_spec]:
            found += [*(spec.axes or {}).values(), *(spec.shape or ())] if spec is not None else []
        for layer in refuser._flatten_layers():
            for value in arguments_of(layer).values():
                found += ints(value)
                if isinstance(value, (tuple, list)) and all(isinstance(n, int) for n in value) and value:
                    found.append(math.prod(n for n in value if n > 0))
            found += [n for v in layer._own_variables() for n in v.shape]
    shapes = shapes_of(incident)
    if incident.op is not None:
        found += [n for t in incident.op[1] for n in t.shape]
    if len(shapes) > 1:
        found += [n for shape in shapes for n in reversed(shape[1:])]
    products = [math.prod(pair) for pair in itertools.pairwise(found) if all(isinstance(n, int) for n in pair)]
    return [n for n in unique([*found, *products]) if isinstance(n, int) and n > 0][:12]


def wanted_shape(incident):
    """The shape that a layer's own demands spell out, with None for open axes; None if they do not."""
    spec = getattr(incident.refuser, "input_spec", None)
    spec = spec[0] if isinstance(spec, (list, tuple)) and spec else spec
    rank = None if spec is None or isinstance(spec, (list, tuple)) else spec.ndim or spec.min_ndim
    if spec is not None and not isinstance(spec, (list, tuple)) and spec.shape is not None:
        return spec.shape
    if not rank:
        return None
    wanted = [None] * rank
    for axis, length in (spec.axes or {}).items():
        wanted[axis] = length
    return tuple(wanted)


def arguments_of(layer):
    try:
        return arguments(layer)
    except (TypeError, KeyError):  # made by no constructor of its own
        return {}


def ints(value):
    if isinstance(value, (tuple, list)):
        return [n for part in value for n in ints(part)]
    return [value] if isinstance(value, int) and not isinstance(value, bool) else []


def with_number(value, old, new):
    """The last number `old` in a setting, made `new`."""
    if not isinstance(value, (tuple, list)):
        return new
    flat = list(value)
    places = [i for i, part in enumerate(flat) if old in ints(part)]
    flat[places[-1]] = with_number(flat[places[-1]], old, new)
    return type(value)(flat)


def with_all(value, old, new):
    if isinstance(value, (tuple, list)):
        return type(value)(with_all(part, old, new) for part in value)
    return new if value == old else value


def unique(values):
    return list(dict.fromkeys(values))
