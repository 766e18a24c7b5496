"""The drawing of one array: its cells, the scale, how often its values occur."""

import numpy as np

from kerasteach.explain.arrays import facts, shrunk
from kerasteach.widgets.heat import colorbar, heat, limit_of
from kerasteach.widgets.palette import INK, SOFT
from kerasteach.widgets.plots import Box, card, histogram
from kerasteach.widgets.scene import Text, text_width
from kerasteach.widgets.words import count, number, shape

WIDEST, HIGHEST = 420, 320  # of the cells
MOST = 160  # rows and columns; of more, each block of some shows the value farthest from zero
WITH_NUMBERS = 12  # columns


def draw_array(table, values, drawn, names, where, scale, title, desc):
    """Draws an array.

    Args:
        table: The part that is shown: an array of at most two axes.
        values: The whole array, for the scale and the histogram.
        drawn: The names of the axes of `table`.
        names: The names of all axes.
        where: What stands on the other axes, in words.
        scale: `"signed"` or `"viridis"`.
        title: What the array is.
        desc: The sentence about it.

    Returns:
        A `Scene`.
    """
    rows = np.atleast_2d(table)
    cells, blocks = shrunk(rows, MOST)
    limit = limit_of(values, scale)
    wide, high = _size(cells)
    left = 24 + (text_width(drawn[0], 11) + 10 if len(drawn) == 2 else 0)
    top = 84 if drawn else 66
    numbered = cells.shape[1] <= WITH_NUMBERS and cells.shape[0] * 18 <= HIGHEST
    labels = len(drawn) == 2 and rows.shape[0] <= 24 and blocks == (1, 1)
    box = Box(left + (14 if labels else 0), top, wide, high)
    items = [Text(20, 30, title, 14, INK, "start", bold=True)]
    items.append(Text(20, 50, f"{shape(values.shape, names)} {values.dtype}" + (f" at {where}" if where else ""), 12, SOFT, "start"))
    if not values.size:
        return card(320, 90, [*items, Text(20, 74, "nothing in it", 12, SOFT, "start")], title, desc)
    if not values.ndim:
        return card(320, 110, [*items, Text(20, 90, number(values, 6), 26, INK, "start", bold=True)], title, desc)
    items += heat(
        cells, box, scale, limit, names=drawn if len(drawn) == 2 else (), numbers=numbered, digits=3 if cells.shape[1] <= 6 else 2,
        rows=range(rows.shape[0]) if labels else (), columns=range(rows.shape[1]) if rows.shape[1] <= 24 and blocks[1] == 1 else (),
    )  # fmt: skip
    if len(drawn) == 1:
        items.append(Text(box.x, box.y - 8, drawn[0], 11, SOFT, "start"))
    bottom = box.y + high + (26 if rows.shape[1] <= 24 else 10)
    if blocks != (1, 1):
        items.append(Text(box.x, bottom + 10, f"a cell stands for {blocks[0]} × {blocks[1]} numbers: the one farthest from zero", 11, SOFT, "start"))
        bottom += 20
    right = max(box.x + wide + 28, 260)
    items += colorbar((right, top, 13, max(60, min(high, 150))), scale, limit if np.any(limit) else 1.0)
    side = right + 78
    if np.isfinite(values.astype("float64")).any() and values.size > 1:
        axes, counted = histogram((side + 34, top, 190, 100), values, 21, xlabel="value", ylabel="how often")
        items += [*axes.items, *counted]
    items += _facts(values, side, top + 162)
    return card(side + 250, max(bottom, top + 218) + 12, items, title, desc)


def weight_items(values, names, x, y, scale_width=220, scale_height=120):
    """A small field without numbers, for a card with several arrays; returns `(items, width, height)`."""
    cells, _ = shrunk(np.atleast_2d(np.asarray(values, "float64")), MOST)
    wide, high = _size(cells, scale_width, scale_height, 16)
    return heat(cells, (x, y, wide, high), names=names if len(names) == 2 else ()), wide, high


def _facts(values, x, y):
    f = facts(values)
    texts = [f"mean {number(f.mean)}, std {number(f.std)}", f"smallest {number(f.low)}, largest {number(f.high)}"]
    texts.append(f"{count(f.zeros, 'zero')} of {values.size:,}" + (f", {f.missing} not finite" if f.missing else ""))
    return [Text(x, y + 18 * n, text, 12, INK, "start") for n, text in enumerate(texts)]


def _size(cells, widest=WIDEST, highest=HIGHEST, largest=44):
    """How large cells are drawn: square where that fits, never higher than wide."""
    rows, columns = (max(n, 1) for n in cells.shape)
    side = min(widest / columns, highest / rows, largest)
    wide, high = side * columns, side * rows
    if wide < min(widest, 160):  # a narrow table is stretched
        wide = min(widest, 160, columns * 60)
    return wide, max(high, 24 if rows == 1 else 8)
