"""The data that was given: its parts, what they are called, and which lengths it speaks of."""

import numpy as np

from ... import backend, tree
from ...backend.symbolic import KerasTensor
from ...models.functional import Functional


def leaves(value, place=()):
    """Pairs (place, array) of a structure; a plain list of numbers is one array."""
    if value is None:
        return []
    if isinstance(value, dict):
        return [pair for key, part in value.items() for pair in leaves(part, (*place, key))]
    if isinstance(value, (list, tuple)) and any(hasattr(leaf, "shape") or hasattr(leaf, "to_numpy") for leaf in tree.flatten(value)):
        return [pair for i, part in enumerate(value) for pair in leaves(part, (*place, i))]
    return [(place, value)]


def as_numbers(values):
    """A list as an array; None if its rows are not equally long."""
    try:
        return np.asarray(values)
    except ValueError:
        return None


def spelled(name, place, incident):
    """How a reader writes a part of the data: `x`, `x["a"]`, `validation_data[1]`."""
    base = f"validation_data[{('x', 'y', 'sample_weight').index(name)}]" if incident.validating else name
    return base + "".join(f"[{key!r}]" for key in place)


def graph_of(model):
    """The graph a model runs; None for one that is no graph."""
    graph = getattr(model, "_functional", None) or model
    return graph if isinstance(graph, Functional) else None


def hints(incident, given):
    """Lengths the data speaks of: columns of the targets, classes, one more than the largest word number."""
    found = []
    for _, leaf in leaves(given.get("y")):
        y = as_numbers(leaf)
        if y is not None and y.dtype.kind in "iufb" and y.size:
            classes = _more_than(y, 10_000)
            columns = y.shape[-1] if y.ndim > 1 else 1
            numbers = columns == 1 and (any(n > 2 for n in classes) or "categorical" in getattr(incident.refuser, "name", ""))
            found += [] if numbers else [columns]  # a column of class numbers says nothing of units
            found += classes
    for t in incident.received:
        if type(t) is not KerasTensor and "int" in str(t.dtype):
            found += _more_than(backend.to_numpy(t), 1_000_000)
    return found


def _more_than(numbers, most):
    """One more than the largest of some whole numbers, in a list; an empty one for other numbers."""
    largest = float(numbers.max()) if numbers.size else 0.0
    return [int(largest) + 1] if 0 < largest < most and largest.is_integer() else []
