"""Accuracies: the share of right answers."""

from .. import backend, ops
from ..losses.base import as_tensor, squeeze_or_expand_to_same_rank
from .base import MeanMetricWrapper


def _as_floats(truth):
    return ops.cast(truth, dtype=backend.floatx())


def accuracy(y_true, y_pred):
    """1 where prediction and truth are equal, else 0."""
    y_true, y_pred = squeeze_or_expand_to_same_rank(as_tensor(y_true), as_tensor(y_pred))
    return _as_floats(ops.equal(y_true, y_pred))


def binary_accuracy(y_true, y_pred, threshold=0.5):
    """1 where the prediction is on the right side of the threshold, else 0.

    >>> binary_accuracy([[1.0, 0.0]], [[0.9, 0.6]])
    array([[1., 0.]], dtype=float32)
    """
    y_true, y_pred = squeeze_or_expand_to_same_rank(as_tensor(y_true), as_tensor(y_pred))
    return _as_floats(ops.equal(y_true, ops.greater(y_pred, threshold)))


def categorical_accuracy(y_true, y_pred):
    """1 where the most likely class is the true one (one-hot), else 0.

    >>> categorical_accuracy([[0.0, 1.0]], [[0.2, 0.8]])
    array([1.], dtype=float32)
    """
    y_true, y_pred = as_tensor(y_true), as_tensor(y_pred)
    return _as_floats(ops.equal(ops.argmax(y_true, axis=-1), ops.argmax(y_pred, axis=-1)))


def sparse_categorical_accuracy(y_true, y_pred):
    """1 where the most likely class is the true one (its number), else 0.

    >>> sparse_categorical_accuracy([1], [[0.2, 0.8]])
    array([1.], dtype=float32)
    """
    y_true, y_pred = as_tensor(y_true), as_tensor(y_pred)
    if len(y_true.shape) == len(y_pred.shape) and y_true.shape[-1] == 1:
        y_true = ops.squeeze(y_true, axis=-1)  # (batch, ...)
    return _as_floats(ops.equal(ops.cast(y_true, "int64"), ops.argmax(y_pred, axis=-1)))


def _in_top_k(classes, scores, k):
    """Whether fewer than k classes score higher than the given one."""
    own = ops.take_along_axis(scores, ops.expand_dims(ops.cast(classes, "int64"), axis=-1), axis=-1)
    higher = ops.sum(_as_floats(ops.greater(scores, own)), axis=-1)
    return _as_floats(ops.less(higher, k))


def sparse_top_k_categorical_accuracy(y_true, y_pred, k=5, from_sorted_ids=False):
    """1 where the true class (its number) is among the k most likely, else 0.

    With `from_sorted_ids`, `y_pred` holds class numbers, the most likely first.
    """
    y_true, y_pred = as_tensor(y_true), as_tensor(y_pred)
    if len(y_true.shape) == len(y_pred.shape) and y_true.shape[-1] == 1:
        y_true = ops.squeeze(y_true, axis=-1)
    if from_sorted_ids:
        is_there = ops.equal(ops.expand_dims(y_true, axis=-1), y_pred[..., :k])  # (batch, k)
        return _as_floats(ops.any(is_there, axis=-1))
    return _in_top_k(y_true, y_pred, k)


def top_k_categorical_accuracy(y_true, y_pred, k=5):
    """1 where the true class (one-hot) is among the k most likely, else 0."""
    return _in_top_k(ops.argmax(as_tensor(y_true), axis=-1), as_tensor(y_pred), k)


class Accuracy(MeanMetricWrapper):
    """Share of predictions equal to the truth."""

    direction = "up"

    def __init__(self, name="accuracy", dtype=None):
        super().__init__(accuracy, name=name, dtype=dtype)


class BinaryAccuracy(MeanMetricWrapper):
    """Share of yes-or-no answers on the right side of a threshold: 0.5 for probabilities, 0 for scores."""

    direction = "up"

    def __init__(self, name="binary_accuracy", dtype=None, threshold=0.5):
        super().__init__(binary_accuracy, name=name, dtype=dtype, threshold=threshold)


class CategoricalAccuracy(MeanMetricWrapper):
    """Share of samples whose most likely class is the true one (one-hot)."""

    direction = "up"

    def __init__(self, name="categorical_accuracy", dtype=None):
        super().__init__(categorical_accuracy, name=name, dtype=dtype)


class SparseCategoricalAccuracy(MeanMetricWrapper):
    """Share of samples whose most likely class is the true one (its number)."""

    direction = "up"

    def __init__(self, name="sparse_categorical_accuracy", dtype=None):
        super().__init__(sparse_categorical_accuracy, name=name, dtype=dtype)


class TopKCategoricalAccuracy(MeanMetricWrapper):
    """Share of samples whose true class (one-hot) is among the k most likely."""

    direction = "up"

    def __init__(self, k=5, name="top_k_categorical_accuracy", dtype=None):
        super().__init__(top_k_categorical_accuracy, name=name, dtype=dtype, k=k)


class SparseTopKCategoricalAccuracy(MeanMetricWrapper):
    """Share of samples whose true class (its number) is among the k most likely."""

    direction = "up"

    def __init__(self, k=5, name="sparse_top_k_categorical_accuracy", dtype=None, from_sorted_ids=False):
        settings = {"k": k, "from_sorted_ids": from_sorted_ids}
        super().__init__(sparse_top_k_categorical_accuracy, name=name, dtype=dtype, **settings)
