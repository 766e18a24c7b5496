"""Losses: as objects, with every reduction and weight, and as functions."""

import numpy as np

from ..case import case, floats, ints, on, one_hot, ones_and_zeros, probabilities

REAL, POSITIVE = on((6, 4), (6, 4)), on(floats((6, 4), 0, 3), floats((6, 4), 0.1, 3))
BITS, SCORED_BITS = on(ones_and_zeros((6, 4)), floats((6, 4), 0, 1)), on(ones_and_zeros((6, 4)), (6, 4))
HOT, SCORED_HOT = on(one_hot((6, 4)), probabilities((6, 4))), on(one_hot((6, 4)), (6, 4))
CLASSES, SCORED_CLASSES = on(ints((6,), 4), probabilities((6, 4))), on(ints((6,), 4), (6, 4))
COLUMN = on(ints((6, 1), 4), probabilities((6, 4)))
PIXELS, SCORED_PIXELS = on(ints((2, 3, 5), 4), probabilities((2, 3, 5, 4))), on(ints((2, 3, 5), 4), (2, 3, 5, 4))
# Torch refuses Keras's gradient of class numbers of pixels against probabilities: "grad_input must be contiguous".
SEQUENCE = on((3, 5, 4), (3, 5, 4))
ROW_AND_COLUMN = on((6,), (6, 1))
SPEECH = on(ints((4, 4), 5, 1), (4, 9, 5))
SMALL = {"tolerance": 1e-4}  # sums of many logarithms

WEIGHTS = np.linspace(0.1, 2, 6).astype("float32")
REDUCED = [
    case(on((6, 4), (6, 4), sample_weight=weights), reduction=reduction, checks=("forward", "gradient"))
    for reduction in ("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none", None)
    for weights in (None, 0.5, WEIGHTS, WEIGHTS[:, None], np.zeros(6, "float32"))
]
_NUMBERS = ("forward", "gradient")
_IN_HALF = case(REAL, dtype="float16", checks=("forward",), tolerance=2e-3)
_DOUBLES_IN_SINGLE = case(on(floats((6, 4), -1, 1, "float64"), floats((6, 4), -1, 1, "float64")), checks=("forward",))
_WHOLE = case(on(ints((6, 4), 3), ints((6, 4), 3)), checks=("forward",))
_BY_TIME = case(on((3, 5, 4), (3, 5, 4), sample_weight=np.arange(15, dtype="float32").reshape(3, 5)), checks=_NUMBERS)

