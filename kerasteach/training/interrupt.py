"""Ctrl-C in training: let the running step finish, then stop."""

import signal
import threading

from ..backend.replicas import REPLICAS


class WholeSteps:
    """Context in which Ctrl-C only asks to stop; leaving it raises the KeyboardInterrupt.

    A second Ctrl-C does not wait. Outside the main thread Python delivers no
    signals, and this does nothing. Nor does it where processes train together:
    each would stop after another step, and wait for the others forever.

    Attributes:
        stopped: whether Ctrl-C was pressed.
    """

    def __init__(self):
        self.stopped = False

    def __enter__(self):
        self._ours = threading.current_thread() is threading.main_thread() and not REPLICAS.on
        if self._ours:
            self._before = signal.signal(signal.SIGINT, self._ask)
        return self

    def _ask(self, *_):
        if self.stopped:
            raise KeyboardInterrupt
        self.stopped = True

    def __exit__(self, kind, *_):
        if self._ours:
            signal.signal(signal.SIGINT, self._before)
        if self.stopped and kind is None:
            raise KeyboardInterrupt(
                "Training stopped after a whole step. The weights are kept; model.history holds the epochs so far."
            )
