"""The convolution panel: a kernel slides over a picture, and each number it makes is worked out before one's eyes."""

import numpy as np

from kerasteach import tree
from kerasteach.explain.saliency import grad_cam, saliency, slopes
from kerasteach.explain.window import sliding, sliding_layers
from kerasteach.ops.windows import channels_last
from kerasteach.widgets.controls import Choice, Slider
from kerasteach.widgets.convolution_scene import cell_scene, saliency_scene, under
from kerasteach.widgets.features import call_of, count_of, sample_of, tables
from kerasteach.widgets.looking import Looking
from kerasteach.widgets.words import number

_VIEWS = (("one cell", "cell"), ("what the score looks at", "saliency"))


class Convolution(Looking):
    """A convolution or pooling at work: window, kernel, products, sum, bias, activation; all filters' maps; saliency.

    Click into a picture, or use the arrow keys or sliders, to choose the cell; click a map to choose its filter.

    Args:
        model: Any model with a Conv1D, Conv2D, DepthwiseConv1D, DepthwiseConv2D, or a max or average pooling in it.
        x: Data for it, as for `model.predict`.
        layer: The name of the layer; the first by default.
        sample: Which sample of `x`.
        filter: Which channel of the layer's output.
        row: The cell's place in the output; where the filter answers strongest by default.
        column: The same.
        channel: Which of the input channels that are seen.
        view: `"cell"` for the arithmetic of one cell, `"saliency"` for where a score looks: the gradient of the input
            (Simonyan et al., 2013) and Grad-CAM on the layer (Selvaraju et al., 2017).
        target: The unit of the model's output whose score it is; the largest by default.
        call: Which call of the layer, if the model calls it more than once.

    Example:

    >>> from kerasteach import Sequential, layers
    >>> model = Sequential([layers.Input((3, 3, 1)), layers.Conv2D(1, 2, kernel_initializer="ones", name="sum")])
    >>> Convolution(model, np.arange(9.0).reshape(1, 3, 3, 1), row=0, column=1)
    Convolution: Conv2D "sum" 2×2, 3×3×1 → 2×2×1; sample 0, filter 0, row 0, column 1: linear(Σ 12 + bias 0) = 12
    """

    options = {"layer": None, "sample": 0, "filter": 0, "row": None, "column": None, "channel": 0, "view": "cell", "target": None, "call": 0}
    css_class = "kt-convolution"
    source_name = "model, x"

    def __init__(self, model, x, layer=None, sample=0, filter=0, row=None, column=None, channel=0, view="cell", target=None, call=0):
        self.model, self.x = model, x
        super().__init__(layer=layer, sample=sample, filter=filter, row=row, column=column, channel=channel, view=view, target=target, call=call)

    @classmethod
    def example(cls, backend=None):
        from kerasteach.widgets.feature_examples import digits_network

        model, x, _ = digits_network(backend)
        return cls(model, x, layer="edges", sample=2, filter=4)

    @property
    def sliding(self):
        """The layer on the sample, as data (`explain.window.Sliding`)."""
        return self._sliding(self._state)

    @property
    def cell(self):
        """The chosen cell, as data (`explain.window.Cell`)."""
        s = self._state
        return self.sliding.cell(s["row"], s["column"], s["filter"])

    @property
    def slopes(self):
        """The score and its gradients, as data (`explain.saliency.Slopes`)."""
        s = self._state
        return self.remembered(
            ("slopes", s["sample"], s["target"], s["layer"], s["call"]),
            lambda: slopes(self.model, self.x, s["sample"], s["target"], s["layer"], call=s["call"]),
        )

    def _sliding(self, state):
        key = "sliding", state["layer"], state["sample"], state["call"]
        return self.remembered(key, lambda: sliding(self.model, self.x, *key[1:]))

    def _moved(self, state, changes):
        """A new layer begins where its filter answers strongest; a place that is no more gives way to the last there is."""
        if state["layer"] is None:
            state = state | {"layer": next(iter(sliding_layers(self.model)))}
        moved = {"layer": state["layer"]} | call_of(changes)
        found = self._sliding(state | moved)
        rows, columns, filters = found.output.shape
        anew = "layer" in changes and self._state["row"] is not None
        if anew and "filter" not in changes:
            moved["filter"] = min(state["filter"], filters - 1)
        channel = moved.get("filter", state["filter"])
        if not 0 <= channel < filters:
            raise ValueError(f"Layer '{found.name}' makes {filters} maps, counted from 0. Received: filter={channel!r}. Fix: 0 <= filter < {filters}.")
        if (anew and "channel" not in changes) or "filter" in changes:
            moved.setdefault("channel", min(state["channel"], len(found.seen_channels(channel)) - 1))
        strongest = np.unravel_index(np.nan_to_num(np.abs(found.output[..., channel])).argmax(), (rows, columns))
        for name, most, best in zip(("row", "column"), (rows, columns), strongest):
            if state[name] is None or (anew and name not in changes):
                moved[name] = int(best)
            elif name not in changes and state[name] >= most:
                moved[name] = most - 1
        return moved

    def _check(self, state):
        if state["view"] not in [value for _, value in _VIEWS]:
            raise ValueError(f'Expected view "cell" or "saliency". Received: view={state["view"]!r}.')
        found = self._sliding(state)
        found.cell(state["row"], state["column"], state["filter"])
        seen = len(found.seen_channels(state["filter"]))
        if not 0 <= state["channel"] < seen:
            raise ValueError(f"Filter {state['filter']} sees {seen} channels, counted from 0. Received: channel={state['channel']!r}.")
        if state["view"] == "saliency":
            found_slopes = slopes(self.model, self.x, state["sample"], state["target"], state["layer"], call=state["call"])
            _picture(sample_of(self.x, state["sample"]), found_slopes.inputs, found)

    @property
    def sentence(self):
        s, found, cell = self._state, self.sliding, self.cell
        if s["view"] == "saliency":
            return (
                f"For sample {s['sample']} the model's score {self.slopes.target} is {number(self.slopes.score)}; "
                f"it depends most on {_strongest(self.maps()[1])} of the input, and Grad-CAM of layer {found.name} is largest at "
                f"{_strongest(self.maps()[2])}."
            )
        kind = {"max": "the largest number", "average": "the mean"}.get(found.kind, f"the {found.activation} of products and bias")
        where = f"column {s['column']}" if found.is_line else f"row {s['row']}, column {s['column']}"
        return (
            f"In layer {found.name}, the cell at {where} of map {s['filter']} for sample {s['sample']} is "
            f"{number(cell.value)}, {kind} of what its window sees."
        )

    def _text(self):
        s, found, cell = self._state, self.sliding, self.cell
        window, shapes = _times(found.windows.window, found), (_times(found.input.shape, found), _times(found.output.shape, found))
        head = f'Convolution: {type(found.layer).__name__} "{found.name}" {window}, {" → ".join(shapes)}; sample {s["sample"]}'
        if s["view"] == "saliency":
            return f"{head}, score {self.slopes.target} = {number(self.slopes.score)}; slope largest at {_strongest(self.maps()[1])}, Grad-CAM at {_strongest(self.maps()[2])}"
        place = f"column {s['column']}" if found.is_line else f"row {s['row']}, column {s['column']}"
        if found.is_pooling:
            told = f"{'max' if found.kind == 'max' else 'mean'} of {int(cell.inside.sum())} = {number(cell.value)}"
        else:
            told = f"{found.activation}(Σ {number(cell.total)} + bias {number(cell.bias)}) = {number(cell.value)}"
        return f"{head}, {'map' if found.is_pooling else 'filter'} {s['filter']}, {place}: {told}"

    def maps(self):
        """The input of the sample, the size of its gradient, and Grad-CAM on the layer, each `(height, width)` or with channels."""
        s, found = self._state, self.slopes
        image, gradient = _picture(sample_of(self.x, s["sample"]), found.inputs, self.sliding)
        cam = self.remembered(
            ("cam", s["sample"], s["target"], s["layer"], s["call"]),
            lambda: grad_cam(self.model, self.x, s["layer"], s["sample"], s["target"], call=s["call"]),
        )
        return image, saliency(gradient), cam if cam.ndim == 2 else cam[None]

    def _scene(self):
        if self._state["view"] == "saliency":
            return saliency_scene(self.sliding, self.slopes, *self.maps(), self.sentence)
        return cell_scene(self.sliding, self.cell, self._state["channel"], self.sentence)

    def controls(self):
        s, found = self._state, self.sliding
        rows, columns, filters = found.output.shape
        layers = tuple((f"{type(layer).__name__} {name}", name) for name, layer in sliding_layers(self.model).items())
        shown = [Choice("view", "Show", _VIEWS), Choice("layer", "Layer", layers), Slider("sample", "Sample", 0, count_of(self.x) - 1)]
        shown += [Slider("call", "Call", 0, found.calls - 1)] * (found.calls > 1)
        if s["view"] == "saliency":
            return [*shown, Choice("target", "Score of", (("the largest", None), *((f"unit {n}", n) for n in range(self._units()))))]
        shown += [Slider("filter", "Map", 0, filters - 1)] * (filters > 1)
        shown += [Slider("row", "Row", 0, rows - 1)] * (not found.is_line)
        shown += [Slider("column", "Column", 0, columns - 1)]
        seen = len(found.seen_channels(s["filter"]))
        return [*shown, *[Slider("channel", "Channel", 0, seen - 1)] * (seen > 1)]

    def _units(self):
        return self.remembered(("units",), lambda: min(100, slopes(self.model, self.x, 0).units))

    def details(self):
        """The numbers of the window as a table, for reading and for kernels too large to write them into the picture."""
        if self._state["view"] != "cell":
            return ""
        cell, channel = self.cell, self._state["channel"]
        if cell.patch.shape[0] * cell.patch.shape[1] > 121:
            return ""
        names = [("window", cell.patch), ("kernel", cell.kernel), ("products", cell.products)]
        return tables([(name, values[..., channel], cell.rows, cell.columns) for name, values in names if values is not None])

    def pointed(self, x, y, kind):
        s, found = self._state, self.sliding
        rows, columns, filters = found.output.shape
        if s["view"] != "cell":
            return
        if kind in _STEPS:
            down, along = _STEPS[kind]
            down_key, most = ("filter", filters) if found.is_line else ("row", rows)
            self.set(**{down_key: min(max(s[down_key] + down, 0), most - 1), "column": min(max(s["column"] + along, 0), columns - 1)})
            return
        hit = under(found, x, y)
        if hit is None:
            return
        what, *place = hit
        names = {"cell": ("row", "column"), "line": ("filter", "column"), "filter": ("filter",)}[what]
        self.set(**dict(zip(names, place)))


_STEPS = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}


def _times(sizes, found):
    """Sizes with a cross between; a line has no height."""
    return "×".join(str(n) for n in sizes[found.is_line :])


def _strongest(values):
    """Where a map is largest, in words."""
    row, column = np.unravel_index(np.nan_to_num(values).argmax(), values.shape)
    return f"row {row}, column {column}"


def _picture(inputs, gradients, found):
    """The input that is a picture or a line, with its gradient, channels last; of several the one that the layer was given."""
    pictures = []
    for image, gradient in zip(inputs, tree.flatten(gradients)):
        if gradient is not None and image.ndim in (2, 3):
            image, gradient = (channels_last(a[None], found.layer.data_format) for a in (image, gradient))
            pictures.append((image[0], gradient[0]) if image.ndim == 4 else (image, gradient))  # a line is one row high
    if not pictures:
        raise ValueError("Saliency needs an input that is a picture of floats, (batch, height, width, channels). Fix: x.astype('float32').")
    same = (n for n, (image, _) in enumerate(pictures) if image.shape == found.input.shape and np.allclose(image, found.input))
    return pictures[next(same, 0)]
