"""The walk: which variables belong to whom, and under which path they are kept.

A weights file follows the tree of Python objects, not the layers' names (those
change from one run to the next): `model.layers[1]`, the second Dense, is
`layers/dense_1`; the cell of an LSTM is `layers/lstm/cell`; `self.fc` of a
subclassed model is `fc`. Writer and reader take the same walk.
"""

import functools

from ..backend.names import snake_case
from .public import facade


def walk(root, skip=()):
    """Yield (path, object) of everything that may own variables, each object once, at its first path.

    Args:
        root: the model.
        skip: objects to pass by, with all inside them.

    >>> import kerasteach as keras
    >>> model = keras.Sequential([keras.layers.Dense(2), keras.layers.Dense(1)])
    >>> [path for path, _ in walk(model)]
    ['', 'layers/dense', 'layers/dense_1']
    """
    yield from _object(root, "", {id(obj): obj for obj in skip})


def _object(obj, path, seen):
    if id(obj) in seen:
        return
    seen[id(obj)] = obj
    yield path, obj
    for name, value in _attributes(obj):
        yield from _value(value, f"{path}/{name}" if path else name, seen)


def _value(value, path, seen):
    if is_saveable(value):
        yield from _object(value, path, seen)
    elif isinstance(value, (list, tuple, dict)):
        yield from _container(value, path, seen)


def _container(container, path, seen):
    """Items are named by their class: `dense`, `dense_1`; counted even if stored elsewhere already."""
    if id(container) in seen:
        return
    seen[id(container)] = container  # held, so that no later list gets the same id
    counts = {}
    for item in list(container.values()) if isinstance(container, dict) else container:
        nested = isinstance(item, (list, tuple, dict))
        if nested or is_saveable(item):
            name = "container" if nested else snake_case(type(item).__name__)
            count = counts[name] = counts.get(name, -1) + 1
            yield from _value(item, f"{path}/{name}_{count}" if count else f"{path}/{name}", seen)


def is_saveable(obj):
    """Whether it can write its own variables: a layer, a model, an optimizer."""
    return hasattr(type(obj), "save_own_variables")


def _attributes(obj):
    """The object's own attributes: a model's `layers` first, then by name, private ones last."""
    if isinstance(obj, (facade("models").Sequential, facade("models").Functional)):
        yield "layers", obj.layers
    hidden = _names_of_every_layer() | (_names_of_every_model() if hasattr(obj, "layers") else set())
    for name in sorted(dir(obj), key=_private_last):
        if name.startswith("__") or name in hidden:
            continue
        try:
            value = getattr(obj, name)
        except Exception:  # a property that cannot answer now has nothing to save
            continue
        yield name, value


def _private_last(name):
    return f"~{name}" if name.startswith("_") else name


@functools.cache
def _names_of_every_layer():
    made_later = {"_tracked", "_trainable_variables", "_non_trainable_variables"}
    return frozenset(dir(facade("layers").Layer(name="bare"))) | made_later


@functools.cache
def _names_of_every_model():
    bare = facade("models").Sequential(name="bare")
    return frozenset(dir(bare)) - {"layers", "optimizer"}
