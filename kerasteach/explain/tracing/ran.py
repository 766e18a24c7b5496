"""Which lines of a rule an event ran through: of several branches, the one that was taken."""

import inspect
import sys

import numpy as np

from ... import backend
from ..formula import tex_of
from .events import Value


def lines_run(event):
    """Return the lines of `event.source` that NumPy runs for the event, counted from 1.

    The rule is computed again on the event's own numbers, and its lines are noted as they come.

    Returns:
        A set of numbers; empty where there is no source or nothing can be computed.

    >>> import kerasteach as keras
    >>> from kerasteach.explain import trace
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> back = trace(model, [[1.0, 2.0]], [[3.0]]).of("backward", "matmul")[0]
    >>> [line.strip() for n, line in enumerate(back.source.splitlines(), 1) if n in lines_run(back)]
    ['if x1.ndim == 2 and x2.ndim == 2:', 'return x1.T @ g  # (inner, columns)']
    """
    function, again = event.function, _again(event)
    code = getattr(function, "__code__", None)
    if again is None or code is None:
        return frozenset()
    seen, before = set(), sys.gettrace()

    def line(frame, what, _):
        if what == "line":
            seen.add(frame.f_lineno - code.co_firstlineno + 1)
        return line

    sys.settrace(lambda frame, what, _: line if frame.f_code is code else None)
    try:
        with np.errstate(all="ignore"):
            again()
    finally:
        sys.settrace(before)
    return frozenset(seen)


def formula_run(event, lines=None):
    """Return the event's formula without the branches that were not taken, as LaTeX.

    Args:
        event: the event.
        lines: what `lines_run` found, if that is known.
    """
    lines = lines_run(event) if lines is None else lines
    if not lines:
        return event.formula
    whole, taken = tex_of(event.function), tex_of(event.function, lines)
    if event.stage == "update":
        whole, taken = (tex.replace(r"\bar{y}", r"\bar{w}") for tex in (whole, taken))
    return event.formula.replace(whole, taken)


def _again(event):
    """A function that computes the event again in NumPy; None if it cannot be."""
    rule = event.rule
    if event.stage == "update":
        return _update_again(event)
    if not hasattr(rule, "run"):
        return None
    arrays = [x.numpy() if isinstance(x, Value) else x for x in event.inputs]
    if event.wrt is None:
        return lambda: rule.run(arrays, event.params)
    g, y, *args = arrays
    return lambda: backend.get("numpy").pulled_back(rule, args, event.params, y, g, [event.wrt])


def _update_again(event):
    """An optimizer's formula on copies, with all it keeps for itself as it was in that step; afterwards that is as it is now."""
    weight, gradient, *slots = event.inputs
    formula, update = event.function, event.params["update"]
    given = [event.params["learning_rate"], event.params["step"], *[np.array(slot.numpy()) for slot in slots]]
    try:
        inspect.signature(formula).bind(weight, gradient, *given)
    except TypeError:  # it has more slots than its formula takes
        return None
    if gradient is None:
        return None

    def again():
        kept = [(v, v._backend.copied(v._value)) for v, _ in update.state_after]
        try:
            _put_back(update.state_after)  # what it counts is counted before its formula
            formula(np.array(weight.numpy()), gradient.numpy(), *given)
        finally:
            _put_back(kept)

    return again


def _put_back(state):
    for variable, tensor in state:
        variable._backend.assign(variable, tensor)
