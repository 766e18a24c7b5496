"""The steps of a recurrent layer, in the open: any cell, so that each state can be looked at on its way."""

from .. import layers, ops, tree
from ..saving.identify import suggest
from .calls import layers_of, one_batch
from .cells import KINDS, kind_of


def recurrent_layers(model):
    """The recurrent layers of a model, those inside Bidirectional too: dict of name -> layer.

    Raises:
        ValueError: if there is none.
    """
    found = layers_of(model, layers.RNN)
    if not found:
        raise ValueError(
            f"Model '{model.name}' has no recurrent layer. Expected SimpleRNN, LSTM, GRU, RNN or Bidirectional of one. "
            "Fix: show a model that reads sequences; call it on data first if its layers are made there."
        )
    return found


def find(model, layer):
    """A recurrent layer by name, the first by default: its name and itself."""
    found = recurrent_layers(model)
    name = next(iter(found)) if layer is None else layer
    if name not in found:
        raise ValueError(f"Model '{model.name}' has no recurrent layer {name!r}. It has: {', '.join(found)}.{suggest(str(name), found)}")
    return name, found[name]


def batch_for(model, x, sample):
    """One sample as a batch of one; where states go from batch to batch, the whole batch. And the sample's row in it."""
    whole = any(getattr(layer, "stateful", False) for layer in model._flatten_layers())
    one = one_batch(model, x, sample)
    return (one_batch(model, x), sample) if whole else (one, 0)


def state_names(cell, count):
    """What the states of a cell are called."""
    kind = kind_of(cell)
    if kind:
        return KINDS[kind][1].states
    names = [f"{i + 1}:{state}" for i, one in enumerate(getattr(cell, "cells", [])) for state in (KINDS[kind_of(one)][1].states if kind_of(one) else "h")]
    return names if len(names) == count else ["h"] if count == 1 else [f"state {i + 1}" for i in range(count)]


def steps(layer, sequences, states, mask, seen=lambda state: state):
    """All steps of a recurrent layer, in the open.

    Args:
        layer: the layer, whose cell makes each step.
        sequences: `(batch, time, ...)`.
        states: the states before the first step, nested as the cell wants them.
        mask: `(batch, time)`, or None.
        seen: function(state) -> the state to go on with, asked for each state at the start and after every step.

    Returns:
        What `RNN._run` returns, and a list of the states after each step.
    """
    call = layer.cell if callable(layer.cell) else layer.cell.call
    outputs, every, states = [], [], tree.map_structure(seen, states)
    if mask is not None:  # outputs are zeros before the first step that counts, or at each that does not
        heard = mask if layer.zero_output_for_mask else ops.greater(ops.cumsum(ops.cast(mask, "int32"), axis=1), 0)
    for t, x in enumerate(ops.unstack(sequences, axis=1)):
        output, new = call(x, states)
        new = tree.flatten(new)
        shown = next((i for i, state in enumerate(new) if state is output), None)  # which state is the output
        if mask is not None:
            new = [_where(mask[:, t], a, b) for a, b in zip(new, tree.flatten(states))]
        new = [seen(state) for state in new]
        output = output if shown is None else new[shown]
        if mask is not None:
            said = output if shown is not None or not outputs else _where(mask[:, t], output, outputs[-1])
            output = _where(heard[:, t], said, ops.zeros_like(said))
        every.append(new)
        outputs.append(output)
        states = tree.pack_sequence_as(states, new)
    return (ops.stack(outputs, axis=1), outputs[-1], states), every


def _where(keep, new, old):
    """`new` for the samples whose step counts, else `old`."""
    return ops.where(ops.reshape(keep, (-1, *[1] * (len(new.shape) - 1))), new, old)
