"""Changes to the arguments of a call by hand, of a layer, a model or an op; whether one helps is for a trial to say."""

import itertools

from ... import tree
from ...layers import Layer
from ...losses import Loss
from . import reforms
from .edits import Data
from .given import graph_of, leaves, spelled
from .needs import numbers_wanted, wanted_shape
from .suggest_data import of_array, structures


def for_call(incident):
    """Edits of what a layer, model or op was called on."""
    operation, args, _ = incident.calls[0]
    graph = graph_of(operation)
    built = getattr(operation, "_build_shapes", None)
    wanted = [tuple(t.shape) for t in graph.inputs] if graph is not None else [built] if isinstance(built, tuple) else None
    if len(args) == 1 and isinstance(args[0], (list, tuple, dict)):
        for edit in structures("x", args[0], wanted, graph, incident):
            yield Data("args", edit.change, edit.code, edit.what, (0, *edit.place))
    if not isinstance(operation, Layer):
        yield from _of_parameters(incident)
    tensors = [(place, leaf) for place, leaf in leaves(args) if hasattr(leaf, "shape")]
    names = [_name(operation, i, place[1:] if len(args) == 1 else place, incident) for i, (place, _) in enumerate(tensors)]
    ways = []
    for i, (place, leaf) in enumerate(tensors):
        others = [tuple(other.shape) for j, (_, other) in enumerate(tensors) if j != i]
        like = wanted[i] if wanted and i < len(wanted) else max(others, key=len) if others else wanted_shape(incident)
        ways.append([_data(names[i], reform, place) for reform in of_array("x", leaf, like)])
    for group in itertools.zip_longest(*ways):
        yield from (edit for edit in group if edit is not None)
    if len(tensors) > 1:
        for dtype in ("float32", "int32"):
            code = f"{', '.join(names)} = {', '.join(reforms.cast(dtype).code.format(name) for name in names)}"
            yield Data("args", lambda a, dtype=dtype: _all_cast(a, dtype), code, f"make them {dtype}")
    if len(tensors) == 2 and len(args) == 2:
        yield Data("args", lambda a: (a[1], a[0]), f"{names[0]}, {names[1]} = {names[1]}, {names[0]}", "the other way round")
    for name, (place, leaf) in zip(names, tensors):
        sizes = numbers_wanted(incident, incident.refuser) if len(leaf.shape) else []
        yield from (_data(name, reforms.first_features(size), place) for size in sizes if size < leaf.shape[-1])


def _all_cast(args, dtype):
    return tree.map_structure(lambda x: reforms.cast(dtype).apply(x) if hasattr(x, "dtype") else x, args)


def _name(operation, index, place, incident):
    """What a tensor is called: by the op's own word for it, or by its place in `x`."""
    if isinstance(operation, Loss):
        return ("y_true", "y_pred")[index]
    names = getattr(operation, "inputs", None)
    if getattr(operation, "variadic", False):
        return f"xs[{index}]"
    own = not isinstance(operation, Layer) and isinstance(names, tuple) and index < len(names)
    return names[index] if own else spelled("x", place, incident)


def _data(name, reform, place):
    return Data("args", reform.apply, f"{name} = {reform.code.format(name)}", reform.what, place)


def _of_parameters(incident):
    """Other axes and shapes for an op."""
    op, _, params = incident.calls[0]
    shapes = [tuple(t.shape) for t in incident.received]
    for name, value in params.items():
        others = []
        if name in ("newshape", "shape") and isinstance(value, (tuple, list)) and shapes:
            others = reforms.fitting_shapes(tuple(value), shapes[0])
        elif name in ("axis", "axes", "axis1", "axis2"):
            others = [-1, *range(max(map(len, shapes), default=0))]
        for other in others:
            if other != value:
                yield Data(name, lambda _, other=other: other, f"{op.name}(..., {name}={other!r})", f"instead of {name}={value!r}")
