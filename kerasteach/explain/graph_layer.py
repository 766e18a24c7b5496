"""What one layer has to tell: its class, settings, weights and calls."""

import math

from kerasteach.explain.graph_data import Call, Node, Weight

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


def read_node(op, indices, node_id, read_inner=None):
    """Reads one layer or operator.

    Args:
        op: The layer, operator or nested model.
        indices: Which of its inbound nodes are calls of the model being read.
        node_id: The node's id in the graph.
        read_inner: Reads a nested model's graph, or gives None where it stays closed; `None` leaves all closed.
    """
    config = _config(op)
    kind = _kind(op)
    nodes = [op._inbound_nodes[i] for i in indices]
    nested = kind == "model" or (kind == "layer" and made_of_layers(op))
    inner = read_inner(op, node_id, nodes) if nested and read_inner else None
    calls = tuple(_call(node, n) for n, node in enumerate(nodes, 1))
    highlights = _highlights(config) if kind == "layer" else ()
    if kind == "op" and indices:
        highlights = tuple(filter(None, [_formula(op, op._inbound_nodes[indices[0]])]))
    return Node(
        id=node_id,
        name=name_of(op),
        class_name=type(op).__name__,
        kind=kind,
        parameters=0 if kind == "op" else count_parameters(op),
        trainable=bool(get(op, "trainable")) if kind != "op" else True,
        dtype=str(get(op, "compute_dtype") or ""),
        config=config,
        highlights=highlights,
        weights=_weights(op),
        calls=calls,
        nested=nested,
        inner=inner,
    )


def _kind(op):
    if not hasattr(op, "count_params"):
        return "op"
    if type(op).__name__ == "InputLayer":
        return "input"
    return "model" if get(op, "layers") is not None else "layer"


def made_of_layers(layer):
    """Whether it is a layer of the user's own that calls layers; what the library's are made of stays closed."""
    inner = any(type(one).__name__ != "InputLayer" for one in get(layer, "_layers") or ())
    return inner and type(layer).__module__.partition(".")[0] not in ("kerasteach", "keras")


def _call(node, number):
    shapes = tuple(tuple(t.shape) for t in node.input_tensors)
    return Call(number, shapes, tuple(tuple(t.shape) for t in node.outputs))


def _formula(op, node):
    """What an operator does with its constants: `x + 1`, `x[:, :3]`; empty without constants."""
    holder = getattr(node, "arguments", node)
    args, kwargs = tuple(getattr(holder, "args", ())), dict(getattr(holder, "kwargs", None) or {})
    names = iter("xyzuvw")
    spelled = [next(names, "t") if _is_tensor(a) else _spell(a) for a in args]
    constants = [text for a, text in zip(args, spelled, strict=True) if not _has_tensor(a)]
    sign = _SIGNS.get(type(op).__name__)
    if sign and constants and len(args) == 2:
        return f"{spelled[0]} {sign} {spelled[1]}"
    if type(op).__name__.lower() == "getitem":
        key = kwargs.get("key", args[-1])
        return f"x[{', '.join(map(_spell, key)) if isinstance(key, tuple) else _spell(key)}]"
    constants += [f"{k}={_spell(v)}" for k, v in sorted(kwargs.items()) if not _has_tensor(v)]
    return ", ".join(constants)


def _is_tensor(value):
    return hasattr(value, "_keras_history")


def _has_tensor(value):
    return _is_tensor(value) or (isinstance(value, (tuple, list)) and any(map(_has_tensor, value)))


def _spell(value):
    if isinstance(value, slice):
        ends = ["" if v is None else str(v) for v in (value.start, value.stop)]
        return ":".join(ends if value.step is None else [*ends, str(value.step)])
    if isinstance(value, (tuple, list)):
        open_, close = "()" if isinstance(value, tuple) else "[]"
        return open_ + ", ".join(map(_spell, value)) + close
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
    if not hasattr(op, "get_config") or get(op, "layers") is not None:
        return {}
    try:
        return dict(op.get_config())
    except Exception:  # a custom get_config may raise anything; the box can do without it
        return {}


def _weights(op):
    """Weights by their path inside the layer: `kernel`; in a nested model `dense/kernel`."""
    found = []
    whole = get(op, "layers") is not None
    for weight in get(op, "weights") or ():
        path = getattr(weight, "path", None) or weight.name
        inside = path.removeprefix(name_of(op) + "/")
        name = inside if whole or inside != path else weight.name
        found.append(Weight(name, tuple(weight.shape), bool(getattr(weight, "trainable", True))))
    return tuple(found)


def count_parameters(layer):
    try:
        return int(layer.count_params())
    except Exception:  # Keras raises ValueError for an unbuilt layer, custom ones what they like
        return None


def count_trainable(layer):
    if count_parameters(layer) is None:
        return None
    return sum(math.prod(w.shape) for w in get(layer, "trainable_weights") or ())


def name_of(op):
    return str(get(op, "name") or type(op).__name__.lower())


def get(owner, name):
    """`getattr` for properties that raise while a model is unbuilt."""
    try:
        return getattr(owner, name)
    except (AttributeError, ValueError, RuntimeError):
        return None
