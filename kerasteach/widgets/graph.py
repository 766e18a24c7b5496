"""The graph panel: a model's boxes and edges, drawn, spoken and clickable."""

from kerasteach.explain.graph import model_graph
from kerasteach.widgets.controls import Choice, Toggle
from kerasteach.widgets.drawing import Options, draw_graph
from kerasteach.widgets.examples import pair
from kerasteach.widgets.graph_details import details_html
from kerasteach.widgets.panel import Panel

_DIRECTIONS = (("top to bottom", "TB"), ("left to right", "LR"))


class Graph(Panel):
    """A model's graph: parameters in the boxes, named shapes on the edges.

    A shared layer is one box, since it is one set of weights; each of its calls has a number, a
    colour and a dash of its own.

    Args:
        model: Any model; one whose layers have not been connected shows them without edges.
        expand_nested: Whether models inside the model are drawn open.
        rankdir: `"TB"` from top to bottom, `"LR"` from left to right.
        show_shapes: Whether edges carry the shape of their tensor.
        show_parameters: Whether boxes carry their number of parameters.
        highlight: The name of a layer to ring.

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
        "highlight": None,
    }
    css_class = "kt-graph"
    source_name = "model"

    def __init__(
        self,
        model,
        expand_nested=False,
        rankdir="TB",
        show_shapes=True,
        show_parameters=True,
        highlight=None,
    ):
        self.model = model
        super().__init__(
            expand_nested=expand_nested,
            rankdir=rankdir,
            show_shapes=show_shapes,
            show_parameters=show_parameters,
            highlight=highlight,
        )

    @classmethod
    def example(cls, backend=None):
        return cls(pair(backend)[0])

    @property
    def graph(self):
        """The model's graph as data, read afresh: a layer frozen meanwhile shows frozen."""
        return model_graph(self.model, self._state["expand_nested"])

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
        return "; ".join(parts) + "."

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
        return "Graph: " + "; ".join([", ".join(parts), *extra])

    def _check(self, state):
        if state["rankdir"] not in ("TB", "LR"):
            raise ValueError(
                f'Expected rankdir "TB" (top to bottom) or "LR" (left to right). '
                f"Received: rankdir={state['rankdir']!r}."
            )
        if state["highlight"] is not None:
            model_graph(self.model, state["expand_nested"]).node(state["highlight"])

    def _scene(self):
        keys = ("rankdir", "show_shapes", "show_parameters", "highlight")
        options = Options(**{k: self._state[k] for k in keys})
        graph = self.graph
        return draw_graph(graph, options, f"Graph of {graph.name}", self.sentence)

    def controls(self):
        graph = self.graph
        layers = [(f"{n.class_name} {n.name}", n.id) for n in graph.walk() if n.kind != "output"]
        return [
            Toggle("expand_nested", "Expand models", locked=not any(n.nested for n in graph.walk())),
            Toggle("show_shapes", "Shapes"),
            Toggle("show_parameters", "Parameters"),
            Choice("rankdir", "Direction", _DIRECTIONS),
            Choice("highlight", "Layer", (("(none)", None), *layers)),
        ]

    def chosen(self, key, value):
        closes = key == "expand_nested" and not value  # the ringed layer may be inside
        self.set(**{key: value, **({"highlight": None} if closes else {})})

    def details(self):
        ringed = self._state["highlight"]
        return details_html(self.graph.node(ringed)) if ringed else ""


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
