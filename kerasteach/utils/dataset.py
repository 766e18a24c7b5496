"""A data set of samples that are made one by one, joined into batches."""

import numpy as np

from .. import tree
from ..training.data import PyDataset


class Dataset(PyDataset):
    """Samples made by a function, in batches. It goes into `fit`, and into a plain `for` loop.

    There is no `tf.data` here: the functions `*_dataset_from_directory` and `timeseries_dataset_from_array` return
    this instead. Its batches are NumPy arrays.

    Args:
        make: function(number) -> a sample: an array, or a tuple, list or dict of arrays.
        count: how many samples there are.
        batch_size: samples a batch; None for single samples, without a batch axis.
        shuffle: whether each pass has a new order.
        seed: whole number that decides these orders.
        join: function(list of arrays) -> one array with a batch axis.

    Attributes:
        class_names: names of the classes, where there are any.
        file_paths: files of the samples, where there are any.

    >>> squares = Dataset(lambda i: (np.array([i]), np.array(i * i)), count=5, batch_size=2)
    >>> [y.tolist() for x, y in squares.take(2)]
    [[0, 1], [4, 9]]
    """

    class_names = file_paths = None

    def __init__(self, make, count, batch_size=32, shuffle=False, seed=None, join=np.stack):
        super().__init__()
        self._make, self._count, self.batch_size, self._shuffle = make, count, batch_size, shuffle
        self._join = join
        self._random = np.random.RandomState(seed)
        self._order = np.arange(count)
        self._changes = []

    def __len__(self):
        return self._count if self.batch_size is None else -(-self._count // self.batch_size)

    def __getitem__(self, index):
        if not 0 <= index < len(self):
            raise IndexError(f"Batch {index} of {len(self)}.")
        if self.batch_size is None:
            batch = self._make(self._order[index])
        else:
            rows = self._order[index * self.batch_size : (index + 1) * self.batch_size]
            batch = tree.map_structure(lambda *leaves: self._join(leaves), *[self._make(row) for row in rows])
        for change in self._changes:
            batch = change(*batch) if isinstance(batch, tuple) else change(batch)
        return batch

    def __iter__(self):
        self.on_epoch_begin()
        for index in range(len(self)):
            yield self[index]

    def on_epoch_begin(self):
        """Draw the order of this pass."""
        if self._shuffle:
            self._order = self._random.permutation(self._count)

    def _like(self, **changes):
        """A data set over the same samples, with some things different."""
        other = object.__new__(type(self))
        vars(other).update(vars(self) | {"_changes": [*self._changes]} | changes)
        return other

    def take(self, count):
        """Return a data set of the first batches of a pass.

        Args:
            count: how many; -1 for all.
        """
        samples = count if self.batch_size is None else count * self.batch_size
        return self if count < 0 else _Taken(self, min(samples, self._count))

    def map(self, function):
        """Return a data set whose batches go through a function: `function(x, y)`, or `function(x)`."""
        return self._like(_changes=[*self._changes, function])

    def batch(self, batch_size):
        """Return a data set of such batches, of one that gives single samples.

        Raises:
            ValueError: if it gives batches already.
        """
        if self.batch_size is not None:
            raise ValueError(f"This data set gives batches of {self.batch_size} already. Fix: make it with batch_size=None.")
        make, changes = self._make, self._changes

        def changed(row):
            sample = make(row)
            for change in changes:
                sample = change(*sample) if isinstance(sample, tuple) else change(sample)
            return sample

        return self._like(_make=changed, _changes=[], batch_size=batch_size)


class _Taken(Dataset):
    """The first samples of each pass over another data set."""

    def __init__(self, source, count):
        vars(self).update(vars(source) | {"_source": source, "_count": count, "_order": source._order[:count]})

    def on_epoch_begin(self):
        self._source.on_epoch_begin()
        self._order = self._source._order[: self._count]
