"""What every process takes of a batch; together it is the batch, and nothing twice. No process is started here."""

import numpy as np
import pytest

from kerasteach import backend, metrics
from kerasteach.backend import random
from kerasteach.backend.replicas import REPLICAS
from kerasteach.training.data.shares import own_batches


@pytest.fixture
def as_rank(monkeypatch):
    """Function: play the part of one of several processes."""

    def play(rank, world):
        for name, value in {"on": True, "rank": rank, "world": world}.items():
            monkeypatch.setattr(REPLICAS, name, value)

    yield play
    REPLICAS.take(None)


@pytest.mark.parametrize("world", [1, 2, 3, 4])
@pytest.mark.parametrize("rows, size", [(20, 5), (21, 4), (7, 7), (9, 2), (5, 1), (3, 8)])
def test_batches_are_dealt_out(as_rank, world, rows, size):
    order, home = np.random.default_rng(0).permutation(rows), backend.get("numpy")
    dealt = []
    for rank in range(world):
        as_rank(rank, world)
        batches = own_batches([np.arange(rows)], order, size, 3 * size, home)
        # Somebody without a row computes on another's, which counts nothing: mine = 0.
        dealt.append([(batch[0][: REPLICAS.mine].tolist(), len(batch[0]), REPLICAS.share, REPLICAS.count) for batch in batches])
    for number, parts in enumerate(zip(*dealt)):
        whole = order[number * size : (number + 1) * size].tolist()
        assert [row for part, *_ in parts for row in part] == whole
        assert all(kept >= 1 and count == len(whole) for _, kept, _, count in parts)
        assert sum(share for _, _, share, _ in parts) == pytest.approx(world)


@pytest.mark.parametrize("shape", [(8, 3), (8, 2, 2), (16, 3)])
@pytest.mark.parametrize("draw", [random.uniform, random.normal, random.truncated_normal])
def test_draws_are_parts_of_the_same(as_rank, draw, shape):
    whole = draw(shape, seed=5)
    parts = []
    for rank in range(3):
        as_rank(rank, 3)
        REPLICAS.take(8)
        first, stop = REPLICAS.rows_of(8)
        parts.append(draw((shape[0] * (stop - first) // 8, *shape[1:]), seed=5))
    if draw is not random.truncated_normal:  # it draws again what falls outside, wherever that is
        np.testing.assert_array_equal(np.concatenate(parts), whole)
    assert not np.array_equal(parts[0], parts[1][: len(parts[0])])


def test_draws_with_settings_for_each_sample_differ_between_processes(as_rank):
    drawn = []
    for rank in range(2):
        as_rank(rank, 2)
        REPLICAS.take(6)
        drawn.append(random.gamma((3, 2), np.ones((3, 2)), seed=5))
    assert drawn[0].shape == (3, 2) and not np.array_equal(*drawn)


METRICS = [
    metrics.BinaryAccuracy(), metrics.MeanSquaredError(), metrics.RootMeanSquaredError(), metrics.AUC(num_thresholds=20),
    metrics.Precision(), metrics.Recall(), metrics.PrecisionAtRecall(0.5), metrics.FalseNegatives(), metrics.F1Score(),
    metrics.R2Score(), metrics.CategoricalAccuracy(), metrics.TopKCategoricalAccuracy(2), metrics.CosineSimilarity(),
    metrics.OneHotMeanIoU(3), metrics.BinaryCrossentropy(), metrics.KLDivergence(), metrics.PearsonCorrelation(),
]  # fmt: skip


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_states_of_the_librarys_metrics_add_up(metric, rng):
    """What `joins` promises: the state of all samples is the sum of the states of parts, of which one may be empty."""
    assert metric.can_wait

    def state(part):
        metric.reset_state()
        metric.update_state(truth[part], scores[part])
        return [v.numpy().copy() for v in metric.variables]

    scores = rng.uniform(0.01, 1, (12, 3)).astype("float32")
    truth = np.eye(3, dtype="float32")[rng.integers(0, 3, 12)]
    whole, parts = state(slice(None)), [state(part) for part in (slice(0, 5), slice(5, 5), slice(5, 12))]
    for expected, *added in zip(whole, *parts):
        np.testing.assert_allclose(sum(added), expected, rtol=1e-5)
