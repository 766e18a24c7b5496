"""Step by step: which ops an answer runs, and the first whose numbers no right answer has.

Ops of Keras are heard as explain's traces hear them; NumPy's functions through arrays that tell what is done to them. What is
done to single numbers in a loop is not heard, and then nothing is said: a step is named only where all the evidence is there.
"""

import contextlib
from dataclasses import dataclass

import numpy as np

from .. import backend, config
from ..backend.recording import Recorder, recording
from .observe import same

_heard = []  # the list that takes steps now is the last one
_MOST = 2000  # steps that are kept of one run


@dataclass(frozen=True)
class Step:
    """An op and what came out."""

    op: str
    value: np.ndarray


class Followed(np.ndarray):
    """An array that tells what NumPy does to it, and to all that comes of it.

    >>> with following() as steps:
    ...     y = np.exp(np.zeros(2).view(Followed)) + 1
    >>> [step.op for step in steps]
    ['exp', 'add']
    """

    def __array_ufunc__(self, ufunc, method, *inputs, out=(), **named):
        if out:
            named["out"] = tuple(_plain(x) for x in out)
        result = getattr(ufunc, method)(*_plain(inputs), **_plain(named))
        if result is NotImplemented:
            return result
        name = ufunc.__name__ if method == "__call__" else {"add": "sum", "multiply": "prod"}.get(ufunc.__name__, ufunc.__name__)
        told = _told(name, result)
        return out[0] if len(out) == 1 else told

    def __array_function__(self, function, types, args, named):
        return _told(function.__name__, function(*_plain(args), **_plain(named)))


def _plain(x):
    if isinstance(x, Followed):
        return x.view(np.ndarray)
    if isinstance(x, (list, tuple)):
        return type(x)(_plain(item) for item in x)
    return {key: _plain(value) for key, value in x.items()} if isinstance(x, dict) else x


def _told(op, result):
    if isinstance(result, (list, tuple)):
        return type(result)(_told(op, item) for item in result)
    if not isinstance(result, (np.ndarray, np.generic)) or result.dtype.kind not in "biuf":
        return result
    _keep(op, result)
    return np.asarray(result).view(Followed)


def _keep(op, result):
    if _heard and len(_heard[-1]) < _MOST and op != "cast" and result.dtype.kind == "f":
        _heard[-1].append(Step(op, np.array(result)))


class _Ops(Recorder):
    def op(self, op, args, params, out):
        with contextlib.suppress(Exception):
            _keep(op.name, backend.to_numpy(out))


@contextlib.contextmanager
def following():
    """Give a list that takes every step of what runs inside."""
    steps = []
    _heard.append(steps)
    try:
        with recording(_Ops(), backend.get(config.backend())):
            yield steps
    finally:
        _heard.pop()


@contextlib.contextmanager
def unheard():
    """Keep what runs inside out of the steps: a model's numbers before it has been given weights."""
    _heard.append([])
    try:
        yield
    finally:
        _heard.pop()


def diverging(steps, right, results):
    """Return (steps that agree, the first that does not or `None`, the op that a right answer goes on with or `None`).

    A step agrees if some right answer comes by the same numbers, which must be other than 0, 1 and -1: those agree by chance. The
    last step that agrees counts: before it, an answer may have gone another way.

    Args:
        steps: of the answer.
        right: lists of steps, of right answers.
        results: arrays that the answer has returned.
    """
    agreeing = [i for i, step in enumerate(steps) if any(_place(step, other) is not None for other in right)]
    last = agreeing[-1] if agreeing else -1
    if last + 1 < len(steps):
        return last + 1, steps[last + 1], None
    if steps and len(results) == 1 and same(steps[last].value, results[0]):
        found = [(other, place) for other in right if (place := _place(steps[last], other)) is not None]
        ops = [other[place + 1].op for other, place in found if place + 1 < len(other)]
        if ops and len(ops) == len(found):
            return last + 1, None, ops[0]
    return last + 1, None, None


def _place(step, others):
    """Where the same numbers come last, or `None`."""
    if np.isin(step.value, (0, 1, -1)).all():
        return None
    return next((i for i in range(len(others) - 1, -1, -1) if same(step.value, others[i].value)), None)
