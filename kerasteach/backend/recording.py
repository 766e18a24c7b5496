"""Listening in on a thread: every op, gradient and assignment is told to a recorder, on either backend.

    with recording(recorder, backend):
        train_step(batch)

Nobody pays for it at other times: the table's `dispatch` and the call of composites are exchanged while somebody listens.
Composites run as their definition then, so both backends tell of the same rows.
"""

import contextlib
import threading

from .. import tree
from ..ops import table
from .modes import TOLD
from .symbolic import KerasTensor
from .variable import Variable

_plain_dispatch, _plain_composite = table.dispatch, table.Composite.__call__
_listeners, _lock = 0, threading.Lock()


class Recorder:
    """Base of recorders: override what you want to hear of."""

    def op(self, op, args, params, out):
        """A row was applied. `args` are as the row got them, variables replaced by their tensors."""

    def asked(self, target, sources, gradients):
        """Gradients of a target were asked for; sources are variables or tensors."""

    def assigned(self, variable, value):
        """A variable was given a value, or something was added to it (then `value` is None), outside of an optimizer."""

    def updating(self, optimizer, variables, gradients):
        """An optimizer is about to update variables."""

    def updated(self, optimizer, variables):
        """It has."""


@contextlib.contextmanager
def recording(recorder, home, ops=True):
    """Tell a recorder what this thread does inside the block. Steps run op by op meanwhile.

    Args:
        recorder: a `Recorder`.
        home: the backend that computes.
        ops: whether it wants to hear of every op, or of gradients and assignments alone.
    """
    before = TOLD.recorder, TOLD.home, TOLD.hears_ops, TOLD.is_inside
    TOLD.recorder, TOLD.home, TOLD.hears_ops, TOLD.is_inside = recorder, home, ops, False
    if ops:
        _exchange(1)
    try:
        with home.telling(recorder) if ops else contextlib.nullcontext():
            yield recorder
    finally:
        TOLD.recorder, TOLD.home, TOLD.hears_ops, TOLD.is_inside = before
        if ops:
            _exchange(-1)


@contextlib.contextmanager
def unheard():
    """A block in which the recorder is told nothing."""
    before, TOLD.is_inside = TOLD.is_inside, True
    try:
        yield
    finally:
        TOLD.is_inside = before


def _exchange(by):
    """Count the threads that listen; the first brings the functions that tell, the last takes them away."""
    global _listeners
    with _lock:
        _listeners += by
        table.dispatch = _heard if _listeners else _plain_dispatch
        table.Composite.__call__ = _as_defined if _listeners else _plain_composite


def _heard(op, args, params):
    if not TOLD.hears_ops or TOLD.is_inside or _is_symbolic(args):
        return _plain_dispatch(op, args, params)
    args = tuple([a.value if type(a) is Variable else a for a in args])  # a cast that this takes is an op of its own
    with unheard():
        out = TOLD.home.audible(_plain_dispatch(op, args, params))
        TOLD.recorder.op(op, args, params, out)
    return out


def _as_defined(composite, *args, **params):
    if not TOLD.hears_ops or TOLD.is_inside or _is_symbolic((args, params)):
        return _plain_composite(composite, *args, **params)
    return composite.definition(*args, **params)


def _is_symbolic(values):
    return any(type(x) is KerasTensor for x in tree.flatten(values))
