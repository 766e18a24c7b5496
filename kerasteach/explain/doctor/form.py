"""Loss, last activation and labels that do not fit each other."""

import functools

import numpy as np

from ... import losses, tree
from ...ops import softmax
from .chart import REGRESSION, is_one_hot, is_whole
from .finding import Finding, Fix

_CLASSES = {
    "binary_crossentropy": losses.BinaryCrossentropy, "categorical_crossentropy": losses.CategoricalCrossentropy,
    "sparse_categorical_crossentropy": losses.SparseCategoricalCrossentropy,
}  # fmt: skip


def each_output(check):
    """A check of one output as a check of all."""

    @functools.wraps(check)
    def check_all(chart):
        for output in chart.outputs:
            yield from check(chart, output)

    return check_all


def _compiled_with(output, kind, **settings):
    """The line that compiles with another loss for an output, and function(Training) -> Training that does it."""
    loss = _CLASSES[kind](**settings)
    words = ", ".join(f"{k}={v}" for k, v in settings.items())
    return f"model.compile(loss=keras.losses.{type(loss).__name__}({words}), ...)", lambda t: t.with_compile(loss=output.with_loss(loss))


@each_output
def softmax_twice(chart, output):
    """Probabilities are taken for raw scores, or a softmax stands on a softmax: gradients shrink, the loss has a floor.

    Source: https://keras.io/api/losses/probabilistic_losses/ (`from_logits`).
    """
    bent = output.activation in ("softmax", "sigmoid") or (output.activation is None and output.looks_like == "softmax")
    if output.is_classes and output.from_logits and bent and output.looks_like != "scores":
        code, change = _compiled_with(output, output.kind)
        yield Finding(
            "softmax twice",
            f"The loss has from_logits=True, so it applies a {output.activation or 'softmax'} to outputs that are probabilities already.",
            {"smallest output": float(output.predicted.min()), "largest output": float(output.predicted.max())},
            Fix("Leave from_logits out, or the last activation.", code, change), (output.layer,),
        )  # fmt: skip
    before = [name for name in chart.hidden if _is_softmax_of(chart.calls[name][-1], output.predicted)]
    if output.looks_like == "softmax" and before:
        name = before[-1]
        yield Finding(
            "softmax twice", "The output is the softmax of a softmax: no class can get more than e times the share of another.",
            {"largest output": float(output.predicted.max())},
            Fix(f"Take the activation of '{name}' away.", f'model.get_layer("{name}").activation = keras.activations.linear',
                lambda t: t.with_layers([name], activation="linear")), (name, output.layer),
        )  # fmt: skip


def _is_softmax_of(scores, predicted):
    if scores.shape != predicted.shape or scores.shape[-1] < 2 or scores.min() < 0 or not np.allclose(scores.sum(-1), 1, atol=1e-3):
        return False
    return np.allclose(softmax(scores), predicted, atol=1e-5) and not np.allclose(scores, predicted, atol=1e-7)


@each_output
def logits_as_probabilities(chart, output):
    """A crossentropy of probabilities gets raw scores: it clips or rescales them, and most gradients are lost."""
    raw = output.activation == "linear" or (output.looks_like == "scores" and output.activation not in ("softmax", "sigmoid"))
    if output.is_classes and not output.from_logits and raw and not _is_alone(output):
        code, change = _compiled_with(output, output.kind, from_logits=True)
        low, high = float(output.predicted.min()), float(output.predicted.max())
        yield Finding(
            "logits as probabilities", f"The loss {output.kind} expects probabilities; the outputs are raw scores.",
            {"smallest output": low, "largest output": high},
            Fix("Tell the loss with from_logits=True.", code, lambda t: change(t.with_layers([output.layer], activation="linear"))),
            (output.layer,),
        )  # fmt: skip


