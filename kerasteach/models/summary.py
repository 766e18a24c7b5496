"""The table `model.summary()` prints, column for column Keras's."""

import itertools
import math
import re


def table(model, line_length=None, positions=None, expand_nested=False, show_trainable=False, layer_range=None):
    """Return the summary of a model as text.

    Raises:
        ValueError: if `layer_range` names no layer, or the lines are too short for the columns.
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
    widths = _widths(len(headers), is_graph, show_trainable, line_length, positions)
    layers = _in_range(model.operations if hasattr(model, "_plan") else model.layers, layer_range)
    rows = [_row(layer, depth, is_graph, show_trainable, model) for layer, depth in _listed(layers, expand_nested, 0)]
    lines = [f'Model: "{model.name}"', *_draw(headers, rows, widths, align), *_totals(model)]
    return "\n".join(lines)


def _is_chain(model):
    """Whether each layer is called once on the one before it: no need to say what is connected to what."""
    nodes = model._nodes
    return (
        len(model.inputs) == 1
        and all(len(node.input_tensors) <= 1 for node in nodes)
        and all(_maker(node.input_tensors[0]) is before for before, node in itertools.pairwise(nodes))
        and len({id(node.operation) for node in nodes}) == len(nodes)
    )


def _maker(tensor):
    """The node of the graph that a tensor comes from."""
    operation, node_index, _ = tensor._keras_history
    return operation._inbound_nodes[node_index]


def _listed(layers, expand_nested, depth):
    for layer in layers:
        yield layer, depth
        if expand_nested and getattr(layer, "layers", None):
            yield from _listed(layer.layers, expand_nested, depth + 1)


def _in_range(layers, names):
    if names is None:
        return layers
    if len(names) != 2:
        raise ValueError(
            "layer_range must be a list or tuple of length 2. Received: "
            f"layer_range = {names} of length {len(names)}"
        )
    if not all(isinstance(name, str) for name in names):
        raise ValueError(f"layer_range should contain string type only. Received: {names}")
    starts, ends = [[i for i, layer in enumerate(layers) if re.match(name, layer.name)] for name in names]
    if not starts or not ends:
        raise ValueError(
            f"Passed layer_names do not match the layer names in the model. Received: {names}\n"
            f"Layers: {', '.join(layer.name for layer in layers)}."
        )
    if min(starts) > max(ends):
        starts, ends = ends, starts
    return layers[min(starts) : max(ends) + 1]


def _row(layer, depth, is_graph, show_trainable, model):
    indent = "   " * depth + "└ " if depth else ""
    cells = [f"{indent}{layer.name} ({type(layer).__name__})", _output_shape(layer), _params(layer)]
    if is_graph:
        cells.append(_connections(layer, model))
    if show_trainable:
        cells.append("-" if not getattr(layer, "weights", None) else "Y" if layer.trainable else "N")
    return cells


def _output_shape(layer):
    """The output's shape in the layer's last call; else what it would be for the shape it was built for."""
    if layer._inbound_nodes:
        shapes = [t.shape for t in layer._inbound_nodes[-1].outputs]
    elif getattr(layer, "_build_shapes", None) is None:
        return "?"
    else:
        try:
            shapes = _shapes_in(layer.compute_output_shape(layer._build_shapes))
        except NotImplementedError:
            return "?"
    told = [f"({', '.join(map(str, shape))})" for shape in shapes]
    return told[0] if len(told) == 1 else f"[{', '.join(told)}]"


def _shapes_in(structure):
    """The shapes in a structure of them, as a list."""
    if isinstance(structure, (tuple, list)) and all(n is None or isinstance(n, int) for n in structure):
        return [structure]
    parts = structure.values() if isinstance(structure, dict) else structure
    return [shape for part in parts for shape in _shapes_in(part)]


def _params(layer):
    if not hasattr(layer, "built"):  # a bare op
        return "0"
    return f"{layer.count_params():,}" if layer.built else "0 (unbuilt)"


def _connections(layer, model):
    inside = {id(node) for node in model._nodes}
    tensors = [t for node in layer._inbound_nodes if id(node) in inside for t in node.input_tensors]
    names = [f"{t._keras_history.operation.name}[{t._keras_history.node_index}][{t._keras_history.tensor_index}]" for t in tensors]
    return ", ".join(names) or "-"


def _widths(columns, is_graph, show_trainable, line_length, positions):
    """Widths of the columns' text: shares of the line; evenly less until borders and blanks fit, or in proportion more."""
    shares = positions or ([0.3, 0.56, 0.74, 1.0] if is_graph else [0.45, 0.80, 1.0])
    shares = [0.9 * share for share in shares] + [1.0] if show_trainable else shares
    widest = (108 if is_graph else 88) + 12 * show_trainable
    from shutil import get_terminal_size  # it brings three compressors along

    total = line_length or min(widest, get_terminal_size().columns - 4)
    ends = [int(share * total) for share in shares]
    widths = [end - start for start, end in zip([0, *ends], ends)]
    if min(widths) < 4:
        raise ValueError(f"Insufficient console width to print summary: {total} characters. Fix: a larger `line_length`.")
    widths = widths[:columns]
    excess = sum(widths) + 3 * columns + 1 - total  # a border and two blanks a column, and the last border
    weights = [1] * columns if excess > 0 else [width + 2 for width in widths]
    for i, width in enumerate(widths):
        less = excess * weights[i] / sum(weights[i:])
        less = round(less) if excess > 0 else math.floor(less)
        widths[i], excess = width - less, excess - less
    return widths


def _draw(headers, rows, widths, align):
    def line(left, mid, right, fill):
        return left + mid.join(fill * (w + 2) for w in widths) + right

    def text(cells, bar, at_the_bottom=False):
        wrapped = [_wrap(cell, w) for cell, w in zip(cells, widths)]
        height = max(map(len, wrapped))
        for i in range(height):
            rows = [i - (height - len(lines)) * at_the_bottom for lines in wrapped]
            parts = [lines[row] if 0 <= row < len(lines) else "" for lines, row in zip(wrapped, rows)]
            yield bar + bar.join(f" {part:{a}{w}} " for part, a, w in zip(parts, align, widths)) + bar

    lines = [line("┏", "┳", "┓", "━"), *text(headers, "┃", at_the_bottom=True), line("┡", "╇", "┩", "━")]
    for i, row in enumerate(rows):
        lines += [line("├", "┼", "┤", "─")] if i else []
        lines += text(row, "│")
    return [*lines, line("└", "┴", "┘", "─")]


def _wrap(text, width):
    """Break a cell before words that do not fit; cut what is still too long with an ellipsis."""
    lines, current = [], ""
    for word in re.findall(r"\s*\S+\s*", text):
        if current and len(current) + len(word.rstrip()) > width:
            lines.append(current)
            current = ""
        current += word
    lines = [line.rstrip() for line in [*lines, current]]
    return [line if len(line) <= width else line[: width - 1] + "…" for line in lines]


def _totals(model):
    trainable, rest = model.trainable_weights, model.non_trainable_weights
    lines = [("Total params", trainable + rest), ("Trainable params", trainable), ("Non-trainable params", rest)]
    optimizer = getattr(model, "optimizer", None)
    if model.compiled and optimizer is not None and optimizer.built:
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
