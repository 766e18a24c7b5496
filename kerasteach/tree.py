"""`keras.tree`: do one thing to every leaf of nested lists, tuples and dicts."""

import warnings
from collections import OrderedDict


def is_nested(structure):
    """Whether it is a list, tuple or dict.

    >>> is_nested([1]), is_nested(1)
    (True, False)
    """
    return isinstance(structure, (list, tuple, dict))


def flatten(structure):
    """All leaves in order; dicts in the order of their sorted keys, as Keras does.

    >>> flatten({"b": 1, "a": [2, (3,)]})
    [2, 3, 1]
    """
    leaves = []
    _flatten(structure, leaves)
    return leaves


def _flatten(structure, leaves):
    if isinstance(structure, dict):
        for key in _keys(structure):
            _flatten(structure[key], leaves)
    elif isinstance(structure, (list, tuple)):
        for item in structure:
            if isinstance(item, (list, tuple, dict)):
                _flatten(item, leaves)
            else:  # no call for a leaf: batches pass here at every step
                leaves.append(item)
    else:
        leaves.append(structure)


def _keys(mapping):
    try:
        return list(mapping) if isinstance(mapping, OrderedDict) else sorted(mapping)
    except TypeError:
        return list(mapping)


def map_structure(func, *structures, none_is_leaf=True):
    """Apply `func` to the leaves of one or several equal structures.

    Args:
        func: function of one leaf of each structure.
        *structures: structures nested in the same way.
        none_is_leaf: whether `func` sees `None`; with False, `None` stays `None`.

    Raises:
        ValueError: if the structures differ.

    >>> map_structure(lambda a, b: a + b, [1, {"x": 2}], [10, {"x": 20}])
    [11, {'x': 22}]
    """
    first = structures[0]
    if not is_nested(first):
        return None if first is None and not none_is_leaf else func(*structures)
    for other in structures[1:]:
        if not is_nested(other) or len(other) != len(first) or isinstance(other, dict) != isinstance(first, dict):
            raise ValueError(f"Structures differ: {first!r} and {other!r}.")
    if isinstance(first, dict):
        return type(first)((key, map_structure(func, *(s[key] for s in structures), none_is_leaf=none_is_leaf)) for key in first)
    items = [map_structure(func, *leaves, none_is_leaf=none_is_leaf) for leaves in zip(*structures)]
    return type(first)(*items) if hasattr(first, "_fields") else type(first)(items)


def packer(structure):
    """Return function(leaves) that packs like `pack_sequence_as`, prepared once for many calls.

    >>> packer([0, {"x": 0}])([1, 2])
    [1, {'x': 2}]
    """
    numbers = pack_sequence_as(structure, range(len(flatten(structure))))

    def written(part):
        if isinstance(part, dict):
            return "{" + ", ".join(f"{key!r}: {written(value)}" for key, value in part.items()) + "}"
        if isinstance(part, (list, tuple)):
            items = "".join(f"{written(item)}, " for item in part)
            return f"[{items}]" if isinstance(part, list) else f"({items})"
        return f"leaves[{part}]"

    return eval(f"lambda leaves: {written(numbers)}")  # one expression: this runs at every step


def pack_sequence_as(structure, flat_sequence):
    """Put leaves back into the shape of `structure`; the inverse of `flatten`.

    >>> pack_sequence_as({"b": 0, "a": [0, 0]}, [2, 3, 1])
    {'b': 1, 'a': [2, 3]}
    """
    leaves = iter(flat_sequence)
    wanted = len(flatten(structure))
    if wanted != len(flat_sequence):
        raise ValueError(f"The structure has {wanted} leaves, received {len(flat_sequence)}.")

    def build(part):
        if isinstance(part, dict):
            built = {key: build(part[key]) for key in _keys(part)}
            return type(part)((key, built[key]) for key in part)
        if isinstance(part, (list, tuple)):
            items = [build(item) for item in part]
            return type(part)(*items) if hasattr(part, "_fields") else type(part)(items)
        return next(leaves)

    return build(structure)


def flatten_with_path(structure):
    """All leaves in order, each with where it is: a tuple of numbers and keys.

    >>> flatten_with_path([{"x": 42}])
    [((0, 'x'), 42)]
    """
    if not is_nested(structure):
        return [((), structure)]
    keys = _keys(structure) if isinstance(structure, dict) else range(len(structure))
    return [((key, *path), leaf) for key in keys for path, leaf in flatten_with_path(structure[key])]


def assert_same_paths(a, b):
    """Raise unless both have leaves at the same places; lists and tuples count as one.

    Raises:
        ValueError: naming the places that only one has.

    >>> assert_same_paths([0, 1], (2, 3))
    """
    paths = [{path for path, _ in flatten_with_path(x)} for x in (a, b)]
    if paths[0] != paths[1]:
        raise ValueError(
            f"`a` and `b` don't have the same paths.\nPaths in `a` missing in `b`:\n{paths[0] - paths[1]}\n"
            f"Paths in `b` missing in `a`:\n{paths[1] - paths[0]}"
        )


