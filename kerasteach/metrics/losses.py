"""Losses watched as metrics: their mean over all samples, and never trained on."""

from .. import ops
from .. import losses as ce
from ..losses import functions as f
from ..losses import losses
from ..losses.base import as_tensor
from .base import Mean, MeanMetricWrapper


def _watched(loss, class_name=None, default_name=None):
    """The metric of a loss without settings: its function, its name and its words."""
    fn, default_name = loss().fn, default_name or loss().name

    def __init__(self, name=default_name, dtype=None):
        MeanMetricWrapper.__init__(self, fn, name=name, dtype=dtype)

    body = {"__init__": __init__, "__doc__": loss.__doc__, "__module__": __name__}
    return type(class_name or loss.__name__, (MeanMetricWrapper,), body)


MeanSquaredError = _watched(losses.MeanSquaredError)
MeanAbsoluteError = _watched(losses.MeanAbsoluteError)
MeanAbsolutePercentageError = _watched(losses.MeanAbsolutePercentageError)
MeanSquaredLogarithmicError = _watched(losses.MeanSquaredLogarithmicError)
Hinge = _watched(losses.Hinge)
SquaredHinge = _watched(losses.SquaredHinge)
KLDivergence = _watched(losses.KLDivergence)
Poisson = _watched(losses.Poisson)
LogCoshError = _watched(losses.LogCosh, "LogCoshError", "logcosh")


class RootMeanSquaredError(Mean):
    """Square root of the mean squared difference, in the unit of the truth.

    >>> m = RootMeanSquaredError()
    >>> float(m([0.0, 0.0], [3.0, 3.0]))
    3.0
    """

    direction = "down"

    def __init__(self, name="root_mean_squared_error", dtype=None):
        super().__init__(name=name, dtype=dtype)

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Take in one batch."""
        y_true, y_pred = f.pair(y_true, y_pred)
        super().update_state(ops.square(ops.subtract(y_true, y_pred)), sample_weight)

    def result(self):
        return ops.sqrt(super().result())


class CosineSimilarity(MeanMetricWrapper):
    """Cosine of the angle between truth and prediction."""

    direction = "up"

    def __init__(self, name="cosine_similarity", dtype=None, axis=-1):
        super().__init__(f.cosine, name=name, dtype=dtype, axis=axis)


class BinaryCrossentropy(MeanMetricWrapper):
    """Surprise at yes-or-no truths."""

    def __init__(self, name="binary_crossentropy", dtype=None, from_logits=False, label_smoothing=0):
        settings = {"from_logits": from_logits, "label_smoothing": label_smoothing}
        super().__init__(ce.binary_crossentropy, name=name, dtype=dtype, **settings)


class CategoricalCrossentropy(MeanMetricWrapper):
    """Surprise at the true class, one-hot."""

    def __init__(self, name="categorical_crossentropy", dtype=None, from_logits=False, label_smoothing=0, axis=-1):
        settings = {"from_logits": from_logits, "label_smoothing": label_smoothing, "axis": axis}
        super().__init__(ce.categorical_crossentropy, name=name, dtype=dtype, **settings)


class SparseCategoricalCrossentropy(MeanMetricWrapper):
    """Surprise at the true class, a number."""

    def __init__(
        self, name="sparse_categorical_crossentropy", dtype=None, from_logits=False, ignore_class=None, axis=-1
    ):
        settings = {"from_logits": from_logits, "ignore_class": ignore_class, "axis": axis}
        super().__init__(ce.sparse_categorical_crossentropy, name=name, dtype=dtype, **settings)

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Take in one batch; a sample of the class to ignore has loss 0 and, as in Keras, weighs 0 if there are weights."""
        ignored = self._fn_kwargs["ignore_class"]
        if ignored is not None and sample_weight is not None:
            counted = ops.cast(ops.not_equal(as_tensor(y_true), ignored), dtype=self.dtype)
            sample_weight = ops.multiply(as_tensor(sample_weight), counted)
        super().update_state(y_true, y_pred, sample_weight)
