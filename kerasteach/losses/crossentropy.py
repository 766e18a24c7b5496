"""Losses of probabilities: how surprised is the model by the truth? And losses that care most for hard samples."""

import warnings

import numpy as np

from .. import backend, ops
from ..backend.masks import with_mask
from ..config import epsilon
from .base import as_tensor
from .functions import alike, mean_over, of_one_dtype


def kl_divergence(y_true, y_pred):
    """How many nats are lost by taking the predicted distribution for the true one.

    >>> round(float(kl_divergence([0.0, 1.0], [0.5, 0.5])), 4)
    0.6931
    """
    y_true, y_pred = alike(y_true, y_pred)
    y_true, y_pred = ops.clip(y_true, epsilon(), 1.0), ops.clip(y_pred, epsilon(), 1.0)
    return ops.sum(ops.multiply(y_true, ops.log(ops.divide(y_true, y_pred))), axis=-1)


def _smoothed(y_true, amount, classes):
    """Truths pulled towards an even guess among so many classes."""
    return ops.add(ops.multiply(y_true, 1.0 - amount), amount / classes) if amount else y_true


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
    y_true, y_pred = of_one_dtype(y_true, y_pred)
    y_true = _smoothed(y_true, label_smoothing, 2)
    return mean_over(ops.binary_crossentropy(y_true, y_pred, from_logits=from_logits), axis=axis)


def binary_focal_crossentropy(
    y_true, y_pred, apply_class_balancing=False, alpha=0.25, gamma=2.0, from_logits=False, label_smoothing=0.0, axis=-1
):
    """`binary_crossentropy` that forgets easy samples: each counts by how far the model is from certain, to the power `gamma`.

    Args:
        y_true: 0 or 1, `(batch, ..., features)`.
        y_pred: probabilities, or raw scores with `from_logits=True`.
        apply_class_balancing: whether class 1 counts `alpha`, and class 0 the rest to 1.
        alpha: that weight of class 1.
        gamma: 0 gives the crossentropy itself.
        from_logits, label_smoothing, axis: as in `binary_crossentropy`.

    Raises:
        ValueError: if the shapes differ.

    Source: Lin et al., 2017, arXiv:1708.02002.

    >>> round(float(binary_focal_crossentropy([1.0], [0.5])), 4)
    0.1733
    """
    y_true, y_pred = of_one_dtype(y_true, y_pred)
    y_true = _smoothed(y_true, label_smoothing, 2)
    y_pred = ops.sigmoid(y_pred) if from_logits else y_pred
    not_true = ops.subtract(1.0, y_true)
    right = ops.add(ops.multiply(y_true, y_pred), ops.multiply(not_true, ops.subtract(1.0, y_pred)))
    loss = ops.multiply(ops.power(ops.subtract(1.0, right), gamma), ops.binary_crossentropy(y_true, y_pred))
    if apply_class_balancing:
        loss = ops.multiply(ops.add(ops.multiply(y_true, alpha), ops.multiply(not_true, 1.0 - alpha)), loss)
    return mean_over(loss, axis=axis)


