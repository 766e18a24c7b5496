"""The way back through a recorded step: VJP by VJP, in the order and with the sums of the tape.

On NumPy every number is the tape's, bit by bit. On Torch each row is differentiated alone; what autograd found for the
whole is compared, and wins where code that is not made of ops lies between.
"""

import numpy as np

from ...ops import OPS
from .events import AUTOGRAD, START, Event, Value


def walk_back(recorder, loss, leaves, gradients):
    """Record the events that lead from a loss back to the leaves.

    Args:
        recorder: the `StepRecorder`.
        loss: the loss's Value.
        leaves: Values that gradients were asked for, or None.
        gradients: what the backend found for them.

    Returns:
        The Value of each leaf's gradient, or None.
    """
    home = recorder.home
    followed = _followed(recorder.events, [leaf for leaf in leaves if leaf is not None])
    grads = {}
    start = Event("backward", START, [loss], {})
    grads[loss] = recorder.gradient_value(loss, home.zeros_like(loss.stored, 1.0))
    recorder.add(start, [grads[loss]])
    for event in reversed(recorder.events[: start.number]):
        if event.stage in ("forward", "loss") and event.outputs and event.output in grads and event.output in followed:
            _through(recorder, event, grads, followed)
    return [_agreed(recorder, leaf, grads.get(leaf), found) for leaf, found in zip(leaves, gradients)]


def _followed(events, leaves):
    """Values that depend on a leaf, through ops with a gradient."""
    followed = set(leaves)
    for event in events:
        passes = event.stage in ("forward", "loss") and getattr(event.rule, "differentiable", False)
        if passes and any(x in followed for x in event.values):
            followed.add(event.output)
    return followed


def _through(recorder, event, grads, followed):
    """Record the gradients of one event's inputs."""
    rule, y = event.rule, event.output
    vjps = getattr(rule, "vjps", None)
    wanted = [
        i
        for i, x in enumerate(event.inputs)
        if isinstance(x, Value) and x in followed and (vjps is None or rule.variadic or vjps[i] is not None)
    ]
    g, args = grads[y], [x.stored if isinstance(x, Value) else x for x in event.inputs]
    found = recorder.home.pulled_back(rule, args, event.params, y.stored, g.stored, wanted) if wanted else []
    for i in wanted:
        if found[i] is None:
            continue
        x = event.inputs[i]
        back = Event("backward", rule, [g, y, *event.inputs], event.params, event.layer, event.number, i, event.where)
        part = recorder.gradient_value(x, found[i])
        recorder.add(back, [part])
        if x in grads:
            total = recorder.gradient_value(x, grads[x].stored + part.stored)
            recorder.add(Event("backward", OPS["add"], [grads[x], part], {}, event.layer), [total])
            part = total
        grads[x] = part


def _agreed(recorder, leaf, value, found):
    """The gradient's Value, if it is what the backend found; else the backend's, with a note."""
    if leaf is None or found is None:
        return None
    theirs = recorder.home.to_numpy(found)
    if value is not None:
        ours = recorder.home.to_numpy(value.stored)
        scale = float(np.max(np.abs(theirs), initial=0.0))
        if np.allclose(ours, theirs, rtol=1e-4, atol=1e-5 * scale, equal_nan=True):
            return value
    recorder.notes.append(f"The gradient for {leaf.name} also comes through code that is not made of ops.")
    value = recorder.gradient_value(leaf, recorder.home.copied(found))
    recorder.add(Event("backward", AUTOGRAD, [leaf], {}), [value])
    return value
