"""From the outputs of a graph back to its inputs: which calls, in which order."""

from ..layers import Layer


def trace(inputs, outputs):
    """Return (nodes in the order to run them, operations in the order to list them).

    The listing order is Keras's: by distance from the outputs, the farthest first;
    among equals, by when a walk back from the outputs first meets them.

    Raises:
        ValueError: if an output does not lead back to the inputs.
    """
    nodes, met = _walk_back(inputs, outputs)
    depths = {}
    operation_depths = {}
    for node in reversed(nodes):
        depth = max(depths.get(node, 0), operation_depths.get(node.operation, 0))
        depths[node] = operation_depths[node.operation] = depth
        for tensor in node.input_tensors:
            maker = _maker(tensor)
            depths[maker] = max(depths.get(maker, 0), depth + 1)
    for tensor in inputs:
        operation_depths.setdefault(tensor._keras_history.operation, 0)
        met.setdefault(tensor._keras_history.operation, -1)
    order = sorted(operation_depths, key=lambda op: (-operation_depths[op], met[op]))
    _check_names(order)
    return sorted(nodes, key=lambda node: -depths[node]), order


def _maker(tensor):
    """The node that made a tensor."""
    operation, node_index, _ = tensor._keras_history
    return operation._inbound_nodes[node_index]


def _walk_back(inputs, outputs):
    """Nodes between inputs and outputs, each after those it needs; and when operations were met."""
    given = {id(t) for t in inputs}
    done, path, nodes, met = set(), set(), [], {}
    stack = [(t, False) for t in reversed(outputs)]
    while stack:
        tensor, is_leaving = stack.pop()
        node = _maker(tensor)
        if is_leaving:
            path.discard(node)
            if node not in done:
                done.add(node)
                nodes.append(node)
            continue
        if node in done:
            continue
        if node in path:
            raise ValueError(f"Tensor from layer '{node.operation.name}' is part of a cycle.")
        if node.is_input and id(tensor) not in given:
            raise ValueError(_disconnected(tensor, inputs))
        met.setdefault(node.operation, len(met))
        path.add(node)
        stack.append((tensor, True))
        if id(tensor) not in given:
            stack.extend((t, False) for t in reversed(node.input_tensors))
    return nodes, met


def _disconnected(tensor, inputs):
    given = ", ".join(f"'{t._keras_history.operation.name}' {t.shape}" for t in inputs)
    lost = tensor._keras_history.operation.name
    return (
        f"`inputs` not connected to `outputs`: the outputs need the input '{lost}' of shape {tensor.shape}, which is not "
        f"among the model's inputs ({given}).\nFix: add it, as in Model(inputs=[..., {lost}], outputs=...), or build the "
        "outputs from the inputs you gave."
    )


def _check_names(operations):
    seen = set()
    for operation in operations:
        if isinstance(operation, Layer) and operation.name in seen:
            names = [op.name for op in operations if isinstance(op, Layer)]
            raise ValueError(
                f'The name "{operation.name}" is used {names.count(operation.name)} times in the model. '
                "All operation names should be unique.\n"
                f"Fix: give each its own, as in {type(operation).__name__}(..., name='{operation.name}_2'), or leave `name` out."
            )
        seen.add(operation.name)
