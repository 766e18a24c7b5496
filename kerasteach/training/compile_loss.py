"""The `loss` given to `compile`, matched to the outputs of the model."""

import warnings

import numpy as np

from .. import losses, ops, tree
from ..backend.names import snake_case
from ..backend.replicas import REPLICAS
from .loss_tracker import LossTracker


class CompileLoss:
    """One loss per output, weighed and summed.

    Args:
        loss: one for all outputs, or a list or dict of them; `None` for an output without.
        loss_weights: list or dict of factors.
        output_names: names of the model's outputs, in order.
    """

    def __init__(self, loss, loss_weights=None, output_names=None):
        _check_weights(loss_weights)
        self.loss, self.loss_weights, self.output_names = loss, loss_weights, output_names
        self.functions = None
        self.trackers = []

    def __getstate__(self):
        return {**vars(self), "parts": []}  # a copy of the model does not drag the last step along

    def build(self, y_pred):
        """Match losses to the structure of the predictions.

        Raises:
            ValueError: if counts or names do not fit.
        """
        outputs = tree.flatten(y_pred)
        names = output_names(y_pred, self.output_names)
        if isinstance(self.loss, dict) and not isinstance(y_pred, dict) and set(self.loss) != set(names):
            raise ValueError(
                f"Expected keys {names} in loss dict, but found loss.keys()={list(self.loss)}. "
                "Fix: name every output; None stands for an output without a loss."
            )
        chosen = match(self.loss, names, len(outputs), "loss")
        self.functions = [_loss(loss) for loss in chosen]
        self.weights = match(self.loss_weights, names, len(outputs), "loss_weights")
        self.labels = names
        trained = [i for i, f in enumerate(self.functions) if f is not None]
        if isinstance(self.loss, dict) and isinstance(y_pred, dict):  # listed as the user did
            trained.sort(key=lambda i: list(self.loss).index(names[i]))
        self.order = trained
        places = [_place(path, name) for (path, _), name in zip(tree.flatten_with_path(y_pred), names)]
        self.trackers = [LossTracker(name=f"{places[i]}_loss") for i in trained] if len(trained) > 1 else []

    def functions_for(self, y_pred):
        """Return the loss functions of the outputs."""
        if self.functions is None:
            self.build(y_pred)
        return self.functions

    def __call__(self, y_true, y_pred, sample_weight=None):
        """Return the summed loss; per-output losses are kept in `parts`."""
        functions = self.functions_for(y_pred)
        if y_true is None:
            raise ValueError(
                "The model was compiled with a loss but got no targets `y`. Fix: pass fit(x, y), or batches (x, y)."
            )
        if len(functions) == 1 and not isinstance(y_pred, (list, tuple, dict)):
            truth = y_true
            if isinstance(y_true, (list, tuple, dict)):
                (truth,) = aligned(tree.flatten(y_true), y_pred, self.labels, "y")
            loss = _value(self.functions[0], truth, y_pred, sample_weight)
            self.parts = [loss]
            return loss if self.weights[0] is None else ops.multiply(loss, self.weights[0])
        truths = self._aligned_targets(y_true, y_pred)
        weights = aligned(sample_weight, y_pred, self.labels, "sample_weight")
        total, self.parts = None, []
        outputs = tree.flatten(y_pred)
        for i in self.order:
            loss = _value(functions[i], truths[i], outputs[i], weights[i])
            self.parts.append(loss)
            loss = loss if self.weights[i] is None else ops.multiply(loss, self.weights[i])
            total = loss if total is None else ops.add(total, loss)
        if total is None:
            raise ValueError("No loss to compute: every output's loss is None. Fix: pass `loss=` to compile().")
        return total

    def check_targets(self, y_true, y_pred):
        """Raise if `y` holds values that a loss cannot take, given symbolic predictions."""
        functions = self.functions_for(y_pred)
        for f, truth, output in zip(functions, self._aligned_targets(y_true, y_pred), tree.flatten(y_pred)):
            if f is not None and truth is not None:
                f.check_targets(truth, output)

    def _aligned_targets(self, y_true, y_pred):
        return aligned(y_true, y_pred, self.labels, "y", [f is not None for f in self.functions])


