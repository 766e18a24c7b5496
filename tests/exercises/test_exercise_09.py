"""Exercise 09: mistakes are recognized however they are written, and what is right is what `evaluate`, the metrics, the panels and
scikit-learn say.

test_exercises.py proves what holds for every exercise.
"""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach.explain.calibration import calibration
from kerasteach.explain.judged import of_arrays
from kerasteach.learn import Outcome, exercise


def question(name):
    return next(q for q in exercise("09") if q.name == name)


def each_case(name):
    task = question(name).task
    return [(case, task.reference(case)) for case in task.cases()]


# The same mistakes as the named ones, as somebody else would write them.


def plain(means, sizes):
    return sum(means) / len(sizes)


def columns_first(truth, predicted, classes):
    return [[sum((predicted == p) & (truth == t)) for t in range(classes)] for p in range(classes)]


def swapped(truth, predicted):
    hits = (truth * predicted).sum()
    a, b = hits / max(truth.sum(), 1), hits / max(predicted.sum(), 1)
    return a, b, 2 * a * b / (a + b) if hits else 0.0


def most_right(truth, p, thresholds, miss, alarm):
    return max(thresholds, key=lambda t: np.mean((p >= t) == truth))


def unweighed(truth, p, bins):
    gaps = [np.mean(p[inside]) - np.mean(truth[inside]) for i in range(bins) if (inside := np.minimum(p * bins // 1, bins - 1) == i).any()]
    return np.abs(gaps).mean()


def no_draws(truth, p):
    return np.mean([a > b for a in p[truth == 1] for b in p[truth == 0]])


@pytest.mark.parametrize("name, answer, mistake", [
    ("q1", plain, "every batch counts the same"),
    ("q2", columns_first, "rows and columns swapped"),
    ("q3", swapped, "precision and recall swapped"),
    ("q4", most_right, "most right answers"),
    ("q5", unweighed, "every bin counts the same"),
    ("q6", no_draws, "ties lost"),
])  # fmt: skip
def test_a_mistake_is_recognized_by_what_it_computes(name, answer, mistake):
    result = question(name).check(answer)
    assert (result.outcome, result.misconception) == (Outcome.INCORRECT, mistake)


@pytest.mark.parametrize("name, answer", [
    ("q1", lambda *given: "much"), ("q2", lambda *given: 3), ("q3", lambda *given: 0.5), ("q3", lambda *given: (1, 2)),
    ("q4", lambda *given: [0.5, 0.25]), ("q5", lambda *given: -1.0), ("q6", lambda *given: 2.0),
])  # fmt: skip
def test_strange_answers_are_incorrect_and_nothing_more(name, answer):
    result = question(name).check(answer)
    assert result.outcome is Outcome.INCORRECT and result.counterexample
    assert result.misconception not in [mistake.name for mistake in question(name).task.misconceptions]


def test_the_mean_is_that_of_evaluate():
    """A model that says its input, and a truth of 0: the mean absolute error of a batch is what stands in it."""
    for case, expected in each_case("q1"):
        model = keras.Sequential([keras.Input((1,)), keras.layers.Activation("linear")])
        model.compile(loss="mae")
        x = np.repeat(case["means"], case["sizes"])[:, None]
        assert model.evaluate(x, 0 * x, batch_size=int(case["sizes"][0]), verbose=0) == pytest.approx(float(expected), rel=1e-5)


def test_the_matrix_is_that_of_the_panel():
    pytest.importorskip("ipywidgets")
    for case, expected in each_case("q2"):
        panel = keras.widgets.Confusion(np.append(case["truth"], case["classes"] - 1), np.append(case["predicted"], case["classes"] - 1))
        matrix = panel.matrix()
        matrix[-1, -1] -= 1  # the row added so that the last class is there
        assert np.array_equal(matrix, expected)


def test_the_scores_are_those_of_the_metrics():
    for case, expected in each_case("q3"):
        for name, metric in (("precision", keras.metrics.Precision()), ("recall", keras.metrics.Recall())):
            metric.update_state(case["truth"], case["predicted"])
            assert float(metric.result()) == pytest.approx(float(expected[name]), abs=1e-6)
        f1 = keras.metrics.F1Score(threshold=0.5)
        f1.update_state(case["truth"][:, None].astype("float32"), case["predicted"][:, None].astype("float32"))
        assert float(np.asarray(f1.result())[0]) == pytest.approx(float(expected["F1"]), abs=1e-6)


def test_the_cheapest_is_cheaper_than_all_others():
    for case, expected in each_case("q4"):
        truth, p = case["truth"], case["p"]
        prices = {t: case["miss"] * sum(truth * (p < t)) + case["alarm"] * sum((1 - truth) * (p >= t)) for t in case["thresholds"].tolist()}
        assert all(prices[float(expected)] < price for t, price in prices.items() if t != expected)


def test_the_calibration_error_is_that_of_the_panel():
    for case, expected in each_case("q5"):
        assert calibration(of_arrays(case["truth"], case["p"]), bins=case["bins"]).ece == pytest.approx(float(expected))


def test_the_auc_is_that_of_scikit_learn():
    metrics = pytest.importorskip("sklearn.metrics")
    for case, expected in each_case("q6"):
        assert metrics.roc_auc_score(case["truth"], case["p"]) == pytest.approx(float(expected))
