"""Right and wrong, yes and no: the four counts behind every metric of yes-or-no answers.

Whether a score means yes is a matter of threshold. The four counts are kept for each
threshold, and every metric of this file is a way to divide them.
"""

import math

import numpy as np

from .. import ops
from ..config import epsilon
from ..losses.base import as_dtype, as_tensor, squeeze_or_expand_to_same_rank
from .base import Metric
from .reduction import snapshot

KINDS = ("true_positives", "false_positives", "true_negatives", "false_negatives")
_LOWEST = -1e10  # a score below every threshold


def count(yes, no, scores, thresholds, evenly=False):
    """Count, at each threshold, how much of what is there was found, and the rest.

    Each score is put into the bin between two thresholds; what lies in the bins above a threshold
    was called yes there, so that running sums over the bins are the counts.

    Args:
        yes, no: 1 where the truth is so, else 0, times weights, `(labels, predictions)`.
        scores: `(labels, predictions)`.
        thresholds: list of numbers; the answer is yes above.
        evenly: whether thresholds lie evenly from 0 to 1, so that a score tells its bin.

    Returns:
        dict of the four kinds -> `(labels, thresholds)`.

    >>> yes, no = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])
    >>> count(yes, no, np.array([[0.9, 0.6]]), [0.5, 0.7])["false_positives"].tolist()
    [[1.0, 0.0]]
    """
    labels, n, counts = scores.shape[0], len(thresholds), {}
    bins = ops.add(_bins(scores, thresholds, evenly), (n + 1) * np.arange(labels)[:, None])
    for side, found, missed in ((yes, KINDS[0], KINDS[3]), (no, KINDS[1], KINDS[2])):
        filled = ops.bincount(ops.reshape(bins, (-1,)), weights=ops.reshape(side, (-1,)), minlength=labels * (n + 1))
        filled = ops.reshape(filled, (labels, n + 1))
        counts[missed] = ops.cumsum(filled[:, :-1], axis=1)
        counts[found] = ops.flip(ops.cumsum(ops.flip(filled[:, 1:], axis=1), axis=1), axis=1)
    if list(thresholds) == sorted(thresholds):
        return counts
    place = np.argsort(np.argsort(thresholds, kind="stable"), kind="stable")
    return {kind: ops.take(x, place, axis=1) for kind, x in counts.items()}


def _bins(scores, thresholds, evenly):
    """How many thresholds each score is above; one that is no number, above none."""
    scores = ops.where(ops.isnan(scores), float("-inf"), scores)
    if not evenly:
        limits = np.sort(np.asarray(thresholds, "float32"))
        return ops.cast(ops.searchsorted(limits, scores, side="left"), dtype="int64")
    bins = ops.ceil(ops.multiply(ops.clip(scores, 0.0, 1.0), len(thresholds) - 1.0))
    return ops.cast(ops.maximum(bins, 1.0) if thresholds[0] < 0 else bins, dtype="int64")


def in_order(y_true, y_pred, sample_weight=None, label_weights=None, top_k=None, class_id=None, multi_label=False):
    """Return yes and no, times weights, and scores, each `(labels, predictions)`; one label unless `multi_label`.

    Raises:
        ValueError: if there is not one score for each truth, or a class is asked for where there is no axis of classes.
    """
    y_true, y_pred = as_dtype(y_true, "float32"), as_dtype(y_pred, "float32")
    y_pred, y_true = squeeze_or_expand_to_same_rank(y_pred, y_true)
    if math.prod(y_true.shape) != math.prod(y_pred.shape):
        raise ValueError(
            f"y_true of shape {tuple(y_true.shape)} and y_pred of shape {tuple(y_pred.shape)} do not go together: there "
            "must be one score for each truth.\nFix: make class numbers one-hot first, keras.utils.to_categorical(y)."
        )
    if sample_weight is not None:
        sample_weight = ops.expand_dims(as_dtype(sample_weight, "float32"), axis=-1)
        _, sample_weight = squeeze_or_expand_to_same_rank(y_true, sample_weight, expand_rank_1=False)
    if top_k is not None:
        y_pred = _only_top(y_pred, top_k)
    if class_id is not None:
        if len(y_pred.shape) == 1:
            raise ValueError(
                "When class_id is provided, y_pred must be a 2D array with shape (num_samples, num_classes), found "
                f"shape: {tuple(y_pred.shape)}"
            )
        y_true, y_pred = y_true[..., class_id, None], y_pred[..., class_id, None]
    yes = ops.cast(ops.not_equal(y_true, 0.0), dtype="float32")
    no = ops.subtract(1.0, yes)
    for weight in (sample_weight, label_weights):
        if weight is not None:
            yes, no = ops.multiply(yes, weight), ops.multiply(no, weight)
    arrange = ops.transpose if multi_label else lambda x: ops.reshape(x, (1, -1))
    return arrange(yes), arrange(no), arrange(y_pred)


def _only_top(scores, k):
    """Scores of all but the k largest become the lowest."""
    _, best = ops.top_k(scores, k)  # (..., k)
    chosen = ops.sum(ops.one_hot(best, num_classes=scores.shape[-1]), axis=-2)  # (..., classes)
    return ops.where(ops.greater(chosen, 0.0), scores, _LOWEST)


