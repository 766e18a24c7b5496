"""Copies to try things on: of a layer or model as it is, and made anew with one thing changed."""

import copy
import inspect

from ... import backend, tree
from ...backend.api import written_as
from ...backend.op_call import OpCall
from ...backend.symbolic import KerasTensor
from ...layers import Input, InputLayer, Layer
from ...models.functional import Functional
from ...models.plan import Plan
from ...models.sequential import Sequential
from .incident import is_of_library


def as_it_is(layer):
    """A copy with weights, state and all; the graphs it was drawn into are left behind, and so is its training."""
    memo = {}
    for part in layer._flatten_layers():
        for name in ("_inbound_nodes", "_outbound_nodes"):
            memo[id(vars(part)[name])] = []
        for name in ("optimizer", "history", "_compile_loss", "_compile_metrics", "_loss_tracker", "_compile_arguments"):
            if vars(part).get(name) is not None:
                memo[id(vars(part)[name])] = None
        for graph in _graphs(part):
            memo[id(graph._plan)] = None  # it knows tensors by their ids
    new = copy.deepcopy(layer, memo)
    for part in new._flatten_layers():
        part._inbound_nodes, part._outbound_nodes = [], []
        for graph in _graphs(part):
            graph._plan = Plan(graph._nodes, list(graph._graph_inputs), list(graph._graph_outputs))
    return new


def _graphs(layer):
    return [graph for graph in (layer, vars(layer).get("_functional")) if isinstance(graph, Functional)]


def arguments(layer):
    """What the constructor of a layer was given, by name, defaults included; settings in **kwargs are on the same level."""
    args, kwargs = vars(layer)["_given"]
    signature = inspect.signature(type(layer).__init__)
    bound = signature.bind(layer, *args, **kwargs)
    bound.apply_defaults()
    found = dict(list(bound.arguments.items())[1:])
    rest = next((p.name for p in signature.parameters.values() if p.kind is p.VAR_KEYWORD), None)
    if rest is not None:
        found |= found.pop(rest)
    return found


class Copier:
    """Makes layers anew from what their constructors were given; each once, so that shared layers stay shared.

    Args:
        edit: what to change on the way; None for nothing.
        listen: function(layer, its copy), called for each copy.
    """

    def __init__(self, edit=None, listen=None):
        self.edit, self.listen = edit, listen
        self.done, self.kept = {}, []  # ids stay theirs while we hold the layers

    def __call__(self, layer):
        if id(layer) not in self.done:
            new = self._anew(layer)
            if isinstance(new, Layer) and not isinstance(layer, InputLayer):
                new.name = layer.name
            self.put(layer, new)
        return self.done[id(layer)]

    def put(self, layer, new):
        """Say what the copy of a layer is."""
        if self.listen is not None and isinstance(new, Layer):
            self.listen(layer, new)
        self.done[id(layer)] = new if self.edit is None else self.edit.wrap(layer, new)
        self.kept.append(layer)

    def _anew(self, layer):
        if isinstance(layer, OpCall):
            return type(layer)(name=layer.name, **layer.arguments)
        if not isinstance(layer, Layer):
            return layer
        if isinstance(layer, InputLayer):
            return self.input(layer)._keras_history.operation
        if type(layer).__name__ == "Sequential" and isinstance(layer, Sequential):
            return Sequential([self(part) for part in layer._chain], name=layer.name)
        if isinstance(layer, Functional):
            return self._graph(layer)
        return self._with_parts(layer) if layer._layers and not is_of_library(layer) else self._constructed(layer)

    def input(self, layer):
        """A fresh Input like another."""
        shape = layer.batch_shape if self.edit is None else self.edit.input_shape(layer)
        with backend.names.keep_names():
            return Input(batch_shape=shape, dtype=layer.dtype, name=layer.name, optional=layer.optional)

    def _constructed(self, layer):
        args, kwargs = vars(layer)["_given"]
        args, kwargs = tree.map_structure(self._argument, (list(args), dict(kwargs)))
        kind = written_as(type(layer))
        if self.edit is not None:
            kind, args, kwargs = self.edit.made(layer, kind), *self.edit.given(layer, args, kwargs)
        return kind(*args, **kwargs)

    def _argument(self, value):
        return self(value) if isinstance(value, Layer) else value

    def _with_parts(self, layer):
        """A layer with layers inside: constructed, and then each part made anew as the edit says, in its place."""
        new = self._constructed(layer)
        for old, part in zip(layer._layers, new._layers):
            if self.done.get(id(old)) is part:
                continue
            fresh = self(old) if _kin(old, part) else part
            if fresh is not part:
                _replace(new, part, fresh)
        return new

    def _graph(self, model):
        known = {}
        for symbol in model.inputs:
            operation = symbol._keras_history.operation
            fresh = self.input(operation) if isinstance(operation, InputLayer) else Input(batch_shape=symbol.shape, dtype=symbol.dtype)
            known[id(symbol)] = fresh
        inputs = tree.map_structure(lambda t: known[id(t)], model.input)
        self.draw(model._nodes, known)
        outputs = tree.map_structure(lambda t: known[id(t)], model.output)
        return Functional(inputs, outputs, name=model.name)

    def draw(self, nodes, known):
        """Draw nodes once more on other symbols; `known` maps the id of an old symbol to the new one."""
        for node in nodes:
            if all(id(t) in known for t in node.outputs):
                continue
            if isinstance(node.operation, InputLayer):
                made = self.input(node.operation)
            else:
                args, kwargs = node.fill(known)
                made = call(self(node.operation), args, kwargs)
            known.update({id(old): new for old, new in zip(node.outputs, tree.flatten(made))})


def call(operation, args, kwargs):
    """What a layer, or an op of a graph, makes of tensors."""
    if isinstance(operation, OpCall) and any(type(leaf) is KerasTensor for leaf in tree.flatten((args, kwargs))):
        return operation.symbolic_call(*args, **kwargs)
    return operation(*args, **kwargs)


def _kin(old, part):
    return type(old).__name__ == type(part).__name__


def _replace(holder, old, new):
    """Put one layer in another's place, in an attribute of `holder` or in a list or dict that is one."""
    for name, value in list(vars(holder).items()):
        if value is old:
            setattr(holder, name, new)
        elif isinstance(value, list):
            value[:] = [new if item is old else item for item in value]
        elif isinstance(value, dict) and name != "_tracked":
            value.update({key: new for key, item in value.items() if item is old})
        elif isinstance(value, tuple) and any(item is old for item in value):
            setattr(holder, name, tuple(new if item is old else item for item in value))
