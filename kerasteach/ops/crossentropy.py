"""How surprised a model is by the truth, of one of many classes or of yes-or-no answers: composed of the cores."""

import numpy as np

from ..config import epsilon
from .elementwise import cast, clip, divide, log, multiply, negative
from .nn import log_softmax
from .reduce import sum
from .reshaping import moveaxis, squeeze
from .surprise import (
    binary_crossentropy_from_logits,
    binary_crossentropy_from_probabilities,
    sparse_categorical_crossentropy_from_logits,
    sparse_categorical_crossentropy_from_probabilities,
)
from .table import composite


def _odds(rng):
    return rng.uniform(0.1, 0.9, (4, 3))


def _check_same_shape(target, output, fix):
    a, b = tuple(np.shape(target)), tuple(np.shape(output))
    if a != b:
        raise ValueError(
            f"Arguments `target` and `output` must have the same shape. Received: target.shape={a}, output.shape={b}\n"
            f"Fix: {fix}"
        )
    return a


def log_probabilities(output, axis=-1):
    """Logarithm of probabilities made to sum to 1 and held away from 0 and 1."""
    p = divide(output, sum(output, axis=axis, keepdims=True))
    return log(clip(p, epsilon(), 1 - epsilon()))


@composite(example=lambda rng: [((_odds(rng), _odds(rng)), {}), ((_odds(rng), rng.normal(size=(4, 3))), {"from_logits": True})])
def binary_crossentropy(target, output, from_logits=False):
    """Surprise, in nats, at each yes-or-no truth.

    Input shape: both `(...)`. Output shape: `(...)`.

    Raises:
        ValueError: if the shapes differ.

    >>> binary_crossentropy([1.0], [0.5])
    array([0.6931472], dtype=float32)
    """
    _check_same_shape(target, output, "give the last layer one unit per column of y; for one class of many, see categorical_crossentropy.")
    return (binary_crossentropy_from_logits if from_logits else binary_crossentropy_from_probabilities)(target, output)


@composite(example=lambda rng: [((_odds(rng), _odds(rng)), {}), ((_odds(rng), rng.normal(size=(4, 3))), {"from_logits": True, "axis": 0})])
def categorical_crossentropy(target, output, from_logits=False, axis=-1):
    """Surprise, in nats, at the true class, given as a one-hot vector or a distribution.

    Input shape: both `(..., classes)`. Output shape: `(...)`.

    Raises:
        ValueError: if the shapes differ, or there is no axis of classes.

    >>> categorical_crossentropy([[0.0, 1.0]], [[0.75, 0.25]])
    array([1.3862944], dtype=float32)
    """
    if not _check_same_shape(target, output, "for class numbers instead of one-hot vectors use sparse_categorical_crossentropy."):
        raise ValueError("Arguments `target` and `output` must be at least rank 1. Received: two numbers.")
    log_p = log_softmax(output, axis=axis) if from_logits else log_probabilities(output, axis)
    return negative(sum(multiply(target, log_p), axis=axis))


def _classes_and_odds(rng):
    classes = rng.integers(0, 3, 4)
    return [((classes, _odds(rng)), {}), ((classes, rng.normal(size=(4, 3))), {"from_logits": True}), ((classes[:3], _odds(rng)), {"axis": 0})]


@composite(example=_classes_and_odds)
def sparse_categorical_crossentropy(target, output, from_logits=False, axis=-1):
    """Surprise, in nats, at the true class, given as its number.

    Input shape: numbers `(...)` or `(..., 1)`, and `(..., classes)`. Output shape: `(...)`.

    Raises:
        ValueError: if the shapes do not fit.

    >>> sparse_categorical_crossentropy([1], [[0.75, 0.25]])
    array([1.3862944], dtype=float32)
    """
    shape, classes = tuple(np.shape(target)), list(np.shape(output))
    if not classes:
        raise ValueError("Argument `output` must be at least rank 1. Received: a number.")
    if len(shape) == len(classes) and shape[axis] == 1:
        target, shape = squeeze(target, axis=axis), shape[:axis] + shape[axis % len(shape) + 1 :]
    del classes[axis]
    if shape != tuple(classes):
        raise ValueError(
            "Arguments `target` and `output` must have the same shape up until the last dimension. Received: "
            f"target.shape={shape}, output.shape={tuple(np.shape(output))}\n"
            "Expected: class numbers of shape (batch,) and predictions of shape (batch, classes). "
            "Fix: for one-hot targets use categorical_crossentropy."
        )
    target = cast(target, dtype="int64")
    output = output if axis in (-1, len(classes)) else moveaxis(output, axis, -1)
    if from_logits:
        return sparse_categorical_crossentropy_from_logits(target, output)
    return sparse_categorical_crossentropy_from_probabilities(target, output)
