"""Every loss and every metric gives Keras's number, with and without weights, for every setting and reduction."""

import inspect

import numpy as np
import pytest

RNG = np.random.default_rng(2)
SCORES = RNG.normal(size=(6, 4)).astype("float32")
PROBABLE = (np.exp(SCORES) / np.exp(SCORES).sum(-1, keepdims=True)).astype("float32")
CLASSES = RNG.integers(0, 4, 6)
HOT = np.eye(4, dtype="float32")[CLASSES]
BITS = RNG.integers(0, 2, (6, 4)).astype("float32")
REAL = RNG.normal(size=(6, 4)).astype("float32")
WEIGHTS = RNG.uniform(0.1, 2, 6).astype("float32")
SEQUENCE = RNG.uniform(0.1, 0.9, (3, 5, 4)).astype("float32")

PAIRS = {
    "real": (REAL, SCORES),
    "positive": (np.abs(REAL), np.abs(SCORES)),
    "bits": (BITS, PROBABLE),
    "bits, scores": (BITS, SCORES),
    "one-hot": (HOT, PROBABLE),
    "one-hot, scores": (HOT, SCORES),
    "classes": (CLASSES, PROBABLE),
    "classes, scores": (CLASSES, SCORES),
    "classes in a column": (CLASSES[:, None], PROBABLE),
    "ranked": (CLASSES, np.argsort(-PROBABLE, axis=-1)),
    "column and row": (REAL[:, 0], SCORES[:, :1]),
    "bits in a row": (BITS[:, 0], PROBABLE[:, :1]),
    "sequence": (np.roll(SEQUENCE, 1, 0), SEQUENCE),
    "sequence of classes": (RNG.integers(0, 4, (3, 5)), SEQUENCE),
    "edges": (np.array([[0.0, 1.0], [1.0, 0.0]], "float32"), np.array([[0.0, 1.0], [0.0, 1.0]], "float32")),
    "whole numbers": (RNG.integers(0, 3, (6, 4)), RNG.integers(0, 3, (6, 4))),
}
LOSSES = {
    "MeanSquaredError": [("real", {}), ("column and row", {}), ("sequence", {}), ("whole numbers", {})],
    "MeanAbsoluteError": [("real", {}), ("column and row", {})],
    "MeanAbsolutePercentageError": [("real", {}), ("edges", {})],
    "MeanSquaredLogarithmicError": [("positive", {}), ("real", {})],
    "CosineSimilarity": [("real", {}), ("real", {"axis": 0}), ("edges", {})],
    "Huber": [("real", {}), ("real", {"delta": 0.2})],
    "LogCosh": [("real", {})],
    "Hinge": [("bits, scores", {}), ("real", {})],
    "SquaredHinge": [("bits, scores", {}), ("real", {})],
    "KLDivergence": [("one-hot", {}), ("positive", {}), ("edges", {})],
    "Poisson": [("positive", {})],
    "BinaryCrossentropy": [
        ("bits", {}), ("bits, scores", {"from_logits": True}), ("bits", {"label_smoothing": 0.2}), ("edges", {}),
        ("bits, scores", {"from_logits": True, "label_smoothing": 0.1}), ("bits in a row", {}), ("bits", {"axis": 0}),
    ],
    "CategoricalCrossentropy": [
        ("one-hot", {}), ("one-hot, scores", {"from_logits": True}), ("one-hot", {"label_smoothing": 0.2}),
        ("edges", {}), ("one-hot", {"axis": 0}), ("sequence", {}),
    ],
    "SparseCategoricalCrossentropy": [
        ("classes", {}), ("classes, scores", {"from_logits": True}), ("classes in a column", {}),
        ("classes", {"ignore_class": 1}), ("sequence of classes", {}),
        ("classes, scores", {"ignore_class": 1, "from_logits": True}),
    ],
}  # fmt: skip
METRICS = {
    "MeanSquaredError": [("real", {}), ("sequence", {})],
    "MeanAbsoluteError": [("real", {}), ("column and row", {})],
    "MeanAbsolutePercentageError": [("real", {})],
    "MeanSquaredLogarithmicError": [("positive", {})],
    "RootMeanSquaredError": [("real", {}), ("column and row", {})],
    "CosineSimilarity": [("real", {}), ("sequence", {"axis": 1})],
    "LogCoshError": [("real", {})],
    "Hinge": [("bits, scores", {})],
    "SquaredHinge": [("bits, scores", {})],
    "KLDivergence": [("one-hot", {})],
    "Poisson": [("positive", {})],
    "BinaryCrossentropy": [("bits", {}), ("bits, scores", {"from_logits": True, "label_smoothing": 0.1})],
    "CategoricalCrossentropy": [("one-hot", {}), ("one-hot, scores", {"from_logits": True, "label_smoothing": 0.1})],
    "SparseCategoricalCrossentropy": [
        ("classes", {}), ("classes, scores", {"from_logits": True}), ("classes", {"ignore_class": 1}),
    ],
    "Accuracy": [("whole numbers", {})],
    "BinaryAccuracy": [("bits", {}), ("bits", {"threshold": 0.2}), ("bits in a row", {}), ("sequence", {})],
    "CategoricalAccuracy": [("one-hot", {}), ("sequence", {})],
    "SparseCategoricalAccuracy": [("classes", {}), ("classes in a column", {}), ("sequence of classes", {})],
    "TopKCategoricalAccuracy": [("one-hot", {"k": 2}), ("one-hot", {"k": 4})],
    "SparseTopKCategoricalAccuracy": [
        ("classes", {"k": 2}), ("ranked", {"k": 2, "from_sorted_ids": True}), ("classes in a column", {"k": 2}),
    ],
}  # fmt: skip
REDUCTIONS = ["sum_over_batch_size", "sum", None, "none", "mean", "mean_with_sample_weight"]


