"""Tensors as small pictures with a name: two of their axes as coloured cells, the others at one place; several side by side.

A tile knows which number of its tensor lies where in the picture, and the other way round.
"""

import math
from dataclasses import dataclass

import numpy as np

from kerasteach.widgets.heat import colours_of, limit_of
from kerasteach.widgets.palette import ACCENT, FRAME, INK, PLAIN, SOFT, text_on
from kerasteach.widgets.scene import Group, Path, Pixels, Polygon, Rect, Text, cut, line_through, text_width
from kerasteach.widgets.words import number, shape

MOST = 24  # rows and columns that a tile shows
HEAD, FOOT = 36, 18  # units above and below the cells, for words
WIDE, HIGH = 46, 22  # of a cell where there is room
NARROW = 60  # a tile is no narrower
GAP, ARROW = 22, 52  # between two tiles; where an arrow stands between them
_IMAGE = ("height", "width")


@dataclass(frozen=True)
class View:
    """What is shown of a tensor.

    Attributes:
        cells: Array `(rows, columns)`.
        axes: The axis that runs down and the one that runs along; None for one that is not there.
        start: The index of the first cell.
        shape: The shape of the tensor.
    """

    cells: np.ndarray
    axes: tuple
    start: tuple
    shape: tuple

    def index(self, row, column):
        """Which number of the tensor a cell is."""
        index = list(self.start)
        for axis, steps in zip(self.axes, (row, column)):
            if axis is not None:
                index[axis] += steps
        return tuple(index)

    def cell(self, index):
        """Where a number of the tensor is: `(row, column)`; None if it is not shown."""
        place = tuple(0 if axis is None else index[axis] - self.start[axis] for axis in self.axes)
        inside = all(0 <= at < size for at, size in zip(place, self.cells.shape))
        return place if inside and self.index(*place) == tuple(index) else None


