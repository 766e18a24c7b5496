"""Who was called on what: the calls of some layers while a model runs, noted without changing anything."""

import contextlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import backend, tree
from ..layers.calling import CONTEXT
from .layer_outputs import names_of


@dataclass(frozen=True)
class Call:
    """One call of a layer: what `call` got, masks included, and what it gave, as the backend's tensors."""

    name: str
    layer: Any
    args: tuple
    kwargs: dict
    outputs: Any


def layers_of(model, *classes):
    """Return the layers of a model that are of some classes, those of models inside too: dict of name -> layer.

    Args:
        model: the model.
        *classes: layer classes; every layer if there is none.

    >>> from kerasteach import Sequential, layers
    >>> inner = Sequential([layers.Input((2,)), layers.Dense(1, name="line")], name="inner")
    >>> list(layers_of(Sequential([layers.Input((2,)), inner]), layers.Dense))
    ['inner/line']
    """
    names = names_of(model)
    found = {names[id(layer)]: layer for layer in model._flatten_layers() if id(layer) in names}
    found = {name: found[name] for name in names.values()}
    return {name: layer for name, layer in found.items() if not classes or isinstance(layer, classes)}


def one_batch(model, x, sample=None):
    """Return a batch as the model's tensors, or one sample of it as a batch of one; the model is built afterwards.

    Raises:
        ValueError: for a sample that the batch does not have.
    """
    (x,) = model._one_batch(x, None, None, None)
    if sample is not None:
        rows = len(tree.flatten(x)[0])
        if not 0 <= sample < rows:
            raise ValueError(f"The batch has no sample {sample!r}: it has {rows}, counted from 0. Fix: 0 <= sample < {rows}.")
        x = tree.map_structure(lambda t: t[sample : sample + 1], x)
    if not model.built:
        model(x, training=False)
    return x


@contextlib.contextmanager
def replaced(thing, name, value):
    """Within the block, an object's own attribute hides that of its class."""
    missing = object()
    before = thing.__dict__.get(name, missing)
    thing.__dict__[name] = value
    try:
        yield
    finally:
        if before is missing:
            del thing.__dict__[name]
        else:
            thing.__dict__[name] = before


@contextlib.contextmanager
def unchanged(model):
    """After the block, what a call may change is what it was: the states of stateful layers, moving averages."""
    states = [s for layer in model._flatten_layers() for s in tree.flatten(getattr(layer, "states", None))]
    states = {id(v): v for v in [*model.non_trainable_variables, *states] if isinstance(v, backend.Variable)}
    before = [(v, np.array(v.numpy())) for v in states.values()]
    try:
        yield
    finally:
        for variable, value in before:
            variable.assign(value)


@contextlib.contextmanager
def every_call():
    """Within the block, a graph calls every layer in full, so that a replaced `call` is found."""
    with replaced(CONTEXT, "observer", CONTEXT.observer or (lambda layer, outputs: outputs)):
        yield


@contextlib.contextmanager
def noted(layers):
    """Within the block, note every call of some layers, dict of name -> layer; yields the list of `Call`s."""
    calls = []

    def noting(name, layer):
        call = layer.call

        def note(*args, **kwargs):
            outputs = call(*args, **kwargs)
            calls.append(Call(name, layer, args, kwargs, outputs))
            return outputs

        return note

    with contextlib.ExitStack() as undo:
        undo.enter_context(every_call())
        for name, layer in layers.items():
            undo.enter_context(replaced(layer, "call", noting(name, layer)))
        yield calls


def calls_of(model, x, layers):
    """Run a model on a batch and return the calls of some layers, in order. Nothing is changed.

    Args:
        model: the model.
        x: tensors, as `one_batch` returns them.
        layers: dict of name -> layer.
    """
    with unchanged(model), model._backend.inference(), noted(layers) as calls:
        model(x, training=False)
    return calls


def arguments_of(call, *names):
    """Return arguments of a call by name, given by place or by name; None for those not given."""
    return [call.args[i] if i < len(call.args) else call.kwargs.get(name) for i, name in enumerate(names)]


def distance(a, b):
    """The largest difference between two arrays; numbers that are none in both are alike.

    >>> distance(np.array([1.0, float("nan")]), np.array([1.5, float("nan")]))
    0.5
    """
    alike = (np.isnan(a) & np.isnan(b)) | (a == b)  # inf less inf would be none
    return float(np.abs(np.where(alike, 0.0, a) - np.where(alike, 0.0, b)).max(initial=0.0))


def array(tensor):
    """A tensor as a NumPy array of its own; None stays."""
    return None if tensor is None else np.array(backend.to_numpy(tensor))
