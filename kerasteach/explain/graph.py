"""A model's graph as plain data: which layer feeds which, how often, in what shape.

Nothing is drawn here and no model class is imported: the reader walks back from `model.outputs`
along `tensor._keras_history`, so it works on every model that keeps Keras 3's attribute names.
"""

import itertools

from kerasteach.explain.graph_data import Call, Edge, Graph, Node, Weight, axis_names, shape_label
from kerasteach.explain.graph_layer import (
    count_parameters,
    count_trainable,
    get,
    name_of,
    read_node,
)

__all__ = ["Call", "Edge", "Graph", "Node", "Weight", "axis_names", "model_graph", "shape_label"]


def model_graph(model, expand_nested=False):
    """Reads the graph of a model.

    Args:
        model: A Functional, Sequential or subclassed model.
        expand_nested: Whether nodes that are models carry their own graph in `node.inner`.

    Returns:
        A `Graph`. A subclassed model gives its layers without edges and a `note` saying why.

    Example:

    >>> from kerasteach import Input, Model, layers
    >>> a, b = Input((32,), name="a"), Input((32,), name="b")
    >>> dense = layers.Dense(64, activation="relu", name="dense")
    >>> both = layers.Concatenate(name="both")([dense(a), dense(b)])
    >>> graph = model_graph(Model([a, b], both))
    >>> [(edge.source, edge.target, edge.call, edge.label) for edge in graph.edges][:2]
    [('a', 'dense', 1, '(batch, 32)'), ('b', 'dense', 2, '(batch, 32)')]
    """
    return _read_model(model, expand_nested, "")


def _reader(expand):
    return (lambda model, prefix: _read_model(model, True, prefix)) if expand else None


def _read_model(model, expand, prefix):
    inputs, outputs = get(model, "inputs"), get(model, "outputs")
    if inputs and outputs:
        return _read_functional(model, inputs, outputs, expand, prefix)
    return _read_layer_list(model, expand, prefix)


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


def _read_layer_list(model, expand, prefix):
    """A model without symbolic tensors: all we can know is which layers it owns."""
    layers = list(get(model, "layers") or ())
    ids = _unique_ids(layers, prefix)
    nodes = tuple(read_node(layer, (), ids[id(layer)], _reader(expand)) for layer in layers)
    chain = any(c.__name__ == "Sequential" for c in type(model).__mro__)
    edges = ()
    if not nodes:
        note = "No layers yet: add() some."
    elif chain:
        edges = tuple(Edge(a.id, b.id) for a, b in itertools.pairwise(nodes))
        note = "Not built yet, so no shapes: build(input_shape) or call the model on data."
    else:
        note = "No edges: call() decides the order of these layers each time it runs."
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
    source, source_call = ids[id(op)], number[id(op), index]
    ends = by_id[source], by_id[target]
    call = target_call if ends[1].shared else source_call if ends[0].shared else 0
    shape = tuple(tensor.shape)
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
