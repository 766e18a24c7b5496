"""`keras.metrics`: numbers to judge a model by; training does not follow them."""

from ..backend.names import snake_case
from ..losses import (
    binary_crossentropy, categorical_crossentropy, hinge, huber, kl_divergence, log_cosh,
    mean_absolute_error, mean_absolute_percentage_error, mean_squared_error, mean_squared_logarithmic_error, poisson,
    sparse_categorical_crossentropy, squared_hinge,
)  # fmt: skip
from ..saving.identify import identify
from .accuracy import (
    Accuracy, BinaryAccuracy, CategoricalAccuracy, SparseCategoricalAccuracy, SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy, accuracy, binary_accuracy, categorical_accuracy, sparse_categorical_accuracy,
    sparse_top_k_categorical_accuracy, top_k_categorical_accuracy,
)  # fmt: skip
from .base import Mean, MeanMetricWrapper, Metric, Sum
from .losses import (
    BinaryCrossentropy, CategoricalCrossentropy, CosineSimilarity, Hinge, KLDivergence, LogCoshError,
    MeanAbsoluteError, MeanAbsolutePercentageError, MeanSquaredError, MeanSquaredLogarithmicError, Poisson,
    RootMeanSquaredError, SparseCategoricalCrossentropy, SquaredHinge,
)  # fmt: skip

_CLASSES = [
    Accuracy, BinaryAccuracy, BinaryCrossentropy, CategoricalAccuracy, CategoricalCrossentropy, CosineSimilarity,
    Hinge, KLDivergence, LogCoshError, Mean, MeanAbsoluteError, MeanAbsolutePercentageError, MeanSquaredError,
    MeanSquaredLogarithmicError, Poisson, RootMeanSquaredError, SparseCategoricalAccuracy,
    SparseCategoricalCrossentropy, SparseTopKCategoricalAccuracy, SquaredHinge, Sum, TopKCategoricalAccuracy,
]  # fmt: skip
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
