"""The functional API's paper and pencil: symbolic tensors, and the graph they remember.

A `KerasTensor` has a shape and a dtype but no numbers. Calling a layer or an op
on it computes nothing; it adds a `Node` that says who was called on what.
"""

import copy
from collections import namedtuple

from .. import tree
from ..config import floatx
from ..ops.operators import Operators
from ..ops.pairs import true_divide
from ..ops.reshaping import reshape, squeeze
from .names import auto_name

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

    def reshape(self, newshape):
        """Return it in another shape."""
        return reshape(self, newshape)

    def squeeze(self, axis=None):
        """Return it without axes of length 1."""
        return squeeze(self, axis)

    def __truediv__(self, other):
        return true_divide(self, other)  # `/` has a name of its own in graphs

    def __rtruediv__(self, other):
        return true_divide(other, self)

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

    def get_config(self):
        """Return the constructor's arguments; subclasses add theirs."""
        return {"name": self.name}

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


def dtype_name(dtype):
    """Keras's name of a NumPy or Torch dtype.

    >>> import numpy as np
    >>> dtype_name(np.dtype("float32"))
    'float32'
    """
    if getattr(dtype, "kind", "") == "U":
        return "string"
    return getattr(dtype, "name", None) or str(dtype).removeprefix("torch.")
