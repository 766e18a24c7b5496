"""Losses of numbers and of margins: `(y_true, y_pred)` of shape `(batch, ..., features)` to `(batch, ...)`.

Formulas and edge cases are those of https://keras.io/api/losses/; crossentropies and overlaps are in the files beside.
"""

from .. import backend, ops
from ..config import epsilon
from ..ops.spec import broadcast
from .base import as_dtype, as_tensor, squeeze_or_expand_to_same_rank


def of_one_dtype(y_true, y_pred):
    """Both as tensors of the prediction's dtype."""
    y_pred = as_tensor(y_pred)
    return as_dtype(y_true, backend.dtype_name(y_pred.dtype)), y_pred


def alike(y_true, y_pred):
    """Both as tensors of the prediction's dtype.

    Raises:
        ValueError: if their shapes cannot be broadcast.
    """
    y_true, y_pred = of_one_dtype(y_true, y_pred)
    broadcast(tuple(y_true.shape), tuple(y_pred.shape))
    return y_true, y_pred


def pair(y_true, y_pred):
    """Both as tensors of one rank and of the prediction's dtype.

    Raises:
        ValueError: if their shapes cannot be broadcast.
    """
    return alike(*squeeze_or_expand_to_same_rank(as_tensor(y_true), as_tensor(y_pred)))


def mean_over(values, axis=-1):
    """Mean over an axis; that of a single feature is the feature."""
    if len(values.shape) and values.shape[axis] == 1:
        return ops.squeeze(values, axis=axis)
    return ops.mean(values, axis=axis)


def mean_squared_error(y_true, y_pred):
    """Mean of squared differences.

    >>> float(mean_squared_error([0.0, 0.0], [1.0, 3.0]))
    5.0
    """
    y_true, y_pred = pair(y_true, y_pred)
    return mean_over(ops.square(ops.subtract(y_true, y_pred)))


def mean_absolute_error(y_true, y_pred):
    """Mean of distances.

    >>> float(mean_absolute_error([0.0, 0.0], [1.0, 3.0]))
    2.0
    """
    y_true, y_pred = pair(y_true, y_pred)
    return mean_over(ops.absolute(ops.subtract(y_true, y_pred)))


def mean_absolute_percentage_error(y_true, y_pred):
    """Mean of distances, in percent of the truth.

    >>> float(mean_absolute_percentage_error([2.0, 4.0], [3.0, 4.0]))
    25.0
    """
    y_true, y_pred = pair(y_true, y_pred)
    share = ops.absolute(ops.divide(ops.subtract(y_true, y_pred), ops.maximum(ops.absolute(y_true), epsilon())))
    return ops.multiply(100.0, mean_over(share))


def mean_squared_logarithmic_error(y_true, y_pred):
    """Mean of squared differences between logarithms of `1 + y`.

    >>> float(mean_squared_logarithmic_error([1.0, 1.0], [1.0, 1.0]))
    0.0
    """
    y_true, y_pred = pair(y_true, y_pred)
    log_true = ops.log(ops.add(ops.maximum(y_true, epsilon()), 1.0))
    log_pred = ops.log(ops.add(ops.maximum(y_pred, epsilon()), 1.0))
    return mean_over(ops.square(ops.subtract(log_true, log_pred)))


def cosine_similarity(y_true, y_pred, axis=-1):
    """Minus the cosine of the angle between truth and prediction: -1 is the same direction.

    >>> float(cosine_similarity([1.0, 0.0], [2.0, 0.0]))
    -1.0
    """
    return ops.negative(cosine(y_true, y_pred, axis))


def cosine(y_true, y_pred, axis=-1):
    """Cosine of the angle between truth and prediction."""
    y_true, y_pred = pair(y_true, y_pred)
    return ops.sum(ops.multiply(ops.normalize(y_true, axis=axis), ops.normalize(y_pred, axis=axis)), axis=axis)


def huber(y_true, y_pred, delta=1.0):
    """Squared near the truth, straight beyond `delta`, so that outliers pull less.

    >>> float(huber([0.0, 0.0], [1.0, 3.0]))
    1.5
    """
    y_true, y_pred = pair(y_true, y_pred)
    distance = ops.absolute(ops.subtract(y_pred, y_true))
    near = ops.multiply(0.5, ops.square(distance))
    far = ops.subtract(ops.multiply(delta, distance), 0.5 * delta * delta)
    return mean_over(ops.where(ops.less_equal(distance, delta), near, far))


def log_cosh(y_true, y_pred):
    """Logarithm of the hyperbolic cosine of the difference: a smooth `huber`.

    >>> round(float(log_cosh([0.0], [1.0])), 4)
    0.4338
    """
    y_true, y_pred = pair(y_true, y_pred)
    x = ops.subtract(y_pred, y_true)
    return mean_over(ops.subtract(ops.add(x, ops.softplus(ops.multiply(-2.0, x))), 0.6931471805599453))


def poisson(y_true, y_pred):
    """For counts: prediction minus truth times the logarithm of the prediction.

    >>> round(float(poisson([2.0], [1.0])), 4)
    1.0
    """
    y_true, y_pred = alike(y_true, y_pred)
    return mean_over(ops.subtract(y_pred, ops.multiply(y_true, ops.log(ops.add(y_pred, epsilon())))))


def _wrong_side(y_true, y_pred):
    """How far predictions are on the wrong side of a margin of 1; labels that are all 0 or 1 mean -1 and 1."""
    y_true, y_pred = alike(y_true, y_pred)
    is_binary = ops.all(ops.logical_or(ops.equal(y_true, 0), ops.equal(y_true, 1)))
    y_true = ops.where(is_binary, ops.subtract(ops.multiply(2.0, y_true), 1.0), y_true)
    return ops.maximum(ops.subtract(1.0, ops.multiply(y_true, y_pred)), 0.0)


def hinge(y_true, y_pred):
    """How far predictions are on the wrong side of a margin of 1.

    >>> float(hinge([-1.0, 1.0], [-3.0, 0.5]))
    0.25
    """
    return mean_over(_wrong_side(y_true, y_pred))


def squared_hinge(y_true, y_pred):
    """`hinge`, squared before the mean.

    >>> float(squared_hinge([-1.0, 1.0], [-3.0, 0.0]))
    0.5
    """
    return mean_over(ops.square(_wrong_side(y_true, y_pred)))


def categorical_hinge(y_true, y_pred):
    """How far the true class (one-hot) falls short of scoring 1 more than every other.

    >>> float(categorical_hinge([0.0, 1.0], [2.0, 0.5]))
    2.5
    """
    y_true, y_pred = alike(y_true, y_pred)
    own = ops.sum(ops.multiply(y_true, y_pred), axis=-1)
    best_other = ops.max(ops.multiply(ops.subtract(1.0, y_true), y_pred), axis=-1)
    return ops.maximum(ops.add(ops.subtract(best_other, own), 1.0), 0.0)


hinge.whole_batch = squared_hinge.whole_batch = True  # what labels mean is read off all of them
