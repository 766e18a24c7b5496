"""The live face every panel has: a row of controls, the picture with its details, and the text face below.

The panel's state is the truth. A control that is moved calls `panel.chosen`; whatever changes the state calls `refresh`,
and controls, picture and words follow.
"""

from kerasteach.widgets.picture import picture, status
from kerasteach.widgets.svg import to_svg


def build(panel, w, shown=None):
    """Makes the live face of a panel.

    Args:
        panel: The `Panel`.
        w: The imported ipywidgets.
        shown: A picture of the panel's own in place of its scene, with a method `refresh()`; a FigureWidget, say.

    Returns:
        A widget with `refresh()`, `picture`, `details`, `words`, and `control[name]`.
    """
    return _live_class(w)(panel, shown)


def _live_class(w):
    class Live(w.VBox):
        """Controls above, picture and details in the middle, words below."""

        def __init__(self, panel, shown):
            self.panel, self.control, self.following = panel, {}, False
            self.row = w.HBox(layout={"flex_flow": "row wrap", "align_items": "center", "overflow": "visible"})
            self.picture = picture(w, panel) if shown is None else shown
            self.details, self.words = w.HTMLMath(layout={"display": "none", "flex": "1 1 420px"}), status(w)  # details may have formulas
            frame = w.Box([self.picture], layout={"max_width": "100%" if shown is None else "900px", "overflow": "visible"})
            if shown is not None:
                frame.add_class(panel.css_class)
            both = w.Box([frame, self.details], layout={"flex_flow": "row wrap", "align_items": "flex-start", "grid_gap": "8px 24px"})
            super().__init__([self.row, both, self.words])  # details stand beside the picture where there is room
            self.add_class("kt-panel")
            self.add_class(f"{panel.css_class}-live")

        def refresh(self):
            """Brings everything up to the panel's state and data; what already agrees stays as it is."""
            self._show_controls()
            if hasattr(self.picture, "svg"):
                scene = self.panel._scene()
                self.picture.svg, self.picture.label = to_svg(scene), self.panel.sentence
            else:
                self.picture.refresh()
            self.words.words, self.words.label = repr(self.panel), self.panel.sentence
            self.details.value = self.panel.details()
            self.details.layout.display = None if self.details.value else "none"

        def _show_controls(self):
            wanted = self.panel.controls()
            state = self.panel.state
            self.following = True  # new ranges and options move values nobody has moved
            try:
                for control in wanted:
                    if control.name not in self.control:
                        self.control[control.name] = self._make(control)
                    control.show(self.control[control.name], control.read(state))
            finally:
                self.following = False
            row = tuple(self.control[control.name] for control in wanted)
            if row != self.row.children:
                self.row.children = row
                self.row.layout.display = None if row else "none"

        def _make(self, control):
            made = control.make(w, self.panel)
            if control.key is None:
                made.on_click(lambda _: self._try(getattr(self.panel, control.method)))
            else:
                made.observe(lambda change: self._move(control, change["new"]), "value")
            return made

        def _move(self, control, value):
            state = self.panel.state
            if not self.following and control.is_news(self.control[control.name], control.read(state), value):
                self._try(self.panel.chosen, control.key, control.changed(state, value))

        def _try(self, action, *arguments):
            """What the panel refuses is said where its words are, and the control goes back."""
            try:
                action(*arguments)
            except ValueError as error:
                self._show_controls()
                self.words.words = f"{error}"

    return Live


def need_ipywidgets(what):
    """Imports ipywidgets, or says in one line how to get it."""
    try:
        import ipywidgets
    except ImportError as error:
        raise ImportError(
            f"The live face of {what} needs ipywidgets, which is not installed. "
            f"Install it with `pip install kerasteach[lab]`; "
            f"text, SVG and HTML work without it."
        ) from error
    return ipywidgets
