"""The base of every panel: one view, five faces.

A panel is a pure view over a small state dict. The same state gives the same live widget, the
same static HTML, the same PNG bytes, the same line of text and the same sentence, so a notebook
tells its story in a browser, in a terminal, on paper and read aloud.
"""

import base64
import time
from html import escape
from pathlib import Path

from kerasteach.backend.memory import give_back_freed_memory
from kerasteach.rich import in_notebook
from kerasteach.widgets.files import write_whole
from kerasteach.widgets.raster import to_png
from kerasteach.widgets.svg import to_svg
from kerasteach.widgets.words import spell

REDRAW = 0.1  # seconds between two redraws of a running fit: a browser asked more often than that falls behind
_VIEW = "application/vnd.jupyter.widget-view+json"
_LARGE = 1_500_000  # square units; beyond this the PNG a notebook stores has half the resolution


class Panel:
    """A view with five faces.

    A subclass says what it shows: `options` (the state's names and defaults), `_text()`,
    `sentence`, `_scene()`, and for the live face `controls()`, `details()` and, where a place in
    the picture means something, `pointed()`.

    Attributes:
        options: `{name: default}`; each is a keyword of the constructor and a key of `state`.
        source_name: How `code()` spells the arguments in front of the state, `"model, x, y"` say;
            the panel has attributes of these names.
        css_class: The class of the element around the live and the static face.
        keys_walk: Whether arrow keys in the picture mean something by themselves, and no cross walks over it.
    """

    options = {}
    source_name = ""
    css_class = "kt-panel"
    keys_walk = False
    _widget = None
    _drawn = 0.0
    _made = None  # what `once` made, while a redraw goes on

    @classmethod
    def example(cls, backend=None):
        """The panel on a small model that was really trained; the same at each call.

        Args:
            backend: `"numpy"` or `"torch"`; the one in use by default.
        """
        raise NotImplementedError(f"{cls.__name__} must define `example`.")

    def __init__(self, **state):
        self._state = dict(self.options)
        self._change(state)

    @property
    def state(self):
        """What makes this view this view: `type(panel)(..., **panel.state)` shows the same."""
        return dict(self._state)

    @property
    def sentence(self):
        """What the panel shows, as one sentence to be read aloud."""
        raise NotImplementedError(f"{type(self).__name__} must define `sentence`.")

    def sources(self):
        """The arguments in front of the state, by name: `type(panel)(*panel.sources().values(), **panel.state)`."""
        names = [name.strip() for name in self.source_name.split(",") if name]
        return {name: getattr(self, name) for name in names}

    def set(self, **changes):
        """Changes the state; the live face follows.

        Returns:
            The panel, so that a cell ending in `panel.set(...)` shows it.
        """
        self._change(changes)
        self._refresh()
        return self

    def code(self):
        """The line that makes this view again; settings left at their default are left out."""
        changed = {k: v for k, v in self.state.items() if v != self.options.get(k)}
        arguments = [self.source_name] * bool(self.source_name)
        arguments += [f"{k}={spell(v)}" for k, v in changed.items()]
        return f"{type(self).__name__}({', '.join(arguments)})"

    def to_svg(self):
        """The picture as SVG text; needs nothing but Python."""
        return to_svg(self._scene())

    def to_png(self, path=None, scale=2):
        """The picture as PNG bytes, written to `path` too if given; needs Pillow."""
        data = to_png(self._scene(), scale)
        if path is not None:
            write_whole(path, data)
        return data

    def to_html(self):
        """The picture as one HTML element that needs no script and survives sanitizers."""
        picture = base64.b64encode(self.to_svg().encode()).decode()
        label = escape(self.sentence, quote=True)
        return (
            f'<figure class="{self.css_class}" role="img" aria-label="{label}" '
            f'style="margin:0;overflow-x:auto">'
            f'<img alt="{label}" src="data:image/svg+xml;base64,{picture}"></figure>'
        )

    def save(self, path, scale=2):
        """Writes the face that the file's ending names: .svg, .png, .html or .txt.

        The file appears whole or not at all.
        """
        faces = {
            ".svg": self.to_svg,
            ".png": lambda: self.to_png(scale=scale),
            ".html": self.to_html,
            ".txt": lambda: repr(self) + "\n",
        }
        ending = Path(path).suffix.lower()
        if ending not in faces:
            raise ValueError(
                f"Cannot save a {type(self).__name__} panel as {ending or 'a file without ending'}."
                f" Expected one of {', '.join(faces)}. Received: path={str(path)!r}."
            )
        face = faces[ending]()
        write_whole(path, face if isinstance(face, bytes) else face.encode())

    def widget(self):
        """The live face: one ipywidgets widget, the same one each time.

        Raises:
            ImportError: When ipywidgets is missing.
        """
        if self._widget is None:
            from kerasteach.widgets.live import need_ipywidgets

            self._widget = self._build(need_ipywidgets(type(self).__name__))
            self._refresh()
        return self._widget

    def controls(self):
        """What the live face is steered with: a list of `controls.Control`, asked for at every redraw."""
        return []

    def details(self):
        """What the live face tells below the picture, as HTML; nothing by default."""
        return ""

    def chosen(self, key, value):
        """Called when a control is moved; a panel whose settings depend on each other changes the others with it."""
        self.set(**{key: value})

    def pointed(self, x, y, kind):
        """Called when the picture is pointed at.

        Args:
            x: The place, in units of the scene, from the left.
            y: From the top.
            kind: `"click"` (Enter, too), `"drag"`, or where an arrow key moved the cross: `"left"`, `"right"`, `"up"`,
                `"down"`.
        """

    @property
    def wants_pointing(self):
        """Whether the picture takes clicks and arrow keys: when the panel defines `pointed`."""
        return type(self).pointed is not Panel.pointed

    def changed(self, last=False):
        """Tells the live face that the data has changed, while a model trains say; redraws ten times a second at most.

        Args:
            last: No more changes will come for now: what came last is drawn in any case.
        """
        if self._widget is not None and (last or time.monotonic() - self._drawn >= REDRAW):
            self._refresh()
            self._drawn = time.monotonic()

    def __repr__(self):
        return self._text()

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = {"text/plain": repr(self), "text/html": self.to_html()}
        picture = self._stored_png()
        if picture:
            bundle["image/png"] = base64.b64encode(picture).decode()
        if in_notebook():
            try:
                bundle[_VIEW] = self.widget()._repr_mimebundle_()[_VIEW]
            except ImportError:
                pass  # the static faces say the same
        give_back_freed_memory()  # painting takes up to 30 MiB, which otherwise stay with the kernel
        keep = bundle if include is None else include
        return {k: v for k, v in bundle.items() if k in keep and k not in (exclude or ())}

    def _stored_png(self):
        scene = self._scene()
        try:
            return to_png(scene, 2 if scene.width * scene.height < _LARGE else 1)
        except ImportError:
            return b""

    def _change(self, changes):
        """Checks names first and values second, so that a bad call changes nothing."""
        for name in changes:
            if name not in self.options:
                raise TypeError(
                    f"{type(self).__name__} has no setting {name!r}. "
                    f"Expected one of: {', '.join(self.options) or '(none)'}."
                )
        state = {**self._state, **changes}
        self._check(state)
        self._state = state

    def _check(self, state):
        """Raises ValueError when the state cannot be shown."""

    def _text(self):
        raise NotImplementedError(f"{type(self).__name__} must define `_text()`.")

    def _scene(self):
        raise NotImplementedError(f"{type(self).__name__} must define `_scene()`.")

    def _build(self, ipywidgets):
        from kerasteach.widgets.live import build

        return build(self, ipywidgets)

    def _refresh(self):
        """Brings the live face, if there is one, up to the state."""
        if self._widget is not None:
            self._made = {}
            try:
                self._widget.refresh()
            finally:
                self._made = None

    def once(self, name, make):
        """Returns `make()`, made once in a redraw however many faces ask; outside of one made anew."""
        if self._made is None:
            return make()
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]
