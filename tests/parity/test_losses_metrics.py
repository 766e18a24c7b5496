"""Losses and metrics beside real Keras, where it takes more than a line of a table: masks, weights of any shape, names,
errors, state held outside, and every metric in one `fit`. The lines are in kerasteach/parity/tables."""

import inspect

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kerasteach as kt
from kerasteach.backend.masks import with_mask
from kerasteach.parity import matrix

RNG = np.random.default_rng(2)
REAL, SCORES = RNG.normal(size=(2, 6, 4)).astype("float32")
CLASSES = RNG.integers(0, 4, 6)
HOT = np.eye(4, dtype="float32")[CLASSES]
PROBABLE = (np.exp(SCORES) / np.exp(SCORES).sum(-1, keepdims=True)).astype("float32")
WORDS, GUESSES = RNG.normal(size=(2, 4, 5, 3)).astype("float32")
BITS = (WORDS > 0).astype("float32")
SEEN = RNG.random((4, 5)) < 0.6
REDUCTIONS = ["sum_over_batch_size", "sum", None, "mean", "mean_with_sample_weight"]


def masked(x, mask, api, backend):
    """A tensor that carries a mask, as a layer would hand it out."""
    import torch

    if api is kt:
        return with_mask(x if backend == "numpy" else torch.as_tensor(x), mask if backend == "numpy" else torch.as_tensor(mask))
    tensor = torch.as_tensor(x)
    tensor._keras_mask = torch.as_tensor(mask)
    return tensor


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("weights", [None, 0.5, np.ones((4, 1), "float32") / 3, np.arange(20.0).reshape(4, 5)], ids=np.shape)
@pytest.mark.parametrize("mask", [SEEN, np.zeros((4, 5), bool), np.ones((4, 5), bool)], ids=["some", "none", "all"])
def test_masked_predictions_count_nothing_in_a_loss(reduction, weights, mask, both, close, backend):
    def recipe(api):
        # Keras on Torch multiplies weights by the mask in place: it wants them in full, and a copy.
        given = weights if api is kt or weights is None else np.broadcast_to(weights, (4, 5)).copy()
        return api.losses.MeanSquaredError(reduction=reduction)(WORDS, masked(GUESSES, mask, api, backend), given)

    close(*both(recipe))


def test_a_mask_meets_the_class_to_ignore(both, close, backend):
    classes = RNG.integers(0, 3, (4, 5))
    for reduction in REDUCTIONS:
        ours, theirs = both(
            lambda api, reduction=reduction: api.losses.SparseCategoricalCrossentropy(True, 1, reduction=reduction)(
                classes, masked(GUESSES, SEEN, api, backend)
            )
        )
        close(ours, theirs)


@pytest.mark.parametrize("weights", [None, np.arange(20.0, dtype="float32").reshape(4, 5)], ids=["plain", "weighed"])
@pytest.mark.parametrize("name", ["MeanSquaredError", "BinaryAccuracy", "CosineSimilarity", "CategoricalAccuracy", "Poisson"])
def test_masked_predictions_weigh_nothing_in_a_metric(name, weights, both, close, backend):
    def recipe(api):
        metric = getattr(api.metrics, name)()
        metric.update_state(BITS, masked(np.abs(GUESSES), SEEN, api, backend), weights)
        return [metric.result(), *(v.numpy() for v in metric.variables)]

    close(*both(recipe))


axis = st.integers(1, 4)


