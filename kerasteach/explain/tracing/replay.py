"""Computes every event of a trace again from its inputs: that is how we know that no picture lies."""

import numpy as np

from ...backend import to_numpy
from .events import Value


class Replay:
    """What `replay` found.

    Attributes:
        events: how many events were computed again.
        exact: how many of them came out the same, bit by bit.
        worst: the largest difference, relative to the largest number of its tensor; 0 if all are exact.
        worst_event: the number of that event, or None.
        left_out: numbers of events without a rule: what Torch computed by itself.
    """

    def __init__(self):
        self.events, self.exact, self.worst, self.worst_event, self.left_out = 0, 0, 0.0, None, []

    @property
    def is_exact(self):
        """Whether every event came out the same, bit by bit."""
        return self.exact == self.events

    def note(self, event, again, kept):
        """Compare what an event made now with what it made then."""
        self.events += 1
        distance = max([_distance(a, b) for a, b in zip(again, kept)], default=0.0)
        self.exact += all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in zip(again, kept))
        if distance > self.worst:
            self.worst, self.worst_event = distance, event.number

    def __repr__(self):
        worst = "" if self.worst == 0 else f"; largest difference {self.worst:.0e}, at event {self.worst_event}"
        left_out = f"; {len(self.left_out)} without a rule" if self.left_out else ""
        return f"<Replay of {self.events} events: {self.exact} bit by bit{worst}{left_out}>"


def replay(trace):
    """Compute every event of a trace again from its inputs, and compare with what it kept.

    Args:
        trace: a `Trace`.

    Returns:
        A `Replay`.

    >>> import kerasteach as keras
    >>> from kerasteach.explain import trace
    >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, "relu"), keras.layers.Dense(1)])
    >>> model.compile("adam", "mse")
    >>> replay(trace(model, np.ones((8, 3)), np.ones((8, 1)))).is_exact
    True
    """
    found = Replay()
    for event in trace.events:
        if event.op == "autograd" or (event.op == "assign" and not event.inputs):
            found.left_out.append(event.number)
            continue
        again = [to_numpy(x) for x in compute(trace, event)]
        found.note(event, again, [v.numpy() for v in event.outputs])
    return found


def compute(trace, event, made=None):
    """Return what an event makes of its inputs, as tensors of the trace's backend.

    Args:
        trace: the trace.
        event: one of its events.
        made: dict of Value -> tensor, for values that the trace did not keep.
    """
    home, made = trace.backend, made or {}

    def tensor(x):
        return (made[x] if x in made else trace.tensor(x)) if isinstance(x, Value) else x

    if event.stage == "update":
        update = event.params["update"]
        return update.again()[[e.output for e in _events_of(trace, update)].index(event.output)]
    if event.op == "assign":
        return [tensor(event.inputs[0])]
    if event.op == "start":
        return [home.zeros_like(tensor(event.inputs[0]), 1.0)]
    if event.wrt is None:
        return [home.apply(event.rule, [tensor(x) for x in event.inputs], event.params)]
    g, y, *args = [tensor(x) for x in event.inputs]
    return [home.pulled_back(event.rule, args, event.params, y, g, [event.wrt])[event.wrt]]


def _events_of(trace, update):
    return [e for e in trace.events if e.stage == "update" and e.params["update"] is update]


def _distance(a, b):
    if a.dtype.kind != "f" or not a.size:
        return 0.0 if np.array_equal(a, b) else 1.0
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return 0.0 if np.array_equal(a, b, equal_nan=True) else 1.0
    scale = max(float(np.abs(b).max()), np.finfo(a.dtype).tiny)
    return float(np.abs(a.astype("float64") - b.astype("float64")).max()) / scale
