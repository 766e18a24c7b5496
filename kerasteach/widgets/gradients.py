"""The gradients panel: how strongly each layer learns, over the steps of a training, and which have stopped."""

from kerasteach.callbacks.callback import Callback
from kerasteach.explain.learning import standings
from kerasteach.explain.watch import Watch
from kerasteach.widgets.controls import Choice, Play, Slider
from kerasteach.widgets.gradients_scene import draw, layer_at, nothing, step_at
from kerasteach.widgets.panel import Panel
from kerasteach.widgets.words import count, number, spell


class Gradients(Panel, Callback):
    """The gradient of each layer over the steps, the spread of one layer's, and how far updates move the weights.

    Vanishing and exploding gradients, dead and saturated units, weights that rest or jump are marked. Given to
    `fit(callbacks=[panel])` it watches that training, live.

    Args:
        watch: What to show: an `explain.Watch`; without one the panel makes its own and waits for a training.
        layer: The layer whose gradients are spread out; the first by default.
        step: The step that is shown; the last by default.

    Example:

    >>> Gradients()
    Gradients: no steps yet
    >>> print(Gradients.example().sentence)
    After 120 steps 5 of 8 layers stand well; marked are a (vanishing, resting), b (vanishing, resting) and c (vanishing, resting).
    """

    options = {"layer": None, "step": None}
    css_class = "kt-gradients"
    source_name = "watch"

    def __init__(self, watch=None, **state):
        Callback.__init__(self)
        if watch is not None and not isinstance(watch, Watch):
            raise ValueError(f"Expected an explain.Watch. Received: {watch!r} (of type {type(watch).__name__}). Fix: fit(callbacks=[Watch(histograms=True)]).")
        self.watch = Watch(histograms=True) if watch is None else watch
        Panel.__init__(self, **state)

    @classmethod
    def example(cls, backend=None):
        from kerasteach.layers import Dense, Input
        from kerasteach.models import Sequential
        from kerasteach.widgets.examples import moons, setting

        with setting(backend):
            x, y = moons()
            hidden = [Dense(8, "sigmoid", name=name) for name in "abcdefg"]
            model = Sequential([Input((2,), name="point"), *hidden, Dense(1, "sigmoid", name="class")], name="deep")
            model.compile("sgd", "binary_crossentropy")
            model.optimizer.learning_rate = 0.2
            panel = cls()
            model.fit(x, y, epochs=20, batch_size=20, verbose=0, callbacks=[panel])
        return panel

    # What is shown

    @property
    def state(self):
        """The state, with the layer and the step that stand for the defaults."""
        return {"layer": self._layer(), "step": self.watch.steps[self._index()] if self.watch.steps else None}

    def code(self):
        """The line that makes this view again; settings left at their default are left out."""
        given = {key: value for key, value in self._state.items() if value is not None}
        return f"Gradients({', '.join(['watch', *(f'{key}={spell(value)}' for key, value in given.items())])})"

    def _layer(self):
        layers = self.watch.layers
        return self._state["layer"] or (layers[0] if layers else None)

    def _index(self):
        """Which record is shown: that of the step, or the last one before it."""
        steps, step = self.watch.steps, self._state["step"]
        return len(steps) - 1 if step is None else max(0, sum(s <= step for s in steps) - 1)

    # In words

    @property
    def sentence(self):
        if not self.watch.steps:
            return "No step of training has been watched yet."
        found, told = standings(self.watch, self._index()), count(self.state["step"] + 1, "step")
        marked = [f"{s.layer} ({', '.join(s.faults)})" for s in found if s.faults]
        if not marked:
            return f"After {told} all of {count(len(found), 'layer')} stand well."
        names = marked[0] if len(marked) == 1 else ", ".join(marked[:-1]) + " and " + marked[-1]
        well = len(found) - len(marked)
        return f"After {told} {well or 'none'} of {count(len(found), 'layer')} stand{'s' * (well == 1)} well; marked {'is' if len(marked) == 1 else 'are'} {names}."

    def _text(self):
        if not self.watch.steps:
            return "Gradients: no steps yet"
        found, loss = standings(self.watch, self._index()), self.watch.loss[self._index()]
        parts = [f"step {self.state['step']}" + (f", loss {number(loss)}" if loss == loss else "")]
        for s in found:
            marks = f" ({', '.join(s.faults)})" if s.faults else ""
            parts.append(f"{s.layer} gradient {number(s.gradient, 3)}, update {number(s.ratio, 3)}{marks}")
        return "Gradients: " + "; ".join(parts)

    # The picture

    def _scene(self):
        if not self.watch.steps:
            return nothing(self.sentence)
        return draw(self.watch, self._layer(), self._index(), self.sentence)

    def controls(self):
        steps = self.watch.steps
        if not steps:
            return []
        every = max(1, self.watch.every)
        return [
            Play("step", "Play", steps[0], steps[-1], max(every, (steps[-1] - steps[0]) // 60), interval=150),
            Slider("step", "Step", steps[0], steps[-1], every),
            Choice("layer", "Layer", tuple(self.watch.layers)),
        ]

    def chosen(self, key, value):
        """Moved to the end, the step is the last one again, also while more come."""
        is_last = key == "step" and bool(self.watch.steps) and value >= self.watch.steps[-1]
        self.set(**{key: None if is_last else value})

    def pointed(self, x, y, kind):
        """A click or a drag on the rows chooses layer and step."""
        layers, steps = self.watch.layers, self.watch.steps
        row, record = layer_at(y, len(layers)), step_at(x, len(steps))
        if kind in ("click", "drag") and row is not None:
            last = record is None or record == len(steps) - 1
            self.set(layer=layers[row], **({} if record is None else {"step": None if last else steps[record]}))

    # The training

    def set_model(self, model):
        super().set_model(model)
        self.watch.set_model(model)

    def on_train_begin(self, logs=None):
        self.watch.on_train_begin(logs)

    def on_train_batch_end(self, batch, logs=None):
        self.changed()

    def on_train_end(self, logs=None):
        self.watch.on_train_end(logs)
        self.changed(last=True)

    def _check(self, state):
        layers, step = self.watch.layers, state["step"]
        if state["layer"] is not None and state["layer"] not in layers:
            raise ValueError(f"Expected layer to be one of: {', '.join(layers) or '(none yet)'}. Received: layer={state['layer']!r}.")
        if step is not None and not (isinstance(step, int) and step >= 0):
            raise ValueError(f"Expected step to be a whole number from 0 on. Received: step={step!r}.")
