"""What an answer does on one case, as plain data: a value, or the error it raised."""

import contextlib
import copy
import os
import random
import re
import sys
import warnings
from dataclasses import dataclass

import numpy as np

from .. import backend
from ..backend.names import keep_names
from .limit import TooSlow
from .screen import Screen, nothing_displayed

# Float32 sums in another order differ by about 1e-6; the smallest mistake of an exercise by far more.
_RELATIVE, _ABSOLUTE = 1e-5, 1e-5


@dataclass(frozen=True)
class Raised:
    """An error that an answer raised instead of returning."""

    kind: str
    message: str

    def __str__(self):
        return f"{self.kind}: {self.message}" if self.message else self.kind

    @property
    def topic(self):
        """What it is about, where the words vary: shapes that do not fit (`@` and `np.dot` say it differently), a frame not set up."""
        if "forgot to call `super().__init__()`" in self.message:
            return "super"
        return "shapes" if re.search(r"shape|dimension|align|broadcast", self.message) else None


class NotAttempted(Exception):
    """The answer is still the stub."""


@contextlib.contextmanager
def no_trace():
    """Try answers and leave nothing behind: no output, no warning, no random number drawn, no name taken.

    Gives a `Screen`, which knows what was printed.
    """
    python_state, numpy_state, depth, screen = random.getstate(), np.random.get_state(), sys.getrecursionlimit(), Screen()
    folder = None
    with contextlib.suppress(FileNotFoundError):
        folder = os.getcwd()
    try:
        with (
            contextlib.redirect_stdout(screen),
            contextlib.redirect_stderr(Screen()),
            nothing_displayed(),
            warnings.catch_warnings(),
            np.errstate(all="ignore"),
            keep_names(),
        ):
            warnings.simplefilter("ignore")
            yield screen
    finally:
        random.setstate(python_state)
        np.random.set_state(numpy_state)
        sys.setrecursionlimit(depth)
        if folder:
            os.chdir(folder)


def copied(value):
    """A copy of an argument: an answer may change what it is given, the case stays as it is."""
    if isinstance(value, np.ndarray):
        return value.copy()
    return copy.deepcopy(value) if isinstance(value, (list, dict, tuple, set)) else value


def attempt(answer, arguments, observe):
    """Call `answer` on `arguments` and return what `observe` sees, or the error.

    Raises:
        NotAttempted: if it returns `...` or raises NotImplementedError, as stubs do.

    >>> attempt(lambda x: x / 2, [3.0], as_value)
    array(1.5)
    >>> str(attempt(lambda x: x[2], [[1.0]], as_value))
    'IndexError: list index out of range'
    """
    try:
        returned = answer(*arguments)
        if returned is not ...:
            return observe(returned)
    except (NotImplementedError, NotAttempted):
        pass
    except (KeyboardInterrupt, TooSlow):
        raise
    except BaseException as error:  # whatever a student's code raises is its answer, exit() too
        if "__init__() should return None, not 'ellipsis'" in _said(error):  # a constructor that is still the stub
            raise NotAttempted from None
        return Raised(type(error).__name__, _said(error))
    raise NotAttempted


def _said(error):
    try:
        return str(error).split("\n")[0][:200]
    except Exception:
        return ""


def what_it_is(thing):
    """Return what an answer is that is not what was asked for, in words.

    >>> what_it_is(None), what_it_is("a loss")
    ('None', 'an object of type str')
    """
    return "None" if thing is None else f"an object of type {type(thing).__name__}"


def as_value(returned):
    """Return numbers as a NumPy array, and of anything else what it is.

    >>> as_value([1, 2])
    array([1, 2])
    >>> as_value(None), as_value("a loss")
    ('None', 'an object of type str')
    """
    if returned is ...:  # a method that is still the stub
        raise NotAttempted
    if returned is None:
        return what_it_is(returned)
    try:
        array = np.array(backend.to_numpy(returned))  # a copy: what is a view of a weight changes with it
    except Exception:
        return what_it_is(returned)
    return array if array.dtype.kind in "biuf" else what_it_is(returned)


def same(a, b):
    """Whether two observations agree: same shape and numbers up to rounding.

    >>> same(np.ones(2), np.ones(2) + 1e-7), same(np.ones(2), np.ones((2, 1)))
    (True, False)
    """
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.shape == b.shape and np.allclose(a, b, rtol=_RELATIVE, atol=_ABSOLUTE, equal_nan=True)
    if isinstance(a, Raised) and isinstance(b, Raised):
        return a == b or (a.kind == b.kind and a.topic is not None and a.topic == b.topic)
    return type(a) is type(b) and bool(a == b)
