"""Loss functions: `(y_true, y_pred)` of shape `(batch, ..., features)` to `(batch, ...)`.

Formulas and edge cases are those of https://keras.io/api/losses/.
"""

import numpy as np

from .. import backend, ops
from ..config import epsilon
from ..ops.spec import broadcast
from .base import as_tensor, squeeze_or_expand_to_same_rank


def pair(y_true, y_pred):
    """Both as tensors of one rank and of the prediction's dtype.

    Raises:
        ValueError: if their shapes cannot be broadcast.
    """
    y_pred, y_true = as_tensor(y_pred), as_tensor(y_true)
    if y_true.dtype != y_pred.dtype:
        y_true = ops.cast(y_true, dtype=backend.dtype_name(y_pred.dtype))
    y_true, y_pred = squeeze_or_expand_to_same_rank(y_true, y_pred)
    broadcast(tuple(y_true.shape), tuple(y_pred.shape))
    return y_true, y_pred


def _check_same_shape(y_true, y_pred, fix):
    if tuple(y_true.shape) != tuple(y_pred.shape):
        raise ValueError(
            "Arguments `target` and `output` must have the same shape. Received: "
            f"target.shape={tuple(y_true.shape)}, output.shape={tuple(y_pred.shape)}\nFix: {fix}"
        )


def _mean(values, axis=-1):
    """Mean over an axis; that of a single feature is the feature."""
    return ops.squeeze(values, axis=axis) if values.shape[axis] == 1 else ops.mean(values, axis=axis)


def mean_squared_error(y_true, y_pred):
    """Mean of squared differences.

    >>> float(mean_squared_error([0.0, 0.0], [1.0, 3.0]))
    5.0
    """
    y_true, y_pred = pair(y_true, y_pred)
    return _mean(ops.square(ops.subtract(y_true, y_pred)), axis=-1)


def mean_absolute_error(y_true, y_pred):
    """Mean of distances."""
    y_true, y_pred = pair(y_true, y_pred)
    return _mean(ops.absolute(ops.subtract(y_true, y_pred)), axis=-1)


def mean_absolute_percentage_error(y_true, y_pred):
    """Mean of distances, in percent of the truth."""
    y_true, y_pred = pair(y_true, y_pred)
    share = ops.absolute(ops.divide(ops.subtract(y_true, y_pred), ops.maximum(ops.absolute(y_true), epsilon())))
    return ops.multiply(100.0, _mean(share, axis=-1))


def mean_squared_logarithmic_error(y_true, y_pred):
    """Mean of squared differences between logarithms of `1 + y`."""
    y_true, y_pred = pair(y_true, y_pred)
    log_true = ops.log(ops.add(ops.maximum(y_true, epsilon()), 1.0))
    log_pred = ops.log(ops.add(ops.maximum(y_pred, epsilon()), 1.0))
    return _mean(ops.square(ops.subtract(log_true, log_pred)), axis=-1)


def cosine_similarity(y_true, y_pred, axis=-1):
    """Cosine of the angle between truth and prediction: 1 is the same direction."""
    y_true, y_pred = pair(y_true, y_pred)
    return ops.sum(ops.multiply(_unit(y_true, axis), _unit(y_pred, axis)), axis=axis)


def _unit(x, axis):
    length = ops.sqrt(ops.maximum(ops.sum(ops.square(x), axis=axis, keepdims=True), 1e-12))
    return ops.divide(x, length)


def huber(y_true, y_pred, delta=1.0):
    """Squared near the truth, straight beyond `delta`, so that outliers pull less."""
    y_true, y_pred = pair(y_true, y_pred)
    distance = ops.absolute(ops.subtract(y_pred, y_true))
    near = ops.multiply(0.5, ops.square(distance))
    far = ops.subtract(ops.multiply(delta, distance), 0.5 * delta * delta)
    return _mean(ops.where(ops.less_equal(distance, delta), near, far), axis=-1)


def log_cosh(y_true, y_pred):
    """Logarithm of the hyperbolic cosine of the difference: a smooth `huber`."""
    y_true, y_pred = pair(y_true, y_pred)
    x = ops.subtract(y_pred, y_true)
    return _mean(ops.subtract(ops.add(x, ops.softplus(ops.multiply(-2.0, x))), 0.6931471805599453), axis=-1)


