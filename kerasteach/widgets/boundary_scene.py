"""The picture of a decision boundary: the plane with its points, and a small map of it for each neuron."""

from typing import NamedTuple

import numpy as np

from kerasteach.widgets.contours import contour
from kerasteach.widgets.heat import colorbar, colours_of
from kerasteach.widgets.palette import FRAME, INK, ON_DARK, ON_LIGHT, PLAIN, SOFT, category, signed
from kerasteach.widgets.plots import Box, axes, card
from kerasteach.widgets.scene import Group, Path, Pixels, Rect, Text, cut, line_through, marker, text_width
from kerasteach.widgets.words import number

WIDTH, HEIGHT = 900, 492
MAP = Box(52, 56, 384, 384)
STRIP = Box(450, 56, 12, 384)
TILES = Box(540, 56, 340, 384)
GROUND = "#dfe5ea"
GENTLE = 1.6  # the end of the scale of 2 P - 1: not to the dark ends, so that points show
MOST_POINTS, MOST_NEURONS = 500, 16


class Tile(NamedTuple):
    """The small map of one neuron."""

    layer: str
    index: int
    box: Box


def draw(found, points, labels, answers, maps, shown, added, title, sentence):
    """Draws a boundary.

    Args:
        found: A `DecisionMap`.
        points: The data, `(n, 2)`; the last `added` of them were added by hand.
        labels: Their classes, or numbers.
        answers: What the model says there.
        maps: Dict of layer -> `(neurons, size, size)`.
        shown: None, or `(layer, neuron, map (size, size))` to show in place of the model's answer.
        added: How many points were added.
        title: What is above the map.
        sentence: What the picture shows, in words.
    """
    plane = found.plane
    plain = axes(MAP, plane.xlim, plane.ylim, "x1", "x2", grid=False)
    items = [Text(20, 28, cut(title, 13.5, 400, True), 13.5, INK, "start", True)]
    items.append(Pixels(*MAP, ground_colours(found, shown and shown[2])[::-1]))  # the highest x2 first
    items += [*border(found, plain, shown and shown[2]), *plain.items, *_scale(found, labels, shown and shown[2])]
    items += scatter_of(plain, found, points, labels, answers, added)
    items += _legend(found, labels) + tiles_of(maps, shown)
    return card(WIDTH, HEIGHT, items, title, sentence)


def ground_colours(found, neuron=None):
    """The colours of the plane, `(size, size, 3)`: of what a neuron gives, a number, a probability, or the winning class."""
    if neuron is not None:
        return colours_of(neuron, "signed")
    if found.kind == "number":
        return colours_of(found.values, "signed")
    if found.kind == "binary":
        return colours_of(2.0 * found.values - 1, "signed", GENTLE)
    classes = found.classes
    best = found.values.max(axis=-1)
    strength = 0.12 + 0.6 * np.clip((best - 1 / classes) / (1 - 1 / classes), 0, 1)[..., None]
    table = np.array([list(bytes.fromhex(category(c).color[1:])) for c in range(classes)])
    return (255 * (1 - strength) + table[found.winners] * strength).round().astype("uint8")


def border(found, plain, neuron=None):
    """The lines where the answer changes; of a neuron or a number, where it is zero."""
    plane = found.plane
    if neuron is not None:
        heights = [(neuron, 0.0)]
    elif found.kind == "classes":
        heights = []
        for c in range(found.classes - 1):  # the last class borders on the others
            others = np.delete(found.values, c, axis=-1).max(axis=-1)
            heights.append((found.values[..., c] - others, 0.0))
    else:
        heights = [(found.values, 0.0 if found.kind == "number" else 0.5)]
    lines = [line for z, level in heights for line in contour(plane.xs, plane.ys, z, level)]
    return [Group(tuple(Path(line_through([plain.at(*p) for p in line]), ON_LIGHT, 1.8) for line in lines), "boundary", "boundary")]


def scatter_of(plain, found, points, labels, answers, added=0, size=8, most=MOST_POINTS):
    """The points: shape and colour say the class, a dark rim that the model errs there, and those added are larger."""
    items, chosen = [], np.unique(np.linspace(0, max(0, len(points) - 1), most).astype(int)) if len(points) else []
    limit = float(np.abs(found.values).max()) if found.kind == "number" else 1.0
    for n in chosen:
        x, y = plain.at(*map(float, points[n]))
        own = size + 4 * (n >= len(points) - added)
        if found.kind == "number":
            parts = (marker("circle", x, y, own + 3, ON_LIGHT), marker("circle", x, y, own, signed(float(labels[n]), limit)))
            told = f"{number(labels[n], 3)}, the model says {number(answers[n], 3)}"
        else:
            style, wrong = category(int(labels[n])), labels[n] != answers[n]
            parts = (marker(style.marker, x, y, own + 3.4, ON_LIGHT if wrong else ON_DARK), marker(style.marker, x, y, own, style.color))
            told = f"class {int(labels[n])}" + f", the model says {int(answers[n])}" * bool(wrong)
        items.append(Group(parts, f"({number(points[n][0], 3)}, {number(points[n][1], 3)}): {told}", "point"))
    return items


