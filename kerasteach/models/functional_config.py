"""A graph of layers as plain data, and back; the form of Keras's `.keras` files."""

from .. import saving, tree
from ..backend.op_call import OpCall
from ..backend.symbolic import KerasTensor
from ..saving.op_nodes import node_arguments


def graph_config(model):
    """Return the config of a functional model."""
    numbers = _call_numbers(model)
    layers = []
    for operation in model.operations:
        entry = saving.serialize_keras_object(operation)
        entry["name"] = operation.name
        entry["inbound_nodes"] = [
            _call(node, numbers) for node in operation._inbound_nodes if id(node) in numbers and not node.is_input
        ]
        layers.append(entry)

    def ends(structure):
        found = tree.map_structure(lambda t: _End(_history(t, numbers, outside=True)), structure)
        return _lists(found)

    return {
        "name": model.name,
        "trainable": model.trainable,
        "layers": layers,
        "input_layers": ends(model.input),
        "output_layers": ends(model.output),
    }


class _End(list):
    """[layer name, call number, tensor number], which must not be taken for a structure."""


def _lists(structure):
    if isinstance(structure, _End):
        return list(structure)
    if isinstance(structure, dict):
        return {k: _lists(v) for k, v in structure.items()}
    return [_lists(item) for item in structure]


def _call_numbers(model):
    """Number of each call of a layer, counting only calls in this model."""
    inside = {id(node) for node in model._nodes}
    inside |= {id(t._keras_history.operation._inbound_nodes[t._keras_history.node_index]) for t in model.inputs}
    numbers = {}
    for operation in model.operations:
        kept = [node for node in operation._inbound_nodes if id(node) in inside]
        numbers.update({id(node): i for i, node in enumerate(kept)})
    return numbers


def _history(tensor, numbers, outside=False):
    operation, node_index, tensor_index = tensor._keras_history
    number = numbers[id(operation._inbound_nodes[node_index])]
    # Keras counts calls of a nested graph from 1 in input_layers and output_layers.
    shift = outside and hasattr(operation, "_plan")
    return [operation.name, number + int(shift), tensor_index]


def _call(node, numbers):
    def told(leaf):
        if type(leaf) is not KerasTensor:
            return saving.serialize_keras_object(leaf)
        config = {"shape": list(leaf.shape), "dtype": leaf.dtype, "keras_history": _history(leaf, numbers)}
        return {"class_name": "__keras_tensor__", "config": config}

    args, kwargs = node_arguments(node)
    return {"args": [_map(told, a) for a in args], "kwargs": {k: _map(told, v) for k, v in kwargs.items()}}


def _map(function, structure):
    """Like `tree.map_structure`, but tuples become lists, as JSON has them."""
    if isinstance(structure, dict):
        return {k: _map(function, v) for k, v in structure.items()}
    if isinstance(structure, (list, tuple)):
        return [_map(function, v) for v in structure]
    return function(structure)


def graph_from_config(config, custom_objects=None):
    """Return (inputs, outputs, other arguments) of the graph a config describes.

    Raises:
        ValueError: if a call needs a tensor that nothing makes.
    """
    operations = {}
    waiting = []
    for entry in config["layers"]:
        operation = saving.deserialize_keras_object(
            {k: v for k, v in entry.items() if k not in ("inbound_nodes", "name")}, custom_objects
        )
        operations[entry["name"]] = operation
        calls = entry["inbound_nodes"]
        waiting += [(entry["name"], i, call) for i, call in enumerate(calls)]
    made = {name: {0: op._inbound_nodes[0]} for name, op in operations.items() if _starts(op)}
    while waiting:
        later = [item for item in waiting if not _replay(item, operations, made, custom_objects)]
        if len(later) == len(waiting):
            name, number, _ = later[0]
            raise ValueError(f"The saved graph is broken: call {number} of layer '{name}' needs a tensor that no layer makes.")
        waiting = later

    def tensor(end):
        name, number, index = end
        return made[name][number - int(hasattr(operations[name], "_plan"))].outputs[index]

    rest = {k: config[k] for k in ("name", "trainable") if k in config}
    return _ends(config["input_layers"], tensor), _ends(config["output_layers"], tensor), rest


def _starts(operation):
    return bool(operation._inbound_nodes) and operation._inbound_nodes[0].is_input


def _replay(item, operations, made, custom_objects):
    """Make one call again; False if a tensor it needs is not there yet."""
    name, number, call = item
    missing = []

    def read(value):
        if isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
            origin, node, index = value["config"]["keras_history"]
            if node not in made.get(origin, {}):
                missing.append(origin)
                return None
            return made[origin][node].outputs[index]
        if isinstance(value, dict) and "class_name" in value:
            return saving.deserialize_keras_object(value, custom_objects)
        if isinstance(value, dict):
            return {k: read(v) for k, v in value.items()}
        if isinstance(value, list):
            return [read(v) for v in value]
        return value

    args, kwargs = read(call["args"]), read(call["kwargs"])
    if missing:
        return False
    operation = operations[name]
    call = operation.symbolic_call if isinstance(operation, OpCall) else operation
    first = tree.flatten(call(*args, **kwargs))[0]
    history = first._keras_history
    made.setdefault(name, {})[number] = history.operation._inbound_nodes[history.node_index]
    return True


def _ends(structure, tensor):
    """`[name, 0, 0]`, a list of such, or a dict of such, as tensors in that structure."""
    if isinstance(structure, dict):
        return {k: _ends(v, tensor) for k, v in structure.items()}
    if len(structure) == 3 and isinstance(structure[0], str):
        return tensor(structure)
    return [_ends(item, tensor) for item in structure]
