"""The two small widgets of our own: a picture that can be pointed at, and the text face in a live region.

Without anywidget, plain `ipywidgets.HTML` shows the same; it cannot be pointed at, and everything a pointer does can be done
with a control.
"""

import functools
from html import escape
from pathlib import Path

from kerasteach.widgets.palette import night_css

_HERE = Path(__file__).parent
_CSS = """
.kt-picture { overflow: auto; max-height: 760px; }
.kt-picture > svg { display: block; max-width: 100%; height: auto; }
.kt-picture:focus-visible { outline: 2px solid #d55e00; outline-offset: 2px; border-radius: 10px; }
.kt-pointed > svg { cursor: crosshair; touch-action: none; }
.kt-picture .kt-cursor { stroke: #d55e00; stroke-width: 2; fill: none; }
.kt-words { margin: 6px 0 0; line-height: 1.4; overflow-wrap: anywhere; }
"""


def picture(w, panel):
    """A widget with `svg` and `label`; pointing at it calls `panel.pointed`.

    Args:
        w: The imported ipywidgets.
        panel: The panel it shows.
    """
    try:
        kind = _anywidgets()[0]
    except ImportError:
        return _plain_picture(w, panel)
    shown = kind(css_class=panel.css_class, pointed=panel.wants_pointing, crossed=not panel.keys_walk)
    shown.on_msg(lambda _, message, buffers: panel.pointed(message["x"], message["y"], message["kind"]))
    return shown


def status(w):
    """A widget with `words`, which screen readers tell when they change."""
    try:
        return _anywidgets()[1]()
    except ImportError:
        return _plain_status(w)


@functools.lru_cache(maxsize=1)
def _anywidgets():
    import anywidget
    import traitlets

    class Picture(anywidget.AnyWidget):
        _esm = _HERE / "picture.js"
        _css = _CSS + night_css()
        svg = traitlets.Unicode().tag(sync=True)
        label = traitlets.Unicode().tag(sync=True)
        css_class = traitlets.Unicode().tag(sync=True)
        pointed = traitlets.Bool().tag(sync=True)
        crossed = traitlets.Bool(True).tag(sync=True)

    class Status(anywidget.AnyWidget):
        _esm = _HERE / "status.js"
        words = traitlets.Unicode().tag(sync=True)
        label = traitlets.Unicode().tag(sync=True)  # what a picture of plotly's is called

    return Picture, Status


def _plain_picture(w, panel):
    import traitlets

    class PlainPicture(w.HTML):
        svg, label = traitlets.Unicode(), traitlets.Unicode()

        @traitlets.observe("svg", "label")
        def _show(self, change):
            label = escape(self.label, quote=True)
            self.value = f'<div class="{panel.css_class}" role="img" aria-label="{label}" style="overflow:auto">{self.svg}</div>'

    return PlainPicture()


def _plain_status(w):
    import traitlets

    class PlainStatus(w.HTML):
        words, label = traitlets.Unicode(), traitlets.Unicode()

        @traitlets.observe("words")
        def _show(self, change):
            self.value = f'<p class="kt-words" role="status">{escape(self.words)}</p>'

    return PlainStatus()
