"""The picture of a playground: features on the left, neurons in the middle with their weights as lines, the answer on the
right, and the losses below it.
"""

import math
from typing import NamedTuple

import numpy as np

from kerasteach.explain.boundary import DecisionMap, Plane
from kerasteach.explain.points import FEATURES, LIMIT, features_of
from kerasteach.widgets.boundary_scene import border, ground_colours, scatter_of
from kerasteach.widgets.curves import ticks
from kerasteach.widgets.heat import colours_of
from kerasteach.widgets.palette import FRAME, INK, PAPER, SOFT, category
from kerasteach.widgets.plots import Box, axes, card, legend, line
from kerasteach.widgets.scene import Group, Path, Pixels, Rect, Text, cut
from kerasteach.widgets.words import number

WIDTH, HEIGHT = 940, 584
MAP = Box(612, 76, 288, 288)
CURVES = Box(656, 438, 262, 96)
TILE, STEP, TOP = 38, 50, 84
FEATURES_X, FIRST_X, LAST_X = 74, 172, 526
IDLE = np.array([0xC3, 0xCA, 0xD1])  # the grey that features not used fade to
SMALL = 24  # cells on each side of a neuron's map
PLUS, MINUS = category(1), category(0)  # numbers above and below zero: orange and solid, blue and dashed
LOSSES = (("training", "loss", category(2)), ("test", "val_loss", category(3)))


class Tile(NamedTuple):
    """The small map of a feature or a neuron: `layer` is `"features"` or the layer's name, `index` a name or a number."""

    layer: str
    index: object
    box: Box

    @property
    def left(self):
        return self.box.x, self.box.y + TILE / 2

    @property
    def right(self):
        return self.box.x + TILE, self.box.y + TILE / 2


def tiles(depth, width):
    """Where everything stands.

    Args:
        depth: How many hidden layers.
        width: How many neurons each has.

    >>> [t.index for t in tiles(1, 2)][-3:]
    ['sin x2', 0, 1]
    """
    found = [Tile("features", name, Box(FEATURES_X, TOP + n * STEP, TILE, TILE)) for n, name in enumerate(FEATURES)]
    for layer in range(depth):
        x = (FIRST_X + LAST_X - TILE) / 2 if depth == 1 else FIRST_X + layer * (LAST_X - TILE - FIRST_X) / (depth - 1)
        start = TOP + max(0, (len(FEATURES) - width)) * STEP / 2
        found += [Tile(f"hidden_{layer + 1}", n, Box(x, start + n * STEP, TILE, TILE)) for n in range(width)]
    return found


def draw(recipe, run, epoch, neuron, show_test, sentence):
    """Draws a playground.

    Args:
        recipe: An `explain.playground.Recipe`.
        run: Its `Run`.
        epoch: Which epoch is shown.
        neuron: None, or `(layer, index)` to show large in place of the answer.
        show_test: Whether the points of the test are shown instead of those of the training.
        sentence: What the picture shows, in words.
    """
    maps, placed = run.maps(epoch, 72), tiles(recipe.depth, recipe.width)
    items = [Text(20, 30, _title(run, epoch), 14, INK, "start", True)]
    items += [*_headings(recipe, placed), *_links(recipe, run, epoch, placed), *_tiles(recipe, run, epoch, maps, placed, neuron)]
    items += [*_answer(recipe, run, epoch, maps, neuron, show_test), *_curves(run, epoch), *_key()]
    return card(WIDTH, HEIGHT, items, "A small network in training", sentence)


def _title(run, epoch):
    curves = run.curves
    parts = [f"Epoch {epoch}", f"loss {number(curves['loss'][epoch], 3)}", f"test loss {number(curves['val_loss'][epoch], 3)}"]
    if "val_accuracy" in curves:
        parts.append(f"test accuracy {curves['val_accuracy'][epoch]:.1%}")
    return "  ·  ".join(parts)


