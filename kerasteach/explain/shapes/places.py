"""Where tensors came from: the layers in front of the one that refused, and who made what it got."""

from ... import tree
from ...layers import InputLayer, Layer
from ...models.functional import Functional
from ...models.sequential import Sequential

FAR = 8  # layers back from the refusal that may be the cause


def node_of(incident):
    """The node of the refuser in the graph it stands in; None if it stands in none."""
    for model, _, _ in incident.calls:
        graph = getattr(model, "_functional", None) or model
        if isinstance(graph, Functional):
            node = next((n for n in graph._nodes if n.operation is incident.refuser), None)
            if node is not None:
                return node
    return None


def sources(incident):
    """The symbolic tensors that stand where the received ones stood; [] where there is no graph."""
    symbols = [t for t in incident.received if hasattr(t, "_keras_history")]
    if symbols and incident.symbolic:
        return symbols
    node = node_of(incident)
    if node is not None:
        return node.input_tensors
    graph = getattr(incident.owner, "_functional", None) or incident.owner
    if isinstance(graph, Functional) and incident.loop and not isinstance(incident.refuser, Layer):
        return graph.outputs  # a loss looks at what comes out
    return []


def upstream(incident):
    """Layers that may be the cause, the nearest first; of a model that is no graph, all there are."""
    found = []
    for tensor in sources(incident):
        found += _behind(tensor)
    inner = [layer for who, _, _ in incident.calls if isinstance(who, Layer) for layer in who._flatten_layers()]
    if not found and incident.loop:
        inner += incident.owner._flatten_layers()
    if not found or not incident.symbolic:
        found += [layer for layer in reversed(inner) if not isinstance(layer, (Functional, Sequential))]
    unique = {id(layer): layer for layer in found if isinstance(layer, Layer) and layer is not incident.refuser}
    return list(unique.values())


def _behind(tensor):
    """Operations behind a tensor, level by level."""
    found, level = [], [tensor]
    for _ in range(FAR):
        level = [t for t in level if hasattr(t, "_keras_history")]
        operations = [t._keras_history.operation for t in level]
        found += [part for operation in operations for part in _parts(operation)]
        level = [t for op, x in zip(operations, level) for t in op._inbound_nodes[x._keras_history.node_index].input_tensors]
    return found


def _parts(operation):
    """A model's layers, the last first; what a layer was given as arguments; any other by itself."""
    if isinstance(operation, (Functional, Sequential)):
        return [part for layer in reversed(operation.layers) for part in _parts(layer)] + [operation]
    given = tree.flatten(vars(operation).get("_given", ()))
    return [operation, *[part for part in given if isinstance(part, Layer)]]


def inputs_behind(incident):
    """The Input layers in front of the refusal."""
    return [layer for layer in upstream(incident) if isinstance(layer, InputLayer)]


def makers(incident, again=None, seen=()):
    """Who made each received tensor, as words; None where nobody knows.

    Args:
        incident: what happened.
        again: the same on a copy, or None.
        seen: pairs (output, layer) of what was done on the copy: it tells makers where there is no graph.
    """
    symbols = sources(incident)
    if not isinstance(incident.refuser, Layer) and incident.loop and symbols:
        return [None] * (len(incident.received) - len(symbols)) + [_said(t._keras_history.operation) for t in symbols]
    if len(symbols) == len(incident.received):
        return [_said(t._keras_history.operation) if odd else None for t, odd in zip(symbols, _odd(incident.received))]
    found = [] if again is None else [_maker(tensor, seen) for tensor in again.received]
    return found if len(found) == len(incident.received) else [None] * len(incident.received)


def _maker(tensor, seen):
    """Who gave this very tensor."""
    layer = next((layer for output, layer in reversed(seen) if any(leaf is tensor for leaf in tree.flatten(output))), None)
    return None if layer is None else _said(layer)


def _odd(tensors):
    """Which of several tensors differ from the most of them; of two or fewer, all."""
    shapes = [tuple(t.shape) for t in tensors]
    most = max(shapes, key=shapes.count, default=None)
    return [len(shapes) < 3 or shape != most or shapes.count(most) == 1 for shape in shapes]


def _said(operation):
    if isinstance(operation, InputLayer):
        return f"input '{operation.name}'"
    kind = "layer" if isinstance(operation, Layer) else "op"
    return f"{kind} '{operation.name}' ({type(operation).__name__})"
