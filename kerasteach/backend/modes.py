"""Switches of a thread: what a call on symbols does besides its output, and how variables are read."""

import contextlib
import threading


class _Notes:
    """What a traced function did.

    Attributes:
        nodes: the ops it drew, in order.
        draws: pairs of a symbol and the function that gives its numbers, anew at every step.
        updates: id of a variable -> (the variable, the symbol it was assigned last).
    """

    def __init__(self):
        self.nodes, self.draws, self.updates = [], [], {}


class _Trace(threading.local):
    """Notes what a function does, while a program is traced."""

    notes = symbol = None
    kept = ()

    @property
    def nodes(self):
        """The ops noted so far; None if no program is being traced."""
        return None if self.notes is None else self.notes.nodes

    def note(self, node):
        if self.notes is not None:
            self.notes.nodes.append(node)

    def draw(self, numbers, shape, dtype):
        """Return `numbers()`; in a program, a symbol for what they are at each step."""
        if self.notes is None:
            return numbers()
        symbol = self.symbol(shape, dtype)
        self.notes.draws.append((symbol, numbers))
        return symbol

    def assign(self, variable, value):
        """Note that a variable is assigned a symbol."""
        self.notes.updates[id(variable)] = variable, value

    def latest(self, x):
        """What a variable was assigned in this step, if anything; else itself."""
        return self.notes.updates.get(id(x), (x, x))[1]

    @contextlib.contextmanager
    def recording(self, kept, symbol):
        """Collect notes; composites are drawn as their definition, but for the names `kept`. `symbol(shape, dtype)` makes one."""
        before = self.notes, self.kept, self.symbol
        self.notes, self.kept, self.symbol = _Notes(), kept, symbol
        try:
            yield self.notes
        finally:
            self.notes, self.kept, self.symbol = before


TRACE = _Trace()


class _Drawing(threading.local):
    """Whether a layer's `call` runs on symbols: shapes are found, and no variable changes."""

    is_on = False

    @contextlib.contextmanager
    def switched(self, is_on):
        before, self.is_on = self.is_on, is_on
        try:
            yield
        finally:
            self.is_on = before


DRAWING = _Drawing()


class _Scopes(threading.local):
    """The innermost of the `scopes` of each kind, or None."""

    stateless = None
    autocast = None  # a dtype name
    home = None  # the backend of the layer that is being called


SCOPES = _Scopes()


class _Told(threading.local):
    """Who is told what a step does: a recorder (see `recording`), or None.

    Attributes:
        home: the backend that computes.
        hears_ops: whether the recorder wants to hear of every op.
        is_inside: whether we are within what is told as a whole.
    """

    recorder = home = None
    hears_ops = is_inside = False

    def asked(self, target, sources, gradients):
        self._tell("asked", target, sources, gradients)

    def assigned(self, variable, value):
        self._tell("assigned", variable, value)

    def updating(self, optimizer, variables, gradients):
        self._tell("updating", optimizer, variables, gradients)
        self.is_inside = self.recorder is not None  # until `updated`

    def updated(self, optimizer, variables):
        if self.recorder is not None:
            self.is_inside = False
            self._tell("updated", optimizer, variables)

    def _tell(self, what, *facts):
        if self.recorder is None or self.is_inside:
            return
        self.is_inside = True  # what the recorder does is not to be told
        try:
            getattr(self.recorder, what)(*facts)
        finally:
            self.is_inside = False


TOLD = _Told()
