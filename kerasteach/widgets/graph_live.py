"""The graph panel's live face: the picture, five controls, and the chosen layer's details.

Only core ipywidgets controls, because those can be reached and used from the keyboard.
"""

from html import escape

_DIRECTIONS = (("top to bottom", "TB"), ("left to right", "LR"))
_QUIET = ("name", "trainable", "dtype", "quantization_config")


def build(panel, ipywidgets):
    """Makes the live face of a `Graph` panel.

    Args:
        panel: The `Graph`; a control changes its state, its state draws the picture.
        ipywidgets: The imported module.

    Returns:
        A widget with a method `refresh()`.
    """
    return _live_class(ipywidgets)(panel)


def _live_class(w):
    class GraphLive(w.VBox):
        """Controls above, picture in the middle, details below."""

        def __init__(self, panel):
            self.panel = panel
            state, narrow = panel.state, {"width": "auto", "margin": "2px 16px 2px 0"}
            self.expand = w.Checkbox(description="Expand models", indent=False, layout=narrow)
            self.shapes = w.Checkbox(description="Shapes", indent=False, layout=narrow)
            self.numbers = w.Checkbox(description="Parameters", indent=False, layout=narrow)
            self.direction = w.Dropdown(
                options=_DIRECTIONS,
                value=state["rankdir"],
                description="Direction",
                layout={"width": "220px"},
            )
            self.layer = w.Dropdown(description="Layer", layout={"width": "320px"})
            self.picture, self.details = w.HTML(), w.HTML()
            self.refresh()
            controls = {
                "expand_nested": self.expand,
                "show_shapes": self.shapes,
                "show_parameters": self.numbers,
                "rankdir": self.direction,
                "highlight": self.layer,
            }
            for name, control in controls.items():
                control.observe(lambda change, n=name: self._choose(n, change["new"]), "value")
            row = w.HBox(list(controls.values()), layout={"flex_flow": "row wrap"})
            super().__init__([row, self.picture, self.details])

        def _choose(self, name, value):
            value = value or None if name == "highlight" else value
            if self.following or self.panel.state[name] == value:
                return
            changes = {name: value}
            if name == "expand_nested" and not value:
                changes["highlight"] = None  # it may have been inside a model that closes now
            self.panel.set(**changes)

        def refresh(self):
            """Shows the panel's state; controls that already agree stay as they are."""
            state, graph = self.panel.state, self.panel.graph
            self.expand.disabled = not any(n.nested for n in graph.walk())
            self.expand.value = state["expand_nested"]
            self.shapes.value = state["show_shapes"]
            self.numbers.value = state["show_parameters"]
            self.direction.value = state["rankdir"]
            names = [(f"{n.class_name} {n.name}", n.id) for n in graph.walk() if n.kind != "output"]
            chosen = graph.node(state["highlight"]).id if state["highlight"] else ""
            self.following = True  # new options reset the value, which nobody has chosen
            if list(self.layer.options) != [("(none)", ""), *names]:
                self.layer.options = [("(none)", ""), *names]
            self.layer.value = chosen
            self.following = False
            self.picture.value = self.panel.live_html()
            self.details.value = details_html(graph.node(chosen)) if chosen else ""

    return GraphLive


def details_html(node):
    """A layer's weights, calls and settings as HTML tables."""
    title = f"<b>{escape(node.class_name)}</b> <code>{escape(node.name)}</code>"
    parts = [f'<p style="margin:8px 0 0">{title}</p>']
    if node.weights:
        rows = [(w.name, w.shape, "yes" if w.trainable else "no") for w in node.weights]
        parts.append(_table("Weights", ("weight", "shape", "trainable"), rows))
    if node.calls:
        rows = [(c.number, _shapes(c.input_shapes), _shapes(c.output_shapes)) for c in node.calls]
        parts.append(_table("Calls", ("call", "from shape", "to shape"), rows))
    settings = [(k, _short(v)) for k, v in node.config.items() if k not in _QUIET]
    if settings:
        parts.append(_table("Settings", ("setting", "value"), settings))
    return f'<div class="kt-layer">{"".join(parts)}</div>'


def _shapes(shapes):
    return ", ".join(str(tuple("batch" if n is None else n for n in s)).replace("'", "") for s in shapes)


def _short(value):
    """A setting in few words: for a serialized object its class, not its whole recipe."""
    if isinstance(value, dict) and "class_name" in value:
        inner = value.get("config") or {}
        told = {k: v for k, v in inner.items() if v is not None} if isinstance(inner, dict) else {}
        return f"{value['class_name']}({', '.join(f'{k}={v!r}' for k, v in told.items())})"
    text = str(value)
    return text if len(text) < 80 else text[:77] + "..."


def _table(caption, head, rows):
    cells = "".join(f'<th scope="col" style="text-align:left;padding-right:1.5em">{h}</th>' for h in head)
    body = "".join(
        "<tr>" + "".join(f'<td style="padding-right:1.5em">{escape(str(c))}</td>' for c in row) + "</tr>"
        for row in rows
    )
    style = "margin:6px 24px 6px 0;display:inline-table;vertical-align:top;line-height:1.5"
    caption = f'<caption style="text-align:left;font-weight:600">{caption}</caption>'
    return f'<table style="{style}">{caption}<tr>{cells}</tr>{body}</table>'
