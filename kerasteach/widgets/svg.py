"""A scene as SVG text: small, self-contained, the same bytes for the same scene.

No ids, no style sheets, no scripts: several pictures can stand in one page without touching each other,
and viewers that strip such things have nothing to strip.
"""

import base64
import struct
import zlib
from html import escape

import numpy as np

from kerasteach.widgets.scene import Group, Path, Pixels, Polygon, Rect, Text

FONT = "Inter,Helvetica,Arial,sans-serif"
NBSP = "\u00a0"
CODE_FONT = "Menlo,DejaVu Sans Mono,Consolas,monospace"


def to_svg(scene):
    """Writes a scene as one `<svg>` element.

    Args:
        scene: A `Scene`.

    Returns:
        SVG text whose `<title>` and `<desc>` say what the picture shows.

    Example:

    >>> from kerasteach.widgets.scene import Rect, Scene
    >>> print(to_svg(Scene(10, 10, (Rect(1, 1, 8, 8),), title="a box")))
    <svg ...><title>a box</title><rect x="1" y="1" width="8" height="8" fill="#ffffff"/></svg>
    """
    width, height = _n(scene.width), _n(scene.height)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" aria-label="{_text(scene.title)}" '
        f'font-family="{FONT}">'
    )
    about = f"<title>{_text(scene.title)}</title>" if scene.title else ""
    about += f"<desc>{_text(scene.desc)}</desc>" if scene.desc else ""
    return head + about + "".join(map(_item, scene.items)) + "</svg>"


def _item(item):
    return _WRITERS[type(item)](item)


def _rect(r):
    radius = f' rx="{_n(r.radius)}"' if r.radius else ""
    size = f'width="{_n(r.width)}" height="{_n(r.height)}"'
    paint = f'fill="{r.fill or "none"}"' + _stroke(r.stroke, r.line, r.dash)
    return f'<rect x="{_n(r.x)}" y="{_n(r.y)}" {size}{radius} {paint}/>'


def _path(p):
    steps = "".join(kind + " ".join(_n(v) for v in values) for kind, *values in p.steps)
    return f'<path d="{steps}" fill="none"{_stroke(p.stroke, p.line, p.dash)}/>'


def _polygon(p):
    points = " ".join(f"{_n(x)},{_n(y)}" for x, y in p.points)
    return f'<polygon points="{points}" fill="{p.fill}"{_stroke(p.stroke, 1, ())}/>'


def _pixels(p):
    data = base64.b64encode(png_bytes(p.colours)).decode()
    place = f'x="{_n(p.x)}" y="{_n(p.y)}" width="{_n(p.width)}" height="{_n(p.height)}"'
    return f'<image {place} preserveAspectRatio="none" style="image-rendering:pixelated" href="data:image/png;base64,{data}"/>'


def png_bytes(colours):
    """An array of colours as a PNG file; no package is needed for one without frills.

    Args:
        colours: Array `(rows, columns, 3)` of whole numbers from 0 to 255.
    """
    colours = np.ascontiguousarray(colours, "uint8")
    rows, columns, _ = colours.shape
    lines = np.concatenate([np.zeros((rows, 1), "uint8"), colours.reshape(rows, -1)], axis=1)  # each line says: no filter

    def part(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)  # 8 bits a channel, red green blue
    body = part(b"IHDR", head) + part(b"IDAT", zlib.compress(lines.tobytes(), 9)) + part(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def _write_text(t):
    anchor = f' text-anchor="{t.anchor}"' if t.anchor != "start" else ""
    bold = ' font-weight="600"' if t.bold else ""
    place = f'x="{_n(t.x)}" y="{_n(t.y)}" font-size="{_n(t.size)}" fill="{t.fill}"'
    if t.code:  # spaces count
        return f'<text {place}{anchor}{bold} font-family="{CODE_FONT}">{_text(t.text).replace(" ", NBSP)}</text>'
    return f"<text {place}{anchor}{bold}>{_text(t.text)}</text>"


def _group(g):
    name = f' class="{_text(g.name)}"' if g.name else ""
    title = f"<title>{_text(g.title)}</title>" if g.title else ""
    return f"<g{name}>{title}{''.join(map(_item, g.items))}</g>"


def _stroke(color, width, dash):
    if not color:
        return ""
    gaps = f' stroke-dasharray="{" ".join(_n(d) for d in dash)}"' if dash else ""
    return f' stroke="{color}" stroke-width="{_n(width)}"{gaps}'


def _n(value):
    """A number in as few characters as a tenth of a pixel needs."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def _text(text):
    """Escapes text and drops the control characters XML forbids."""
    return escape("".join(c for c in text if c >= " "))


_WRITERS = {
    Rect: _rect,
    Path: _path,
    Pixels: _pixels,
    Polygon: _polygon,
    Text: _write_text,
    Group: _group,
}
