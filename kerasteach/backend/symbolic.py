"""The functional API's paper and pencil: symbolic tensors, and the graph they remember.

A `KerasTensor` has a shape and a dtype but no numbers. Calling a layer or an op
on it computes nothing; it adds a `Node` that says who was called on what.
"""

import copy
import inspect
from collections import namedtuple

from .. import tree
from ..config import floatx
from ..ops.elementwise import cast
from ..ops.operators import Operators
from ..ops.table import COMPOSITE_ROUTES, ROUTES, as_value, type_name
from .modes import SCOPES, TRACE
from .names import auto_name, camel_case

KerasHistory = namedtuple("KerasHistory", ["operation", "node_index", "tensor_index"])


class KerasTensor(Operators):
    """A tensor without numbers: shape, dtype, and where it came from.

    Args:
        shape: tuple; `None` for an axis of unknown length.
        dtype: dtype name.
        name: optional name.
    """

    is_symbolic = True

    def __init__(self, shape, dtype="float32", sparse=False, ragged=False, record_history=True, name=None):
        self.shape = tuple(shape)
        self.dtype = dtype or floatx()
        self.sparse, self.ragged = sparse, ragged
        self.name = name or auto_name("keras_tensor")
        self._keras_mask = None

    def __array__(self, *_, **__):
        raise ValueError(_no_numbers(self))

    def __bool__(self):
        raise TypeError("A symbolic KerasTensor cannot be used as a boolean.")

    def __iter__(self):
        raise NotImplementedError("Iterating over a symbolic KerasTensor is not supported. Fix: keras.ops.unstack(x, axis=...).")

    def __repr__(self):
        return f"<KerasTensor shape={self.shape}, dtype={self.dtype}, sparse={self.sparse}, ragged={self.ragged}, name={self.name}>"


def _no_numbers(tensor):
    return (
        "A KerasTensor is symbolic: it's a placeholder for a shape and a dtype. It doesn't have any actual numerical "
        "value. You cannot convert it to a NumPy array.\n"
        f"Received: a KerasTensor of shape {tensor.shape}. Expected: an array.\n"
        "Fix: use a keras.ops function instead of a NumPy one; or call the model on data to get numbers."
    )


def is_keras_tensor(x):
    """Whether `x` is symbolic."""
    return type(x) is KerasTensor


def any_symbolic(*structures):
    """Whether some leaf is symbolic."""
    return any(type(leaf) is KerasTensor for leaf in tree.flatten(structures))


def all_from_somewhere(*structures):
    """Whether every symbolic leaf has an origin; what is made of others is only a shape, drawn aside, and no graph."""
    return all(hasattr(leaf, "_keras_history") for leaf in tree.flatten(structures) if type(leaf) is KerasTensor)


def from_nowhere(leaf):
    """A copy of a symbolic tensor without its origin; other leaves as they are."""
    if type(leaf) is not KerasTensor:
        return leaf
    leaf = copy.copy(leaf)
    vars(leaf).pop("_keras_history", None)
    return leaf


class Node:
    """One call of an operation in a graph.

    Attributes:
        operation: what was called.
        args, kwargs: with what.
        input_tensors: the symbolic tensors among them, in order.
        outputs: the symbolic tensors it gave, in order.
    """

    def __init__(self, operation, args=(), kwargs=None, outputs=None):
        self.operation, self.args, self.kwargs = operation, args, kwargs or {}
        self.input_tensors = [leaf for leaf in tree.flatten((args, self.kwargs)) if type(leaf) is KerasTensor]
        self.outputs = tree.flatten(outputs)
        self.output_structure = outputs
        index = len(operation._inbound_nodes)
        operation._inbound_nodes.append(self)
        for i, tensor in enumerate(self.outputs):
            tensor._keras_history = KerasHistory(operation, index, i)
        for tensor in self.input_tensors:
            if not hasattr(tensor, "_keras_history"):
                raise ValueError(f"{tensor} was not made by `keras.Input` or a layer, so its origin is unknown.")
            tensor._keras_history.operation._outbound_nodes.append(self)

    @property
    def is_input(self):
        """Whether this is where a graph starts."""
        return not self.input_tensors

    def fill(self, values):
        """Return (args, kwargs) with each symbolic tensor replaced by `values[id(tensor)]`."""

        def value(leaf):
            return values[id(leaf)] if type(leaf) is KerasTensor else leaf

        return tree.map_structure(value, self.args), tree.map_structure(value, self.kwargs)

    def __repr__(self):
        return f"<Node {self.operation.name}({', '.join(t.name for t in self.input_tensors)})>"


