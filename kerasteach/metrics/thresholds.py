"""Metrics over many thresholds: the best of one rate that a bound on another leaves, and the area under a curve."""

from .. import ops
from ..config import epsilon
from ..losses.base import as_tensor
from .confusion import Counting, is_even


def spread(n):
    """n thresholds from 0 to 1, evenly.

    >>> spread(3)
    [0.0, 0.5, 1.0]
    """
    return [0.0, *((i + 1) * 1.0 / (n - 1) for i in range(n - 2)), 1.0]


class _Best(Counting):
    """The best of one rate at the thresholds where another is high enough."""

    direction = "up"
    bound, wanted = None, None  # names of the two rates, as `Counting` has them

    def _start(self, arguments):
        low, name = list(arguments)[1], arguments["name"]
        if not 0 <= arguments[low] <= 1:
            raise ValueError(f"Argument `{low}` must be in the range [0, 1]. Received: {low}={arguments[low]}")
        if arguments["num_thresholds"] <= 0:
            raise ValueError(
                "Argument `num_thresholds` must be an integer > 0. Received: "
                f"num_thresholds={arguments['num_thresholds']}"
            )
        Counting.__init__(self, name=name, dtype=arguments["dtype"])
        self._keep(arguments)
        self.value = arguments[low]
        one = self.num_thresholds == 1
        self._count_at([0.5] if one else spread(self.num_thresholds), evenly=not one)

    def result(self):
        self._settle()
        bound, wanted = getattr(self, self.bound)(), getattr(self, self.wanted)()
        return ops.max(ops.where(ops.greater_equal(bound, self.value), wanted, 0.0))


class SensitivityAtSpecificity(_Best):
    """Best recall of yes among thresholds that recall enough of no.

    Args:
        specificity: how much of no must be recalled, 0 to 1.
        num_thresholds: how many thresholds are tried.
        class_id: look at this class only.
        name: name in logs.
        dtype: dtype to compute in.

    Raises:
        ValueError: if `specificity` is not between 0 and 1, or there is no threshold.

    >>> float(SensitivityAtSpecificity(0.5)([0, 0, 0, 1, 1], [0.0, 0.3, 0.8, 0.3, 0.8]))
    0.5
    """

    bound, wanted = "_specificity", "_recall"

    def __init__(self, specificity, num_thresholds=200, class_id=None, name=None, dtype=None):
        self._start(locals())


class SpecificityAtSensitivity(_Best):
    """Best recall of no among thresholds that recall enough of yes.

    Args:
        sensitivity: how much of yes must be recalled, 0 to 1.
        num_thresholds: how many thresholds are tried.
        class_id: look at this class only.
        name: name in logs.
        dtype: dtype to compute in.

    Raises:
        ValueError: if `sensitivity` is not between 0 and 1, or there is no threshold.

    >>> round(float(SpecificityAtSensitivity(0.5)([0, 0, 0, 1, 1], [0.0, 0.3, 0.8, 0.3, 0.8])), 4)
    0.6667
    """

    bound, wanted = "_recall", "_specificity"

    def __init__(self, sensitivity, num_thresholds=200, class_id=None, name=None, dtype=None):
        self._start(locals())


class PrecisionAtRecall(_Best):
    """Best precision among thresholds that recall enough.

    Args:
        recall: how much must be recalled, 0 to 1.
        num_thresholds: how many thresholds are tried.
        class_id: look at this class only.
        name: name in logs.
        dtype: dtype to compute in.

    Raises:
        ValueError: if `recall` is not between 0 and 1, or there is no threshold.

    >>> float(PrecisionAtRecall(0.5)([0, 0, 0, 1, 1], [0.0, 0.3, 0.8, 0.3, 0.8]))
    0.5
    """

    bound, wanted = "_recall", "_precision"

    def __init__(self, recall, num_thresholds=200, class_id=None, name=None, dtype=None):
        self._start(locals())


