"""The progress bar of `fit`, `evaluate` and `predict`: steps, time left, pace and metrics.

It goes by the clock, not by the batch: a terminal is redrawn at most ten times a second, a notebook four times, a log or a pipe
gets a finished line an epoch, and within a long epoch a line after 10 seconds, then ever more rarely. In between a step
costs one look at the clock. Where metrics take long to read they are read more rarely still.
"""

import time

from ..progress import Pace, clock, screen, short
from .callback import Callback

_WIDTH, _NARROWEST = 20, 4
_LONG = 10.0  # seconds; what is left of all epochs is only said if it is more
_SHARE = 0.005  # of the time is what drawing may take: metrics of a large model are read more rarely
_NEVER = float("inf")


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
        self._pace = Pace()
        self._epoch, self._between = 0, 0.0  # seconds an epoch spends on other things than steps: validation, files
        self._validation = self._validation_pace = None  # (steps done, steps in all) while the model is validated
        self._last = self._due = 0.0  # clock times: of the last step, and when the next line is due

    def _start(self):
        """Start counting steps and time."""
        self.screen = self.screen or screen()
        self.seen, self._due, self._validation = 0, 0.0, None
        self._pace.start()
        self._last = self._pace.begun

    def show(self, seen, read_logs):
        """Draw the bar, if it is time to; only then are the logs read."""
        self._last = now = time.perf_counter()
        if self._validation is not None:
            self._validation = seen, self._validation[1]
        else:
            self.seen = seen
        if now >= self._due:
            self._draw(read_logs)

    def _draw(self, read_logs):
        if self.screen is None:
            self._start()
        (self._pace if self._validation is None else self._validation_pace).note(*self._now())
        if self.verbose != 1:
            self._due = _NEVER  # it was only to know when the first step was done
            return
        if self._last < self.screen.due:
            self._due = self.screen.due
            return
        self.screen.redraw(self._fitting(self._running(read_logs)))
        now = time.perf_counter()
        self._due = max(self.screen.due, now + (now - self._last) / _SHARE)

    def _now(self):
        return (self.seen if self._validation is None else self._validation[0]), self._last

    def validating(self, steps):
        """Take the steps that follow, up to the end of the epoch, for steps of the validation; None: nobody knows how many."""
        self._pace.note(*self._now())
        self._validation, self._validation_pace, self._due = (0, steps), Pace(), 0.0

    def _finish(self, logs):
        """Draw the finished line."""
        self._validation = None
        self.target = self.target or self.seen
        self.seen = self.seen or self.target
        if self.verbose == 1:
            self.screen.line(f"{self._count_and_bar()} {self._times(self._pace.spent())}{_metrics(logs or {})}")
        elif self.verbose:
            self.screen.line(f"{self.seen}/{self.target} - {self._times(self._pace.spent(), ' - ')}{_metrics(logs or {})}")

    def on_train_begin(self, logs=None):
        self._in_fit = True

    def on_train_end(self, logs=None):
        self._in_fit, self.screen = False, None

    def on_epoch_begin(self, epoch, logs=None):
        self._start()
        self._epoch = epoch
        if self.verbose and self.epochs > 1:
            self.screen.line(f"Epoch {epoch + 1}/{self.epochs}")

    def on_epoch_end(self, epoch, logs=None):
        if self._validation is None:
            self._pace.note(self.seen, self._last)
        self._between = time.perf_counter() - self._pace.noted
        self._finish(logs)

    def on_train_batch_end(self, batch, logs=None):
        self.show(batch + 1, lambda: logs or {})

    def on_test_begin(self, logs=None):
        if not self._in_fit:
            self._start()

    def on_test_batch_end(self, batch, logs=None):
        if not self._in_fit or self._validation is not None:
            self.show(batch + 1, lambda: logs or {})

    def on_test_end(self, logs=None):
        if not self._in_fit:
            self._end(logs)

    def on_predict_begin(self, logs=None):
        self._start()

    def on_predict_batch_end(self, batch, logs=None):
        self.show(batch + 1, dict)

    def on_predict_end(self, logs=None):
        self._end({})

    def _end(self, logs):
        self._pace.note(self.seen, self._last)
        self._finish(logs)

    def _running(self, read_logs):
        """What a running line says after its bar."""
        if self._validation is None and not self._pace.is_known():
            return f" - first step took {short(self._pace.mean())}{_metrics(read_logs())}"
        if self._validation is None:
            left = self._pace.remaining(self.target - self.seen) if self.target else self._pace.spent()
            return f" {self._times(left)}{_metrics(read_logs())}{self._whole_fit()}"
        pace, (done, steps) = self._validation_pace, self._validation
        left = f"/{steps}, {clock(pace.remaining(steps - done))} left" if steps else f", {clock(pace.spent())}"
        return f" - validating: {done}{left}, {short(pace.mean())}/step{self._whole_fit()}"

    def _fitting(self, rest):
        """A running line: the bar gives way where the terminal is narrow."""
        width = _WIDTH - max(len(self._count_and_bar()) + len(rest) + 1 - self.screen.columns(), 0)
        return self._count_and_bar(max(width, _NARROWEST)) + rest

    def _count_and_bar(self, width=_WIDTH):
        total = self.target
        if total is None:
            return f"{self.seen}/Unknown"
        filled = min(width * self.seen // max(total, 1), width)
        bar = "━" * filled + ("╺" if filled < width else "") + " " * (width - filled - 1)
        return f"{self.seen:>{len(str(total))}}/{total} {bar}"

    def _times(self, seconds, gap=" "):
        return f"{clock(seconds)}{gap}{short(self._pace.mean())}/step"

    def _whole_fit(self):
        """What is left of all epochs, if there is more than this one, and it takes long."""
        epochs = self.epochs - self._epoch - 1
        if not self._in_fit or epochs < 1 or not self.target:
            return ""
        here = each = self._between
        if self._validation is not None and self._validation[1]:
            done, steps = self._validation
            here, each = self._validation_pace.remaining(steps - done), self._validation_pace.remaining(steps)
        left = self._pace.remaining(self.target - self.seen + epochs * self.target) + here + epochs * each
        return f" - all {self.epochs} epochs: {clock(left)} left" if left >= _LONG else ""


def _metrics(logs):
    return "".join(f" - {name}: {_value(value)}" for name, value in logs.items())


def _value(value):
    if not isinstance(value, (int, float)):
        return str(value)
    return f"{value:.4f}" if abs(value) > 1e-3 or value == 0 else f"{value:.4e}"
