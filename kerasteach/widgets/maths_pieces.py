"""Pieces of a formula, put together as a typesetter does: each knows its width and its reach above and below the baseline."""

from collections.abc import Callable
from dataclasses import dataclass

from kerasteach.widgets.scene import Path, line_through


@dataclass(frozen=True)
class Piece:
    """A part of a formula.

    Attributes:
        width: Units wide.
        up, down: How far it reaches above and below its baseline.
        draw: Function(x, baseline) -> shapes.
    """

    width: float
    up: float
    down: float
    draw: Callable


def arrow(size, ink):
    """What is on the right becomes what is on the left."""
    lift, wing = size * 0.27, size * 0.2

    def draw(x, y):
        y -= lift
        tip, end = x + 1, x + size
        return [Path(line_through([(tip, y), (end, y)]), ink, 1.1), Path(line_through([(tip + wing, y - wing), (tip, y), (tip + wing, y + wing)]), ink, 1.1)]

    return Piece(size, size * 0.5, 0, draw)


def beside(boxes, gap=0):
    """Boxes on one baseline."""

    def draw(x, y):
        items = []
        for box in boxes:
            items += box.draw(x, y)
            x += box.width + gap
        return items

    width = sum(b.width for b in boxes) + gap * max(len(boxes) - 1, 0)
    return Piece(width, max((b.up for b in boxes), default=0), max((b.down for b in boxes), default=0), draw)


def padded(box, room):
    """A piece with room on both sides."""
    return Piece(box.width + 2 * room, box.up, box.down, lambda x, y: box.draw(x + room, y))


def scripted(base, sign, script, size):
    """A piece with a small one above (`^`) or below (`_`) its end."""
    lift = base.up - size * 0.3 if sign == "^" else -(base.down + size * 0.02)
    up, down = max(base.up, script.up + lift), max(base.down, script.down - lift)
    return Piece(base.width + script.width + 1, up, down, lambda x, y: base.draw(x, y) + script.draw(x + base.width + 0.5, y - lift))


def fraction(above, below, size, ink):
    """Two pieces with a line between them."""
    axis, room = size * 0.27, size * 0.2
    width = max(above.width, below.width) + size * 0.4

    def draw(x, y):
        middle = y - axis
        rule = Path(line_through([(x + 1, middle), (x + width - 1, middle)]), ink, 1)
        top = above.draw(x + (width - above.width) / 2, middle - room - above.down)
        return [rule, *top, *below.draw(x + (width - below.width) / 2, middle + room + below.up)]

    return Piece(width, axis + room + above.down + above.up, room + below.up + below.down - axis, draw)


def barred(inner, size, ink):
    """A piece with a bar above it."""
    height = inner.up + size * 0.06 if inner.width > size else size * 0.66

    def draw(x, y):
        return [*inner.draw(x, y), Path(line_through([(x + 0.5, y - height), (x + inner.width - 1, y - height)]), ink, 1.1)]

    return Piece(inner.width, max(inner.up, height + 2), inner.down, draw)


def root(inner, size, ink):
    """A piece under a root."""
    lead, top = size * 0.62, inner.up + size * 0.14

    def draw(x, y):
        hook = [(x + 1, y - size * 0.3), (x + lead * 0.4, y + inner.down), (x + lead * 0.85, y - top), (x + lead + inner.width + 2, y - top)]
        return [Path(line_through(hook), ink, 1.1), *inner.draw(x + lead, y)]

    return Piece(lead + inner.width + 3, top + 2, inner.down, draw)


def fenced(opening, inner, closing, size, ink):
    """Round brackets and bars as high as what they hold."""
    wide = size * 0.36

    def sign(kind, x, y):
        top, bottom = y - inner.up - 1, y + inner.down + 1
        if kind == "|":
            return Path(line_through([(x + wide / 2, top), (x + wide / 2, bottom)]), ink, 1.1)
        bow, tip = (x + wide * 0.2, x + wide * 0.85) if kind == "(" else (x + wide * 0.8, x + wide * 0.15)
        return Path((("M", tip, top), ("C", bow, top + (bottom - top) * 0.25, bow, bottom - (bottom - top) * 0.25, tip, bottom)), ink, 1.1)

    def draw(x, y):
        return [sign(opening, x, y), *inner.draw(x + wide, y), sign(closing, x + wide + inner.width, y)]

    return Piece(inner.width + 2 * wide, inner.up + 1, inner.down + 1, draw)


def piled(rows, size, ink):
    """Cases: rows below each other behind a brace, centred on the baseline."""
    gap, lead = size * 0.3, size * 0.7
    high = [(max(b.up for b in row), max(b.down for b in row)) for row in rows]
    total = sum(map(sum, high)) + gap * (len(rows) - 1)
    first = max(row[0].width for row in rows)
    up = total / 2 + size * 0.27

    def draw(x, y):
        top, middle, bottom = y - up, y - up + total / 2, y - up + total
        bend = (("M", x + lead - 4, top), ("C", x + 2, top, x + 8, middle, x + 2, middle), ("C", x + 8, middle, x + 2, bottom, x + lead - 4, bottom))
        items, at = [Path(bend, ink, 1.1)], top
        for row, (above, below) in zip(rows, high):
            items += row[0].draw(x + lead, at + above)
            if len(row) > 1:
                items += row[1].draw(x + lead + first + size * 1.2, at + above)
            at += above + below + gap
        return items

    width = lead + first + max((size * 1.2 + row[1].width for row in rows if len(row) > 1), default=0)
    return Piece(width, up, total - up, draw)
