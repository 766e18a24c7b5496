"""Keras's `plot_model` and `model_to_dot`, drawn without graphviz."""

from pathlib import Path

from kerasteach.explain.graph import model_graph
from kerasteach.widgets.drawing import Options, draw_graph
from kerasteach.widgets.files import write_whole
from kerasteach.widgets.raster import to_png
from kerasteach.widgets.svg import to_svg

FORMATS = ("png", "svg", "dot")
_SCREEN_DPI = 96  # one unit of a scene is a CSS pixel, 96 to the inch


class Dot:
    """A drawn model, with the methods of the pydot graph that Keras returns.

    >>> from kerasteach import Sequential, layers
    >>> dot = model_to_dot(Sequential([layers.Input((4,), name="x"), layers.Dense(2, name="d")]))
    >>> print(dot.to_string().splitlines()[-2].strip())
    "d" -> "#output_0";
    """

    def __init__(self, graph, options, dpi=200):
        self.graph, self.options, self.dpi = graph, options, dpi

    def create_svg(self, prog=None):
        """The picture as SVG, in bytes as pydot gives them; `prog` is ignored."""
        return to_svg(self._scene()).encode()

    def create_png(self, prog=None):
        """The picture as PNG bytes; needs Pillow."""
        return to_png(self._scene(), self.dpi / _SCREEN_DPI)

    def create(self, prog=None, format="png"):
        """The picture in one of the formats png, svg, dot."""
        faces = {"png": self.create_png, "svg": self.create_svg, "dot": self._dot_bytes}
        if format not in faces:
            raise ValueError(
                f"Cannot draw a model as {format!r}: kerasteach draws without graphviz and knows "
                f"{', '.join(FORMATS)}. Draw an svg and convert it, or print it from a browser."
            )
        return faces[format]()

    def write(self, path, prog=None, format=None):
        """Writes the picture; without `format` the file's ending names it."""
        ending = format or Path(path).suffix.lstrip(".").lower() or "png"
        write_whole(path, self.create(format=ending))
        return True

    def write_png(self, path, prog=None):
        return self.write(path, format="png")

    def write_svg(self, path, prog=None):
        return self.write(path, format="svg")

    def to_string(self):
        """The graph in the DOT language, for those who do have graphviz."""
        lines = ["digraph model {", f"  rankdir={self.options.rankdir};", "  node [shape=box];"]
        for node in self.graph.nodes:
            label = node.class_name
            if self.options.show_names and node.kind != "output":
                label += f"\n{node.name}"
            lines.append(f"  {_quote(node.id)} [label={_quote(label)}];")
        for edge in self.graph.edges:
            shape = edge.label if self.options.show_shapes else ""
            label = f" [label={_quote(shape)}]" if shape else ""
            lines.append(f"  {_quote(edge.source)} -> {_quote(edge.target)}{label};")
        return "\n".join([*lines, "}"])

    def _scene(self):
        return draw_graph(self.graph, self.options, f"Graph of {self.graph.name}")

    def _dot_bytes(self):
        return self.to_string().encode()


def model_to_dot(
    model,
    show_shapes=False,
    show_dtype=False,
    show_layer_names=True,
    rankdir="TB",
    expand_nested=False,
    dpi=200,
    subgraph=False,
    show_layer_activations=False,
    show_trainable=False,
    splines="ortho",
    **kwargs,
):
    """Draws a model for further use.

    Args:
        model: A built model.
        show_shapes: Whether edges carry shapes.
        show_dtype: Whether boxes carry the layer's dtype.
        show_layer_names: Whether boxes carry the layer's name.
        rankdir: `"TB"` or `"LR"`.
        expand_nested: Whether models inside the model are drawn open.
        dpi: Resolution of a PNG, in dots per inch.
        subgraph: Accepted as in Keras; changes nothing, since nothing needs a subgraph here.
        show_layer_activations: Whether boxes carry activation and other settings.
        show_trainable: Whether boxes of frozen layers say so.
        splines: Accepted as in Keras; edges are always smooth curves.

    Returns:
        A `Dot` with pydot's `write`, `create`, `create_png`, `create_svg` and `to_string`.
    """
    if not getattr(model, "built", True):
        raise ValueError(
            "This model has not yet been built. "
            "Build the model first by calling `build()` or by calling "
            "the model on a batch of data."
        )
    if kwargs:
        raise ValueError(f"Unrecognized keyword arguments: {kwargs}")
    if rankdir not in ("TB", "LR"):
        raise ValueError(f'Expected rankdir "TB" or "LR". Received: rankdir={rankdir!r}')
    options = Options(
        rankdir=rankdir,
        show_shapes=show_shapes,
        show_parameters=False,
        show_names=show_layer_names,
        show_config=show_layer_activations,
        show_dtype=show_dtype,
        show_trainable=show_trainable,
    )
    return Dot(model_graph(model, expand_nested), options, dpi)


def plot_model(
    model,
    to_file="model.png",
    show_shapes=False,
    show_dtype=False,
    show_layer_names=False,
    rankdir="TB",
    expand_nested=False,
    dpi=200,
    show_layer_activations=False,
    show_trainable=False,
    splines="ortho",
    **kwargs,
):
    """Draws a model into a file, as Keras does but without graphviz.

    Args:
        model: A built model.
        to_file: Where to write; `.png`, `.svg` or `.dot`.
        show_shapes: As for `model_to_dot`, like the arguments below.

    Returns:
        An IPython `Image` or `SVG` where IPython is installed, else `None`.
    """
    if kwargs.pop("layer_range", None) is not None:
        raise ValueError("Argument `layer_range` is no longer supported.")
    dot = model_to_dot(
        model,
        show_shapes=show_shapes,
        show_dtype=show_dtype,
        show_layer_names=show_layer_names,
        rankdir=rankdir,
        expand_nested=expand_nested,
        dpi=dpi,
        show_layer_activations=show_layer_activations,
        show_trainable=show_trainable,
        splines=splines,
        **kwargs,
    )
    ending = Path(to_file).suffix.lstrip(".").lower() or "png"
    dot.write(to_file, format=ending)
    return _as_display(str(to_file), ending)


def _as_display(path, ending):
    try:
        from IPython import display
    except ImportError:
        return None
    if ending == "svg":
        return display.SVG(filename=path)
    return display.Image(filename=path) if ending == "png" else None


def _quote(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
