"""Data in memory: everything is checked before the first step, cast once, and gathered in blocks.

A block holds the shuffled rows of many batches: slicing it costs nothing.
"""

import warnings

import numpy as np

from ... import backend, tree
from ...backend.replicas import REPLICAS
from ...backend.text import as_text
from ...config import floatx
from .shares import own_batches
from .source import Source
from .tuples import pack_x_y_sample_weight
from .weights import class_weight_to_sample_weights, one_for_each_output

_BLOCK_BYTES = 1 << 24  # gather about 16 MiB of shuffled rows at a time


def as_array(data, what):
    """One array of numbers from an array, a table, a tensor or a list.

    Raises:
        ValueError: if it does not hold numbers, or not in rows of equal length.
    """
    if data is None:
        raise ValueError(f"`{what}` is None; expected one row per sample. Fix: pass an array of shape (samples, ...).")
    try:
        if hasattr(data, "to_numpy"):  # a table of pandas; one of its columns is (samples, 1)
            array = data.to_numpy()
            array = array[:, None] if array.ndim == 1 else array
        else:
            array = backend.to_numpy(data.toarray() if hasattr(data, "toarray") else data)
        if array.dtype.kind in "USO":
            text = as_text(array) if what == "x" else None
            array = backend.get("numpy").convert(array) if text is None else text
    except ValueError as error:
        error.add_note(f"This was `{what}`.")
        raise
    if array.ndim == 0:
        raise ValueError(f"`{what}` is a single number; expected one row per sample. Fix: pass an array of shape (samples, ...).")
    return array.astype(floatx()) if array.dtype.kind == "f" and array.dtype != floatx() else array


def as_arrays(data, what):
    """A structure of arrays; a plain list of numbers is one array, a list of arrays is several."""
    if isinstance(data, list) and not any(hasattr(x, "shape") or hasattr(x, "to_numpy") for x in data):
        return as_array(data, what)
    if isinstance(data, (list, tuple, dict)):
        if what == "sample_weight":
            data = _ones_for_none(data)
        return tree.map_structure(lambda x: as_array(x, what), data)
    return as_array(data, what)


def _ones_for_none(weights):
    """The weights of several outputs, one of which may have none: its samples count alike."""
    rows = next((len(w) for w in tree.flatten(weights) if hasattr(w, "__len__")), 0)
    return tree.map_structure(lambda w: np.ones(rows, floatx()) if w is None and rows else w, weights)


def optional(data, what):
    """`as_arrays`, and None stays None."""
    return None if data is None else as_arrays(data, what)


