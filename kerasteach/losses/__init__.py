"""`keras.losses`: one number for how wrong a batch of predictions is."""

from .. import lazy
from ..saving.identify import identify

_WHERE = {
    "base": "Loss LossFunctionWrapper reduce_weighted_values",
    "crossentropy": """binary_crossentropy binary_focal_crossentropy categorical_crossentropy categorical_focal_crossentropy
        categorical_generalized_cross_entropy ctc kl_divergence sparse_categorical_crossentropy""",
    "functions": """categorical_hinge cosine_similarity hinge huber log_cosh mean_absolute_error mean_absolute_percentage_error
        mean_squared_error mean_squared_logarithmic_error poisson squared_hinge""",
    "losses": """CTC BinaryCrossentropy BinaryFocalCrossentropy CategoricalCrossentropy CategoricalFocalCrossentropy
        CategoricalGeneralizedCrossEntropy CategoricalHinge Circle CosineSimilarity Dice Hinge Huber KLDivergence
        LogCosh MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredError MeanSquaredLogarithmicError Poisson
        SparseCategoricalCrossentropy SquaredHinge Tversky""",
    "overlap": "circle dice tversky",
}

__getattr__, __dir__, __all__ = lazy.names(__name__, _WHERE, more=("deserialize", "get", "serialize"))

_SHORT = {
    "mse": "mean_squared_error", "MSE": "mean_squared_error", "mae": "mean_absolute_error", "MAE": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error", "MAPE": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error", "MSLE": "mean_squared_logarithmic_error", "bce": "binary_crossentropy",
    "BCE": "binary_crossentropy", "kld": "kl_divergence", "KLD": "kl_divergence",
}  # fmt: skip
_NOT_BY_NAME = ("Loss", "LossFunctionWrapper", "reduce_weighted_values", "deserialize", "get", "serialize")
_KNOWN = lazy.ByName(__name__, {name: name for name in __all__ if name not in _NOT_BY_NAME} | _SHORT)


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
