"""One step of SimpleRNN, LSTM and GRU, to be read: gates, then the state. `recurrent.py` proves them equal to the layers."""

from dataclasses import dataclass

import numpy as np

from ..layers import GRUCell, LSTMCell, SimpleRNNCell
from .calls import array


@dataclass(frozen=True)
class Weights:
    """A cell's weights as arrays, and its two bends: `gate` (a sigmoid, mostly) and `bend` (tanh)."""

    kernel: np.ndarray
    recurrent_kernel: np.ndarray
    bias: np.ndarray
    recurrent_bias: np.ndarray
    gate: object
    bend: object
    reset_after: bool


def simple_rnn(w, x, h):
    """`h = tanh(x W + h U + b)`."""
    from_x, from_h = x @ w.kernel + w.bias, h @ w.recurrent_kernel  # (units,)
    h = w.bend(from_x + from_h)
    return [h], [h], [from_x], [from_h]


def lstm(w, x, h, c):
    """Input gate i, forget gate f, candidate g, output gate o; then `c = f c + i g` and `h = o tanh(c)`."""
    from_x = np.split(x @ w.kernel + w.bias, 4)  # four of (units,)
    from_h = np.split(h @ w.recurrent_kernel, 4)
    i, f, g, o = (bend(a + b) for bend, a, b in zip((w.gate, w.gate, w.bend, w.gate), from_x, from_h))
    c = f * c + i * g
    h = o * w.bend(c)
    return [h, c], [i, f, g, o], from_x, from_h


def gru(w, x, h):
    """Update gate z, reset gate r, candidate g; then `h = z h + (1 - z) g`."""
    from_x = np.split(x @ w.kernel + w.bias, 3)  # three of (units,)
    from_h = np.split(h @ w.recurrent_kernel + w.recurrent_bias, 3)
    z, r = w.gate(from_x[0] + from_h[0]), w.gate(from_x[1] + from_h[1])
    if w.reset_after:
        from_h[2] = r * from_h[2]
    else:  # as in the paper: the state is cut before it meets its kernel
        from_h[2] = (r * h) @ np.split(w.recurrent_kernel, 3, axis=1)[2]
    g = w.bend(from_x[2] + from_h[2])
    h = z * h + (1 - z) * g
    return [h], [z, r, g], from_x, from_h


@dataclass(frozen=True)
class Kind:
    """A kind of cell: its step, its states and gates by letter and name, and how the states follow from the gates."""

    step: object
    states: tuple
    gates: dict  # letter -> name; of SimpleRNN the state itself is what is bent
    bent: str  # the gates that go through `bend`, the others through `gate`
    rules: dict  # state -> its formula


KINDS = {
    "SimpleRNN": (SimpleRNNCell, Kind(simple_rnn, ("h",), {"h": "state"}, "h", {})),
    "LSTM": (
        LSTMCell,
        Kind(lstm, ("h", "c"), {"i": "input gate", "f": "forget gate", "g": "candidate", "o": "output gate"}, "g",
             {"c": "f·c' + i·g", "h": "o·{bend}(c)"}),
    ),
    "GRU": (
        GRUCell,
        Kind(gru, ("h",), {"z": "update gate", "r": "reset gate", "g": "candidate"}, "g", {"h": "z·h' + (1 - z)·g"}),
    ),
}  # fmt: skip
"""Name -> the cell's class, and what there is to see in it."""


def kind_of(cell):
    """Return the name in `KINDS` of a cell of the library that computes what its class says; None for any other.

    >>> from kerasteach import layers
    >>> kind_of(layers.LSTMCell(2)), kind_of(layers.StackedRNNCells([layers.LSTMCell(2)]))
    ('LSTM', None)
    """
    for name, (cls, _) in KINDS.items():
        if isinstance(cell, cls) and all(getattr(type(cell), part) is getattr(cls, part) for part in ("call", "project", "step", "build")):
            return name
    return None


def weights_of(cell, dtype):
    """A built cell's weights as arrays of a dtype."""
    wide = cell.gates * cell.units
    bias = np.zeros((2, wide)) if cell.bias is None else array(cell.bias)
    bias, recurrent_bias = bias if bias.ndim == 2 else (bias, np.zeros(wide))
    arrays = [np.asarray(a, dtype) for a in (array(cell.kernel), array(cell.recurrent_kernel), bias, recurrent_bias)]
    bends = [_on_arrays(getattr(cell, name, None), cell) for name in ("recurrent_activation", "activation")]
    return Weights(*arrays, *bends, getattr(cell, "reset_after", True))


def _on_arrays(activation, cell):
    """An activation as a function of arrays, `(units,)` at a time."""
    return lambda z: array(activation(cell._backend.convert(z[None])))[0].astype(z.dtype)
