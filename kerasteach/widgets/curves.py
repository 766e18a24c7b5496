"""What the curves of a training run are, and their drawing as a scene.

The live face draws the same `Curve`s with plotly; here they become SVG and PNG without it.
"""

import math
from dataclasses import dataclass, replace

from kerasteach.widgets.palette import FRAME, GRID, INK, PAPER, SOFT, category
from kerasteach.widgets.scene import (
    Group,
    Path,
    Rect,
    Scene,
    Text,
    line_through,
    marker,
    text_width,
)

WIDTH, ROW, LEFT, RIGHT, TOP, FOOT = 640, 170, 64, 18, 30, 44
MOST_MARKERS = 25


@dataclass(frozen=True)
class Curve:
    """One line of the picture: a quantity over the epochs, in its own style."""

    name: str
    epochs: tuple
    values: tuple
    style: object
    row: int  # 0 is the row of losses, 1 that of metrics


def curves_of(history, epochs):
    """Sorts a history into curves: losses above, metrics below; training beside validation.

    Args:
        history: `{name: [value per epoch]}`, validation under `val_name`.
        epochs: The epoch numbers, counted from 0.

    Example:

    >>> [(c.name, c.row, c.style.marker) for c in curves_of({"loss": [1.0], "val_loss": [2.0]}, [0])]
    [('loss', 0, 'circle'), ('val_loss', 0, 'square')]
    """
    known = [n for n in history if n != "learning_rate"]
    bases = list(dict.fromkeys(n.removeprefix("val_") for n in known))
    losses = [n for n in bases if n == "loss" or n.endswith("_loss")]
    rows = [losses, [n for n in bases if n not in losses]]
    curves = []
    for row, names in enumerate(rows):
        for i, base in enumerate(names):
            for validation, name in enumerate((base, "val_" + base)):
                if name in history:
                    values = tuple(history[name])
                    at = tuple(e + 1 for e in epochs_of(values, epochs))
                    curves.append(Curve(name, at, values, category(2 * i + validation), row))
    return curves


def caption(curves, row):
    """What a row shows: the one quantity it has, or what its quantities have in common."""
    bases = {c.name.removeprefix("val_") for c in curves if c.row == row}
    return bases.pop() if len(bases) == 1 else ("loss", "metrics")[row]


