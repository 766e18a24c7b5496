"""A model's graph as plain data: which layer feeds which, how often, in what shape.

Nothing is drawn here and nothing is imported from the package: the reader walks back from
`model.outputs` along `tensor._keras_history`, so it works on every model that keeps Keras 3's
attribute names.

A layer that is called twice is one node with two *calls*, because it is one set of weights.
Each edge says which call it belongs to.
"""

import math
from dataclasses import dataclass, field

_AXES = {
    0: (),
    1: ("batch",),
    2: ("batch", "features"),
    3: ("batch", "steps", "features"),
    4: ("batch", "height", "width", "channels"),
    5: ("batch", "depth", "height", "width", "channels"),
}
_SIGNS = {
    "Add": "+",
    "Subtract": "-",
    "Multiply": "*",
    "Divide": "/",
    "TrueDivide": "/",
    "Power": "**",
    "Matmul": "@",
}
# What a box tells about its layer, in this order; a setting equal to its quiet value is left out.
_QUIET = {
    "units": (),
    "filters": (),
    "kernel_size": (),
    "pool_size": (),
    "strides": ((1,), (1, 1), (1, 1, 1), 1),
    "padding": ("valid",),
    "dilation_rate": ((1,), (1, 1), (1, 1, 1), 1),
    "groups": (1,),
    "input_dim": (),
    "output_dim": (),
    "num_heads": (),
    "key_dim": (),
    "rate": (),
    "stddev": (),
    "target_shape": (),
    "axes": (),
    "scale": (True, False, 1, 1.0),
    "negative_slope": (0, 0.0),
    "return_sequences": (False,),
    "activation": ("linear", None),
    "use_bias": (True,),
}


@dataclass(frozen=True)
class Call:
    """One use of a layer: what went in and what came out. Numbers start at 1."""

    number: int
    input_shapes: tuple = ()
    output_shapes: tuple = ()


@dataclass(frozen=True)
class Weight:
    """One array of a layer: `kernel (32, 64)`."""

    name: str
    shape: tuple
    trainable: bool = True


@dataclass(frozen=True)
class Node:
    """One box: a layer, an operator, a nested model, or a model's input or output.

    Attributes:
        id: Unique in its graph, the same on each run.
        kind: `"input"`, `"layer"`, `"op"`, `"model"` or `"output"`.
        parameters: Numbers in its weights; `None` while the layer is unbuilt.
        highlights: The settings worth a place in the box, e.g. `("units=64", "relu")`.
        inner: The nested model's own graph, where the reader was asked to expand it.
    """

    id: str
    name: str
    class_name: str
    kind: str = "layer"
    parameters: int | None = 0
    trainable: bool = True
    dtype: str = ""
    config: dict = field(default_factory=dict)
    highlights: tuple = ()
    weights: tuple = ()
    calls: tuple = ()
    nested: bool = False
    inner: "Graph | None" = None

    @property
    def shared(self):
        """Whether several calls use this one set of weights."""
        return len(self.calls) > 1


@dataclass(frozen=True)
class Edge:
    """One tensor on its way from `source` to `target`.

    Attributes:
        call: The call of the shared layer this edge belongs to, 0 when neither end is shared.
        shape: The tensor's shape, `None` where the size is not known; the whole is `None`
            when the model has not been built.
        axes: One name per axis: `("batch", "features")`.
    """

    source: str
    target: str
    source_call: int = 1
    target_call: int = 1
    call: int = 0
    shape: tuple | None = None
    axes: tuple = ()

    @property
    def label(self):
        """The shape as a student reads it: `(batch, 32)`."""
        return shape_label(self.shape, self.axes)


@dataclass(frozen=True)
class Graph:
    """A model as boxes and edges. `note` says why edges are missing, when they are."""

    name: str
    class_name: str
    nodes: tuple
    edges: tuple
    inputs: tuple = ()
    outputs: tuple = ()
    layer_count: int = 0  # as long as `model.layers`: no operators, no outputs
    parameters: int | None = 0
    trainable_parameters: int | None = 0
    note: str = ""

    @property
    def operations(self):
        """The operator nodes, such as the addition in `x + 1`."""
        return tuple(n for n in self.nodes if n.kind == "op")

    @property
    def shared(self):
        """The nodes that are called more than once."""
        return tuple(n for n in self.nodes if n.shared)

    def node(self, name):
        """Finds a node by id or name, in this graph or one inside it."""
        for node in self.walk():
            if name in (node.id, node.name):
                return node
        known = ", ".join(repr(n.name) for n in self.walk() if n.kind != "output")
        raise ValueError(f"No such layer: {name!r}. Existing layers are: {known}.")

    def walk(self):
        """Yields each node, the insides of expanded models included."""
        for node in self.nodes:
            yield node
            if node.inner is not None:
                yield from node.inner.walk()


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