def _check_weights(loss_weights):
    """Raise unless they are numbers; metrics given in the wrong place land here."""
    given = list(loss_weights.values()) if isinstance(loss_weights, dict) else tree.flatten(loss_weights)
    wrong = [w for w in given if w is not None and not isinstance(w, (int, float, np.number))]
    if wrong:
        raise ValueError(
            f"Argument `loss_weights` must be a list or dict of numbers, one per output. Received: {loss_weights!r}\n"
            "Fix: the third argument of compile() is loss_weights; pass metrics by name, compile(..., metrics=[...])."
        )


def _value(f, y_true, y_pred, sample_weight):
    """The loss of a batch; of many processes' batch, where it looks at all samples together, or may."""
    if not REPLICAS.on or _goes_by_rows(f):
        return _apply(f, y_true, y_pred, sample_weight)
    whole = [REPLICAS.all_rows(part) for part in (y_true, y_pred, sample_weight)]
    with REPLICAS.alone():
        return _apply(f, *whole)


def _goes_by_rows(f):
    """Whether a loss is the library's own, and one number per sample by itself."""
    fn, package = getattr(f, "fn", f), losses.__name__
    ours = all(part.__module__.startswith(package) for part in (type(f), fn))
    return ours and not getattr(fn, "whole_batch", False) and getattr(f, "_fn_kwargs", {}).get("axis", -1) == -1


def _apply(f, y_true, y_pred, sample_weight):
    if tuple(y_true.shape) != tuple(y_pred.shape):
        _warn_of_spreading(f, tuple(y_true.shape), tuple(y_pred.shape))
    try:
        return f(y_true, y_pred, sample_weight)
    except (ValueError, TypeError) as error:
        note = f"In the loss '{f.name}': y has shape {tuple(y_true.shape)}, the model's output has shape {tuple(y_pred.shape)}."
        fix = "" if "Fix:" in str(error) else "\nFix: y needs one row per sample and one column per unit of the last layer."
        error.add_note(note + fix)
        raise


def _warn_of_spreading(f, truth, output):
    """Warn if a loss that compares element by element would spread targets over outputs, or the reverse.

    Keras's own rules come first: a last axis of 1 is added or dropped.
    """
    fn = getattr(f, "fn", None)
    if fn is None or hasattr(fn, "check_targets") or fn is crossentropy or not fn.__module__.startswith(losses.__name__):
        return
    shorter, longer = sorted((truth, output), key=len)
    if longer == (*shorter, 1) or any(a != b and 1 not in (a, b) for a, b in zip(truth[::-1], output[::-1])):
        return  # Keras makes them equal; or they do not fit, and the loss says so
    rows, columns = output[0], output[1:]
    warnings.warn(
        f"The loss '{f.name}' compares `y` of shape {truth} with the model's output of shape {output}, number by number: each "
        f"is repeated until both have the same shape, which is hardly meant.\nFix: give `y` the shape {(rows, *columns)}, or the "
        "last layer one unit per column of `y`.",
        stacklevel=4,
    )


def _loss(given):
    """A loss object from a name, class, function or object; None for an output without."""
    if given is None:
        return None
    by_shape = isinstance(given, str) and given.lower() in ("crossentropy", "ce")
    found = crossentropy if by_shape else losses.get(given)
    if isinstance(found, losses.Loss):
        return found
    name = given if isinstance(given, str) else snake_case(getattr(found, "__name__", type(found).__name__))
    return losses.LossFunctionWrapper(found, name=name)


def crossentropy(y_true, y_pred):
    """The crossentropy that fits: of one output, of class numbers, or of one-hot vectors."""
    kind = kind_of_target(y_true, y_pred)
    found = {"binary": losses.binary_crossentropy, "sparse": losses.sparse_categorical_crossentropy}
    return found.get(kind, losses.categorical_crossentropy)(y_true, y_pred)


