"""Whether a model knows how sure it may be: predictions sorted into bins by confidence, each beside how often it was right.

Guo, Pleiss, Sun, Weinberger, "On Calibration of Modern Neural Networks", 2017.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Bins:
    """Predictions sorted by confidence.

    Attributes:
        edges: of the bins, one more than there are bins.
        counts: how many predictions each holds.
        confidence: their mean confidence; nan for an empty bin.
        frequency: how often what they predict was the truth; nan for an empty bin.
        brier: the mean squared distance between the chances and the truth.
    """

    edges: np.ndarray
    counts: np.ndarray
    confidence: np.ndarray
    frequency: np.ndarray
    brier: float

    @property
    def gaps(self):
        """Confidence minus frequency, 0 for an empty bin: positive means too sure."""
        return np.where(self.counts > 0, self.confidence - self.frequency, 0.0)

    @property
    def ece(self):
        """The expected calibration error: the mean gap, by how many predictions a bin holds."""
        return float((self.counts * np.abs(self.gaps)).sum() / max(self.counts.sum(), 1))

    @property
    def worst(self):
        """The index of the bin with the largest gap."""
        return int(np.abs(self.gaps).argmax())


def calibration(found, bins=10, strategy="uniform"):
    """Sort predictions by confidence. Of two classes it is the chance of the second, of more that of the likeliest.

    Args:
        found: a `judged.Judged` with chances.
        bins: how many bins.
        strategy: `"uniform"` for bins as wide as each other, `"quantile"` for bins that hold as many.

    Raises:
        ValueError: where only the predicted classes are known.

    >>> from kerasteach.explain.judged import of_arrays
    >>> round(calibration(of_arrays([0, 1, 1, 1], [0.25, 0.75, 0.75, 0.75]), bins=2).ece, 2)
    0.25
    """
    if found.chances is None:
        raise ValueError("Expected probabilities: of classes alone nobody knows how sure they are.")
    if found.classes == 2:
        confidence, right = found.chances[:, 1], found.truth == 1
        brier = float(((confidence - right) ** 2).mean())
    else:
        best = found.chances.argmax(axis=1)
        confidence, right = found.chances[np.arange(len(best)), best], best == found.truth
        brier = float(((found.chances - np.eye(found.classes)[found.truth]) ** 2).sum(axis=1).mean())
    edges = np.linspace(0, 1, bins + 1) if strategy == "uniform" else np.quantile(confidence, np.linspace(0, 1, bins + 1))
    which = np.clip(np.searchsorted(edges[1:-1], confidence), 0, bins - 1)
    counts = np.bincount(which, minlength=bins)
    with np.errstate(invalid="ignore"):
        means = [np.bincount(which, weights=values, minlength=bins) / counts for values in (confidence, right.astype("float64"))]
    return Bins(edges, counts, *means, brier)
