"""From what users pass to `fit` to batches: arrays, lists, tables, generators.

An array source checks everything before the first step, casts once, and gathers
shuffled rows in blocks of many batches: slicing a block costs nothing.
"""

import warnings

import numpy as np

from .. import backend, tree
from ..config import floatx

_BLOCK_BYTES = 1 << 24  # gather about 16 MiB of shuffled rows at a time


def unpack_x_y_sample_weight(data):
    """Return (x, y, sample_weight) of what a step got.

    >>> unpack_x_y_sample_weight((1, 2))
    (1, 2, None)
    """
    if isinstance(data, list):
        data = tuple(data)
    if not isinstance(data, tuple):
        return data, None, None
    if len(data) > 3:
        raise ValueError(
            "Data is expected to be in format `x`, `(x,)`, `(x, y)`, or `(x, y, sample_weight)`, found: "
            f"a tuple of length {len(data)}"
        )
    return (*data, None, None)[:3]


def pack_x_y_sample_weight(x, y=None, sample_weight=None):
    """Inverse of `unpack_x_y_sample_weight`."""
    if y is None:
        return x if not isinstance(x, (tuple, list)) else (x,)
    return (x, y) if sample_weight is None else (x, y, sample_weight)


def as_array(data, what):
    """One array of numbers from an array, a table, a tensor or a list.

    Raises:
        ValueError: if it does not hold numbers, or not in rows of equal length.
    """
    if data is None:
        raise ValueError(f"`{what}` is None; expected one row per sample. Fix: pass an array of shape (samples, ...).")
    try:
        array = data.to_numpy() if hasattr(data, "to_numpy") else backend.to_numpy(data)
        if array.dtype.kind in "USO":
            backend.get("numpy").convert(array)
    except ValueError as error:
        error.add_note(f"This was `{what}`.")
        raise
    if array.ndim == 0:
        raise ValueError(f"`{what}` is a single number; expected one row per sample. Fix: pass an array of shape (samples, ...).")
    array = array[:, None] if array.ndim == 1 and what == "x" else array
    return array.astype(floatx()) if array.dtype.kind == "f" and array.dtype != floatx() else array


def as_arrays(data, what):
    """A structure of arrays; a plain list of numbers is one array, a list of arrays is several."""
    if isinstance(data, list) and not any(hasattr(x, "shape") or hasattr(x, "to_numpy") for x in data):
        return as_array(data, what)
    if isinstance(data, (list, tuple, dict)):
        return tree.map_structure(lambda x: as_array(x, what), data)
    return as_array(data, what)


class Source:
    """Where batches come from."""

    running = None  # an epoch that was left in the middle

    def check_targets(self, check):
        """Call `check(y)` on all targets, before they are used."""