@settings(max_examples=150, deadline=None)
@given(st.lists(axis, max_size=3), st.lists(axis, max_size=3), st.sampled_from(REDUCTIONS), st.integers(0, 99))
def test_weights_of_any_shape(shape, weights_shape, reduction, seed):
    """Either both broadcast them to the same number, or both refuse."""
    rng = np.random.default_rng(seed)
    truth, guess = rng.normal(size=(2, 3, *shape, 2)).astype("float32")
    weights = rng.uniform(size=weights_shape).astype("float32")
    said = []
    for api in (kt, keras):
        try:
            said.append(np.asarray(api.losses.MeanAbsoluteError(reduction=reduction)(truth, guess, weights)))
        except (ValueError, RuntimeError):
            said.append(None)
    ours, theirs = said
    assert (ours is None) == (theirs is None), (ours, theirs)
    if ours is not None:
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)
        assert ours.shape == theirs.shape


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["Mean", "Sum"]), st.lists(st.integers(0, 4), max_size=3), st.lists(axis, max_size=3), st.booleans(), st.integers(0, 99)
)
def test_means_and_sums_of_any_shape(name, shape, weights_shape, weighed, seed):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=shape).astype("float32")
    weights = rng.uniform(size=weights_shape).astype("float32") if weighed else None
    said = []
    for api in (kt, keras):
        metric = getattr(api.metrics, name)()
        try:
            metric.update_state(values, sample_weight=weights)
            metric.update_state(values)
            said.append(float(metric.result()))
        except (ValueError, RuntimeError, IndexError):
            said.append(None)
    assert (said[0] is None) == (said[1] is None), said
    if said[0] is not None:
        np.testing.assert_allclose(*said, rtol=1e-5, atol=1e-6)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["AUC", "Precision", "Recall", "FalseNegatives", "TrueNegatives"]),
    st.lists(st.sampled_from([0.0, 0.1, 0.25, 0.3, 0.5, 0.7, 0.75, 0.9, 1.0]), min_size=1, max_size=6),
    st.lists(st.tuples(st.booleans(), st.integers(0, 20), st.integers(0, 3)), max_size=40),
)
def test_scores_on_the_threshold(name, thresholds, samples):
    """Scores and thresholds that are equal fall on Keras's side, in any order, as often as they come."""
    truth, guess, weights = (np.array(x, "float32") for x in zip(*samples)) if samples else np.zeros((3, 0), "float32")
    said = []
    for api in (kt, keras):
        metric = getattr(api.metrics, name)(thresholds=thresholds)
        metric.update_state(truth, guess / 20, weights)
        said.append(np.asarray(metric.result()))
    np.testing.assert_allclose(*said, rtol=1e-5, atol=1e-6)


# Names


def names_of(room):
    return sorted(n for n, x in vars(getattr(keras, room)).items() if callable(x) and not n.startswith("_"))


NOT_IN_A_TABLE = {"Loss", "Metric", "get", "serialize", "deserialize", "huber"}


@pytest.mark.parametrize("room", ["losses", "metrics", "activations", "initializers", "regularizers", "constraints"])
def test_every_name_has_its_line_in_a_table(room):
    """A class has a line; so has a function, unless it is a loss that stands there under `losses` already."""
    from kerasteach.left_out import reason

    in_tables = matrix.all_cases()
    functions_of_losses = set(vars(keras.losses)) if room == "metrics" else set()
    aliases = {n for n in names_of(room) if getattr(keras, room).__dict__[n].__name__ != n}
    bases = {"Initializer", "Regularizer", "Constraint"}
    for name in set(names_of(room)) - NOT_IN_A_TABLE - functions_of_losses - aliases - bases:
        assert f"{room}.{name}" in in_tables or reason(f"{room}.{name}"), name
        assert hasattr(getattr(kt, room), name) or reason(f"{room}.{name}"), name


@pytest.mark.parametrize("room", ["losses", "metrics", "regularizers", "constraints", "activations", "initializers"])
def test_get_knows_the_names_that_keras_knows(room):
    """Every string gives the same thing, or the same kind of error for want of arguments."""
    from kerasteach.left_out import reason

    bases = {"loss", "metric", "initializer", "regularizer", "constraint"}
    names = {**getattr(keras.src, room).ALL_OBJECTS_DICT}
    for name in names:
        if name.lower() in bases or "Wrapper" in name or "wrapper" in name or reason(f"{room}.{names[name].__name__}"):
            continue
        said = []
        for api in (kt, keras):
            try:
                found = getattr(api, room).get(name)
                said.append(getattr(found, "__name__", type(found).__name__))
            except (TypeError, ValueError) as error:
                said.append(type(error))
            except KeyError:  # Keras's Constant cannot be made by name
                said.append("Constant")
        assert said[0] == said[1], (name, said)


