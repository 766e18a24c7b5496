"""The picture of a landscape: the ground from above, the ways across it, and how low each has come."""

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from kerasteach.widgets.contours import Heights, contour, finer
from kerasteach.widgets.heat import colours_of
from kerasteach.widgets.palette import FRAME, INK, PAPER, PLAIN, SOFT, category
from kerasteach.widgets.plots import Box, axes, card, line
from kerasteach.widgets.scene import Group, Path, Pixels, Rect, Text, cut, line_through, marker
from kerasteach.widgets.words import number

WIDTH, HEIGHT = 900, 486
MAP = Box(62, 52, 426, 376)
STRIP = Box(502, 52, 12, 376)
CURVES = Box(634, 72, 240, 168)
CELLS = 120  # of the heat map, each way: between the computed places colours go straight
FINEST = 1e-6  # the lowest loss a logarithmic axis tells from zero


def place_under(xlim, ylim, px, py):
    """Which place of the map lies at a point of the picture; None outside."""
    found = axes(MAP, xlim, ylim)
    at = found.under(px, py)
    return at if found.inside(*at) else None


class Ground(NamedTuple):
    """The map without ways: what stays the same while optimizers race."""

    plain: object  # the axes
    scale: Heights
    items: tuple


def ground(surface, names):
    """Draws a surface as a heat map with lines of equal height.

    Args:
        surface: An `explain.landscape.Surface`.
        names: What the two axes are.
    """
    plain = axes(MAP, (surface.xs[0], surface.xs[-1]), (surface.ys[0], surface.ys[-1]), names[0], names[1], grid=False)
    scale = Heights(surface.heights)
    return Ground(plain, scale, (*_heat(surface, scale, plain), *plain.items, *_strip(scale)))


def draw(ground, ways, rates, title, minima, longest, sentence):
    """Draws a landscape.

    Args:
        ground: A `Ground`.
        ways: Dict of name -> `(places (steps, 2), losses (steps,))`, as far as they are to be shown.
        rates: Dict of name -> learning rate.
        title: What the ground is.
        minima: Places to mark.
        longest: How many steps the longest way will have.
        sentence: What the picture shows, in words.
    """
    plain, scale, base = ground
    styles = {name: category(n) for n, name in enumerate(ways)}
    items = [Text(20, 26, cut(title, 13, WIDTH - 40, True), 13, INK, "start", True), *base]
    for x, y in minima:
        items.append(Group((marker("x", *plain.at(x, y), 13, PAPER), marker("x", *plain.at(x, y), 8, INK)), f"minimum at ({number(x)}, {number(y)})", "minimum"))
    for name, (places, _) in ways.items():
        items += _way(plain, places, styles[name], name)
    items += [Rect(596, 446, 10, 10, 5, PAPER, INK, 1.6), Text(612, 455, "start", 11.5, SOFT, "start")]
    if minima:
        items += [marker("x", 668, 451, 9, INK), Text(680, 455, "minimum" if len(minima) == 1 else "minima", 11.5, SOFT, "start")]
    return card(WIDTH, HEIGHT, [*items, *_curves(ways, styles, longest, scale), *_table(ways, styles, rates)], title, sentence)


def _heat(surface, scale, plain):
    amounts = finer(np.where(np.isfinite(surface.heights), scale.amount(surface.heights), 1.0), CELLS)[::-1]  # the highest y first
    items = [Pixels(*MAP, colours_of(amounts, "viridis", (0.0, 1.0)))]
    for level in scale.levels():
        lines = contour(surface.xs, surface.ys, surface.heights, level)
        paths = tuple(Path(line_through([plain.at(*point) for point in points]), "#fefefe", 0.7) for points in lines)
        items += [Group(paths, f"loss {_height(level)}", "contour")] * bool(paths)
    return items


def _height(value):
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e6 else number(value, 3)


