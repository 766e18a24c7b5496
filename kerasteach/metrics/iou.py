"""Intersection over union: how well regions overlap, read off one table of truth against prediction."""

import warnings

from .. import backend, ops
from ..config import epsilon
from ..losses.base import as_dtype, as_tensor
from .base import Metric


class IoU(Metric):
    """Overlap of truth and prediction over all that either covers, mean over the classes asked for.

    Args:
        num_classes: number of classes.
        target_class_ids: the classes to look at.
        name: name in logs.
        dtype: dtype of the counts, `"int32"` by default.
        ignore_class: a class number whose places do not count.
        sparse_y_true, sparse_y_pred: whether truths and predictions are class numbers, not scores per class.
        axis: the axis of those scores.

    Input shape: `(batch, ...)`, with an axis of classes where not sparse. Output shape: `()`.

    Raises:
        ValueError: if a class asked for is not one of `num_classes`.

    >>> round(float(IoU(2, [0])([0, 0, 1, 1], [0, 1, 0, 1])), 4)
    0.3333
    """

    direction = "up"
    joins = True

    def __init__(
        self,
        num_classes,
        target_class_ids,
        name=None,
        dtype=None,
        ignore_class=None,
        sparse_y_true=True,
        sparse_y_pred=True,
        axis=-1,
    ):
        super().__init__(name=name, dtype=dtype or "int")
        if max(target_class_ids) >= num_classes:
            raise ValueError(f"Target class id {max(target_class_ids)} is out of range, which is [0, {num_classes}).")
        target_class_ids = list(target_class_ids)
        self._keep(locals())
        shape = (num_classes, num_classes)
        self.total_cm = self.add_variable(shape, "zeros", dtype=self.dtype, name="total_confusion_matrix")

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Take in one batch: row i, column j of the table counts places of class i that were called j."""
        y_true = self._numbers(y_true, self.sparse_y_true)
        y_pred = self._numbers(y_pred, self.sparse_y_pred)
        counted = ops.logical_and(self._is_class(y_true), self._is_class(y_pred))
        if self.ignore_class is not None:
            counted = ops.logical_and(counted, ops.not_equal(y_true, self.ignore_class))
        weight = ops.cast(counted, dtype="float64")
        if sample_weight is not None:
            weight = ops.multiply(weight, self._weight(sample_weight))
        y_true, y_pred = ops.where(counted, y_true, 0), ops.where(counted, y_pred, 0)
        cells = ops.cast(ops.add(ops.multiply(y_true, self.num_classes), y_pred), dtype="int64")
        table = ops.bincount(cells, weights=weight, minlength=self.num_classes**2)
        self.total_cm.assign_add(ops.cast(ops.reshape(table, self.total_cm.shape), dtype=self.dtype))

    def _numbers(self, x, is_sparse):
        x = as_tensor(x) if is_sparse else ops.argmax(as_tensor(x), axis=self.axis)
        return ops.reshape(as_dtype(x, self.dtype), (-1,))  # (places,)

    def _is_class(self, x):
        return ops.logical_and(ops.greater_equal(x, 0), ops.less(x, self.num_classes))

    def _weight(self, sample_weight):
        if "int" in self.dtype and "float" in backend.dtype_name(getattr(sample_weight, "dtype", "int")):
            warnings.warn(
                "You are passing weight as `float`, but dtype is `int`: the weights lose what is behind the point. "
                'Fix: pass whole numbers, or make the metric with dtype="float32".',
                stacklevel=4,
            )
        weight = ops.cast(as_dtype(sample_weight, self.dtype), dtype="float64")
        return ops.reshape(weight, (-1,)) if len(weight.shape) > 1 else weight

    def result(self):
        self._settle()
        table = ops.cast(self.total_cm, dtype="float32")
        both = ops.sum(ops.multiply(table, ops.eye(self.num_classes)), axis=0)  # the diagonal
        either = ops.subtract(ops.add(ops.sum(table, axis=0), ops.sum(table, axis=1)), both)
        both, either = (ops.take(x, self.target_class_ids, axis=0) for x in (both, either))
        is_there = ops.greater(either, 1e-9)
        share = ops.where(is_there, ops.divide(both, ops.add(either, epsilon())), 0.0)
        return ops.divide(ops.sum(share), ops.add(ops.sum(ops.cast(is_there, dtype="float32")), epsilon()))

    def _describe(self, *left_out):
        """Leave arguments out of the config that a subclass does not take."""
        for name in left_out:
            del self._given[name]


class BinaryIoU(IoU):
    """`IoU` of yes and no.

    Args:
        target_class_ids: `(0, 1)` for both, `(0,)` for no, `(1,)` for yes.
        threshold: the score from which the answer is yes.
        name: name in logs.
        dtype: dtype of the counts, `"int32"` by default.

    >>> round(float(BinaryIoU(threshold=0.3)([0, 1, 0, 1], [0.1, 0.2, 0.4, 0.7])), 4)
    0.3333
    """

    def __init__(self, target_class_ids=(0, 1), threshold=0.5, name=None, dtype=None):
        super().__init__(2, target_class_ids, name=name, dtype=dtype)
        self.threshold = threshold
        self._given = {"target_class_ids": list(target_class_ids), "threshold": threshold}

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Take in one batch of scores."""
        super().update_state(y_true, ops.greater_equal(as_dtype(y_pred, "float32"), self.threshold), sample_weight)


class MeanIoU(IoU):
    """`IoU`, mean over all classes.

    Args:
        num_classes: number of classes.
        name, dtype, ignore_class, sparse_y_true, sparse_y_pred, axis: as in `IoU`.

    >>> round(float(MeanIoU(2)([0, 0, 1, 1], [0, 1, 0, 1])), 4)
    0.3333
    """

    def __init__(
        self, num_classes, name=None, dtype=None, ignore_class=None, sparse_y_true=True, sparse_y_pred=True, axis=-1
    ):
        everything = list(range(num_classes))
        super().__init__(num_classes, everything, name, dtype, ignore_class, sparse_y_true, sparse_y_pred, axis)
        self._describe("target_class_ids")


class OneHotIoU(IoU):
    """`IoU` where truths are one-hot and predictions scores per class.

    Args:
        num_classes, target_class_ids, name, dtype, ignore_class, sparse_y_pred, axis: as in `IoU`.

    >>> truth = [[1, 0], [1, 0], [0, 1], [0, 1]]
    >>> round(float(OneHotIoU(2, [0])(truth, [[0.9, 0.1], [0.2, 0.8], [0.7, 0.3], [0.1, 0.9]])), 4)
    0.3333
    """

    def __init__(
        self, num_classes, target_class_ids, name=None, dtype=None, ignore_class=None, sparse_y_pred=False, axis=-1
    ):
        super().__init__(num_classes, target_class_ids, name, dtype, ignore_class, False, sparse_y_pred, axis)
        self._describe("sparse_y_true")


class OneHotMeanIoU(MeanIoU):
    """`OneHotIoU`, mean over all classes.

    Args:
        num_classes, name, dtype, ignore_class, sparse_y_pred, axis: as in `IoU`.

    >>> truth = [[1, 0], [1, 0], [0, 1], [0, 1]]
    >>> round(float(OneHotMeanIoU(2)(truth, [[0.9, 0.1], [0.2, 0.8], [0.7, 0.3], [0.1, 0.9]])), 4)
    0.3333
    """

    def __init__(self, num_classes, name=None, dtype=None, ignore_class=None, sparse_y_pred=False, axis=-1):
        super().__init__(num_classes, name, dtype, ignore_class, False, sparse_y_pred, axis)
        self._describe("sparse_y_true")