WRONG = {
    "one-hot and classes": lambda api: api.losses.categorical_crossentropy(CLASSES, PROBABLE),
    "classes and one-hot": lambda api: api.losses.sparse_categorical_crossentropy(HOT, PROBABLE),
    "bits in a row for a function": lambda api: api.losses.binary_crossentropy(HOT[:, 0], PROBABLE[:, :1]),
    "bits in a row for a metric": lambda api: api.metrics.BinaryCrossentropy()(HOT[:, 0], PROBABLE[:, :1]),
    "widths that differ": lambda api: api.losses.mean_squared_error(REAL, SCORES[:, :3]),
    "a true axis": lambda api: api.losses.categorical_crossentropy(HOT, PROBABLE, axis=True),
    "weights for the wrong axis": lambda api: api.losses.MeanSquaredError()(WORDS, GUESSES, np.ones(4)),
    "a reduction": lambda api: api.losses.MeanSquaredError(reduction="median"),
    "q": lambda api: api.losses.CategoricalGeneralizedCrossEntropy(q=1.0),
    "a name of a loss": lambda api: api.losses.get("mse_loss"),
    "a number for a loss": lambda api: api.losses.get(3),
    "a name of a metric": lambda api: api.metrics.get("acuracy"),
    "a number for a metric": lambda api: api.metrics.get(3),
    "a metric that wants arguments": lambda api: api.metrics.get("mean_io_u"),
    "an argument": lambda api: api.losses.MeanSquaredError(from_logits=True),
    "an argument of a metric": lambda api: api.metrics.MeanSquaredError(threshold=0.5),
    "a loss without call": lambda api: api.losses.Loss()(REAL, SCORES),
    "a metric without result": lambda api: api.metrics.Metric().result(),
    "a metric without update_state": lambda api: api.metrics.Metric().update_state(REAL),
    "state without a first value": lambda api: api.metrics.Metric().add_weight(name="seen"),
    "classes for scores": lambda api: api.metrics.Precision()(CLASSES, PROBABLE),
    "a class too many": lambda api: api.losses.CategoricalGeneralizedCrossEntropy()(CLASSES + 2, PROBABLE),
    "a threshold": lambda api: api.metrics.Precision(thresholds=[0.5, 1.5]),
    "a class of numbers in a row": lambda api: api.metrics.Recall(class_id=1)(HOT[:, 0], PROBABLE[:, 0]),
    "a bound": lambda api: api.metrics.PrecisionAtRecall(1.5),
    "no thresholds": lambda api: api.metrics.RecallAtPrecision(0.5, num_thresholds=0),
    "one threshold": lambda api: api.metrics.AUC(num_thresholds=1),
    "a curve": lambda api: api.metrics.AUC(curve="roc_curve"),
    "a summation": lambda api: api.metrics.AUC(summation_method="middle"),
    "labels of one curve": lambda api: api.metrics.AUC(num_labels=3),
    "labels in a row": lambda api: api.metrics.AUC(multi_label=True)(HOT[:, 0], PROBABLE[:, 0]),
    "an average": lambda api: api.metrics.F1Score(average="mean"),
    "a whole beta": lambda api: api.metrics.FBetaScore(beta=2),
    "a beta of 0": lambda api: api.metrics.FBetaScore(beta=0.0),
    "a threshold above 1": lambda api: api.metrics.F1Score(threshold=1.5),
    "a whole threshold": lambda api: api.metrics.F1Score(threshold=1),
    "scores in a row": lambda api: api.metrics.F1Score()(HOT[:, 0], PROBABLE[:, 0]),
    "a class of IoU": lambda api: api.metrics.IoU(3, [3]),
    "an aggregation": lambda api: api.metrics.R2Score("mean"),
    "regressors": lambda api: api.metrics.R2Score(num_regressors=-1),
    "numbers in a row": lambda api: api.metrics.R2Score()(REAL[:, 0], SCORES[:, 0]),
    "too few values": lambda api: api.metrics.Mean().stateless_result([1.0]),
    "too many values": lambda api: api.metrics.Mean().stateless_update_state([1.0, 1.0, 1.0], REAL),
    "a seed": lambda api: api.initializers.GlorotUniform(seed="one"),
    "an array of another shape": lambda api: api.initializers.get(REAL)((3, 3)),
    "a price": lambda api: api.regularizers.L2(-1.0),
    "a price in words": lambda api: api.regularizers.L1L2(l1="much"),
    "a mode": lambda api: api.regularizers.OrthogonalRegularizer(mode="both"),
    "a vector": lambda api: api.regularizers.OrthogonalRegularizer()(REAL[0]),
    "a name of a regularizer": lambda api: api.regularizers.get("l3"),
    "a name of a constraint": lambda api: api.constraints.get("max_norms"),
    "a name of an activation": lambda api: api.activations.get("rellu"),
    "a number for an activation": lambda api: api.activations.get(3),
}


