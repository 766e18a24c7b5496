"""The coach's words: who made it, who refused it, what was expected and what came, axis by axis, and what helps."""

from ...layers import Layer
from ...losses import Loss
from ..graph_data import axis_names
from .given import as_numbers, graph_of, leaves, spelled
from .needs import wanted_shape
from .suggest_loss import is_about_targets

TITLE = "Shape coach"


def note(incident, given, made, fixes, tried):
    """The text of the note.

    Args:
        incident: what happened.
        given: what `fit` and its kin were given, by name; `{}` for a plain call.
        made: who made each tensor that was received, or None.
        fixes: edits that ran, each with `reached`, the shapes that then reached the layer that had refused.
        tried: what to say if there are none.
    """
    lines = [TITLE, f"  Refused by: {refused(incident)}"]
    for label, tensor, maker in _received(incident, given, made):
        lines.append(f"  Received:   {label and f'{label}: '}{named(tuple(tensor.shape), incident, tensor)}{(maker and f' made by {maker}') or ''}")
    if incident.op is not None:
        op, tensors = incident.op
        lines.append(f"  Inside it:  op {op.name.strip('_')} got {' and '.join(str(tuple(t.shape)) for t in tensors)}")
    expected = _expected(incident, [fix.reached for fix in fixes])
    lines += [f"  Expected:   {expected}"] * bool(expected)
    if fixes:
        lines.append("  What helps, each tried on a copy, where it ran:")
        lines += [f"    {i}. {fix}" for i, fix in enumerate(fixes, 1)]
    else:
        lines.append(f"  No fix was found: {tried}.")
    return "\n".join(lines)


def _received(incident, given, made):
    """Triples (what it is called, the tensor, who made it): data by the name it was given under."""
    tensors = list(zip(incident.received, made))
    if incident.refuser is None or (incident.refuser is incident.owner and given):
        names = ("x", "y", "sample_weight") if incident.refuser is None else ("x",)
        data = [(spelled(name, place, incident), leaf) for name in names for place, leaf in leaves(given.get(name))]
        data = [(label, leaf if hasattr(leaf, "shape") else as_numbers(leaf)) for label, leaf in data]
        return [(label, leaf, None) for label, leaf in data if hasattr(leaf, "shape")]
    if _is_loss(incident):
        return [(label, *pair) for label, pair in zip(("y", "output"), tensors)]
    return [(f"input {i}" if len(tensors) > 1 else "", *pair) for i, pair in enumerate(tensors)]


def _is_loss(incident):
    return isinstance(incident.refuser, Loss) and len(incident.received) == 2


def refused(incident):
    """Who refused, in words."""
    who = incident.refuser
    if who is None:
        where = f"{incident.loop}()" if incident.loop else "the call"
        return f"{where} of model '{incident.owner.name}'" if incident.owner is not None else where
    if isinstance(who, Layer):
        path = who.path if who.path and who.path != who.name else None
        return f"layer '{who.name}' ({type(who).__name__}{f', at {path}' if path else ''})"
    kind = "loss" if not hasattr(who, "definition") and not hasattr(who, "forward") else "op"
    return f"{kind} '{who.name.strip('_')}'"


def named(shape, incident=None, tensor=None):
    """A shape with the name of each axis.

    >>> named((None, 28, 28, 1))
    '(batch, height=28, width=28, channels=1)'
    """
    first = getattr(getattr(incident, "refuser", None), "data_format", None) == "channels_first"
    tokens = type(getattr(incident, "refuser", None)).__name__ == "Embedding"
    names = axis_names(shape, channels_first=first, tokens=tokens)
    told = [name if n is None else f"{name}={n}" for n, name in zip(shape, names)]
    dtype = str(getattr(tensor, "dtype", "")).removeprefix("torch.")
    dtype = "text" if "<U" in dtype or "str" in dtype else dtype
    plain = "float" in dtype or not dtype
    return f"({', '.join(told)}{',' if len(told) == 1 else ''})" + ("" if plain else f" of {dtype}")


def _expected(incident, reached):
    """What the refuser expects, in words: what it says itself, else what it took after the first fix."""
    wanted, graph = wanted_shape(incident), graph_of(incident.owner) if incident.refuser in (None, incident.owner) else None
    if graph is not None:
        kind, symbols = ("for the output", graph.outputs) if is_about_targets(incident) else ("for the input", graph.inputs)
        return "; ".join(f"{kind} '{t._keras_history.operation.name}' {named(tuple(t.shape))}" for t in symbols)
    if wanted is not None:
        names = axis_names(wanted)
        spec = incident.refuser.input_spec
        spec = spec[0] if isinstance(spec, (list, tuple)) else spec
        more = " or more axes" if spec.ndim is None and spec.min_ndim is not None else " axes"
        told = [name if n is None else f"{name}={n}" for n, name in zip(wanted, names)]
        return f"({', '.join(told)}): {len(wanted)}{more}"
    if _is_loss(incident):
        sparse = incident.refuser.name.startswith("sparse")
        shape = tuple(incident.received[1].shape)
        return f"y like the output, {'without its last axis: ' if sparse else ''}{named(shape[:-1] if sparse else shape, incident)}"
    received = [tuple(t.shape)[1:] for t in incident.received]
    for number, shapes in enumerate(reached, 1):
        if shapes and [shape[1:] for shape in shapes] != received:
            shapes = [(None, *shape[1:]) for shape in shapes]
            told = [f"input {i}: {named(shape, incident)}" if len(shapes) > 1 else named(shape, incident) for i, shape in enumerate(shapes)]
            return f"{'; '.join(told)}, as after fix {number}"
    return ""
