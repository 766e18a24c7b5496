"""`keras.metrics`: numbers to judge a model by; training does not follow them."""

from .. import lazy
from ..backend.names import snake_case
from ..saving.identify import identify

_WHERE = {
    ".losses": """binary_crossentropy binary_focal_crossentropy categorical_crossentropy categorical_focal_crossentropy
        categorical_hinge hinge huber kl_divergence log_cosh mean_absolute_error mean_absolute_percentage_error
        mean_squared_error mean_squared_logarithmic_error poisson sparse_categorical_crossentropy squared_hinge""",
    "accuracy": """Accuracy BinaryAccuracy CategoricalAccuracy SparseCategoricalAccuracy SparseTopKCategoricalAccuracy
        TopKCategoricalAccuracy binary_accuracy categorical_accuracy sparse_categorical_accuracy
        sparse_top_k_categorical_accuracy top_k_categorical_accuracy""",
    "base": "Metric",
    "confusion": "FalseNegatives FalsePositives Precision Recall TrueNegatives TruePositives",
    "f_score": "F1Score FBetaScore",
    "iou": "BinaryIoU IoU MeanIoU OneHotIoU OneHotMeanIoU",
    "losses": """BinaryCrossentropy CategoricalCrossentropy CategoricalHinge CosineSimilarity Hinge KLDivergence LogCoshError
        MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredError MeanSquaredLogarithmicError Poisson
        SparseCategoricalCrossentropy SquaredHinge""",
    "reduction": "Mean MeanMetricWrapper Sum",
    "regression": """ConcordanceCorrelation PearsonCorrelation R2Score RootMeanSquaredError concordance_correlation
        pearson_correlation""",
    "thresholds": "AUC PrecisionAtRecall RecallAtPrecision SensitivityAtSpecificity SpecificityAtSensitivity",
}

__getattr__, __dir__, __all__ = lazy.names(__name__, _WHERE, more=("deserialize", "get", "serialize"))

_CLASSES = [name for name in __all__ if name[0].isupper()]
_SHORT = {
    "mse": "MeanSquaredError", "MSE": "MeanSquaredError", "mae": "MeanAbsoluteError", "MAE": "MeanAbsoluteError",
    "mape": "MeanAbsolutePercentageError", "MAPE": "MeanAbsolutePercentageError", "msle": "MeanSquaredLogarithmicError",
    "MSLE": "MeanSquaredLogarithmicError", "bce": "BinaryCrossentropy", "BCE": "BinaryCrossentropy",
}  # fmt: skip
_KNOWN = lazy.ByName(__name__, {n: n for n in _CLASSES} | {snake_case(n): n for n in _CLASSES} | _SHORT)


def get(identifier):
    """Return a metric by name, config, class, function or object; `None` stays `None`.

    Raises:
        ValueError: if there is none such.

    >>> get("mae").name
    'mean_absolute_error'
    """
    return identify(identifier, _KNOWN, "metric", deserialize)


def serialize(metric):
    """Return the config of a metric, as saved files hold it."""
    from ..saving.serialize import serialize_keras_object

    return serialize_keras_object(metric)


def deserialize(config, custom_objects=None):
    """Make a metric from its config."""
    from ..saving.serialize import deserialize_keras_object

    return deserialize_keras_object(config, custom_objects)
