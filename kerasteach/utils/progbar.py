"""A progress bar for loops of your own, as Keras draws it."""

import math
import os
import sys
import time

import numpy as np


class Progbar:
    """Draws how far a loop is: steps, time, and means of what it measures.

    Args:
        target: steps there are; None if that is not known.
        width: characters of the bar.
        verbose: 0 nothing, 1 a bar, 2 one line at the end.
        interval: least seconds between two drawings.
        stateful_metrics: names of values to show as they are; all others are averaged.
        stateless_metrics: names of values to average; all others are shown as they are.
        unit_name: what one step is called.

    Raises:
        ValueError: if both kinds of names are given.

    >>> bar = Progbar(3, verbose=2)
    >>> for step in range(3):
    ...     bar.update(step + 1, [("loss", 2.0 * step)])
    3/3 - 0s - ...us/step - loss: 4.0000
    """

    def __init__(
        self,
        target,
        width=20,
        verbose=1,
        interval=0.05,
        stateful_metrics=None,
        stateless_metrics=None,
        unit_name="step",
    ):
        if stateful_metrics is not None and stateless_metrics is not None:
            raise ValueError(
                "Only one of `stateful_metrics` or `stateless_metrics` can be provided.\n"
                "Fix: name the values to show as they are, or the values to average; the rest is of the other kind."
            )
        self.target, self.width, self.verbose, self.interval, self.unit_name = target, width, verbose, interval, unit_name
        self.stateful_metrics = set(stateful_metrics or ()) if stateless_metrics is None else None
        self.stateless_metrics = None if stateless_metrics is None else set(stateless_metrics)
        screens = (hasattr(sys.stdout, "isatty") and sys.stdout.isatty(), "ipykernel" in sys.modules, "posix" in sys.modules)
        self._redraws = any(screens) or "PYCHARM_HOSTED" in os.environ
        self._sums = {}  # name -> (sum, steps)
        self._seen = self._drawn_width = self._drawn_at = 0
        self._start = time.time()
        self._first_step_at = None

    def update(self, current, values=None, finalize=None):
        """Draw the bar, if it is time to.

        Args:
            current: steps done.
            values: list of (name, value of the last step).
            finalize: whether this is the last drawing; by default when all steps are done.
        """
        if finalize is None:
            finalize = self.target is not None and current >= self.target
        for name, value in values or []:
            self._add(name, value, 1 if finalize else max(current - self._seen, 1), finalize)
        self._seen = current
        now = time.time()
        per_step = self._per_step(current, now)
        if self.verbose == 1 and (finalize or now - self._drawn_at >= self.interval):
            self._draw(current, now, per_step, finalize)
        elif self.verbose == 2 and finalize and self.target:
            count = f"{current:{self._digits()}d}/{self.target}"
            _write(f"{count} - {now - self._start:.0f}s - {_short(per_step)}/{self.unit_name}{self._values()}\n")
        elif self.verbose == 1:
            return
        self._drawn_at = now

    def add(self, n, values=None):
        """`update` by so many steps more."""
        self.update(self._seen + n, values)

    def _add(self, name, value, steps, finalize):
        averaged = name in self.stateless_metrics if self.stateful_metrics is None else name not in self.stateful_metrics
        total, count = self._sums.get(name, (0, 0))
        if averaged and not finalize:
            self._sums[name] = (total + value * steps, count + steps)
        else:
            self._sums[name] = (value, 1)

    def _draw(self, current, now, per_step, finalize):
        plain, colored = self._bar(current)
        clock = _clock(per_step * (self.target - current)) if self.target and not finalize else f"{now - self._start:.0f}s"
        rest = f" {_short(per_step)}/{self.unit_name}{self._values()}"
        width = len(plain) + 1 + len(clock) + len(rest)
        back = "\b" * self._drawn_width + "\r" if self._redraws else "\n"
        gap = " " * max(self._drawn_width - width, 0)
        _write(f"{back}{colored} \x1b[1m{clock}\x1b[0m{rest}{gap}" + "\n" * finalize)
        self._drawn_width = width

    def _bar(self, current):
        """The bar without and with its colors."""
        if not self.target:
            return (f"{current:7d}/Unknown",) * 2
        done = int(self.width * current / self.target)
        count = f"{current:{self._digits()}d}/{self.target}"
        full, empty = "━" * done, "━" * (self.width - done)
        return f"{count} {full}{empty}", f"\x1b[1m{count}\x1b[0m " + f"\x1b[32m{full}\x1b[0m" * (done > 0) + f"\x1b[37m{empty}\x1b[0m"

    def _digits(self):
        return int(math.log10(self.target)) + 1

    def _values(self):
        means = {name: float(np.mean(total)) / max(1, count) for name, (total, count) in self._sums.items()}
        return "".join(f" - {name}: {mean:.4f}" if abs(mean) > 1e-3 else f" - {name}: {mean:.4e}" for name, mean in means.items())

    def _per_step(self, current, now):
        """Seconds a step; the first, which is not like the others, counts only while it is alone."""
        if not current:
            return 0
        if self._first_step_at is not None and current > 1:
            per_step = (now - self._first_step_at) / (current - 1)
        else:
            per_step = (now - self._start) / current
        if current == 1:
            self._first_step_at = now
        return per_step


def _write(text):
    sys.stdout.write(text)
    sys.stdout.flush()


def _clock(seconds):
    if seconds > 3600:
        return f"{int(seconds // 3600)}:{int(seconds % 3600 // 60):02d}:{int(seconds % 60):02d}"
    return f"{int(seconds // 60)}:{int(seconds % 60):02d}" if seconds > 60 else f"{int(seconds)}s"


def _short(seconds):
    if seconds >= 1 or seconds == 0:
        return f"{seconds:.0f}s"
    return f"{seconds * 1e3:.0f}ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f}us"
