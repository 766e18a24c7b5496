"""The recurrent panel: what a layer remembers, step by step, and which gates let it."""

import inspect
from html import escape

import numpy as np

from kerasteach.explain.attention import token_names
from kerasteach.explain.cells import KINDS
from kerasteach.explain.recurrent import unrolled
from kerasteach.explain.steps import recurrent_layers
from kerasteach.explain.through_time import gradient_through_time
from kerasteach.widgets.controls import Choice, Play, Slider
from kerasteach.widgets.features import call_of, count_of
from kerasteach.widgets.looking import Looking
from kerasteach.widgets.recurrent_scene import scene, under
from kerasteach.widgets.words import count, number


class Recurrent(Looking):
    """A recurrent layer over time: its states, its gates, the arithmetic of one unit, and the gradient through time.

    Gates are worked out from the layer's own weights and proved equal to what it computed. Click into a picture, or use
    the arrow keys or sliders, to choose step and unit.

    Args:
        model: Any model with a SimpleRNN, LSTM, GRU or RNN in it, also inside a Bidirectional; a cell of your own shows
            its states.
        x: Data for it, as for `model.predict`.
        y: Targets; with them, and after `compile`, the panel shows how much the loss depends on each step.
        tokens: What the steps are called: `{number: text}`, a list of texts, a list per sample, or a function(sample).
        layer: The name of the layer; the first by default.
        sample: Which sample of `x`.
        step: Which step; the last by default.
        unit: Which unit; by default the one that holds most at the end.
        call: Which call of the layer, if the model calls it more than once.

    Example:

    >>> from kerasteach import Sequential, layers
    >>> model = Sequential([layers.Input((2, 1)), layers.SimpleRNN(1, use_bias=False, name="memory")])
    >>> model.set_weights([[[1.0]], [[0.5]]])
    >>> Recurrent(model, [[[1.0], [0.0]]])
    Recurrent: SimpleRNN "memory", 2 steps, 1 unit; sample 0, step 1 (1), unit 0: h = tanh(0 + 0.3808) = 0.3634
    """

    options = {"layer": None, "sample": 0, "step": None, "unit": None, "call": 0}
    css_class = "kt-recurrent"

    def __init__(self, model, x, y=None, tokens=None, layer=None, sample=0, step=None, unit=None, call=0):
        self.model, self.x, self.y, self.tokens = model, x, y, tokens
        self.source_name = "model, x" + (", y, tokens" if tokens is not None else ", y" if y is not None else "")
        super().__init__(layer=layer, sample=sample, step=step, unit=unit, call=call)

    @classmethod
    def example(cls, backend=None):
        from kerasteach.widgets.feature_examples import last_capital

        return cls(*last_capital(backend), sample=1)

    @property
    def unrolled(self):
        """The layer on the sample, as data (`explain.recurrent.Unrolled`)."""
        return self._unrolled(self._state)

    @property
    def gradient(self):
        """Norm of the loss's gradient for each state at every step: dict of state -> `(time,)`; None without targets."""
        s = self._state
        if self.y is None or not self.model.compiled:
            return None
        key = "gradient", s["layer"], s["sample"], s["call"]
        return self.remembered(key, lambda: gradient_through_time(self.model, self.x, self.y, *key[1:]))

    @property
    def names(self):
        """What the steps are called."""
        return token_names(self.tokens, self.x, self._state["sample"], self.unrolled.steps)

    def _unrolled(self, state):
        key = "unrolled", state["layer"], state["sample"], state["call"]
        return self.remembered(key, lambda: unrolled(self.model, self.x, *key[1:]))

    def _moved(self, state, changes):
        """A new layer begins at its last step; its unit is the one that holds most there."""
        if state["layer"] is None:
            state = state | {"layer": next(iter(recurrent_layers(self.model)))}
        moved = {"layer": state["layer"]} | call_of(changes)
        found, anew = self._unrolled(state | moved), "layer" in changes and self._state["step"] is not None
        last = 0 if found.backwards else found.steps - 1
        held = list(found.states.values())[-1][last]
        for name, most, best in (("step", found.steps, last), ("unit", found.units, int(np.abs(held).argmax()))):
            if state[name] is None or (name not in changes and (anew or state[name] >= most)):
                moved[name] = best
        return moved

    def _check(self, state):
        found = self._unrolled(state)
        for name, most in (("step", found.steps), ("unit", found.units)):
            if not 0 <= state[name] < most:
                raise ValueError(f"Layer '{found.name}' has no {name} {state[name]!r}: it has {most}, counted from 0. Fix: 0 <= {name} < {most}.")

    @property
    def sentence(self):
        s, found, gradient = self._state, self.unrolled, self.gradient
        parts = [f"The {found.kind} layer {found.name} reads {count(found.steps, 'step')} of sample {s['sample']}"]
        held = ", ".join(f"{state} of unit {s['unit']} is {number(values[s['step'], s['unit']], 3)}" for state, values in found.states.items())
        parts.append(f"after step {s['step']}, {self.names[s['step']]}, {held}")
        if gradient is not None:
            state, norms = list(gradient.items())[-1]
            parts.append(f"the loss's gradient for {state} has the length {number(norms[0], 2)} at the first step and {number(norms[-1], 2)} at the last")
        return "; ".join(parts) + "."

    def _text(self):
        s, found, gradient = self._state, self.unrolled, self.gradient
        where = f"sample {s['sample']}, step {s['step']} ({self.names[s['step']]}), unit {s['unit']}"
        lines = found.arithmetic(s["step"], s["unit"])
        if lines:
            told = ", ".join(f"{name} = {formula} = {number(value)}" for name, _, formula, value in lines[-1:])
            told = ", ".join([*(f"{name} {number(value, 3)}" for name, _, _, value in lines[:-1]), told])
        else:
            told = ", ".join(f"{state} {number(values[s['step'], s['unit']])}" for state, values in found.states.items())
            told += ", a step that does not count" if found.mask is not None and not found.mask[s["step"]] else ""
        text = f'Recurrent: {found.kind} "{found.name}", {count(found.steps, "step")}, {count(found.units, "unit")}; {where}: {told}'
        if gradient is not None:
            ways = (f"|dL/d{state}| {number(norms[0], 2)} → {number(norms[-1], 2)}" for state, norms in gradient.items())
            text += f"; {', '.join(ways)} from first to last step"
        return text

    def _scene(self):
        return scene(self.unrolled, self.names, self.gradient, self._state["step"], self._state["unit"], self.sentence)

    def controls(self):
        found = self.unrolled
        layers = tuple((f"{type(layer).__name__} {name}", name) for name, layer in recurrent_layers(self.model).items())
        return [
            *[Choice("layer", "Layer", layers)] * (len(layers) > 1),
            *[Slider("call", "Call", 0, found.calls - 1)] * (found.calls > 1),
            Slider("sample", "Sample", 0, count_of(self.x) - 1),
            Play("step", "Play", 0, found.steps - 1),
            Slider("step", "Step", 0, found.steps - 1),
            Slider("unit", "Unit", 0, found.units - 1),
        ]

    def details(self):
        """The lines of NumPy that made the gates and states; nothing for a cell of your own."""
        kind = KINDS.get(self.unrolled.kind)
        if kind is None:
            return ""
        lines = escape(inspect.getsource(kind[1].step).strip())
        return f'<p style="margin:8px 0 0"><b>One step, as it was worked out</b></p><pre tabindex="0" style="{_CODE}">{lines}</pre>'

    def pointed(self, x, y, kind):
        s, found = self._state, self.unrolled
        if kind in _STEPS:
            unit, step = _STEPS[kind]
            self.set(unit=min(max(s["unit"] + unit, 0), found.units - 1), step=min(max(s["step"] + step, 0), found.steps - 1))
        else:
            self.set(**under(found, self.gradient, x, y))


_CODE = "margin:4px 0;padding:8px;overflow-x:auto;line-height:1.4"
_STEPS = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}