def view_of(array, names=(), at=None):
    """As many rows and columns of a tensor as a tile shows: of height and width if it has them, else of its last two axes.

    Args:
        array: Any array.
        names: The names of its axes.
        at: An index that is to be seen; the first by default.

    >>> view_of(np.zeros((8, 5, 3)), ("batch", "steps", "features"), (6, 0, 2)).start
    (6, 0, 0)
    """
    array = _plain(array)
    at = (0,) * array.ndim if at is None else tuple(at)
    shown = [n for n, name in enumerate(names) if name in _IMAGE]
    if len(shown) != 2:
        shown = list(range(array.ndim))[-2:]
    start = tuple(i // MOST * MOST if n in shown else min(i, max(size - 1, 0)) for n, (i, size) in enumerate(zip(at, array.shape)))
    if not array.size:
        return View(np.zeros((0, 0)), (None, None), start, array.shape)
    cells = array[tuple(slice(i, i + MOST) if n in shown else i for n, i in enumerate(start))]  # (rows, columns), or less
    if len(shown) == 2:
        return View(cells, tuple(shown), start, array.shape)
    standing = cells.ndim == 1 and names[:1] == ("batch",)  # as in a matrix, whose rows are the samples
    axes = (0, None) if standing else (None, *(shown or [None]))
    return View(cells.reshape((-1, 1) if standing else (1, -1)), axes, start, array.shape)


def _plain(array):
    """Numbers that have a colour: of complex ones the amount; what is no number has none."""
    array = np.asarray(array)
    if array.dtype.kind == "c":
        return np.abs(array)
    return array if array.dtype.kind in "fiub" else np.full(array.shape, np.nan)


@dataclass(frozen=True)
class Tile:
    """A tensor in the picture.

    Attributes:
        name: Written above.
        key: Which of the tensors shown it is.
        source: What it stands for, to whoever points at it.
        view: What is shown.
        names: Of all its axes.
        limit: The end of its colours' scale.
        x, y, width, height: Where its cells lie.
        room: How wide its words may be.
    """

    name: str
    key: object
    source: object
    view: View
    names: tuple
    limit: float
    x: float
    y: float
    width: float
    height: float
    room: float

    @property
    def is_readable(self):
        """Whether there is room for a number in each cell."""
        rows, columns = self.view.cells.shape
        return bool(rows) and self.width / columns >= 26 and self.height / rows >= 11

    @property
    def unit(self):
        """What the numbers are written in: 1, or a power of ten where they are very small or large."""
        if 0.01 <= self.limit < 1e5 or not self.is_readable or self.view.cells.size == 1 or not self.view.cells.any():
            return 1
        return 10.0 ** math.floor(math.log10(self.limit))

    def under(self, x, y):
        """The index of the number at a place of the picture; None outside the cells."""
        rows, columns = self.view.cells.shape
        if not (rows and self.x <= x < self.x + self.width and self.y <= y < self.y + self.height):
            return None
        return self.view.index(int((y - self.y) / self.height * rows), int((x - self.x) / self.width * columns))

    def holds(self, x, y):
        """Whether a place lies on the tile or on its words."""
        return self.x - 4 <= x <= self.x + self.room and self.y - HEAD <= y <= self.y + self.height + FOOT

    def draw(self, ringed=(), line=2.6):
        """Its shapes; `ringed` are indices of numbers to ring."""
        view, top = self.view, self.y - HEAD
        items = [Text(self.x, top + 13, cut(self.name, 12, self.room, True), 12, INK, "start", True)]
        items.append(Text(self.x, top + 28, self._fitting(shape(view.shape, self.names) if view.shape else "a number", shape(view.shape)), 10.5, SOFT, "start"))
        items += self._cells()
        for row, column in [place for place in map(view.cell, ringed) if place] if view.cells.size else []:
            wide, high = self.width / view.cells.shape[1], self.height / view.cells.shape[0]
            items.append(Rect(self.x + column * wide, self.y + row * high, wide, high, 2, "", ACCENT, line))
        items.append(Text(self.x, self.y + self.height + 13, self._fitting(*self._feet()), 10.5, SOFT, "start"))
        return [Group(tuple(items), "", "tile")]

    def _cells(self):
        """Shapes with numbers where those can be read, else one small raster."""
        view = self.view
        if not view.cells.size:
            return [Text(self.x, self.y + 13, "empty", 11, SOFT, "start")]
        colours = colours_of(view.cells, limit=self.limit)
        wide, high = self.width / view.cells.shape[1], self.height / view.cells.shape[0]
        frame = Rect(self.x, self.y, self.width, self.height, 0, "", FRAME)
        if not self.is_readable:
            return [Pixels(self.x, self.y, self.width, self.height, colours), frame]
        items, texts = [], _aligned(view.cells / self.unit, self.limit / self.unit, 3 if wide >= 30 else 2)
        size = min(12, high * 0.7, 12 * (wide - 4) / max(text_width(text, 12) for text in texts.values()))
        for (i, j), text in texts.items():
            fill = "#" + bytes(colours[i, j]).hex()
            middle = (self.x + (j + 0.5) * wide, self.y + (i + 0.5) * high + size * 0.36)
            cell = (Rect(self.x + j * wide, self.y + i * high, wide, high, 0, fill), Text(*middle, text, size, text_on(fill)))
            index = ", ".join(map(str, view.index(i, j)))
            items.append(Group(cell, f"{self.name}[{index}] = {number(view.cells[i, j], 6)}" if index else "", "cell"))
        return [*items, frame]

    def _feet(self):
        """Which part of the tensor is seen, if it is a part, and how far its colours reach; the same shorter and shorter."""
        parts = []
        for n, size in enumerate(self.view.shape):
            first = self.view.start[n]
            if n not in self.view.axes and size > 1:
                parts.append(f"{self.names[n]} {first}")
            elif n in self.view.axes and size > MOST:
                parts.append(f"{self.names[n]} {first} to {min(first + MOST, size) - 1}")
        reach = [f"±{number(self.limit, 3)}" if self.view.cells.any() else "all 0"] if self.view.cells.size > 1 else []
        unit = [f"cells ×{self.unit:g}"] if self.unit != 1 else []
        short = parts or [f"×{self.unit:g}"] * bool(unit)
        return [", ".join(told) for told in ([*parts, *unit, *reach], [*parts, *unit], short)]

    @property
    def is_named(self):
        """Whether there is room for its name."""
        return text_width(self.name, 12, True) <= self.room

    def _fitting(self, *texts):
        """The first of some texts that there is room for; the last in any case, cut."""
        return next((text for text in texts if text_width(text, 10.5) <= self.room), cut(texts[-1], 10.5, self.room))


def _aligned(cells, limit, digits):
    """Each number as text, with as many decimals as the largest one needs to show some digits.

    >>> list(_aligned(np.array([[0.5, -0.03125]]), 0.5, 3).values())
    ['0.500', '-0.031']
    """
    decimals = digits - 1 - math.floor(math.log10(limit))
    plain = cells.dtype.kind == "f" and 0 <= decimals <= 4

    def spelled(value):
        text = f"{value:.{decimals}f}" if plain and value == value else number(value, digits)
        return "0" if not value else text.lstrip("-") if float(text) == 0 else text

    return {place: spelled(value) for place, value in np.ndenumerate(cells)}


def arrange(groups, x, y, width, height):
    """Lays tensors out in a row, an arrow in front of the second group; in two rows where more can be read so.

    Args:
        groups: Lists of `(name, key, source, array, names of axes, index to be seen or None)`.
        x, y, width, height: The part of the picture.

    Returns:
        `(tiles, shapes between them)`.
    """
    entries = [entry for group in groups for entry in group]
    arrows = {len(groups[0])} if len(groups) > 1 else set()
    views = [view_of(array, names, at) for *_, array, names, at in entries]
    limits = [limit_of(_plain(array), "signed") or 1.0 for _, _, _, array, _, _ in entries]

    def laid(*rows):
        return _laid(entries, views, limits, [row for row in rows if row], arrows, x, y, width, height)

    ways = [laid(range(len(entries)))]
    if len(entries) > 3:
        between_groups = min(arrows) if arrows else 0
        breaks = sorted(range(1, len(entries)), key=lambda n: (n != between_groups, abs(2 * n - len(entries))))
        ways += [laid(range(n), range(n, len(entries))) for n in breaks]
    return max(ways, key=lambda way: sum(tile.is_readable + tile.is_named for tile in way[0]))


def _laid(entries, views, limits, rows, arrows, x, y, width, height):
    tiles, between = [], []
    deep = height / len(rows) - HEAD - FOOT
    for row in rows:
        gaps = [(ARROW if i in arrows else GAP) if i != row[0] else (ARROW - 12 if i and i in arrows else 0) for i in row]
        wanted = [max(NARROW, WIDE * max(views[i].cells.shape[1], 1)) for i in row]
        words = [max(w, min(_words(entries[i][0], entries[i][4], views[i]), 150)) for i, w in zip(row, wanted)]
        at, top, bottom = x, y + HEAD, y
        for i, gap, room in zip(row, gaps, _share(words, wanted, width - sum(gaps))):
            name, key, source, _, names, _ = entries[i]
            if i in arrows and i:
                between += _arrow(at + (8 if i != row[0] else 0), top + 12, gap - 16)
            at += gap
            tile = _tile(name, key, source, names, views[i], limits[i], at, top, room, deep)
            tiles.append(tile)
            bottom, at = max(bottom, tile.y + tile.height + FOOT), at + room
        y = bottom + 6
    return tiles, between


def _words(name, names, view):
    """How much room a name and a shape would like to have."""
    return max(text_width(name, 12, True), text_width(shape(view.shape, names), 10.5)) + 4


def _tile(name, key, source, names, view, limit, x, y, room, deep):
    size = (min(room, WIDE * view.cells.shape[1]), min(deep, HIGH * view.cells.shape[0]))
    if view.cells.shape == (1, 1):
        size = (min(room, 76), 24)
    names = (*names, *(f"axis {n}" for n in range(len(names), len(view.shape))))
    return Tile(name, key, source, view, names, limit, x, y, *size, room)


def _share(words, wanted, width):
    """How wide each tile is: room for its words if there is, else for its cells, else all narrower alike."""
    if sum(wanted) <= width:
        more = sum(words) - sum(wanted)
        part = min(1.0, (width - sum(wanted)) / more) if more else 0.0
        return [w + part * (word - w) for w, word in zip(wanted, words)]
    least = min(NARROW, width / len(wanted))
    part = (width - least * len(wanted)) / (sum(wanted) - least * len(wanted))
    return [least + part * (w - least) for w in wanted]


def _arrow(x, y, length):
    tip = x + length
    return [Path(line_through([(x, y), (tip - 6, y)]), PLAIN, 2), Polygon(((tip, y), (tip - 9, y - 5), (tip - 9, y + 5)), PLAIN)]