def _check_crossentropy_targets(y_true, y_pred):
    if kind_of_target(y_true, y_pred) == "sparse":
        losses.sparse_categorical_crossentropy.check_targets(y_true, y_pred)


crossentropy.check_targets = _check_crossentropy_targets


def kind_of_target(y_true, y_pred):
    """Return "binary" for one output, "sparse" for class numbers, else "one-hot".

    >>> kind_of_target(np.zeros((8,)), np.zeros((8, 3)))
    'sparse'
    """
    true_shape, pred_shape = tuple(y_true.shape), tuple(y_pred.shape)
    if pred_shape[-1] == 1:
        return "binary"
    return "sparse" if len(true_shape) < len(pred_shape) or true_shape[-1] == 1 else "one-hot"


def output_names(y_pred, given):
    """Names of outputs: dict keys, the model's own, or their numbers."""
    if isinstance(y_pred, dict):
        return sorted(y_pred)
    count = len(tree.flatten(y_pred))
    return list(given) if given and len(given) == count else [f"output_{i}" for i in range(count)]


def _place(path, name):
    """Where an output is in a structure of them, as in logs: by its name in a list, by its key in a dict.

    >>> _place((1,), "dense"), _place((1, "key"), "dense")
    ('dense', '1/key')
    """
    return "/".join(map(str, (*path[:-1], name if not path or isinstance(path[-1], int) else path[-1])))


def match(setting, names, count, what):
    """Spread a setting (one, a list or a dict) over the outputs.

    Raises:
        ValueError: if a list is too short or long, or a name is unknown.

    >>> match({"b": 2}, ["a", "b"], 2, "loss_weights")
    [None, 2]
    """
    if isinstance(setting, dict) and "class_name" not in setting:
        unknown = set(setting) - set(names)
        if unknown:
            raise ValueError(
                f"In the dict argument `{what}`, key(s) {sorted(unknown)} do not correspond to any model output. "
                f"Received: {what}={setting}. Outputs: {names}"
            )
        return [setting.get(name) for name in names]
    if isinstance(setting, (list, tuple)):
        if len(setting) != count:
            raise ValueError(
                f"For a model with {count} output(s), `{what}` as a list needs {count} entries (one per output, in "
                f"the order {names}). Received {len(setting)}: {setting}"
            )
        return list(setting)
    return [setting] * count


def aligned(structure, y_pred, names, what, wanted=()):
    """Leaves of `y` in the order of the outputs; dicts go by output name.

    With `wanted`, a list of truth values, outputs not wanted may be left out.
    """
    count = len(tree.flatten(y_pred))
    if structure is None:
        return [None] * count
    if isinstance(structure, dict):
        needed = [n for i, n in enumerate(names) if not wanted or wanted[i]]
        missing, unknown = [n for n in needed if n not in structure], [n for n in structure if n not in names]
        if (missing and what == "y") or unknown:
            raise ValueError(
                f"The keys of `{what}` are not the model's outputs: missing {missing}, unknown {unknown}. Received keys: "
                f"{sorted(structure)}. Outputs: {sorted(names)}\nFix: give the layers that make the outputs these names, or "
                "use these names as keys."
            )
        return [structure.get(n) for n in names]
    leaves = tree.flatten(structure)
    if len(leaves) == 1 and what == "sample_weight":
        return leaves * count
    if len(leaves) != count and len(leaves) == sum(wanted):
        given = iter(leaves)
        return [next(given) if is_wanted else None for is_wanted in wanted]
    if len(leaves) != count:
        raise ValueError(
            f"The model has {count} output(s) ({', '.join(names)}), `{what}` has {len(leaves)} arrays. "
            "Fix: pass one array per output, as a list in their order or as a dict by their names."
        )
    return leaves


