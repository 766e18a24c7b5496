"""`keras.tree`: do one thing to every leaf of nested lists, tuples and dicts."""


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
            _flatten(item, leaves)
    else:
        leaves.append(structure)


def _keys(mapping):
    try:
        return sorted(mapping)
    except TypeError:
        return list(mapping)


def map_structure(func, *structures):
    """Apply `func` to the leaves of one or several equal structures.

    Raises:
        ValueError: if the structures differ.

    >>> map_structure(lambda a, b: a + b, [1, {"x": 2}], [10, {"x": 20}])
    [11, {'x': 22}]
    """
    first = structures[0]
    if not is_nested(first):
        return func(*structures)
    for other in structures[1:]:
        if not is_nested(other) or len(other) != len(first) or isinstance(other, dict) != isinstance(first, dict):
            raise ValueError(f"Structures differ: {first!r} and {other!r}.")
    if isinstance(first, dict):
        return type(first)((key, map_structure(func, *(s[key] for s in structures))) for key in first)
    items = [map_structure(func, *leaves) for leaves in zip(*structures)]
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
