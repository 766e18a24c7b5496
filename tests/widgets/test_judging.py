"""Confusion and Calibration: the same numbers as scikit-learn, from models of both backends and from arrays."""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach import layers
from kerasteach.explain.calibration import calibration
from kerasteach.explain.judged import confusion, judged, of_arrays, rates
from kerasteach.widgets import Calibration, Confusion

sklearn_metrics = pytest.importorskip("sklearn.metrics")
DRAW = np.random.default_rng(0)
TRUTH = DRAW.integers(0, 4, 300)
CHANCES = DRAW.dirichlet([0.6] * 4, 300)


@pytest.fixture(params=["numpy", "torch"])
def backend(request):
    if request.param == "torch":
        pytest.importorskip("torch")
    with keras.config.set_backend(request.param):
        yield request.param


def test_the_matrix_is_sklearns():
    predicted = CHANCES.argmax(axis=1)
    assert np.array_equal(of_arrays(TRUTH, CHANCES).predicted(), predicted)
    assert np.array_equal(confusion(TRUTH, predicted, 4), sklearn_metrics.confusion_matrix(TRUTH, predicted))


@pytest.mark.parametrize("classes", [2, 4, 9])  # of nine some are never predicted
def test_precision_recall_and_f1_are_sklearns(classes):
    truth, predicted = DRAW.integers(0, classes, 60), DRAW.integers(0, max(classes - 3, 2), 60)
    *ours, accuracy = rates(confusion(truth, predicted, classes))
    theirs = sklearn_metrics.precision_recall_fscore_support(truth, predicted, labels=range(classes), zero_division=0)
    for mine, other in zip(ours, theirs):
        assert mine == pytest.approx(other)
    assert accuracy == pytest.approx(sklearn_metrics.accuracy_score(truth, predicted))


@pytest.mark.parametrize("normalize", ["true", "pred", "all"])
def test_shares_are_sklearns(normalize):
    panel = Confusion(TRUTH, CHANCES, normalize=normalize)
    theirs = sklearn_metrics.confusion_matrix(TRUTH, CHANCES.argmax(axis=1), normalize=normalize)
    for share in theirs.ravel():
        assert f">{share:.3g}</text>" in panel.to_svg()


@pytest.mark.parametrize("threshold", [0.0, 0.3, 0.5, 1.0])
def test_of_two_classes_the_threshold_decides(threshold):
    chances = DRAW.random(100)
    truth = DRAW.integers(0, 2, 100)
    theirs = sklearn_metrics.confusion_matrix(truth, chances >= threshold, labels=[0, 1])
    assert np.array_equal(Confusion(truth, chances, threshold=threshold).matrix(), theirs)


@pytest.mark.parametrize("strategy", ["uniform", "quantile"])
@pytest.mark.parametrize("bins", [2, 5, 10])
def test_the_reliability_diagram_is_sklearns(strategy, bins):
    from sklearn.calibration import calibration_curve

    chances, truth = DRAW.random(200), DRAW.integers(0, 2, 200)
    ours = calibration(of_arrays(truth, chances), bins, strategy)
    frequency, confidence = calibration_curve(truth, chances, n_bins=bins, strategy=strategy)
    full = ours.counts > 0
    assert ours.frequency[full] == pytest.approx(frequency)
    assert ours.confidence[full] == pytest.approx(confidence)
    assert ours.brier == pytest.approx(sklearn_metrics.brier_score_loss(truth, chances))


def test_the_calibration_error_is_the_papers():
    """Equation 3 of Guo et al., written out for the likeliest of four classes."""
    ours = calibration(of_arrays(TRUTH, CHANCES), 10)
    confidence, right = CHANCES.max(axis=1), CHANCES.argmax(axis=1) == TRUTH
    error = 0.0
    for n in range(10):
        inside = (confidence > n / 10) & (confidence <= (n + 1) / 10)
        if inside.any():
            error += inside.sum() / 300 * abs(right[inside].mean() - confidence[inside].mean())
    assert ours.ece == pytest.approx(error)


def test_a_perfectly_calibrated_forecast_has_no_gap():
    chances = np.repeat([0.25, 0.75], 400)
    truth = np.tile([0, 0, 0, 1], 100).tolist() + np.tile([0, 1, 1, 1], 100).tolist()
    assert calibration(of_arrays(truth, chances)).ece == 0