def _headings(recipe, placed):
    items = [Text(FEATURES_X + TILE, TOP - 16, "features", 12, SOFT, "end")]
    for tile in placed:
        if tile.layer != "features" and tile.index == 0:
            items.append(Text(tile.box.x + TILE / 2, TOP - 16, cut(tile.layer, 12, 84), 12, SOFT))
    if recipe.depth:
        middle = (FIRST_X + LAST_X) / 2
        neurons = f"{recipe.width} neuron{'s' if recipe.width > 1 else ''}"
        items.append(Text(middle, TOP - 34, f"{neurons} a layer, {recipe.activation}", 12, INK))
    return items


def _links(recipe, run, epoch, placed):
    """A line for each weight: how thick it is says how large, colour and dash say its sign."""
    weights = run.weights(epoch)
    sizes = np.concatenate([np.abs(kernel).ravel() for kernel, _ in weights])
    limit = float(np.nanmax(np.where(np.isfinite(sizes), sizes, 0.0))) or 1.0
    columns = [[t for t in placed if t.layer == "features" and t.index in recipe.features]]
    columns[0].sort(key=lambda t: recipe.features.index(t.index))
    columns += [[t for t in placed if t.layer == f"hidden_{n + 1}"] for n in range(recipe.depth)]
    links = []
    for n, (kernel, _) in enumerate(weights):
        for (i, j), weight in np.ndenumerate(kernel):
            source = columns[n][i]
            end = columns[n + 1][j].left if n < recipe.depth else (MAP.x, MAP.y + MAP.height / 2)
            named = f"{_named(source)} to {_named(columns[n + 1][j]) if n < recipe.depth else 'output'}: {number(weight)}"
            links.append((abs(float(weight)), _link(source.right, end, float(weight), limit, named)))
    finite = [(size, link) for size, link in links if math.isfinite(size)]
    return [link for _, link in sorted(finite, key=lambda pair: pair[0])]  # the largest on top


def _link(start, end, weight, limit, title):
    (x1, y1), (x2, y2) = start, end
    bend = (x2 - x1) * 0.45
    style = PLUS if weight >= 0 else MINUS
    part = min(1.0, abs(weight) / limit)
    dash = () if weight >= 0 else (5 + 3 * part, 3 + 2 * part)
    path = Path((("M", x1, y1), ("C", x1 + bend, y1, x2 - bend, y2, x2, y2)), style.color, 0.5 + 4.5 * part, dash)
    return Group((path,), title, "weight")


def _named(tile):
    return tile.index if tile.layer == "features" else f"{tile.layer}[{tile.index}]"


def _tiles(recipe, run, epoch, maps, placed, neuron):
    """The small maps; those of features that are not used are pale."""
    weights, items = run.weights(epoch), []
    plane = Plane((-LIMIT, LIMIT), (-LIMIT, LIMIT), SMALL)
    limits = {name: _limit(found) for name, found in maps.items()}
    for tile in placed:
        box, parts = tile.box, []
        if tile.layer == "features":
            used = tile.index in recipe.features
            values = features_of(plane.points, (tile.index,)).reshape(SMALL, SMALL)
            colours = colours_of(values[::-1], "signed")
            if not used:
                colours = (IDLE + (colours - IDLE) * 0.22).astype("uint8")
            parts += [Pixels(*box, colours), Rect(*box, 3, "", INK if used else FRAME, 1.4 if used else 1, () if used else (3, 3))]
            parts.append(Text(box.x - 10, box.y + TILE / 2 + 4, str(tile.index), 12.5, INK if used else SOFT, "end", used))
            items.append(Group(tuple(parts), f"feature {tile.index}: {'used' if used else 'not used'}", "feature"))
            continue
        values = maps[tile.layer][tile.index]
        shown = neuron == (tile.layer, tile.index)
        parts += [Pixels(*box, colours_of(values[1::3, 1::3][::-1], "signed", limits[tile.layer]))]
        parts.append(Rect(*box, 3, "", INK, 3 if shown else 1.2))
        bias = float(weights[int(tile.layer[7:]) - 1][1][tile.index])
        if math.isfinite(bias):
            parts.append(Rect(box.x - 3, box.y + TILE - 6, 9, 9, 0 if bias >= 0 else 4.5, (PLUS if bias >= 0 else MINUS).color, PAPER, 1.5))
        items.append(Group(tuple(parts), f"{_named(tile)}: bias {number(bias)}", "neuron"))
    return items


