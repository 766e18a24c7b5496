"""A model's graph as plain data: which layer feeds which, how often, in what shape.

Nothing is drawn here and no model class is imported: the reader walks back from `model.outputs`
along `tensor._keras_history`, so it works on every model that keeps Keras 3's attribute names.
A class of your own has no such outputs until its `call` has run on symbols: `drawn.py`.
"""

import itertools
from dataclasses import replace

from kerasteach.explain.calls import one_batch
from kerasteach.explain.drawn import NotDrawable, arguments_of_node, drawn, observed, specs_of
from kerasteach.explain.graph_data import Call, Edge, Graph, Node, Weight, axis_names, shape_label
from kerasteach.explain.graph_layer import (
    count_parameters,
    count_trainable,
    get,
    name_of,
    read_node,
)

from .. import tree
from ..layers import Layer

__all__ = ["Call", "Edge", "Graph", "Node", "Weight", "axis_names", "model_graph", "shape_label"]


def model_graph(model, expand_nested=False, x=None):
    """Reads the graph of a model.

    Args:
        model: A Functional, Sequential or subclassed model.
        expand_nested: Whether nodes that are models, or layers of your own made of layers, carry their own graph in
            `node.inner`; or the ids of those that do.
        x: A batch, for a subclassed model that is not built yet, or whose `call` decides by numbers.

    Returns:
        A `Graph`. Where the calls of a model are not known its layers come without edges, and a `note` says why.

    Example:

    >>> from kerasteach import Input, Model, layers
    >>> a, b = Input((32,), name="a"), Input((32,), name="b")
    >>> dense = layers.Dense(64, activation="relu", name="dense")
    >>> both = layers.Concatenate(name="both")([dense(a), dense(b)])
    >>> graph = model_graph(Model([a, b], both))
    >>> [(edge.source, edge.target, edge.call, edge.label) for edge in graph.edges][:2]
    [('a', 'dense', 1, '(batch, 32)'), ('b', 'dense', 2, '(batch, 32)')]
    """
    if x is not None and isinstance(model, Layer) and not model.built:
        one_batch(model, x)  # which builds it
    if not isinstance(expand_nested, bool):
        expand_nested = frozenset(expand_nested)
    return _read_model(model, expand_nested, "", x=x)


def _reader(expand):
    """Reads what is inside a node, if it is to be opened; its `calls` are the node's in the graph around it."""

    def read(op, node_id, calls):
        opened = expand if isinstance(expand, bool) else node_id in expand
        specs = arguments_of_node(calls[0]) if opened and calls and hasattr(calls[0], "args") else None
        return _read_model(op, expand, node_id + "/", specs) if opened else None

    return read


def _read_model(model, expand, prefix, specs=None, x=None):
    inputs, outputs = get(model, "inputs"), get(model, "outputs")
    if inputs and outputs:
        return _read_functional(model, inputs, outputs, expand, prefix)
    if isinstance(model, Layer) and not _is_sequential(model):
        specs = specs_of(model, x) if specs is None else specs
        try:
            if specs is not None:
                with drawn(model, specs) as (inputs, outputs):
                    return _read_functional(model, inputs, outputs, expand, prefix)
        except NotDrawable:
            if x is not None:
                return _read_observed(model, x, expand, prefix)
            return _read_layer_list(model, expand, prefix, "No edges: call() decides by numbers. Give a batch, and one run is shown.")
    return _read_layer_list(model, expand, prefix)


def _is_sequential(model):
    return any(c.__name__ == "Sequential" for c in type(model).__mro__)


def _read_functional(model, inputs, outputs, expand, prefix):
    uses = _order_of_use(inputs, outputs)
    ids = _unique_ids([op for op, _ in uses], prefix)
    number = {  # (operation, its node's index) -> which call that is in this model
        (id(op), index): n for op, indices in uses for n, index in enumerate(indices, 1)
    }
    nodes = [read_node(op, indices, ids[id(op)], _reader(expand)) for op, indices in uses]
    by_id = {n.id: n for n in nodes}
    edges = []
    for op, indices in uses:
        for index in indices:
            for tensor in _inputs_of(op, index, inputs):
                edges.append(_edge(tensor, ids[id(op)], number[id(op), index], ids, number, by_id))
    for i, tensor in enumerate(outputs):
        name = "output" if len(outputs) == 1 else f"output {i + 1}"
        end = Node(f"{prefix}#output_{i}", name, "Output", "output", calls=(Call(1),))
        nodes.append(end)
        edges.append(_edge(tensor, end.id, 1, ids, number, {**by_id, end.id: end}))
    return Graph(
        name_of(model),
        type(model).__name__,
        tuple(nodes),
        tuple(edges),
        tuple(ids[id(_history(t)[0])] for t in inputs if id(_history(t)[0]) in ids),
        tuple(n.id for n in nodes if n.kind == "output"),
        len(get(model, "layers") or ()),
        count_parameters(model),
        count_trainable(model),
    )


