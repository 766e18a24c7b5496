"""The file panel: the anatomy of a `.keras` file, read without making a model of it."""

from html import escape

from kerasteach.explain.keras_file import anatomy
from kerasteach.widgets.controls import Choice
from kerasteach.widgets.examples import classifier
from kerasteach.widgets.keras_file_scene import draw_file
from kerasteach.widgets.panel import Panel
from kerasteach.widgets.words import count


class KerasFile(Panel):
    """What a `.keras` file holds: the plan, layer by layer, and for each layer its arrays in the weights file.

    Nothing of the file is run and no model is made of it, so that a stranger's file can be looked at.

    Args:
        file: A path; or a model, for what its file would hold.
        layer: The name of a layer to ring; its settings and arrays stand beside the live picture.

    Example:

    >>> from kerasteach import Sequential, layers
    >>> KerasFile(Sequential([layers.Input((2,)), layers.Dense(3)], name="small"))
    KerasFile: Sequential small, 1 layer; 9 numbers in 2 arrays; not compiled; written by Keras 3.15.1
    """

    options = {"layer": None}
    css_class = "kt-file"
    source_name = "file"

    def __init__(self, file, layer=None):
        self.file, self.found = file, anatomy(file)
        super().__init__(layer=layer)

    @classmethod
    def example(cls, backend=None):
        return cls(classifier(backend)[0], layer="hidden")

    @property
    def sentence(self):
        found = self.found
        parts = [f"The file holds the plan of {found.model.title} with {self._layers()}"]
        parts.append(f"its {count(found.size, 'number')}")
        if found.optimizer:
            parts.append(f"the optimizer {found.optimizer.class_name} with {count(found.optimizer.size, 'number')}")
        return ", ".join(parts[:-1]) + f" and {parts[-1]}."

    def controls(self):
        named = [(part.title, part.name) for part in self.found.layers]
        return [Choice("layer", "Layer", (("(none)", None), *named))]

    def details(self):
        part = next((part for part in self.found.layers if part.name == self._state["layer"]), None)
        if part is None:
            return ""
        rows = [(key, value) for key, value in part.settings.items()]
        rows += [(array.place, f"{array.shape}, {count(array.size, 'number')}") for array in part.arrays]
        cells = "".join(f"<tr><td><code>{escape(str(a))}</code></td><td>{escape(str(b))}</td></tr>" for a, b in rows)
        return f"<p><b>{escape(part.class_name)}</b> <code>{escape(part.name)}</code></p><table>{cells}</table>"

    def pointed(self, x, y, kind):
        """A click on a layer or on its arrays chooses it; so do the arrow keys, one after the other."""
        names = [part.name for part in self.found.layers]
        now = names.index(self._state["layer"]) if self._state["layer"] in names else -1
        if kind == "click":
            chosen = next((name for name, (top, bottom) in self._rows().items() if top <= y <= bottom), None)
        else:
            step = {"up": -1, "left": -1, "down": 1, "right": 1}.get(kind, 0)
            chosen = names[min(max(now + step, 0), len(names) - 1)] if names else None
        self.set(layer=chosen)

    def _layers(self):
        return count(sum(part.class_name != "InputLayer" for part in self.found.layers), "layer")

    def _text(self):
        found = self.found
        parts = [f"{found.model.title}, {self._layers()}"]
        parts.append(_numbers(found.layers))
        parts.append(f"{found.optimizer.class_name}, {_numbers([found.optimizer])}" if found.optimizer else "not compiled")
        parts += [f"written by Keras {found.version}"] if found.version else []
        parts += [f"shown: {self._state['layer']}"] if self._state["layer"] else []
        return "KerasFile: " + "; ".join(parts)

    def _rows(self):
        return draw_file(self.found, self._state["layer"])[1]

    def _scene(self):
        return draw_file(self.found, self._state["layer"], self.sentence)[0]

    def _check(self, state):
        names = [part.name for part in self.found.layers]
        if state["layer"] is not None and state["layer"] not in names:
            raise ValueError(f"Expected the name of a layer: {', '.join(names)}. Received: layer={state['layer']!r}.")


def _numbers(parts):
    return f"{count(sum(part.size for part in parts), 'number')} in {count(sum(len(part.arrays) for part in parts), 'array')}"
