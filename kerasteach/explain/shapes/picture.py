"""The graph as far as it got, with the layer that refused: data for a picture of an error."""

import warnings
from dataclasses import replace

from ...backend import names
from ...layers import Layer
from ...models.functional import Functional
from ..graph import model_graph
from ..graph_data import Call, Edge, Graph, Node, axis_names
from ..graph_layer import read_node
from . import places
from .incident import read, tensors_of
from .trials import nodes_behind


def graph_so_far(error):
    """Return (the graph, the name of the node to ring) for an error of shape; None if there is nothing to draw.

    Where a graph was being drawn, it ends at the layer or op that refused; where a model ran, it is the whole model.

    Args:
        error: the exception, with its traceback.

    >>> import kerasteach as keras
    >>> x = keras.Input((8,), name="x")
    >>> try:
    ...     keras.layers.Add(name="join")([x, keras.layers.Dense(4, name="narrow")(x)])
    ... except ValueError as error:
    ...     graph, culprit = graph_so_far(error)
    >>> [node.name for node in graph.nodes], culprit
    (['x', 'narrow', 'join'], 'join')
    """
    incident = read(error)
    if incident.symbolic:
        return _drawn(incident)
    model = incident.owner
    if model is None or not hasattr(model, "layers"):
        return None
    graph = model_graph(model, expand_nested=True)
    return graph, _culprit(incident, graph)


def _culprit(incident, graph):
    """The node to ring: the layer that refused; for a loss the layer whose output it got; for data the input."""
    known = {node.name for node in graph.walk()}
    refuser = incident.refuser
    if isinstance(refuser, Layer) and refuser.name in known:
        return refuser.name
    sources = places.sources(incident)
    if not isinstance(refuser, Layer) and sources and sources[-1]._keras_history.operation.name in known:
        return sources[-1]._keras_history.operation.name
    return graph.nodes[0].name


def _drawn(incident):
    operation, args, _ = incident.calls[0]
    symbols = [t for t in tensors_of(args) if hasattr(t, "_keras_history")]
    _, inputs = nodes_behind(symbols)
    with names.keep_names(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # configs that could not be saved are only looked at
        before = model_graph(Functional(inputs, symbols, name="so_far"), expand_nested=True)
    end = _end(operation)
    ends = {node.id for node in before.nodes if node.kind == "output"}
    edges = [edge for edge in before.edges if edge.target not in ends]
    for edge, symbol in zip([edge for edge in before.edges if edge.target in ends], symbols):
        shape = tuple(symbol.shape)
        edges.append(Edge(edge.source, end.id, edge.source_call, 1, edge.call, shape, axis_names(shape)))
    nodes = [*[node for node in before.nodes if node.id not in ends], end]
    graph = Graph(
        "so far", "Functional", tuple(nodes), tuple(edges), before.inputs, (), before.layer_count + 1,
        before.parameters, before.trainable_parameters, f"Drawn as far as it got: '{end.name}' refused what it was given.",
    )  # fmt: skip
    return graph, _inner_name(incident, end)


def _end(operation):
    """The node of the call that failed."""
    if isinstance(operation, Layer):
        node = read_node(operation, (), operation.name)
        return replace(node, calls=(Call(1),), nested=False, kind="layer")
    name = operation.name.strip("_")
    return Node(f"#{name}", name, name, "op", calls=(Call(1),))


def _inner_name(incident, end):
    inside = end.inner is not None and any(node.name == incident.refuser.name for node in end.inner.walk())
    return incident.refuser.name if inside else end.name