FORMS = {
    "whole numbers": (TRUTH, CHANCES),
    "a column": (TRUTH[:, None], CHANCES),
    "one-hot": (np.eye(4)[TRUTH], CHANCES),
    "logits": (TRUTH, np.log(CHANCES) + 3),
    "classes predicted": (TRUTH, CHANCES.argmax(axis=1)),
}


@pytest.mark.parametrize("form", FORMS)
def test_truth_and_scores_come_in_many_forms(form):
    found = of_arrays(*FORMS[form])
    assert np.array_equal(found.truth, TRUTH) and np.array_equal(found.predicted(), CHANCES.argmax(axis=1))


@pytest.mark.parametrize(
    ("truth", "scores", "message"),
    [
        ([0, 1], [0.2, 0.3, 0.4], "one row of scores a sample"),
        ([0, 5], [[0.5, 0.5], [0.2, 0.8]], "true classes from 0 to 1"),
        ([0, -1], [0.5, 0.5], "true classes 0, 1, 2"),
        ([0.5, 1], [0.5, 0.5], "true classes 0, 1, 2"),
        ([], [], "one row of scores a sample"),
    ],
)
def test_what_does_not_fit_is_refused(truth, scores, message):
    with pytest.raises(ValueError, match=message):
        Confusion(truth, scores)


def test_a_model_is_read_as_it_is_now(backend):
    pytest.importorskip("ipywidgets")
    panel = Confusion.example(backend)
    live = panel.widget()
    before = live.words.words
    panel.model.fit(panel.x, panel.y, epochs=3, verbose=0, callbacks=[panel])
    assert live.words.words == repr(panel) != before
    predicted = panel.model.predict(panel.x, verbose=0).argmax(axis=1)
    assert np.array_equal(panel.matrix(), sklearn_metrics.confusion_matrix(panel.y, predicted))


def test_logits_of_a_model_are_known_by_its_loss(backend):
    model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    x, y = DRAW.standard_normal((50, 2)) * 0.1, DRAW.integers(0, 2, 50)
    model.compile("sgd", keras.losses.BinaryCrossentropy(from_logits=True))
    scores = model.predict(x, verbose=0)[:, 0]
    assert judged(model, x, y).chances[:, 1] == pytest.approx(1 / (1 + np.exp(-scores)), rel=1e-5)


def test_more_samples_than_one_batch_holds(backend):
    model = keras.Sequential([keras.Input((2,)), layers.Dense(3, "softmax")])
    x, y = DRAW.standard_normal((2500, 2)).astype("float32"), DRAW.integers(0, 3, 2500)
    assert judged(model, x, y).chances == pytest.approx(model.predict(x, verbose=0), rel=1e-5)


def test_several_outputs_are_refused(backend):
    a = keras.Input((2,))
    model = keras.Model(a, [layers.Dense(1)(a), layers.Dense(1)(a)])
    with pytest.raises(ValueError, match="has 2 outputs, and one is expected"):
        Confusion(model, np.ones((3, 2)), np.ones(3))


def test_classes_alone_have_no_calibration():
    with pytest.raises(ValueError, match="nobody knows how sure they are"):
        Calibration([0, 1], [0, 1])


def test_a_click_lists_the_samples_of_a_cell():
    pytest.importorskip("ipywidgets")
    panel = Confusion([0, 0, 1, 1], [0.1, 0.9, 0.8, 0.2], names=("<no>", "yes"))
    live, box = panel.widget(), panel._box()
    panel.pointed(box.x + box.width * 0.75, box.y + box.height * 0.25, "click")
    assert panel.state["cell"] == live.control["cell"].value == (0, 1)
    assert "1 sample</b> of class &lt;no&gt; predicted as yes: numbers 1" in live.details.value
    live.control["threshold"].value = 0.95
    assert "0 samples</b>" in live.details.value and live.words.words == repr(panel)
    panel.pointed(0, 0, "click")
    assert panel.state["cell"] is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"names": ("a",)}, "a name for each of 4 classes"), ({"normalize": "rows"}, "Expected normalize"),
     ({"threshold": 2}, "threshold from 0 to 1"), ({"cell": (0, 9)}, "of classes 0 to 3")],
)  # fmt: skip
def test_a_bad_setting_changes_nothing(changes, message):
    panel = Confusion(TRUTH, CHANCES)
    before = panel.state
    with pytest.raises(ValueError, match=message):
        panel.set(**changes)
    assert panel.state == before


def test_something_else_than_a_model_or_two_arrays_is_refused():
    with pytest.raises(TypeError, match=r"Expected Confusion\(model, x, y\) or Confusion\(truth, scores\)"):
        Confusion(TRUTH)
