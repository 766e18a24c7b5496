"""A training watched: how strongly each layer learns, step by step, and which of its units have stopped.

Watching changes nothing: weights, random numbers and states of layers are, bit for bit, what they would have been.
"""

import contextlib
import math

import numpy as np

from .. import backend, tree
from ..callbacks import Callback
from ..layers import RNN
from ..layers.calling import CONTEXT
from ..training.data import unpack_x_y_sample_weight
from ..training.observing import Observer, forget, observe
from .layer_outputs import names_of
from .units import Units, kind_of

GRADIENT_BINS = np.linspace(-10, 4, 57)  # of log10 of the size of a gradient's entries; what lies outside counts at the ends
WEIGHT_BINS = np.linspace(-2, 2, 81)


class Watch(Callback):
    """Records, per trained layer and step, what tells a healthy training from a sick one.

    Pass it to `fit`; in a loop of `train_on_batch`, call `start(model)` before and `stop()` after. There are never more
    than `keep` records: when there would be, every second one is dropped, and from then on every second step is recorded.

    Args:
        every: record every so many steps.
        histograms: whether to record histograms, too.
        keep: most records to hold.

    Attributes:
        every: as given; twice as much each time that records were dropped.
        layers: names of the trained layers, as `activations` has them; an RNN stands for its cell.
        steps: numbers of the recorded steps, from 0.
        loss: loss of each recorded step; NaN if a `train_step` of the user's own does not call `compute_loss`.
        gradient_norm: dict of layer -> list of the length of its gradient; NaN where none reached it.
        weight_norm: dict of layer -> list of the length of its weights, before the update.
        update_ratio: dict of layer -> list of length of the update / length of the weights. About 0.001 is usual.
        dead: dict of layer with a relu -> list of the share of its units that gave 0 for the whole batch.
        saturated: dict of layer with a tanh or sigmoid -> list of the share of its outputs that lie near an end.
        gradient_histogram: dict of layer -> list of counts of log10 |gradient| in `GRADIENT_BINS`; empty without `histograms`.
        weight_histogram: dict of layer -> list of counts of weights in `WEIGHT_BINS`; empty without `histograms`.

    Raises:
        ValueError: if `every` or `keep` is too small.

    Source: Karpathy, CS231n, "Babysitting the learning process" (update ratio, dead units); Glorot and Bengio, 2010
        (saturation, norms per layer).

    >>> import kerasteach as keras
    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, "relu", name="line", kernel_initializer="ones")])
    >>> model.compile(keras.optimizers.SGD(0.1), "mse")
    >>> watch = Watch()
    >>> history = model.fit([[1.0]], [[0.5]], epochs=2, verbose=0, callbacks=[watch])
    >>> watch.steps, watch.layers, [round(loss, 2) for loss in watch.loss]
    ([0, 1], ['line'], [0.25, 0.09])
    >>> [round(norm, 2) for norm in watch.gradient_norm["line"]], watch.dead["line"]
    ([1.41, 0.85], [0.0, 0.0])
    """

    def __init__(self, every=1, histograms=False, keep=1000):
        super().__init__()
        if every < 1 or keep < 2:
            raise ValueError(f"Expected `every` of at least 1 and `keep` of at least 2. Received: every={every}, keep={keep}")
        self.every, self.histograms, self.keep = every, histograms, keep
        self._rows, self._step, self._ear = [], 0, None

    # Whom to watch

    def start(self, model):
        """Watch a compiled model from now on; steps count on from those seen before."""
        self.stop()
        self._ear = _Ear(self, model)
        observe(model, self._ear)

    def stop(self):
        """Watch no more."""
        if self._ear is not None:
            forget(self._ear.model, self._ear)
            self._ear = None

    def on_train_begin(self, logs=None):
        self.start(self.model)

    def on_train_end(self, logs=None):
        self.stop()

    def __getstate__(self):
        return {**vars(self), "_ear": None, "_model": None}  # a copy keeps the records, and watches nobody

    # What was seen

    @property
    def layers(self):
        return list(dict.fromkeys(name for row in self._rows for name in row["weight_norm"]))

    @property
    def steps(self):
        return [row["step"] for row in self._rows]

    @property
    def loss(self):
        return [row["loss"] for row in self._rows]

    def __getattr__(self, what):
        if what not in _PER_LAYER:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {what!r}", name=what, obj=self)
        names = dict.fromkeys(name for row in self._rows for name in row[what])
        return {name: [row[what].get(name, math.nan) for row in self._rows] for name in names}

    def __dir__(self):
        return sorted({*super().__dir__(), *_PER_LAYER})

    def __repr__(self):
        return f"<Watch of {self._step} steps, {len(self._rows)} recorded, {len(self.layers)} layers>"

    def _next(self):
        """A row for the step that begins now; None if it is not to be recorded."""
        step, self._step = self._step, self._step + 1
        if step % self.every:
            return None
        if len(self._rows) >= self.keep:
            self.every *= 2
            self._rows = [row for row in self._rows if row["step"] % self.every == 0]
            if step % self.every:
                return None
        self._rows.append({"step": step, "loss": math.nan, **{what: {} for what in _PER_LAYER}})
        return self._rows[-1]


