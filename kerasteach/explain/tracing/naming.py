"""Names of what a trace shows: of the parts of a batch, and of axes."""

from ... import tree
from ...training.data import unpack_x_y_sample_weight

_BY_RANK = {
    "kernel": {2: ("inputs", "units"), 3: ("window", "inputs", "filters"), 4: ("height", "width", "inputs", "filters"),
               5: ("depth", "height", "width", "inputs", "filters")},
    "recurrent_kernel": {2: ("units", "units")},
    "embeddings": {2: ("tokens", "features")},
}  # fmt: skip
_AFTER_BATCH = {
    0: (), 1: ("features",), 2: ("steps", "features"), 3: ("height", "width", "channels"),
    4: ("depth", "height", "width", "channels"),
}  # fmt: skip


def name_data(model, data):
    """Yield (name, array) of a batch: x, y, sample_weight; of several inputs `x[0]`, `x["name"]`."""
    for name, part in zip(("x", "y", "sample_weight"), unpack_x_y_sample_weight(data)):
        if part is None:
            continue
        if not tree.is_nested(part):
            yield name, part
            continue
        for path, array in tree.flatten_with_path(part):
            if array is not None:
                yield name + "".join(f"[{key!r}]" for key in path), array


def axes_of(name, kind, shape, batch):
    """Name the axes of a value.

    >>> axes_of("m/dense/kernel", "weight", (2, 3), 8), axes_of("v1", "op", (8, 3), 8)
    (('inputs', 'units'), ('batch', 'features'))
    """
    plain = tuple(f"axis {i}" for i in range(len(shape)))
    if kind in ("weight", "state"):
        last = name.rpartition("/")[2]
        if len(shape) == 1:
            return ("units",)
        return _BY_RANK.get(last, {}).get(len(shape), plain)
    if shape and shape[0] == batch:
        return ("batch", *_AFTER_BATCH.get(len(shape) - 1, plain[1:]))
    return plain
