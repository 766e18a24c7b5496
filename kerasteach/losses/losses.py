"""Losses as objects: a function of this room, its settings, a name and a reduction.

Each is called with `(y_true, y_pred, sample_weight=None)` and returns one number. All take `reduction`, `name` and
`dtype` as `Loss` does; the other arguments are those of the function.
"""

from . import crossentropy as ce
from . import functions as f
from . import overlap
from .base import LossFunctionWrapper

_MEAN = "sum_over_batch_size"


def _plain(class_name, fn, doc):
    """A loss class without settings of its own, named after its function."""

    def __init__(self, reduction=_MEAN, name=fn.__name__, dtype=None):
        LossFunctionWrapper.__init__(self, fn, reduction=reduction, name=name, dtype=dtype)

    doc = f"{doc}\n\nArgs:\n    reduction, name, dtype: as in `Loss`."
    return type(class_name, (LossFunctionWrapper,), {"__init__": __init__, "__doc__": doc, "__module__": __name__})


MeanSquaredError = _plain("MeanSquaredError", f.mean_squared_error, "Mean of squared differences.")
MeanAbsoluteError = _plain("MeanAbsoluteError", f.mean_absolute_error, "Mean of distances.")
MeanAbsolutePercentageError = _plain(
    "MeanAbsolutePercentageError", f.mean_absolute_percentage_error, "Mean of distances, in percent of the truth."
)
MeanSquaredLogarithmicError = _plain(
    "MeanSquaredLogarithmicError", f.mean_squared_logarithmic_error, "Mean of squared differences between logarithms."
)
LogCosh = _plain("LogCosh", f.log_cosh, "A smooth Huber loss.")
Hinge = _plain("Hinge", f.hinge, "Distance on the wrong side of a margin of 1.")
SquaredHinge = _plain("SquaredHinge", f.squared_hinge, "Hinge, squared.")
CategoricalHinge = _plain("CategoricalHinge", f.categorical_hinge, "Hinge for one class of many.")
Poisson = _plain("Poisson", f.poisson, "Loss of a model that predicts counts.")
CTC = _plain("CTC", ce.ctc, "Surprise at a text when nobody said which step speaks which letter.")
KLDivergence = _plain("KLDivergence", ce.kl_divergence, "Nats lost between two distributions.")


class CosineSimilarity(LossFunctionWrapper):
    """Minus the cosine of the angle between truth and prediction: -1 is best.

    Args:
        axis: the axis of the vectors.
        reduction, name, dtype: as in `Loss`.
    """

    _not_in_keras = {"axis": -1}

    def __init__(self, axis=-1, reduction=_MEAN, name="cosine_similarity", dtype=None):
        self._wrap(f.cosine_similarity, locals())


class Huber(LossFunctionWrapper):
    """Squared near the truth, straight beyond `delta`.

    Args:
        delta: where it turns straight.
        reduction, name, dtype: as in `Loss`.
    """

    _not_in_keras = {"delta": 1.0}

    def __init__(self, delta=1.0, reduction=_MEAN, name="huber_loss", dtype=None):
        self._wrap(f.huber, locals())


class BinaryCrossentropy(LossFunctionWrapper):
    """Surprise at yes-or-no truths.

    Args:
        from_logits: whether predictions are raw scores, not probabilities.
        label_smoothing: pulls the truths this far towards 1/2.
        axis: the axis to average over.
        reduction, name, dtype: as in `Loss`.

    >>> round(float(BinaryCrossentropy()([[1.0], [0.0]], [[0.5], [0.5]])), 4)
    0.6931
    """

    def __init__(
        self, from_logits=False, label_smoothing=0.0, axis=-1, reduction=_MEAN, name="binary_crossentropy", dtype=None
    ):
        self._wrap(ce.binary_crossentropy, locals())


class BinaryFocalCrossentropy(LossFunctionWrapper):
    """Surprise at yes-or-no truths that forgets easy samples. Source: Lin et al., 2017, arXiv:1708.02002.

    Args:
        apply_class_balancing, alpha: whether class 1 counts `alpha`, and class 0 the rest to 1.
        gamma: how quickly easy samples are forgotten; 0 is the plain crossentropy.
        from_logits, label_smoothing, axis: as in `BinaryCrossentropy`.
        reduction, name, dtype: as in `Loss`.
    """

    def __init__(
        self,
        apply_class_balancing=False,
        alpha=0.25,
        gamma=2.0,
        from_logits=False,
        label_smoothing=0.0,
        axis=-1,
        reduction=_MEAN,
        name="binary_focal_crossentropy",
        dtype=None,
    ):
        self._wrap(ce.binary_focal_crossentropy, locals())


