"""The patient's chart: what the checks read, looked up or measured once. Nothing in the model changes by it."""

import contextlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ... import backend, tree
from ...backend.random_state import random_state, set_random_state
from ...training.compile_loss import crossentropy, kind_of_target
from ...training.data import class_weight_to_sample_weights
from ..layer_outputs import names_of, watched
from ..units import activation_of
from ..watch import variables_by_layer

ROWS = 1024  # rows looked at; evenly spread, because data may be sorted by class
_CROSSENTROPIES = {"binary": "binary_crossentropy", "sparse": "sparse_categorical_crossentropy", "one-hot": "categorical_crossentropy"}
REGRESSION = ("mean_squared_error", "mean_absolute_error", "huber", "log_cosh", "mean_squared_logarithmic_error", "mean_absolute_percentage_error")


@dataclass
class Output:
    """One output of the model, with its loss and its targets.

    Attributes:
        layer: name of the layer it comes from; activation: that layer's activation, or None.
        loss: loss object, or None; kind: name of its function, or None; from_logits: whether it takes raw scores.
        truth, predicted: arrays of the sample.
        index: its number; losses: the losses of all outputs.
    """

    layer: str
    activation: str | None
    loss: object
    kind: str | None
    from_logits: bool
    truth: np.ndarray
    predicted: np.ndarray
    index: int = 0
    losses: tuple = ()

    def with_loss(self, loss):
        """Return what `compile` takes as `loss` if this output gets another one."""
        return loss if len(self.losses) == 1 else [loss if i == self.index else other for i, other in enumerate(self.losses)]

    @property
    def units(self):
        return self.predicted.shape[-1] if self.predicted.ndim > 1 else 1

    @property
    def is_classes(self):
        """Whether the loss is a crossentropy."""
        return self.kind in _CROSSENTROPIES.values()

    @cached_property
    def looks_like(self):
        """What the numbers are: "softmax" (rows of probabilities), "probabilities" (all from 0 to 1), else "scores"."""
        p = self.predicted.astype("float64")
        if not np.isfinite(p).all() or p.min() < 0 or p.max() > 1 + 1e-6:
            return "scores"
        return "softmax" if self.units > 1 and np.allclose(p.sum(-1), 1, atol=1e-3) else "probabilities"

    @cached_property
    def classes(self):
        """The class of each sample, `(rows,)`; None if these are no classes."""
        if not self.is_classes or self.truth.size == 0:
            return None
        if self.kind == "categorical_crossentropy" or (self.truth.shape == self.predicted.shape and self.units > 1):
            return self.truth.argmax(-1) if self.truth.ndim == 2 and is_one_hot(self.truth) else None
        flat = self.truth.reshape(len(self.truth), -1)
        return flat[:, 0].astype(int) if flat.shape[1] == 1 and is_whole(flat) else None

    @cached_property
    def guessed(self):
        """The class the model gives each sample, `(rows,)`."""
        if self.units > 1:
            return self.predicted.argmax(-1)
        return (self.predicted.reshape(-1) > (0 if self.from_logits else 0.5)).astype(int)

    @cached_property
    def baseline(self):
        """The loss of the best guess that does not look at the input; None if the loss is another one."""
        truth = self.truth.astype("float64").reshape(len(self.truth), -1)
        if self.kind == "mean_squared_error":
            return float(truth.var(0).mean())
        if self.kind == "mean_absolute_error":
            return float(np.abs(truth - np.median(truth, 0)).mean())
        if self.classes is None:
            return None
        share = np.bincount(self.classes) / len(self.classes) if self.classes.min() >= 0 else np.ones(1)
        return float(-(share[share > 0] * np.log(share[share > 0])).sum())