def shape_label(shape, axes):
    """Spells a shape with the axis name in place of each unknown size.

    >>> shape_label((None, 28, 28, 1), ("batch", "height", "width", "channels"))
    '(batch, 28, 28, 1)'
    """
    if shape is None:
        return ""
    sizes = [str(n) if n is not None else name for n, name in zip(shape, axes, strict=True)]
    return "(" + ", ".join(sizes) + ("," if len(sizes) == 1 else "") + ")"


def axis_names(shape, channels_first=False, tokens=False):
    """Names the axes of a tensor by its rank.

    >>> axis_names((None, 32))
    ('batch', 'features')
    """
    names = _AXES.get(len(shape)) or ("batch", *(f"axis {i}" for i in range(1, len(shape))))
    if tokens and len(shape) == 2:
        return ("batch", "steps")
    if channels_first and len(shape) > 2:
        return (names[0], names[-1].replace("features", "channels"), *names[1:-1])
    return names


def _read_model(model, expand, prefix):
    inputs, outputs = _get(model, "inputs"), _get(model, "outputs")
    if inputs and outputs:
        return _read_functional(model, inputs, outputs, expand, prefix)
    return _read_layer_list(model, expand, prefix)


def _read_functional(model, inputs, outputs, expand, prefix):
    uses = _order_of_use(inputs, outputs)
    ids = _unique_ids([op for op, _ in uses], prefix)
    number = {  # (operation, its node's index) -> which call that is in this model
        (id(op), index): n for op, indices in uses for n, index in enumerate(indices, 1)
    }
    nodes = [_read_node(op, indices, ids[id(op)], expand) for op, indices in uses]
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
        _name(model),
        type(model).__name__,
        tuple(nodes),
        tuple(edges),
        tuple(ids[id(_history(t)[0])] for t in inputs if id(_history(t)[0]) in ids),
        tuple(n.id for n in nodes if n.kind == "output"),
        len(_get(model, "layers") or ()),
        _count(model),
        _count_trainable(model),
    )


