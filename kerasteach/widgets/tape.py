"""The tape panel: one training step as a list of events to be stepped through, each with its rule, its numbers, and why."""

from html import escape

import numpy as np

from kerasteach.callbacks.callback import Callback
from kerasteach.explain import Trace
from kerasteach.explain import trace as trace_of
from kerasteach.explain.tracing.events import STAGES, Value
from kerasteach.widgets.controls import Button, Choice, Play, Slider
from kerasteach.widgets.panel import Panel
from kerasteach.widgets.tape_scene import TapeScene, twin
from kerasteach.widgets.tape_words import call, headline, names_in
from kerasteach.widgets.words import number

_LARGE = 10_000  # numbers that an event takes in; beyond it is told how a number was made, and not how those were it was made of
_STEPS = {"left": (0, -1), "right": (0, 1), "up": (-1, 0), "down": (1, 0)}


class Tape(Panel, Callback):
    """One training step, event by event: forward, loss, backward, update; the line that ran, the numbers, and why.

    Click an event to go there, a number of the output to ask why it is what it is, a number of an input to go where it was
    made. With the picture in focus the arrow keys walk over the output. Made of a model and given to
    `fit(callbacks=[panel])`, it shows the step on the same batch anew after each epoch.

    Args:
        trace: A `Trace`; or a compiled model, whose training step on `x` and `y` is traced.
        x: The batch, if a model is given.
        y: The targets.
        event: Number of the event; a negative one counts from the end.
        cell: Which number of the output: its place in the order in which they lie, or its index.
        stage: `"forward"`, `"loss"`, `"backward"` or `"update"`: only its events are listed and stepped through.

    Example:

    >>> import numpy as np
    >>> from kerasteach import Input, Sequential, layers
    >>> model = Sequential([Input((2,)), layers.Dense(1, "relu", kernel_initializer="ones", name="sum")], name="m")
    >>> model.compile("sgd", "mse")
    >>> Tape(model, np.array([[1.0, 2.0]]), np.array([[5.0]]))
    Tape: m, loss 4, event 0 of 17, forward in m/sum: v1 = matmul(x, sum/kernel), (batch 1, features 1); v1[0, 0] = 3 = 1.0*1.0 + 2.0*1.0
    """

    options = {"event": 0, "cell": 0, "stage": None}
    source_name = "trace"
    css_class = "kt-tape"
    keys_walk = True

    def __init__(self, trace, x=None, y=None, **state):
        Callback.__init__(self)
        if isinstance(trace, Trace):
            self.trace = trace
        else:
            self._model, self.x, self.y, self.source_name = trace, x, y, "model, x, y"
            self.trace = trace_of(trace, x, y)
        if not len(self.trace):
            raise ValueError(f"Expected a trace with events. Received: {self.trace!r}.")
        self._laid, self._reason = None, None
        Panel.__init__(self, **state)

    @classmethod
    def example(cls, backend=None):
        from kerasteach.layers import Dense, Input
        from kerasteach.models import Sequential
        from kerasteach.widgets.examples import moons, setting

        with setting(backend):
            x, y = moons()
            model = Sequential([Input((2,)), Dense(3, "relu", name="hidden"), Dense(1, "sigmoid", name="class")], name="moons")
            model.compile("adam", "binary_crossentropy")
            model.optimizer.learning_rate = 0.05
            model.fit(x, y, epochs=8, batch_size=20, verbose=0)
            step = trace_of(model, x[:6], y[:6])
        hidden = next(e for e in step.of("backward", "matmul", "hidden") if e.output.of.kind == "weight")
        return cls(step, event=hidden.number, cell=4)

    # Where we are

    @property
    def event(self):
        """The `Event` that is shown."""
        return self.trace[self._state["event"]]

    @property
    def index(self):
        """The index of the chosen number of the output; None if there are no numbers."""
        output = self.event.output
        return tuple(map(int, np.unravel_index(self._state["cell"], output.shape))) if output.size else None

    @property
    def reason(self):
        """Why the chosen number is what it is, as an `explain.why`; None if there is none to ask about."""
        key = (self._state["event"], self._state["cell"])
        if self._reason is None or self._reason[0] != key:
            asked = self.index is not None and self.event.output.numpy().dtype.kind in "fiub"
            self._reason = key, self.trace.why(self.event.output, self.index, self._depth) if asked else None
        return self._reason[1]

    @property
    def _depth(self):
        """How many events deep it is asked why: a slider should not wait for an answer about large tensors."""
        events = [self.event]
        for deep in range(3):
            if max(sum(x.size for x in event.values) for event in events) > _LARGE:
                return max(deep, 1)
            events = [self.trace[x.event] for event in events for x in event.values if x.event is not None] or events
        return 3

    def forward(self, n=1):
        """Goes forward by some events; at the last one it stays."""
        numbers = self._numbers()
        place = numbers.index(self._state["event"]) + n
        return self.set(event=numbers[min(max(place, 0), len(numbers) - 1)])

    def back(self, n=1):
        """Goes back by some events; at the first one it stays."""
        return self.forward(-n)

    def across(self):
        """Goes from an op to its gradient, and from a gradient to the op it goes back through."""
        other = twin(self.trace, self.event)
        return self if other is None else self.set(event=other, stage=None)

    def _numbers(self):
        stage = self._state["stage"]
        return [e.number for e in self.trace if stage in (None, e.stage)]

    # In words

    @property
    def sentence(self):
        event, output = self.event, self.event.output
        where = f" in the layer {event.layer}" if event.layer else ""
        told = f"Event {event.number} of {len(self.trace) - 1} of a training step of {self.trace.name}, stage {event.stage}{where}: {headline(event)}"
        if self.reason is None:
            return f"{told}."
        many = f"{output.size:,} numbers from {_least(output)} to {_most(output)}" if output.size > 1 else "one number"
        return f"{told}; {names_in(event)[output]} holds {many}, the chosen one is {number(self.reason.cell.number)}."

    def _text(self):
        event, output = self.event, self.event.output
        head = f"{self.trace.name}, loss {number(self.trace.loss)}" if self.trace.losses else self.trace.name
        where = f" in {event.layer}" if event.layer else ""
        shape = output.label.partition(" ")[2] or "a number"
        parts = [f"{head}, event {event.number} of {len(self.trace) - 1}, {event.stage}{where}: {call(event)}, {shape}"]
        if self.reason is not None:
            place = f"[{', '.join(map(str, self.index))}]" if self.index else ""
            why = self.reason.lines[0] if self.reason.lines and len(self.reason.lines[0]) < 60 else ""
            parts.append(f"{names_in(event)[output]}{place} = {number(self.reason.cell.number)}" + (f" = {why}" if why else ""))
        return "Tape: " + "; ".join(parts)

    def details(self):
        event, named = self.event, names_in(self.event)
        rows = [_row(named[v], v) for v in dict.fromkeys([*event.values, *event.outputs])]
        head = "".join(f'<th scope="col" style="text-align:left;padding-right:1.5em">{h}</th>' for h in ("tensor", "shape", "type", "least", "mean", "most"))
        parts = [f'<table style="line-height:1.5;margin:4px 0 10px"><caption style="text-align:left;font-weight:600">Numbers</caption><tr>{head}</tr>{"".join(rows)}</table>']
        if self.reason is not None:
            whole = repr(self.reason) if self._depth > 1 else "\n  = ".join([f"{self.reason.cell.name} = {number(self.reason.cell.number)}", *self.reason.lines])
            parts.append(_listing("Why this number", whole))
        parts += [_listing("The rule in NumPy; what ran is marked", _marked(event.source, self._layout().ran))] if event.source else []
        parts += [f"<p>{escape(note)}</p>" for note in self.trace.notes]
        return "".join(parts)

    # The picture

    def _scene(self):
        return self._layout().draw(f"Tape of {self.trace.name}", self.sentence)

    def _layout(self):
        key = tuple(self._state.values())
        if self._laid is None or self._laid[0] != key:
            self._laid = key, TapeScene(self.trace, self.event, self.index, self.reason, self._state["stage"])
        return self._laid[1]

    def controls(self):
        numbers, stage = self._numbers(), self._state["stage"]
        other = "To its op" if self.event.of is not None else "To its gradient"
        met = [s for s in STAGES if any(e.stage == s for e in self.trace)]
        return [
            Button("Back", "back", locked=self._state["event"] == numbers[0]),
            Play("event", "Play", numbers[0], numbers[-1], interval=900),
            Slider("event", "Event", numbers[0], numbers[-1], locked=len(numbers) < 2),
            Button("Forward", "forward", locked=self._state["event"] == numbers[-1]),
            Choice("stage", "Stage", (("all", None), *[(s, s) for s in met])),
            Button(other, "across", locked=stage is None and twin(self.trace, self.event) is None),
            Slider("cell", "Number of the output", 0, max(self.event.output.size - 1, 0), locked=self.event.output.size < 2),
        ]

    def chosen(self, key, value):
        """The slider of events stops only at those that are listed."""
        if key == "event":
            value = min(self._numbers(), key=lambda n: abs(n - value))
        self.set(**{key: value})

    def pointed(self, x, y, kind):
        if kind in _STEPS:
            return self._walk(*_STEPS[kind])
        laid = self._layout()
        event = laid.banner.under(x, y)
        if event is None and kind == "click":
            event = laid.list.under(x, y)
        if event is not None:
            return self.set(event=event, **({} if self._state["stage"] in (None, self.trace[event].stage) else {"stage": None}))
        tile = laid.tile(x, y)
        if tile is not None:
            self._point_at(tile, tile.under(x, y), kind)

    def _point_at(self, tile, index, kind):
        """A number of the output is chosen; from a number of another tensor one goes to where it was made."""
        if tile.key == ("out", 0):
            return self.set(cell=index) if index is not None else None
        if kind == "click" and isinstance(tile.source, Value) and tile.source.event is not None and tile.source is self.trace[tile.source.event].output:
            self.set(event=tile.source.event, cell=index or 0, stage=None)

    def _walk(self, down, along):
        tile = next(t for t in self._layout().tiles if t.key == ("out", 0))
        if not tile.view.cells.size:
            return
        row, column = tile.view.cell(self.index)
        index = tile.view.index(row + down, column + along)
        if all(0 <= i < n for i, n in zip(index, tile.view.shape)):
            self.set(cell=index)

    # A training that is watched

    def on_train_begin(self, logs=None):
        if self.source_name == "trace":
            raise ValueError("A Tape of a trace shows one step that has been. Fix: give `fit` a Tape(model, x, y).")

    def on_epoch_end(self, epoch, logs=None):
        self.trace, self._laid, self._reason = trace_of(self.model, self.x, self.y), None, None
        self.changed()

    def on_train_end(self, logs=None):
        self.changed(last=True)

    # The state

    def _change(self, changes):
        changes = dict(changes)
        stage, event = changes.get("stage", self._state["stage"]), changes.get("event", self._state["event"])
        if isinstance(event, int) and -len(self.trace) <= event < 0:
            changes["event"] = event = event + len(self.trace)
        if changes.get("stage") is not None and "event" not in changes and self.trace[event].stage != stage:
            first = next((e.number for e in self.trace if e.stage == stage), event)
            changes["event"] = event = first
        if "event" in changes and event != self._state["event"]:
            changes.setdefault("cell", 0)
        if isinstance(changes.get("cell"), (tuple, list)) and isinstance(event, int) and 0 <= event < len(self.trace):
            changes["cell"] = self._place(self.trace[event].output, changes["cell"])
        super()._change(changes)

    def _place(self, output, index):
        if len(index) != len(output.shape) or any(not 0 <= i < n for i, n in zip(index, output.shape)):
            raise ValueError(f"Expected cell to be an index of {output.label}. Received: cell={tuple(index)!r}.")
        return int(np.ravel_multi_index(tuple(index), output.shape)) if output.shape else 0

    def _check(self, state):
        event, cell, stage = state["event"], state["cell"], state["stage"]
        stages = dict.fromkeys(e.stage for e in self.trace)
        if stage is not None and stage not in stages:
            raise ValueError(f"Expected stage to be one of {', '.join(stages)}, or None for all. Received: stage={stage!r}.")
        if not (isinstance(event, int) and 0 <= event < len(self.trace)):
            raise ValueError(f"Expected event to be a number from 0 to {len(self.trace) - 1}. Received: event={event!r}.")
        if stage is not None and self.trace[event].stage != stage:
            raise ValueError(f"Event {event} belongs to the stage {self.trace[event].stage}. Received: event={event}, stage={stage!r}.")
        size = self.trace[event].output.size
        if not (isinstance(cell, int) and 0 <= cell < max(size, 1)):
            raise ValueError(f"Expected cell to be a number from 0 to {size - 1}: event {event} makes {size} numbers. Received: cell={cell!r}.")


def _least(value):
    return number(value.numpy().min())


def _most(value):
    return number(value.numpy().max())


def _row(name, value):
    array = value.numpy()
    told = [number(f(array)) for f in (np.min, np.mean, np.max)] if array.size and array.dtype.kind in "fiub" else ["", "", ""]
    cells = (name, value.label.partition(" ")[2] or "a number", value.dtype, *told)
    return "<tr>" + "".join(f'<td style="padding-right:1.5em">{escape(str(c))}</td>' for c in cells) + "</tr>"


def _marked(source, ran):
    return "\n".join(f"{'>' if n in ran else ' '} {line}" for n, line in enumerate(source.splitlines(), 1))


def _listing(caption, text):
    lines = f'<pre style="margin:2px 0 10px;white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.45" tabindex="0">{escape(text)}</pre>'
    return f'<div style="font-weight:600">{caption}</div>{lines}'
