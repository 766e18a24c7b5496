"""`trace(model, x, y)`: what one training step does, event by event."""

import linecache
from html import escape

import numpy as np

from ... import backend
from ...backend.recording import recording
from ...layers.calling import CONTEXT
from .events import STAGES, Value
from .recorder import StepRecorder
from .replay import compute, replay
from .state import State, nbytes

_BUDGET = 256 * 2**20


def trace(model, x, y=None, sample_weight=None, budget=_BUDGET):
    """Record one training step of a model on a batch: forward, loss, backward, update. Nothing is changed.

    Any model will do, on either backend: a graph, a class of your own, a `train_step` of your own. The step runs op by op.

    Args:
        model: a compiled model.
        x, y, sample_weight: the batch, as for `train_on_batch`.
        budget: bytes of numbers to keep; what does not fit is computed again when it is asked for.

    Returns:
        A `Trace`.

    Raises:
        ValueError: before `compile`, or if the data does not fit the model.

    >>> import kerasteach as keras
    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, name="line", kernel_initializer="ones")], name="m")
    >>> model.compile(keras.optimizers.SGD(0.1), "mse")
    >>> step = trace(model, [[2.0]], [[5.0]])
    >>> step
    <Trace of m: loss 9.0, 16 events: 2 forward, 4 loss, 8 backward, 2 update>
    >>> print(step[0])
    0 forward m/line: v1 = matmul(x, m/line/kernel)
    >>> step.gradient("m/line/kernel").numpy()
    array([[-12.]], dtype=float32)
    """
    model._assert_compile_called("trace")
    data = model._one_batch(x, y, sample_weight, None)
    model._symbolic_build(data)
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    before = State(model)
    try:
        with model._fixed(), tracing(model, data, budget) as recorded:
            model.make_train_function()(data)
    finally:
        before.put_back()
    return recorded.trace


class tracing:
    """A `with` block around one training step; afterwards `trace` holds what it did.

    Args:
        model: the model.
        data: the batch, in tensors of the model's backend.
        budget: bytes to keep.
    """

    def __init__(self, model, data, budget=_BUDGET):
        self.model, self.data, self.budget, self.trace = model, data, budget, None

    def __enter__(self):
        self.recorder = StepRecorder(self.model, self.data)
        self._recording = recording(self.recorder, self.model._backend)
        self._observer, CONTEXT.observer = CONTEXT.observer, CONTEXT.observer or (lambda layer, outputs: outputs)
        self._recording.__enter__()  # the observer makes a graph call its layers whole
        return self

    def __exit__(self, *exc):
        self._recording.__exit__(*exc)
        CONTEXT.observer = self._observer
        if exc[0] is None:
            self.trace = Trace(self.recorder, self.budget)


