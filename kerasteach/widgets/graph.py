"""The graph panel: a model's boxes and edges, drawn, spoken and clickable."""

from kerasteach.explain.graph import model_graph
from kerasteach.explain.layer_numbers import gradient_norms, output_facts
from kerasteach.explain.layer_outputs import names_of
from kerasteach.layers import Layer
from kerasteach.widgets.controls import Button, Choice, Toggle
from kerasteach.widgets.drawing import Options, draw_graph, places
from kerasteach.widgets.examples import pair
from kerasteach.widgets.following import Following
from kerasteach.widgets.graph_details import details_html
from kerasteach.widgets.words import number

MOST_TOLD = 12
_NUMBERS = {"values": "what layers give", "gradients": "gradients"}
_DIRECTIONS = (("top to bottom", "TB"), ("left to right", "LR"))


class Graph(Following):
    """A model's graph: parameters in the boxes, named shapes on the edges; models inside open and close.

    A shared layer is one box, since it is one set of weights; each of its calls has a number, a
    colour and a dash of its own. A class of your own is drawn from a run of its `call`: once it was
    called on data, or at once where `x` is given.

    Args:
        model: Any model.
        x: A batch, for the numbers in the boxes.
        y: Its targets, for gradients.
        expand_nested: Whether models inside the model are drawn open; or the ids of those that are.
        rankdir: `"TB"` from top to bottom, `"LR"` from left to right.
        show_shapes: Whether edges carry the shape of their tensor.
        show_parameters: Whether boxes carry their number of parameters.
        numbers: What boxes tell besides: None, `"values"` (what each layer gives for `x`), or `"gradients"`
            (how long the gradient of its weights is).
        highlight: The name of a layer to ring; its code, formulas and weights stand beside the live picture.

    Example:

    >>> from kerasteach import Input, Model, layers
    >>> a, b = Input((32,)), Input((32,))
    >>> dense = layers.Dense(64, activation="relu", name="dense")
    >>> Graph(Model([a, b], layers.Concatenate()([dense(a), dense(b)])))
    Graph: 4 layers, 2 inputs, 1 output, 2,112 parameters; Dense "dense" shared by 2 calls
    """

    options = {
        "expand_nested": False,
        "rankdir": "TB",
        "show_shapes": True,
        "show_parameters": True,
        "numbers": None,
        "highlight": None,
    }
    css_class = "kt-graph"

    def __init__(self, model, x=None, y=None, **state):
        self.model, self.x, self.y = model, x, y
        super().__init__(**state)

    @property
    def source_name(self):
        """As many arguments as were given."""
        return "model" if self.x is None else "model, x" if self.y is None else "model, x, y"

    @classmethod
    def example(cls, backend=None):
        return cls(*pair(backend), numbers="gradients", highlight="dense")

    @property
    def graph(self):
        """The model's graph as data, read afresh: a layer frozen meanwhile shows frozen."""
        return self.once("graph", lambda: self._read(self._state["expand_nested"]))

    def _read(self, expand):
        return model_graph(self.model, expand, self.x)

    @property
    def sentence(self):
        graph = self.graph
        parts = [f"The model {graph.name} {_through(graph)}"]
        if graph.parameters is not None:
            parts.append(f"it has {_count(graph.parameters, 'parameter')}{_trainable(graph)}")
        for node in graph.shared:
            parts.append(f"its {node.class_name} layer {node.name} is shared by {len(node.calls)} calls")
        if graph.note:
            parts.append(graph.note[0].lower() + graph.note[1:].rstrip("."))
        return "; ".join([*parts, *self._listed()]) + "."

    def _text(self):
        graph = self.graph
        parts = [_count(graph.layer_count, "layer")]
        if graph.operations:
            parts.append(_count(len(graph.operations), "operation"))
        if graph.outputs:
            parts.append(_count(len(graph.inputs), "input"))
            parts.append(_count(len(graph.outputs), "output"))
        if graph.parameters is not None:
            parts.append(_count(graph.parameters, "parameter") + _trainable(graph))
        extra = [f'{n.class_name} "{n.name}" shared by {len(n.calls)} calls' for n in graph.shared]
        if graph.note:
            extra.append(graph.note[0].lower() + graph.note[1:].rstrip("."))
        return "Graph: " + "; ".join([", ".join(parts), *extra, *self._listed()])

    def _listed(self):
        """The numbers of the boxes in words, those of the first layers."""
        told = [f"{name} {text.removeprefix('gradient ')}" for name, (text, _) in self._told().items()]
        rest = [f"and {len(told) - MOST_TOLD} more"] if len(told) > MOST_TOLD else []
        return [f"{_NUMBERS[self._state['numbers']]}: " + ", ".join(told[:MOST_TOLD] + rest)] if told else []

    def _told(self):
        """What the boxes tell besides: id -> `(text, amount)`."""
        return self.once("told", self._numbers)

    def _numbers(self):
        if self._state["numbers"] == "values":
            found = output_facts(self.model, self.x)
            return {name: (f"{number(f.low, 3)} to {number(f.high, 3)}, mean {number(f.mean, 3)}", None) for name, f in found.items()}
        if self._state["numbers"] == "gradients":
            found = gradient_norms(self.model, self.x, self.y)
            most = max(found.values(), default=0.0) or 1.0
            return {name: (f"gradient {number(norm, 3)}", norm / most) for name, norm in found.items()}
        return {}

    def _check(self, state):
        if state["rankdir"] not in ("TB", "LR"):
            raise ValueError(
                f'Expected rankdir "TB" (top to bottom) or "LR" (left to right). '
                f"Received: rankdir={state['rankdir']!r}."
            )
        needs = {None: 0, "values": 1, "gradients": 2}
        if state["numbers"] not in needs:
            raise ValueError(f'Expected numbers None, "values" or "gradients". Received: numbers={state["numbers"]!r}.')
        given = (self.x is not None) + (self.x is not None and self.y is not None)
        if given < needs[state["numbers"]]:
            wanted = ("x", "x and y")[needs[state["numbers"]] - 1]
            raise ValueError(f"numbers={state['numbers']!r} needs {wanted}: Graph(model, {wanted.replace(' and', ',')}).")
        if state["highlight"] is not None:
            self._read(state["expand_nested"]).node(state["highlight"])

    def controls(self):
        graph, expand = self.graph, self._state["expand_nested"]
        nodes = list(graph.walk())
        layers = [(f"{n.class_name} {n.name}", n.id) for n in nodes if n.kind != "output"]
        numbers = [("none", None), *([("values", "values")] if self.x is not None else []), *([("gradients", "gradients")] if self.y is not None else [])]
        ringed = graph.node(self._state["highlight"]) if self._state["highlight"] else None
        return [
            Choice("expand_nested", "Models", _opened(expand), locked=not any(n.nested for n in nodes)),
            Toggle("show_shapes", "Shapes"),
            Toggle("show_parameters", "Parameters"),
            *([Choice("numbers", "Numbers", tuple(numbers))] if len(numbers) > 1 else []),
            Choice("rankdir", "Direction", _DIRECTIONS),
            Choice("highlight", "Layer", (("(none)", None), *layers)),
            *([Button("Close it" if ringed.inner else "Open it", "toggle")] if ringed and ringed.nested else []),
        ]

    def chosen(self, key, value):
        self.set(**{key: value, **(self._still_there(value) if key == "expand_nested" else {})})

    def toggle(self):
        """Opens or closes the model that is ringed."""
        graph = self.graph
        node = graph.node(self._state["highlight"])
        opened = {n.id for n in graph.walk() if n.inner is not None}
        opened = opened - {node.id} if node.inner else opened | {node.id}
        opened = tuple(sorted(n for n in opened if not (node.inner and n.startswith(node.id + "/"))))
        self.set(expand_nested=opened or False, **self._still_there(opened or False))

    def _still_there(self, expand):
        """Whoever is ringed inside a model that closes is ringed no more."""
        left = {n.id for n in self._read(expand).walk()} | {n.name for n in self._read(expand).walk()}
        return {} if self._state["highlight"] in left else {"highlight": None}

    def pointed(self, x, y, kind):
        """A click on a box rings it; another opens or closes the model it stands for; a click beside them ends it."""
        if kind != "click":
            return
        hit = [n for n, box in places(self.graph, self._options()) if box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height]
        node = hit[-1] if hit else None  # what is inside comes later
        if node is not None and node.nested and node.id == self._state["highlight"]:
            self.toggle()
        else:
            self.set(highlight=node.id if node and node.kind != "output" else None)

    def _options(self):
        keys = ("rankdir", "show_shapes", "show_parameters", "highlight")
        return Options(**{k: self._state[k] for k in keys}, told=self._told())

    def _scene(self):
        graph = self.graph
        return draw_graph(graph, self._options(), f"Graph of {graph.name}", self.sentence)

    def details(self):
        if not self._state["highlight"]:
            return ""
        node = self.graph.node(self._state["highlight"])
        return details_html(node, self._layer(node))

    def _layer(self, node):
        """The layer a node stands for; None for operators, and for models of real Keras."""
        if not isinstance(self.model, Layer):
            return None
        names = names_of(self.model)
        return next((layer for layer in self.model._flatten_layers() if names.get(id(layer)) == node.id), None)


def _opened(expand):
    """The choices of what is open; with a third where it is some of them."""
    some = () if isinstance(expand, bool) else ((f"{len(expand)} open", expand),)
    return (("closed", False), ("open", True), *some)


def _through(graph):
    layers = _count(graph.layer_count, "layer")
    if not graph.outputs:
        return f"owns {layers}"
    ins, outs = _count(len(graph.inputs), "input"), _count(len(graph.outputs), "output")
    return f"leads from {ins} through {layers} to {outs}"


def _trainable(graph):
    if graph.trainable_parameters == graph.parameters:
        return ""
    return f" ({graph.trainable_parameters:,} trainable)"


def _count(number, unit):
    """
    >>> _count(2241, "parameter"), _count(1, "layer")
    ('2,241 parameters', '1 layer')
    """
    return f"{number:,} {unit}{'' if number == 1 else 's'}"
