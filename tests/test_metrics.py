"""Metrics by themselves: state, batches put off, what one writes oneself, large batches."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kerasteach as keras
from kerasteach import backend, metrics, ops

RNG = np.random.default_rng(4)
BITS = RNG.integers(0, 2, (40, 3)).astype("float32")
SCORES = RNG.uniform(size=(40, 3)).astype("float32")
WAITING = [
    lambda: metrics.AUC(),
    lambda: metrics.AUC(multi_label=True, curve="PR"),
    lambda: metrics.Precision([0.3, 0.6]),
    lambda: metrics.SpecificityAtSensitivity(0.4),
    lambda: metrics.F1Score("weighted"),
    lambda: metrics.BinaryIoU(),
    lambda: metrics.R2Score(),
    lambda: metrics.RootMeanSquaredError(),
    lambda: metrics.BinaryAccuracy(),
    lambda: metrics.CosineSimilarity(),
    lambda: metrics.BinaryCrossentropy(),
]


def numbers(x):
    return backend.to_numpy(x)


def tensor(x, name):
    return backend.get(name).convert(x)


@pytest.mark.parametrize("make", WAITING, ids=lambda make: type(make()).__name__)
def test_batches_put_off_count_as_batches_taken_in(make, backend):
    at_once, later = make(), make()
    assert later.can_wait
    for start in range(0, 40, 7):
        batch = tensor(BITS[start : start + 7], backend), tensor(SCORES[start : start + 7], backend)
        at_once.update_state(*batch)
        later.put_off(*batch)
    np.testing.assert_allclose(numbers(later.result()), numbers(at_once.result()), rtol=1e-5)
    later.put_off(*batch)
    later.reset_state()
    assert all(not v.numpy().any() for v in later.variables)


@pytest.mark.parametrize(
    "metric",
    [
        metrics.MeanMetricWrapper(keras.losses.dice, name="dice"),
        metrics.Hinge(),
        metrics.CosineSimilarity(axis=0),
        metrics.MeanMetricWrapper(lambda y_true, y_pred: y_pred, name="mine"),
    ],
    ids=lambda m: m.name,
)
def test_what_looks_at_a_whole_batch_does_not_wait(metric):
    assert not metric.can_wait


def test_a_subclass_that_overrides_does_not_wait():
    class Mine(metrics.Precision):
        def update_state(self, y_true, y_pred, sample_weight=None):
            super().update_state(1 - y_true, y_pred, sample_weight)

    assert metrics.Precision().can_wait and not Mine().can_wait


@pytest.mark.parametrize("make", [metrics.Sum, metrics.TruePositives, lambda: metrics.TruePositives([0.2, 0.8]), metrics.F1Score])
def test_a_result_stays_what_it_was(make, backend):
    metric = make()
    update = metric.update_state if isinstance(metric, metrics.Sum) else lambda x: metric.update_state(BITS, x)
    update(tensor(SCORES, backend))
    first = metric.result()
    kept = numbers(first).copy()
    update(tensor(1 - SCORES, backend))
    np.testing.assert_array_equal(numbers(first), kept)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60), st.integers(0, 99), st.sampled_from(["numpy", "torch"]))
def test_the_four_counts_by_hand(n, seed, name):
    rng = np.random.default_rng(seed)
    truth, guess, weights = rng.integers(0, 2, n), rng.uniform(size=n).astype("float32"), rng.integers(0, 4, n)
    yes = guess > 0.37
    by_hand = [weights[(truth == t) & (yes == p)].sum() for t, p in ((1, True), (0, True), (0, False), (1, False))]
    with keras.config.set_backend(name):
        made = [getattr(metrics, k)(thresholds=0.37) for k in ("TruePositives", "FalsePositives", "TrueNegatives", "FalseNegatives")]
        assert [float(m(truth, guess, sample_weight=weights)) for m in made] == by_hand


def test_area_under_roc_is_the_chance_to_rank_right():
    """With a threshold between any two scores, ROC's area is the share of (yes, no) pairs in the right order."""
    truth, guess = RNG.integers(0, 2, 50), RNG.permutation(50) / 50 + 0.01
    pairs = [a > b for a in guess[truth == 1] for b in guess[truth == 0]]
    area = float(metrics.AUC(thresholds=(np.arange(50) / 50).tolist())(truth, guess))
    assert area == pytest.approx(np.mean(pairs), abs=1e-5)