_PER_LAYER = (
    "gradient_norm", "weight_norm", "update_ratio", "dead", "saturated", "gradient_histogram", "weight_histogram",
)  # fmt: skip


class _Ear(Observer):
    """Hears a model's steps for a Watch, and writes them into its rows."""

    def __init__(self, watch, model):
        self.watch, self.model, self.row = watch, model, None
        self.run = model._fixed_structure  # this run of `fit`; None in a loop by hand
        self.bent, self.groups = {}, {}

    def around(self, data):
        if self.run is not None and self.model._fixed_structure is not self.run:
            self.watch.stop()  # that run of `fit` broke off, and nobody told us
            return contextlib.nullcontext()
        self.row, self.data, self.before, self.units = self.watch._next(), data, {}, {}
        return contextlib.nullcontext() if self.row is None else self._listening()

    @contextlib.contextmanager
    def _listening(self):
        """Within the block, hear of every call of a layer, too; who listened before still does."""
        names, before = names_of(self.model), CONTEXT.observer
        self.bent = {id(x): names[id(x)] for x in self.model._flatten_layers() if id(x) in names and kind_of(x)}

        def hear(layer, outputs):
            self.called(layer, outputs)
            return outputs if before is None else before(layer, outputs)

        CONTEXT.observer = hear
        try:
            yield
        finally:
            CONTEXT.observer, self.row = before, None

    def loss(self, loss):
        if self.row is not None:
            self.row["loss"] = float(backend.to_numpy(loss))

    def called(self, layer, outputs):
        """A layer gave outputs."""
        name = self.bent.get(id(layer))
        if name is None or not CONTEXT.training:
            return
        output = tree.flatten(outputs)[0]
        if not backend.is_keras_tensor(output):
            self.units.setdefault(name, Units(layer)).take(backend.to_numpy(output))

    def gradients(self, variables, gradients):
        if self.row is None:
            return
        self._look_at_units()
        for name, own in self._by_layer(self.model.trainable_variables).items():
            if name not in self.row["weight_norm"]:  # holds unless this or another optimizer of the step takes it
                self.row["weight_norm"][name] = _length(_joined([v.value for v in own]))
                self.row["gradient_norm"][name], self.row["update_ratio"][name] = math.nan, 0.0
        given = {id(v): g for v, g in zip(variables, gradients) if g is not None}
        for name, own in self._by_layer(variables).items():
            self.before[name] = weights = _joined([v.value for v in own])
            gradient = _joined([given[id(v)] for v in own if id(v) in given])
            self.row["gradient_norm"][name], self.row["weight_norm"][name] = _length(gradient), _length(weights)
            if self.watch.histograms:
                sizes = np.maximum(np.abs(gradient), 1e-300)  # the logarithm of 0 would warn
                self.row["gradient_histogram"][name] = _counts(np.log10(sizes), GRADIENT_BINS)
                self.row["weight_histogram"][name] = _counts(weights, WEIGHT_BINS)

    def updated(self, variables):
        if self.row is None:
            return
        for name, own in self._by_layer(variables).items():
            before = self.before.get(name)
            if before is not None:  # else we began to listen in the middle of a step
                moved, length = _length(_joined([v.value for v in own]) - before), _length(before)
                self.row["update_ratio"][name] = moved / length if length else math.inf if moved else 0.0

    def _look_at_units(self):
        """Note the share of units that are dead or saturated; a step that ran as a program is run forward once more for it."""
        if self.bent and not self.units and self._ran_as_program():
            x, _, _ = unpack_x_y_sample_weight(self.data)
            with _states_kept(self.model), self.model._backend.inference():
                self.model(x, training=True)
        for name, units in self.units.items():
            self.row[units.kind][name] = units.share()

    def _by_layer(self, variables):
        key = tuple(map(id, variables))
        if key not in self.groups:
            self.groups[key] = variables_by_layer(self.model, variables)
        return self.groups[key]

    def _ran_as_program(self):
        structure = self.model._fixed_structure
        return structure is not None and structure.program_for(self.model, self.data)[0] is not None


@contextlib.contextmanager
def _states_kept(model):
    """Whatever the block does to moving averages, states and random streams is undone."""
    kept = [(v, np.array(v.numpy())) for v in model.variables if not v.trainable]
    try:
        yield
    finally:
        for variable, value in kept:
            variable.assign(value)


def variables_by_layer(model, variables):
    """Return dict of layer name -> those of the variables that are its own, in their order; an RNN stands for its cell."""
    names, home = {**names_of(model), id(model): model.name}, {}
    for layer in model._flatten_layers():
        for part in [layer, *layer._flatten_layers()] if isinstance(layer, RNN) else [layer]:
            home |= {id(v): names[id(layer)] for v in part._own_variables() if id(v) not in home}
    groups = {}
    for variable in variables:
        groups.setdefault(home.get(id(variable), variable.path), []).append(variable)
    return groups


def _joined(tensors):
    """The numbers of several tensors as one vector, wide enough that no square of them overflows."""
    arrays = [np.ravel(backend.to_numpy(t)).astype("float64") for t in tensors]
    return np.concatenate(arrays) if arrays else np.zeros(0)


def _length(vector):
    return float(np.sqrt(vector @ vector))


def _counts(values, bins):
    return np.histogram(np.clip(values, bins[0], bins[-1]), bins)[0]