class CategoricalCrossentropy(LossFunctionWrapper):
    """Surprise at the true class, one-hot.

    Args:
        from_logits: whether predictions are raw scores, not probabilities.
        label_smoothing: spreads this much of the truth over all classes.
        axis: the axis of the classes.
        reduction, name, dtype: as in `Loss`.
    """

    def __init__(
        self,
        from_logits=False,
        label_smoothing=0.0,
        axis=-1,
        reduction=_MEAN,
        name="categorical_crossentropy",
        dtype=None,
    ):
        self._wrap(ce.categorical_crossentropy, locals())


class CategoricalFocalCrossentropy(LossFunctionWrapper):
    """Surprise at the true class, one-hot, that forgets easy samples. Source: Lin et al., 2017, arXiv:1708.02002.

    Args:
        alpha: factor.
        gamma: how quickly easy samples are forgotten.
        from_logits, label_smoothing, axis: as in `CategoricalCrossentropy`.
        reduction, name, dtype: as in `Loss`.
    """

    def __init__(
        self,
        alpha=0.25,
        gamma=2.0,
        from_logits=False,
        label_smoothing=0.0,
        axis=-1,
        reduction=_MEAN,
        name="categorical_focal_crossentropy",
        dtype=None,
    ):
        self._wrap(ce.categorical_focal_crossentropy, locals())


class CategoricalGeneralizedCrossEntropy(LossFunctionWrapper):
    """Surprise at the true class, a number, that wrong labels pull less. Source: arXiv:1805.07836.

    Args:
        q: between 0 (crossentropy) and 1 (distance).
        reduction, name, dtype: as in `Loss`.

    Raises:
        ValueError: if `q` is not between 0 and 1.
    """

    def __init__(self, q=0.5, reduction=_MEAN, name="categorical_generalized_cross_entropy", dtype=None):
        if not 0 < q < 1:
            raise ValueError(f"q must be in the interval (0, 1). Received: q={q}")
        self._wrap(ce.categorical_generalized_cross_entropy, locals())


class SparseCategoricalCrossentropy(LossFunctionWrapper):
    """Surprise at the true class, a number.

    Args:
        from_logits: whether predictions are raw scores, not probabilities.
        ignore_class: a class number whose samples do not count.
        axis: the axis of the classes.
        reduction, name, dtype: as in `Loss`.
    """

    _not_in_keras = {"axis": -1}

    def __init__(
        self,
        from_logits=False,
        ignore_class=None,
        reduction=_MEAN,
        axis=-1,
        name="sparse_categorical_crossentropy",
        dtype=None,
    ):
        self._wrap(ce.sparse_categorical_crossentropy, locals())


class Dice(LossFunctionWrapper):
    """One minus the overlap of two regions. Source: Milletari et al., 2016, arXiv:1606.04797.

    Args:
        axis: the axes to sum over; all by default.
        reduction, name, dtype: as in `Loss`.
    """

    def __init__(self, reduction=_MEAN, name="dice", axis=None, dtype=None):
        self._wrap(overlap.dice, locals())


class Tversky(LossFunctionWrapper):
    """`Dice` with a price of its own on each kind of error. Source: Salehi et al., 2017, arXiv:1706.05721.

    Args:
        alpha: price on what was missed.
        beta: price on what was claimed wrongly.
        axis: the axes to sum over; all by default.
        reduction, name, dtype: as in `Loss`.
    """

    def __init__(self, alpha=0.5, beta=0.5, reduction=_MEAN, name="tversky", axis=None, dtype=None):
        self._wrap(overlap.tversky, locals())


class Circle(LossFunctionWrapper):
    """Pulls embeddings of one class together and those of others apart. Source: Sun et al., 2020, arXiv:2002.10857.

    Args:
        gamma: how much harder the worst pairs pull.
        margin: how far apart the classes shall be.
        remove_diagonal: whether a sample is not compared with itself.
        reduction, name, dtype: as in `Loss`.
    """

    def __init__(self, gamma=80.0, margin=0.4, remove_diagonal=True, reduction=_MEAN, name="circle", dtype=None):
        self._wrap(overlap.circle, locals())
