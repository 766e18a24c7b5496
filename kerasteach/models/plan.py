"""A graph, compiled once to a flat list of calls.

Every symbolic tensor gets a slot in a list. A step takes values out of slots,
calls a layer and puts the result into a slot. What can be decided once is decided
here: whether the layer takes `training`, whether masks pass by, whether its
`__call__` would do anything that the graph has not checked already.
"""

from .. import tree
from ..backend.masks import mask_of
from ..backend.symbolic import KerasTensor
from ..layers import Layer
from ..layers.calling import CONTEXT

_NOT_TAKEN = NotImplemented  # stands for "this layer knows no `training`"; there is one of it, in copies too


class Plan:
    """The calls of a graph in order.

    Args:
        nodes: nodes, each after those it needs.
        inputs, outputs: lists of symbolic tensors.
    """

    def __init__(self, nodes, inputs, outputs):
        self.slots, self.tensors = {}, []  # id of a tensor -> its slot; what is in the slots
        for tensor in inputs:
            self._slot(tensor)
        self.inputs = len(inputs)
        self.sizes = [(i, t.shape) for i, t in enumerate(inputs) if len(t.shape) > 2]
        starts = {id(t) for t in inputs}
        self.steps = [self._step(n) for n in nodes if not n.is_input and not all(id(t) in starts for t in n.outputs)]
        self.outputs = [self.slots[id(t)] for t in outputs]

    def _slot(self, tensor):
        if id(tensor) not in self.slots:
            self.slots[id(tensor)] = len(self.tensors)
            self.tensors.append(tensor)
        return self.slots[id(tensor)]

    def __setstate__(self, state):
        """A copy has tensors of its own, with other ids."""
        vars(self).update(state, slots={id(t): i for i, t in enumerate(state["tensors"])})

    def _step(self, node):
        operation = node.operation
        pick = self._pick(node)
        out = [self._slot(t) for t in node.outputs]
        is_bare = isinstance(operation, Layer) and _adds_nothing(operation, node)
        if is_bare and pick is not None and len(out) == 1 and not isinstance(node.output_structure, (list, tuple, dict)):
            given = node.kwargs.get("training") if operation._signature.takes_training else _NOT_TAKEN
            return operation.call, pick, given, out[0], node, operation._dtype_policy
        return None, None, None, out, node, None

    def _pick(self, node):
        """Function(values) -> the one argument; None if the call is not that simple."""
        if len(node.args) != 1 or set(node.kwargs) - {"training"}:
            return None
        argument = node.args[0]
        if type(argument) is KerasTensor:
            i = self.slots[id(argument)]
            return lambda values: values[i]
        if isinstance(argument, list) and all(type(t) is KerasTensor for t in argument):
            indices = [self.slots[id(t)] for t in argument]
            return lambda values: [values[i] for i in indices]
        return None

    def run(self, inputs, training):
        """Return the outputs for a list of inputs.

        Args:
            inputs: list of tensors.
            training: True or False goes to every layer, whatever the graph was drawn with, as in Keras; None leaves it
                to what the graph says.
        """
        values = [*inputs, *[None] * (len(self.slots) - self.inputs)]
        # With masks every layer is asked what becomes of them; an observer wants to see every call; a Sequential takes
        # pictures of other sizes than it was drawn for, and each layer says whether it does.
        whole = CONTEXT.observer is not None or any(mask_of(x) is not None for x in inputs) or self._are_other_sizes(inputs)
        try:
            for call, pick, given, out, node, policy in self.steps:
                if call is None or whole or node.operation._dtype_policy is not policy:
                    self._general(node, values, out if call is None else [out], training)
                elif given is _NOT_TAKEN:
                    values[out] = call(pick(values))
                else:
                    values[out] = call(pick(values), training=given if training is None else training)
        except Exception as error:
            if isinstance(node.operation, Layer):
                node.operation._explain(error, tuple(values[self.slots[id(t)]] for t in node.input_tensors))
            raise
        return [values[i] for i in self.outputs]

    def _are_other_sizes(self, inputs):
        return any(None not in (n, m) and n != m for i, size in self.sizes for n, m in zip(inputs[i].shape, size))

    def _general(self, node, values, out, training):
        args, kwargs = node.fill(_BySlot(self.slots, values))
        if training is not None and isinstance(node.operation, Layer) and node.operation._signature.takes_training:
            kwargs["training"] = training
        for slot, value in zip(out, tree.flatten(node.operation(*args, **kwargs))):
            values[slot] = value


class _BySlot:
    """Values by identity of their symbolic tensor, as `Node.fill` asks for them."""

    def __init__(self, slots, values):
        self.slots, self.values = slots, values

    def __getitem__(self, key):
        return self.values[self.slots[key]]


def _adds_nothing(layer, node):
    """Whether `layer.call` alone does what `layer(...)` would, on inputs the graph has checked."""
    masked = any(mask_of(t) is not None for t in [*node.input_tensors, *node.outputs])
    same_dtype = layer.compute_dtype == layer.variable_dtype and all(
        t.dtype == layer.compute_dtype or "float" not in t.dtype for t in node.input_tensors
    )
    return (
        type(layer).__call__ is Layer.__call__
        and layer.activity_regularizer is None
        and not masked
        and same_dtype
    )