def _limit(values):
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max()) if finite.size and finite.max() > 0 else 1.0


def _answer(recipe, run, epoch, maps, neuron, show_test):
    """The large map with the points."""
    kind = "number" if recipe.is_regression else "binary"
    answer = maps["output"][0]
    plane = Plane((-LIMIT, LIMIT), (-LIMIT, LIMIT), len(answer))
    found = DecisionMap(plane, kind, answer)
    shown = maps[neuron[0]][neuron[1]] if neuron else None
    plain = axes(MAP, plane.xlim, plane.ylim, "x1", "", xticks={-2: "-2", 0: "0", 2: "2"}, yticks={}, grid=False)
    places, x, y = run.test if show_test else run.train
    told = run.at(epoch).predict(x, batch_size=len(x), verbose=0)[:, 0]
    answers = told if kind == "number" else (told >= 0.5).astype(int)
    labels = y if kind == "number" else y.astype(int)
    if kind == "number":  # the targets lie between -1 and 1; one scale for all epochs
        colours = colours_of(answer if shown is None else shown, "signed", 1.2 if shown is None else None)
        found = found._replace(values=np.full_like(answer, 1.2))
    else:
        colours = ground_colours(found, shown)
    title = f"{neuron[0]}[{neuron[1]}]" if neuron else "answer"
    items = [Text(MAP.x, MAP.y - 10, title, 12, INK, "start", True), Text(MAP.x + MAP.width, MAP.y - 10, "test points" if show_test else "training points", 12, SOFT, "end")]
    items += [Pixels(*MAP, colours[::-1]), *border(DecisionMap(plane, kind, answer), plain, shown), *plain.items]
    right = MAP.x + MAP.width + 6  # on the left the weights come in
    items += [Text(right, plain.at(0, v)[1] + 4, f"{v}", 11, SOFT, "start") for v in (-2, 0, 2)]
    items.append(Text(right, MAP.y + 8, "x2", 11.5, INK, "start"))
    return items + scatter_of(plain, found, places, labels, answers, size=6)


def _curves(run, epoch):
    """The losses so far."""
    curves, last = run.curves, max(10, epoch)
    shown = [(name, curves[key][: epoch + 1], style) for name, key, style in LOSSES]
    values = [v for _, found, _ in shown for v in found if math.isfinite(v)] or [1.0]
    high = max(values) * 1.05 or 1.0
    marks = [t for t in ticks(0, high, 3) if t <= high]
    plain = axes(CURVES, (0, last), (0, high), "epoch", yticks=marks)
    items = [Text(MAP.x, CURVES.y - 18, "loss", 12, INK, "start", True), *legend([(name, style) for name, _, style in shown], CURVES.x + 92, CURVES.y - 18), *plain.items]
    for name, found, style in shown:
        items += line(plain, range(len(found)), found, style, 2, points=6, name=name)
    return items


def _key():
    """What the lines and the small squares mean."""
    y = HEIGHT - 22
    items = [Text(20, y, "weights:", 12, SOFT, "start")]
    for x, style, dash, text in ((74, PLUS, (), "above zero"), (186, MINUS, (7, 4), "below zero")):
        items += [Path((("M", x, y - 4), ("L", x + 34, y - 4)), style.color, 3.5, dash), Text(x + 40, y, text, 12, INK, "start")]
    items.append(Text(296, y, "thicker is larger", 12, INK, "start"))
    items += [Text(412, y, "bias:", 12, SOFT, "start"), Rect(446, y - 9, 9, 9, 0, PLUS.color), Rect(462, y - 9, 9, 9, 4.5, MINUS.color)]
    return items
