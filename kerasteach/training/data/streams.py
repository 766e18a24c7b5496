"""Data that comes batch by batch: generators, other iterables, Torch's DataLoader, tf.data."""

import itertools

import numpy as np

from ... import tree
from ...backend.replicas import REPLICAS
from .arrays import as_arrays, optional, row_count
from .source import Source
from .tuples import pack, unpack_x_y_sample_weight
from .weights import class_weight_to_sample_weights, one_for_each_output


class Stream(Source):
    """A source of batches that someone else makes.

    Args:
        batches: what to iterate; each pass is `iter(batches)`.
        class_weight: dict of class number -> weight.
    """

    def __init__(self, batches, class_weight=None):
        self.batches, self.class_weight = batches, class_weight
        self._check = None

    @property
    def steps(self):
        """Batches of a pass, if the object knows."""
        return len(self.batches) if hasattr(self.batches, "__len__") else None

    def check_targets(self, check):
        self._check = check

    def raw(self):
        """Yield the batches of one pass as they were made."""
        yield from self.batches

    def standard(self, batch):
        """One batch in the form a step takes."""
        return tuple(batch) if isinstance(batch, list) else batch

    def ours(self, batch):
        """Our rows of a batch, where many processes train together."""
        return REPLICAS.own_rows(batch)

    def sample(self):
        """A first batch, to build a model with."""
        first = next(iter(self.raw()), None)
        if first is None:
            raise ValueError("The data holds no batch. Fix: an iterator is used up after one pass; make it anew.")
        return self._arrays(first)

    def epoch(self, home):
        """Yield the batches of one pass as tensors of a backend."""
        batches = self.raw()
        try:
            for batch in batches:
                yield tree.map_structure(home.convert, self.ours(self._arrays(batch)))
        finally:
            if hasattr(batches, "close") and batches is not self.batches:
                batches.close()

    def _arrays(self, batch):
        """A batch as NumPy arrays in the same structure, checked."""
        batch = self.standard(batch)
        x, y, weight = unpack_x_y_sample_weight(batch)
        x, y, weight = as_arrays(x, "x"), optional(y, "y"), optional(weight, "sample_weight")
        if self.class_weight is not None and y is not None:
            if weight is not None:
                raise ValueError("You cannot `class_weight` and `sample_weight` at the same time.")
            weight = class_weight_to_sample_weights(y, self.class_weight)
        weight = weight if weight is None else one_for_each_output(weight, y)
        row_count(x, y, weight)
        if self._check is not None and y is not None:
            self._check(y)
        data = pack(x, y, weight) if isinstance(batch, tuple) else x
        # A generator may fill the same arrays again, while metrics still keep this batch for later.
        return tree.map_structure(np.array, data)


class GeneratorSource(Stream):
    """Batches from a generator. It cannot be asked how many there are, nor to start again.

    Its first two batches are kept, and every pass begins with them; so it is in Keras, which looks at them to know
    shapes. A pass after the generator has ended is these two.
    """

    def __init__(self, generator):
        super().__init__(generator)
        self._first = [tree.map_structure(_copy, batch) for batch in itertools.islice(generator, 2)]
        if not self._first:
            raise ValueError(
                "When passing a Python generator to a Keras model, the generator must yield at least one batch. "
                "Received an empty generator.\nFix: a generator is used up after one pass; make it anew."
            )
        if not isinstance(self._first[0], tuple):
            raise ValueError(
                "When passing a Python generator to a Keras model, the generator must return a tuple, either (input,) or "
                f"(inputs, targets) or (inputs, targets, sample_weights). Received: {type(self._first[0]).__name__}\n"
                "Fix: `yield (x, y)`, or for predict() `yield (x,)`."
            )

    def raw(self):
        return itertools.chain(self._first, self.batches)


def _copy(leaf):
    return leaf.copy() if isinstance(leaf, np.ndarray) else leaf


class LoaderSource(Stream):
    """Batches from a `torch.utils.data.DataLoader`, whose own `batch_size` and `shuffle` count."""

    @property
    def steps(self):
        return len(self.batches) if hasattr(self.batches.dataset, "__len__") else None

    def raw(self):
        if not REPLICAS.on:
            yield from self.batches
            return
        for count, batch in REPLICAS.engine.own_rows(self.batches):
            self._count = count
            yield batch

    def ours(self, batch):
        if not REPLICAS.on or self._count is None:
            return super().ours(batch)
        REPLICAS.take(self._count)
        return batch


class TFDataSource(Stream):
    """Batches from a `tf.data.Dataset`."""

    @property
    def steps(self):
        count = int(self.batches.cardinality())
        return count if count >= 0 else None  # below 0: infinite, or not known
