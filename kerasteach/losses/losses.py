"""Losses as objects: a function of `functions.py`, its settings, a name and a reduction.

Each is called with `(y_true, y_pred, sample_weight=None)` and returns one number.
"""

from .. import ops
from . import functions as f
from .base import LossFunctionWrapper, as_tensor, reduce_weighted_values


def _plain(class_name, fn, default_name, doc):
    """A loss class without settings of its own."""

    def __init__(self, reduction="sum_over_batch_size", name=default_name, dtype=None):
        LossFunctionWrapper.__init__(self, fn, reduction=reduction, name=name, dtype=dtype)

    return type(class_name, (LossFunctionWrapper,), {"__init__": __init__, "__doc__": doc, "__module__": __name__})


MeanSquaredError = _plain("MeanSquaredError", f.mean_squared_error, "mean_squared_error", "Mean of squared differences.")
MeanAbsoluteError = _plain("MeanAbsoluteError", f.mean_absolute_error, "mean_absolute_error", "Mean of distances.")
MeanAbsolutePercentageError = _plain(
    "MeanAbsolutePercentageError",
    f.mean_absolute_percentage_error,
    "mean_absolute_percentage_error",
    "Mean of distances, in percent of the truth.",
)
MeanSquaredLogarithmicError = _plain(
    "MeanSquaredLogarithmicError",
    f.mean_squared_logarithmic_error,
    "mean_squared_logarithmic_error",
    "Mean of squared differences between logarithms.",
)
LogCosh = _plain("LogCosh", f.log_cosh, "log_cosh", "A smooth Huber loss.")
Hinge = _plain("Hinge", f.hinge, "hinge", "Distance on the wrong side of a margin of 1.")
SquaredHinge = _plain("SquaredHinge", f.squared_hinge, "squared_hinge", "Hinge, squared.")
KLDivergence = _plain("KLDivergence", f.kl_divergence, "kl_divergence", "Nats lost between two distributions.")
Poisson = _plain("Poisson", f.poisson, "poisson", "Loss of a model that predicts counts.")


class CosineSimilarity(LossFunctionWrapper):
    """Minus the cosine of the angle between truth and prediction: -1 is best."""

    def __init__(self, axis=-1, reduction="sum_over_batch_size", name="cosine_similarity", dtype=None):
        super().__init__(f.cosine_similarity, reduction=reduction, name=name, dtype=dtype, axis=axis)

    def call(self, y_true, y_pred):
        return -super().call(y_true, y_pred)


class Huber(LossFunctionWrapper):
    """Squared near the truth, straight beyond `delta`."""

    def __init__(self, delta=1.0, reduction="sum_over_batch_size", name="huber_loss", dtype=None):
        super().__init__(f.huber, reduction=reduction, name=name, dtype=dtype, delta=delta)


class BinaryCrossentropy(LossFunctionWrapper):
    """Surprise at yes-or-no truths.

    >>> round(float(BinaryCrossentropy()([[1.0], [0.0]], [[0.5], [0.5]])), 4)
    0.6931
    """

    def __init__(
        self,
        from_logits=False,
        label_smoothing=0.0,
        axis=-1,
        reduction="sum_over_batch_size",
        name="binary_crossentropy",
        dtype=None,
    ):
        settings = {"from_logits": from_logits, "label_smoothing": label_smoothing, "axis": axis}
        super().__init__(f.binary_crossentropy, reduction=reduction, name=name, dtype=dtype, **settings)


class CategoricalCrossentropy(LossFunctionWrapper):
    """Surprise at the true class, one-hot."""

    def __init__(
        self,
        from_logits=False,
        label_smoothing=0.0,
        axis=-1,
        reduction="sum_over_batch_size",
        name="categorical_crossentropy",
        dtype=None,
    ):
        settings = {"from_logits": from_logits, "label_smoothing": label_smoothing, "axis": axis}
        super().__init__(f.categorical_crossentropy, reduction=reduction, name=name, dtype=dtype, **settings)


class SparseCategoricalCrossentropy(LossFunctionWrapper):
    """Surprise at the true class, a number."""

    def __init__(
        self,
        from_logits=False,
        ignore_class=None,
        reduction="sum_over_batch_size",
        axis=-1,
        name="sparse_categorical_crossentropy",
        dtype=None,
    ):
        settings = {"from_logits": from_logits, "ignore_class": ignore_class, "axis": axis}
        super().__init__(f.sparse_categorical_crossentropy, reduction=reduction, name=name, dtype=dtype, **settings)

    def __call__(self, y_true, y_pred, sample_weight=None):
        # Class numbers may be (batch, 1): the base class would squeeze the wrong side of a one-class model.
        y_true = as_tensor(y_true)
        values = self.call(y_true, as_tensor(y_pred))
        return reduce_weighted_values(values, sample_weight, self.reduction, mask=self._counted(y_true, values))

    def _counted(self, y_true, values):
        """Which values are not of the class to ignore; None if there is none such."""
        ignored = self._fn_kwargs["ignore_class"]
        return None if ignored is None else ops.not_equal(ops.reshape(y_true, tuple(values.shape)), ignored)
