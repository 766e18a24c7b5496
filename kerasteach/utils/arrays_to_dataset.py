"""Data sets from arrays: windows of a time series; a data set in two parts."""

import random

import numpy as np

from .. import tree
from ..training.data import makes_batches
from .dataset import Dataset
from .directory import check_format


def timeseries_dataset_from_array(
    data,
    targets,
    sequence_length,
    sequence_stride=1,
    sampling_rate=1,
    batch_size=128,
    shuffle=False,
    seed=None,
    start_index=None,
    end_index=None,
    format="tf",
):
    """Return the windows of a time series as a data set.

    It is a `keras.utils.PyDataset` with `take` and `map`: there is no `tf.data` here.

    Args:
        data: array `(steps, ...)`.
        targets: array; `targets[i]` belongs to the window that starts at step i. None for windows alone.
        sequence_length: steps of a window.
        sequence_stride: steps from one window's start to the next.
        sampling_rate: steps from one step of a window to the next.
        batch_size: windows a batch; None for single ones.
        shuffle: whether windows come in a new order every pass.
        seed: whole number that decides these orders.
        start_index, end_index: the part of the series to use.
        format: `"tf"` or `"grain"`: for Keras's sake; the data set is the same.

    Returns:
        A data set of `(batch, steps, ...)`, with targets if there are any.

    Raises:
        ValueError: if a number lies outside the series.

    Source: https://keras.io/api/data_loading/timeseries/

    >>> windows = timeseries_dataset_from_array(np.arange(5), None, sequence_length=3)
    >>> next(iter(windows)).tolist()
    [[0, 1, 2], [1, 2, 3], [2, 3, 4]]
    """
    steps = len(data)
    if start_index and not 0 <= start_index < steps:
        raise ValueError(f"`start_index` must be 0 or greater and lower than the length of the data. Received: start_index={start_index}, for data of length {steps}")
    if end_index and (end_index <= (start_index or 0) or end_index >= steps):
        raise ValueError(f"`end_index` must be higher than `start_index` and lower than the length of the data. Received: start_index={start_index}, end_index={end_index}, for data of length {steps}")
    for name, value in (("sampling_rate", sampling_rate), ("sequence_stride", sequence_stride)):
        if not 0 < value < steps:
            raise ValueError(f"`{name}` must be higher than 0 and lower than the length of the data. Received: {name}={value}, for data of length {steps}")
    check_format(format)
    start, end = start_index or 0, steps if end_index is None else end_index
    inside = np.arange(sequence_length) * sampling_rate
    data = np.asarray(data)[start:end]
    targets = None if targets is None else np.asarray(targets)[start:end]
    count = len(data) - (sequence_length - 1) * sampling_rate
    count = count if targets is None else min(count, len(targets))
    places = np.arange(0, count, sequence_stride)
    if shuffle:
        seed = np.random.randint(int(1e6)) if seed is None else seed
        np.random.RandomState(seed).shuffle(places)

    def window(row):
        steps = data[places[row] + inside]
        return steps if targets is None else (steps, targets[places[row]])

    return Dataset(window, len(places), batch_size, shuffle, seed)


def split_dataset(dataset, left_size=None, right_size=None, shuffle=False, seed=None, preferred_backend=None):
    """Cut a data set in two.

    Args:
        dataset: an array; a list or tuple of arrays with as many rows each; a data set of Torch or of tf.data, or a
            `keras.utils.PyDataset`, whose batches are taken apart.
        left_size, right_size: rows, or a share, of each part; one of them is enough.
        shuffle: whether to mix the rows first.
        seed: whole number that decides how.
        preferred_backend: `"numpy"` or `"torch"`; the parts serve both.

    Returns:
        Two data sets of single samples, which `.batch(n)` joins; Torch's DataLoader takes them too.

    Raises:
        TypeError: if it is no data set, or a size no number.
        ValueError: if the sizes do not fit it.

    >>> left, right = split_dataset(np.arange(10), left_size=0.8)
    >>> len(left), len(right), int(right[0])
    (8, 2, 8)
    """
    if preferred_backend not in (None, "numpy", "torch"):
        raise ValueError(f"There is no `preferred_backend={preferred_backend!r}` here. Fix: leave it out; the parts are plain data sets.")
    samples = _samples(dataset)
    if left_size is None and right_size is None:
        raise ValueError("At least one of the `left_size` or `right_size` must be specified. Received: left_size=None and right_size=None")
    left, right = _sizes(left_size, right_size, len(samples))
    if shuffle:
        random.Random(seed).shuffle(samples)
    parts = samples[:left], samples[-right:]
    return tuple(Dataset(part.__getitem__, len(part), batch_size=None) for part in parts)


def _samples(dataset):
    """The samples of a data set, one by one."""
    if isinstance(dataset, np.ndarray):
        return list(dataset)
    if isinstance(dataset, (list, tuple)):
        for i, array in enumerate(dataset):
            if not isinstance(array, np.ndarray) or len(array) != len(dataset[0]):
                raise ValueError(f"Expected a list of `numpy.ndarray` objects of the same length. Received at index {i}: {type(array).__name__} {np.shape(array)}")
        samples = list(zip(*dataset))
    elif hasattr(dataset, "batch_size") and isinstance(dataset, Dataset) and dataset.batch_size is None:
        samples = list(dataset)
    elif hasattr(dataset, "num_batches"):  # a PyDataset
        samples = [sample for batch in dataset for sample in _rows(batch)]
    elif makes_batches(dataset) and not hasattr(dataset, "__next__"):  # of Torch or tf.data
        numbers = range(len(dataset)) if hasattr(dataset, "__getitem__") and hasattr(dataset, "__len__") else None
        samples = [dataset[i] for i in numbers] if numbers is not None else list(dataset)
        samples = [tree.map_structure(np.asarray, sample) for sample in samples]
    else:
        raise TypeError(f"Unsupported dataset type: {type(dataset)}. Expected arrays, or a data set that can be read again.")
    if not samples:
        raise ValueError("Received an empty dataset. Fix: pass at least one array with at least two rows.")
    return samples


def _rows(batch):
    leaves = tree.flatten(batch)
    return [tree.pack_sequence_as(batch, list(row)) for row in zip(*leaves)]


def _sizes(left, right, total):
    """Both sizes as numbers of samples."""
    for name, size in (("left_size", left), ("right_size", right)):
        if size is None:
            continue
        if type(size) not in (int, float):
            raise TypeError(f"Invalid `{name}` Type. Expected: int or float or None, Received: type({name})={type(size)}.")
        if not 0 < size < (1 if type(size) is float else total):
            raise ValueError(
                f"`{name}` should be either a positive integer smaller than {total}, or a float within the range `[0, 1]`. "
                f"Received: {name}={size}"
            )
    if type(left) is type(right) is float and left + right > 1:
        raise ValueError("The sum of `left_size` and `right_size` is greater than 1. It must be less than or equal to 1.")
    left, right = (round(size * total) if type(size) is float else size for size in (left, right))
    left = total - right if left is None else left
    right = total - left if right is None else right
    if left + right > total:
        raise ValueError(f"The sum of `left_size` and `right_size` should be smaller than the {total}. Received: {left} + {right}.")
    if not left or not right:
        raise ValueError(f"Of {total} samples, {left} are left and {right} right: a part will be empty. Fix: other sizes.")
    return left, right
