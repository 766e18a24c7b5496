"""Losses watched as metrics: their mean over all samples, and never trained on."""

from .. import losses
from ..losses import functions as f
from .reduction import MeanMetricWrapper


def _watched(loss, class_name=None, default_name=None):
    """The metric of a loss without settings: its function, its name and its words."""
    fn, default_name = loss().fn, default_name or loss().name

    def __init__(self, name=default_name, dtype=None):
        MeanMetricWrapper.__init__(self, fn, name=name, dtype=dtype)

    doc = loss.__doc__.partition("\n")[0] + "\n\nArgs:\n    name: name in logs.\n    dtype: dtype to compute in."
    body = {"__init__": __init__, "__doc__": doc, "__module__": __name__}
    return type(class_name or loss.__name__, (MeanMetricWrapper,), body)


MeanSquaredError = _watched(losses.MeanSquaredError)
MeanAbsoluteError = _watched(losses.MeanAbsoluteError)
MeanAbsolutePercentageError = _watched(losses.MeanAbsolutePercentageError)
MeanSquaredLogarithmicError = _watched(losses.MeanSquaredLogarithmicError)
Hinge = _watched(losses.Hinge)
SquaredHinge = _watched(losses.SquaredHinge)
CategoricalHinge = _watched(losses.CategoricalHinge)
KLDivergence = _watched(losses.KLDivergence)
Poisson = _watched(losses.Poisson)
LogCoshError = _watched(losses.LogCosh, "LogCoshError", "logcosh")


class CosineSimilarity(MeanMetricWrapper):
    """Cosine of the angle between truth and prediction: 1 is the same direction.

    Args:
        name: name in logs.
        dtype: dtype to compute in.
        axis: the axis of the vectors.
    """

    direction = "up"
    _not_in_keras = {"axis": -1}

    def __init__(self, name="cosine_similarity", dtype=None, axis=-1):
        self._wrap(f.cosine, locals())


class BinaryCrossentropy(MeanMetricWrapper):
    """Surprise at yes-or-no truths.

    Args:
        name: name in logs.
        dtype: dtype to compute in.
        from_logits, label_smoothing: as in `keras.losses.BinaryCrossentropy`.
    """

    def __init__(self, name="binary_crossentropy", dtype=None, from_logits=False, label_smoothing=0):
        self._wrap(losses.binary_crossentropy, locals())


class CategoricalCrossentropy(MeanMetricWrapper):
    """Surprise at the true class, one-hot.

    Args:
        name: name in logs.
        dtype: dtype to compute in.
        from_logits, label_smoothing, axis: as in `keras.losses.CategoricalCrossentropy`.
    """

    def __init__(self, name="categorical_crossentropy", dtype=None, from_logits=False, label_smoothing=0, axis=-1):
        self._wrap(losses.categorical_crossentropy, locals())


class SparseCategoricalCrossentropy(MeanMetricWrapper):
    """Surprise at the true class, a number.

    A sample of the class to ignore has loss 0 and, as in Keras, weighs 0 if there are weights.

    Args:
        name: name in logs.
        dtype: dtype to compute in.
        from_logits, ignore_class, axis: as in `keras.losses.SparseCategoricalCrossentropy`.
    """

    def __init__(
        self, name="sparse_categorical_crossentropy", dtype=None, from_logits=False, ignore_class=None, axis=-1
    ):
        self._wrap(losses.sparse_categorical_crossentropy, locals())