def _plus_minus_one(y_true):
    """Hinge losses want -1 and 1; labels that are all 0 or 1 are turned into them."""
    is_binary = ops.all(ops.logical_or(ops.equal(y_true, 0), ops.equal(y_true, 1)))
    return ops.where(is_binary, ops.subtract(ops.multiply(2.0, y_true), 1.0), y_true)


def hinge(y_true, y_pred):
    """How far predictions are on the wrong side of a margin of 1."""
    y_true, y_pred = pair(y_true, y_pred)
    margin = ops.subtract(1.0, ops.multiply(_plus_minus_one(y_true), y_pred))
    return _mean(ops.maximum(margin, 0.0), axis=-1)


def squared_hinge(y_true, y_pred):
    """`hinge`, squared before the mean."""
    y_true, y_pred = pair(y_true, y_pred)
    margin = ops.subtract(1.0, ops.multiply(_plus_minus_one(y_true), y_pred))
    return _mean(ops.square(ops.maximum(margin, 0.0)), axis=-1)


def kl_divergence(y_true, y_pred):
    """How many nats are lost by taking the predicted distribution for the true one."""
    y_true, y_pred = pair(y_true, y_pred)
    y_true, y_pred = ops.clip(y_true, epsilon(), 1.0), ops.clip(y_pred, epsilon(), 1.0)
    return ops.sum(ops.multiply(y_true, ops.log(ops.divide(y_true, y_pred))), axis=-1)


def poisson(y_true, y_pred):
    """For counts: prediction minus truth times the logarithm of the prediction."""
    y_true, y_pred = pair(y_true, y_pred)
    return _mean(ops.subtract(y_pred, ops.multiply(y_true, ops.log(ops.add(y_pred, epsilon())))), axis=-1)


def binary_crossentropy(y_true, y_pred, from_logits=False, label_smoothing=0.0, axis=-1):
    """Surprise, in nats, at yes-or-no truths.

    Args:
        y_true: 0 or 1, `(batch, ..., features)`.
        y_pred: probabilities, or raw scores with `from_logits=True`.
        from_logits: whether `y_pred` holds raw scores.
        label_smoothing: pulls the truths this far towards 1/2.
        axis: the axis to average over.

    Raises:
        ValueError: if the shapes differ.

    >>> round(float(binary_crossentropy([1.0], [0.5])), 4)
    0.6931
    """
    y_true, y_pred = pair(y_true, y_pred)
    _check_same_shape(y_true, y_pred, "give the last layer one unit per column of y; for one class of many, see categorical_crossentropy.")
    if label_smoothing:
        y_true = ops.add(ops.multiply(y_true, 1.0 - label_smoothing), 0.5 * label_smoothing)
    core = ops.binary_crossentropy_from_logits if from_logits else ops.binary_crossentropy_from_probabilities
    return _mean(core(y_true, y_pred), axis=axis)


def categorical_crossentropy(y_true, y_pred, from_logits=False, label_smoothing=0.0, axis=-1):
    """Surprise, in nats, at the true class, given as a one-hot vector.

    Args:
        y_true: one-hot, or a distribution, `(batch, ..., classes)`.
        y_pred: probabilities, or raw scores with `from_logits=True`, of the same shape.
        from_logits: whether `y_pred` holds raw scores.
        label_smoothing: spreads this much of the truth over all classes.
        axis: the axis of the classes.

    Raises:
        ValueError: if the shapes differ; class numbers want `sparse_categorical_crossentropy`.
    """
    y_true, y_pred = as_tensor(y_true), as_tensor(y_pred)
    _check_same_shape(y_true, y_pred, "for class numbers instead of one-hot vectors use sparse_categorical_crossentropy.")
    y_true, y_pred = pair(y_true, y_pred)
    if label_smoothing:
        classes = y_pred.shape[axis]
        y_true = ops.add(ops.multiply(y_true, 1.0 - label_smoothing), label_smoothing / classes)
    log_p = ops.log_softmax(y_pred, axis=axis) if from_logits else _log_probabilities(y_pred, axis)
    return ops.negative(ops.sum(ops.multiply(y_true, log_p), axis=axis))


