"""Changes to layers that might mend it, likely ones first; whether they do is for a trial to say."""

import itertools
import math
import re

from ... import layers
from ...layers import InputLayer, Layer
from . import reforms
from .copies import arguments
from .edits import CallOn, Change, InputShape, Insert, LeaveOut, OtherClass
from .given import graph_of
from .incident import is_of_library, tensors_of
from .places import upstream
from .reforms import fitting_shapes

_SWITCHES = ("return_sequences", "keepdims", "return_state")
_SPATIAL = ("kernel_size", "pool_size", "strides", "cropping", "dilation_rate", "size", "block_size", "patch_size")
_DIVIDING = ("groups", "num_heads", "num_query_heads", "num_key_value_heads")
_NAMES = ("name", "dtype", "trainable", "seed", "activation")
_SHAPING = {"Flatten", "Reshape", "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalMaxPooling1D", "GlobalMaxPooling2D",
            "RepeatVector", "Permute", "MaxPooling1D", "MaxPooling2D", "AveragePooling2D", "Lambda", "TimeDistributed"}  # fmt: skip


def for_layers(incident):
    """Edits of layers: numbers first, then switches, then a layer more or less, then the input's shape."""
    behind, refuser = upstream(incident), incident.refuser
    if not isinstance(refuser, Layer):
        refuser = None
    parts = [] if refuser is None else [p for p in refuser._flatten_layers() if not isinstance(p, InputLayer)]
    wanted, got = numbers_wanted(incident, refuser), numbers_got(incident)
    yield from _calls(incident)
    for layer in behind:
        yield from _numbers(layer, wanted, got)
    for layer in parts:
        yield from _own(layer, incident, got)
    for layer in behind:
        yield from _switches(layer)
    for layer in behind:
        if is_of_library(layer):
            yield from _spatial(layer, incident)
    yield from _classes(incident)
    yield from _before_models(incident)
    yield from _insertions(incident, wanted)
    if not isinstance(incident.refuser, Layer) and incident.loop:
        yield from _in_front_of_outputs(behind)
    for layer in behind:
        if type(layer).__name__ in _SHAPING and is_of_library(layer):
            yield LeaveOut(layer)
    for layer in parts:
        yield from _numbers(layer, [*got, *wanted], None)
    for layer in behind:
        if isinstance(layer, InputLayer):
            yield from _inputs(layer, incident, wanted)


def shapes_of(incident):
    return [tuple(t.shape) for t in incident.received]


def numbers_got(incident):
    """Lengths of axes that were received, and of samples as a whole."""
    shapes = shapes_of(incident)
    sizes = [n for shape in shapes for n in reversed(shape[1:])]
    sizes += [math.prod(shape[1:]) for shape in shapes if None not in shape[1:]]
    return _unique(n for n in sizes if n)


def numbers_wanted(incident, refuser):
    """Lengths that might be expected: what the refuser says, what its other inputs have, what the targets have."""
    found = list(incident.hints)
    if isinstance(refuser, Layer):
        for spec in refuser.input_spec if isinstance(refuser.input_spec, list) else [refuser.input_spec]:
            found += [*(spec.axes or {}).values(), *(spec.shape or ())] if spec is not None else []
        for layer in refuser._flatten_layers():
            for value in _arguments(layer).values():
                found += _ints(value)
                if isinstance(value, (tuple, list)) and all(isinstance(n, int) for n in value) and value:
                    found.append(math.prod(n for n in value if n > 0))
            found += [n for v in layer._own_variables() for n in v.shape]
    shapes = shapes_of(incident)
    if incident.op is not None:
        found += [n for t in incident.op[1] for n in t.shape]
    if len(shapes) > 1:
        found += [n for shape in shapes for n in reversed(shape[1:])]
    products = [math.prod(pair) for pair in itertools.pairwise(found) if all(isinstance(n, int) for n in pair)]
    return [n for n in _unique([*found, *products]) if isinstance(n, int) and n > 0][:12]


