"""The picture of a training watched: a row for each layer, and below it the gradients of one layer, spread out."""

import math

import numpy as np

from kerasteach.explain.learning import USUAL, histogram_over_time, over_time, standings
from kerasteach.explain.watch import GRADIENT_BINS, WEIGHT_BINS
from kerasteach.widgets.heat import colours_of
from kerasteach.widgets.palette import ACCENT, FRAME, GRID, INK, PAPER, PLAIN, SOFT, TINTS, category
from kerasteach.widgets.plots import Box, axes, bars, card
from kerasteach.widgets.scene import (
    Group,
    Path,
    Pixels,
    Rect,
    Text,
    cut,
    line_through,
    marker,
    text_width,
)
from kerasteach.widgets.words import number

WIDTH = 920
NAMES, FLOW, STRIP, RATIO, FAULTS = 20, Box(130, 86, 320, 0), 460, Box(532, 86, 140, 0), 696
LOW, HIGH = -6, 0  # of the axis of update ratios, as powers of ten
SPREAD, FOOT = 136, 188
DECADES = 8  # of gradients, at most, between the ends of the colours


def rows_box(layers):
    """Where the rows of the layers lie: `(x, y, width, height)` of the flow."""
    each = min(30.0, max(15.0, 200 / max(1, layers)))
    return FLOW._replace(height=each * layers)


