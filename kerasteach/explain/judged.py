"""Predictions beside the truth: who was taken for whom, and whether 80 % sure means right in 80 of 100 cases."""

from dataclasses import dataclass

import numpy as np

from .. import backend, tree
from .calls import one_batch

AT_ONCE = 1024  # samples of a batch


@dataclass(frozen=True)
class Judged:
    """Predictions beside the truth.

    Attributes:
        truth: the true class of each sample, a whole number.
        chances: the probability of each class, `(samples, classes)`; None where only the classes predicted are known.
        labels: the classes predicted, where only these are known.
        classes: how many there are.
    """

    truth: np.ndarray
    chances: np.ndarray | None
    labels: np.ndarray | None
    classes: int

    @property
    def binary(self):
        """Whether there are two classes and the chance of the second is known: then a threshold decides."""
        return self.classes == 2 and self.chances is not None

    def predicted(self, threshold=0.5):
        """The classes predicted: the likeliest; of two, the second from the threshold on."""
        if self.labels is not None:
            return self.labels
        if self.binary:
            return (self.chances[:, 1] >= threshold).astype(int)
        return self.chances.argmax(axis=1)


def judged(model, x, y):
    """Let a model with one output of classes predict a batch; return it beside the truth. Nothing is changed.

    Args:
        model: any model.
        x: the samples.
        y: the true classes, as whole numbers, `(n, 1)` or one-hot.

    Raises:
        ValueError: for a model with several outputs, or a truth that does not fit.
    """
    batch, parts = one_batch(model, x), []
    with model._backend.inference():
        for start in range(0, len(tree.flatten(batch)[0]), AT_ONCE):
            rows = slice(start, start + AT_ONCE)
            outputs = model(tree.map_structure(lambda t, rows=rows: t[rows], batch), training=False)
            if len(tree.flatten(outputs)) != 1:
                raise ValueError(
                    f"Model '{model.name}' has {len(tree.flatten(outputs))} outputs, and one is expected. "
                    "Fix: give the truth and the scores of one output in place of model, x and y."
                )
            parts.append(np.array(backend.to_numpy(tree.flatten(outputs)[0])))
    logits = getattr(getattr(model, "loss", None), "from_logits", None)
    return of_arrays(y, np.concatenate(parts), logits)


def of_arrays(truth, scores, from_logits=None):
    """Put truth and scores beside each other.

    Args:
        truth: the true classes: whole numbers `(n,)` or `(n, 1)`, or one-hot `(n, classes)`.
        scores: probabilities, `(n,)` or `(n, 1)` for the second of two classes or `(n, classes)`; logits; or, as whole numbers
            `(n,)`, the classes predicted.
        from_logits: whether the scores are logits; None takes those for logits that are no probabilities.

    Raises:
        ValueError: for shapes that do not fit, or a class that the scores do not have.

    >>> of_arrays([0, 1, 1], [[0.2], [0.7], [0.4]]).predicted().tolist()
    [0, 1, 0]
    """
    truth, scores = np.asarray(backend.to_numpy(truth)), np.asarray(backend.to_numpy(scores))
    if truth.ndim > 1 and truth.shape[-1] > 1:
        truth = truth.argmax(axis=-1)
    shapes = truth.shape, scores.shape
    if len(truth) == len(scores) and truth.size and scores.size:
        truth, scores = truth.reshape(len(truth), -1), scores.reshape(len(scores), -1)  # (samples, scores of each)
    if truth.shape[1:] != (1,) or len(truth) != len(scores):
        raise ValueError(f"Expected one true class and one row of scores a sample. Received: truth of shape {shapes[0]}, scores of shape {shapes[1]}.")
    whole = truth[:, 0].astype(int)
    if (whole != truth[:, 0]).any() or whole.min() < 0:
        raise ValueError(f"Expected true classes 0, 1, 2 and so on. Received: {truth[(whole != truth[:, 0]) | (whole < 0)][0, 0]!r}.")
    if scores.shape[1] == 1 and scores.dtype.kind in "iub":
        labels = scores[:, 0].astype(int)
        return Judged(whole, None, labels, int(max(whole.max(), labels.max(), 1)) + 1)
    chances = _as_chances(scores.astype("float64"), from_logits)
    if whole.max() >= chances.shape[1]:
        raise ValueError(f"Expected true classes from 0 to {chances.shape[1] - 1}, as many as there are scores. Received: {whole.max()}.")
    return Judged(whole, chances, None, chances.shape[1])


def _as_chances(scores, from_logits):
    if from_logits is None:
        from_logits = bool((scores < 0).any() or (scores > 1 + 1e-6).any())
    if scores.shape[1] == 1:
        one = 1 / (1 + np.exp(-scores[:, 0])) if from_logits else scores[:, 0]
        return np.stack([1 - one, one], axis=1)
    if from_logits:
        e = np.exp(scores - scores.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)
    return scores


def confusion(truth, predicted, classes):
    """Return how often each true class (rows) was taken for each class (columns).

    >>> confusion([0, 1, 1], [0, 1, 0], 2).tolist()
    [[1, 0], [1, 1]]
    """
    cells = np.asarray(truth) * classes + np.asarray(predicted)
    return np.bincount(cells, minlength=classes**2).reshape(classes, classes)


def rates(matrix):
    """Return precision, recall and F1 of each class, and the accuracy; 0 where nothing was predicted or there is nothing to find.

    >>> [r.round(2).tolist() for r in rates(np.array([[1, 0], [1, 1]]))]
    [[0.5, 1.0], [1.0, 0.5], [0.67, 0.67], 0.67]
    """
    right = np.diag(matrix).astype("float64")
    precision = right / np.maximum(matrix.sum(axis=0), 1)
    recall = right / np.maximum(matrix.sum(axis=1), 1)
    f1 = 2 * precision * recall / np.where(precision + recall > 0, precision + recall, 1)
    return precision, recall, f1, np.float64(right.sum() / max(matrix.sum(), 1))