def cases(table):
    return [pytest.param(name, data, settings, id=f"{name}-{data}-{settings}")
            for name, listed in table.items() for data, settings in listed]  # fmt: skip


@pytest.mark.parametrize("name, data, settings", cases(LOSSES))
def test_losses(name, data, settings, both, close, backend):
    truth, guess = PAIRS[data]

    def recipe(weights, reduction):
        def run(api):
            loss = getattr(api.losses, name)(reduction=reduction, **settings)
            return loss(tensor(truth, api, backend), tensor(guess, api, backend), sample_weight=weights)

        return run

    shape = [None, WEIGHTS[: len(truth)], WEIGHTS[: len(truth), None], np.float32(0.5)]
    for weights in shape:
        for reduction in REDUCTIONS if weights is None or np.ndim(weights) == 1 else REDUCTIONS[:1]:
            ours, theirs = both(recipe(weights, reduction))
            if isinstance(theirs, Exception):
                weighs_whole_samples = np.ndim(weights) == 0 or np.shape(weights) == (len(truth),)
                assert isinstance(ours, ValueError | RuntimeError) or weighs_whole_samples, (weights, reduction, ours)
            else:
                close(ours, theirs)
                assert tuple(np.shape(ours)) == tuple(theirs.shape)


@pytest.mark.parametrize("name, data, settings", cases(METRICS))
def test_metrics(name, data, settings, both, close, backend):
    """Two batches, then a reset, then weights, which a metric keeps in step with the samples."""
    truth, guess = PAIRS[data]
    half = len(truth) // 2

    def run(api):
        metric = getattr(api.metrics, name)(**settings)
        seen = [metric(tensor(truth[:half], api, backend), tensor(guess[:half], api, backend))]
        metric.update_state(truth[half:], guess[half:])
        seen.append(metric.result())
        metric.reset_state()
        metric.update_state(truth, guess, sample_weight=WEIGHTS[: len(truth)])
        return [*seen, metric.result(), *metric.variables]

    ours, theirs = both(run)
    if isinstance(theirs, Exception):
        raise theirs
    close(ours, theirs)