class RecallAtPrecision(_Best):
    """Best recall among thresholds that are precise enough.

    Args:
        precision: how precise it must be, 0 to 1.
        num_thresholds: how many thresholds are tried.
        class_id: look at this class only.
        name: name in logs.
        dtype: dtype to compute in.

    Raises:
        ValueError: if `precision` is not between 0 and 1, or there is no threshold.

    >>> float(RecallAtPrecision(0.8)([0, 0, 1, 1], [0.0, 0.5, 0.3, 0.9]))
    0.5
    """

    bound, wanted = "_precision", "_recall"

    def __init__(self, precision, num_thresholds=200, class_id=None, name=None, dtype=None):
        self._start(locals())


class AUC(Counting):
    """Area under a curve drawn by moving the threshold: 1 is best, and for `"ROC"` 0.5 is a coin.

    Args:
        num_thresholds: how many thresholds make the curve.
        curve: `"ROC"` (recall over false alarms), `"PR"` (precision over recall) or `"PRGAIN"`.
        summation_method: `"interpolation"` (the middle of each step), `"minoring"` (its lower end)
            or `"majoring"` (its upper end).
        name: name in logs.
        dtype: dtype to compute in.
        thresholds: the thresholds themselves; 0 and 1 are added.
        multi_label: whether each label has a curve of its own, whose areas are averaged.
        num_labels: number of labels; with `multi_label` only.
        label_weights: what each label counts in that average, or with one curve each prediction of it.
        from_logits: whether scores are logits, to be put through a sigmoid.

    Raises:
        ValueError: for an unknown curve or method, too few thresholds, or `num_labels` without `multi_label`.

    Source: https://keras.io/api/metrics/classification_metrics/#auc-class

    >>> round(float(AUC(num_thresholds=3)([0, 0, 1, 1], [0.0, 0.5, 0.3, 0.9])), 4)
    0.75
    """

    direction = "up"

    def __init__(
        self,
        num_thresholds=200,
        curve="ROC",
        summation_method="interpolation",
        name=None,
        dtype=None,
        thresholds=None,
        multi_label=False,
        num_labels=None,
        label_weights=None,
        from_logits=False,
    ):
        curve, summation_method = str(getattr(curve, "value", curve)), getattr(summation_method, "value", summation_method)
        if curve not in ("pr", "PR", "roc", "ROC", "prgain", "PRGAIN"):
            raise ValueError(f'Invalid AUC curve value: "{curve}". Expected values are ["PR", "ROC", "PRGAIN"]')
        if str(summation_method).lower() not in _HEIGHTS:
            raise ValueError(
                f'Invalid AUC summation method value: "{summation_method}". Expected values are '
                '["interpolation", "majoring", "minoring"]'
            )
        if thresholds is None and num_thresholds <= 1:
            raise ValueError(f"Argument `num_thresholds` must be an integer > 1. Received: num_thresholds={num_thresholds}")
        if num_labels and not multi_label:
            raise ValueError("`num_labels` is needed only when `multi_label` is True.")
        inner = spread(num_thresholds)[1:-1] if thresholds is None else sorted(thresholds)
        num_thresholds, curve, summation_method = len(inner) + 2, curve.upper(), summation_method.lower()
        super().__init__(name=name, dtype=dtype)
        self._keep({k: v for k, v in locals().items() if k != "inner"})
        self._given["thresholds"] = None if thresholds is None else inner
        # A little beyond 0 and 1, so that the curve reaches both ends.
        self.thresholds = [-epsilon(), *inner, 1.0 + epsilon()]
        self._evenly = is_even([0.0, *inner, 1.0]) or thresholds is None
        self._built = False
        if not multi_label or num_labels:
            self._build(num_labels)

    def _build(self, labels=None):
        shape = (len(self.thresholds),) if labels is None else (len(self.thresholds), labels)
        for name in self.kinds:
            setattr(self, name, self.add_variable(shape, "zeros", name=name))
        self._built = True

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Take in one batch: truths 0 or 1, scores between 0 and 1, weights that broadcast against them."""
        y_pred = as_tensor(y_pred)
        if not self._built:
            if len(y_pred.shape) != 2:
                raise ValueError(
                    "`y_pred` must have rank 2 when `multi_label=True`. "
                    f"Found rank {len(y_pred.shape)}. Full shape received for `y_pred`: {tuple(y_pred.shape)}"
                )
            self._build(y_pred.shape[1])
        y_pred = ops.sigmoid(y_pred) if self.from_logits else y_pred
        label_weights = None if self.multi_label or self.label_weights is None else as_tensor(self.label_weights)
        weights = {"sample_weight": sample_weight, "label_weights": label_weights}
        self._add(y_true, y_pred, multi_label=self.multi_label, **weights)

    def result(self):
        self._settle()
        if self.curve == "PR" and self.summation_method == "interpolation":
            areas = self._interpolated_pr()
        else:
            x, y = _CURVES[self.curve](self)
            areas = ops.multiply(ops.subtract(x[:-1], x[1:]), _HEIGHTS[self.summation_method](y[:-1], y[1:]))
        area = ops.sum(areas, axis=0)
        if not self.multi_label:
            return area
        if self.label_weights is None:
            return ops.mean(area)
        return ops.divide_no_nan(ops.sum(ops.multiply(area, self.label_weights)), ops.sum(as_tensor(self.label_weights)))

    def _interpolated_pr(self):
        """Steps of the area under precision over recall, between whose points precision is no straight line.

        Source: Davis and Goadrich, 2006, https://ftp.cs.wisc.edu/machine-learning/shavlik-group/davis.icml06.pdf
        """
        found, said = ops.multiply(self.true_positives, 1), ops.add(self.true_positives, self.false_positives)
        more_found = ops.subtract(found[:-1], found[1:])
        slope = ops.divide_no_nan(more_found, ops.maximum(ops.subtract(said[:-1], said[1:]), 0.0))
        intercept = ops.subtract(found[1:], ops.multiply(slope, said[1:]))
        both = ops.logical_and(ops.greater(said[:-1], 0.0), ops.greater(said[1:], 0.0))
        growth = ops.where(both, ops.divide_no_nan(said[:-1], ops.maximum(said[1:], 0.0)), 1.0)
        there = ops.add(found, self.false_negatives)
        step = ops.multiply(slope, ops.add(more_found, ops.multiply(intercept, ops.log(growth))))
        return ops.divide_no_nan(step, ops.maximum(there[1:], 0.0))

    def _gain(self):
        """Precision and recall as gains over saying yes always. Source: Flach and Kull, 2015, "Precision-Recall-Gain Curves"."""
        odds = ops.divide_no_nan(ops.add(self.true_positives, self.false_negatives), ops.add(self.true_negatives, self.false_positives))
        nothing = ops.equal(self.true_positives, 0.0)
        recall = ops.subtract(1.0, ops.multiply(odds, ops.divide_no_nan(self.false_negatives, self.true_positives)))
        precision = ops.subtract(1.0, ops.multiply(odds, ops.divide_no_nan(self.false_positives, self.true_positives)))
        return ops.maximum(ops.where(nothing, 0.0, recall), 0.0), ops.where(nothing, 1.0, precision)


# A curve: what goes right, and what goes up.
_CURVES = {
    "ROC": lambda auc: (auc._share("false_positives", "true_negatives"), auc._recall()),
    "PR": lambda auc: (auc._recall(), auc._precision()),
    "PRGAIN": AUC._gain,
}
# The height of a step between two points.
_HEIGHTS = {
    "interpolation": lambda y1, y2: ops.divide(ops.add(y1, y2), 2.0),
    "minoring": ops.minimum,
    "majoring": ops.maximum,
}