class Operation:
    """Anything that can be called on tensors and stand in a graph: a layer, an op call."""

    def __init__(self, name=None):
        if name is None:
            name = auto_name(type(self).__name__)
        if not isinstance(name, str) or "/" in name:
            raise ValueError(
                f"Argument `name` must be a string and cannot contain character `/`. Received: name={name} "
                f"(of type {type(name)})"
            )
        self.name = name
        self._inbound_nodes, self._outbound_nodes = [], []

    def __call__(self, *args, **kwargs):
        """Compute on tensors; on symbolic ones, add a node to the graph."""
        return self.symbolic_call(*args, **kwargs) if any_symbolic(args, kwargs) else self.call(*args, **kwargs)

    def call(self, *args, **kwargs):
        """Compute the output; what a subclass defines."""
        raise NotImplementedError(f"Operation {type(self).__name__} does not have a `call()` method implemented.")

    def compute_output_spec(self, *args, **kwargs):
        """Return symbolic outputs for symbolic inputs, by running `call` on them."""
        return self.call(*tree.map_structure(from_nowhere, args), **tree.map_structure(from_nowhere, kwargs))

    @classmethod
    def from_config(cls, config):
        """Make an operation from its config."""
        return cls(**config)

    def symbolic_call(self, *args, **kwargs):
        """Add a node to the graph and return its symbolic outputs."""
        outputs = self.compute_output_spec(*args, **kwargs)
        Node(self, args, kwargs, outputs)
        return outputs

    @property
    def input(self):
        """Symbolic input of the first call; a list if there were several.

        Raises:
            AttributeError: if the operation was never called on a symbolic tensor.
        """
        return _one_or_all(self._first_node("input").input_tensors)

    @property
    def output(self):
        """Symbolic output of the first call; a list if there were several.

        Raises:
            AttributeError: if the operation was never called on a symbolic tensor.
        """
        return _one_or_all(self._first_node("output").outputs)

    def _first_node(self, what):
        if not self._inbound_nodes:
            raise AttributeError(
                f"The layer {self.name} has never been called and thus has no defined {what}.\n"
                "Fix: call it on keras.Input(shape=...) first."
            )
        return self._inbound_nodes[0]


def _one_or_all(tensors):
    return tensors[0] if len(tensors) == 1 else tensors


class OpCall(Operation):
    """A node of the graph that is a bare op, as in `x + 1`; subclassed once per op.

    Args:
        name: optional name.
        arguments: what the op is called with besides tensors, where a file says so.
    """

    op = None
    _classes = {}

    def __init__(self, name=None, **arguments):
        super().__init__(name)
        self.arguments = arguments

    @classmethod
    def of(cls, op):
        """Return the subclass for an op: `Add` for `add`."""
        if op.name not in cls._classes:
            cls._classes[op.name] = type(camel_case(op.name.strip("_")), (cls,), {"op": op})
        return cls._classes[op.name]

    def __call__(self, *args, **kwargs):
        return self.op(*args, **kwargs)

    call = __call__

    def symbolic_call(self, *args, **kwargs):
        """Add this very call to the graph, with the arguments a file said, as when a saved graph is drawn again."""
        args, kwargs, op = _as_tuples(args), {**self.arguments, **kwargs}, self.op
        parameters = inspect.signature(op).parameters
        if self.arguments and not any(p.kind is p.VAR_POSITIONAL for p in parameters.values()):
            left = [name for name in parameters if name not in self.arguments]  # the tensors' own, in order
            bound = inspect.signature(op).bind(**dict(zip(left, args)), **kwargs)
            args, kwargs = bound.args, bound.kwargs
        if not hasattr(op, "bind"):
            return draw_composite(op, args, kwargs, self)
        if op.variadic and type(args[0]) is not tuple:
            args = (args,)
        return draw_op(op, *op.bind(args, kwargs), self)


