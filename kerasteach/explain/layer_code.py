"""What a layer does, as code and as formulas: the text of its `call`, and the formula of each op in it."""

import inspect
import textwrap

from .. import tree
from ..backend.api import written_as
from ..backend.op_call import class_of
from ..backend.symbolic import KerasTensor
from ..ops import OPS
from .drawn import NotDrawable, Several, drawn
from .formula import formula, formula_lines

MOST = 8  # formulas of a layer


def code_of(layer):
    """Return the text of a layer's `call`; empty where there is no source, as in a class typed at a bare prompt.

    >>> from kerasteach import layers
    >>> print(code_of(layers.Flatten()))
    def call(self, inputs):
    ...
    """
    try:
        return textwrap.dedent(inspect.getsource(written_as(type(layer)).call)).rstrip()
    except (OSError, TypeError):
        return ""


def formulas_of(layer, shapes):
    """Return the ops of a layer's `call` with their formulas, read off the source of the rows: list of `(op, LaTeX)`.

    Args:
        layer: a layer that is built.
        shapes: those of the tensors it is called on.

    >>> from kerasteach import layers
    >>> dense = layers.Dense(2, "relu")
    >>> dense.build((None, 3))
    >>> formulas_of(dense, [(None, 3)])
    [('matmul', 'x_1 \\\\, x_2'), ('add', 'x_1 + x_2'), ('relu', '\\\\max\\\\left(x,\\\\, 0\\\\right)')]
    """
    tensors = [KerasTensor(shape, name="spec") for shape in shapes]
    for specs in ([tensors[0]] if len(tensors) == 1 else [tensors, Several(tensors)]):
        try:
            with drawn(layer, specs) as (inputs, outputs):
                return [(op.name, formula_lines(op)["y"]) for op in _ops(inputs, outputs)[:MOST]]
        except NotDrawable:
            continue
    return []


def formula_of_op(class_name):
    """Return the `Formula` of an op by its name in a graph, `"Add"` say; None if no op of the table has it."""
    found = [op for op in OPS.values() if class_of(op) == class_name]
    return formula(found[0]) if found else None


def _ops(inputs, outputs):
    """The ops between symbols, sources first, each once; one that only sorts its arguments out is shown by what it calls."""
    stops, order, done = {id(t) for t in inputs}, {}, set()
    stack = [(t, False) for t in reversed(outputs)]
    while stack:
        tensor, leaving = stack.pop()
        operation, index, _ = tensor._keras_history
        node = operation._inbound_nodes[index]
        if leaving:
            op = getattr(operation, "op", None)
            if op is not None and op.name.startswith("_") and hasattr(op, "definition"):
                inner = [t for t in tree.flatten(op.definition(*node.args, **node.kwargs)) if type(t) is KerasTensor]
                order.update({inside.name: inside for inside in _ops(node.input_tensors, inner)})
            elif op is not None:
                order.setdefault(op.name, op)
        elif id(tensor) not in stops and id(node) not in done:
            done.add(id(node))
            stack += [(tensor, True), *((t, False) for t in reversed(node.input_tensors))]
    return list(order.values())