class ArraySource(Source):
    """Batches from arrays that fit in memory.

    Args:
        x, y, sample_weight: arrays, or structures of arrays, with as many rows each.
        batch_size: rows a batch; 32 by default.
        shuffle: whether rows come in a new order every epoch.
        class_weight: dict of class number -> weight.

    Raises:
        ValueError: if there are no rows, or not equally many.
    """

    def __init__(self, x, y=None, sample_weight=None, batch_size=None, shuffle=False, class_weight=None):
        self.x = as_arrays(x, "x")
        self.y = None if y is None else as_arrays(y, "y")
        self.sample_weight = None if sample_weight is None else as_arrays(sample_weight, "sample_weight")
        if class_weight is not None:
            if sample_weight is not None:
                raise ValueError("You cannot `class_weight` and `sample_weight` at the same time.")
            self.sample_weight = class_weight_to_sample_weights(self.y, class_weight)
        self.rows = row_count(self.x, self.y, self.sample_weight)
        if batch_size and (not isinstance(batch_size, (int, np.integer)) or batch_size < 0):
            raise ValueError(f"batch_size should be a positive integer value, but got batch_size={batch_size}")
        self.batch_size = batch_size or 32
        self.shuffle = shuffle
        self.steps = -(-self.rows // self.batch_size)

    def check_targets(self, check):
        if self.y is not None:
            check(self.y)

    def _data(self):
        return pack(self.x, self.y, self.sample_weight)

    def sample(self):
        """A first batch, to build a model with."""
        return tree.map_structure(lambda a: a[: self.batch_size], self._data())

    def epoch(self, home):
        """Yield the batches of one epoch as tensors of a backend."""
        data = self._data()
        arrays = tree.flatten(data)
        row_bytes = sum(a.nbytes for a in arrays) // max(self.rows, 1)
        block = max(_BLOCK_BYTES // max(row_bytes * self.batch_size, 1), 1) * self.batch_size
        order = np.random.permutation(self.rows) if self.shuffle else None
        pack_batch = tree.packer(data)
        for start in range(0, self.rows, block):
            stop = min(start + block, self.rows)
            tensors = [home.convert(a[start:stop] if order is None else a[order[start:stop]]) for a in arrays]
            for batch in zip(*[home.split(t, self.batch_size) for t in tensors]):
                yield pack_batch(batch)

    def split(self, share):
        """Cut off the last share of the rows; return (train, validation).

        Raises:
            ValueError: if a side would be empty.
        """
        cut = int(self.rows * (1.0 - share))
        if not 0 < cut < self.rows:
            raise ValueError(
                f"Training data contains {self.rows} samples, which is not sufficient to split it into a validation and "
                f"training set as specified by `validation_split={share}`. Either provide more data, or a different "
                "value for the `validation_split` argument.\nFix: a share between 0 and 1, as 0.2 for the last fifth."
            )
        data = self._data()
        parts = [tree.map_structure(lambda a, s=s: a[s], data) for s in (slice(0, cut), slice(cut, None))]
        return [ArraySource(*unpack_x_y_sample_weight(p), batch_size=self.batch_size, shuffle=self.shuffle and k == 0)
                for k, p in enumerate(parts)]  # fmt: skip


def pack(x, y, sample_weight):
    """A tuple as steps take it: always a tuple, so that a list of inputs is not mistaken for (x, y)."""
    return (x,) if y is None else (x, y) if sample_weight is None else (x, y, sample_weight)


class IteratorSource(Source):
    """Batches from a generator or any iterable of `x`, `(x, y)` or `(x, y, sample_weight)`."""

    def __init__(self, batches):
        self.batches = batches
        self.steps = len(batches) if hasattr(batches, "__len__") else None
        self._iterator = self._check = None
        self._peeked = []

    def check_targets(self, check):
        self._check = check

    def sample(self):
        """A first batch, to build a model with; it is not lost."""
        if not self._peeked:
            first = next(self._iter(), None)
            if first is None:
                raise ValueError(
                    "When passing a Python generator to a Keras model, the generator must yield at least one batch. "
                    "Received an empty generator.\nFix: a generator is used up after one pass; make it anew."
                )
            self._peeked.append(first)
        return self._batch(self._peeked[0])

    def _iter(self):
        if self._iterator is None:
            self._iterator = iter(self.batches)
        return self._iterator

    def _batch(self, data):
        if not isinstance(data, tuple):
            raise ValueError(
                "When passing a Python generator to a Keras model, the generator must return a tuple, either (input,) or "
                f"(inputs, targets) or (inputs, targets, sample_weights). Received: {type(data).__name__}\n"
                "Fix: `yield (x, y)`, or for predict() `yield (x,)`."
            )
        x, y, weight = unpack_x_y_sample_weight(data)
        x, y = as_arrays(x, "x"), None if y is None else as_arrays(y, "y")
        weight = None if weight is None else as_arrays(weight, "sample_weight")
        row_count(x, y, weight)
        if self._check is not None and y is not None:
            self._check(y)
        # A generator may fill the same arrays again, while metrics still keep this batch for later.
        return tree.map_structure(np.array, pack(x, y, weight))

    def epoch(self, home):
        """Yield the batches of one epoch. A generator goes on where it stopped; an iterable starts again."""
        iterator = self._iter()
        while True:
            try:
                data = self._peeked.pop() if self._peeked else next(iterator)
            except StopIteration:
                self._iterator = None
                return
            yield tree.map_structure(home.convert, self._batch(data))


def make_source(x, y=None, sample_weight=None, batch_size=None, shuffle=False, class_weight=None):
    """Return the source that fits what the user passed.

    Raises:
        ValueError: if a generator comes with a `y`, or nothing fits.
    """
    if _is_batches(x):
        if y is not None:
            raise ValueError(f"When providing `x` as a generator, `y` should not be passed. Instead, it should be part of each batch. Received: y={type(y).__name__}")
        for name, value in (("sample_weight", sample_weight), ("class_weight", class_weight)):
            if value is not None:
                raise ValueError(
                    f"Argument `{name}` is not supported for Python generator inputs. Received: {name}={value}\n"
                    "Fix: let the generator yield (x, y, sample_weight)."
                )
        return IteratorSource(x)
    return ArraySource(x, y, sample_weight, batch_size, shuffle, class_weight)


def _is_batches(x):
    """Whether `x` is something to iterate for batches, not data itself."""
    if hasattr(x, "shape") or hasattr(x, "to_numpy") or isinstance(x, (list, tuple, dict, str)):
        return False
    return hasattr(x, "__next__") or hasattr(x, "__iter__") or hasattr(x, "__getitem__")


def class_weight_to_sample_weights(y, class_weight):
    """Return the weight of each sample from the weight of its class.

    Args:
        y: class numbers `(batch,)` or `(batch, 1)`, or one-hot `(batch, classes)`.
        class_weight: dict of class number -> weight; 1 for the rest.

    Raises:
        ValueError: if `y` is not one array.
    """
    if not hasattr(y, "shape"):
        raise ValueError("`class_weight` is only supported for Models with a single output.")
    classes = np.argmax(y, axis=-1) if y.ndim > 1 and y.shape[-1] > 1 else np.round(y.reshape(len(y), -1)[:, 0])
    weights = np.ones(classes.shape, floatx())
    for number, weight in class_weight.items():
        weights[classes == number] = weight
    return weights


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