def _as_tuples(value):
    """Lists are tuples in the arguments of an op; a file cannot tell them apart."""
    return tuple(_as_tuples(item) for item in value) if isinstance(value, (list, tuple)) else value


def _specs(args):
    """Shapes and dtypes of concrete and symbolic inputs; plain numbers adapt their dtype."""
    shapes, dtypes = [], []
    for arg in args:
        shape = getattr(arg, "shape", None)
        if shape is None:
            import numpy as np

            array = np.asarray(arg)
            shapes.append(array.shape)
            dtypes.append(type_name(as_value(arg)))
        else:
            shapes.append(tuple(shape))
            dtypes.append(dtype_name(arg.dtype))
    return shapes, dtypes


def dtype_name(dtype):
    """Keras's name of a NumPy or Torch dtype.

    >>> import numpy as np
    >>> dtype_name(np.dtype("float32"))
    'float32'
    """
    if getattr(dtype, "kind", "") == "U":
        return "string"
    return getattr(dtype, "name", None) or str(dtype).removeprefix("torch.")


def draw_op(op, args, params, call=None):
    """Put a row into the graph: its shape rule gives the output."""
    args = _in_compute_dtype(args)
    shape, dtype = op.spec(*_specs(args), params)
    out = KerasTensor(shape, dtype)
    inputs = (args,) if op.variadic else args
    if all_from_somewhere(inputs, params):
        TRACE.note(Node(call or _new_call(op), inputs, params, out))
    return out


def _in_compute_dtype(args):
    """A traced op's inputs: variables of a layer of mixed precision are cast first, by an op of their own."""
    wanted = SCOPES.autocast
    if wanted is None or TRACE.nodes is None:
        return args
    narrow = [a for a in args if getattr(a, "_dtype", None) not in (None, getattr(a, "dtype", None))]
    SCOPES.autocast = None
    try:
        return [cast(a, dtype=wanted) if any(a is n for n in narrow) else a for a in args]
    finally:
        SCOPES.autocast = wanted


def _new_call(op):
    """A node's operation; a traced one is thrown away and must not use up a name."""
    return OpCall.of(op)(name=op.name if TRACE.nodes is not None else None)


def draw_composite(op, args, params, call=None):
    """Put a composite into the graph as one node; its definition, drawn aside, gives the shapes."""
    if TRACE.nodes is not None and op.looks:
        from .program import NotStatic  # which needs this file first

        raise NotStatic(f"{op.name} looks at numbers")
    if TRACE.expand:
        return op.definition(*args, **params)
    args, params = _in_compute_dtype(args), dict(zip(params, _in_compute_dtype(params.values())))
    args_aside, params_aside = tree.map_structure(from_nowhere, (tuple(args), params))
    aside = op.definition(*args_aside, **params_aside)
    if TRACE.nodes is not None and tree.is_nested(aside):  # a program's line has one output
        return op.definition(*args, **params)
    out = tree.map_structure(lambda t: KerasTensor(t.shape, dtype_name(t.dtype)), aside)
    if all_from_somewhere(args, params):
        TRACE.note(Node(call or _new_call(op), args, params, out))
    return out


ROUTES[KerasTensor] = draw_op
COMPOSITE_ROUTES[KerasTensor] = draw_composite
