"""How fast steps go, and how long the rest will take."""

import math
import time

MEMORY = 15.0  # seconds; what is that long ago counts a third


class Pace:
    """Measures steps by the clock.

    Two numbers, because they answer two questions. `mean` is what a step took so far, without the first one, which traces
    and compiles; it is what Keras shows. `recent` forgets slowly what was long ago: if a machine gets busy, or data get
    slower, the rest will take as long as it takes now.

    Attributes:
        begun: clock time of the start.
        noted: clock time of the last note.

    >>> pace = Pace()
    >>> pace.note(1)
    >>> pace.remaining(9) >= 0.0
    True
    """

    def __init__(self):
        self._steps = self._time = 0.0
        self._warm = False  # whether the first step of all is behind us
        self.start()

    def start(self):
        """Start to count from 0, as an epoch does; what is known about the pace stays."""
        self.begun = self.noted = time.perf_counter()
        self._seen, self._first = 0, None

    def note(self, seen, now=None):
        """Note that so many steps are done, by now or by another time of `time.perf_counter`."""
        now = time.perf_counter() if now is None else now
        passed, steps = now - self.noted, seen - self._seen
        if self._warm and steps > 0 and passed > 0:
            fade = math.exp(-passed / MEMORY)
            weight = MEMORY * (1 - fade) / passed  # the beginning of a long time between two notes has faded, too
            self._steps = self._steps * fade + steps * weight
            self._time = self._time * fade + passed * weight
        if self._first is None and steps > 0:
            self._first = now, seen
        self._warm = self._warm or steps > 0
        self.noted, self._seen = now, seen

    def spent(self):
        """Seconds since the start."""
        return time.perf_counter() - self.begun

    def mean(self):
        """Seconds a step; the first is left out as soon as there is another."""
        if self._first is not None and self._seen > self._first[1]:
            return max(self.noted - self._first[0], 0.0) / (self._seen - self._first[1])
        return self.spent() / max(self._seen, 1)

    def is_known(self):
        """Whether there was more than the very first step, which says nothing about the others."""
        return self._steps > 0

    def recent(self):
        """Seconds a step of late."""
        return self._time / self._steps if self._steps else self.mean()

    def remaining(self, steps):
        """Seconds that so many steps more will take."""
        return self.recent() * max(steps, 0)


def clock(seconds):
    """A duration as clocks show it.

    >>> clock(7.9), clock(67), clock(3661)
    ('7s', '1:07', '1:01:01')
    """
    if seconds >= 3600:
        return f"{int(seconds // 3600)}:{int(seconds // 60) % 60:02d}:{int(seconds) % 60:02d}"
    return f"{int(seconds // 60)}:{int(seconds) % 60:02d}" if seconds >= 60 else f"{int(seconds)}s"


def short(seconds):
    """A duration in the unit that suits it.

    >>> short(2.0), short(0.0021), short(0.00012)
    ('2s', '2ms', '120us')
    """
    if seconds >= 1:
        return f"{seconds:.0f}s"
    return f"{seconds * 1e3:.0f}ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f}us"