@pytest.mark.parametrize("name", ["mean", "sum"])
@pytest.mark.parametrize("values", [3.0, [1.0, 2.0], REAL, SEQUENCE], ids=["number", "list", "matrix", "cube"])
@pytest.mark.parametrize("weights", [None, 0.5, "rows", "elements"])
def test_mean_and_sum(name, values, weights, both, close):
    weights = WEIGHTS[: len(values)] if weights == "rows" and np.ndim(values) else weights
    weights = np.abs(np.asarray(values)) if isinstance(weights, str) else weights

    def run(api):
        metric = getattr(api.metrics, name.capitalize())()
        metric.update_state(values, sample_weight=weights)
        metric.update_state(values)
        return metric.result()

    ours, theirs = both(run)
    close(ours, theirs)


def test_functions_are_those_behind_the_classes(both, close):
    """`keras.losses.mean_squared_error(y_true, y_pred)`: one number per sample."""
    for name in "mean_squared_error mean_absolute_error log_cosh huber hinge squared_hinge poisson".split():
        ours, theirs = both(lambda api, name=name: getattr(api.losses, name)(np.abs(REAL), np.abs(SCORES)))
        close(ours, theirs)
    for name in "binary_accuracy categorical_accuracy".split():
        ours, theirs = both(lambda api, name=name: getattr(api.metrics, name)(HOT, PROBABLE))
        close(ours, theirs)


@pytest.mark.parametrize(
    "name", "mse MSE mae MAE mape msle bce kld log_cosh huber binary_crossentropy MeanSquaredError hinge Poisson".split()
)
def test_losses_by_name(name, both):
    ours, theirs = both(lambda api: api.losses.get(name))
    assert getattr(ours, "__name__", type(ours).__name__) == getattr(theirs, "__name__", type(theirs).__name__)


@pytest.mark.parametrize(
    "name", "mse MAE root_mean_squared_error msle bce binary_accuracy BinaryAccuracy mean kl_divergence cosine_similarity hinge".split()
)
def test_metrics_by_name(name, both):
    ours, theirs = both(lambda api: api.metrics.get(name))
    assert getattr(ours, "name", ours) == getattr(theirs, "name", theirs)


WRONG = {
    "one-hot and classes": lambda api: api.losses.categorical_crossentropy(CLASSES, PROBABLE),
    "classes and one-hot": lambda api: api.losses.sparse_categorical_crossentropy(HOT, PROBABLE),
    "widths that differ": lambda api: api.losses.mean_squared_error(REAL, SCORES[:, :3]),
    "a reduction": lambda api: api.losses.MeanSquaredError(reduction="median"),
    "a name of a loss": lambda api: api.losses.get("mse_loss"),
    "a number for a loss": lambda api: api.losses.get(3),
    "a name of a metric": lambda api: api.metrics.get("acuracy"),
    "a number for a metric": lambda api: api.metrics.get(3),
    "an argument": lambda api: api.losses.MeanSquaredError(from_logits=True),
    "an argument of a metric": lambda api: api.metrics.MeanSquaredError(threshold=0.5),
    "a loss without call": lambda api: api.losses.Loss()(REAL, SCORES),
    "a metric without result": lambda api: api.metrics.Metric().result(),
}


@pytest.mark.parametrize("name", WRONG)
def test_same_errors(name, both, backend):
    ours, theirs = both(WRONG[name])
    assert isinstance(theirs, Exception), theirs
    assert isinstance(ours, type(theirs) if type(theirs) is not RuntimeError else ValueError), ours


def test_every_loss_and_metric_is_compared():
    import kerasteach as kt

    bases = {"Loss", "LossFunctionWrapper", "Metric", "MeanMetricWrapper", "Mean", "Sum"}
    for module, table in [(kt.losses, LOSSES), (kt.metrics, METRICS)]:
        assert {n for n, c in vars(module).items() if inspect.isclass(c)} - bases == set(table)


def tensor(x, api, backend):
    """Half the tests pass tensors of the backend, half plain arrays."""
    return api.ops.convert_to_tensor(x) if api.__name__ == "keras" or backend == "numpy" else _torch(x)


def _torch(x):
    import torch

    return torch.as_tensor(x)
