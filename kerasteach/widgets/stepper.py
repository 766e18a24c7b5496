"""The training stepper: a whole training run to walk through, forwards and backwards, and to fork."""

import numpy as np

from kerasteach.callbacks.callback import Callback
from kerasteach.widgets.controls import Button, Choice, Number, Play, Slider
from kerasteach.widgets.panel import Panel
from kerasteach.widgets.stepper_scene import StepperScene, at_event, update_of
from kerasteach.widgets.tape import Tape
from kerasteach.widgets.tape_words import headline, short
from kerasteach.widgets.words import number, shape

_STEPS = {"left": (0, -1), "right": (0, 1), "up": (1, 0), "down": (-1, 0)}


class TrainingStepper(Panel, Callback):
    """A training run: any event of any step, a weight beside its gradient and its update, and what another learning rate does.

    Nothing is changed by looking; `seek()` brings the model to the place that is shown. Click the curve to go to a step, the
    banner to go to an event; with the picture in focus, arrow keys go left and right by events, up and down by steps. Given
    to a further `fit(callbacks=[panel])` inside of the timeline's `with` block, it follows that.

    Attributes:
        weights: Paths of the weights there are to choose from.

    Args:
        timeline: An `explain.Timeline` that has seen a training.
        step: Number of the step; a negative one counts from the end.
        event: Number of the event in this step that has just happened; the last one by default.
        weight: Path of the weight that is shown; the first one that is trained by default.
        learning_rate: What the next fork trains with.
        fork: `(step, learning rate)` of a second future; None for none.

    Example:

    >>> import numpy as np
    >>> from kerasteach import Input, Sequential, layers, optimizers
    >>> from kerasteach.explain import Timeline
    >>> line = layers.Dense(1, use_bias=False, kernel_initializer="zeros", name="line")
    >>> model = Sequential([Input((1,)), line], name="m")
    >>> model.compile(optimizers.SGD(0.25), "mse")
    >>> with Timeline(model) as timeline:
    ...     _ = model.fit(np.ones((4, 1)), np.ones((4, 1)), batch_size=2, epochs=2, verbose=0)
    >>> TrainingStepper(timeline, step=1)
    TrainingStepper: m, step 1 of 3, event 11 of 11, loss 0.25; m/line/kernel (inputs 1, units 1) norm 0.75, gradient 1, change 0.25
    """

    options = {"step": -1, "event": None, "weight": None, "learning_rate": None, "fork": None}
    source_name = "timeline"
    css_class = "kt-stepper"
    keys_walk = True

    def __init__(self, timeline, **state):
        if not len(timeline):
            raise ValueError("The timeline is empty. Fix: train inside of its `with` block first. Received: " + repr(timeline) + ".")
        self.timeline, self._laid, self._forks = timeline, None, {}
        self.weights = _weights_in(timeline)
        if not self.weights:
            raise ValueError(
                f"Model '{timeline.model.name}' has no weights, so no step changes it.\n"
                "Fix: add a layer that has some, as Dense; or look at one step with the panel Tape."
            )
        Callback.__init__(self)
        Panel.__init__(self, **{key: state.pop(key, default) for key, default in self.options.items()}, **state)

    @classmethod
    def example(cls, backend=None):
        from kerasteach.explain import Timeline
        from kerasteach.layers import Dense, Input
        from kerasteach.models import Sequential
        from kerasteach.widgets.examples import moons, setting

        with setting(backend):
            x, y = moons(80)
            model = Sequential([Input((2,)), Dense(4, "tanh", name="hidden"), Dense(1, "sigmoid", name="class")], name="moons")
            model.compile("adam", "binary_crossentropy")
            model.optimizer.learning_rate = 0.05
            with Timeline(model) as timeline:
                model.fit(x, y, epochs=6, batch_size=20, verbose=0)
            return cls(timeline, step=9, fork=(5, 0.4))

    # Where we are

    @property
    def trace(self):
        """The `Trace` of the step that is shown."""
        return self.timeline.trace(self._state["step"])

    @property
    def event(self):
        """The `Event` that has just happened."""
        return self.trace[self._state["event"]]

    @property
    def forked(self):
        """The `Fork` that is shown; None for none. It is trained when it is first asked for."""
        key = self._state["fork"]
        if key is None:
            return None
        if key not in self._forks:
            self._forks[key] = self.timeline.fork(key[0], learning_rate=key[1])
        return self._forks[key]

    def forward(self, n=1):
        """Goes forward by some events, over the borders of steps."""
        step, event = self._state["step"], self._state["event"] + n
        while event >= len(self.timeline.trace(step)) and step < len(self.timeline) - 1:
            event -= len(self.timeline.trace(step))
            step += 1
        while event < 0 and step > 0:
            step -= 1
            event += len(self.timeline.trace(step))
        return self.set(step=step, event=min(max(event, 0), len(self.timeline.trace(step)) - 1))

    def back(self, n=1):
        """Goes back by some events, over the borders of steps."""
        return self.forward(-n)

    def fork_here(self):
        """Trains on from the beginning of this step with `learning_rate`, beside what was."""
        return self.set(fork=(self._state["step"], self._state["learning_rate"]))

    def forget_fork(self):
        """Shows the run alone again."""
        return self.set(fork=None)

    def tape(self):
        """The `Tape` of this step, at this event."""
        return Tape(self.trace, event=self._state["event"])

    def seek(self):
        """Brings the model itself to the place that is shown, its optimizer and random numbers too."""
        self.timeline.seek(self._state["step"], self._state["event"] + 1)
        return self

    # In words

    @property
    def sentence(self):
        timeline, state = self.timeline, self._state
        told = f"Step {state['step']} of {len(timeline) - 1} of the training of {timeline.model.name}, loss {number(timeline.losses[state['step']])}"
        told += f"; event {state['event']}, {headline(self.event)}, has just happened"
        fork = self.forked
        if fork is not None and fork.losses:
            told += f"; with {fork.change} from step {fork.step} on, the last loss is {number(fork.losses[-1])} instead of {number(fork.original[-1])}"
        return told + "."

    def _text(self):
        timeline, state, trace = self.timeline, self._state, self.trace
        parts = [f"{timeline.model.name}, step {state['step']} of {len(timeline) - 1}, event {state['event']} of {len(trace) - 1}"]
        parts[0] += f", loss {number(timeline.losses[state['step']])}"
        value, update, gradient = at_event(trace, state["weight"], state["event"]), update_of(trace, state["weight"]), trace.gradient(state["weight"])
        norms = [f"norm {_norm(value.numpy())}"]
        if gradient is not None and gradient.event <= state["event"]:
            norms.append(f"gradient {_norm(gradient.numpy())}")
        if update is not None and update.number <= state["event"]:
            norms.append(f"change {_norm(update.output.numpy().astype('float64') - update.inputs[0].numpy())}")
        parts.append(f"{state['weight']} {shape(value.shape, value.axes)} {', '.join(norms)}")
        fork = self.forked
        if fork is not None:
            end = f": last loss {number(fork.losses[-1])} instead of {number(fork.original[-1])}, distance {number(fork.distance[-1])}" if fork.losses else ""
            parts.append(f"fork at step {fork.step}, {fork.change}{end}")
        return "TrainingStepper: " + "; ".join(parts)

    # The picture

    def _scene(self):
        return self._layout().draw(f"Training of {self.timeline.model.name}, step by step", self.sentence)

    def _layout(self):
        key = (*self._state.values(), len(self.timeline))
        if self._laid is None or self._laid[0] != key:
            state = self._state
            self._laid = key, StepperScene(self.timeline.losses, self.trace, state["step"], self.event, state["weight"], self.forked)
        return self._laid[1]

    def controls(self):
        state, last = self._state, len(self.timeline) - 1
        events = len(self.trace) - 1
        first, end = (state["step"], state["event"]) == (0, 0), (state["step"], state["event"]) == (last, events)
        return [
            Play("step", "Play", 0, last, interval=400),
            Slider("step", "Step", 0, last, locked=not last),
            Button("Back", "back", locked=first),
            Slider("event", "Event", 0, events, locked=not events),
            Button("Forward", "forward", locked=end),
            Choice("weight", "Weight", tuple((short(path), path) for path in self.weights)),
            Number("learning_rate", "Learning rate", 0.0),
            Button("Fork at this step", "fork_here"),
            Button("Forget the fork", "forget_fork", locked=state["fork"] is None),
            Button("Bring the model here", "seek"),
        ]

    def pointed(self, x, y, kind):
        if kind in _STEPS:
            steps, events = _STEPS[kind]
            return self.forward(events) if events else self.set(step=min(max(self._state["step"] + steps, 0), len(self.timeline) - 1))
        laid = self._layout()
        event = laid.banner.under(x, y)
        step = laid.step_under(x, y)
        if event is not None:
            self.set(event=event)
        elif step is not None:
            self.set(step=step)

    # A training that is watched

    def on_epoch_end(self, epoch, logs=None):
        self.changed()

    def on_train_end(self, logs=None):
        self._forks = {}  # there is more to come after a fork now
        self.changed(last=True)

    # The state

    def _change(self, changes):
        changes = dict(changes)
        step = changes.get("step", self._state["step"])
        if isinstance(step, int) and -len(self.timeline) <= step < 0:
            changes["step"] = step = step + len(self.timeline)
        if isinstance(step, int) and 0 <= step < len(self.timeline):
            changes = self._filled(step, changes)
        super()._change(changes)

    def _filled(self, step, changes):
        """What is not said is as before, or the last event, the first weight, the model's own learning rate."""
        events = len(self.timeline.trace(step))
        event = changes.get("event", self._state["event"])
        if event is None:
            changes["event"] = events - 1
        elif isinstance(event, int) and ("event" not in changes or -events <= event < 0):
            changes["event"] = event + events if event < 0 else min(event, events - 1)
        if changes.get("weight", self._state["weight"]) is None:
            changes["weight"] = self.weights[0]
        if changes.get("learning_rate", self._state["learning_rate"]) is None:
            changes["learning_rate"] = float(f"{float(self.timeline.model.optimizer._rate()):.6g}")
        if isinstance(changes.get("fork"), list):
            changes["fork"] = tuple(changes["fork"])
        return changes

    def _check(self, state):
        steps, step, event = len(self.timeline), state["step"], state["event"]
        if not (isinstance(step, int) and 0 <= step < steps):
            raise ValueError(f"Expected step to be a number from 0 to {steps - 1}. Received: step={step!r}.")
        events = len(self.timeline.trace(step))
        if not (isinstance(event, int) and 0 <= event < events):
            raise ValueError(f"Expected event to be a number from 0 to {events - 1}. Received: event={event!r}.")
        if state["weight"] not in self.weights:
            raise ValueError(f"Expected weight to be one of: {', '.join(self.weights)}. Received: weight={state['weight']!r}.")
        _check_rate("learning_rate", state["learning_rate"])
        if state["fork"] is not None:
            fork = state["fork"]
            if not (isinstance(fork, tuple) and len(fork) == 2 and isinstance(fork[0], int) and 0 <= fork[0] < steps):
                raise ValueError(f"Expected fork to be (a step from 0 to {steps - 1}, a learning rate). Received: fork={fork!r}.")
            _check_rate("fork's learning rate", fork[1])


def _weights_in(timeline):
    """Paths of the weights that a step meets, those that are trained first."""
    met = timeline.trace(0).values
    return [path for path in dict.fromkeys(v.path for v in [*timeline.model.trainable_variables, *timeline.model.weights]) if path in met]


def _check_rate(name, rate):
    if not (isinstance(rate, (int, float)) and np.isfinite(rate) and rate >= 0):
        raise ValueError(f"Expected {name} to be a finite number of at least 0. Received: {rate!r}.")


def _norm(array):
    return number(np.linalg.norm(array.astype("float64").ravel()))