def layer_at(y, layers):
    """The number of the layer whose row lies at a height of the picture; None beside the rows."""
    box = rows_box(layers)
    row = int((y - box.y) // (box.height / layers)) if layers else -1
    return row if 0 <= row < layers else None


def step_at(x, count):
    """Which record lies at a place of the flow; None beside it."""
    part = (x - FLOW.x) / FLOW.width
    return min(count - 1, int(part * count)) if 0 <= part <= 1 and count else None


def nothing(sentence):
    """The picture before the first step."""
    return card(WIDTH, 150, [Text(WIDTH / 2, 80, "no steps yet: give the panel to fit(callbacks=[panel])", 14, SOFT)], "Gradients", sentence)


def draw(watch, layer, index, sentence):
    """Draws a training watched.

    Args:
        watch: An `explain.Watch` with records.
        layer: The name of the layer whose gradients are spread out.
        index: Which record.
        sentence: What the picture shows, in words.
    """
    found = standings(watch, index)
    box = rows_box(len(found))
    loss = watch.loss[index]
    title = f"Step {watch.steps[index]}" + ("" if math.isnan(loss) else f"  ·  loss {number(loss)}")
    items = [Text(NAMES, 30, title, 14, INK, "start", True)]
    items += [*_flow(watch, index, box), *_ratios(found, box), *_rows(found, layer, box)]
    top = box.y + box.height + 82
    items += [*_spread(watch, layer, index, top), *_weights(watch, layer, index, top)]
    return card(WIDTH, top + FOOT, items, "How each layer learns", sentence)


def _flow(watch, index, box):
    """The length of each layer's gradient over the steps, as colours."""
    norms = over_time(watch)
    logs = np.log10(np.clip(norms, 1e-12, 1e12))
    finite = logs[np.isfinite(logs)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    high = high if high > low else low + 1
    low = max(low, high - DECADES)
    items = [Text(box.x, box.y - 26, "gradient, over the steps", 12.5, INK, "start", True)]
    items += [Pixels(*box, colours_of(_fewer(logs), "viridis", (low, high))), Rect(*box, 0, "", FRAME)]
    items += _time_axis(watch, index, box)
    strip = Box(STRIP, box.y, 10, max(box.height, 60))
    items += [Pixels(*strip, colours_of(np.linspace(high, low, 64)[:, None], "viridis", (low, high))), Rect(*strip, 0, "", PLAIN)]
    for value, y in ((high, strip.y + 9), (low, strip.y + strip.height)):
        items.append(Text(strip.x + 15, y, _power(value), 11, SOFT, "start"))
    return items


def _fewer(table, most=400):
    """At most so many columns; each stands for the largest of its steps."""
    count = table.shape[1]
    if count <= most:
        return table
    starts = np.linspace(0, count, most, endpoint=False).astype(int)
    return np.maximum.reduceat(np.nan_to_num(table, nan=-np.inf), starts, axis=1)


def _time_axis(watch, index, box):
    """The numbers of the steps below a field, and a line where the shown step is."""
    count = len(watch.steps)
    x = box.x + box.width * (index + 0.5) / count
    items = [Path(line_through([(x, box.y - 4), (x, box.y + box.height + 4)]), PAPER, 3.5), Path(line_through([(x, box.y - 4), (x, box.y + box.height + 4)]), ACCENT, 1.8)]
    for at in sorted({0, (count - 1) // 2, count - 1}):
        items.append(Text(box.x + box.width * (at + 0.5) / count, box.y + box.height + 18, f"{watch.steps[at]}", 11, SOFT))
    items.append(Text(box.x + box.width, box.y + box.height + 34, "step", 11.5, INK, "end"))
    return items


def _ratios(found, box):
    """How far each layer's weights move in a step: a dot on an axis of powers of ten; what is usual lies on a band."""
    across = RATIO._replace(y=box.y, height=box.height)
    plain = axes(across, (LOW, HIGH), (0, 1), "", xticks={v: f"1e{v}" if v else "1" for v in range(LOW, HIGH + 1, 2)}, yticks={}, grid=False)
    left, right = (plain.at(math.log10(v), 0)[0] for v in USUAL)
    items = [Text(across.x, across.y - 26, "update / weights", 12.5, INK, "start", True)]
    items += [Rect(left, across.y, right - left, across.height, 0, TINTS["green"][0]), Text((left + right) / 2, across.y - 7, "usual", 11, SOFT)]
    items += plain.items
    for n, standing in enumerate(found):
        y = box.y + box.height * (n + 0.5) / len(found)
        items.append(Path(line_through([(across.x, y), (across.x + across.width, y)]), GRID, 1))
        if standing.ratio > 0 and math.isfinite(standing.ratio):
            x, _ = plain.at(min(HIGH, max(LOW, math.log10(standing.ratio))), 0)
            usual = USUAL[0] <= standing.ratio <= USUAL[1]
            style = category(0 if usual else 1)
            items.append(Group((marker(style.marker, x, y, 10, style.color),), f"{standing.layer}: {number(standing.ratio, 3)}", "ratio"))
        elif standing.ratio == 0:
            items.append(Group((marker("x", across.x, y, 9, ACCENT),), f"{standing.layer}: no update", "ratio"))
    return items


def _rows(found, layer, box):
    """Names on the left, faults on the right; the chosen layer is ringed."""
    high = box.height / len(found)
    items = [Text(FAULTS, box.y - 26, "marks", 12.5, INK, "start", True)]
    for n, standing in enumerate(found):
        y = box.y + high * n
        chosen = standing.layer == layer
        told = f"{standing.layer}: gradient {number(standing.gradient, 3)}, update / weights {number(standing.ratio, 3)}"
        parts = [Text(FLOW.x - 10, y + high / 2 + 4, cut(standing.layer, 12, FLOW.x - 14 - 14, chosen), 12, INK, "end", chosen)]
        if chosen:
            parts.append(Rect(box.x - 2, y, box.width + 4, high, 2, "", INK, 2))
        text = ", ".join(standing.faults)
        if text:
            tint = TINTS["red"]
            text = cut(text, 11.5, WIDTH - FAULTS - 32)
            parts.append(Rect(FAULTS, y + high / 2 - 8.5, text_width(text, 11.5) + 26, 17, 8.5, tint[0], tint[1]))
            parts += [marker("triangle-up", FAULTS + 10, y + high / 2, 8, tint[1]), Text(FAULTS + 19, y + high / 2 + 4, text, 11.5, INK, "start")]
        else:
            parts.append(Text(FAULTS, y + high / 2 + 4, "none", 11.5, SOFT, "start"))
        items.append(Group(tuple(parts), told, "layer"))
    return items


def _spread(watch, layer, index, top):
    """The sizes of one layer's gradients: over the steps as colours, at the shown step as bars."""
    items = [Text(NAMES, top - 22, f"{layer}: sizes of its gradients", 12.5, INK, "start", True)]
    items.append(Text(FLOW.x + FLOW.width, top - 22, "brighter: more of them", 11.5, SOFT, "end"))
    shares = histogram_over_time(watch, layer)
    if shares is None:
        return [items[0], Text(NAMES, top + 14, "no histograms: watch with Watch(histograms=True)", 12, SOFT, "start")]
    seen = np.flatnonzero(shares.any(axis=1))
    first, last = max(0, seen[0] - 1), min(len(shares), seen[-1] + 2)
    limits = float(GRADIENT_BINS[first]), float(GRADIENT_BINS[last])
    over = Box(FLOW.x, top, FLOW.width, SPREAD)
    marks = {v: _power(v) for v in range(math.ceil(limits[0]), math.floor(limits[1]) + 1, max(1, round((limits[1] - limits[0]) / 5)))}
    plain = axes(over, (0, 1), limits, "", xticks={}, yticks=marks, grid=False)
    items += [Pixels(*over, colours_of(_fewer(shares[first:last])[::-1] ** 0.5, "viridis", (0.0, float(shares.max()) ** 0.5))), *plain.items]
    items += _time_axis(watch, index, over)
    at = Box(RATIO.x - 34, top, 130, over.height)
    here = shares[first:last, index]
    right = axes(at, (0, max(float(here.max()), 1e-9) * 1.05), limits, "share", xticks={0: "0", float(here.max()): f"{here.max():.0%}"}, yticks={}, grid=False)
    items += right.items
    for n, share in enumerate(here):
        (x0, y1), (x1, y0) = right.at(0, GRADIENT_BINS[first + n]), right.at(share, GRADIENT_BINS[first + n + 1])
        if share:
            bar = Rect(x0, y0, x1 - x0, max(1.0, y1 - y0 - 0.6), 0, category(0).color)
            items.append(Group((bar,), f"{_power(GRADIENT_BINS[first + n])} to {_power(GRADIENT_BINS[first + n + 1])}: {share:.1%}", "bar"))
    items.append(Text(at.x, top - 7, f"at step {watch.steps[index]}", 11.5, INK, "start"))
    return items


def _weights(watch, layer, index, top):
    """The layer's weights at the shown step, as bars."""
    shares = histogram_over_time(watch, layer, "weight_histogram")
    if shares is None:
        return []
    seen = np.flatnonzero(shares.any(axis=1))
    first, last = max(0, seen[0] - 1), min(len(shares), seen[-1] + 2)
    box = Box(FAULTS, top, WIDTH - FAULTS - 26, SPREAD)
    here = shares[first:last, index]
    edges = WEIGHT_BINS[first : last + 1]
    plain = axes(box, (float(edges[0]), float(edges[-1])), (0, max(float(here.max()), 1e-9)), "weight", yticks={}, grid=False)
    items = [Text(box.x, top - 22, "its weights", 12.5, INK, "start", True), *plain.items]
    middles, wide = (edges[1:] + edges[:-1]) / 2, float(edges[1] - edges[0])
    return items + bars(plain, middles, here, category(2), wide * 0.92, names=[f"{number(m, 2)}: {h:.1%}" for m, h in zip(middles, here)])


def _power(exponent):
    """A power of ten in few characters.

    >>> _power(-3.0), _power(0.5), _power(0)
    ('1e-3', '3.2', '1')
    """
    if abs(exponent) >= 2:
        return f"{10 ** (exponent - math.floor(exponent)):.0f}e{math.floor(exponent)}" if exponent != int(exponent) else f"1e{int(exponent)}"
    return number(10.0**exponent, 2)