def _strip(scale):
    """The colours beside the heights they stand for."""
    amounts = np.linspace(1, 0, 94)[:, None]
    items = [Pixels(*STRIP, colours_of(amounts, "viridis", (0.0, 1.0))), Rect(*STRIP, 0, "", PLAIN)]
    items.append(Text(STRIP.x - 2, STRIP.y - 9, "loss", 11.5, INK, "start"))
    taken = []
    for level in [scale.low, scale.high, *scale.levels()]:
        y = STRIP.y + STRIP.height * (1 - float(scale.amount(level)))
        if all(abs(y - other) >= 15 for other in taken):
            taken.append(y)
            items.append(Path(line_through([(STRIP.x + STRIP.width, y), (STRIP.x + STRIP.width + 4, y)]), PLAIN, 1))
            items.append(Text(STRIP.x + STRIP.width + 8, y + 4, _height(level), 11, SOFT, "start"))
    return items


def _way(plain, places, style, name):
    """A line with a rim of paper, a ring where it begins, and its marker where it has come to."""
    rim = replace(style, color=PAPER, dash=())
    items = [*line(plain, *places.T, rim, 5), *line(plain, *places.T, style, 2.4)] if len(places) > 1 else []
    x, y = plain.at(*places[0])
    if plain.inside(*places[0]):
        items.append(Rect(x - 5, y - 5, 10, 10, 5, PAPER, INK, 1.6))
    seen = [p for p in places if np.isfinite(p).all() and plain.inside(*p)]
    if seen:
        x, y = plain.at(*seen[-1])
        items += [marker(style.marker, x, y, 17, PAPER), marker(style.marker, x, y, 13, style.color)]
    return [Group(tuple(items), name, "way")]


def _curves(ways, styles, longest, scale):
    """The losses over the steps, on a logarithmic axis where none is zero or less."""
    values = np.concatenate([losses for _, losses in ways.values()]) if ways else np.array([])
    values = values[np.isfinite(values)]
    is_log = bool(values.size and values.min() >= 0 and values.max() > 0)
    shift = (lambda v: np.log10(np.maximum(v, FINEST))) if is_log else np.asarray
    seen = shift(values) if values.size else np.array([0.0, 1.0])
    low, high = float(seen.min()), float(seen.max())
    ticks = None
    if is_log:
        low, high = (low, high) if high - low > 0.3 else (low - 0.2, high + 0.2)
        every = max(1, math.ceil((high - low) / 4))
        ticks = {e: f"{10.0**e:g}" for e in range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1, every)}
        if len(ticks) < 2:
            ticks = {float(v): number(10.0**v, 2) for v in (low, high)}
    else:
        low, high = max(low, scale.low), min(high, scale.high)  # who leaves the map leaves the curves
        low, high = (low, high) if high > low else (high - 1, high + 1)
    room = 0.04 * (high - low)
    plain = axes(CURVES, (0, max(1, longest - 1)), (low - room, high + room), "step", title="Loss" + " (logarithmic)" * is_log, yticks=ticks)
    items = list(plain.items)
    for name, (_, losses) in ways.items():
        part = (len(losses) - 1) / max(1, longest - 1)
        items += line(plain, np.arange(len(losses)), shift(losses), styles[name], 2, points=max(1, round(8 * part)), name=name)
    return items


def _table(ways, styles, rates):
    """Optimizer, learning rate and loss; the lowest loss first."""
    left, y = CURVES.x - 44, 306
    columns = (left + 34, left + 176, left + 284)
    heads = (("optimizer", "start"), ("learning rate", "end"), ("loss", "end"))
    items = [Text(x, y, head, 11.5, SOFT, anchor, True) for x, (head, anchor) in zip(columns, heads)]
    items.append(Path(line_through([(left, y + 7), (left + 286, y + 7)]), FRAME, 1))
    ends = {name: float(losses[-1]) for name, (_, losses) in ways.items()}
    for n, name in enumerate(sorted(ends, key=lambda name: (not math.isfinite(ends[name]), ends[name]))):
        at, style = y + 28 + 22 * n, styles[name]
        items.append(Path(line_through([(left, at - 4), (left + 26, at - 4)]), style.color, 2.4, style.dash))
        items.append(marker(style.marker, left + 13, at - 4, 9, style.color))
        items.append(Text(columns[0], at, cut(name, 12.5, 76, n == 0), 12.5, INK, "start", n == 0))
        items.append(Text(columns[1], at, number(rates[name], 3) if name in rates else "as compiled", 12, INK, "end"))
        items.append(Text(columns[2], at, number(ends[name]), 12.5, INK, "end", n == 0))
    return items