@each_output
def wrong_output_activation(chart, output):
    """One class of many needs a softmax; many labels at once need a sigmoid each.

    Source: Goodfellow, Bengio and Courville, 2016, section 6.2.2 (output units).
    """
    many = output.truth.ndim > 1 and output.truth.shape == output.predicted.shape and output.units > 1
    multi_hot = many and np.isin(output.truth, (0, 1)).all() and not is_one_hot(output.truth)
    categorical = output.kind in ("categorical_crossentropy", "sparse_categorical_crossentropy")
    apart = output.looks_like == "probabilities" and output.activation != "linear"
    if categorical and not multi_hot and apart and output.units > 1 and not output.from_logits:
        yield Finding(
            "wrong output activation",
            f"The loss {output.kind} expects probabilities that sum to 1; the outputs are {output.units} separate ones.",
            {"mean sum of a row": float(output.predicted.sum(-1).mean())},
            Fix("Give the last layer a softmax.", _dense(output, "softmax"), lambda t: t.with_layers([output.layer], activation="softmax")),
            (output.layer,),
        )  # fmt: skip
    if multi_hot and output.is_classes and (output.looks_like == "softmax" or categorical):
        _, change = _compiled_with(output, "binary_crossentropy")
        yield Finding(
            "wrong output activation", "A sample may have several labels at once, but the outputs of a softmax share one whole.",
            {"most labels of a sample": int(output.truth.sum(-1).max()), "mean sum of a row": float(output.predicted.sum(-1).mean())},
            Fix("Give the last layer a sigmoid, and the model the binary crossentropy.", _dense(output, "sigmoid"),
                lambda t: change(t.with_layers([output.layer], activation="sigmoid"))), (output.layer,),
        )  # fmt: skip
    if output.kind == "binary_crossentropy" and output.units > 2 and output.looks_like == "softmax" and many and is_one_hot(output.truth):
        code, change = _compiled_with(output, "categorical_crossentropy")
        yield Finding(
            "wrong output activation", "The outputs are one choice among many, but the loss judges each of them by itself.",
            {"outputs": output.units, "labels of a sample": 1},
            Fix("Use the categorical crossentropy with a softmax.", code, change), (output.layer,),
        )  # fmt: skip


def _dense(output, activation):
    return f'keras.layers.Dense({output.units}, activation="{activation}")'


@each_output
def softmax_on_one_unit(chart, output):
    """The softmax of one number is 1, whatever the number; the categorical crossentropy divides by the sum, with the same end."""
    if _is_alone(output):
        _, change = _compiled_with(output, "binary_crossentropy")
        yield Finding(
            "softmax on one unit", "One unit that has to sum to 1 with itself is 1 for every sample, so nothing can be learned.",
            {"smallest output": float(output.predicted.min()), "largest output": float(output.predicted.max())},
            Fix("Give the last layer a sigmoid, with the binary crossentropy.", _dense(output, "sigmoid"),
                lambda t: change(t.with_layers([output.layer], activation="sigmoid"))), (output.layer,),
        )  # fmt: skip


def _is_alone(output):
    """Whether one unit is made to sum to 1 by itself."""
    by_softmax = output.activation == "softmax" and np.allclose(output.predicted, 1)
    return output.units == 1 and (by_softmax or output.kind == "categorical_crossentropy")


@each_output
def regression_loss_on_classes(chart, output):
    """Squared error through a softmax or sigmoid has flat regions where the answer is most wrong.

    Source: Goodfellow, Bengio and Courville, 2016, section 6.2.2.2 (why crossentropy).
    """
    if output.kind not in REGRESSION or output.truth.size == 0:
        return
    yes_no = output.units == 1 and output.truth.size == len(output.truth) and set(np.unique(output.truth)) == {0, 1}
    numbers = output.looks_like == "softmax" and output.truth.size == len(output.truth) and is_whole(output.truth)
    one_hot = output.truth.shape == output.predicted.shape and output.truth.ndim == 2 and is_one_hot(output.truth)
    if not (yes_no or numbers or one_hot):
        return
    last = "sigmoid" if yes_no else "softmax"
    code, change = _compiled_with(output, "binary_crossentropy" if yes_no else "categorical_crossentropy" if one_hot else "sparse_categorical_crossentropy")
    yield Finding(
        "regression loss on classes", f"The loss {output.kind} measures distances, but the targets are classes.",
        {"classes": 2 if yes_no else output.units, "outputs": "one-hot" if one_hot else "numbers of classes"},
        Fix(f"Use a crossentropy, and a {last} in the last layer.", code,
            lambda t: change(t if output.activation == last else t.with_layers([output.layer], activation=last))), (output.layer,),
    )  # fmt: skip


