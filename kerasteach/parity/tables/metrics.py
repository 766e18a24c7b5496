"""Metrics: two batches one after the other, their state, a reset; with weights, and as functions."""

import numpy as np

from ..case import Draw, case, floats, ints, on, one_hot, ones_and_zeros, probabilities

WEIGHTS = np.linspace(0.1, 2, 6).astype("float32")
WHOLE_WEIGHTS = np.arange(6, dtype="int32")


def weighed(spec, weights=WEIGHTS):
    """The same, with weights."""
    return on(*spec.args, sample_weight=weights)


def scores(shape):
    """Numbers from 0 to 1, many of them exactly on a tenth, where thresholds are."""
    return Draw(lambda rng: (rng.integers(0, 11, shape) / 10).astype("float32"))


REAL, POSITIVE, SEQUENCE = on((6, 4), (6, 4)), on(floats((6, 4), 0, 3), floats((6, 4), 0.1, 3)), on((6, 5, 4), (6, 5, 4))
PAIR = on((6,), (6, 1))
BITS, SCORED_BITS = on(ones_and_zeros((6, 4)), floats((6, 4), 0, 1)), on(ones_and_zeros((6, 4)), (6, 4))
TENTHS, COLUMN, ROW = on(ones_and_zeros((6, 4)), scores((6, 4))), on(ones_and_zeros((6,)), scores((6, 1))), on(ones_and_zeros((6,)), scores((6,)))
HOT, SCORED_HOT = on(one_hot((6, 4)), probabilities((6, 4))), on(one_hot((6, 4)), (6, 4))
CLASSES, SCORED_CLASSES = on(ints((6,), 4), probabilities((6, 4))), on(ints((6,), 4), (6, 4))
CLASS_COLUMN = on(ints((6, 1), 4), probabilities((6, 4)))
WORDS = on(ints((6, 5), 4), probabilities((6, 5, 4)))
RANKED = on(ints((6,), 4), Draw(lambda rng: np.argsort(rng.random((6, 4)), axis=-1).astype("int32")))
MAPS = on(ints((6, 5), 3), ints((6, 5), 3))
BOTH_WAYS = [case(REAL), case(weighed(REAL)), case(SEQUENCE)]
MEAN_OF = [case(on(floats((6, 4), 0, 1))), case(on(floats((6, 4), 0, 1), sample_weight=WEIGHTS)), case(on(floats((6,), 0, 1)), name="mine")]
ANSWERS = [
    case(BITS), case(TENTHS, thresholds=0.3), case(COLUMN), case(ROW, [0.0, 0.5, 1.0]), case(weighed(ROW), [0.9, 0.2]),
    case(weighed(COLUMN)), case(weighed(TENTHS), thresholds=[0.0, 0.25, 0.5, 0.75, 1.0]), case(SCORED_BITS, thresholds=[0.1, 0.7]),
    case(on(ones_and_zeros((6, 5, 4)), scores((6, 5, 4)), sample_weight=np.arange(30.0, dtype="float32").reshape(6, 5))),
]  # fmt: skip
SHARES = [*ANSWERS, case(BITS, class_id=2), case(HOT, top_k=2), case(weighed(HOT), top_k=1, class_id=0), case(BITS, [0.3, 0.6], 3)]
BOUNDS = [
    case(TENTHS, 0.5), case(weighed(ROW), 0.3, num_thresholds=11), case(COLUMN, 0.9, num_thresholds=1), case(ROW, 0.7, 2),
    case(BITS, 0.2, class_id=1), case(SCORED_BITS, 0.5, num_thresholds=5),
]  # fmt: skip
CURVES = [
    case(on(ones_and_zeros((6, 4)), scores((6, 4))), curve=curve, summation_method=method, num_thresholds=n)
    for curve in ("ROC", "PR", "PRGAIN")
    for method in ("interpolation", "minoring", "majoring")
    for n in (200, 11)
]
F_SCORES = [
    case(HOT), case(weighed(HOT)), case(HOT, "micro"), case(HOT, "macro"), case(weighed(HOT), "weighted"),
    case(BITS, threshold=0.4), case(BITS, "micro", threshold=0.7, name="mine"),
]  # fmt: skip