def _log_probabilities(y_pred, axis):
    """Logarithm of probabilities made to sum to 1 and held away from 0 and 1."""
    p = ops.divide(y_pred, ops.sum(y_pred, axis=axis, keepdims=True))
    return ops.log(ops.clip(p, epsilon(), 1 - epsilon()))


def sparse_categorical_crossentropy(y_true, y_pred, from_logits=False, ignore_class=None, axis=-1):
    """Surprise, in nats, at the true class, given as its number.

    Args:
        y_true: class numbers, `(batch, ...)` or `(batch, ..., 1)`.
        y_pred: probabilities, or raw scores with `from_logits=True`, `(batch, ..., classes)`.
        from_logits: whether `y_pred` holds raw scores.
        ignore_class: a class number whose samples count 0.
        axis: the axis of the classes.

    Raises:
        ValueError: if the shapes do not fit, or a class number is negative or too large.

    >>> round(float(sparse_categorical_crossentropy([1], [[0.25, 0.75]])[0]), 4)
    0.2877
    """
    y_true, y_pred = as_tensor(y_true), as_tensor(y_pred)
    if len(y_true.shape) == len(y_pred.shape) and y_true.shape[-1] == 1:
        y_true = ops.squeeze(y_true, axis=-1)  # (batch, ...)
    if len(y_true.shape) != len(y_pred.shape) - 1 or (axis == -1 and tuple(y_true.shape) != tuple(y_pred.shape[:-1])):
        raise ValueError(
            "Argument `output` must have rank (ndim) `target.ndim + 1` and the same leading axes. Received: "
            f"target.shape={tuple(y_true.shape)}, output.shape={tuple(y_pred.shape)}\n"
            "Expected: class numbers of shape (batch,) and predictions of shape (batch, classes). "
            "Fix: for one-hot targets use categorical_crossentropy."
        )
    if not backend.is_keras_tensor(y_true):
        check_class_numbers(y_true, y_pred.shape[axis], ignore_class)
    y_true = ops.cast(y_true, dtype="int64")
    kept = None if ignore_class is None else ops.not_equal(y_true, ignore_class)
    if kept is not None:
        y_true = ops.where(kept, y_true, 0)
    y_pred = y_pred if axis in (-1, len(y_pred.shape) - 1) else ops.moveaxis(y_pred, axis, -1)
    if from_logits:
        loss = ops.sparse_categorical_crossentropy_from_logits(y_true, y_pred)
    else:
        log_p = _log_probabilities(y_pred, -1)
        picked = ops.take_along_axis(log_p, ops.expand_dims(y_true, axis=-1), axis=-1)  # (batch, ..., 1)
        loss = ops.negative(ops.squeeze(picked, axis=-1))
    return loss if kept is None else ops.where(kept, loss, 0.0)


def _check_targets(y_true, y_pred, from_logits=False, ignore_class=None, axis=-1):
    check_class_numbers(y_true, y_pred.shape[axis], ignore_class)


sparse_categorical_crossentropy.check_targets = _check_targets


def check_class_numbers(y_true, classes, ignore_class=None):
    """Raise unless every class number is one of `0 ... classes - 1`, or the one to ignore.

    Raises:
        ValueError: saying which numbers came, and how to mend them.
    """
    numbers = backend.to_numpy(y_true)
    if not numbers.size or (numbers.min() >= 0 and numbers.max() < classes):
        return
    wrong = numbers[(numbers < 0) | (numbers >= classes) | np.isnan(numbers)]
    wrong = wrong if ignore_class is None else wrong[wrong != ignore_class]
    if wrong.size:
        raise ValueError(
            f"y holds {wrong.size} class number(s) out of range, the first is {wrong[0]:g}. Expected: whole numbers from 0 to "
            f"{classes - 1}, because the model's output has {classes} classes. Received: numbers from {numbers.min():g} to "
            f"{numbers.max():g}.\nFix: number the classes from 0, as np.unique(y, return_inverse=True)[1] does, and give "
            "the last layer one unit per class."
        )