class Trace:
    """One training step, event by event.

    Attributes:
        events: list of `Event`s, in the order they happened.
        values: dict of name -> `Value`; of a weight, as it was before the step.
        loss: the loss as a number, the last one that gradients were asked of.
        notes: what could not be followed, if anything.
    """

    def __init__(self, recorder, budget=_BUDGET):
        self.name, self.backend = recorder.model_name, recorder.home
        self.batch_size = recorder.batch
        self.events = _needed(recorder)
        self.notes = list(dict.fromkeys(recorder.notes))
        self.losses = recorder.losses
        _give_names(self.events)
        self._gradients = {v.path: value for v, value in recorder.gradients.values()}
        met = [value for value, _ in recorder.data] + [x for e in self.events for x in (*e.values, *e.outputs)]
        self.values = {}
        for value in met:
            value.trace = self
            self.values.setdefault(value.name, value)
        self._forget_beyond(budget, met)

    @property
    def loss(self):
        """The loss as a number."""
        return float(self.losses[-1].numpy()) if self.losses else None

    def __getitem__(self, number):
        return self.events[number]

    def __len__(self):
        return len(self.events)

    def __iter__(self):
        return iter(self.events)

    def of(self, stage=None, op=None, layer=None):
        """Return the events of a stage, an op, or a layer and those inside it."""
        return [
            e
            for e in self.events
            if (stage is None or e.stage == stage)
            and (op is None or e.op == op)
            and (layer is None or e.layer == layer or e.layer.startswith(layer + "/") or e.layer.endswith("/" + layer))
        ]

    def value(self, name):
        """Return a `Value` by name.

        Raises:
            KeyError: if there is none.
        """
        if isinstance(name, Value):
            return name
        if name not in self.values:
            from ...saving.identify import suggest

            raise KeyError(f"No tensor '{name}' in this trace. It has: {', '.join(self.values)}.{suggest(name, list(self.values))}")
        return self.values[name]

    def gradient(self, name):
        """Return the `Value` of the loss's gradient for a value or weight, whole; None if there is none."""
        value = self.value(name)
        if value.name in self._gradients:
            return self._gradients[value.name]
        return next((v for e in reversed(self.events) for v in e.outputs if v.of is value), None)

    def after(self, name):
        """Return the `Value` of a weight or slot after the step."""
        for event in reversed(self.events):
            for value in event.outputs:
                if value.name == name and value.kind in ("weight", "state"):
                    return value
        return self.value(name)

    def array(self, value):
        """Return the numbers of a value as a NumPy array."""
        return np.asarray(backend.to_numpy(self.tensor(value)))

    def tensor(self, value):
        """Return a value's tensor in the backend's form; computed again, with what it needs, if it was not kept."""
        made, stack = {}, [value]
        while stack:
            top = stack[-1]
            if top.stored is not None or top in made:
                stack.pop()
                continue
            event = self.events[top.event]
            missing = [x for x in event.values if x.stored is None and x not in made]
            if missing:
                stack += missing
                continue
            made.update(zip(event.outputs, compute(self, event, made)))
            stack.pop()
        return made.get(value, value.stored)

    def replay(self):
        """Compute every event again from its inputs, and compare; as `explain.replay`."""
        return replay(self)

    def why(self, name, index=None, depth=3):
        """Say where one number comes from; as `explain.why`."""
        from ..origins import why

        return why(self, name, index, depth)

    @property
    def nbytes(self):
        """Bytes of numbers that the trace keeps."""
        return sum({id(v.stored): nbytes(v.stored) for v in self._all_values() if v.stored is not None}.values())

    def table(self, stage=None):
        """The events as text, a line each: number, stage, layer, op, and shapes with named axes."""
        lines = []
        for e in self.of(stage):
            made = ", ".join(v.label for v in e.outputs)
            taken = ", ".join(x.name if isinstance(x, Value) else repr(x) for x in e.inputs)
            lines.append(f"{e.number:>3}  {e.stage:<8}  {e.layer or '-':<16}  {made} = {e.op}{e._for()}({taken})")
        return "\n".join(lines)

    def line(self, event):
        """The line of code that called an event's op, as `file.py:12: text`; "" if there is none."""
        if event.where is None:
            return ""
        path, number = event.where
        text = linecache.getline(path, number).strip()
        return f"{path.replace(chr(92), '/').rpartition('/')[2]}:{number}: {text}"

    def __repr__(self):
        counts = ", ".join(f"{len(self.of(stage))} {stage}" for stage in STAGES)
        loss = "no loss" if self.loss is None else f"loss {self.loss:.4}"
        return f"<Trace of {self.name}: {loss}, {len(self)} events: {counts}>"

    def _repr_html_(self):
        rows = "".join(
            f"<tr><td>{e.number}</td><td>{e.stage}</td><td>{escape(e.layer)}</td><td>{escape(e.op + e._for())}</td>"
            f"<td>{escape(', '.join(x.name if isinstance(x, Value) else repr(x) for x in e.inputs))}</td>"
            f"<td>{escape(', '.join(v.label for v in e.outputs))}</td></tr>"
            for e in self.events
        )
        head = "".join(f'<th scope="col">{h}</th>' for h in ("", "stage", "layer", "op", "inputs", "makes"))
        return f"<table><caption>{escape(repr(self)[1:-1])}</caption><tr>{head}</tr>{rows}</table>"

    def _all_values(self):
        return {x for e in self.events for x in (*e.values, *e.outputs)} | set(self.values.values())

    def _forget_beyond(self, budget, met):
        """Let go of the largest numbers that can be computed again, until the rest fits."""
        total = self.nbytes
        loose = [v for v in dict.fromkeys(met) if v.event is not None and self.events[v.event].op not in ("autograd", "assign")]
        loose = [v for v in loose if v.kind in ("op", "gradient")]
        for value in sorted(loose, key=lambda v: -nbytes(v.stored)):
            if total <= budget:
                return
            total -= nbytes(value.stored)
            value.stored = None


def _needed(recorder):
    """The events without those that lead nowhere, numbered anew: metrics, checks of the optimizer."""
    wanted, kept = {id(v) for v in recorder.losses}, []
    for event in reversed(recorder.events):
        useful = event.stage in ("backward", "update") or event.layer or any(id(v) in wanted for v in event.outputs)
        if useful:
            wanted.update(id(x) for x in event.values)
            kept.append(event)
    kept.reverse()
    numbers = {event.number: i for i, event in enumerate(kept)}
    for i, event in enumerate(kept):
        event.number = i
        event.of = None if event.of is None else numbers[event.of]
        for value in event.outputs:
            value.event = i
    return kept


def _give_names(events):
    """Count what ops made, and what came from elsewhere, in the order of the events; number the parts of a gradient."""
    counts = {}
    for event in events:
        for value in dict.fromkeys([*event.values, *event.outputs]):
            if value.kind not in ("op", "constant", "gradient") or value.trace is _NAMED:
                continue
            base = f"g_{value.of.name}" if value.kind == "gradient" else "v" if value.kind == "op" else "constant_"
            counts[base] = counts.get(base, 0) + 1
            first = value.kind == "gradient" and counts[base] == 1
            value.name = base if first else f"{base}.{counts[base]}" if value.kind == "gradient" else f"{base}{counts[base]}"
            value.trace = _NAMED


_NAMED = object()  # marks what has its name already