@each_output
def wrong_form_of_labels(chart, output):
    """Class numbers go with the sparse crossentropy, one-hot rows with the categorical one."""
    single = output.truth.shape in (output.predicted.shape[:-1], (*output.predicted.shape[:-1], 1))  # one number for each row of outputs
    if output.kind == "categorical_crossentropy" and output.units > 1 and single and is_whole(output.truth):
        kind, what = "sparse_categorical_crossentropy", "numbers of classes, and the loss wants one-hot rows"
    elif output.kind == "sparse_categorical_crossentropy" and output.truth.shape == output.predicted.shape and is_one_hot(output.truth):
        kind, what = "categorical_crossentropy", "one-hot rows, and the loss wants numbers of classes"
    else:
        return
    code, change = _compiled_with(output, kind, **({"from_logits": True} if output.from_logits else {}))
    yield Finding(
        "wrong form of labels", f"The labels are {what}.",
        {"shape of the labels": tuple(output.truth.shape), "shape of the outputs": tuple(output.predicted.shape)},
        Fix(f"Use {kind}.", code, change), (output.layer,),
    )  # fmt: skip


@each_output
def labels_out_of_range(chart, output):
    """Classes count from 0, and a yes-or-no label is 0 or 1."""
    truth = output.truth
    if not output.is_classes or truth.size == 0 or not np.isfinite(truth).all():
        return
    if output.kind == "sparse_categorical_crossentropy" and truth.shape != output.predicted.shape:
        top, wrong = output.units - 1, (truth < 0) | (truth >= output.units)
    elif output.kind == "binary_crossentropy" or (output.kind == "categorical_crossentropy" and truth.shape == output.predicted.shape):
        top, wrong = 1, (truth < 0) | (truth > 1)
    else:
        return
    if not wrong.any():
        return
    found = np.unique(tree.flatten(chart.y)[output.index])
    if set(found) <= {0, 1}:
        _, change = _compiled_with(output, "binary_crossentropy")
        fix = Fix("Use the binary crossentropy with one sigmoid.", _dense(output, "sigmoid"),
                  lambda t: change(t.with_layers([output.layer], activation="sigmoid")))  # fmt: skip
    elif len(found) <= top + 1:
        fix = Fix("Number the classes from 0.", "classes, y = np.unique(y, return_inverse=True)",
                  lambda t: t.with_targets(lambda y: np.searchsorted(found, y), output.index))  # fmt: skip
    else:
        fix = Fix(f"Give the last layer {len(found)} units: there are so many classes.", f"keras.layers.Dense({len(found)}, activation=...)")
    yield Finding(
        "labels out of range", f"Labels from 0 to {top} are expected; {wrong.mean():.0%} of them lie outside.",
        {"smallest label": float(truth.min()), "largest label": float(truth.max()), "outputs": output.units}, fix, (output.layer,),
    )  # fmt: skip


@each_output
def silent_broadcast(chart, output):
    """Targets `(n,)` against outputs `(n, 1)` make an `(n, n)` table of differences: every sample is compared with every other.

    Source: https://numpy.org/doc/stable/user/basics.broadcasting.html
    """
    truth, predicted = output.truth[:64], output.predicted[:64]
    if not np.isfinite(predicted).all():  # it is about shapes: any numbers will do
        predicted = np.random.default_rng(0).uniform(0.1, 0.9, predicted.shape).astype("float32")
    if truth.shape == predicted.shape or output.is_classes or output.loss is None:
        return
    if truth.size == predicted.size:
        straight, given = _loss(output.loss, truth.reshape(predicted.shape), predicted), _loss(output.loss, truth, predicted)
        if given is None or straight is None or np.isclose(given, straight, rtol=1e-3, equal_nan=True):
            return
        shape = predicted.shape[1:]
        yield Finding(
            "silent broadcast",
            f"The loss compares targets of shape {_n(output.truth)} with outputs of shape {_n(output.predicted)}: every sample with every other.",
            {"loss": given, "loss with equal shapes": straight},
            Fix("Give y the shape of the outputs.", f"y = y.reshape({(-1, *shape)})", lambda t: t.with_targets(lambda y: y.reshape(-1, *shape), output.index)),
            (output.layer,),
        )  # fmt: skip
    elif output.kind in REGRESSION and truth.size == len(truth) and output.looks_like != "softmax":
        yield Finding(
            "silent broadcast",
            f"The targets of shape {_n(output.truth)} are repeated for each of the {output.units} outputs: all learn the same.",
            {"columns of y": 1, "outputs": output.units},
            Fix("Give the last layer one unit.", "keras.layers.Dense(1)"), (output.layer,),
        )  # fmt: skip


def _loss(loss, truth, predicted):
    try:
        return float(np.mean(loss(truth.astype("float32"), predicted)))
    except (ValueError, TypeError):  # shapes that do not broadcast are an error in `fit`, and not silent
        return None


def _n(array):
    return "(" + ", ".join(["n", *map(str, array.shape[1:])]) + ("," if array.ndim == 1 else "") + ")"


