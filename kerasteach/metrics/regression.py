"""Metrics of predicted numbers that are no loss's mean: RMSE, R², correlations."""

import warnings

from .. import ops
from ..config import epsilon
from ..losses import functions as f
from ..losses.base import as_dtype, squeeze_or_expand_to_same_rank
from .base import Metric
from .reduction import Mean, MeanMetricWrapper


class RootMeanSquaredError(Mean):
    """Square root of the mean squared difference, in the unit of the truth.

    Args:
        name: name in logs.
        dtype: dtype to compute in.

    >>> m = RootMeanSquaredError()
    >>> float(m([0.0, 0.0], [3.0, 3.0]))
    3.0
    """

    direction = "down"
    joins = True

    def __init__(self, name="root_mean_squared_error", dtype=None):
        super().__init__(name=name, dtype=dtype)

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Take in one batch."""
        y_true, y_pred = f.pair(y_true, as_dtype(y_pred, self.dtype))
        super().update_state(ops.square(ops.subtract(y_true, y_pred)), sample_weight)

    def result(self):
        return ops.sqrt(super().result())


class R2Score(Metric):
    """Share of the truth's variance that the predictions explain: 1 is best, 0 what the mean would get.

    Args:
        class_aggregation: `"uniform_average"` over outputs, `"variance_weighted_average"`, or `None` for one score each.
        num_regressors: number of inputs of the model, to adjust the score by; 0 does not.
        name: name in logs.
        dtype: dtype to compute in.

    Input shape: `(batch, outputs)`.

    Raises:
        ValueError: for an unknown aggregation, or a negative number of regressors.

    >>> float(R2Score()([[1.0], [4.0], [3.0]], [[2.0], [4.0], [4.0]]))
    0.5714285373687744
    """

    direction = "up"
    joins = True

    def __init__(self, class_aggregation="uniform_average", num_regressors=0, name="r2_score", dtype=None):
        super().__init__(name=name, dtype=dtype)
        self._keep(locals())
        known = (None, "uniform_average", "variance_weighted_average")
        if class_aggregation not in known:
            raise ValueError(
                f"Invalid value for argument `class_aggregation`. Expected one of {known}. Received: "
                f"class_aggregation={class_aggregation}"
            )
        if num_regressors < 0:
            raise ValueError(
                "Invalid value for argument `num_regressors`. Expected a value >= 0. Received: "
                f"num_regressors={num_regressors}"
            )
        self.num_samples = self.add_variable((), "zeros", name="num_samples")
        self._built = False

    def _build(self, true_shape, pred_shape):
        if len(true_shape) != 2 or len(pred_shape) != 2:
            raise ValueError(
                "R2Score expects 2D inputs with shape (batch_size, output_dim). "
                f"Received input shapes: y_pred.shape={pred_shape} and y_true.shape={true_shape}."
            )
        for attribute, name in (("squared_sum",) * 2, ("sum",) * 2, ("total_mse", "residual"), ("count",) * 2):
            setattr(self, attribute, self.add_variable(pred_shape[-1:], "zeros", name=name))
        self._built = True

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Take in one batch, with one weight per sample or per number."""
        y_true, y_pred = as_dtype(y_true, self.dtype), as_dtype(y_pred, self.dtype)
        y_true, y_pred = squeeze_or_expand_to_same_rank(y_true, y_pred)
        if not self._built:
            self._build(tuple(y_true.shape), tuple(y_pred.shape))
        weight = as_dtype(1 if sample_weight is None else sample_weight, self.dtype)
        weight = ops.expand_dims(weight, axis=1) if len(weight.shape) == 1 else weight
        weight = ops.broadcast_to(weight, shape=tuple(y_true.shape))  # (batch, outputs)
        weighed = ops.multiply(y_true, weight)
        self.sum.assign_add(ops.sum(weighed, axis=0))
        self.squared_sum.assign_add(ops.sum(ops.multiply(y_true, weighed), axis=0))
        off = ops.square(ops.subtract(y_true, y_pred))
        self.total_mse.assign_add(ops.sum(ops.multiply(off, weight), axis=0))
        self.count.assign_add(ops.sum(weight, axis=0))
        self.num_samples.assign_add(y_true.shape[0] * y_true.shape[1])

    def result(self):
        self._settle()
        spread = ops.subtract(self.squared_sum, ops.divide_no_nan(ops.square(self.sum), self.count))
        scores = ops.subtract(1.0, ops.divide_no_nan(self.total_mse, spread))
        of_constant = ops.where(ops.equal(self.total_mse, 0.0), float("nan"), 0.0)  # nothing there to explain
        scores = ops.where(ops.equal(spread, 0.0), of_constant, scores)
        if self.class_aggregation == "uniform_average":
            scores = ops.mean(scores)
        elif self.class_aggregation == "variance_weighted_average":
            scores = ops.divide(ops.sum(ops.multiply(spread, scores)), ops.sum(spread))
        return self._adjusted(scores) if self.num_regressors else scores

    def _adjusted(self, scores):
        """Scores with a price on each input of the model."""
        free = float(self.num_samples) - self.num_regressors - 1
        if free > 0:
            return ops.subtract(1.0, ops.multiply(ops.subtract(1.0, scores), (float(self.num_samples) - 1.0) / free))
        why = "More independent predictors than datapoints in adjusted R2 score." if free else "Division by zero in Adjusted R2 score."
        warnings.warn(f"{why} Falling back to standard R2 score.", stacklevel=3)
        return scores


