"""What a recurrent layer remembers: its states and gates at every step of a sequence."""

from dataclasses import dataclass, replace

import numpy as np

from .. import tree
from .calls import array, distance, every_call, replaced, unchanged
from .cells import KINDS, kind_of, weights_of
from .steps import batch_for, find, state_names, steps
from .window import activation_name, chosen_call


@dataclass(frozen=True)
class Gate:
    """A gate over time, each array `(time, units)`: `values = activation(from_x + from_h)`.

    Attributes:
        letter, name: as in the formulas, and in words.
        activation: name of the bend.
        from_x: what the input gives, bias included.
        from_h: what the state before gives.
        values: the gate.
    """

    letter: str
    name: str
    activation: str
    from_x: np.ndarray
    from_h: np.ndarray
    values: np.ndarray


@dataclass(frozen=True)
class Unrolled:
    """A recurrent layer on one sample, step by step, in the order of the sequence whichever way it was read.

    Attributes:
        name, kind: the layer's name; `"SimpleRNN"`, `"LSTM"`, `"GRU"`, or the class of another cell.
        inputs: `(time, features)`.
        states: dict of name -> `(time, units)`, after each step.
        before: the same, before each step.
        gates: `Gate`s; none for a cell of your own.
        mask: `(time,)`, False for steps that do not count; None if all do.
        backwards: whether the sequence was read from its end.
        bend: name of the activation of what is shown.
        distance: the largest difference between the states worked out here and the layer's own.
        calls: how often the model calls the layer.
    """

    name: str
    kind: str
    inputs: np.ndarray
    states: dict
    before: dict
    gates: tuple
    mask: np.ndarray | None
    backwards: bool
    bend: str
    distance: float
    calls: int = 1

    @property
    def steps(self):
        """The number of steps."""
        return len(self.inputs)

    @property
    def units(self):
        """The number of units."""
        return next(iter(self.states.values())).shape[1]

    def arithmetic(self, step, unit):
        """Return how one unit came about at one step: a list of (name, formula, the formula with numbers, value).

        Empty for a cell of your own, and for a step that the mask leaves out.
        """
        if self.kind not in KINDS or (self.mask is not None and not self.mask[step]):
            return []
        lines, known = [], {f"{s}'": b[step, unit] for s, b in self.before.items()}
        for gate in self.gates:
            x, h, value = (a[step, unit] for a in (gate.from_x, gate.from_h, gate.values))
            told = f"{gate.activation}({x:.4g} {'-' if h < 0 else '+'} {abs(h):.4g})"
            lines.append((gate.letter, f"{gate.activation}(from x + from h')", told, float(value)))
            known[gate.letter] = value
        for state, rule in KINDS[self.kind][1].rules.items():
            value = known[state] = self.states[state][step, unit]
            rule = rule.format(bend=self.bend)
            lines.append((state, rule, _with_numbers(rule, known, self.bend), float(value)))
        return lines


def _with_numbers(rule, known, bend):
    """A formula with numbers in place of its letters.

    >>> _with_numbers("f·c' + i·g", {"f": 0.5, "c'": 2.0, "i": 1.0, "g": -1.0}, "tanh")
    '0.5·2 + 1·(-1)'
    """
    told, i = "", 0
    while i < len(rule):
        word = next((w for w in (bend, *sorted(known, key=len, reverse=True)) if rule.startswith(w, i)), rule[i])
        number = f"{known[word]:.4g}" if word in known else word
        inside = word in known and number.startswith("-") and told and not told.endswith("(")
        told += f"({number})" if inside else number
        i += len(word)
    return told


