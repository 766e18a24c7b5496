"""`keras.losses`: one number for how wrong a batch of predictions is."""

from ..saving.identify import identify
from .base import Loss, LossFunctionWrapper, reduce_weighted_values
from .functions import (
    binary_crossentropy, categorical_crossentropy, cosine_similarity, hinge, huber, kl_divergence, log_cosh,
    mean_absolute_error, mean_absolute_percentage_error, mean_squared_error, mean_squared_logarithmic_error, poisson,
    sparse_categorical_crossentropy, squared_hinge,
)  # fmt: skip
from .losses import (
    BinaryCrossentropy, CategoricalCrossentropy, CosineSimilarity, Hinge, Huber, KLDivergence, LogCosh,
    MeanAbsoluteError, MeanAbsolutePercentageError, MeanSquaredError, MeanSquaredLogarithmicError, Poisson,
    SparseCategoricalCrossentropy, SquaredHinge,
)  # fmt: skip

_CLASSES = [
    BinaryCrossentropy, CategoricalCrossentropy, CosineSimilarity, Hinge, Huber, KLDivergence, LogCosh,
    MeanAbsoluteError, MeanAbsolutePercentageError, MeanSquaredError, MeanSquaredLogarithmicError, Poisson,
    SparseCategoricalCrossentropy, SquaredHinge,
]  # fmt: skip
_FUNCTIONS = [
    binary_crossentropy, categorical_crossentropy, cosine_similarity, hinge, huber, kl_divergence, log_cosh,
    mean_absolute_error, mean_absolute_percentage_error, mean_squared_error, mean_squared_logarithmic_error, poisson,
    sparse_categorical_crossentropy, squared_hinge,
]  # fmt: skip
_SHORT = {
    "mse": mean_squared_error, "MSE": mean_squared_error, "mae": mean_absolute_error, "MAE": mean_absolute_error,
    "mape": mean_absolute_percentage_error, "MAPE": mean_absolute_percentage_error,
    "msle": mean_squared_logarithmic_error, "MSLE": mean_squared_logarithmic_error, "bce": binary_crossentropy,
    "BCE": binary_crossentropy, "kld": kl_divergence, "KLD": kl_divergence,
}  # fmt: skip
_KNOWN = {item.__name__: item for item in _CLASSES + _FUNCTIONS} | _SHORT


def get(identifier):
    """Return a loss by name, config, class, function or object; `None` stays `None`.

    Raises:
        ValueError: if there is none such.

    >>> get("mse").__name__
    'mean_squared_error'
    """
    return identify(identifier, _KNOWN, "loss function", deserialize)


def serialize(loss):
    """Return the config of a loss, as saved files hold it."""
    from ..saving.serialize import serialize_keras_object

    return serialize_keras_object(loss)


def deserialize(name, custom_objects=None):
    """Make a loss from its config."""
    from ..saving.serialize import deserialize_keras_object

    return deserialize_keras_object(name, custom_objects)
