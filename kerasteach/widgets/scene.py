"""A picture as a list of shapes, before anyone decides between SVG and PNG.

Panels build a `Scene`; `svg.py` writes it as text, `raster.py` paints it as pixels. Both show the
same picture because neither decides where anything goes.
"""

from dataclasses import dataclass
from itertools import pairwise

from kerasteach.widgets.palette import INK, PAPER


@dataclass(frozen=True)
class Rect:
    x: float
    y: float
    width: float
    height: float
    radius: float = 0
    fill: str = PAPER
    stroke: str = ""
    line: float = 1
    dash: tuple = ()


@dataclass(frozen=True)
class Path:
    """A line of `("M", x, y)`, `("L", x, y)` and `("C", x1, y1, x2, y2, x, y)` steps."""

    steps: tuple
    stroke: str = INK
    line: float = 1.5
    dash: tuple = ()


@dataclass(frozen=True)
class Polygon:
    points: tuple
    fill: str = INK
    stroke: str = ""


@dataclass(frozen=True, eq=False)
class Pixels:
    """A field of small squares, one colour each, crisp at any size: heat maps of more cells than shapes could bear.

    Attributes:
        colours: Array `(rows, columns, 3)` of whole numbers from 0 to 255.
    """

    x: float
    y: float
    width: float
    height: float
    colours: object


CODE = 0.602  # how wide a letter of code is


@dataclass(frozen=True)
class Text:
    """One line of text; `y` is its baseline, `anchor` start, middle or end; `code` has letters of one width, `CODE` times the size."""

    x: float
    y: float
    text: str
    size: float = 12
    fill: str = INK
    anchor: str = "middle"
    bold: bool = False
    code: bool = False


@dataclass(frozen=True)
class Group:
    """Shapes that belong together; `title` is what a pointer over them shows."""

    items: tuple
    title: str = ""
    name: str = ""


@dataclass(frozen=True)
class Scene:
    width: float
    height: float
    items: tuple
    title: str = ""
    desc: str = ""


# Advance widths of Helvetica in thousandths of the size, a little rounded up.
_WIDTHS = {
    **dict.fromkeys("ijl'|", 240),
    **dict.fromkeys(" .,:;!/\\[]ftI", 290),
    **dict.fromkeys('()-r`{}"', 350),
    **dict.fromkeys("cksvxyzJ*^", 510),
    **dict.fromkeys("wCDHNRUGOQ&ABEKPSVXY", 740),
    **dict.fromkeys("mMW@%", 900),
}


def text_width(text, size, bold=False):
    """An estimate that needs no font and is generous enough for most of them.

    >>> text_width("Dense", 10) < text_width("Concatenate", 10)
    True
    """
    units = sum(_WIDTHS.get(c, 590 if ord(c) < 0x2E80 else 1000) for c in text)
    return units * size / 1000 * (1.1 if bold else 1.04)


def cut(text, size, limit, bold=False):
    """Shortens a text in its middle until it fits; its two ends tell layers apart."""
    if text_width(text, size, bold) <= limit:
        return text
    keep = len(text) - 1
    while keep > 2:
        head = (keep + 1) // 2
        short = text[:head] + "…" + text[len(text) - (keep - head) :]
        if text_width(short, size, bold) <= limit:
            return short
        keep -= 1
    return text[:1] + "…"


def line_through(points):
    """Path steps straight from point to point."""
    return tuple(("L" if n else "M", x, y) for n, (x, y) in enumerate(points))


def curve_through(points, across):
    """Path steps that leave and reach each point along the drawing's direction.

    Args:
        points: The corners of the way.
        across: `True` where the drawing runs left to right.
    """
    steps = [("M", *points[0])]
    for (x1, y1), (x2, y2) in pairwise(points):
        if x1 == x2 or y1 == y2:
            steps.append(("L", x2, y2))
        elif across:
            steps.append(("C", (x1 + x2) / 2, y1, (x1 + x2) / 2, y2, x2, y2))
        else:
            steps.append(("C", x1, (y1 + y2) / 2, x2, (y1 + y2) / 2, x2, y2))
    return tuple(steps)


def marker(shape, x, y, size, fill):
    """A data point: the shape tells the curve even where its colour does not."""
    r = size / 2
    if shape == "circle":
        return Rect(x - r, y - r, size, size, r, fill)
    if shape == "square":
        return Rect(x - r * 0.9, y - r * 0.9, size * 0.9, size * 0.9, 0, fill)
    t = r / 3
    corners = {
        "diamond": ((0, -r), (r, 0), (0, r), (-r, 0)),
        "triangle-up": ((0, -r), (r, r * 0.8), (-r, r * 0.8)),
        "triangle-down": ((0, r), (r, -r * 0.8), (-r, -r * 0.8)),
        "cross": ((-t, -r), (t, -r), (t, -t), (r, -t), (r, t), (t, t), (t, r), (-t, r), (-t, t),
                  (-r, t), (-r, -t), (-t, -t)),
        "x": ((-r, -r + t), (-r + t, -r), (0, -t), (r - t, -r), (r, -r + t), (t, 0), (r, r - t),
              (r - t, r), (0, t), (-r + t, r), (-r, r - t), (-t, 0)),
    }[shape]  # fmt: skip
    return Polygon(tuple((x + dx, y + dy) for dx, dy in corners), fill)
