"""The drawing kit: axes, lines, points, bars, and tables, as the shapes of a scene.

Axes know where a number lies in the picture (`at`) and which number lies at a place (`under`); the rest hands back lists of
shapes. Heat maps are in `heat.py`.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from kerasteach.widgets.curves import ticks
from kerasteach.widgets.heat import colorbar, heat
from kerasteach.widgets.palette import FRAME, GRID, INK, PAPER, SOFT, TINTS, category
from kerasteach.widgets.scene import Group, Path, Rect, Scene, Text, cut, line_through, marker, text_width
from kerasteach.widgets.words import number

__all__ = ["Axes", "Box", "axes", "bars", "card", "colorbar", "heat", "histogram", "legend", "line", "scatter", "table"]


class Box(NamedTuple):
    """A part of the picture."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Axes:
    """Two axes drawn round a box.

    Attributes:
        items: Their shapes.
    """

    box: Box
    xlim: tuple
    ylim: tuple
    items: tuple = ()

    def at(self, x, y):
        """Where a point of the data lies in the picture."""
        (x0, x1), (y0, y1), box = self.xlim, self.ylim, self.box
        return box.x + box.width * (x - x0) / (x1 - x0), box.y + box.height * (y1 - y) / (y1 - y0)

    def under(self, px, py):
        """Which point of the data lies at a place in the picture; the way back from `at`."""
        (x0, x1), (y0, y1), box = self.xlim, self.ylim, self.box
        return x0 + (px - box.x) / box.width * (x1 - x0), y1 - (py - box.y) / box.height * (y1 - y0)

    def inside(self, x, y):
        """Whether a point of the data lies within the axes."""
        return self.xlim[0] <= x <= self.xlim[1] and self.ylim[0] <= y <= self.ylim[1]


def card(width, height, items, title="", desc=""):
    """A scene on paper of its own, with the outline all panels have."""
    paper = Rect(0.5, 0.5, width - 1, height - 1, 10, PAPER, FRAME)
    return Scene(width, height, (paper, *items), title, desc)


