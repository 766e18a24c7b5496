"""Where progress is shown: a terminal redraws one line, a notebook replaces one output, a log gets finished lines."""

import os
import sys
import time

PAUSE = 0.1  # seconds between two drawings in a terminal: 0.3 ms each
SLOW_PAUSE = 0.25  # in a notebook, where one is a message to the browser: 1 ms
FIRST_LINE = 10.0  # seconds without a line before a log gets one
SHARE = 0.25  # of the time since the beginning: later lines of a log are that far apart
LONGEST = 600.0  # seconds between two lines of a log, at most
_WIDE = 1000  # columns of a log
_PAGE = 84  # of a notebook beside its list of files: longer lines are folded, and the page below them jumps
_KEPT = 24  # finished lines a notebook keeps on screen
_PLAIN = str.maketrans("━╺…", "=>.")  # where the encoding of a log knows no lines


def screen(stream=None):
    """Return the screen that suits the place we run in.

    Args:
        stream: where to write, if it is no notebook; stdout by default.
    """
    return Notebook() if in_notebook() else Lines(stream)


class Lines:
    """Lines on a stream; the last one redraws itself if it is a real terminal.

    Attributes:
        live: whether lines are redrawn.
        due: clock time from which on `redraw` is welcome; work in between need not even look at its numbers.
    """

    def __init__(self, stream=None):
        self._stream = stream
        self.live = hasattr(self.stream, "isatty") and self.stream.isatty()
        self._width = 0
        self._begun = time.perf_counter()
        self._wait()

    @property
    def stream(self):
        """Where to write; stdout may change, as it does in tests."""
        return sys.stdout if self._stream is None else self._stream

    def _wait(self):
        now = time.perf_counter()
        pause = min(max(FIRST_LINE, SHARE * (now - self._begun)), LONGEST)
        self.due = now + (PAUSE if self.live else pause)

    def redraw(self, text):
        """Show the state of running work: in a terminal instead of the last state, in a log as a line of its own."""
        if not self.live:
            return self.line(text)
        text = text[: self.columns() - 1]  # a line that wraps could not be taken back
        self._write("\r" + text.ljust(self._width))
        self._width = len(text)
        return self._wait()

    def columns(self):
        """How wide a line may be."""
        if not self.live:
            return _WIDE
        try:
            return os.get_terminal_size(self.stream.fileno()).columns or 80
        except (OSError, ValueError, AttributeError):
            return 80

    def line(self, text):
        """Show a line that stays."""
        self._write(("\r" + text.ljust(self._width) if self._width else text) + "\n")
        self._width = 0
        self._wait()

    def clear(self):
        """Take the running line back."""
        if self._width:
            self._write("\r" + " " * self._width + "\r")
            self._width = 0

    def _write(self, text):
        if self.stream is None:  # a program without a console has none
            return
        try:
            self.stream.write(text)
        except UnicodeEncodeError:
            self.stream.write(text.translate(_PLAIN).encode("ascii", "replace").decode())
        self.stream.flush()


class Notebook:
    """One output that is replaced: finished lines above, the running one below."""

    live = True

    def __init__(self):
        self._lines, self._dropped, self._handle, self.due = [], 0, None, 0.0

    def columns(self):
        """How wide a line may be."""
        return _PAGE

    def redraw(self, text):
        """Show the state of running work instead of the last one."""
        self._show([*self._lines, text])

    def line(self, text):
        """Show a line that stays."""
        self._lines.append(text)
        if len(self._lines) > _KEPT:
            self._dropped += len(self._lines) - _KEPT
            self._lines = self._lines[-_KEPT:]
        self._show(self._lines)

    def clear(self):
        """Take the running line back."""
        if self._handle is not None:
            self._show(self._lines)

    def _show(self, lines):
        from IPython.display import display

        above = [f"… {self._dropped} lines above"] if self._dropped else []
        data = {"text/plain": "\n".join([*above, *lines])}
        if self._handle is None:
            self._handle = display(data, raw=True, display_id=True)
        else:
            self._handle.update(data, raw=True)
        self.due = time.perf_counter() + SLOW_PAUSE


def in_notebook():
    """Whether an IPython kernel runs us, with a screen that can be replaced."""
    if "ipykernel" not in sys.modules or "IPython" not in sys.modules:
        return False
    shell = sys.modules["IPython"].get_ipython()
    return shell is not None and hasattr(shell, "kernel")
