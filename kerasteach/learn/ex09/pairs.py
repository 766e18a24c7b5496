"""Question 6: AUC as a bet on pairs."""

import numpy as np

from ..misconceptions import Misconception
from ..observe import as_value
from ..shrink import smallest_first
from ..task import Task


def _draw(rng, cases, others):
    truth = rng.permutation([1] * cases + [0] * others)
    return {"truth": truth, "p": rng.integers(1, 8, cases + others) / 8}


def _cases():
    return smallest_first(_draw, each=8, cases=(1, 2, 3), others=(1, 2, 3))


def _both_kinds(case):
    return bool(set(case["truth"].tolist()) == {0, 1})


def _parts(truth, p):
    return p[truth == 1], p[truth == 0]


def auc(truth, p, tie=0.5):
    """The answer, written out."""
    cases, others = _parts(truth, p)
    ahead = cases[:, None] - others[None, :]  # (case, other)
    return np.mean((ahead > 0) + tie * (ahead == 0))


def _not_divided(truth, p):
    cases, others = _parts(truth, p)
    return auc(truth, p) * len(cases) * len(others)


def _one_by_one(truth, p):
    cases, others = _parts(truth, p)
    return np.mean([(c > o) + 0.5 * (c == o) for c, o in zip(cases, others)])


def _of_all_pairs(truth, p):
    return _not_divided(truth, p) / (len(p) * (len(p) - 1) / 2)


def _best_against_best(truth, p):
    cases, others = _parts(truth, p)
    return float(cases.max() > others.max()) + 0.5 * float(cases.max() == others.max())


def _against_the_mean(truth, p):
    cases, others = _parts(truth, p)
    ahead = cases - others.mean()
    return np.mean((ahead > 0) + 0.5 * (ahead == 0))


# Right answers, each written in another way.


def by_two_loops(truth, p):
    points = pairs = 0
    for i in np.flatnonzero(truth == 1):
        for j in np.flatnonzero(truth == 0):
            pairs += 1
            points += 1 if p[i] > p[j] else 0.5 if p[i] == p[j] else 0
    return points / pairs


def by_ranks(truth, p):
    ranks = np.array([np.sum(p < value) + (np.sum(p == value) + 1) / 2 for value in p])
    cases, others = np.sum(truth == 1), np.sum(truth == 0)
    return (np.sum(ranks[truth == 1]) - cases * (cases + 1) / 2) / (cases * others)


def by_the_curve(truth, p):
    """The area under the curve of hits against false alarms, in trapezoids."""
    cuts = [np.inf, *np.unique(p)[::-1]]
    hits = [np.mean(p[truth == 1] >= cut) for cut in cuts]
    false = [np.mean(p[truth == 0] >= cut) for cut in cuts]
    return sum((false[i + 1] - false[i]) * (hits[i + 1] + hits[i]) / 2 for i in range(len(cuts) - 1))


AUC = Task(
    name="auc",
    asks="a bet on pairs",
    cell="q6-answer",
    arguments=("truth", "p"),
    cases=_cases,
    reference=lambda case: as_value(auc(**case)),
    observe=lambda returned, case: as_value(returned),
    allowed=_both_kinds,
    simple={"truth": (0, 1), "p": (0.25, 0.5, 0.75)},
    misconceptions=(
        Misconception(
            "ties lost", lambda truth, p: auc(truth, p, tie=0.0),
            "A pair with equal probabilities counts 0 here. It is a draw: half a point.", 2,
        ),
        Misconception(
            "ties won", lambda truth, p: auc(truth, p, tie=1.0),
            "A pair with equal probabilities counts as won here. It is a draw: half a point.", 2,
        ),
        Misconception(
            "the other way round", lambda truth, p: 1 - auc(truth, p),
            "This counts pairs where the other one is ahead. The case, truth 1, should have the higher p.", 1,
        ),
        Misconception(
            "not divided", _not_divided,
            "This is how many points. Divide by how many pairs there are: cases times others.", 1,
        ),
        Misconception(
            "divided by all pairs", _of_all_pairs,
            "You divided by all pairs of rows, also of two cases or two others. Only pairs of one case and one other count.", 1,
        ),
        Misconception(
            "one opponent each", _one_by_one,
            "The first case plays the first other, the second the second. Let every case play every other.", 3,
        ),
        Misconception(
            "best against best", _best_against_best,
            "Only the highest case plays the highest other here. Let every case play every other.", 3,
        ),
        Misconception(
            "against the mean", _against_the_mean,
            "Each case plays the others' mean. Let every case play every other.", 3,
        ),
        Misconception(
            "accuracy", lambda truth, p: np.mean((p >= 0.5) == truth),
            "This is the accuracy at 0.5. AUC needs no threshold: it asks who is ahead.", 1,
        ),
    ),
    hints=(
        "Each pair of a case (truth 1) and another one (truth 0) is a match. A point if the case has the higher p. Divide the points by the matches.",
        "Equal p: half a point.",
        "p[truth == 1][:, None] > p[truth == 0][None, :] compares every case with every other.",
    ),
    praise="0.5 is a coin, 1 a perfect order. And no threshold had to be chosen.",
    right_answers=(auc, by_two_loops, by_ranks, by_the_curve),
)
