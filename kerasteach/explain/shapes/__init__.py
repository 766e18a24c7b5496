"""The shape coach: what an error of shape or dtype leaves out, and what helps.

A layer that refuses a tensor knows its own shape rule and nothing else. The coach reads the calls that led there off the
traceback, says who made the tensor and who refused it, axis by axis, then tries changes on copies: of the model, of the
data, in a small batch. What ran is shown. The error stays what it was; the coach only adds a note (PEP 678).

The user's own code, a `call` or a loss, runs again in each try: on copies, with random numbers, names and printed text put
back, but a file it writes, say, it writes again.

Files in the order of reading: `incident` (what happened), `places` and `needs` (where tensors came from, which lengths
matter), `edits` and `reforms` (what may be changed), `suggest` and its kin (what might help), `copies` and `trials` (whether
it does), `report` (words), `picture` (the graph so far, for a notebook). `corpus`, `judge` and `command` say how good it is.
"""

import itertools
import time

from . import report
from .given import hints, leaves
from .edits import InputShape, LeaveOut
from .incident import read
from .places import makers
from .suggest import for_layers
from .suggest_calls import for_call
from .suggest_data import for_data
from .suggest_loss import for_loss, is_about_targets
from .trials import Trial, aside

FIXES, TRIES, SECONDS = 3, 150, 4.0  # how many are shown; how many are tried, and for how long


def coach(error):
    """Add a note to an error of shape or dtype: producer, consumer, expected, received, and fixes that ran.

    It is called by itself where an error leaves a model, a layer, an op or a loss; call it on an error you have caught
    elsewhere.

    Args:
        error: the exception; its traceback must still be there.

    Returns:
        The note, a string; "" if there is nothing to say. An error that has one keeps it.

    >>> import kerasteach as keras
    >>> x = keras.Input((8,), name="x")
    >>> narrow = keras.layers.Dense(4, name="narrow")(x)
    >>> try:
    ...     keras.layers.Add(name="join")([x, narrow])
    ... except ValueError as error:
    ...     print(error.__notes__[-1].splitlines()[-3].strip())
    1. in layer 'narrow', Dense(units=8) instead of units=4
    """
    told = next((note for note in getattr(error, "__notes__", []) if note.startswith(report.TITLE)), None)
    return aside(lambda: _coached(error)) if told is None else told


def _coached(error):
    incident = read(error)
    if not incident.calls and incident.loop is None:
        return ""
    trial = Trial(incident)
    given = trial.given() if incident.loop else {}
    incident.hints = hints(incident, given)
    inputs = given.get("x") if incident.loop else () if incident.symbolic else incident.calls[0][1]
    incident.data_shapes = [tuple(leaf.shape) for _, leaf in leaves(inputs) if hasattr(leaf, "shape")]
    fixes, why = _fixes(incident, trial)
    if incident.refuser is None and not fixes:
        return ""  # no layer saw it and nothing helps: it is about something else
    made = makers(incident, trial.again, trial.made_by)
    text = report.note(incident, given, made, fixes, why)
    error.add_note(text)
    return text


def _fixes(incident, trial):
    """Edits that ran, at most three; and what to say if there is none."""
    if not trial.possible():
        return [], "the model is too large to be made again just to try things, or runs in several processes"
    if not trial.fails_alike():
        return [], "done again on a copy, the error did not come back"
    fixes, told, start, tried = [], set(), time.monotonic(), 0
    for edit in itertools.islice(_edits(incident, trial), TRIES):
        if time.monotonic() - start > SECONDS:
            break
        tried += 1
        if isinstance(edit, (LeaveOut, InputShape)) and len(fixes) > 1:
            continue  # these say less than what was found
        if str(edit) not in told and _is_news(edit, fixes) and trial.error_of(edit) is None:
            edit.reached = trial.reached
            fixes.append(edit)
            told.add(str(edit))
        if len(fixes) == FIXES:
            break
    return fixes, f"{tried} changes were tried"


def _edits(incident, trial):
    """All that might help, likely ones first: the data, if the model is sound; else the layers."""
    if incident.loop is not None and is_about_targets(incident):
        return itertools.chain(for_loss(incident, trial), for_layers(incident), for_data(incident, trial))
    if incident.symbolic:
        return for_layers(incident)
    data = for_call(incident) if incident.loop is None else for_data(incident, trial)
    alone = incident.loop is None and incident.calls[0][0] is incident.refuser
    return itertools.chain(for_layers(incident), data) if trial.stays is False and not alone else itertools.chain(data, for_layers(incident))


def _is_news(edit, fixes):
    """Whether an edit is about something else than those found: another layer, setting or manner."""
    what = [(type(f), getattr(f, "layer", None), getattr(f, "setting", None)) for f in fixes]
    this = type(edit), getattr(edit, "layer", None), getattr(edit, "setting", None)
    return this not in what or (type(edit).__name__ in ("Data", "Loss", "Insert") and what.count(this) < 2)


__all__ = ["coach"]