@pytest.mark.parametrize("name", WRONG)
def test_same_errors(name, both):
    ours, theirs = both(WRONG[name])
    assert isinstance(theirs, Exception), theirs
    assert isinstance(ours, type(theirs) if type(theirs) is not RuntimeError else ValueError), repr(ours)


# State


def test_state_held_outside(both, close):
    def recipe(api):
        metric = api.metrics.AUC(num_thresholds=5)
        metric.update_state([1.0, 0.0], [0.3, 0.9])
        start = metric.stateless_reset_state()
        after = metric.stateless_update_state(start, [1.0, 0.0, 1.0], [0.8, 0.6, 0.2])
        after = metric.stateless_update_state(after, [1.0], [0.9])
        return [*start, *after, metric.stateless_result(after), metric.result()]

    close(*both(recipe))


class Names:
    """A metric of one's own that holds others, one way and another."""

    @staticmethod
    def make(api):
        class Both(api.metrics.Metric):
            def __init__(self, name="both", **kwargs):
                super().__init__(name=name, **kwargs)
                self.mean = api.metrics.Mean(name="inner")
                self.steps = self.add_weight(name="steps", initializer="ones", dtype="int32")
                self.others = [api.metrics.Sum(name="s"), api.metrics.Mean(name="t")]
                self.odd = api.Variable(np.zeros(2, "float32"), name="odd")

            def update_state(self, y_true, y_pred, sample_weight=None):
                self.steps.assign_add(1)
                for metric in (self.mean, *self.others):
                    metric.update_state(y_pred, sample_weight)

            def result(self):
                return {"mean": self.mean.result(), "sum": self.others[0].result() + 0.0, "steps": self.steps + 0}

        return Both()


def test_a_metric_of_ones_own_holds_others(both, close):
    def recipe(api):
        metric = Names.make(api)
        metric.update_state(REAL, SCORES)
        before, names = metric.result(), [v.path for v in metric.variables]
        metric.reset_state()
        return names, before, metric.result(), [v.dtype for v in metric.variables]

    (names, *ours, dtypes), (their_names, *theirs, their_dtypes) = both(recipe)
    assert (names, dtypes) == (their_names, their_dtypes)
    close(ours, theirs)


