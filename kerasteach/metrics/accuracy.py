"""Accuracies: the share of right answers."""

from .. import backend, ops
from ..losses.base import as_tensor, squeeze_or_expand_to_same_rank
from ..losses.functions import pair
from .reduction import MeanMetricWrapper


def _as_floats(truth):
    return ops.cast(truth, dtype=backend.floatx())


def accuracy(y_true, y_pred):
    """1 where prediction and truth are equal, else 0.

    >>> accuracy([1, 2], [1, 3])
    array([1., 0.], dtype=float32)
    """
    return _as_floats(ops.equal(*pair(y_true, y_pred)))


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
    y_true, y_pred = _classes_and_scores(y_true, y_pred)
    right = _as_floats(ops.equal(ops.cast(y_true, "int64"), ops.argmax(y_pred, axis=-1)))
    return ops.squeeze(right, axis=-1) if len(right.shape) > 1 and right.shape[-1] == 1 else right


def _classes_and_scores(y_true, y_pred):
    """Class numbers `(batch, ...)`, also if they came as `(batch, ..., 1)`, and scores."""
    y_true, y_pred = as_tensor(y_true), as_tensor(y_pred)
    in_column = len(y_true.shape) == len(y_pred.shape) and y_true.shape[-1] == 1
    return (ops.squeeze(y_true, axis=-1) if in_column else y_true), y_pred


def _in_top_k(classes, scores, k):
    """Whether fewer than k classes score higher than the given one."""
    own = ops.take_along_axis(scores, ops.expand_dims(ops.cast(classes, "int64"), axis=-1), axis=-1)
    higher = ops.sum(_as_floats(ops.greater(scores, own)), axis=-1)
    return _as_floats(ops.less(higher, k))


def sparse_top_k_categorical_accuracy(y_true, y_pred, k=5, from_sorted_ids=False):
    """1 where the true class (its number) is among the k most likely, else 0.

    With `from_sorted_ids`, `y_pred` holds class numbers, the most likely first.

    >>> sparse_top_k_categorical_accuracy([2, 0], [[0.1, 0.6, 0.3], [0.1, 0.6, 0.3]], k=2)
    array([1., 0.], dtype=float32)
    """
    y_true, y_pred = _classes_and_scores(y_true, y_pred)
    if from_sorted_ids:
        is_there = ops.equal(ops.expand_dims(y_true, axis=-1), y_pred[..., :k])  # (batch, k)
        return _as_floats(ops.any(is_there, axis=-1))
    return _in_top_k(y_true, y_pred, k)


def top_k_categorical_accuracy(y_true, y_pred, k=5):
    """1 where the true class (one-hot) is among the k most likely, else 0.

    >>> top_k_categorical_accuracy([[0, 0, 1]], [[0.1, 0.6, 0.3]], k=2)
    array([1.], dtype=float32)
    """
    return _in_top_k(ops.argmax(as_tensor(y_true), axis=-1), as_tensor(y_pred), k)


class _Share(MeanMetricWrapper):
    direction = "up"


class Accuracy(_Share):
    """Share of predictions equal to the truth.

    Args:
        name: name in logs.
        dtype: dtype to compute in.

    >>> float(Accuracy()([1, 2, 3, 4], [1, 2, 3, 0]))
    0.75
    """

    def __init__(self, name="accuracy", dtype=None):
        self._wrap(accuracy, locals())


class BinaryAccuracy(_Share):
    """Share of yes-or-no answers on the right side of a threshold: 0.5 for probabilities, 0 for scores.

    Args:
        name: name in logs.
        dtype: dtype to compute in.
        threshold: the score above which the answer is yes.

    >>> float(BinaryAccuracy()([[1], [1], [0], [0]], [[0.98], [1], [0], [0.6]]))
    0.75
    """

    def __init__(self, name="binary_accuracy", dtype=None, threshold=0.5):
        self._wrap(binary_accuracy, locals())


class CategoricalAccuracy(_Share):
    """Share of samples whose most likely class is the true one (one-hot).

    Args:
        name: name in logs.
        dtype: dtype to compute in.

    >>> float(CategoricalAccuracy()([[0, 1], [1, 0]], [[0.1, 0.9], [0.3, 0.7]]))
    0.5
    """

    def __init__(self, name="categorical_accuracy", dtype=None):
        self._wrap(categorical_accuracy, locals())


class SparseCategoricalAccuracy(_Share):
    """Share of samples whose most likely class is the true one (its number).

    Args:
        name: name in logs.
        dtype: dtype to compute in.

    >>> float(SparseCategoricalAccuracy()([1, 0], [[0.1, 0.9], [0.3, 0.7]]))
    0.5
    """

    def __init__(self, name="sparse_categorical_accuracy", dtype=None):
        self._wrap(sparse_categorical_accuracy, locals())


class TopKCategoricalAccuracy(_Share):
    """Share of samples whose true class (one-hot) is among the k most likely.

    Args:
        k: how many classes are looked at.
        name: name in logs.
        dtype: dtype to compute in.

    >>> float(TopKCategoricalAccuracy(k=1)([[0, 1], [1, 0]], [[0.1, 0.9], [0.3, 0.7]]))
    0.5
    """

    def __init__(self, k=5, name="top_k_categorical_accuracy", dtype=None):
        self._wrap(top_k_categorical_accuracy, locals())


class SparseTopKCategoricalAccuracy(_Share):
    """Share of samples whose true class (its number) is among the k most likely.

    Args:
        k: how many classes are looked at.
        name: name in logs.
        dtype: dtype to compute in.
        from_sorted_ids: whether predictions are class numbers, the most likely first, not scores.

    >>> float(SparseTopKCategoricalAccuracy(k=1)([1, 0], [[0.1, 0.9], [0.3, 0.7]]))
    0.5
    """

    _not_in_keras = {"from_sorted_ids": False}

    def __init__(self, k=5, name="sparse_top_k_categorical_accuracy", dtype=None, from_sorted_ids=False):
        self._wrap(sparse_top_k_categorical_accuracy, locals())