def _read_layer_list(model, expand, prefix):
    """A model without symbolic tensors: all we can know is which layers it owns."""
    layers = list(_get(model, "layers") or ())
    ids = _unique_ids(layers, prefix)
    nodes = tuple(_read_node(layer, (), ids[id(layer)], expand) for layer in layers)
    chain = any(c.__name__ == "Sequential" for c in type(model).__mro__)
    edges = ()
    if not nodes:
        note = "No layers yet: add() some."
    elif chain:
        edges = tuple(Edge(a.id, b.id) for a, b in zip(nodes, nodes[1:], strict=False))
        note = "Not built yet, so no shapes: build(input_shape) or call the model on data."
    else:
        note = "No edges: call() decides the order of these layers each time it runs."
    return Graph(
        _name(model),
        type(model).__name__,
        nodes,
        edges,
        layer_count=len(nodes),
        parameters=_count(model),
        trainable_parameters=_count_trainable(model),
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


def _read_node(op, indices, node_id, expand):
    config = _config(op)
    kind = _kind(op)
    inner = _read_model(op, True, node_id + "/") if kind == "model" and expand else None
    calls = tuple(_call(op._inbound_nodes[i], n) for n, i in enumerate(indices, 1))
    highlights = _highlights(config) if kind == "layer" else ()
    if kind == "op" and indices:
        highlights = tuple(filter(None, [_formula(op, op._inbound_nodes[indices[0]])]))
    return Node(
        id=node_id,
        name=_name(op),
        class_name=type(op).__name__,
        kind=kind,
        parameters=0 if kind == "op" else _count(op),
        trainable=bool(_get(op, "trainable")) if kind != "op" else True,
        dtype=str(_get(op, "compute_dtype") or ""),
        config=config,
        highlights=highlights,
        weights=_weights(op),
        calls=calls,
        nested=kind == "model",
        inner=inner,
    )


def _kind(op):
    if not hasattr(op, "count_params"):
        return "op"
    if type(op).__name__ == "InputLayer":
        return "input"
    return "model" if _get(op, "layers") is not None else "layer"


def _call(node, number):
    shapes = tuple(tuple(t.shape) for t in node.input_tensors)
    return Call(number, shapes, tuple(tuple(t.shape) for t in node.outputs))


def _formula(op, node):
    """What an operator does with its constants: `x + 1`, `x[:, :3]`; empty without constants."""
    arguments = getattr(node, "arguments", None)
    args = list(getattr(arguments, "args", ()))
    kwargs = dict(getattr(arguments, "kwargs", None) or {})
    names = iter("xyzuvw")
    spelled = [next(names, "t") if hasattr(a, "_keras_history") else _spell(a) for a in args]
    if all(hasattr(a, "_keras_history") for a in args) and not kwargs:
        return ""
    sign = _SIGNS.get(type(op).__name__)
    if sign and len(spelled) == 2:
        return f"{spelled[0]} {sign} {spelled[1]}"
    if type(op).__name__ == "GetItem" and len(spelled) == 2:
        return f"{spelled[0]}[{spelled[1].strip('()').rstrip(',')}]"
    scalars = (bool, int, float, str)
    spelled += [f"{k}={v!r}" for k, v in sorted(kwargs.items()) if isinstance(v, scalars)]
    return ", ".join(spelled)


def _spell(value):
    if isinstance(value, slice):
        ends = ["" if v is None else str(v) for v in (value.start, value.stop)]
        return ":".join(ends if value.step is None else [*ends, str(value.step)])
    if isinstance(value, (tuple, list)):
        open_, close = "()" if isinstance(value, tuple) else "[]"
        inside = ["x" if hasattr(v, "_keras_history") else _spell(v) for v in value]
        return open_ + ", ".join(inside) + close
    if isinstance(value, (bool, int, float, str, type(None), type(...))):
        return "..." if value is ... else repr(value)
    shape = getattr(value, "shape", None)
    return f"array{tuple(shape)}" if shape is not None else type(value).__name__


def _highlights(config):
    """Picks the settings that make this layer different from its neighbours."""
    picked = []
    for key, quiet in _QUIET.items():
        value = config.get(key)
        if isinstance(value, list):
            value = tuple(value)
        if value is None or isinstance(value, dict) or value in quiet:
            continue
        if key == "activation":
            picked.append(str(value))
        elif key in ("kernel_size", "pool_size", "strides", "target_shape"):
            size = value if isinstance(value, tuple) else (value,)
            text = "x".join(str(n) for n in size)
            picked.append(text if key == "kernel_size" else f"{key.split('_')[0]}={text}")
        else:
            picked.append(f"{key}={value}")
    return tuple(picked)


def _config(op):
    """The layer's settings, or nothing where a custom layer cannot tell them."""
    if not hasattr(op, "get_config") or _get(op, "layers") is not None:
        return {}
    try:
        return dict(op.get_config())
    except Exception:  # a custom get_config may raise anything; the box can do without it
        return {}


def _weights(op):
    found = []
    for weight in _get(op, "weights") or ():
        shape = tuple(weight.shape)
        path = getattr(weight, "path", None) or weight.name
        name = path.split("/", 1)[1] if path.startswith(_name(op) + "/") else weight.name
        found.append(Weight(name, shape, bool(getattr(weight, "trainable", True))))
    return tuple(found)


def _count(layer):
    try:
        return int(layer.count_params())
    except Exception:  # Keras raises ValueError for an unbuilt layer, custom ones what they like
        return None


def _count_trainable(layer):
    if _count(layer) is None:
        return None
    return sum(math.prod(w.shape) for w in _get(layer, "trainable_weights") or ())


def _unique_ids(ops, prefix):
    ids, taken = {}, set()
    for op in ops:
        base = candidate = prefix + _name(op)
        n = 2
        while candidate in taken:
            candidate, n = f"{base}#{n}", n + 1
        taken.add(candidate)
        ids[id(op)] = candidate
    return ids


def _name(op):
    return str(_get(op, "name") or type(op).__name__.lower())


def _history(tensor):
    operation, node_index, tensor_index = tensor._keras_history
    return operation, node_index, tensor_index


def _get(owner, name):
    """`getattr` for properties that raise while a model is unbuilt."""
    try:
        return getattr(owner, name)
    except (AttributeError, ValueError, RuntimeError):
        return None
