"""Any loop, watched: silent while it is quick, and telling how far it is when it is not."""

import sys

from .. import config
from .pace import Pace, clock, short
from .screens import screen

QUIET = 2.0  # seconds; work that is done by then says nothing


def watched(items, doing, units="steps", total=None):
    """Yield items, and show how far it is if that takes long: on stderr, or in the notebook.

    Args:
        items: an iterable.
        doing: what is done, for the line that shows it.
        units: what the items are called.
        total: how many there are, if that is known and `items` cannot tell.

    >>> list(watched("abc", "reading"))
    ['a', 'b', 'c']
    """
    if not config.is_interactive_logging_enabled():
        yield from items
        return
    total = _length(items) if total is None else total
    pace, where, done, shown = Pace(), screen(sys.stderr), 0, False
    try:
        for done, item in enumerate(items, 1):
            pace.note(done - 1)
            if done > 1 and pace.noted >= max(where.due, pace.begun + QUIET):
                where.redraw(_line(doing, done - 1, total, units, pace))
                shown = True
            yield item
    except BaseException:
        where.clear()  # what is said about the error begins on a line of its own
        raise
    if shown:
        where.line(f"{doing}: {done} {units}, {clock(pace.spent())}")


def _length(items):
    try:
        return len(items)
    except TypeError:  # nobody knows
        return None


def _line(doing, done, total, units, pace):
    if total is None:
        return f"{doing}: {done} {units}, {clock(pace.spent())}, {short(pace.mean())} each"
    left = clock(pace.remaining(total - done))
    return f"{doing}: {done}/{total} {units}, {left} left, {short(pace.mean())} each"
