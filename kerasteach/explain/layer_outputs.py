"""What every layer of a model gives for a batch, and how the loss depends on it."""

import contextlib

import numpy as np

from .. import backend, tree
from ..layers import InputLayer
from ..layers.calling import CONTEXT
from ..saving.identify import suggest


def activations(model, x, layers=None, training=False):
    """Return what the layers of a model give for a batch. Nothing is changed.

    Any model will do: a graph, a Sequential, a class of your own. Models inside count as layers, and theirs too, as
    `"inner/dense"`.

    Args:
        model: the model.
        x: the batch, as for `model.predict`; not more than fits in memory at once.
        layers: names of layers, or layers; all by default.
        training: whether layers such as Dropout do what they do in training.

    Returns:
        Dict of name -> array `(batch, ...)`, in the order of the calls; a list of arrays for a layer that was called
        more than once, a tuple for one with several outputs.

    Raises:
        ValueError: for a layer that the model does not have; for a model called on data it cannot take.

    >>> from kerasteach import Sequential, layers
    >>> model = Sequential([layers.Input((2,)), layers.Dense(3, name="hidden"), layers.Dense(1, name="answer")])
    >>> {name: array.shape for name, array in activations(model, np.ones((5, 2))).items()}
    {'hidden': (5, 3), 'answer': (5, 1)}
    """
    (x,) = model._one_batch(x, None, None, None)
    if not model.built:
        model(x, training=training)
    with model._backend.inference(), watched(model, layers) as seen:
        model(x, training=training)
    return {name: _array_or_list(calls, lambda t: np.array(backend.to_numpy(t))) for name, calls in seen.items()}


@contextlib.contextmanager
def watched(model, layers=None, change=None):
    """Within the block, note the outputs of every call of these layers: a dict of name -> list of outputs.

    Args:
        model: the model.
        layers: names or layers; all by default.
        change: function(tensor) -> tensor to go on with instead.
    """
    names = names_of(model)
    wanted = set(names.values()) if layers is None else {_name(layer, names) for layer in _as_list(layers)}
    seen = {}

    def observe(layer, outputs):
        name = names.get(id(layer))
        if name not in wanted:
            return outputs
        if change is not None:
            outputs = tree.map_structure(change, outputs)
        seen.setdefault(name, []).append(outputs)
        return outputs

    before, CONTEXT.observer = CONTEXT.observer, observe
    try:
        yield seen
    finally:
        CONTEXT.observer = before


def names_of(model):
    """The layers of a model by id: a layer's name, after the names of the models and layers it is in."""
    found, stack = {}, [(model, "")]
    while stack:
        layer, prefix = stack.pop(0)
        for inner in layer._layers:
            if id(inner) not in found and not isinstance(inner, InputLayer):
                found[id(inner)] = f"{prefix}{inner.name}"
                stack.append((inner, f"{prefix}{inner.name}/"))
    return found


def _as_list(layers):
    return list(layers) if isinstance(layers, (list, tuple, set)) else [layers]


def _name(layer, names):
    """The name in the dict for a layer given by object or name."""
    name = layer if isinstance(layer, str) else names.get(id(layer), getattr(layer, "name", layer))
    if name not in names.values():
        known = list(names.values())
        raise ValueError(f"The model has no layer {name!r}. It has: {', '.join(known)}.{suggest(name, known)}")
    return name


def _array_or_list(calls, convert):
    """One call's outputs, or the list of all calls'."""
    arrays = [tree.map_structure(convert, outputs) for outputs in calls]
    return arrays[0] if len(arrays) == 1 else arrays


def numbers_of_calls(seen, found):
    """Gradients, in the order of `tree.flatten(seen)`, as arrays in the structure that `activations` returns."""
    packed = tree.pack_sequence_as(seen, list(found))
    return {name: _array_or_list(calls, lambda g: g) for name, calls in packed.items()}