def axes(box, xlim, ylim, xlabel="", ylabel="", title="", xticks=None, yticks=None, grid=True):
    """Draws axes with round numbers beside them.

    Args:
        box: Where the data goes; numbers and labels stand outside it, 50 units to the left and 40 below.
        xlim: The two ends of the x-axis.
        ylim: The two ends of the y-axis.
        xlabel: What runs along.
        ylabel: What runs up; written above the axis.
        title: Written above, in bold, on the left.
        xticks: Numbers to write; or `{number: text}`. Round ones by default.
        yticks: The same for the y-axis.
        grid: Whether lines run across.

    Returns:
        An `Axes`.
    """
    box = Box(*box)
    plain = Axes(box, _opened(xlim), _opened(ylim))
    bottom, right = box.y + box.height, box.x + box.width
    items = []
    for value, text in _ticks(yticks, plain.ylim, max(2, int(box.height // 34))):
        _, y = plain.at(plain.xlim[0], value)
        items += [Path(line_through([(box.x, y), (right, y)]), GRID, 1)] * grid
        items.append(Text(box.x - 7, y + 4, text, 11, SOFT, "end"))
    for value, text in _ticks(xticks, plain.xlim, max(2, int(box.width // 48))):
        x, _ = plain.at(value, plain.ylim[0])
        items.append(Path(line_through([(x, bottom), (x, bottom + 4)]), SOFT, 1))
        items.append(Text(x, bottom + 17, text, 11, SOFT))
    items.append(Path(line_through([(box.x, box.y), (box.x, bottom), (right, bottom)]), SOFT, 1))
    if xlabel:
        items.append(Text(right, bottom + 33, xlabel, 11.5, INK, "end"))
    if title:
        items.append(Text(box.x, box.y - (25 if ylabel else 9), title, 12.5, INK, "start", bold=True))
    if ylabel:
        items.append(Text(box.x, box.y - 9, ylabel, 11.5, INK, "start"))
    return Axes(box, plain.xlim, plain.ylim, tuple(items))


def line(axes, xs, ys, style=None, width=2, points=0, name=""):
    """A line through points; it has gaps where a value is not finite or leaves the axes.

    Args:
        style: A `palette.Style`.
        points: How many markers it carries at most.
    """
    style = style or category(0)
    runs, run = [], []
    for x, y in zip(xs, ys):
        if math.isfinite(x) and math.isfinite(y) and axes.inside(x, y):
            run.append(axes.at(x, y))
        else:
            runs, run = runs + [run] * bool(run), []
    runs += [run] * bool(run)
    parts = [Path(line_through(r), style.color, width, style.dash) for r in runs if len(r) > 1]
    places = [p for r in runs for p in r]
    if points or any(len(r) == 1 for r in runs):
        every = math.ceil(len(places) / max(points, 1)) or 1
        parts += [marker(style.marker, x, y, 7, style.color) for x, y in places[::every]]
    return [Group(tuple(parts), name, "line")]


def scatter(axes, xs, ys, style=None, size=8, name="", outline=True):
    """Markers at points; what lies outside the axes is left out. Each has a rim of paper, so that it shows on any ground."""
    style = style or category(0)
    parts = []
    for x, y in zip(xs, ys):
        if math.isfinite(x) and math.isfinite(y) and axes.inside(x, y):
            if outline:
                parts.append(marker(style.marker, *axes.at(x, y), size + 3, PAPER))
            parts.append(marker(style.marker, *axes.at(x, y), size, style.color))
    return [Group(tuple(parts), name, "scatter")]


def bars(axes, xs, heights, style=None, width=0.8, color=None, names=None):
    """Bars that stand on zero.

    Args:
        xs: Their middles.
        heights: Their heights, in numbers of the axes.
        width: How wide each is, in numbers of the axes.
        color: A colour in place of the style's, or one for each bar.
        names: What a pointer over each shows.
    """
    color = color or (style or category(0)).color
    items = []
    for n, (x, height) in enumerate(zip(xs, heights)):
        low, high = sorted(min(max(v, axes.ylim[0]), axes.ylim[1]) for v in (0, height))
        (left, top), (right, bottom) = axes.at(x - width / 2, high), axes.at(x + width / 2, low)
        fill = color if isinstance(color, str) else color[n]
        bar = Rect(left, top, right - left, bottom - top, 0, fill)
        items.append(Group((bar,), names[n] if names else f"{number(x)}: {number(height)}", "bar"))
    return items


def histogram(box, values, bins=20, limits=None, style=None, xlabel="", ylabel="", title=""):
    """How often values occur.

    Args:
        values: Numbers; those that are not finite are left out.
        limits: The two ends of the x-axis; smallest and largest value by default.

    Returns:
        `(axes, items)`, the items without those of the axes.
    """
    values = np.asarray(values, "float64").ravel()
    values = values[np.isfinite(values)]
    low, high = _opened(limits if limits is not None else (values.min(), values.max()) if len(values) else (0, 1))
    counts, edges = np.histogram(values, bins, (low, high))
    drawn = axes(box, (low, high), (0, max(counts.max(), 1)), xlabel, ylabel, title)
    names = [f"{number(a, 3)} to {number(b, 3)}: {n}" for a, b, n in zip(edges, edges[1:], counts)]
    return drawn, bars(drawn, (edges[1:] + edges[:-1]) / 2, counts, style, (high - low) / bins * 0.94, names=names)


def legend(entries, x, y, across=True):
    """Names beside their line and marker; entries are `(name, style)`, `y` the baseline of the first."""
    items = []
    for name, style in entries:
        items.append(Path(line_through([(x, y - 4), (x + 26, y - 4)]), style.color, 2, style.dash))
        items.append(marker(style.marker, x + 13, y - 4, 7, style.color))
        items.append(Text(x + 32, y, name, 11.5, INK, "start"))
        if across:
            x += 50 + text_width(name, 11.5)
        else:
            y += 18
    return items


def table(rows, x, y, widths, head=(), size=12, line=20, marked=None):
    """Rows of text in columns; texts too long for their column are cut, numbers stand on the right.

    Args:
        rows: Lists of texts or numbers.
        x: The left end.
        y: The baseline of the first row.
        widths: The width of each column.
        head: The names of the columns.
        marked: The index of a row to stress.
    """
    items = []
    starts = [x + sum(widths[:n]) for n in range(len(widths))]
    right = [bool(rows) and all(_is_number(row[n]) for row in rows) for n in range(len(widths))]

    def write(cells, y, ink, bold):
        for cell, start, width, end in zip(cells, starts, widths, right):
            text = number(cell) if _is_number(cell) else str(cell)
            place = (start + width - 10, y) if end else (start, y)
            items.append(Text(*place, cut(text, size, width - 8, bold), size, ink, "end" if end else "start", bold))

    if head:
        write(head, y, SOFT, True)
        items.append(Path(line_through([(x, y + 6), (x + sum(widths), y + 6)]), GRID, 1))
        y += line + 2
    for n, row in enumerate(rows):
        if n == marked:
            items.append(Rect(x - 6, y - size - 2, sum(widths) + 8, line, 4, TINTS["amber"][0]))
        write(row, y, INK, n == marked)
        y += line
    return items


def _is_number(cell):
    return isinstance(cell, (int, float, np.number)) and not isinstance(cell, bool)


def _opened(limits):
    """Two different, finite ends; a single number gets some room."""
    low, high = (float(v) for v in limits)
    if not (math.isfinite(low) and math.isfinite(high)):
        return 0.0, 1.0
    if high - low < 1e-9 * max(1.0, abs(high)):
        room = abs(high) * 0.1 or 1.0
        return low - room, high + room
    return low, high


def _ticks(given, limits, amount):
    if given is None:
        given = ticks(*limits, amount)
    return list(given.items()) if isinstance(given, dict) else [(v, f"{v:g}") for v in given]
