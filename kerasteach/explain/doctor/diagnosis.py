"""From a training to a report: every check runs, and what another finding explains steps back."""

import numpy as np

from ... import tree
from ...backend.random_state import random_state, set_random_state
from . import curves, data, flow, form, pace
from .chart import Chart
from .finding import Report
from .training import Training

_FORM = ("softmax twice", "logits as probabilities", "wrong output activation", "softmax on one unit", "regression loss on classes",
         "wrong form of labels", "labels out of range", "silent broadcast")  # fmt: skip
_PACE = ("learning rate too high", "learning rate too low")
_FLOW = ("exploding gradients", "saturation", "dead relus", "vanishing gradients")

# Name of a disease -> its check, and what it explains, so that those findings step back.
_TABLE = {
    "nan in the data": (data.nan_in_the_data, ("nan in the loss", *_FORM, *_FLOW, *_PACE, "unscaled inputs", "unused layers", "imbalance ignored", "shuffled labels")),
    "softmax twice": (form.softmax_twice, (*_PACE, *_FLOW, "overfitting", "imbalance ignored", "shuffled labels")),
    "softmax on one unit": (form.softmax_on_one_unit, (*_PACE, *_FLOW, "unused layers", "regression loss on classes", "imbalance ignored", "shuffled labels", "labels out of range", "logits as probabilities")),
    "wrong form of labels": (form.wrong_form_of_labels, (*_PACE, *_FLOW, "labels out of range", "shuffled labels", "imbalance ignored", "nan in the loss")),
    "labels out of range": (form.labels_out_of_range, (*_PACE, *_FLOW, "overfitting", "shuffled labels", "imbalance ignored", "nan in the loss", "logits as probabilities")),
    "regression loss on classes": (form.regression_loss_on_classes, (*_PACE, "vanishing gradients", "silent broadcast", "overfitting", "shuffled labels", "imbalance ignored")),
    "wrong output activation": (form.wrong_output_activation, (*_PACE, *_FLOW, "labels out of range", "overfitting", "shuffled labels", "imbalance ignored")),
    "logits as probabilities": (form.logits_as_probabilities, ("nan in the loss", *_PACE, *_FLOW, "overfitting", "shuffled labels", "imbalance ignored", "unused layers")),
    "silent broadcast": (form.silent_broadcast, (*_PACE, *_FLOW, "overfitting", "shuffled labels")),
    "unscaled inputs": (data.unscaled_inputs, ("nan in the loss", *_PACE, *_FLOW, "overfitting", "imbalance ignored")),
    "shuffled labels": (data.shuffled_labels, (*_PACE, "overfitting", "imbalance ignored")),
    "leaking feature": (data.leaking_feature, ()),
    "training rows in validation": (data.training_rows_in_validation, ()),
    "frozen layers": (flow.frozen_layers, (*_PACE, "vanishing gradients", "saturation")),
    "unused layers": (flow.unused_layers, (*_PACE, "vanishing gradients", "dead relus")),
    "exploding gradients": (flow.exploding_gradients, ("nan in the loss", *_PACE, "dead relus", "saturation", "vanishing gradients", "overfitting")),
    "saturation": (flow.saturation, (*_PACE, "vanishing gradients")),
    "learning rate too high": (pace.learning_rate_too_high, ("nan in the loss", "dead relus", "vanishing gradients", "overfitting", "imbalance ignored")),
    "dead relus": (flow.dead_relus, ("vanishing gradients", "learning rate too low", "imbalance ignored")),
    "vanishing gradients": (flow.vanishing_gradients, ("learning rate too low", "imbalance ignored")),
    "learning rate too low": (pace.learning_rate_too_low, ("imbalance ignored",)),
    "nan in the loss": (pace.nan_in_the_loss, ("overfitting", "unused layers")),
    "imbalance ignored": (data.imbalance_ignored, ()),
    "overfitting": (curves.overfitting, ()),
}  # fmt: skip
DISEASES = tuple(_TABLE)


def diagnose(model, x, y, history=None, watch=None, validation_data=None, **settings):
    """Look for what is wrong with a training. Nothing is changed; trials run on copies.

    Args:
        model: a compiled model, before or after training.
        x, y: the training data: arrays, or lists or dicts of them.
        history: what `fit` returned, or its dict; without it, curves are not judged.
        watch: the `Watch` that `fit` had as a callback; without it, gradients and steps are not judged.
        validation_data: `(x, y)` that `fit` was given.
        **settings: other arguments that `fit` was given, such as `batch_size` and `class_weight`.

    Returns:
        A `Report`: a list of findings, causes first; empty if nothing was found.

    Raises:
        ValueError: before `compile`; for data that is not arrays.

    >>> import kerasteach as keras
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, activation="softmax", name="last")])
    >>> model.compile("sgd", "binary_crossentropy")
    >>> diagnose(model, [[0.0, 1.0], [1.0, 0.0]], [0, 1])
    1. softmax on one unit: One unit that has to sum to 1 with itself is 1 for every sample, so nothing can be learned.
         evidence: smallest output: 1; largest output: 1
         layers: last
         fix: Give the last layer a sigmoid, with the binary crossentropy.
              keras.layers.Dense(1, activation="sigmoid")
    """
    model._assert_compile_called("diagnose")
    x, y = _arrays(x, "x"), _arrays(y, "y")
    if validation_data is not None:
        validation_data = tuple(_arrays(part, "validation_data") for part in validation_data)
    history = getattr(history, "history", history)
    if history:
        settings = {"epochs": len(history["loss"]), **settings}
    training = Training(model, x, y, validation_data, settings)
    return report_on(Chart(training, history, watch))


def report_on(chart):
    """Return the report on a chart."""
    state, found = random_state(), []
    try:
        for name, (check, _) in _TABLE.items():
            if check not in _COSTLY or not any(name in _TABLE[f.disease][1] for f in found):
                found += check(chart)
    finally:
        set_random_state(state)
    for finding in found:
        finding.training = chart.training
    causes = [f for f in found if not _is_explained(f, found)]
    note = f"Outputs and units were not judged, because the model could not be called on the data: {chart.unseen}" if chart.unseen else ""
    return Report(causes, [f for f in found if f not in causes], note)


def _is_explained(finding, found):
    """Whether another finding explains this one; a misfit at one output does not explain a misfit at another."""
    causes = [f for f in found if finding.disease in _TABLE[f.disease][1]]
    if finding.disease in _FORM:
        causes = [f for f in causes if f.disease not in _FORM or set(f.layers) & set(finding.layers)]
    return bool(causes)


_COSTLY = (pace.learning_rate_too_high, pace.learning_rate_too_low)  # they train a copy


def _arrays(data, what):
    if data is None:
        return None
    if isinstance(data, list) and data and not hasattr(data[0], "shape"):
        data = np.asarray(data)
    if isinstance(data, (list, tuple, dict)):
        return tree.map_structure(lambda a: _arrays(a, what), data)
    if not hasattr(data, "shape") and not hasattr(data, "__array__"):
        raise ValueError(
            f"The doctor reads arrays. Received {what} of type {type(data).__name__}.\nFix: pass arrays, or give fit() a `Doctor()` callback: "
            "it looks at the batches as they come."
        )
    return np.asarray(data.detach().cpu() if hasattr(data, "detach") else data)
