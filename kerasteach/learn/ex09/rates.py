"""Question 3: precision, recall, F1."""

import numpy as np

from ..misconceptions import Misconception
from ..observe import as_value
from ..shrink import smallest_first
from ..task import Task

NAMES = ("precision", "recall", "F1")


def _draw(rng, rows):
    return {"truth": rng.integers(0, 2, rows), "predicted": rng.integers(0, 2, rows)}


def _cases():
    return smallest_first(_draw, each=12, rows=(2, 3, 4, 8))


def _share(part, whole):
    return part / whole if whole else 0.0


def _counts(truth, predicted):
    hits = int(np.sum((truth == 1) & (predicted == 1)))
    return hits, int(np.sum(predicted == 1)) - hits, int(np.sum(truth == 1)) - hits


def rates(truth, predicted):
    """The answer, written out."""
    hits, false, misses = _counts(truth, predicted)
    precision, recall = _share(hits, hits + false), _share(hits, hits + misses)
    return precision, recall, _share(2 * precision * recall, precision + recall)


def _f1(combine):
    """The answer with another way to make one number of two."""

    def answer(truth, predicted):
        precision, recall, _ = rates(truth, predicted)
        return precision, recall, combine(precision, recall)

    return answer


def _seen(returned):
    if returned is None:
        return "None"
    if not (isinstance(returned, tuple | list | np.ndarray) and len(returned) == 3):
        return f"not three numbers: {returned!r}"
    return dict(zip(NAMES, map(as_value, returned)))


def _accuracy_for_precision(truth, predicted):
    accuracy, (_, recall, _) = float(np.mean(truth == predicted)), rates(truth, predicted)
    return accuracy, recall, _share(2 * accuracy * recall, accuracy + recall)


def _undefined(truth, predicted):
    hits, false, misses = map(np.float64, _counts(truth, predicted))
    precision, recall = hits / (hits + false), hits / (hits + misses)
    return precision, recall, 2 * precision * recall / (precision + recall)


def _one_if_nothing(truth, predicted):
    hits, false, misses = _counts(truth, predicted)
    precision, recall = (_share(hits, whole) if whole else 1.0 for whole in (hits + false, hits + misses))
    return precision, recall, _share(2 * precision * recall, precision + recall)


def _of_all(truth, predicted):
    hits = _counts(truth, predicted)[0] / len(truth)
    return hits, hits, hits


# Right answers, each written in another way.


def by_products(truth, predicted):
    hits = np.sum(truth * predicted)
    alarms, cases = np.sum(predicted), np.sum(truth)
    if hits == 0:
        return 0.0, 0.0, 0.0
    return hits / alarms, hits / cases, 2 * hits / (alarms + cases)


def by_a_loop(truth, predicted):
    hits = false = misses = 0
    for t, p in zip(truth.tolist(), predicted.tolist()):
        hits, false, misses = hits + (t == p == 1), false + (t < p), misses + (t > p)
    return hits / max(hits + false, 1), hits / max(hits + misses, 1), 2 * hits / max(2 * hits + false + misses, 1)


RATES = Task(
    name="scores",
    asks="precision, recall, F1",
    cell="q3-answer",
    arguments=("truth", "predicted"),
    cases=_cases,
    reference=lambda case: _seen(rates(**case)),
    observe=lambda returned, case: _seen(returned),
    simple={"truth": (0, 1), "predicted": (0, 1)},
    misconceptions=(
        Misconception(
            "precision and recall swapped", lambda *both: (rates(*both)[1], rates(*both)[0], rates(*both)[2]),
            "Precision and recall are swapped. Precision divides by the alarms: can I believe one? Recall divides by the cases: are all found?", 1,
        ),
        Misconception(
            "accuracy for precision", _accuracy_for_precision,
            "This precision is the accuracy. Precision looks at the alarms alone: predicted == 1.", 1,
        ),
        Misconception(
            "plain mean for F1", _f1(lambda p, r: (p + r) / 2),
            "F1 is the plain mean here. Then who always cries alarm gets at least 0.5. The harmonic mean is low as soon as one of the two is.", 2,
        ),
        Misconception(
            "geometric mean for F1", _f1(lambda p, r: np.sqrt(p * r)),
            "This is the geometric mean, the root of the product. F1 is the harmonic one.", 2,
        ),
        Misconception(
            "2 forgotten in F1", _f1(lambda p, r: _share(p * r, p + r)),
            "The 2 is missing in F1. If precision and recall are both 1, F1 is 1.", 2,
        ),
        Misconception(
            "smaller one for F1", _f1(min),
            "This takes the smaller one. F1 lies between the two, nearer to the smaller one.", 2,
        ),
        Misconception(
            "class 0 taken for the case", lambda truth, predicted: rates(1 - truth, 1 - predicted),
            "These are the numbers of class 0. The case, what an alarm is about, is class 1.", 1,
        ),
        Misconception(
            "divided by nothing", _undefined,
            "Where there is no alarm or no case this divides 0 by 0. Return 0.0 there.", 3,
        ),
        Misconception(
            "1 where nothing was to do", _one_if_nothing,
            "Without a single alarm precision would be 1 here. In this exercise, as in Keras, it is 0.", 3,
        ),
        Misconception(
            "divided by all rows", _of_all,
            "The hits are divided by all rows. Precision divides by the alarms, recall by the cases.", 1,
        ),
    ),
    hints=(
        "hits = np.sum((truth == 1) & (predicted == 1)). Precision is hits / alarms, recall hits / cases.",
        "F1 = 2 * precision * recall / (precision + recall).",
        "Alarms are np.sum(predicted == 1), cases np.sum(truth == 1). If you would divide by 0, return 0.0.",
    ),
    praise="Three numbers, each with its own question. Ask for all three, whenever somebody shows you one.",
    right_answers=(rates, by_products, by_a_loop),
)
