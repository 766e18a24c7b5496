"""A student's answer, tried on cases: whatever it does, the library, the cases and the clock are safe."""

import time

import numpy as np

from .guard import pristine
from .limit import TooSlow, time_limit
from .observe import attempt, copied

_ALL_TOGETHER = 6  # times as long as one call may take


class Tryout:
    """Call it with a case, and it says what the answer gives there.

    Args:
        task: the `Task`.
        answer: the function a student wrote.
        screen: where it prints.

    Attributes:
        printed: what the last call printed.
        changed: names of the library's functions that it changed; they were put back.
        spoiled: names of inputs that it changed; it had copies.
    """

    def __init__(self, task, answer, screen):
        self.task, self.answer, self.screen = task, answer, screen
        self.library, self.printed = pristine(), ""
        self.changed, self.spoiled, self.took = set(self.library.put_back()), set(), 0.0

    def __call__(self, case):
        """Return what the answer gives, observed.

        Raises:
            TooSlow: if it takes longer than it may, or all calls together do.
        """
        arguments = [copied(case[name]) for name in self.task.arguments]
        self.library.look()
        began = time.perf_counter()
        try:
            if self.is_late:
                raise TooSlow
            with time_limit(self.task.seconds):
                received = attempt(self.answer, arguments, lambda returned: self.task.observe(returned, case))
        finally:
            self.took += time.perf_counter() - began
            self.changed |= set(self.library.put_back())
            self.printed = self.screen.take()
        self.spoiled |= {name for name, given in zip(self.task.arguments, arguments) if _differs(case[name], given)}
        return received

    @property
    def is_late(self):
        """Whether all calls so far took longer than they may together."""
        return self.took > _ALL_TOGETHER * self.task.seconds

    def remarks(self):
        """What a student should know besides."""
        found = []
        if self.changed:
            found.append(f"Your code changed the library: {', '.join(sorted(self.changed))}. It was put back.")
        if self.spoiled:
            names = ", ".join(sorted(self.spoiled))
            found.append(f"Your code changed its input {names}. Whoever calls it may need that again: work on a copy.")
        return tuple(found)


def _differs(before, after):
    if isinstance(before, np.ndarray):
        return before.shape != after.shape or not np.array_equal(before, after, equal_nan=before.dtype.kind == "f")
    try:
        return isinstance(before, (list, dict, tuple, set)) and bool(before != after)
    except Exception:  # arrays inside
        return False
