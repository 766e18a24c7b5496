"""An event of a trace in words: what happened, to what, in which layer."""

from kerasteach.explain.tracing.events import Value
from kerasteach.ops.spec import broadcast
from kerasteach.widgets.words import number

_INNER = ("update", "variable", "call")  # what an event keeps for its own use


def short(name):
    """A name without the way to it: of a weight, its layer and itself.

    >>> short("model/block/dense/kernel"), short("g_model/dense/bias"), short("v3")
    ('dense/kernel', 'g_dense/bias', 'v3')
    """
    parts = name.split("/")
    lead = "g_" if len(parts) > 2 and parts[0].startswith("g_") else ""
    return lead + "/".join(parts[-2:])


def names_in(event):
    """What the tensors of an event are called beside each other: dict of Value -> text.

    In an update there are two of each: before, and "new".
    """
    named = {v: short(v.name) for v in (*event.values, *event.outputs)}
    if event.stage != "update":
        return named
    weight, gradient = event.inputs[:2]
    own = weight.name.replace("/", "_") + "_"
    slots = {v: v.name.rpartition("/")[2].removeprefix(own).replace("_", " ") for v in (*event.inputs[2:], *event.outputs[1:])}
    named |= slots | ({gradient: "its gradient"} if gradient is not None else {})
    return named | {v: f"new {named.get(v)}" for v in event.outputs}


def layer_of(event, model):
    """The layer's path, without the model's own name."""
    return event.layer.removeprefix(model).lstrip("/")


def headline(event):
    """What happens, in a few words."""
    if event.stage == "update":
        return f"{event.op} updates {short(event.output.name)}"
    if event.op == "assign":
        return f"{short(event.output.name)} gets a new value"
    if event.op == "start":
        return f"Backward starts at {event.inputs[0].name}"
    if event.wrt is not None:
        return f"{event.op}, back to {_argument(event)}"
    if event.stage == "backward" and event.op == "add":
        return f"add: two ways lead to {short(event.output.of.name)}"
    return event.op


def _argument(event):
    """Which input of the op a gradient is for, as the rule calls it."""
    names = getattr(event.rule, "inputs", ())
    return f"input {event.wrt}" if event.rule.variadic or event.wrt >= len(names) else names[event.wrt]


def in_list(event, model):
    """The event's name in a list, and what it belongs to."""
    last = event.output.name.rpartition("/")[2]
    if event.stage == "update":
        return f"{event.op} → {last}", short(event.output.name).removesuffix(last).rstrip("/")
    if event.output.of is not None:
        return f"{event.op} → {event.output.of.name.rpartition('/')[2]}", layer_of(event, model)
    return event.op, layer_of(event, model)


def call(event):
    """The event as a line of code: `v2 = add(v1, dense/bias)`."""
    named = names_in(event)
    settings = [f"{k}={spelled(v)}" for k, v in event.params.items() if k not in _INNER]
    taken = [named[x] if isinstance(x, Value) else spelled(x) for x in event.inputs]
    made = ", ".join(named[v].removeprefix("new ") for v in event.outputs)
    return f"{made} = {event.op}{'' if event.wrt is None else '_vjp'}({', '.join(taken + settings)})"


def spelled(x):
    """A setting or a plain number, short."""
    if isinstance(x, float):
        return number(x)
    text = getattr(x, "__name__", None) or repr(x)
    return text if len(text) < 60 and " at 0x" not in text else type(x).__name__


def summed_over(event):
    """Axes that a gradient is summed over after its rule, because the input was repeated along them; a list of names."""
    if event.wrt is None or getattr(event.rule, "shape", None) is not broadcast:
        return []
    y, x = event.inputs[1], event.inputs[2 + event.wrt]
    missing = len(y.shape) - len(x.shape)
    return [name for n, (name, size) in enumerate(zip(y.axes, y.shape)) if n < missing or size != x.shape[n - missing]]


def line_of(event, trace):
    """`("dense.py, line 70", "x = ops.add(x, self.bias)")`, the line that called the op; two empty texts if there is none."""
    line = trace.line(event)
    if not line:
        return "", ""
    file, number, text = line.split(":", 2)
    if file == "__init__.py":  # the name of its room says more
        file = "/".join(event.where[0].replace("\\", "/").split("/")[-2:])
    return f"{file}, line {number}", text.strip()
