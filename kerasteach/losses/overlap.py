"""Losses of sets and of pairs: how well two regions overlap, and how close samples of one class lie."""

from .. import ops
from ..backend.masks import with_mask
from ..config import epsilon
from .base import as_tensor
from .functions import alike

_NEVER = -3e4  # in place of minus infinity: exp gives 0, its gradient is 0 and not NaN, and float16 has it


def dice(y_true, y_pred, axis=None):
    """One minus twice the overlap over the sum of both sizes: 0 if truth and prediction cover each other.

    Args:
        y_true, y_pred: how far each place belongs to the region, 0 to 1.
        axis: the axes to sum over; all by default.

    Source: Milletari et al., 2016, arXiv:1606.04797.

    >>> round(float(dice([1.0, 1.0, 0.0], [1.0, 0.0, 0.0])), 4)
    0.3333
    """
    y_true, y_pred = alike(y_true, y_pred)
    overlap = ops.multiply(2.0, ops.sum(ops.multiply(y_true, y_pred), axis=axis))
    sizes = ops.add(ops.sum(y_true, axis=axis), ops.sum(y_pred, axis=axis))
    return ops.subtract(1.0, ops.divide(overlap, ops.add(sizes, epsilon())))


def tversky(y_true, y_pred, alpha=0.5, beta=0.5, axis=None):
    """`dice` with a price of its own on each kind of error.

    Args:
        y_true, y_pred: how far each place belongs to the region, 0 to 1.
        alpha: price on what was missed.
        beta: price on what was claimed wrongly.
        axis: the axes to sum over; all by default.

    Source: Salehi et al., 2017, arXiv:1706.05721. Keras swaps its `alpha` and `beta`; so do we.

    >>> round(float(tversky([1.0, 1.0, 0.0], [1.0, 0.0, 0.0], alpha=1.0)), 4)
    0.5
    """
    y_true, y_pred = alike(y_true, y_pred)
    overlap = ops.sum(ops.multiply(y_true, y_pred), axis=axis)
    missed = ops.sum(ops.multiply(ops.subtract(1.0, y_pred), y_true), axis=axis)
    wrong = ops.sum(ops.multiply(y_pred, ops.subtract(1.0, y_true)), axis=axis)
    errors = ops.add(ops.multiply(missed, alpha), ops.multiply(wrong, beta))
    return ops.subtract(1.0, ops.divide(overlap, ops.add(ops.add(overlap, errors), epsilon())))


def circle(y_true, y_pred, ref_labels=None, ref_embeddings=None, remove_diagonal=True, gamma=80, margin=0.4):
    """Pulls embeddings of one class together and those of others apart, the worst pairs hardest.

    Args:
        y_true: class numbers, `(batch,)`.
        y_pred: embeddings of length 1, `(batch, features)`.
        ref_labels, ref_embeddings: what to compare with; the batch itself by default.
        remove_diagonal: whether a sample is not compared with itself.
        gamma: how much harder the worst pairs pull.
        margin: how far apart the classes shall be.

    Output shape: `(batch,)`; a sample whose loss is 0 does not count in a mean.

    Source: Sun et al., 2020, arXiv:2002.10857.

    >>> circle([0, 1], [[1.0, 0.0], [0.0, 1.0]]).shape
    (2,)
    """
    y_true, y_pred = ops.cast(y_true, dtype="int32"), as_tensor(y_pred)
    others = y_pred if ref_embeddings is None else as_tensor(ref_embeddings)
    labels = y_true if ref_labels is None else ops.cast(ref_labels, dtype="int32")
    distance = ops.maximum(ops.subtract(1.0, ops.matmul(y_pred, ops.transpose(others))), 0.0)  # (batch, others)
    same = ops.equal(ops.reshape(y_true, (-1, 1)), ops.reshape(labels, (1, -1)))  # (batch, others)
    different = ops.logical_not(same)
    if remove_diagonal:
        itself = ops.equal(ops.eye(*distance.shape), 1.0)
        same = ops.logical_and(same, ops.logical_not(itself))
    far = ops.multiply(ops.add(distance, margin), ops.subtract(distance, margin))
    near = ops.multiply(ops.maximum(ops.subtract(1.0 + margin, distance), 0.0), ops.subtract(1.0 - margin, distance))
    pull = ops.logsumexp(ops.where(same, ops.multiply(gamma, far), _NEVER), axis=1)
    push = ops.logsumexp(ops.where(different, ops.multiply(gamma, near), _NEVER), axis=1)
    loss = ops.softplus(ops.add(pull, push))
    return with_mask(loss, ops.greater(loss, 0.0))


dice.whole_batch = tversky.whole_batch = circle.whole_batch = True  # not one loss per sample by itself
