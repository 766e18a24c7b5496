"""The graph of a class of your own: its `call` is run on symbols, and who was called on what is read off them.

Layers called, ops in between, the flow of tensors: all are observed, none is guessed. Nothing stays behind: the layers forget
the run, and names that were used are free again. A `call` that decides by numbers cannot be run so; then it is run on a batch,
and of the tensors between layers only those are known that a layer made itself.
"""

import contextlib

from .. import tree
from ..backend.modes import DRAWING
from ..backend.names import keep_names, reset_names
from ..backend.symbolic import KerasTensor
from ..layers import Input
from .calls import calls_of, one_batch


class NotDrawable(Exception):
    """A `call` that does not run on symbols; the cause says why."""


def specs_of(model, x=None):
    """What a model is called on, as symbolic tensors: like a batch, else as it was built; None if nobody knows.

    >>> from kerasteach import layers
    >>> dense = layers.Dense(2)
    >>> specs_of(dense) is None, specs_of(dense.build((None, 3)) or dense).shape
    (True, (None, 3))
    """
    if x is not None:
        return tree.map_structure(lambda t: KerasTensor((None, *t.shape[1:]), _dtype(t), name="spec"), one_batch(model, x))
    shapes = getattr(model, "_build_shapes", None)
    return None if shapes is None else _from_shapes(shapes)


@contextlib.contextmanager
def drawn(layer, specs):
    """Within the block, the graph of one call of a layer: yields its inputs and outputs as lists of symbolic tensors.

    Args:
        layer: a layer or model that is built.
        specs: symbolic tensors as its call takes them: one, or a list, tuple or dict; in a `Several`, one for each argument.

    Raises:
        NotDrawable: if `call` does not run on symbols.
    """
    whole = layer._flatten_layers()
    before = [(node_list, len(node_list)) for one in whole for node_list in (one._inbound_nodes, one._outbound_nodes)]
    flat = tree.flatten(specs)
    names = [f"input {n + 1}" if len(flat) > 1 else "input" for n in range(len(flat))]
    try:
        with keep_names(), DRAWING.switched(True):
            reset_names()  # the same names at each run: `add`, whatever else was added in this session
            inputs = [Input(batch_shape=spec.shape, dtype=spec.dtype, name=name) for spec, name in zip(flat, names)]
            given = tree.pack_sequence_as(specs, inputs)
            training = {"training": False} if layer._signature.takes_training else {}
            try:
                outputs = layer.call(*(given if isinstance(specs, Several) else (given,)), **training)
                outputs = [t for t in tree.flatten(outputs) if type(t) is KerasTensor and hasattr(t, "_keras_history")]
            except Exception as error:  # the user's code, which may raise anything
                raise NotDrawable(f"{type(error).__name__}: {error}") from error
            if not outputs:
                raise NotDrawable("call() returned no tensor that its inputs lead to")
        yield inputs, outputs
    finally:
        for node_list, length in before:
            del node_list[length:]


class Several(tuple):
    """The arguments of a call, where there are more than one."""


def arguments_of_node(node):
    """What a node of a graph called its operation on, as `drawn` wants it."""
    given = [*node.args, *(v for v in node.kwargs.values() if type(v) is KerasTensor)]
    given = [g for g in given if any(type(t) is KerasTensor for t in tree.flatten(g))]
    return given[0] if len(given) == 1 else Several(given)


def observed(model, x):
    """The calls of a model's own layers on a batch, and which call made the tensors each was given.

    Returns:
        List of `(call, sources, shapes)`: the sources are indices of calls, -1 for the model's input, None for a tensor that
        `call` made itself.
    """
    batch = one_batch(model, x)
    own = {layer.name: layer for layer in model._layers}
    made = {id(t): -1 for t in tree.flatten(batch)}
    found = []
    calls = calls_of(model, batch, own)
    for n, call in enumerate(calls):
        given = [t for t in tree.flatten((call.args, call.kwargs)) if hasattr(t, "shape")]
        found.append((call, [made.get(id(t)) for t in given], [tuple(t.shape) for t in given]))
        made.update({id(t): n for t in tree.flatten(call.outputs)})
    return found


def _dtype(tensor):
    from .. import backend

    return backend.dtype_name(tensor.dtype)


def _from_shapes(shapes):
    if isinstance(shapes, tuple) and all(n is None or isinstance(n, int) for n in shapes):
        return KerasTensor((None, *shapes[1:]), name="spec")
    if isinstance(shapes, dict):
        found = {name: _from_shapes(shape) for name, shape in shapes.items()}
        return Several(found.values()) if type(shapes) is not dict else found
    return type(shapes)(_from_shapes(shape) for shape in shapes)