def _classes(y_true, y_pred, label_smoothing, axis, name):
    """One-hot truths, smoothed, and predictions; with Keras's complaints about axes."""
    if isinstance(axis, bool):
        raise ValueError(f"`axis` must be of type `int`. Received: axis={axis} of type {type(axis)}")
    y_true, y_pred = of_one_dtype(y_true, y_pred)
    if len(y_pred.shape) and y_pred.shape[-1] == 1:
        warnings.warn(
            f"In loss {name}, expected y_pred.shape to be (batch_size, num_classes) with num_classes > 1. Received: "
            f"y_pred.shape={tuple(y_pred.shape)}. Consider using 'binary_crossentropy' if you only have 2 classes.",
            SyntaxWarning,
            stacklevel=3,
        )
    return _smoothed(y_true, label_smoothing, y_true.shape[-1]) if label_smoothing else y_true, y_pred


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

    >>> round(float(categorical_crossentropy([0.0, 1.0], [0.5, 0.5])), 4)
    0.6931
    """
    y_true, y_pred = _classes(y_true, y_pred, label_smoothing, axis, "categorical_crossentropy")
    return ops.categorical_crossentropy(y_true, y_pred, from_logits=from_logits, axis=axis)


def categorical_focal_crossentropy(
    y_true, y_pred, alpha=0.25, gamma=2.0, from_logits=False, label_smoothing=0.0, axis=-1
):
    """`categorical_crossentropy` that forgets easy samples: each counts `alpha`, times the doubt to the power `gamma`.

    Args:
        y_true: one-hot, or a distribution, `(batch, ..., classes)`.
        y_pred: probabilities, or raw scores with `from_logits=True`, of the same shape.
        alpha: factor.
        gamma: 0 gives the crossentropy, times `alpha`.
        from_logits, label_smoothing, axis: as in `categorical_crossentropy`.

    Source: Lin et al., 2017, arXiv:1708.02002.

    >>> round(float(categorical_focal_crossentropy([0.0, 1.0], [0.5, 0.5])), 4)
    0.0433
    """
    y_true, y_pred = _classes(y_true, y_pred, label_smoothing, axis, "categorical_focal_crossentropy")
    y_pred = ops.softmax(y_pred, axis=axis) if from_logits else y_pred
    p = ops.divide(y_pred, ops.sum(y_pred, axis=axis, keepdims=True))
    p = ops.clip(p, epsilon(), 1.0 - epsilon())
    surprise = ops.multiply(ops.negative(y_true), ops.log(p))
    doubt = ops.multiply(ops.power(ops.subtract(1.0, p), gamma), alpha)
    return ops.sum(ops.multiply(doubt, surprise), axis=axis)


def categorical_generalized_cross_entropy(y_true, y_pred, q):
    """Between crossentropy (`q` near 0) and distance (`q` = 1), so that wrong labels pull less.

    Input shape: class numbers `(batch,)` and probabilities `(batch, classes)`.

    Raises:
        ValueError: if a class number is negative or too large.

    Source: Zhang and Sabuncu, 2018, arXiv:1805.07836.

    >>> float(categorical_generalized_cross_entropy([1], [[0.75, 0.25]], q=0.5)[0])
    1.0
    """
    y_true, y_pred = as_tensor(y_true), as_tensor(y_pred)
    if not backend.is_keras_tensor(y_true):
        check_class_numbers(y_true, y_pred.shape[-1])
    hot = ops.one_hot(ops.cast(y_true, dtype="int32"), num_classes=y_pred.shape[-1], dtype=backend.dtype_name(y_pred.dtype))
    p = ops.sum(ops.multiply(y_pred, hot), axis=-1)
    return ops.divide(ops.subtract(1.0, ops.power(p, q)), q)


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
    if len(y_true.shape) == len(y_pred.shape) and y_true.shape[axis] == 1:
        y_true = ops.squeeze(y_true, axis=axis)  # (batch, ...)
    if not backend.is_keras_tensor(y_true):
        check_class_numbers(y_true, y_pred.shape[axis], ignore_class)
    if ignore_class is None:
        return ops.sparse_categorical_crossentropy(y_true, y_pred, from_logits=from_logits, axis=axis)
    counted = ops.not_equal(y_true, ignore_class)
    y_pred = ops.where(ops.expand_dims(counted, axis=axis), y_pred, 1.0)
    loss = ops.sparse_categorical_crossentropy(ops.where(counted, y_true, 0), y_pred, from_logits=from_logits, axis=axis)
    return with_mask(ops.where(counted, loss, 0.0), counted)


def ctc(y_true, y_pred):
    """Surprise, in nats, at a text when nobody said which step speaks which letter.

    Args:
        y_true: class numbers, `(batch, letters)`; 0 is the blank, and fills up short texts.
        y_pred: scores per step, `(batch, steps, classes)`.

    Raises:
        ValueError: if the shapes are others.

    Source: Graves et al., 2006, "Connectionist Temporal Classification".

    >>> round(float(ctc(np.array([[1]]), np.zeros((1, 2, 2)))[0]), 4)
    0.2877
    """
    y_true, y_pred = as_tensor(y_true), as_tensor(y_pred)
    _check_rank("Targets `y_true`", y_true, 2, "(batch_size, max_length)")
    _check_rank("Logits `y_pred`", y_pred, 3, "(batch_size, max_length, num_classes)")
    letters = ops.sum(ops.cast(ops.not_equal(y_true, 0), dtype="int32"), axis=-1)  # (batch,)
    steps = ops.full((y_pred.shape[0],), y_pred.shape[1], dtype="int32")
    return ops.ctc_loss(y_true, y_pred, letters, steps, mask_index=0)


def _check_rank(what, y, rank, expected):
    if len(y.shape) != rank:
        raise ValueError(f"{what} are expected to be a tensor of shape `{expected}`. Received: shape={tuple(y.shape)}")


def _check_targets(y_true, y_pred, from_logits=False, ignore_class=None, axis=-1):
    check_class_numbers(y_true, y_pred.shape[axis], ignore_class)


sparse_categorical_crossentropy.check_targets = _check_targets
categorical_generalized_cross_entropy.check_targets = lambda y_true, y_pred, q: _check_targets(y_true, y_pred)


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
