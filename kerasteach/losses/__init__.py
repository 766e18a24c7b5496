"""`keras.losses`: one number for how wrong a batch of predictions is."""

from ..saving.identify import identify
from .base import Loss, LossFunctionWrapper, reduce_weighted_values
from .crossentropy import (
    binary_crossentropy, binary_focal_crossentropy, categorical_crossentropy, categorical_focal_crossentropy,
    categorical_generalized_cross_entropy, ctc, kl_divergence, sparse_categorical_crossentropy,
)  # fmt: skip
from .functions import (
    categorical_hinge, cosine_similarity, hinge, huber, log_cosh, mean_absolute_error, mean_absolute_percentage_error,
    mean_squared_error, mean_squared_logarithmic_error, poisson, squared_hinge,
)  # fmt: skip
from .losses import (
    CTC, BinaryCrossentropy, BinaryFocalCrossentropy, CategoricalCrossentropy, CategoricalFocalCrossentropy,
    CategoricalGeneralizedCrossEntropy, CategoricalHinge, Circle, CosineSimilarity, Dice, Hinge, Huber, KLDivergence,
    LogCosh, MeanAbsoluteError, MeanAbsolutePercentageError, MeanSquaredError, MeanSquaredLogarithmicError, Poisson,
    SparseCategoricalCrossentropy, SquaredHinge, Tversky,
)  # fmt: skip
from .overlap import circle, dice, tversky

# Every class and function by its own name, as `get` knows it, and the short names.
_NOT_BY_NAME = ("Loss", "LossFunctionWrapper", "identify", "reduce_weighted_values")
_KNOWN = {name: item for name, item in list(globals().items()) if callable(item) and name not in _NOT_BY_NAME}
_KNOWN |= {
    "mse": mean_squared_error, "MSE": mean_squared_error, "mae": mean_absolute_error, "MAE": mean_absolute_error,
    "mape": mean_absolute_percentage_error, "MAPE": mean_absolute_percentage_error,
    "msle": mean_squared_logarithmic_error, "MSLE": mean_squared_logarithmic_error, "bce": binary_crossentropy,
    "BCE": binary_crossentropy, "kld": kl_divergence, "KLD": kl_divergence,
}  # fmt: skip


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
