"""State: all variables of a model, written to or read from open weights files."""

import warnings

import numpy as np

from ..backend.api import to_numpy
from .walk import walk


def own_variables(model, skip=()):
    """Yield (path, name, arrays) of every object in the model that owns variables or could."""
    for path, obj in walk(model, skip):
        arrays = {}
        obj.save_own_variables(arrays)
        name = getattr(obj, "name", None)
        yield path, name if isinstance(name, str) else None, arrays


def load_own_variables(model, read, skip_mismatch=False, skip=()):
    """Give every object of the model its variables back.

    Either all of them are loaded or, if one does not fit, none: the model is
    then as it was before.

    Args:
        model: what to load into.
        read: function(path) -> dict of arrays.
        skip_mismatch: warn about objects that do not fit and load the others.
        skip: objects to leave alone.

    Raises:
        ValueError: naming every object that does not fit.
    """
    failures, undo = [], []
    for path, obj in walk(model, skip):
        before = _copy(obj)
        try:
            obj.load_own_variables(read(path))
            undo.append((obj, before))
        except Exception as error:
            _restore(obj, before)
            failures.append((path, obj, error))
    if failures and not skip_mismatch:
        for obj, before in undo:
            _restore(obj, before)
    if failures:
        _report(failures, skip_mismatch)


def _copy(obj):
    arrays = {}
    obj.save_own_variables(arrays)
    return {key: np.array(to_numpy(value)) for key, value in arrays.items()}


def _restore(obj, arrays):
    if arrays:
        obj.load_own_variables(arrays)


def _report(failures, skip_mismatch):
    path, obj, error = failures[0]
    message = (
        f"A total of {len(failures)} objects could not be loaded. Example error message for object {obj}:\n\n{error}\n\n"
        f"List of objects that could not be loaded:\n{[obj for _, obj, _ in failures]}\n"
        f"Where: the group '/{path}' of the file.\n"
        + (
            "These objects keep the values they had."
            if skip_mismatch
            else "Nothing was loaded. Fix: build the model with the layers it was saved with, in the same order; "
            "or load what fits with load_weights(..., skip_mismatch=True)."
        )
    )
    if skip_mismatch:
        warnings.warn(message, stacklevel=4)
    else:
        raise ValueError(message) from error