CASES = {
    "metrics.Mean": MEAN_OF,
    "metrics.Sum": MEAN_OF,
    "metrics.MeanMetricWrapper": [case(REAL, lambda keras: keras.losses.mean_squared_error, name="mine")],
    "metrics.MeanSquaredError": [*BOTH_WAYS, case(PAIR), case(REAL, dtype="float64", checks=("config",))],
    "metrics.MeanAbsoluteError": [*BOTH_WAYS, case(weighed(SEQUENCE, np.arange(30.0, dtype="float32").reshape(6, 5)))],
    "metrics.MeanAbsolutePercentageError": [case(POSITIVE, tolerance=2e-4)],
    "metrics.MeanSquaredLogarithmicError": [case(POSITIVE), case(weighed(POSITIVE))],
    "metrics.RootMeanSquaredError": [*BOTH_WAYS, case(PAIR)],
    "metrics.CosineSimilarity": [*BOTH_WAYS, case(SEQUENCE, axis=1, checks=("forward",))],
    "metrics.LogCoshError": BOTH_WAYS,
    "metrics.Hinge": [case(SCORED_BITS), case(weighed(SCORED_BITS)), case(REAL)],
    "metrics.SquaredHinge": [case(SCORED_BITS), case(weighed(SCORED_BITS))],
    "metrics.CategoricalHinge": [case(SCORED_HOT), case(weighed(SCORED_HOT))],
    "metrics.KLDivergence": [case(HOT, tolerance=1e-4)],
    "metrics.Poisson": [case(POSITIVE)],
    "metrics.BinaryCrossentropy": [case(BITS, tolerance=1e-4), case(SCORED_BITS, from_logits=True, label_smoothing=0.1)],
    "metrics.CategoricalCrossentropy": [
        case(HOT), case(weighed(SCORED_HOT), from_logits=True, label_smoothing=0.1), case(HOT, axis=0),
    ],
    "metrics.SparseCategoricalCrossentropy": [
        case(CLASSES), case(SCORED_CLASSES, from_logits=True), case(CLASSES, ignore_class=1), case(WORDS),
        case(weighed(CLASSES), ignore_class=1), case(CLASS_COLUMN),
    ],
    "metrics.Accuracy": [case(on(ints((6, 4), 3), ints((6, 4), 3))), case(on(ints((6,), 2), ints((6, 1), 2)))],
    "metrics.BinaryAccuracy": [case(BITS), case(weighed(TENTHS), threshold=0.3), case(COLUMN)],
    "metrics.CategoricalAccuracy": [case(HOT), case(weighed(HOT)), case(on(one_hot((6, 5, 4)), (6, 5, 4)))],
    "metrics.SparseCategoricalAccuracy": [case(CLASSES), case(CLASS_COLUMN), case(WORDS), case(weighed(CLASSES))],
    "metrics.TopKCategoricalAccuracy": [case(HOT, k=2), case(weighed(HOT), 3), case(on(one_hot((6, 5, 4)), (6, 5, 4)), k=2)],
    "metrics.SparseTopKCategoricalAccuracy": [
        case(CLASSES, k=2), case(CLASS_COLUMN, 1), case(WORDS, k=2), case(RANKED, k=2, from_sorted_ids=True),
    ],
    "metrics.PearsonCorrelation": [*BOTH_WAYS, case(PAIR, axis=0), case(SEQUENCE, axis=1)],
    "metrics.ConcordanceCorrelation": [*BOTH_WAYS, case(SEQUENCE, axis=1)],
    "metrics.R2Score": [
        case(REAL), case(weighed(REAL)), case(REAL, None), case(REAL, "variance_weighted_average"), case(REAL, num_regressors=3),
        case(on((6, 1), (6, 1)), num_regressors=5, checks=("config",)), case(weighed(REAL, np.ones((6, 4), "float32") / 3)),
    ],
    "metrics.TruePositives": ANSWERS,
    "metrics.FalsePositives": ANSWERS,
    "metrics.TrueNegatives": ANSWERS,
    "metrics.FalseNegatives": ANSWERS,
    "metrics.Precision": SHARES,
    "metrics.Recall": SHARES,
    "metrics.SensitivityAtSpecificity": BOUNDS,
    "metrics.SpecificityAtSensitivity": BOUNDS,
    "metrics.PrecisionAtRecall": BOUNDS,
    "metrics.RecallAtPrecision": BOUNDS,
    "metrics.AUC": [
        *CURVES, case(BITS), case(COLUMN), case(weighed(ROW)), case(TENTHS, thresholds=[0.5, 0.1, 0.3]),
        case(TENTHS, thresholds=[0.25, 0.5, 0.75]), case(SCORED_BITS, from_logits=True), case(TENTHS, multi_label=True),
        case(weighed(TENTHS), multi_label=True, num_labels=4, label_weights=[0.25, 0.5, 0.75, 0.0]), case(TENTHS, num_thresholds=2),
        case(TENTHS, multi_label=True, curve="pr", thresholds=[0.2, 0.7]), case(weighed(TENTHS), label_weights=[1.0, 0.0, 2.0, 3.0]),
        case(TENTHS, multi_label=True, curve="PR", label_weights=[1.0, 0.0, 2.0, 3.0]),
    ],
    "metrics.FBetaScore": [*F_SCORES, case(HOT, beta=2.0)],
    "metrics.F1Score": F_SCORES,
    "metrics.IoU": [
        case(MAPS, 3, [0, 2]), case(weighed(MAPS, np.arange(30).reshape(6, 5).astype("int32")), 3, [1]),
        case(MAPS, 3, [0, 1], ignore_class=1), case(on(one_hot((6, 5, 3)), (6, 5, 3)), 3, [0, 1], sparse_y_true=False, sparse_y_pred=False),
        case(on(ints((6, 5), 5, -1), ints((6, 5), 4)), 3, [0, 1]), case(MAPS, 3, [2], dtype="float32"),
    ],
    "metrics.BinaryIoU": [case(BITS), case(weighed(ROW, WHOLE_WEIGHTS), [1], 0.3), case(TENTHS, (0,), threshold=0.7)],
    "metrics.MeanIoU": [case(MAPS, 3), case(weighed(on(ints((6,), 3), ints((6,), 3))), 3, dtype="float32"), case(MAPS, 3, ignore_class=0)],
    "metrics.OneHotIoU": [case(HOT, 4, [0, 2]), case(on(one_hot((6, 4)), ints((6,), 4)), 4, [1], sparse_y_pred=True)],
    "metrics.OneHotMeanIoU": [case(HOT, 4), case(HOT, 4, ignore_class=2)],
    "metrics.binary_accuracy": [case(BITS), case(BITS, threshold=0.2)],
    "metrics.categorical_accuracy": [case(HOT)],
    "metrics.sparse_categorical_accuracy": [case(CLASSES), case(CLASS_COLUMN), case(WORDS)],
    "metrics.top_k_categorical_accuracy": [case(HOT, k=2), case(on(one_hot((6, 5, 4)), (6, 5, 4)), k=1)],
    "metrics.sparse_top_k_categorical_accuracy": [case(CLASSES, k=2), case(WORDS, k=3), case(RANKED, k=2, from_sorted_ids=True)],
    "metrics.pearson_correlation": [case(REAL), case(SEQUENCE, axis=1)],
    "metrics.concordance_correlation": [case(REAL), case(SEQUENCE, axis=0)],
}  # fmt: skip
