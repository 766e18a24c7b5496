"""A layer more, another layer, another call; whether one helps is for a trial to say."""

import itertools
import re

from ... import layers
from ...layers import Layer
from . import reforms
from .edits import CallOn, InputShape, Insert, OtherClass
from .given import graph_of
from .incident import tensors_of
from .needs import numbers_got, shapes_of, wanted_shape


def insertions(incident, wanted):
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


def in_front_of_outputs(behind):
    """A layer more in front of one of the last, for what comes out has an axis too many."""
    for layer in behind[:3]:
        nodes = getattr(layer, "_inbound_nodes", ())
        if nodes and len(nodes[0].input_tensors) == 1:
            rank = len(nodes[0].input_tensors[0].shape)
            yield from (Insert(layer, 0, reform) for reform in [*[reforms.pool(rank)] * (3 <= rank <= 5), *[reforms.flatten()] * (rank > 2)])


def before_models(incident):
    """What a model inside was drawn for, made of what it got."""
    for model, args, _ in incident.calls:
        tensors = [tuple(t.shape) for t in tensors_of(args)]
        wanted = [tuple(t.shape) for t in getattr(graph_of(model), "inputs", ())]
        if model is not incident.refuser and len(wanted) == len(tensors) and incident.symbolic:
            for i, (shape, like) in enumerate(zip(tensors, wanted)):
                ways = [r for r in reforms.of_shape(shape, like) if r.layer and reforms.fits(r, shape, like)]
                yield from (Insert(model, i, reform, len(tensors) > 1) for reform in ways if shape[1:] != like[1:])


def other_classes(incident):
    """Conv1D for Conv2D, and their kin, by the axes that came."""
    name = type(incident.refuser).__name__
    found = re.search(r"[123]D", name)
    if found and isinstance(incident.refuser, Layer) and incident.received:
        other = name.replace(found[0], f"{len(incident.received[0].shape) - 2}D")
        if other != name and hasattr(layers, other):
            yield OtherClass(incident.refuser, getattr(layers, other))


def other_calls(incident):
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


def other_inputs(layer, incident, wanted):
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