class Chart:
    """What is known of a training.

    Attributes:
        model, x, y, validation_data, training: as in `diagnose`.
        history: dict of metric -> list, one number an epoch; watch: a Watch or None.
        unseen: why the model could not be called on the sample; None if it could.
    """

    unseen = None

    def __init__(self, training, history=None, watch=None):
        self.training, self.model = training, training.model
        self.x, self.y, self.validation_data = training.x, training.y, training.validation_data
        self.history, self.watch = history or {}, watch if watch is not None and watch.steps else None

    @cached_property
    def rows(self):
        """Numbers of the rows looked at."""
        count = len(tree.flatten(self.x)[0])
        return np.unique(np.linspace(0, count - 1, min(count, ROWS)).astype(int))

    @cached_property
    def inputs(self):
        """The arrays of inputs of the sample, in a list."""
        return [a[self.rows] for a in tree.flatten(self.x)]

    @cached_property
    def calls(self):
        """What every layer gives for the sample: dict of name -> list of arrays, one a call, in the order of the calls."""
        return self._run[0]

    @cached_property
    def _run(self):
        try:
            return self._forward()
        except Exception as error:  # any model may come, such as a pair of models that is trained but cannot be called
            self.unseen = f"{type(error).__name__}: {str(error).splitlines()[0]}"
            return {}, []

    def _forward(self):
        model, parts, results = self.model, [], []
        for start in range(0, len(self.rows), 256):
            rows = self.rows[start : start + 256]
            (x,) = model._one_batch(tree.map_structure(lambda a, rows=rows: a[rows], self.x), None, None, None)
            with undisturbed(model), model._backend.inference(), np.errstate(all="ignore"), watched(model) as seen:
                results.append([backend.to_numpy(t) for t in tree.flatten(model._predict(x, False))])
                parts.append({name: [backend.to_numpy(tree.flatten(o)[0]) for o in calls] for name, calls in seen.items()})
        joined = {name: [np.concatenate(c) for c in zip(*[part[name] for part in parts])] for name in parts[0]}
        return joined, [np.concatenate(columns) for columns in zip(*results)]

    @cached_property
    def given(self):
        """What reaches each trained layer with a matrix for some rows: dict of layer -> array of its first call."""
        found, rows = {}, self.rows[:: max(1, len(self.rows) // 256)]
        if not self.calls:
            return found

        def spy(name, call):
            def called(inputs, *args, **kwargs):
                tensor = tree.flatten(inputs)[0]
                found.setdefault(name, np.array(backend.to_numpy(tensor)))
                return call(inputs, *args, **kwargs)

            return called

        (x,) = self.model._one_batch(tree.map_structure(lambda a: a[rows], self.x), None, None, None)
        with contextlib.ExitStack() as undo, undisturbed(self.model), self.model._backend.inference(), watched(self.model):
            for name in (n for n in self.kernels if n in self.calls):
                layer = self.layers[name]
                vars(layer)["call"] = spy(name, layer.call)  # `watched` has every layer called in full
                undo.callback(vars(layer).pop, "call")
            self.model._predict(x, False)
        return found

    @cached_property
    def layers(self):
        """The layers by name, in the order in which they were called; then those that were not."""
        names = names_of(self.model)
        found = {names[id(layer)]: layer for layer in self.model._flatten_layers() if id(layer) in names}
        return {name: found[name] for name in [*self.calls, *(n for n in found if n not in self.calls)]}

    @cached_property
    def hidden(self):
        """Names of called layers that do not make an output."""
        return [name for name in self.calls if name not in {output.layer for output in self.outputs}]

    @cached_property
    def outputs(self):
        """The outputs that have a loss the library knows how to match."""
        predicted = self._run[1]
        loss = self.model._compile_loss
        if loss is None or self.y is None or not predicted:
            return []
        truths = [a[self.rows] for a in tree.flatten(self.y)]
        functions = loss.functions_for(predicted[0] if len(predicted) == 1 else predicted)
        if len(functions) != len(predicted) or len(truths) != len(predicted):
            return []
        each = enumerate(zip(functions, truths, predicted))
        return [self._output(f, t, p, i, tuple(functions)) for i, (f, t, p) in each if f is not None]

    def _output(self, loss, truth, predicted, index, all_losses):
        fn = getattr(loss, "fn", None)
        kind = _CROSSENTROPIES[kind_of_target(truth, predicted)] if fn is crossentropy else getattr(fn, "__name__", None)
        makers = [name for name, calls in self.calls.items() for a in calls if a.shape == predicted.shape and np.array_equal(a, predicted, True)]
        leaves = [name for name in makers if not self.layers[name]._layers] or makers or [""]
        layer = self.layers.get(leaves[-1])
        activation = type(layer).__name__.lower() if type(layer).__name__ in ("Softmax", "ReLU") else layer and activation_of(layer)
        return Output(leaves[-1], activation, loss, kind, bool(getattr(loss, "_fn_kwargs", {}).get("from_logits")), truth, predicted, index, all_losses)

    @cached_property
    def groups(self):
        """Trained variables by layer: dict of name -> list."""
        return variables_by_layer(self.model, self.model.trainable_variables)

    @cached_property
    def kernels(self):
        """Names of trained layers with a matrix, without embeddings: those that gradients flow through one by one."""
        return [name for name, own in self.groups.items() if any(len(v.shape) > 1 for v in own) and not self._is_table(name)]

    @cached_property
    def starts(self):
        """How wide the weights of each layer with a matrix are drawn, compared with He's initializer: dict of layer -> ratio."""
        found = {}
        for name in self.kernels:
            wide = [v for v in self.groups[name] if len(v.shape) > 1 and v.initializer is not None]
            drawn = [backend.to_numpy(v.initializer(v.shape, dtype=v.dtype)) for v in wide]
            found[name] = max([float(a.std() / np.sqrt(2 / np.prod(a.shape[:-1]))) for a in drawn], default=0.0)
        return found

    def _is_table(self, name):
        return type(self.layers.get(name)).__name__ == "Embedding"

    @cached_property
    def losses(self):
        """The loss of each step, or of each epoch, without a Watch."""
        by_epoch = np.array(self.history.get("loss", []), "float64")
        by_step = np.array(self.watch.loss if self.watch is not None else [], "float64")
        untold = np.isnan(by_step).all() and np.isfinite(by_epoch).any()  # a `train_step` that does not say it
        return by_epoch if untold else by_step

    @cached_property
    def skill(self):
        """1 - loss at the end / loss of the best constant guess; None if that is not known."""
        if len(self.outputs) != 1 or not self.outputs[0].baseline or not len(self.losses):
            return None
        end = self.losses[-max(1, len(self.losses) // 10) :].mean()
        return 1 - end / self.outputs[0].baseline if np.isfinite(end) else -np.inf

    @cached_property
    def sample_weight(self):
        """Weights of all samples that `fit` was given, or None."""
        settings = self.training.settings
        if settings.get("class_weight") is not None:
            return class_weight_to_sample_weights(self.y, settings["class_weight"])
        return settings.get("sample_weight")

    def early(self, what):
        """A per-layer record of the Watch, first quarter of the steps: dict of layer -> array `(steps,)`."""
        if self.watch is None:
            return {}
        count = max(3, len(self.watch.steps) // 4)
        return {name: np.array(values[:count], "float64") for name, values in getattr(self.watch, what).items()}


@contextlib.contextmanager
def undisturbed(model):
    """After the block, states of layers and all random numbers stand where they stood."""
    kept, state = [(v, np.array(v.numpy())) for v in model.variables if not v.trainable], random_state()
    try:
        yield
    finally:
        set_random_state(state)
        for variable, value in kept:
            variable.assign(value)


def is_whole(array):
    """Whether all numbers are whole."""
    return bool(np.all(np.isfinite(array)) and np.all(array == np.round(array)))


def is_one_hot(array):
    """Whether each row is one 1 among zeros.

    >>> is_one_hot(np.eye(3)), is_one_hot(np.ones((2, 2)))
    (True, False)
    """
    return bool(array.shape[-1] > 1 and np.isin(array, (0, 1)).all() and (array.sum(-1) == 1).all())
