"""The progress bar of `fit`, in a terminal, in a notebook, and in a log file.

A terminal gets one line that redraws itself; a notebook one output that is
replaced, so that a saved notebook holds its last state only; a file or pipe gets
one finished line an epoch. It is drawn at most ten times a second.
"""

import sys
import time

from .callback import Callback

_WIDTH = 20
_PAUSE = 0.1  # seconds between two drawings
_KEPT = 24  # finished lines a notebook keeps on screen


class ProgbarLogger(Callback):
    """Shows steps, time and metrics of the running epoch; `fit` adds one unless `verbose=0`.

    >>> logger = ProgbarLogger()
    >>> logger.set_params({"verbose": 2, "epochs": 1, "steps": 3})
    >>> logger.on_epoch_begin(0)
    >>> logger.on_epoch_end(0, {"loss": 0.5})
    3/3 - 0s - ... - loss: 0.5000
    """

    def __init__(self):
        super().__init__()
        self.set_params({"verbose": 1, "epochs": 1, "steps": None})
        self.screen, self._in_fit = None, False

    def set_params(self, params):
        self.params = params
        self.verbose = 1 if params["verbose"] == "auto" else params["verbose"]
        self.epochs, self.target, self.seen = params["epochs"], params["steps"], 0

    def _start(self):
        """Start counting steps and time."""
        self.screen = self.screen or (_Notebook() if _in_notebook() else _Terminal())
        self.seen, self._started, self._drawn = 0, time.perf_counter(), 0.0

    def show(self, seen, read_logs):
        """Draw the bar, if it is time to; only then are the logs read."""
        if self.screen is None:
            self._start()
        self.seen = seen
        if self.verbose != 1 or not self.screen.live:
            return
        now = time.perf_counter()
        if now - self._drawn >= _PAUSE:
            self._drawn = now
            self.screen.redraw(self._bar(read_logs()))

    def _finish(self, logs):
        """Draw the finished line."""
        self.target = self.target or self.seen
        self.seen = self.seen or self.target
        if self.verbose == 1:
            self.screen.line(self._bar(logs or {}, finished=True))
        elif self.verbose:
            self.screen.line(f"{self.seen}/{self.target} - {self._time(True, ' - ')}{_metrics(logs or {})}")

    def on_train_begin(self, logs=None):
        self._in_fit = True

    def on_train_end(self, logs=None):
        self._in_fit, self.screen = False, None

    def on_epoch_begin(self, epoch, logs=None):
        self._start()
        if self.verbose and self.epochs > 1:
            self.screen.line(f"Epoch {epoch + 1}/{self.epochs}")

    def on_epoch_end(self, epoch, logs=None):
        self._finish(logs)

    def on_train_batch_end(self, batch, logs=None):
        self.show(batch + 1, lambda: logs or {})

    def on_test_begin(self, logs=None):
        if not self._in_fit:
            self._start()

    def on_test_batch_end(self, batch, logs=None):
        if not self._in_fit:
            self.show(batch + 1, lambda: logs or {})

    def on_test_end(self, logs=None):
        if not self._in_fit:
            self._finish(logs)

    def on_predict_begin(self, logs=None):
        self._start()

    def on_predict_batch_end(self, batch, logs=None):
        self.show(batch + 1, dict)

    def on_predict_end(self, logs=None):
        self._finish({})

    def _bar(self, logs, finished=False):
        total = self.target
        if total is None:
            return f"{self.seen}/Unknown {self._time(finished)}{_metrics(logs)}"
        filled = min(_WIDTH * self.seen // max(total, 1), _WIDTH)
        bar = "━" * filled + ("╺" if filled < _WIDTH else "") + " " * (_WIDTH - filled - 1)
        return f"{self.seen:>{len(str(total))}}/{total} {bar} {self._time(finished)}{_metrics(logs)}"

    def _time(self, finished=False, gap=" "):
        spent = time.perf_counter() - self._started
        per_step = spent / max(self.seen, 1)
        left = spent if finished else per_step * max((self.target or 0) - self.seen, 0)
        return f"{_clock(left)}{gap}{_short(per_step)}/step"


def _metrics(logs):
    return "".join(f" - {name}: {_value(value)}" for name, value in logs.items())


def _value(value):
    if not isinstance(value, (int, float)):
        return str(value)
    return f"{value:.4f}" if abs(value) > 1e-3 or value == 0 else f"{value:.4e}"


def _clock(seconds):
    if seconds >= 3600:
        return f"{int(seconds // 3600)}:{int(seconds // 60) % 60:02d}:{int(seconds) % 60:02d}"
    return f"{int(seconds // 60)}:{int(seconds) % 60:02d}" if seconds >= 60 else f"{int(seconds)}s"


def _short(seconds):
    """A duration in the unit that suits it.

    >>> _short(2.0), _short(0.0021), _short(0.00012)
    ('2s', '2ms', '120us')
    """
    if seconds >= 1:
        return f"{seconds:.0f}s"
    return f"{seconds * 1e3:.0f}ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f}us"


class _Terminal:
    """Lines on stdout; the last one redraws itself if it is a real terminal."""

    def __init__(self):
        self.live = hasattr(sys.stdout, "isatty") and sys.stdout.isatty()
        self._width = 0

    def redraw(self, text):
        sys.stdout.write("\r" + text.ljust(self._width))
        sys.stdout.flush()
        self._width = len(text)

    def line(self, text):
        sys.stdout.write(("\r" + text.ljust(self._width) if self._width else text) + "\n")
        sys.stdout.flush()
        self._width = 0


class _Notebook:
    """One output cell that is replaced: finished lines above, the running bar below."""

    live = True

    def __init__(self):
        self._lines, self._dropped, self._handle = [], 0, None

    def redraw(self, text):
        self._show([*self._lines, text])

    def line(self, text):
        self._lines.append(text)
        if len(self._lines) > _KEPT:
            self._dropped += len(self._lines) - _KEPT
            self._lines = self._lines[-_KEPT:]
        self._show(self._lines)

    def _show(self, lines):
        from IPython.display import display

        above = [f"… {self._dropped} lines above"] if self._dropped else []
        data = {"text/plain": "\n".join([*above, *lines])}
        if self._handle is None:
            self._handle = display(data, raw=True, display_id=True)
        else:
            self._handle.update(data, raw=True)


def _in_notebook():
    """Whether an IPython kernel runs us, with a screen that can be replaced."""
    if "ipykernel" not in sys.modules or "IPython" not in sys.modules:
        return False
    shell = sys.modules["IPython"].get_ipython()
    return shell is not None and hasattr(shell, "kernel")
