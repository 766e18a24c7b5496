"""The drawing of a shape flow: a row for each stop, a bar for each axis."""

from kerasteach.widgets.palette import ACCENT, FRAME, INK, PAPER, PLAIN, SOFT, TINTS
from kerasteach.widgets.plots import Box, card
from kerasteach.widgets.scene import Group, Path, Polygon, Rect, Text, cut, line_through

WIDTH, LEFT, BAR = 720, 226, 250
LINE = 16  # height of a bar and its gap
MOST = 9  # stops in the picture; in longer models those around the current one
_COLOURS = {"batch": PLAIN, "steps": "#007a5a", "height": "#0072b2", "width": "#3d97d4", "depth": "#a34d7f", "channels": ACCENT, "features": ACCENT}


def draw_flow(stops, step, title="", desc=""):
    """Draws the stops around the current one.

    Args:
        stops: What `kerasteach.explain.flow.shape_flow` returns.
        step: The index of the current stop.
        title: The picture's name.
        desc: The sentence about it.

    Returns:
        `(scene, places)`: the places are `(index, box)` for each stop that is drawn.
    """
    first = max(0, min(step - MOST // 2, len(stops) - MOST))
    shown = list(enumerate(stops))[first : first + MOST]
    longest = {}
    for stop in stops:
        for name, size in zip(stop.axes, stop.shape):
            longest[_kind(name)] = max(longest.get(_kind(name), 1), size)
    items, places, y = [], [], 20
    if first:
        items.append(Text(WIDTH / 2, y + 4, f"{first} before", 11, SOFT))
        y += 18
    for n, stop in shown:
        height = max(len(stop.shape) * LINE, 34) + 16
        box = Box(16, y, WIDTH - 32, height)
        places.append((n, box))
        items += _row(stop, box, longest, now=n == step, later=n > step)
        y += height
        if n != shown[-1][0]:
            items += _arrow(LEFT / 2, y + 2, y + 20, stops[n + 1], n + 1 > step)
            y += 22
    rest = len(stops) - 1 - shown[-1][0]
    if rest:
        items.append(Text(WIDTH / 2, y + 16, f"{rest} more", 11, SOFT))
        y += 18
    return card(WIDTH, y + 20, items, title, desc), places


def _row(stop, box, longest, now, later):
    paper = TINTS["blue" if stop.class_name == "Input" else "amber" if now else "white"][0]
    outline = ACCENT if now else FRAME if later else PLAIN
    items = [Rect(*box, 8, paper, outline, 2.5 if now else 1)]
    middle = box.y + box.height / 2
    ink = SOFT if later else INK
    items.append(Text(LEFT / 2 + 8, middle - 2, cut(stop.class_name, 13.5, LEFT - 40, True), 13.5, ink, bold=True))
    items.append(Text(LEFT / 2 + 8, middle + 15, cut(stop.name, 11.5, LEFT - 40), 11.5, SOFT))
    top = middle - len(stop.shape) * LINE / 2
    for n, (name, size) in enumerate(zip(stop.axes, stop.shape)):
        y = top + n * LINE
        length = max(2.5, BAR * size / longest[_kind(name)])
        color = _COLOURS.get(name, "#a34d7f")
        items.append(Text(LEFT + 66, y + 12, cut(name, 11, 62), 11, SOFT, "end"))
        bar = Rect(LEFT + 74, y + 3, length, LINE - 6, 2, PAPER if later else color, color, 1)
        items.append(Group((bar,), f"{name} {size}", "axis"))
        items.append(Text(LEFT + 82 + length, y + 12.5, f"{size:,}", 12, ink, "start", bold=now))
    items.append(Text(box.x + box.width - 14, middle + 4, f"{stop.numbers:,} a sample", 11, SOFT, "end"))
    return items


def _kind(name):
    """Channels and features have one scale: what describes a place, and what describes the whole."""
    return "features" if name == "channels" else name


def _arrow(x, top, bottom, following, later):
    """To the next stop, with what it does to the axes."""
    color = FRAME if later else PLAIN
    words = " · ".join(following.changes or ("same shape",)) + (f"  ({', '.join(following.settings)})" if following.settings else "")
    if following.class_name == "Input":
        return []
    wide = WIDTH - LEFT - 100
    return [
        Path(line_through([(x, top), (x, bottom - 6)]), color, 1.6),
        Polygon(((x, bottom), (x - 4, bottom - 7), (x + 4, bottom - 7)), color),
        Text(LEFT + 74, bottom - 6, cut(words, 11, wide), 11, SOFT, "start"),
    ]