def unrolled(model, x, layer=None, sample=0, call=0):
    """Look into a recurrent layer: its states and gates at every step of one sample.

    The gates are worked out from the layer's weights (`explain.cells`), and the states that follow from them are
    compared with what the layer itself computed. A cell of your own is run step by step: it has states, and no gates.

    Args:
        model: any model that holds such a layer.
        x: the batch, as for `model.predict`.
        layer: name of the layer; the first by default. Those inside a Bidirectional are layers of their own.
        sample: which sample of the batch.
        call: which call of the layer, if it is called more than once.

    Returns:
        An `Unrolled`.

    Raises:
        ValueError: for a layer, sample or call that there is not; if the layer computes something else than its class says.

    >>> from kerasteach import Sequential, layers
    >>> model = Sequential([layers.Input((3, 1)), layers.LSTM(2, name="memory")])
    >>> found = unrolled(model, np.ones((1, 3, 1)))
    >>> list(found.states), [gate.name for gate in found.gates], found.states["h"].shape
    (['h', 'c'], ['input gate', 'forget gate', 'candidate', 'output gate'], (3, 2))
    """
    name, layer = find(model, layer)
    batch, row = batch_for(model, x, sample)
    kind, own, runs = kind_of(layer.cell), layer._run, []

    def run(sequences, states, mask, training, is_zero):
        if kind:
            result, every = own(sequences, states, mask, training, is_zero), None
        else:
            result, every = steps(layer, sequences, states, mask)
        runs.append((sequences, states, mask, result, every))
        return result

    with unchanged(model), model._backend.inference(), every_call(), replaced(layer, "_run", run):
        model(batch, training=False)
    sequences, start, mask, result, every = chosen_call(runs, name, call)

    def of_sample(tensor):
        return array(tensor)[row]

    start = [of_sample(state).ravel() for state in tree.flatten(start)]
    inputs, mask = of_sample(sequences), None if mask is None else of_sample(mask)
    inputs, gates, far = inputs.reshape(len(inputs), -1), (), 0.0
    if kind:
        states, gates = _worked_out(layer.cell, KINDS[kind][1], inputs, start, mask)
        pairs = [(mine[-1], of_sample(theirs)) for mine, theirs in zip(states, tree.flatten(result[2]))]  # the last states
        if result[0] is not None:  # and every output, where a step counts
            counts = slice(None) if mask is None else mask
            pairs.append((states[0][counts], of_sample(result[0])[counts]))
        far = _distance(name, layer, pairs)
    else:
        states = [np.stack([of_sample(step[i]).ravel() for step in every]) for i in range(len(start))]  # each (time, units)
    before = [np.concatenate([first[None], after[:-1]]) for first, after in zip(start, states)]
    names, turn = state_names(layer.cell, len(states)), slice(None, None, -1 if layer.go_backwards else 1)
    return Unrolled(
        name, kind or type(layer.cell).__name__, inputs[turn], {n: s[turn] for n, s in zip(names, states)},
        {n: s[turn] for n, s in zip(names, before)}, tuple(_turned(gate, turn) for gate in gates),
        None if mask is None else mask[turn], layer.go_backwards, activation_name(getattr(layer.cell, "activation", None)), far, len(runs),
    )  # fmt: skip


def _worked_out(cell, kind, inputs, start, mask):
    """The states and gates of all steps, from the weights: lists of `(time, units)`, and `Gate`s."""
    weights = weights_of(cell, inputs.dtype)
    states, every, parts = start, [], []
    for t, x in enumerate(inputs):
        new, *rest = kind.step(weights, x, *states)
        states = new if mask is None or mask[t] else states
        every.append(states)
        parts.append(rest)
    bends = {letter: cell.activation if letter in kind.bent else cell.recurrent_activation for letter in kind.gates}
    gates = []
    for i, (letter, name) in enumerate(kind.gates.items()):
        values, from_x, from_h = (np.stack([step[part][i] for step in parts]) for part in range(3))
        gates.append(Gate(letter, name, activation_name(bends[letter]), from_x, from_h, values))
    return [np.stack(steps) for steps in zip(*every)], gates


def _distance(name, layer, pairs):
    """The largest difference between states worked out here and those of the layer."""
    far = max(distance(mine, own) for mine, own in pairs)
    near = 1e-2 if layer.compute_dtype in ("float16", "bfloat16") else 1e-4
    if not far <= near * max(1.0, *(float(np.nanmax(np.abs(own), initial=0.0)) for _, own in pairs)):
        raise ValueError(
            f"Layer '{name}' ({type(layer).__name__}) computes something else than its cell's weights say: its states differ "
            f"by {far:.3g} from those worked out step by step. Does it override `_run` or `call`? Fix: choose another layer."
        )
    return far


def _turned(gate, turn):
    return replace(gate, from_x=gate.from_x[turn], from_h=gate.from_h[turn], values=gate.values[turn])