def _read_observed(model, x, expand, prefix):
    """One run on a batch, where `call` cannot be run on symbols."""
    calls = observed(model, x)
    layers = list({id(call.layer): call.layer for call, _, _ in calls}.values())
    ids = _unique_ids(layers, prefix)
    number, of_layer = {}, {id(layer): [] for layer in layers}
    for n, (call, _, shapes) in enumerate(calls):
        outputs = tuple(tuple(t.shape) for t in tree.flatten(call.outputs) if hasattr(t, "shape"))
        of_layer[id(call.layer)].append(Call(len(of_layer[id(call.layer)]) + 1, tuple(shapes), outputs))
        number[n] = len(of_layer[id(call.layer)])
    start = Node(f"{prefix}input", "input", "InputLayer", "input")
    read = [replace(read_node(layer, (), ids[id(layer)], _reader(expand)), calls=tuple(of_layer[id(layer)])) for layer in layers]
    by_id, edges, lost = {n.id: n for n in (start, *read)}, [], 0
    for n, (call, sources, shapes) in enumerate(calls):
        for source, shape in zip(sources, shapes):
            lost += source is None
            if source is not None:
                came = start.id if source < 0 else ids[id(calls[source][0].layer)]
                edges.append(_joined(by_id, came, number.get(source, 1), ids[id(call.layer)], number[n], (None, *shape[1:])))
    note = "One run on a batch: call() decides by numbers." + (" Tensors that call() made itself have no edge." if lost else "")
    return Graph(name_of(model), type(model).__name__, (start, *read), tuple(edges), (start.id,), (), len(get(model, "layers") or layers),
                 count_parameters(model), count_trainable(model), note)  # fmt: skip


def _read_layer_list(model, expand, prefix, note=""):
    """A model without symbolic tensors: all we can know is which layers it owns."""
    layers = list(get(model, "layers") or ())
    ids = _unique_ids(layers, prefix)
    nodes = tuple(read_node(layer, (), ids[id(layer)], _reader(expand)) for layer in layers)
    edges = ()
    if note:
        pass
    elif not nodes:
        note = "No layers yet: add() some."
    elif _is_sequential(model):
        edges = tuple(Edge(a.id, b.id) for a, b in itertools.pairwise(nodes))
        note = "Not built yet, so no shapes: build(input_shape) or call the model on data."
    else:
        note = "No edges: call() decides the order of these layers each time it runs. Call the model on data, and they show."
    return Graph(
        name_of(model),
        type(model).__name__,
        nodes,
        edges,
        layer_count=len(nodes),
        parameters=count_parameters(model),
        trainable_parameters=count_trainable(model),
        note=note,
    )


def _order_of_use(inputs, outputs):
    """Lists `(operation, its node indices)`, sources first, the model's own inputs leading.

    Walks back from the outputs with a stack of its own: a model may be deeper than Python's.
    """
    order, seen = [], set()
    stops = {id(t) for t in inputs}
    stack = [(_history(t)[:2], False) for t in reversed([*inputs, *outputs])]
    while stack:
        (op, index), done = stack.pop()
        key = (id(op), index)
        if done:
            order.append((op, index))
            continue
        if key in seen:
            continue
        seen.add(key)
        stack.append(((op, index), True))
        sources = [] if _is_stop(op, index, stops) else op._inbound_nodes[index].input_tensors
        stack.extend((_history(t)[:2], False) for t in reversed(sources))
    calls = {}
    for op, index in order:
        calls.setdefault(id(op), (op, []))[1].append(index)
    return [(op, sorted(indices)) for op, indices in calls.values()]


def _is_stop(op, index, stops):
    return any(id(t) in stops for t in op._inbound_nodes[index].outputs)


def _inputs_of(op, index, inputs):
    stops = {id(t) for t in inputs}
    return () if _is_stop(op, index, stops) else op._inbound_nodes[index].input_tensors


def _edge(tensor, target, target_call, ids, number, by_id):
    op, index, _ = _history(tensor)
    return _joined(by_id, ids[id(op)], number[id(op), index], target, target_call, tuple(tensor.shape))


def _joined(by_id, source, source_call, target, target_call, shape):
    ends = by_id[source], by_id[target]
    call = target_call if ends[1].shared else source_call if ends[0].shared else 0
    first = any(n.config.get("data_format") == "channels_first" for n in ends)
    tokens = ends[1].class_name == "Embedding"
    axes = axis_names(shape, first, tokens)
    return Edge(source, target, source_call, target_call, call, shape, axes)


def _unique_ids(ops, prefix):
    ids, taken = {}, set()
    for op in ops:
        base = candidate = prefix + name_of(op)
        n = 2
        while candidate in taken:
            candidate, n = f"{base}#{n}", n + 1
        taken.add(candidate)
        ids[id(op)] = candidate
    return ids


def _history(tensor):
    operation, node_index, tensor_index = tensor._keras_history
    return operation, node_index, tensor_index