CASES = {
    "losses.MeanSquaredError": [
        *REDUCED, case(REAL), case(SEQUENCE, name="mine"), case(ROW_AND_COLUMN), _IN_HALF, _DOUBLES_IN_SINGLE, _WHOLE, _BY_TIME,
    ],
    "losses.MeanAbsoluteError": [case(REAL, reduction="sum"), case(ROW_AND_COLUMN), case(SEQUENCE)],
    "losses.MeanAbsolutePercentageError": [case(REAL, tolerance=2e-4), case(POSITIVE, tolerance=2e-4)],
    "losses.MeanSquaredLogarithmicError": [case(POSITIVE)],
    "losses.CosineSimilarity": [
        case(REAL), case(SEQUENCE), case(REAL, axis=0, checks=_NUMBERS), case(SEQUENCE, axis=1, checks=_NUMBERS),
    ],
    "losses.Huber": [case(REAL), case(REAL, delta=0.2, checks=_NUMBERS)],
    "losses.LogCosh": [case(REAL), case(SEQUENCE)],
    "losses.Hinge": [case(SCORED_BITS), case(REAL)],
    "losses.SquaredHinge": [case(SCORED_BITS), case(REAL)],
    "losses.CategoricalHinge": [case(SCORED_HOT), case(HOT)],
    "losses.Poisson": [case(POSITIVE)],
    "losses.KLDivergence": [case(HOT, **SMALL), case(on(probabilities((6, 4)), probabilities((6, 4))))],
    "losses.BinaryCrossentropy": [
        case(BITS, **SMALL), case(SCORED_BITS, from_logits=True), case(BITS, label_smoothing=0.2, **SMALL),
        case(SCORED_BITS, True, 0.1), case(BITS, axis=0, reduction="sum", **SMALL), case(on((6,), (6, 1)), from_logits=True),
    ],
    "losses.BinaryFocalCrossentropy": [
        case(BITS, **SMALL), case(BITS, True, 0.7, 3.0, **SMALL), case(SCORED_BITS, from_logits=True),
        case(BITS, label_smoothing=0.2, axis=0, **SMALL), case(BITS, gamma=0.5, **SMALL),
    ],
    "losses.CategoricalCrossentropy": [
        case(HOT), case(SCORED_HOT, from_logits=True), case(HOT, label_smoothing=0.2), case(HOT, axis=0),
        case(on(probabilities((2, 3, 4)), probabilities((2, 3, 4)))), case(SCORED_HOT, True, 0.1, 0),
    ],
    "losses.CategoricalFocalCrossentropy": [
        case(HOT), case(SCORED_HOT, from_logits=True), case(HOT, 0.7, 3.0, label_smoothing=0.2), case(HOT, axis=0),
    ],
    "losses.CategoricalGeneralizedCrossEntropy": [case(CLASSES), case(CLASSES, q=0.9)],
    "losses.SparseCategoricalCrossentropy": [
        case(CLASSES), case(SCORED_CLASSES, from_logits=True), case(COLUMN), case(PIXELS, checks=("forward",)),
        case(SCORED_PIXELS, from_logits=True), case(CLASSES, ignore_class=1), case(SCORED_PIXELS, True, 2),
        case(PIXELS, ignore_class=1, reduction="mean_with_sample_weight", checks=("forward",)),
        case(PIXELS, ignore_class=1, reduction=None, checks=("forward",)),
        case(on(ints((2, 5), 3), floats((2, 3, 5), 0.1, 1)), axis=1, checks=_NUMBERS),
        case(on(ints((6,), 3, -1), (6, 3), sample_weight=WEIGHTS), True, -1, checks=_NUMBERS),
    ],
    "losses.Dice": [case(BITS), case(on(ones_and_zeros((2, 3, 4)), floats((2, 3, 4), 0, 1)), axis=(1, 2)), case(BITS, axis=0)],
    "losses.Tversky": [case(BITS), case(BITS, 0.2, 0.9), case(BITS, alpha=0.3, axis=1)],
    "losses.Circle": [
        case(on(ints((6,), 3), probabilities((6, 4))), **SMALL), case(on(ints((6,), 3), probabilities((6, 4))), 10.0, 0.2, False),
        case(on(ints((3,), 30), probabilities((3, 4))), **SMALL),
        case(on(ints((6,), 3), probabilities((6, 4)), sample_weight=WEIGHTS), reduction="mean_with_sample_weight", **SMALL),
    ],
    "losses.CTC": [case(SPEECH, tolerance=1e-4), case(SPEECH, reduction="sum", tolerance=1e-4)],
    "losses.ctc": [case(SPEECH, tolerance=1e-4), case(on(ints((3, 4), 5, 1), (3, 3, 5)), checks=("forward",))],
    "ops.ctc_loss": [
        case(SPEECH, np.array([1, 4, 3, 0]), np.array([6, 9, 5, 4]), tolerance=1e-4),
        case(on(ints((4, 5), 4), (4, 9, 5)), np.array([1, 4, 3, 2]), np.array([6, 9, 5, 9]), mask_index=4, tolerance=1e-4),
    ],
    "losses.mean_squared_error": [case(REAL), case(ROW_AND_COLUMN), case(SEQUENCE)],
    "losses.mean_absolute_error": [case(REAL), case(ROW_AND_COLUMN)],
    "losses.mean_absolute_percentage_error": [case(POSITIVE, tolerance=2e-4)],
    "losses.mean_squared_logarithmic_error": [case(POSITIVE)],
    "losses.cosine_similarity": [case(REAL), case(REAL, axis=0)],
    "losses.huber": [case(REAL), case(REAL, delta=0.3)],
    "losses.log_cosh": [case(REAL)],
    "losses.hinge": [case(SCORED_BITS), case(on((6,), (6, 1)))],
    "losses.squared_hinge": [case(SCORED_BITS)],
    "losses.categorical_hinge": [case(SCORED_HOT)],
    "losses.poisson": [case(POSITIVE)],
    "losses.kl_divergence": [case(HOT, **SMALL)],
    "losses.binary_crossentropy": [case(BITS, **SMALL), case(SCORED_BITS, from_logits=True, label_smoothing=0.1, axis=0)],
    "losses.binary_focal_crossentropy": [case(BITS, **SMALL), case(SCORED_BITS, True, from_logits=True)],
    "losses.categorical_crossentropy": [case(HOT), case(SCORED_HOT, from_logits=True)],
    "losses.categorical_focal_crossentropy": [case(HOT), case(SCORED_HOT, gamma=1.0, from_logits=True)],
    "losses.categorical_generalized_cross_entropy": [case(CLASSES, 0.3)],
    "ops.binary_crossentropy": [case(BITS, **SMALL), case(SCORED_BITS, from_logits=True)],
    "ops.categorical_crossentropy": [case(HOT), case(SCORED_HOT, from_logits=True), case(HOT, axis=0)],
    "ops.sparse_categorical_crossentropy": [case(CLASSES), case(COLUMN), case(SCORED_PIXELS, from_logits=True)],
    "losses.sparse_categorical_crossentropy": [case(CLASSES), case(SCORED_PIXELS, from_logits=True, ignore_class=0)],
    "losses.dice": [case(BITS), case(BITS, axis=(0, 1))],
    "losses.tversky": [case(BITS, alpha=0.1)],
    "losses.circle": [
        case(on(ints((6,), 3), probabilities((6, 4))), gamma=10, margin=0.2),
        case(on(ints((3,), 3), probabilities((3, 4))), np.arange(3), np.eye(3, 4, dtype="float32"), False, 8),
    ],
}  # fmt: skip
