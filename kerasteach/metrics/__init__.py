"""`keras.metrics`: numbers to judge a model by; training does not follow them."""

from ..backend.names import snake_case
from ..losses import (
    binary_crossentropy, binary_focal_crossentropy, categorical_crossentropy, categorical_focal_crossentropy,
    categorical_hinge, hinge, huber, kl_divergence, log_cosh, mean_absolute_error, mean_absolute_percentage_error,
    mean_squared_error, mean_squared_logarithmic_error, poisson, sparse_categorical_crossentropy, squared_hinge,
)  # fmt: skip
from ..saving.identify import identify
from .accuracy import (
    Accuracy, BinaryAccuracy, CategoricalAccuracy, SparseCategoricalAccuracy, SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy, binary_accuracy, categorical_accuracy, sparse_categorical_accuracy,
    sparse_top_k_categorical_accuracy, top_k_categorical_accuracy,
)  # fmt: skip
from .base import Metric
from .confusion import FalseNegatives, FalsePositives, Precision, Recall, TrueNegatives, TruePositives
from .f_score import F1Score, FBetaScore
from .iou import BinaryIoU, IoU, MeanIoU, OneHotIoU, OneHotMeanIoU
from .losses import (
    BinaryCrossentropy, CategoricalCrossentropy, CategoricalHinge, CosineSimilarity, Hinge, KLDivergence, LogCoshError,
    MeanAbsoluteError, MeanAbsolutePercentageError, MeanSquaredError, MeanSquaredLogarithmicError, Poisson,
    SparseCategoricalCrossentropy, SquaredHinge,
)  # fmt: skip
from .reduction import Mean, MeanMetricWrapper, Sum
from .regression import (
    ConcordanceCorrelation, PearsonCorrelation, R2Score, RootMeanSquaredError, concordance_correlation,
    pearson_correlation,
)  # fmt: skip
from .thresholds import AUC, PrecisionAtRecall, RecallAtPrecision, SensitivityAtSpecificity, SpecificityAtSensitivity

_CLASSES = [item for item in list(globals().values()) if isinstance(item, type)]
_KNOWN = {cls.__name__: cls for cls in _CLASSES}
_KNOWN |= {snake_case(cls.__name__): cls for cls in _CLASSES}
_KNOWN |= {
    "mse": MeanSquaredError, "MSE": MeanSquaredError, "mae": MeanAbsoluteError, "MAE": MeanAbsoluteError,
    "mape": MeanAbsolutePercentageError, "MAPE": MeanAbsolutePercentageError, "msle": MeanSquaredLogarithmicError,
    "MSLE": MeanSquaredLogarithmicError, "bce": BinaryCrossentropy, "BCE": BinaryCrossentropy,
}  # fmt: skip


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