def epochs_of(values, epochs):
    """The epochs at which the values were taken: each, or with `validation_freq` every n-th.

    >>> epochs_of([0.5, 0.4], [0, 1, 2, 3])
    [1, 3]
    """
    every = max(1, len(epochs) // max(1, len(values)))
    return list(epochs[every - 1 :: every])[: len(values)]


def draw_curves(curves, title="", desc="", log=False):
    """Draws curves in one or two rows of axes; `log` makes that of the losses logarithmic."""
    rows = sorted({c.row for c in curves}) or [0]
    height = len(rows) * (TOP + ROW) + FOOT
    items = [Rect(0.5, 0.5, WIDTH - 1, height - 1, 10, PAPER, FRAME)]
    for n, row in enumerate(rows):
        here = [c for c in curves if c.row == row]
        last = n == len(rows) - 1
        items += _axes(here, n * (TOP + ROW) + TOP, last, caption(curves, row), log and row == 0)
    if not curves:
        items.append(Text(WIDTH / 2, height / 2, "no epochs yet", 13, SOFT))
    return Scene(WIDTH, height, tuple(items), title, desc)


def ticks(low, high, count=5):
    """Round numbers that span an interval.

    >>> ticks(0.13, 0.71)
    [0.2, 0.4, 0.6]
    """
    rough = (high - low) / count
    power = 10 ** math.floor(math.log10(rough))
    step = next(s * power for s in (1, 2, 5, 10) if s * power >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    digits = max(0, -math.floor(math.log10(step)))
    return [round(n * step, digits) for n in range(first, last + 1)]


def log_ticks(low, high):
    """Numbers to write on a logarithmic axis, given as powers of ten at its ends.

    >>> log_ticks(-2, 0.3), log_ticks(-0.6, -0.3)
    ([0.01, 0.1, 1.0], [0.3, 0.4, 0.5])
    """
    if high - low >= 1.5:
        every = math.ceil((high - low) / 6)
        return [10.0**n for n in range(math.ceil(low), math.floor(high) + 1, every)]
    return ticks(10**low, 10**high, 4)


def _axes(curves, top, last, title, log=False):
    if log:  # from here on the values are powers of ten; what has none leaves a gap
        curves = [replace(c, values=tuple(math.log10(v) if 0 < v < math.inf else math.nan for v in c.values)) for c in curves]
    low, high = _span([v for c in curves for v in c.values])
    first, final = _epoch_span(curves)
    inner = WIDTH - LEFT - RIGHT

    def place(epoch, value):
        x = LEFT + inner * ((epoch - first) / (final - first) if final > first else 0.5)
        return x, top + ROW - 8 - (ROW - 16) * (value - low) / (high - low)

    items = [Text(14, top - 10, title, 12, INK, "start", bold=True)]
    for value in log_ticks(low, high) if log else ticks(low, high):
        _, y = place(first, math.log10(value) if log else value)
        items.append(Path(line_through([(LEFT, y), (WIDTH - RIGHT, y)]), GRID, 1))
        items.append(Text(LEFT - 8, y + 4, f"{value:g}", 11, SOFT, "end"))
    items.append(Path(line_through([(LEFT, top + ROW), (WIDTH - RIGHT, top + ROW)]), SOFT, 1))
    for epoch in _epoch_ticks(first, final):
        x, _ = place(epoch, low)
        items.append(Path(line_through([(x, top + ROW), (x, top + ROW + 4)]), SOFT, 1))
        if last:
            items.append(Text(x, top + ROW + 17, str(epoch), 11, SOFT))
    if last:
        items.append(Text(WIDTH - RIGHT, top + ROW + 30, "epoch", 11, SOFT, "end"))
    return [*items, *_legend(curves, top), *(g for c in curves for g in _curve(c, place))]


def _curve(curve, place):
    """The line, cut where a value is not finite, and a marker every so many points."""
    runs, run = [], []
    for epoch, value in zip(curve.epochs, curve.values, strict=False):
        if math.isfinite(value):
            run.append(place(epoch, value))
        elif run:
            runs, run = [*runs, run], []
    runs = [*runs, run] if run else runs
    style = curve.style
    parts = [Path(line_through(r), style.color, 2, style.dash) for r in runs if len(r) > 1]
    points = [p for r in runs for p in r]
    every = math.ceil(len(points) / MOST_MARKERS) or 1
    parts += [marker(style.marker, x, y, 7, style.color) for x, y in points[::every]]
    return [Group(tuple(parts), curve.name, "curve")]


def _legend(curves, top):
    items, x = [], WIDTH - RIGHT
    for curve in reversed(curves):
        x -= text_width(curve.name, 11.5)
        items.append(Text(x, top - 10, curve.name, 11.5, INK, "start"))
        x -= 36
        style = curve.style
        items.append(Path(line_through([(x, top - 14), (x + 30, top - 14)]), style.color, 2, style.dash))
        items.append(marker(style.marker, x + 15, top - 14, 7, style.color))
        x -= 14
    return items


def _span(values):
    """The interval to show; a flat or empty curve still gets some room."""
    values = [v for v in values if math.isfinite(v)] or [0.0, 1.0]
    low, high = min(values), max(values)
    if high - low < 1e-9 * max(1.0, abs(high)):
        room = abs(high) * 0.1 or 1.0
        return low - room, high + room
    return low, high


def _epoch_span(curves):
    epochs = [e for c in curves for e in c.epochs] or [1]
    return min(epochs), max(epochs)


def _epoch_ticks(first, final):
    if final - first <= 12:
        return range(first, final + 1)
    return [int(t) for t in ticks(first, final, 8) if t == int(t) and t >= 1]