def pearson_correlation(y_true, y_pred, axis=-1):
    """How straight the line is that predictions make over truths: 1, or -1 if it falls, or 0.

    Source: https://en.wikipedia.org/wiki/Pearson_correlation_coefficient

    >>> round(float(pearson_correlation([1.0, 2.0, 3.0], [3.0, 5.0, 7.0])), 4)
    1.0
    """
    y_true, y_pred = (_standardized(y, axis) for y in f.pair(y_true, y_pred))
    return ops.mean(ops.multiply(y_true, y_pred), axis=axis)


def _standardized(x, axis):
    x = ops.subtract(x, ops.mean(x, axis=axis, keepdims=True))
    return ops.divide(x, ops.std(x, axis=axis, keepdims=True))


def concordance_correlation(y_true, y_pred, axis=-1):
    """How near predictions are to the line `prediction = truth`: 1 is on it.

    Source: Lin, 1989, https://en.wikipedia.org/wiki/Concordance_correlation_coefficient

    >>> round(float(concordance_correlation([1.0, 2.0, 3.0], [1.0, 2.0, 3.0])), 4)
    1.0
    """
    y_true, y_pred = f.pair(y_true, y_pred)
    mean_true, mean_pred = (ops.mean(y, axis=axis, keepdims=True) for y in (y_true, y_pred))
    spread = ops.add(ops.var(y_true, axis=axis, keepdims=True), ops.var(y_pred, axis=axis, keepdims=True))
    spread = ops.add(spread, ops.square(ops.subtract(mean_true, mean_pred)))
    # Both distances are from the prediction's mean, as in Keras; the sum is the covariance all the same.
    together = ops.multiply(ops.subtract(y_true, mean_pred), ops.subtract(y_pred, mean_pred))
    return ops.mean(ops.divide(ops.multiply(2.0, together), ops.add(spread, epsilon())), axis=axis)


class _Correlation(MeanMetricWrapper):
    direction = "up"


class PearsonCorrelation(_Correlation):
    """Mean of `pearson_correlation` along an axis.

    Args:
        name: name in logs.
        dtype: dtype to compute in.
        axis: the axis along which predictions are compared with truths.

    >>> float(PearsonCorrelation(axis=0)([1.0, 2.0, 3.0], [2.0, 3.0, 4.0]).round(4))
    1.0
    """

    def __init__(self, name="pearson_correlation", dtype=None, axis=-1):
        self._wrap(pearson_correlation, locals())


class ConcordanceCorrelation(_Correlation):
    """Mean of `concordance_correlation` along an axis.

    Args:
        name: name in logs.
        dtype: dtype to compute in.
        axis: the axis along which predictions are compared with truths.

    >>> float(ConcordanceCorrelation(axis=0)([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]).round(4))
    1.0
    """

    def __init__(self, name="concordance_correlation", dtype=None, axis=-1):
        self._wrap(concordance_correlation, locals())
