"""One batch on its way through a model: the shape after every layer, axis by axis, and what changed it."""

import math
from dataclasses import dataclass

from .. import tree
from ..layers import InputLayer
from .calls import calls_of, one_batch
from .graph_data import axis_names
from .graph_layer import get, read_node


@dataclass(frozen=True)
class Stop:
    """Where the batch is: an input, or what one call of a layer gave.

    Attributes:
        name: of the layer, after the names of the models it is in.
        class_name: of the layer; `"Input"` at the start.
        shape: of the tensor, batch size included.
        axes: a name for each axis.
        came: the shapes that went in.
        came_axes: a name for each axis of the first of them.
        settings: those of the layer that explain the shape, as `"units=8"`.
    """

    name: str
    class_name: str
    shape: tuple
    axes: tuple
    came: tuple = ()
    came_axes: tuple = ()
    settings: tuple = ()

    @property
    def numbers(self):
        """How many numbers a sample has here."""
        return math.prod(self.shape[1:])

    @property
    def changes(self):
        """What happened to each axis, in words: `"features 2 → 8"`, `"height 8 gone"`; empty if nothing did."""
        came = self.came[0] if self.came else ()
        before, after = (dict(zip(names, sizes)) for names, sizes in ((self.came_axes, came), (self.axes, self.shape)))
        if before.keys() != after.keys() and math.prod(came) == math.prod(self.shape):  # the same numbers, in other rows
            sides = ([f"{name} {size}" for name, size in side.items() if name != "batch"] for side in (before, after))
            return (" → ".join(" × ".join(side) for side in sides),)
        if len(came) == len(self.shape):  # axis by axis
            sides = zip(self.came_axes, came, self.axes, self.shape)
            return tuple(f"{a} {m} → {n if a == b else f'{b} {n}'}" for a, m, b, n in sides if (a, m) != (b, n))
        told = [f"{name} {size} → {after[name]}" for name, size in before.items() if name in after and after[name] != size]
        told += [f"{name} {size} gone" for name, size in before.items() if name not in after]
        return tuple(told + [f"{name} {size} new" for name, size in after.items() if before and name not in before])


def shape_flow(model, x):
    """Return the stops of a batch on its way through a model, in the order in which the layers were called.

    Models inside are entered; other layers made of layers, as Bidirectional, count as one. Nothing is changed.

    Args:
        model: any model: a graph, a Sequential, a class of your own.
        x: the batch, as for `model.predict`.

    Returns:
        A list of `Stop`s; the inputs first.

    >>> import numpy as np
    >>> from kerasteach import Sequential, layers
    >>> model = Sequential([layers.Input((4, 3)), layers.Flatten(name="flat"), layers.Dense(2, name="two")])
    >>> [(stop.name, stop.shape, stop.changes) for stop in shape_flow(model, np.ones((5, 4, 3)))][1:]
    [('flat', (5, 12), ('steps 4 × features 3 → features 12',)), ('two', (5, 2), ('features 12 → 2',))]
    """
    batch = one_batch(model, x)
    entered = _entered(model, "")
    first = _tokens_first(entered)
    starts = tree.flatten(batch)
    names = [t.name for t in get(model, "inputs") or ()]
    stops = []
    for n, tensor in enumerate(starts):
        name = names[n] if len(names) == len(starts) else "input" if len(starts) == 1 else f"input {n + 1}"
        shape = tuple(tensor.shape)
        stops.append(Stop(name, "Input", shape, axis_names(shape, tokens=first)))
    known = {id(t): s.axes for t, s in zip(starts, stops)}  # tensor -> names of its axes
    calls = calls_of(model, batch, entered)
    for call in calls:
        came = [t for t in tree.flatten(call.args) if hasattr(t, "shape")]
        for tensor in tree.flatten(call.outputs)[:1]:  # states and the like come after the output
            stops.append(_stop(call, tensor, came, known))
            known[id(tensor)] = stops[-1].axes
    return stops


def _stop(call, tensor, came, known):
    node = read_node(call.layer, (), call.name)
    shape, channels_first = tuple(tensor.shape), node.config.get("data_format") == "channels_first"
    before = tuple(came[0].shape) if came else ()
    axes = axis_names(shape, channels_first)
    came_axes = known.get(id(came[0])) if came else ()
    if came_axes is None or len(came_axes) != len(before):
        came_axes = axis_names(before, channels_first, node.class_name == "Embedding")
    if shape == before:  # nothing moved: the names stay
        axes = came_axes
    elif shape[-1:] == before[-1:] and len(shape) > 1:  # what the others were taken away from
        axes = (*axes[:-1], came_axes[-1])
    shapes = tuple(tuple(t.shape) for t in came)
    return Stop(call.name, node.class_name, shape, axes, shapes, came_axes, node.highlights)


def _entered(model, prefix):
    """The layers of a model, those of models inside in place of these: dict of name -> layer."""
    found = {}
    for layer in model._layers:
        if isinstance(layer, InputLayer):
            continue
        if get(layer, "layers") is not None:
            found |= _entered(layer, f"{prefix}{layer.name}/")
        else:
            found.setdefault(f"{prefix}{layer.name}", layer)
    return found


def _tokens_first(layers):
    """Whether whole numbers go in to be looked up: then the second axis is steps."""
    return type(next(iter(layers.values()), None)).__name__ == "Embedding"
