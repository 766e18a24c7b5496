"""The coach's words: who made it, who refused it, what was expected and what came, axis by axis, and what helps."""

from ...layers import Layer
from ...losses import Loss
from ..graph_data import axis_names


def note(incident, made, expected, fixes, tried):
    """The text of the note."""
    lines = ["Shape coach"]
    lines.append(f"  Refused by: {refused(incident)}")
    shapes = [tuple(t.shape) for t in incident.received]
    for i, (shape, maker) in enumerate(zip(shapes, made)):
        which = f"{_LOSS[i]}: " if _is_loss(incident) else f"input {i}: " if len(shapes) > 1 else ""
        lines.append(f"  Received:   {which}{named(shape, incident, incident.received[i])}{f' made by {maker}' if maker else ''}")
    if incident.op is not None:
        op, tensors = incident.op
        lines.append(f"  Inside it:  op {op.name.strip('_')} got {' and '.join(str(tuple(t.shape)) for t in tensors)}")
    if expected:
        lines.append(f"  Expected:   {expected}")
    if fixes:
        lines.append("  What helps, each tried on a copy, where it ran:")
        lines += [f"    {i}. {fix}" for i, fix in enumerate(fixes, 1)]
    else:
        lines.append(f"  No fix was found: {tried}.")
    return "\n".join(lines)


_LOSS = ("y", "output")


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
    plain = "float32" in dtype or not dtype
    return f"({', '.join(told)}{',' if len(told) == 1 else ''})" + ("" if plain else f" of {dtype}")


def expectation(incident, wanted, reached):
    """What the refuser expects, in words: what it says itself, else what it took after the first fix."""
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
