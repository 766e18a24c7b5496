"""The shape flow panel: one batch on its way through a model, its axes as bars that change length."""

from kerasteach.explain.flow import shape_flow
from kerasteach.widgets.controls import Play, Slider
from kerasteach.widgets.examples import stripes
from kerasteach.widgets.panel import Panel
from kerasteach.widgets.shape_flow_scene import draw_flow
from kerasteach.widgets.words import count, shape


class ShapeFlow(Panel):
    """One batch travelling through a model: after every layer each axis is a bar, as long as the axis.

    Args:
        model: Any model.
        x: A batch, as for `model.predict`.
        step: Where the batch is: 0 at the input, then one for every call of a layer.

    Example:

    >>> import numpy as np
    >>> from kerasteach import Sequential, layers
    >>> model = Sequential([layers.Input((3,), name="x"), layers.Dense(8, name="wide"), layers.Dense(1, name="out")])
    >>> ShapeFlow(model, np.ones((4, 3)), step=1)
    ShapeFlow: step 1 of 2, Dense wide; (batch 4, features 3) -> (batch 4, features 8); features 3 → 8; 8 numbers a sample
    """

    options = {"step": 0}
    css_class = "kt-flow"
    source_name = "model, x"

    def __init__(self, model, x, step=0):
        self.model, self.x = model, x
        self.stops = shape_flow(model, x)
        super().__init__(step=step)

    @classmethod
    def example(cls, backend=None):
        model, x, _ = stripes(backend)
        return cls(model, x[:16], step=2)

    @property
    def stop(self):
        """Where the batch is now."""
        return self.stops[self._state["step"]]

    @property
    def sentence(self):
        stop = self.stop
        if not stop.came:
            return f"The batch enters at {stop.name} with shape {shape(stop.shape, stop.axes)}."
        changed = ", ".join(stop.changes) or "the shape stays"
        layer = f"the {stop.class_name} layer {stop.name}"
        return f"Step {self._state['step']} of {len(self.stops) - 1}, {layer}: {changed}; a sample has {count(stop.numbers, 'number')} now."

    def controls(self):
        last = len(self.stops) - 1
        return [Play("step", "Play", 0, last, interval=900), Slider("step", "Step", 0, last)]

    def pointed(self, x, y, kind):
        """A click on a layer goes there; so do the arrow keys, one step at a time."""
        step = self._state["step"] + {"up": -1, "left": -1, "down": 1, "right": 1}.get(kind, 0)
        if kind == "click":
            step = next((n for n, box in self._places() if box.y <= y <= box.y + box.height), step)
        self.set(step=min(max(step, 0), len(self.stops) - 1))

    def _text(self):
        step, stop = self._state["step"], self.stop
        parts = [f"step {step} of {len(self.stops) - 1}, {stop.class_name} {stop.name}"]
        came = " and ".join(shape(s, stop.came_axes if len(s) == len(stop.came_axes) else None) for s in stop.came)
        parts.append(f"{came} -> {shape(stop.shape, stop.axes)}" if came else shape(stop.shape, stop.axes))
        parts += [", ".join(stop.changes)] if stop.changes else []
        return f"ShapeFlow: {'; '.join(parts)}; {count(stop.numbers, 'number')} a sample"

    def _places(self):
        return draw_flow(self.stops, self._state["step"])[1]

    def _scene(self):
        return draw_flow(self.stops, self._state["step"], f"Shapes in {self.model.name}", self.sentence)[0]

    def _check(self, state):
        if not (isinstance(state["step"], int) and 0 <= state["step"] < len(self.stops)):
            raise ValueError(f"Expected a step from 0 to {len(self.stops) - 1}. Received: step={state['step']!r}.")