def test_forgotten_super(both):
    def recipe(api):
        class Careless(api.metrics.Metric):
            def __init__(self):
                self.seen = self.add_weight(name="seen", initializer="zeros")

        return Careless()

    ours, theirs = both(recipe)
    assert type(ours) is type(theirs) is RuntimeError and "super().__init__()" in str(ours)


# All of them in one fit

OF_BITS = lambda m: [  # noqa: E731
    "accuracy", "auc", "precision", "recall", "mse", "f1_score", m.TruePositives(), m.FalsePositives([0.3, 0.6], name="fp"),
    m.TrueNegatives(), m.FalseNegatives(), m.AUC(curve="PR", name="pr"), m.PrecisionAtRecall(0.5, name="p_at_r"),
    m.SensitivityAtSpecificity(0.5, name="s_at_s"), "hinge", "binary_crossentropy",
    m.R2Score(), "cosine_similarity", "root_mean_squared_error", m.Recall(class_id=1, name="r1"),
]  # fmt: skip


@pytest.mark.parametrize("weighed", [False, True], ids=["plain", "weighed"])
def test_many_metrics_in_one_fit(weighed, twins, close):
    """Batches put off and joined give what batches one by one do; the last batch is smaller."""
    x, y = RNG.normal(size=(50, 3)).astype("float32"), RNG.integers(0, 2, (50, 2)).astype("float32")
    weights = {"sample_weight": RNG.uniform(size=50).astype("float32")} if weighed else {}

    def run(api, model):
        # IoU takes one weight per place, so it goes without; no validation, which would change the counts that Keras
        # on Torch logged before: its results are views of the state.
        listed = {"metrics": [api.metrics.BinaryIoU()], "weighted_metrics" if weighed else "metrics": OF_BITS(api.metrics)}
        model.compile(api.optimizers.SGD(0.5), "binary_crossentropy", **listed)
        history = model.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0, **weights).history
        return history, model.evaluate(x, y, batch_size=8, verbose=0, return_dict=True, **weights)

    made = twins(lambda api: api.Sequential([api.Input((3,)), api.layers.Dense(2, "sigmoid")]))
    (ours, judged), (theirs, they_judged) = (run(api, model) for api, model in made)
    assert list(ours) == list(theirs)
    close(ours, theirs)
    close(judged, they_judged)


LOSSES_TO_FIT = {
    "binary_focal_crossentropy": BITS[:, 0], "categorical_hinge": BITS[:, 0], "dice": BITS[:, 0], "tversky": BITS[:, 0],
    "categorical_focal_crossentropy": BITS[:, 0], "kl_divergence": BITS[:, 0], "poisson": BITS[:, 0], "log_cosh": WORDS[:, 0],
    "cosine_similarity": WORDS[:, 0], "circle": np.array([0, 1, 1, 0]), "squared_hinge": BITS[:, 0], "huber": WORDS[:, 0],
}  # fmt: skip


@pytest.mark.parametrize("name", LOSSES_TO_FIT)
def test_losses_train(name, twins, close):
    """As a program on either backend, three steps down the same slope."""
    x, y = RNG.normal(size=(4, 5)).astype("float32"), LOSSES_TO_FIT[name]

    def run(api, model):
        model.compile(api.optimizers.SGD(0.3), name)
        losses = model.fit(x, y, batch_size=4, epochs=3, shuffle=False, verbose=0).history["loss"]
        return [losses, *model.get_weights()]

    made = twins(lambda api: api.Sequential([api.Input((5,)), api.layers.Dense(3, "softmax")]))
    ours, theirs = (run(api, model) for api, model in made)
    close(ours, theirs, 1e-3 if name == "circle" else 1e-5)  # its slopes are 80 times as steep


def test_signatures():
    for room in ("losses", "metrics"):
        for name, theirs in vars(getattr(keras, room)).items():
            ours = getattr(getattr(kt, room), name, None)
            if callable(theirs) and ours is not None and not name.startswith("_"):
                assert str(inspect.signature(ours)) == str(inspect.signature(theirs)), name