def assert_same_structure(a, b, check_types=None):
    """Raise unless both are nested in the same way, with the same kinds of containers.

    Raises:
        ValueError: at the first place where they differ.

    >>> assert_same_structure([(0, 1)], [(2, 3)])
    """
    if check_types is not None:
        warnings.warn(
            "The `check_types` argument is deprecated and no longer has any effect. For a looser check, use "
            "`keras.tree.assert_same_paths()`.",
            DeprecationWarning,
            stacklevel=2,
        )
    both_dicts = isinstance(a, dict) and isinstance(b, dict)
    if is_nested(a) != is_nested(b) or (is_nested(a) and not both_dicts and type(a) is not type(b)):
        raise ValueError(f"The two structures don't have the same nested structure: {type(a).__name__} and {type(b).__name__}.")
    if is_nested(a):
        if len(a) != len(b) or (both_dicts and set(a) != set(b)):
            raise ValueError(f"The two structures don't have the same nested structure: {a!r} and {b!r}.")
        for key in a if both_dicts else range(len(a)):
            assert_same_structure(a[key], b[key])


def map_structure_up_to(shallow_structure, func, *structures):
    """Apply `func` to what stands where `shallow_structure` has its leaves.

    >>> map_structure_up_to([None, None], len, [[1, 1], [2, 2]])
    [2, 2]
    """
    if not is_nested(shallow_structure):
        return func(*structures)
    parts = [_parts(shallow_structure, s) for s in structures]
    items = [map_structure_up_to(shallow, func, *below) for shallow, *below in zip(_items(shallow_structure), *parts)]
    if isinstance(shallow_structure, dict):
        return type(shallow_structure)(zip(shallow_structure, items))
    return type(shallow_structure)(items)


def _items(structure):
    return list(structure.values()) if isinstance(structure, dict) else list(structure)


def _parts(shallow, structure):
    """The parts of a structure beside those of another; they must be as many."""
    if not is_nested(structure) or len(structure) != len(shallow) or isinstance(structure, dict) != isinstance(shallow, dict):
        raise ValueError(f"Structures differ: expected the nesting of {shallow!r}. Received: {structure!r}.")
    return [structure[key] for key in shallow] if isinstance(shallow, dict) else list(structure)


def lists_to_tuples(structure):
    """The same structure with tuples instead of lists.

    >>> lists_to_tuples([1, [2, 3]])
    (1, (2, 3))
    """
    if isinstance(structure, dict):
        return type(structure)((key, lists_to_tuples(value)) for key, value in structure.items())
    if not is_nested(structure):
        return structure
    items = map(lists_to_tuples, structure)
    return type(structure)(*items) if hasattr(structure, "_fields") else tuple(items)


def map_shape_structure(func, structure):
    """Apply `func` to the shapes in a structure: tuples and lists of whole numbers and None.

    >>> map_shape_structure(lambda shape: shape[-1], {"a": (None, 3)})
    {'a': 3}
    """
    if isinstance(structure, (tuple, list)) and all(n is None or isinstance(n, int) for n in structure):
        return func(tuple(structure))
    if isinstance(structure, dict):
        return {key: map_shape_structure(func, value) for key, value in structure.items()}
    if not isinstance(structure, (tuple, list)):
        raise ValueError(f"Cannot map function to unknown objects {structure}")
    return type(structure)(map_shape_structure(func, part) for part in structure)


class MAP_TO_NONE:
    """What a function given to `traverse` returns to put `None` there."""


def traverse(func, structure, top_down=True):
    """Apply `func` to every part of a structure, and to its leaves; what it returns, if not None, replaces the part.

    Args:
        func: function of a part; return `MAP_TO_NONE` to replace it by None.
        structure: nested lists, tuples, dicts.
        top_down: whether a part comes before what is in it; what replaced a part is then not looked into.

    Returns:
        The structure with its parts replaced.

    >>> traverse(lambda x: sum(x) if isinstance(x, list) else None, {"a": [1, 2]})
    {'a': 3}
    """
    if not callable(func):
        raise TypeError(f"`func` must be callable. Received: func={func}")
    if top_down:
        new = func(structure)
        if new is not None:
            return None if new is MAP_TO_NONE else new
    if isinstance(structure, dict):
        structure = type(structure)((key, traverse(func, structure[key], top_down)) for key in _keys(structure))
    elif is_nested(structure):
        items = [traverse(func, part, top_down) for part in structure]
        structure = type(structure)(*items) if hasattr(structure, "_fields") else type(structure)(items)
    if top_down:
        return structure
    new = func(structure)
    return structure if new is None else None if new is MAP_TO_NONE else new
