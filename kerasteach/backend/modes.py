"""Switches of a thread: what a call on symbols does besides its output, and how variables are read."""

import contextlib
import threading


class _Trace(threading.local):
    """Notes the ops that are drawn, while a program is traced."""

    nodes = None
    expand = False

    def note(self, node):
        if self.nodes is not None:
            self.nodes.append(node)

    @contextlib.contextmanager
    def recording(self, expand):
        """Collect nodes; with `expand`, composites are drawn as their definition."""
        before = self.nodes, self.expand
        self.nodes, self.expand = [], expand
        try:
            yield self.nodes
        finally:
            self.nodes, self.expand = before


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


SCOPES = _Scopes()
