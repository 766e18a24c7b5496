"""The table `model.summary()` prints, column for column Keras's."""

import math
import re

_WIDTH = 76  # characters, borders included


def table(model, line_length=None, positions=None, expand_nested=False, show_trainable=False, layer_range=None):
    """Return the summary of a model as text.

    Raises:
        ValueError: if `layer_range` names no layer.
    """
    is_graph = hasattr(model, "_plan") and not _is_chain(model)
    headers = ["Layer (type)", "Output Shape", "Param #"]
    align = ["<", "<", ">"]
    if is_graph:
        headers.append("Connected to")
        align.append("<")
    if show_trainable:
        headers.append("Trainable")
        align.append("^")
    widths = _widths(headers, line_length, positions)
    rows = [
        _row(layer, depth, is_graph, show_trainable, model)
        for layer, depth in _listed(_in_range(model.layers, layer_range), expand_nested, 0)
    ]
    lines = [f'Model: "{model.name}"', *_draw(headers, rows, widths, align), *_totals(model)]
    return "\n".join(lines)


def _is_chain(model):
    """Whether each layer is called once on the one before it: no need to say what is connected to what."""
    outputs = [node.outputs for node in model._nodes]
    used = [t for node in model._nodes for t in node.input_tensors]
    return (
        len(model.inputs) == 1
        and all(len(node.input_tensors) <= 1 for node in model._nodes)
        and all(len(made) == 1 for made in outputs)
        and len({id(t) for t in used}) == len(used)
        and len({id(node.operation) for node in model._nodes}) == len(model._nodes)
    )


def _listed(layers, expand_nested, depth):
    for layer in layers:
        yield layer, depth
        if expand_nested and getattr(layer, "layers", None):
            yield from _listed(layer.layers, expand_nested, depth + 1)


def _in_range(layers, names):
    if names is None:
        return layers
    if len(names) != 2:
        raise ValueError(f"layer_range must be a list or tuple of length 2. Received: layer_range = {names} of length {len(names)}")
    found = [
        [i for i, layer in enumerate(layers) if layer.name == name or re.match(name, layer.name)] for name in names
    ]
    if not found[0] or not found[1]:
        raise ValueError(f"Passed layer_names do not match the layer names in the model. Received: {names}")
    first, last = min(found[0] + found[1]), max(found[0] + found[1])
    return layers[first : last + 1]


def _row(layer, depth, is_graph, show_trainable, model):
    indent = "   " * depth + "└ " if depth else ""
    cells = [f"{indent}{layer.name} ({type(layer).__name__})", _output_shape(layer), _params(layer)]
    if is_graph:
        cells.append(_connections(layer, model))
    if show_trainable:
        cells.append("-" if not layer.weights else "Y" if layer.trainable else "N")
    return cells


def _output_shape(layer):
    shapes = [t.shape for node in layer._inbound_nodes for t in node.outputs]
    if not shapes:
        return "?"
    if len(set(shapes)) == 1 or len(layer._inbound_nodes[0].outputs) == 1:
        return str(tuple(shapes[0]))
    return "[" + ", ".join(str(tuple(s)) for s in dict.fromkeys(shapes)) + "]"


def _params(layer):
    return f"{layer.count_params():,}" if layer.built else "0 (unbuilt)"


def _connections(layer, model):
    inside = {id(node) for node in model._nodes}
    tensors = [t for node in layer._inbound_nodes if id(node) in inside for t in node.input_tensors]
    names = [f"{t._keras_history.operation.name}[{t._keras_history.node_index}][{t._keras_history.tensor_index}]" for t in tensors]
    return ", \n".join(names) if names else "-"


def _widths(headers, line_length, positions):
    """Widths of the columns' text."""
    if line_length is None and positions is None:
        known = {3: [31, 22, 13], 4: [19, 17, 10, 17], 5: [15, 15, 10, 15, 4]}
        if headers[-1] == "Trainable" and len(headers) == 4:
            known[4] = [27, 20, 12, 5]
        return known[len(headers)]
    total = line_length or _WIDTH
    shares = positions or {3: [0.45, 0.80, 1.0], 4: [0.3, 0.6, 0.70, 1.0], 5: [0.3, 0.55, 0.7, 0.9, 1.0]}[len(headers)]
    ends = [int(total * s) if s <= 1 else int(s) for s in shares]
    return [max(end - start - 3, 4) for start, end in zip([0, *ends], ends)]


def _draw(headers, rows, widths, align):
    def line(left, mid, right, fill):
        return left + mid.join(fill * (w + 2) for w in widths) + right

    def text(cells, bar):
        wrapped = [_wrap(cell, w) for cell, w in zip(cells, widths)]
        for i in range(max(map(len, wrapped))):
            parts = [lines[i] if i < len(lines) else "" for lines in wrapped]
            yield bar + bar.join(f" {part:{a}{w}} " for part, a, w in zip(parts, align, widths)) + bar

    lines = [line("┏", "┳", "┓", "━"), *text(headers, "┃"), line("┡", "╇", "┩", "━")]
    for i, row in enumerate(rows):
        lines += [line("├", "┼", "┤", "─")] if i else []
        lines += text(row, "│")
    return [*lines, line("└", "┴", "┘", "─")]


def _wrap(text, width):
    """Break a cell at spaces; cut what is still too long with an ellipsis."""
    lines = []
    for paragraph in text.split("\n"):
        indent = re.match(r" *(└ )?", paragraph).group()
        current = indent
        for word in paragraph[len(indent) :].split():
            joined = f"{current} {word}" if current.strip(" └") else current + word
            if len(joined) > width and current.strip(" └"):
                lines.append(current)
                joined = word
            current = joined
        lines.append(current)
    return [line if len(line) <= width else line[: width - 1] + "…" for line in lines]


def _totals(model):
    trainable, rest = model.trainable_variables, model.non_trainable_variables
    lines = [("Total params", trainable + rest), ("Trainable params", trainable), ("Non-trainable params", rest)]
    optimizer = getattr(model, "optimizer", None)
    if optimizer is not None and optimizer.built:
        lines[0] = ("Total params", trainable + rest + optimizer.variables)
        lines.append(("Optimizer params", optimizer.variables))
    return [f" {name}: {_count(v):,} ({_bytes(v)})" for name, v in lines]


def _count(variables):
    return sum(math.prod(v.shape) for v in variables)


def _bytes(variables):
    """Memory of variables, in the unit that suits it."""
    size = float(sum(math.prod(v.shape) * _itemsize(v.dtype) for v in variables))
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if size < 1024 or unit == "TB":
            return f"{size:.2f} {unit}"
        size /= 1024


def _itemsize(dtype):
    bits = re.search(r"\d+$", dtype)
    return int(bits.group()) // 8 if bits else 1