class ArraySource(Source):
    """Batches from arrays that fit in memory.

    Args:
        x, y, sample_weight: arrays, or structures of arrays, with as many rows each.
        batch_size: rows a batch; by default as many as make `steps` batches, or 32.
        shuffle: whether rows come in a new order every epoch; `"batch"` reorders only within batches.
        class_weight: dict of class number -> weight.
        steps: batches an epoch, if the user said so.

    Raises:
        ValueError: if there are no rows, or not equally many.
    """

    def __init__(self, x, y=None, sample_weight=None, batch_size=None, shuffle=False, class_weight=None, steps=None):
        self.x, self.y, weights = as_arrays(x, "x"), optional(y, "y"), optional(sample_weight, "sample_weight")
        if class_weight is not None:
            if weights is not None:
                raise ValueError("You cannot `class_weight` and `sample_weight` at the same time.")
            weights = class_weight_to_sample_weights(self.y, class_weight)
        elif weights is not None:
            weights = one_for_each_output(weights, self.y)
        self.sample_weight = weights
        self.rows = row_count(self.x, self.y, weights)
        if batch_size and (not isinstance(batch_size, (int, np.integer)) or batch_size < 0):
            raise ValueError(f"batch_size should be a positive integer value, but got batch_size={batch_size}")
        self.batch_size = batch_size or (-(-self.rows // steps) if steps else 32)
        self.shuffle = shuffle
        self.steps = -(-self.rows // self.batch_size)
        self._data = pack_x_y_sample_weight(self.x, self.y, weights)
        self._pack_batch = tree.packer(self._data)

    def check_targets(self, check):
        if self.y is not None:
            check(self.y)

    def sample(self):
        """A first batch, to build a model with."""
        return tree.map_structure(lambda a: a[: self.batch_size], self._data)

    def epoch(self, home):
        """Yield the batches of one epoch as tensors of a backend."""
        arrays = tree.flatten(self._data)
        row_bytes = sum(a.nbytes for a in arrays) // max(self.rows, 1)
        block = max(_BLOCK_BYTES // max(row_bytes * self.batch_size, 1), 1) * self.batch_size
        order = self._order()
        pack_batch = self._pack_batch
        if REPLICAS.on:
            yield from map(pack_batch, own_batches(arrays, order, self.batch_size, block, home))
            return
        for start in range(0, self.rows, block):
            stop = min(start + block, self.rows)
            tensors = [home.convert(a[start:stop] if order is None else a[order[start:stop]]) for a in arrays]
            for batch in zip(*[home.split(t, self.batch_size) for t in tensors]):
                yield pack_batch(batch)

    def _order(self):
        """A new order of the rows, or None as they are."""
        if not self.shuffle:
            return None
        if self.shuffle == "batch":
            starts = range(0, self.rows, self.batch_size)
            return np.concatenate([s + np.random.permutation(min(self.batch_size, self.rows - s)) for s in starts])
        return np.random.permutation(self.rows)


def split(x, y, sample_weight, share):
    """Cut off the last share of the rows.

    Returns:
        The (x, y, sample_weight) before the cut, and those after it.

    Raises:
        ValueError: if a side would be empty.
    """
    parts = [as_arrays(x, "x"), optional(y, "y"), optional(sample_weight, "sample_weight")]
    rows = row_count(*parts)
    cut = int(rows * (1.0 - share))
    if not 0 < cut < rows:
        raise ValueError(
            f"Training data contains {rows} samples, which is not sufficient to split it into a validation and "
            f"training set as specified by `validation_split={share}`. Either provide more data, or a different "
            "value for the `validation_split` argument.\nFix: a share between 0 and 1, as 0.2 for the last fifth."
        )
    return [
        [None if part is None else tree.map_structure(lambda a, side=side: a[side], part) for part in parts]
        for side in (slice(0, cut), slice(cut, None))
    ]


def row_count(x, y, sample_weight):
    """Return how many samples there are.

    Raises:
        ValueError: if there are none, or arrays differ.
    """
    counts = {
        name: [len(a) for a in tree.flatten(part)]
        for name, part in [("x", x), ("y", y), ("sample_weight", sample_weight)]
        if part is not None
    }
    rows = {n for sizes in counts.values() for n in sizes}
    if len(rows) > 1:
        told = " ".join(f"'{name}' sizes: {', '.join(map(str, sizes))}" for name, sizes in counts.items())
        raise ValueError(
            f"Data cardinality is ambiguous. Make sure all arrays contain the same number of samples. {told}\n"
            f"Fix: each sample needs a row in every array; the shortest has {min(rows)} rows, the longest {max(rows)}."
        )
    if rows == {0} or not rows:
        raise ValueError(
            "Received an empty dataset: every array has 0 rows. Expected at least one sample.\n"
            "Fix: check the filter or the slice that made the data."
        )
    return rows.pop()


def warn_of_nan(source):
    """Tell about NaN in arrays before it spreads into every weight."""
    if not isinstance(source, ArraySource):
        return
    for name, part in [("x", source.x), ("y", source.y), ("sample_weight", source.sample_weight)]:
        for i, array in enumerate(tree.flatten(part) if part is not None else []):
            if array.dtype.kind == "f" and np.isnan(np.min(array)):
                rows = np.isnan(array.reshape(len(array), -1)).any(axis=1)
                warnings.warn(
                    f"NaN in `{name}`{f' (array {i})' if tree.is_nested(part) else ''}: {int(rows.sum())} of {len(array)} rows, "
                    f"the first is row {int(rows.argmax())}. One NaN turns the loss and then every weight into NaN.\n"
                    f"Fix: drop those rows, or fill them with np.nan_to_num({name}).",
                    RuntimeWarning,
                    stacklevel=4,
                )
