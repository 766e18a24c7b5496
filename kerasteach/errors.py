"""Where errors of shape and dtype meet the coach, who adds notes to them (PEP 678) and changes nothing else.

`Layer.__call__`, ops, losses and the loops of training are *doors*: the outermost one that an error leaves through asks
the coach, once, because there the most is known: the whole model, and the data. Until there is an error a door costs
nothing, and the coach (kerasteach.explain.shapes) is not even imported.
"""

import re
import sys
import threading

from .config import HANDED_DOWN

DOORS = set()  # code objects of functions that call `teach` on errors
KINDS = (ValueError, TypeError, RuntimeError, IndexError, AttributeError, NotImplementedError)
_ABOUT_SHAPES = re.compile(
    r"shape|ndim|rank|\baxis|\baxes|dimension|dtype|broadcast|size|channels|\binputs?\b|argument|cardinality|out of (range|bounds)"
    r"|samples|rows|columns|index|keys|align|must match|inhomogeneous|outputs?\b|label|class|target|cannot (cast|convert)|scalar|cast\b"
    r"|negative|kernel|divisible|image|mat1|tensor|expect|unpack|float|too (many|few)|structure",
    re.IGNORECASE,
)


class _Lesson(threading.local):
    """Whether the coach is at work in this thread: what fails while it tries fixes is no lesson."""

    is_on = False


LESSON = _Lesson()
strict = False  # whether a fault of the coach is raised, as tests want, instead of told in a note


def door(function):
    """Mark a function that calls `teach`, or whose body is in a block `with COACHED`."""
    DOORS.add(function.__code__)
    return function


class _Coached:
    """A `with` block whose errors the coach adds notes to: a door that adds no frame to a traceback."""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, _):
        if isinstance(error, KINDS):
            teach(error)


COACHED = _Coached()


def teach(error):
    """Let the coach add notes to an error that is about to leave a door, unless there is another door around it."""
    if LESSON.is_on or "coach" not in HANDED_DOWN or not isinstance(error, KINDS) or vars(error).get("_kt_taught"):
        return
    if not _ABOUT_SHAPES.search(str(error)) or _has_door_around(sys._getframe(2)):
        return
    error._kt_taught = True
    LESSON.is_on = True
    try:
        HANDED_DOWN["coach"](error)
        if "IPython" in sys.modules:
            HANDED_DOWN["picture"]()
    except Exception as fault:
        if strict:
            raise
        error.add_note(f"(The shape coach failed while it looked at this: {type(fault).__name__}: {fault}. The error above is whole.)")
    finally:
        LESSON.is_on = False


def _has_door_around(frame):
    frame = frame.f_back
    while frame is not None:
        if frame.f_code in DOORS:
            return True
        frame = frame.f_back
    return False
