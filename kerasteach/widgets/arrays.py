"""The arrays panel: any tensor as a field of colours, its axes named, its leading axes on sliders."""

import itertools

import numpy as np

from kerasteach.explain.arrays import as_array, facts, names_of_axes
from kerasteach.widgets.arrays_scene import draw_array
from kerasteach.widgets.controls import Choice, Slider
from kerasteach.widgets.examples import stripes
from kerasteach.widgets.following import Following
from kerasteach.widgets.words import count, number, shape

_PLANES = (("height", "width"), ("steps", "features"), ("units before", "units"))  # looked at together


class Arrays(Following):
    """Any tensor: two of its axes as coloured cells, zero always in the middle of the scale, the other axes on sliders.

    A variable is read at each redraw: given to `fit(callbacks=[panel])` it shows the weights moving.

    Args:
        array: An array, tensor, variable, or nested list of numbers.
        names: A name for each axis; those the array has, or a layer's weight is known to have, by default.
        axes: Which two axes are drawn, down and along; the last two by default, or height and width.
        at: Where the other axes stand, a number for each axis.
        scale: `"signed"`, with zero in the middle, or `"viridis"`, from smallest to largest.

    Example:

    >>> Arrays([[0.5, -1.0], [0.0, 2.0]], names=("point", "coordinate"))
    Arrays: (point 2, coordinate 2) float64; -1 to 2, mean 0.375, std 1.083; 1 zero
    """

    options = {"names": None, "axes": None, "at": None, "scale": "signed"}
    css_class = "kt-arrays"
    source_name = "array"

    def __init__(self, array, names=None, axes=None, at=None, scale="signed"):
        self.array = array
        own = names_of_axes(array)
        as_array(array)  # what has no numbers is refused here
        self._own = {"names": own, "axes": _plane(tuple(names or own)), "at": (0,) * len(own)}
        super().__init__(names=names, axes=axes, at=at, scale=scale)

    @classmethod
    def example(cls, backend=None):
        from kerasteach.explain.layer_outputs import activations

        model, x, _ = stripes(backend)
        maps = activations(model, x[:3], "maps")["maps"]
        return cls(maps, names=("image", "height", "width", "filter"), at=(1, 0, 0, 1))

    @property
    def state(self):
        """Names, axes and place, those left to the panel filled in."""
        filled = {k: self._own[k] if v is None and k in self._own else v for k, v in self._state.items()}
        filled["axes"] = filled["axes"] if self._state["axes"] is not None else _plane(filled["names"])
        return {k: tuple(v) if isinstance(v, list) else v for k, v in filled.items()}

    def code(self):
        self_made = {**self._own, "axes": _plane(self.state["names"]), "scale": "signed"}
        changed = [f"{k}={v!r}" for k, v in self.state.items() if v != self_made[k]]
        return f"Arrays({', '.join(['array', *changed])})"

    @property
    def sentence(self):
        values, names = self._values(), self.state["names"]
        f = facts(values)
        has = f"The array has {count(len(names), 'axis', 'axes')}" + (f": {', '.join(f'{n} {s}' for n, s in zip(names, values.shape))}" if names else "")
        spread = f"its numbers run from {number(f.low)} to {number(f.high)} with mean {number(f.mean)}" if values.size else "it is empty"
        return f"{has}; {spread}{self._missing(f, ', ', 'not finite')}."

    def controls(self):
        state, sizes = self.state, self._values().shape
        pairs = [(a, b) for a, b in itertools.permutations(range(len(sizes)), 2)]
        axes = [Choice("axes", "Axes", tuple((f"{state['names'][a]} × {state['names'][b]}", (a, b)) for a, b in pairs))]
        sliders = [
            Slider("at", state["names"][n].capitalize(), 0, size - 1, part=n)
            for n, size in enumerate(sizes)
            if n not in state["axes"] and size > 1
        ]
        return [*sliders, *(axes if len(sizes) > 1 else []), Choice("scale", "Colours", (("zero in the middle", "signed"), ("smallest to largest", "viridis")))]

    def _values(self):
        return as_array(self.array)

    def _missing(self, f, before, word):
        return f"{before}{f.missing} {word}" if f.missing else ""

    def _where(self):
        """What stands on the sliders: `image 1, filter 2`."""
        state, sizes = self.state, self._values().shape
        return ", ".join(f"{name} {at}" for n, (name, at, size) in enumerate(zip(state["names"], state["at"], sizes)) if n not in state["axes"] and size > 1)

    def _text(self):
        values, state = self._values(), self.state
        f = facts(values)
        parts = [f"{shape(values.shape, state['names'])} {values.dtype}"]
        parts.append(f"{number(f.low)} to {number(f.high)}, mean {number(f.mean)}, std {number(f.std)}" if values.size else "empty")
        parts.append(count(f.zeros, "zero") + self._missing(f, ", ", "not finite"))
        if self._where():
            parts.append(f"shown: {self._where()}")
        name = getattr(self.array, "path", None) or ""
        return f"Arrays: {name}{' ' if name else ''}" + "; ".join(parts)

    def _scene(self):
        values, state = self._values(), self.state
        table = values.astype("float64")
        keep = [n for n in state["axes"] if n < values.ndim]
        table = table[tuple(slice(None) if n in keep else at for n, at in enumerate(state["at"]))] if values.size else np.zeros((0, 0))
        if len(keep) == 2 and keep[0] > keep[1]:
            table = table.T
        drawn = tuple(state["names"][n] for n in keep)
        title = getattr(self.array, "path", None) or "array"
        return draw_array(table, values, drawn, state["names"], self._where(), state["scale"], title, self.sentence)

    def _check(self, state):
        sizes = self._values().shape
        names, axes, at = state["names"], state["axes"], state["at"]
        told = f"The array has shape {sizes}."
        if names is not None and (len(names) != len(sizes) or not all(isinstance(n, str) for n in names)):
            raise ValueError(f"Expected a name for each axis. {told} Received: names={names!r}.")
        if axes is not None and (len(axes) != min(2, len(sizes)) or len({*axes}) != len(axes) or not all(0 <= a < len(sizes) for a in axes)):
            raise ValueError(f"Expected two different axes, down and along. {told} Received: axes={axes!r}.")
        if at is not None and (len(at) != len(sizes) or not all(0 <= a < max(size, 1) for a, size in zip(at, sizes))):
            raise ValueError(f"Expected a place on each axis. {told} Received: at={at!r}.")
        if state["scale"] not in ("signed", "viridis"):
            raise ValueError(f'Expected scale "signed" (zero in the middle) or "viridis". Received: scale={state["scale"]!r}.')


def _plane(names):
    """The two axes to draw: a known pair, else the last two, or however many there are.

    >>> _plane(("batch", "height", "width", "channels")), _plane(("a", "b", "c")), _plane(("a",))
    ((1, 2), (1, 2), (0,))
    """
    for pair in _PLANES:
        if {*pair} <= {*names}:
            return tuple(names.index(name) for name in pair)
    return tuple(range(len(names)))[-2:]
