"""Other losses, where targets look like classes; whether one helps is for a trial to say."""

import numpy as np

from ... import losses, tree
from .edits import Loss
from .given import as_numbers

_CLASSES = ("sparse_categorical_crossentropy", "categorical_crossentropy")


def for_loss(incident, trial):
    """Other losses, where targets look like classes."""
    if incident.loop is None or incident.owner._compile_loss is None:
        return
    old = incident.owner.loss
    y, names = trial.given().get("y"), getattr(incident.owner, "output_names", None) or []
    if y is None:
        return
    if isinstance(old, dict) and set(old) != set(names) and len(old) == len(names):
        new = dict(zip(names, old.values()))
        yield Loss(new, repr(old))
    if isinstance(old, (list, tuple)):
        yield Loss(list(old)[: len(names)] + list(old[-1:]) * (len(names) - len(old)), repr(old))
    for new in _losses_for(y):
        if new != old:
            yield Loss(new, _named(old))


def _losses_for(y):
    if tree.is_nested(y) and any(hasattr(part, "shape") for part in tree.flatten(y)):
        return []  # several outputs
    y = as_numbers(y)
    if y is None or y.dtype == object or not np.all(y == np.round(np.asarray(y, float)) if y.dtype.kind in "iufb" else False):
        return []
    one_hot = y.ndim > 1 and y.shape[-1] > 1 and set(np.unique(y)) <= {0, 1} and bool(np.all(y.sum(-1) == 1))
    return [_CLASSES[1]] if one_hot else [_CLASSES[0], "binary_crossentropy"]


def _named(loss):
    return repr(loss) if isinstance(loss, str) else getattr(loss, "name", None) or getattr(loss, "__name__", str(loss))


def is_about_targets(incident):
    """Whether a loss refused, or what aligns targets with outputs."""
    return _is_loss(incident) or any(word in str(incident.error) for word in ("`y`", "`loss`"))


def _is_loss(incident):
    return any(isinstance(who, losses.Loss) for who, _, _ in incident.calls)