def _numbers(layer, wanted, got):
    """A number that is as long as what came, made as long as what is expected; any number if `got` is None."""
    for setting, value in _arguments(layer).items():
        if setting in _NAMES or isinstance(layer, InputLayer):
            continue
        if got is None and setting == "target_shape":
            continue
        for old in _ints(value):
            if got is not None and old not in got:
                continue
            for new in wanted:
                if new != old:
                    yield Change(layer, setting, value, _with(value, old, new))


def _own(layer, incident, got):
    """Settings of the layer that refused, each by what it means."""
    for setting, value in _arguments(layer).items():
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
        yield from _spatial(layer, incident)
    yield from _switches(layer)


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


def _spatial(layer, incident):
    """Windows no larger than the picture; "same" padding, which lets them be."""
    given = _arguments(layer)
    smallest = min([n for shape in shapes_of(incident) for n in shape[1:-1] if n], default=1)
    if given.get("padding") == "valid":
        yield Change(layer, "padding", "valid", "same")
    for setting in _SPATIAL:
        value = given.get(setting)
        for old in _unique(_ints(value)) if value is not None and not isinstance(layer, InputLayer) else ():
            for new in _unique([min(old, max(smallest, 1)), old // 2, 1, old - 1, old + 1]):
                if 0 < new != old:
                    yield Change(layer, setting, value, _all_with(value, old, new))


def _switches(layer):
    for setting in _SWITCHES:
        value = _arguments(layer).get(setting)
        if isinstance(value, bool):
            yield Change(layer, setting, value, not value)


def _insertions(incident, wanted):
    """A layer more before the one that refused, on each of its inputs."""
    if not isinstance(incident.refuser, Layer) and not incident.symbolic:
        return
    known = [n for n in wanted if n not in numbers_got(incident) or len(incident.received) > 1][:3]
    shapes, timed = shapes_of(incident), type(incident.refuser).__name__.startswith(("ConvLSTM", "TimeDist"))
    ways = [_ways(shape, _like(incident, i, shapes), known, timed) for i, shape in enumerate(shapes)]
    for group in itertools.zip_longest(*ways):
        for i, reform in enumerate(group):
            if reform is not None and reform.layer:
                yield Insert(incident.refuser, i, reform, of_several=len(shapes) > 1)
    yield from (Insert(incident.refuser, i, reforms.cast(d), len(shapes) > 1) for i in range(len(shapes)) for d in ("int32", "float32"))


def _before_models(incident):
    """What a model inside was drawn for, made of what it got."""
    for model, args, _ in incident.calls:
        tensors = [tuple(t.shape) for t in tensors_of(args)]
        wanted = [tuple(t.shape) for t in getattr(graph_of(model), "inputs", ())]
        if model is not incident.refuser and len(wanted) == len(tensors) and incident.symbolic:
            for i, (shape, like) in enumerate(zip(tensors, wanted)):
                ways = [r for r in reforms.of_shape(shape, like) if r.layer and reforms.fits(r, shape, like)]
                yield from (Insert(model, i, reform, len(tensors) > 1) for reform in ways if shape[1:] != like[1:])


def _classes(incident):
    """Conv1D for Conv2D, and their kin, by the axes that came."""
    name = type(incident.refuser).__name__
    found = re.search(r"[123]D", name)
    if found and isinstance(incident.refuser, Layer) and incident.received:
        other = name.replace(found[0], f"{len(incident.received[0].shape) - 2}D")
        if other != name and hasattr(layers, other):
            yield OtherClass(incident.refuser, getattr(layers, other))


def _in_front_of_outputs(behind):
    """A layer more in front of one of the last, for what comes out has an axis too many."""
    for layer in behind[:3]:
        nodes = getattr(layer, "_inbound_nodes", ())
        if nodes and len(nodes[0].input_tensors) == 1:
            rank = len(nodes[0].input_tensors[0].shape)
            yield from (Insert(layer, 0, reform) for reform in [*[reforms.pool(rank)] * (3 <= rank <= 5), *[reforms.flatten()] * (rank > 2)])


def _ways(shape, like, known, timed=False):
    """Reforms with a layer, those first that give the rank that is wanted; no others, if there is another tensor to be like."""
    ways = [r for r in reforms.of_shape(shape, like, known) if r.layer]
    if timed:
        ways.sort(key=lambda r: "at place 1" not in r.what)
    if like is None:
        return ways
    fitting = [r for r in ways if len(reforms.result(r, shape) or ()) == len(like)]
    return fitting or ways


def _like(incident, index, shapes):
    """The shape that another input has, for one of several."""
    others = [shape for i, shape in enumerate(shapes) if i != index]
    if others:
        return max(others, key=len)
    return wanted_shape(incident)


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


def _calls(incident):
    """A layer called on its tensors in another way: one list of them, or one after the other."""
    if not incident.calls or not isinstance(incident.refuser, Layer):
        return
    args = next(args for who, args, _ in incident.calls if who is incident.refuser)
    tensors = [a for a in args if hasattr(a, "shape")]
    if len(tensors) > 1:
        yield CallOn(incident.refuser, lambda a, k: (([*a],), k), f"{incident.refuser.name}([x1, x2]), on one list")
    if len(args) == 1 and isinstance(args[0], (list, tuple)) and len(args[0]) > 1:
        yield CallOn(incident.refuser, lambda a, k: (tuple(a[0]), k), f"{incident.refuser.name}(x1, x2), one after the other")
        yield CallOn(incident.refuser, lambda a, k: ((a[0][::-1],), k), f"{incident.refuser.name}([x2, x1]), the other way round")
    if len(args) == 1 and hasattr(args[0], "shape"):
        yield CallOn(incident.refuser, lambda a, k: ((a[0], a[0]), k), f"{incident.refuser.name}(x, x)")
        yield CallOn(incident.refuser, lambda a, k: (([a[0], a[0]],), k), f"{incident.refuser.name}([x, x])")
    if len(tensors) > 1 and len(args) == len(tensors):
        yield CallOn(incident.refuser, lambda a, k: (a[::-1], k), f"{incident.refuser.name}(x2, x1), the other way round")


def _inputs(layer, incident, wanted):
    """Another shape for an Input: with an axis more or less, or another length."""
    shape = layer.batch_shape
    for given in incident.data_shapes:
        if given[1:] != shape[1:]:
            yield InputShape(layer, (shape[0], *given[1:]))
    spec = wanted_shape(incident)
    if spec is not None and len(spec) == len(shape):
        yield InputShape(layer, (shape[0], *[n if m is None else m for n, m in zip(shape[1:], spec[1:])]))
    yield from (InputShape(layer, (*shape[:i], n, *shape[i + 1 :])) for i in range(len(shape) - 1, 0, -1) for n in wanted)
    yield InputShape(layer, (*shape, 1))
    if len(shape) > 2:
        yield InputShape(layer, (shape[0], *shape[2:], shape[1]))
    if len(shape) > 3:
        yield InputShape(layer, (shape[0], shape[-1], *shape[1:-1]))
    if layer.batch_shape[0] is None and len(shape) > 2:
        yield InputShape(layer, (None, *shape[2:]))  # a batch given as an axis of the sample


def _arguments(layer):
    try:
        return arguments(layer)
    except (TypeError, KeyError):  # made by no constructor of its own
        return {}


def _ints(value):
    if isinstance(value, (tuple, list)):
        return [n for part in value for n in _ints(part)]
    return [value] if isinstance(value, int) and not isinstance(value, bool) else []


def _with(value, old, new):
    """The last number `old` in a setting, made `new`."""
    if not isinstance(value, (tuple, list)):
        return new
    flat = list(value)
    places = [i for i, part in enumerate(flat) if old in _ints(part)]
    flat[places[-1]] = _with(flat[places[-1]], old, new)
    return type(value)(flat)


def _all_with(value, old, new):
    if isinstance(value, (tuple, list)):
        return type(value)(_all_with(part, old, new) for part in value)
    return new if value == old else value


def _unique(values):
    return list(dict.fromkeys(values))