def parse_thresholds(thresholds, default=0.5):
    """Thresholds as a list.

    Raises:
        ValueError: if one is not between 0 and 1.
    """
    if thresholds is None:
        return [default]
    listed = list(thresholds) if isinstance(thresholds, (list, tuple)) else [thresholds]
    wrong = [t for t in listed if t is None or t < 0 or t > 1]
    if wrong:
        raise ValueError(f"Threshold values must be in [0, 1]. Received: {wrong}")
    return listed


def is_even(thresholds):
    """Whether thresholds lie evenly from 0 to 1."""
    n = len(thresholds)
    return n >= 3 and bool(np.allclose(thresholds, np.arange(n, dtype="float32") / (n - 1), atol=epsilon()))


class Counting(Metric):
    """A metric that keeps some of the four counts, per threshold."""

    joins = True
    kinds = dict(zip(KINDS, KINDS))  # which counts it keeps, and under which name
    top_k = class_id = None

    def _count_at(self, thresholds, evenly):
        self.thresholds, self._evenly = thresholds, evenly
        for name in self.kinds.values():
            setattr(self, name, self.add_variable((len(thresholds),), "zeros", name=name))

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Take in one batch: truths 0 or 1, scores between 0 and 1, weights that broadcast against them."""
        self._add(y_true, y_pred, sample_weight=sample_weight, top_k=self.top_k, class_id=self.class_id)

    def _add(self, y_true, y_pred, **settings):
        counts = count(*in_order(as_tensor(y_true), as_tensor(y_pred), **settings), self.thresholds, self._evenly)
        for kind, name in self.kinds.items():
            variable = getattr(self, name)
            variable.assign_add(ops.reshape(ops.transpose(counts[kind]), variable.shape))

    def _share(self, kind, of):
        """One count over the sum of two."""
        counted, other = getattr(self, kind), getattr(self, of)
        return ops.divide_no_nan(counted, ops.add(counted, other))

    def _precision(self):
        return self._share("true_positives", "false_positives")

    def _recall(self):
        return self._share("true_positives", "false_negatives")

    def _specificity(self):
        return self._share("true_negatives", "false_positives")


def _one_or_all(values):
    return values[0] if values.shape[0] == 1 else values


class _One(Counting):
    """One of the four counts itself."""

    def __init__(self, thresholds=None, name=None, dtype=None):
        super().__init__(name=name, dtype=dtype)
        self._keep(locals())
        parsed = parse_thresholds(thresholds)
        self._count_at(parsed, is_even(parsed))

    def result(self):
        self._settle()
        return _one_or_all(snapshot(self.accumulator))


def _one(class_name, kind, what):
    doc = f"""How many {what}.

    Args:
        thresholds: a number or several, 0 to 1: the score above which the answer is yes; 0.5 by default.
        name: name in logs.
        dtype: dtype to compute in.

    >>> float({class_name}()([0, 1, 1, 0], [0.2, 0.9, 0.1, 0.8]))
    1.0
    """
    return type(class_name, (_One,), {"kinds": {kind: "accumulator"}, "__doc__": doc, "__module__": __name__})


TruePositives = _one("TruePositives", "true_positives", "yes were said rightly")
FalsePositives = _one("FalsePositives", "false_positives", "yes were said wrongly")
TrueNegatives = _one("TrueNegatives", "true_negatives", "no were said rightly")
FalseNegatives = _one("FalseNegatives", "false_negatives", "no were said wrongly")


class _Share(Counting):
    """A share of what was said, or of what there is."""

    direction = "up"

    def __init__(self, thresholds=None, top_k=None, class_id=None, name=None, dtype=None):
        super().__init__(name=name, dtype=dtype)
        self._keep(locals())
        parsed = parse_thresholds(thresholds, 0.5 if top_k is None else _LOWEST)
        self._count_at(parsed, is_even(parsed))


class Precision(_Share):
    """Of all that was called yes, how much was.

    Args:
        thresholds: a number or several, 0 to 1: the score above which the answer is yes; 0.5 by default.
        top_k: call only the k best scored classes of a sample yes.
        class_id: look at this class only.
        name: name in logs.
        dtype: dtype to compute in.

    Raises:
        ValueError: if a threshold is not between 0 and 1.

    >>> float(Precision()([0, 1, 1, 1], [1, 0, 1, 1]))
    0.6666666865348816
    """

    kinds = {k: k for k in ("true_positives", "false_positives")}

    def result(self):
        self._settle()
        return _one_or_all(self._precision())


class Recall(_Share):
    """Of all that is yes, how much was called so.

    Args:
        thresholds: a number or several, 0 to 1: the score above which the answer is yes; 0.5 by default.
        top_k: call only the k best scored classes of a sample yes.
        class_id: look at this class only.
        name: name in logs.
        dtype: dtype to compute in.

    Raises:
        ValueError: if a threshold is not between 0 and 1.

    >>> float(Recall()([0, 1, 1, 1], [1, 0, 1, 1]))
    0.6666666865348816
    """

    kinds = {k: k for k in ("true_positives", "false_negatives")}

    def result(self):
        self._settle()
        return _one_or_all(self._recall())
