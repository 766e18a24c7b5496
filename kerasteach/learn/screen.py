"""What code prints, cut: a loop that prints a million lines fills neither memory nor notebook."""

import contextlib
import io
import sys

MOST = 300  # characters that are kept


class Screen(io.TextIOBase):
    """A file to print into, of which the beginning is kept.

    >>> screen = Screen()
    >>> for _ in range(1000): print("again", file=screen)
    >>> screen.take()[-29:]
    'again … 5,700 characters more'
    >>> screen.take()
    ''
    """

    def __init__(self):
        self.kept, self.length = "", 0

    def writable(self):
        """Yes."""
        return True

    def write(self, text):
        """Keep what there is room for."""
        if len(self.kept) < MOST:
            self.kept += text[: MOST - len(self.kept)]
        self.length += len(text)
        return len(text)

    def take(self):
        """Return what was printed since the last call."""
        text, more = self.kept.rstrip(), self.length - MOST
        self.kept, self.length = "", 0
        return f"{text} … {more:,} characters more" if more > 0 else text


@contextlib.contextmanager
def nothing_displayed():
    """In a notebook: `display(...)` shows nothing, and `exit()` raises instead of ending the kernel."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        yield
        return
    from IPython.utils.capture import capture_output

    def ask_exit():
        raise SystemExit

    before = shell.__dict__.get("ask_exit")
    shell.__dict__["ask_exit"] = ask_exit
    try:
        with capture_output(stdout=False, stderr=False, display=True):
            yield
    finally:
        del shell.__dict__["ask_exit"]
        if before:
            shell.__dict__["ask_exit"] = before