@pytest.mark.parametrize("rows", [0, 1, 70_000])
def test_many_predictions_at_once_and_none(rows):
    """More than one would compare with each threshold; one; none."""
    truth, guess = np.arange(rows) % 2, (np.arange(rows) % 10) / 10
    metric = metrics.FalsePositives(thresholds=[0.15, 0.55])
    assert numbers(metric(truth, guess)).tolist() == [((guess > t) & (truth == 0)).sum() for t in (0.15, 0.55)]


def test_iou_counts_exactly_past_single_precision():
    metric = metrics.MeanIoU(2)
    metric.total_cm.assign(np.array([[2**24, 0], [0, 0]]))
    metric.update_state([0], [0])
    assert metric.total_cm.numpy()[0, 0] == 2**24 + 1


def test_weights_that_lose_their_fraction_are_warned_of():
    with pytest.warns(UserWarning, match="behind the point"):
        metrics.MeanIoU(2).update_state([0, 1], [0, 1], np.array([0.5, 1.5]))


def test_an_adjusted_score_needs_more_samples_than_inputs():
    metric = metrics.R2Score(num_regressors=3)
    with pytest.warns(UserWarning, match="Division by zero"):
        metric(RNG.normal(size=(4, 1)), RNG.normal(size=(4, 1)))
    metric.reset_state()
    with pytest.warns(UserWarning, match="More independent predictors"):
        metric(RNG.normal(size=(3, 1)), RNG.normal(size=(3, 1)))


def test_a_metric_moves_with_all_it_holds():
    class Two(metrics.Metric):
        def __init__(self):
            super().__init__(name="two")
            self.parts = [metrics.Mean(), metrics.AUC()]

    pytest.importorskip("torch")
    metric = Two()
    metric.parts[0].update_state([1.0, 3.0])
    metric.to("torch")
    assert {v._backend.name for v in metric.variables} == {"torch"}
    assert float(metric.parts[0].result()) == 2.0


def test_first_values_are_any_initializers(backend):
    metric = metrics.Metric(name="m")
    ones, drawn = metric.add_weight((2, 2), "ones"), metric.add_weight((3,), keras.initializers.RandomUniform(seed=1), name="drawn")
    assert ones.numpy().tolist() == [[1, 1], [1, 1]] and drawn.path == "m/drawn" and drawn.numpy().any()
    metric.reset_state()
    assert not ones.numpy().any() and not drawn.numpy().any()


def test_metrics_come_back_from_their_config():
    for metric in (metrics.AUC(thresholds=[0.2, 0.4], curve="pr", label_weights=[1.0, 2.0]), metrics.TopKCategoricalAccuracy(k=2, name="top")):
        again = metrics.deserialize(metrics.serialize(metric))
        assert type(again) is type(metric) and again.get_config() == metric.get_config()


def test_own_metric_in_fit(backend):
    """State over batches and epochs; a dict of results becomes several logs."""

    class Extremes(keras.metrics.Metric):
        def __init__(self, name="extremes"):
            super().__init__(name=name)
            self.low, self.high = (self.add_weight(name=n, initializer="zeros") for n in ("low", "high"))

        def update_state(self, y_true, y_pred, sample_weight=None):
            self.low.assign(ops.minimum(self.low, ops.min(y_pred)))
            self.high.assign(ops.maximum(self.high, ops.max(y_pred)))

        def result(self):
            return self.high - self.low

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=[Extremes()])
    x = RNG.normal(size=(20, 3)).astype("float32")
    judged = model.evaluate(x, x[:, :1], batch_size=6, verbose=0, return_dict=True)
    out = model.predict(x, verbose=0)
    assert judged["extremes"] == pytest.approx(max(out.max(), 0) - min(out.min(), 0), rel=1e-5)
