"""Batches made by code of your own: `keras.utils.PyDataset`."""

import itertools
import random
import warnings

import numpy as np

from .streams import Stream

_DEFAULTS = {"workers": 1, "use_multiprocessing": False, "max_queue_size": 10}


def _setting(name):
    """A setting that is there, with a warning, even if a subclass forgot `super().__init__()`."""

    def get(self):
        if name not in vars(self):
            warnings.warn(
                "Your `PyDataset` class should call `super().__init__(**kwargs)` in its constructor. `**kwargs` can "
                "include `workers`, `use_multiprocessing`, `max_queue_size`. Do not pass these arguments to `fit()`, as "
                "they will be ignored.",
                stacklevel=4,
            )
            vars(self).update(_DEFAULTS | vars(self))
        return vars(self)[name]

    return property(get, lambda self, value: vars(self).update({name: value}))


class PyDataset:
    """Base of data sets whose batches Python code makes, one at a time and in any order.

    Define `__getitem__(index)`, which returns a whole batch `(inputs, targets)`, and `__len__()`, the number of
    batches; or `num_batches`, None for a data set without end.

    Args:
        workers: how many threads or processes make batches while the model trains.
        use_multiprocessing: whether they are processes; each then has its own copy of this object.
        max_queue_size: batches that may wait to be used.

    Source: https://keras.io/api/utils/python_utils/#pydataset-class

    >>> class Squares(PyDataset):
    ...     def __len__(self):
    ...         return 3
    ...     def __getitem__(self, index):
    ...         return np.full((2, 1), index), np.full((2, 1), index**2)
    >>> [int(y[0, 0]) for x, y in Squares()]
    [0, 1, 4]
    """

    def __init__(self, workers=1, use_multiprocessing=False, max_queue_size=10):
        self.workers, self.use_multiprocessing, self.max_queue_size = workers, use_multiprocessing, max_queue_size

    workers, use_multiprocessing, max_queue_size = map(_setting, _DEFAULTS)

    def __getitem__(self, index):
        """Return batch number `index`."""
        raise NotImplementedError(f"{type(self).__name__} must define `__getitem__(self, index)`, which returns a batch.")

    def __iter__(self):
        count = self.num_batches
        for index in itertools.count() if count is None else range(count):
            yield self[index]

    @property
    def num_batches(self):
        """Number of batches; None if there is no end."""
        if hasattr(self, "__len__"):
            return len(self)
        raise NotImplementedError(
            "You need to implement the `num_batches` property:\n\n@property\ndef num_batches(self):\n  return ..."
        )

    def on_epoch_begin(self):
        """Called before every epoch."""

    def on_epoch_end(self):
        """Called after every epoch, and once before the first, as Keras does."""


class PyDatasetSource(Stream):
    """Batches from a PyDataset.

    Args:
        dataset: the PyDataset.
        class_weight: dict of class number -> weight.
        shuffle: whether batches come in a new order every epoch.
    """

    def __init__(self, dataset, class_weight=None, shuffle=False):
        super().__init__(dataset, class_weight)
        self.shuffle = shuffle

    @property
    def steps(self):
        return self.batches.num_batches

    def on_epoch_begin(self):
        self.batches.on_epoch_begin()

    def on_epoch_end(self):
        self.batches.on_epoch_end()

    def raw(self):
        data = self.batches
        numbers = itertools.count() if self.steps is None else list(range(self.steps))
        if self.shuffle and self.steps is not None:
            random.shuffle(numbers)
        if data.workers > 1 or (data.workers > 0 and data.use_multiprocessing):
            from .workers import in_order

            return in_order(data, numbers, data.workers, data.use_multiprocessing, data.max_queue_size)
        return (data[number] for number in numbers)

    def sample(self):
        if self.steps == 0:
            raise ValueError("The PyDataset has length 0. Fix: `__len__` must return the number of batches, at least 1.")
        return super().sample()

    def standard(self, batch):
        if isinstance(batch, dict):
            return batch
        batch = (batch,) if isinstance(batch, np.ndarray) else tuple(batch) if isinstance(batch, list) else batch
        if not isinstance(batch, tuple) or not 1 <= len(batch) <= 3:
            raise ValueError(
                "PyDataset.__getitem__() must return a tuple or a dict. If a tuple, it must be ordered either (input,) or "
                f"(inputs, targets) or (inputs, targets, sample_weights). Received: {str(batch)[:100]}... of type {type(batch)}"
            )
        return batch
