"""F-scores: precision and recall of each class in one number."""

from .. import ops
from ..config import epsilon
from ..losses.base import as_dtype
from .base import Metric

_AVERAGES = (None, "micro", "macro", "weighted")
_COUNTS = ("true_positives", "false_positives", "false_negatives", "intermediate_weights")


class FBetaScore(Metric):
    """Precision and recall in one number, a harmonic mean in which recall weighs `beta` times as much.

    Args:
        average: `None` for one score per class, `"micro"` for all classes counted as one, `"macro"` for the mean of
            the classes, `"weighted"` for the mean weighed by how often each class is there.
        beta: how much more recall weighs.
        threshold: the score above which a class is called; by default the best scored class is.
        name: name in logs.
        dtype: dtype to compute in.

    Input shape: truths (one-hot or several) and scores, `(batch, classes)`. Output shape: `(classes,)` or `()`.

    Raises:
        ValueError: for an unknown average, or if `beta` or `threshold` is not a float in its range.

    >>> FBetaScore(beta=2.0)([[1, 0], [0, 1], [0, 1]], [[0.6, 0.4], [0.7, 0.3], [0.2, 0.8]]).round(4)
    array([0.8333, 0.5556], dtype=float32)
    """

    direction = "up"
    joins = True

    def __init__(self, average=None, beta=1.0, threshold=None, name="fbeta_score", dtype=None):
        super().__init__(name=name, dtype=dtype)
        self._keep(locals())
        if average not in _AVERAGES:
            raise ValueError(
                "Invalid `average` argument value. Expected one of: {None, 'micro', 'macro', 'weighted'}. "
                f"Received: average={average}"
            )
        _check_float("beta", beta, beta > 0.0 if isinstance(beta, float) else True, "> 0")
        if threshold is not None:
            in_range = 0.0 < threshold <= 1.0 if isinstance(threshold, float) else True
            _check_float("threshold", threshold, in_range, "> 0 and <= 1")
        self.axis = None if average == "micro" else 0
        self._built = False

    def _build(self, true_shape, pred_shape):
        if len(true_shape) != 2 or len(pred_shape) != 2:
            raise ValueError(
                "FBetaScore expects 2D inputs with shape (batch_size, output_dim). "
                f"Received input shapes: y_pred.shape={pred_shape} and y_true.shape={true_shape}."
            )
        shape = () if self.average == "micro" else pred_shape[-1:]
        for name in _COUNTS:
            setattr(self, name, self.add_variable(shape, "zeros", dtype=self.dtype, name=name))
        self._built = True

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Take in one batch, with one weight per sample."""
        y_true, y_pred = as_dtype(y_true, self.dtype), as_dtype(y_pred, self.dtype)
        if not self._built:
            self._build(tuple(y_true.shape), tuple(y_pred.shape))
        if self.threshold is None:
            best = ops.greater_equal(y_pred, ops.max(y_pred, axis=-1, keepdims=True))
            called = ops.logical_and(best, ops.greater(ops.absolute(y_pred), 1e-9))
        else:
            called = ops.greater(y_pred, self.threshold)
        called = ops.cast(called, dtype=self.dtype)  # (batch, classes)
        right, wrong = ops.multiply(called, y_true), ops.multiply(called, ops.subtract(1, y_true))
        missed = ops.multiply(ops.subtract(1, called), y_true)
        weight = None if sample_weight is None else ops.expand_dims(as_dtype(sample_weight, self.dtype), axis=1)
        for name, counted in zip(_COUNTS, (right, wrong, missed, y_true)):
            counted = counted if weight is None else ops.multiply(counted, weight)
            getattr(self, name).assign_add(ops.sum(counted, axis=self.axis))

    def result(self):
        self._settle()
        found = self.true_positives
        precision = ops.divide(found, ops.add(ops.add(found, self.false_positives), epsilon()))
        recall = ops.divide(found, ops.add(ops.add(found, self.false_negatives), epsilon()))
        both = ops.add(ops.multiply(precision, self.beta**2), recall)
        score = ops.multiply(ops.divide(ops.multiply(precision, recall), ops.add(both, epsilon())), 1 + self.beta**2)
        if self.average == "weighted":
            there = self.intermediate_weights
            return ops.sum(ops.multiply(score, ops.divide(there, ops.add(ops.sum(there), epsilon()))))
        return score if self.average is None else ops.mean(score)


def _check_float(name, value, is_in_range, expected):
    if not isinstance(value, float):
        raise ValueError(
            f"Invalid `{name}` argument value. It should be a Python float. Received: {name}={value} of type '{type(value)}'"
        )
    if not is_in_range:
        raise ValueError(f"Invalid `{name}` argument value. It should be {expected}. Received: {name}={value}")


class F1Score(FBetaScore):
    """Harmonic mean of precision and recall.

    Args:
        average: `None` for one score per class, `"micro"`, `"macro"` or `"weighted"`: see `FBetaScore`.
        threshold: the score above which a class is called; by default the best scored class is.
        name: name in logs.
        dtype: dtype to compute in.

    >>> F1Score()([[1, 0], [0, 1], [0, 1]], [[0.6, 0.4], [0.7, 0.3], [0.2, 0.8]]).round(4)
    array([0.6667, 0.6667], dtype=float32)
    """

    def __init__(self, average=None, threshold=None, name="f1_score", dtype=None):
        super().__init__(average=average, beta=1.0, threshold=threshold, name=name, dtype=dtype)
        del self._given["beta"]
