"""How far back in time a loss reaches: its gradient for every state that a recurrent layer went through."""

import numpy as np

from .. import backend, tree
from .calls import array, every_call, replaced, unchanged
from .gradients import loss_function
from .steps import batch_for, find, state_names, steps
from .window import chosen_call


def gradient_through_time(model, x, y, layer=None, sample=0, call=0):
    """Return how much the loss of one sample depends on each state, step by step: the norm of its gradient.

    Where it shrinks towards the start, what was read there can hardly be learned (Bengio, Simard and Frasconi, 1994).

    Args:
        model: a compiled model.
        x, y: the batch, as for `train_on_batch`.
        layer, sample, call: as for `unrolled`.

    Returns:
        Dict of state -> `(time,)`, the norm over units of d loss / d state, in the order of the sequence.

    Raises:
        ValueError: before `compile`; for a layer, sample or call that there is not.

    >>> from kerasteach import Sequential, layers
    >>> model = Sequential([layers.Input((3, 1)), layers.SimpleRNN(1, activation=None, use_bias=False, name="memory")])
    >>> model.compile(loss="mse")
    >>> model.set_weights([[[1.0]], [[0.5]]])
    >>> gradient_through_time(model, [[[1.0], [0.0], [0.0]]], [[0.0]])  # h = 1, 0.5, 0.25; each step passes on a half
    {'h': array([0.125, 0.25 , 0.5  ], dtype=float32)}
    """
    name, layer = find(model, layer)
    batch, row = batch_for(model, x, sample)
    rows = len(tree.flatten(batch)[0])
    (_, targets) = model._one_batch(x, y, None, None)
    targets = targets if rows > 1 else tree.map_structure(lambda t: t[sample : sample + 1], targets)
    runs = []
    with unchanged(model):
        loss_of = loss_function(model, batch, targets, None)
        with backend.GradientTape() as tape:

            def run(sequences, states, mask, training, is_zero):
                result, every = steps(layer, sequences, states, mask, tape.watch)
                runs.append(every)
                return result

            with every_call(), replaced(layer, "_run", run):
                loss = loss_of()
        every = chosen_call(runs, name, call)
        found = tape.gradient(loss, tree.flatten(every))
    norms = [0.0 if g is None else np.linalg.norm(array(g)[row]) * rows for g in found]  # a loss is a mean over the batch
    norms = np.array(norms, "float32").reshape(len(every), -1)  # (time, states)
    norms = norms[::-1] if layer.go_backwards else norms
    return {state: norms[:, i].copy() for i, state in enumerate(state_names(layer.cell, norms.shape[1]))}
