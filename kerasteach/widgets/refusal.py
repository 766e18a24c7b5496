"""The picture of an error of shape: the graph as far as it got, the layer that refused ringed."""

import base64
from html import escape

from kerasteach.explain.shapes.picture import graph_so_far
from kerasteach.widgets.drawing import Options, draw_graph
from kerasteach.widgets.svg import to_svg


class Refusal:
    """The graph of an error of shape, for a notebook.

    Args:
        error: The exception, with its traceback.

    Raises:
        ValueError: If the error is about no layer or model.

    >>> import kerasteach as keras
    >>> x = keras.Input((8,), name="x")
    >>> try:
    ...     keras.layers.Add(name="join")([x, keras.layers.Dense(4, name="narrow")(x)])
    ... except ValueError as error:
    ...     Refusal(error)
    Refusal: the shapes do not fit at 'join'; 3 nodes drawn
    """

    def __init__(self, error):
        found = graph_so_far(error)
        if found is None:
            raise ValueError(f"{type(error).__name__} is about no layer or model, so there is no graph to draw. Expected an error of shape.")
        self.graph, self.culprit = found

    @property
    def sentence(self):
        """What the picture shows, as one sentence to be read aloud."""
        return f"A graph of {len(self.graph.nodes)} nodes, in which {self.culprit} is ringed: there the shapes do not fit."

    def to_svg(self):
        """The picture as SVG text."""
        options = Options(highlight=self.culprit, show_parameters=False)
        return to_svg(draw_graph(self.graph, options, f"{self.culprit} refused", self.sentence))

    def _repr_html_(self):
        picture, label = base64.b64encode(self.to_svg().encode()).decode(), escape(self.sentence, quote=True)
        return (
            f'<figure class="kt-refusal" role="img" aria-label="{label}" style="margin:0;overflow:auto;max-height:720px">'
            f'<img alt="{label}" src="data:image/svg+xml;base64,{picture}"></figure>'
        )

    def __repr__(self):
        return f"Refusal: the shapes do not fit at '{self.culprit}'; {len(self.graph.nodes)} nodes drawn"


def show_in_notebook():
    """From now on, show the picture under the traceback of every error of shape that ends a cell; only in a notebook."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None or getattr(shell, "kernel", None) is None or _show in shell.events.callbacks["post_run_cell"]:
        return
    shell.events.register("post_run_cell", _show)


def _show(result):
    from IPython.display import display

    error = result.error_in_exec
    if error is not None and vars(error).get("_kt_taught") and graph_so_far(error) is not None:
        display(Refusal(error))
