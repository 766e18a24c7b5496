"""Question 5: the expected calibration error."""

import numpy as np

from ..misconceptions import Misconception
from ..observe import as_value
from ..shrink import smallest_first
from ..task import Task

CHANCES = (0.0625, 0.125, 0.1875, 0.3125, 0.375, 0.5625, 0.625, 0.6875, 0.8125, 0.875, 0.9375, 1.0)


def _draw(rng, rows, bins):
    return {"truth": rng.integers(0, 2, rows), "p": rng.choice(CHANCES, rows), "bins": bins}


def _cases():
    return smallest_first(_draw, each=6, rows=(1, 2, 3, 4, 8), bins=(2, 4))


def _bin_of(p, bins):
    return np.minimum((p * bins).astype(int), bins - 1)


def _gaps(truth, p, bins, where=_bin_of):
    """How many rows each bin that is not empty holds, and by how much p is above the truth there."""
    which = where(p, bins)
    kept = np.unique(which)
    return np.array([np.sum(which == i) for i in kept]), np.array([np.mean(p[which == i] - truth[which == i]) for i in kept])


def ece(truth, p, bins):
    """The answer, written out."""
    counts, gaps = _gaps(truth, p, bins)
    return np.sum(counts * abs(gaps)) / len(p)


def _to_the_middle(truth, p, bins):
    which = _bin_of(p, bins)
    return sum(abs(np.sum((i + 0.5) / bins - truth[which == i])) for i in range(bins)) / len(p)


def _one_lost(truth, p, bins):
    inside = p < 1
    return sum(abs(np.sum((p - truth)[inside & (_bin_of(p, bins) == i)])) for i in range(bins)) / len(p)


def _right_answers_share(truth, p, bins):
    return ece(((p >= 0.5) == truth).astype(int), p, bins)


# Right answers, each written in another way.


def by_edges(truth, p, bins):
    total = 0.0
    for i in range(bins):
        inside = (p >= i / bins) & ((p < (i + 1) / bins) | (i == bins - 1))
        if inside.any():
            total += inside.sum() / len(p) * abs(p[inside].mean() - truth[inside].mean())
    return total


def by_sums(truth, p, bins):
    which = np.searchsorted(np.arange(1, bins) / bins, p, side="right")
    return abs(np.bincount(which, weights=p - truth, minlength=bins)).sum() / len(p)


ECE = Task(
    name="calibration_error",
    asks="how far sure and right are apart",
    cell="q5-answer",
    arguments=("truth", "p", "bins"),
    cases=_cases,
    reference=lambda case: as_value(ece(**case)),
    observe=lambda returned, case: as_value(returned),
    allowed=lambda case: bool(((case["p"] > 0) & (case["p"] <= 1)).all()),
    simple={"truth": (0, 1), "p": (0.125, 0.25, 0.375, 0.625, 0.75, 0.875, 1.0)},
    misconceptions=(
        Misconception(
            "every bin counts the same", lambda *given: np.mean(abs(_gaps(*given)[1])),
            "Each bin counts the same here, also one with a single row. Weigh a bin by how many rows it holds.", 2,
        ),
        Misconception(
            "empty bins counted", lambda truth, p, bins: np.sum(abs(_gaps(truth, p, bins)[1])) / bins,
            "The gaps are divided by the number of bins, empty ones too. Weigh each by its rows, and divide by all rows.", 2,
        ),
        Misconception(
            "signs kept", lambda truth, p, bins: np.sum(np.prod(_gaps(truth, p, bins), axis=0)) / len(p),
            "Gaps up and gaps down cancel here. Take each bin's size without its sign: abs(...).", 2,
        ),
        Misconception(
            "one bin for all", lambda truth, p, bins: abs(np.mean(p) - np.mean(truth)),
            "All rows are in one bin. Being too sure at one end hides behind being not sure enough at the other. Make `bins` of them.", 1,
        ),
        Misconception(
            "row by row", lambda truth, p, bins: np.mean(abs(p - truth)),
            "Each row is compared with its own truth, which is 0 or 1. A single row is never 80 % right. Take the means of a bin first, then their gap.", 1,
        ),
        Misconception(
            "squared", lambda truth, p, bins: np.sum(_gaps(truth, p, bins)[0] * _gaps(truth, p, bins)[1] ** 2) / len(p),
            "The gaps are squared. Take them without sign, as they are.", 2,
        ),
        Misconception(
            "largest gap", lambda *given: np.max(abs(_gaps(*given)[1])),
            "This is the largest gap. Asked for is the mean one, weighed by rows.", 2,
        ),
        Misconception(
            "middle of the bin", _to_the_middle,
            "The bin's middle is compared with the truth. Compare the mean of the p that lie in it.", 1,
        ),
        Misconception(
            "p = 1 lost", _one_lost,
            "p = 1 lies in no bin here. It belongs to the last one.", 3,
        ),
        Misconception(
            "right answers, not cases", _right_answers_share,
            "You compare p with how often the *answer* was right. p is the probability of class 1: compare it with how often class 1 was the truth.", 1,
        ),
    ),
    hints=(
        "Of the rows in a bin: the mean of p, and the mean of truth, which is how often it was class 1. The gap is the difference, without sign.",
        "Mean of the gaps, each weighed by its bin's rows: sum of count * gap, divided by all rows. Empty bins add nothing.",
        "A row's bin is int(p * bins); p = 1 goes into the last one: np.minimum((p * bins).astype(int), bins - 1).",
    ),
    praise="Now you can tell whether 80 % means 80 %.",
    right_answers=(ece, by_edges, by_sums),
)