def tiles(maps):
    """Where the small map of each neuron goes: as large as fit, a row or more for each layer.

    >>> [(t.index, t.box.x) for t in tiles({"hidden": np.zeros((2, 3, 3))})]
    [(0, 540), (1, 655)]
    """
    for size in (107, 79, 60, 50, 42, 34, 27):
        found, y, across = [], TILES.y, TILES.width // (size + 8)
        for layer, values in maps.items():
            y += 18
            for n in range(min(len(values), MOST_NEURONS)):
                box = Box(TILES.x + n % across * (size + 8), y + n // across * (size + 8), size, size)
                found.append(Tile(layer, n, box))
            y += (size + 8) * -(-min(len(values), MOST_NEURONS) // across) + 8
        if y <= TILES.y + TILES.height + 16:
            break
    return [t for t in found if t.box.y + t.box.height <= TILES.y + TILES.height + 8]


def tiles_of(maps, shown=None):
    """The small maps, each layer's on one scale."""
    items, named = [], set()
    for layer, index, box in tiles(maps):
        values = maps[layer]
        if layer not in named:
            named.add(layer)
            more = f", {MOST_NEURONS} of {len(values)} neurons" if len(values) > MOST_NEURONS else ""
            items.append(Text(box.x, box.y - 6, cut(layer + more, 11.5, TILES.width), 11.5, INK, "start"))
        limit = float(np.abs(values).max())
        is_shown = shown is not None and (layer, index) == shown[:2]
        parts = [Pixels(*box, colours_of(values[index][::-1], "signed", limit))]
        parts.append(Rect(*box, 0, "", INK if is_shown else FRAME, 2.5 if is_shown else 1))
        low, high = float(values[index].min()), float(values[index].max())
        items.append(Group(tuple(parts), f"{layer}, neuron {index}: from {number(low, 3)} to {number(high, 3)}", "neuron"))
    if maps and len(named) < len(maps):
        items.append(Text(TILES.x, TILES.y + TILES.height + 22, f"and {len(maps) - len(named)} more layers", 11.5, SOFT, "start"))
    return items


def _scale(found, labels, neuron):
    """The colours beside the numbers they stand for; classes have a legend instead."""
    if neuron is not None or found.kind == "number":
        values = found.values if neuron is None else neuron
        return colorbar(STRIP, "signed", float(np.abs(values).max()) or 1.0, "")
    if found.kind == "classes":
        return []
    strip = colours_of(2 * np.linspace(1, 0, 64)[:, None] - 1, "signed", GENTLE)
    items = [Pixels(*STRIP, strip), Rect(*STRIP, 0, "", PLAIN), Text(STRIP.x - 2, STRIP.y - 9, "P(class 1)", 11, SOFT, "start")]
    for part in (0.0, 0.5, 1.0):
        items.append(Text(STRIP.x + 18, STRIP.y + (1 - part) * STRIP.height + 4, f"{part:g}", 11, SOFT, "start"))
    return items


def _legend(found, labels):
    """Which marker is which class, and how many points it has; above the small maps."""
    if found.kind == "number":
        return [*_swatch(546, 24), marker("circle", 546, 24, 11, ON_LIGHT), marker("circle", 546, 24, 8, ON_DARK),
                Text(560, 28, "points in the colour of their target", 11.5, INK, "start")]  # fmt: skip
    classes = range(max(found.classes, int(labels.max(initial=-1)) + 1))
    entries = [(f"class {c} ({int((labels == c).sum())})", category(c).marker, category(c).color, "") for c in classes]
    entries = [*entries[:6], ("dark rim: wrong", "circle", ON_DARK, ON_LIGHT)]
    rows = 1 if sum(34 + text_width(e[0], 11.5) for e in entries) < WIDTH - 12 - TILES.x else 2
    items, x, y = [], TILES.x, 28 if rows == 1 else 20
    for text, shape, color, rim in entries:
        if x + 20 + text_width(text, 11.5) > WIDTH - 12:
            x, y = TILES.x, y + 20
        items += [*_swatch(x + 6, y - 4), marker(shape, x + 6, y - 4, 12, rim)] if rim else []
        items += [marker(shape, x + 6, y - 4, 9, color), Text(x + 17, y, text, 11.5, INK, "start")]
        x += 34 + text_width(text, 11.5)
    return items


def _swatch(x, y):
    """A piece of ground that is light in any theme, under a marker with a dark rim."""
    return [Rect(x - 9, y - 9, 18, 18, 4, GROUND)]
