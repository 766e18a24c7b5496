"""Formulas in a picture: the LaTeX that `explain.formula` writes, set as shapes with fractions, bars and roots.

Every piece is a box that knows its width and how far it reaches above and below its baseline, as in a typesetter.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass


from kerasteach.widgets.palette import INK
from kerasteach.widgets.scene import Path, Text, line_through, text_width

_SIGNS = {
    "ge": "≥", "le": "≤", "ne": "≠", "wedge": "∧", "vee": "∨", "neg": "¬", "pi": "π", "top": "T", "sum": "Σ",
    "varepsilon": "ε", "alpha": "α", "beta": "β", "gamma": "γ", "rho": "ρ", "bmod": "mod", "cdot": "·",
}  # fmt: skip
_SPACES = {",": 0.2, ";": 0.3, "quad": 1.0, " ": 0.25, "textstyle": 0.0}
_BETWEEN = set("+-=<>←≥≤≠∧∨,") | {"mod"}
_TOKEN = re.compile(r"\\\\|\\[a-zA-Z]+|\\.|[0-9]+(?:\.[0-9]+)?|[^\s]")
_PLAIN = {"≥": ">=", "≤": "<="}  # as wide as it may get where a font lacks the sign
_BREAKS = re.compile(r"\s*\\quad\s*|,\\;\s*|\s*(?=\\text\{ or \})")
_SMALL = 0.74


@dataclass(frozen=True)
class _Box:
    width: float
    up: float
    down: float
    draw: Callable  # (x, baseline) -> shapes


def maths(tex, x, y, width, height, size=14, ink=INK):
    """Sets a formula into a part of the picture, in as many lines as it needs; what does not fit ends in an ellipsis.

    Args:
        tex: LaTeX as `explain.formula` writes it.
        x: The left end.
        y: The top.
        width: How wide a line may be.
        height: How high all may be.

    Returns:
        `(shapes, height used)`.

    Example:

    >>> shapes, used = maths(r"y = \\frac{1}{x_2}", 0, 0, 200, 40)
    >>> [shape.text for shape in shapes if isinstance(shape, Text)]
    ['y', '=', '1', 'x', '2']
    """
    items, used, gap = [], 0.0, size * 0.45
    lines = _lines([_fitting(part, width, size, ink) for part in _BREAKS.split(tex) if part.strip()], width - 2 * size)
    for number, line in enumerate(lines):
        more = number + 1 < len(lines) and used + line.up + line.down + gap + lines[number + 1].up + lines[number + 1].down > height
        items += line.draw(x, y + used + line.up)
        if more:
            items.append(Text(x + line.width + 10, y + used + line.up, "…", size, ink, "start"))
        used += line.up + line.down + gap
        if more:
            break
    return items, max(used - gap, 0.0)


def _fitting(part, width, size, ink):
    """A part's box; one too wide for a line gets smaller letters, and one that is too wide even so is left out."""
    box = _Reader(part, size, ink).row()
    if box.width > width:
        box = _Reader(part, size * max(width / box.width, _SMALL) * 0.98, ink).row()
    return box if box.width <= width else _Reader(r"\text{…}", size, ink).row()


def _lines(parts, width):
    """Parts beside each other where there is room, else below each other."""
    lines, row = [], []
    for part in parts:
        if row and sum(p.width for p in row) + part.width + 24 * len(row) > width:
            lines, row = [*lines, row], []
        row.append(part)
    return [_beside(row, 24) for row in lines + [row] * bool(row)]


class _Reader:
    """Reads LaTeX and makes boxes."""

    def __init__(self, tex, size, ink):
        self.tokens, self.size, self.ink, self.at = _tokens(tex), size, ink, 0

    def row(self, *ends):
        """Boxes up to one of some tokens, or the end."""
        boxes, signs = [], []
        while self.at < len(self.tokens) and self.tokens[self.at] not in ends:
            box, sign = self._atom()
            if sign in ("^", "_"):
                base = boxes.pop() if boxes else self._text("")
                boxes.append(_scripted(base, sign, box, self.size))
                continue
            between = sign in _BETWEEN and sign != "," and boxes and (not signs or signs[-1] not in _BETWEEN)
            boxes.append(_padded(box, self.size * 0.28) if between else box)
            signs.append(sign)
        return _beside(boxes)

    def _atom(self):
        """The next box, and what it was."""
        token = self._next()
        if token in ("^", "_"):
            self.size *= _SMALL
            box = self._argument()
            self.size /= _SMALL
            return box, token
        if token == "{":
            return self._until("}"), "{}"
        if not token.startswith("\\"):
            return self._text("−" if token == "-" else token), token
        name = token[1:]
        if name == "leftarrow":
            return _arrow(self.size, self.ink), "←"
        if name in _SIGNS:
            return self._sign(_SIGNS[name]), _SIGNS[name]
        if name in _SPACES:
            return _Box(_SPACES[name] * self.size, 0, 0, lambda x, y: []), name
        return self._command(name), name

    def _command(self, name):
        if name == "frac":
            return _fraction(self._argument(), self._argument(), self.size, self.ink)
        if name == "bar":
            return _barred(self._argument(), self.size, self.ink)
        if name == "sqrt":
            return _root(self._argument(), self.size, self.ink)
        if name == "left":
            opening = self._next()
            inner = self.row("\\right")
            self._next()
            return _fenced(opening, inner, self._next(), self.size, self.ink)
        if name in ("text", "mathrm", "operatorname", "texttt"):
            return self._text(self._raw())
        if name == "begin":
            return self._cases()
        return self._text(name)  # \exp, \max and the like; a sign of its own, as \_

    def _cases(self):
        self._raw()
        rows, cells = [], []
        while True:
            cells.append(self.row("&", "\\\\", "\\end"))
            end = self._next()
            if end != "&":
                rows, cells = [*rows, cells], []
            if end == "\\end":
                self._raw()
                return _piled(rows, self.size, self.ink)

    def _argument(self):
        if self.tokens[self.at] == "{":
            self.at += 1
            return self._until("}")
        return self._atom()[0]

    def _until(self, end):
        inner = self.row(end)
        self._next()
        return inner

    def _raw(self):
        """The text of an argument that is no formula."""
        return self._next()[1:]

    def _next(self):
        token = self.tokens[self.at]
        self.at += 1
        return token

    def _text(self, text):
        size, ink = self.size, self.ink
        return _Box(text_width(text, size) / 1.04, size * 0.74, size * 0.24, lambda x, y: [Text(x, y, text, size, ink, "start")] * bool(text.strip()))


    def _sign(self, sign):
        size, ink = self.size, self.ink
        wide = text_width(_PLAIN.get(sign, sign), size) / 1.04
        return _Box(wide, size * 0.74, size * 0.24, lambda x, y: [Text(x + wide / 2, y, sign, size, ink)])


def _tokens(tex):
    """LaTeX in pieces; an argument that is plain text is one piece, behind a NUL."""
    found, at = [], 0
    while at < len(tex):
        plain = re.compile(r"\\(text|mathrm|operatorname|texttt|begin|end)\{").match(tex, at)
        if plain:
            end = _closing(tex, plain.end())
            found += ["\\" + plain[1], "\0" + re.sub(r"\\([_%&#{}$])", r"\1", tex[plain.end() : end])]
            at = end + 1
            continue
        token = _TOKEN.match(tex, at)
        if token:
            found.append(token[0])
        at = token.end() if token else at + 1
    return found


def _closing(tex, at):
    """Where the brace that was opened before `at` closes."""
    depth = 1
    while depth:
        if tex[at] == "\\":
            at += 1
        elif tex[at] in "{}":
            depth += 1 if tex[at] == "{" else -1
        at += 1
    return at - 1


def _arrow(size, ink):
    """What is on the right becomes what is on the left."""
    lift, wing = size * 0.27, size * 0.2

    def draw(x, y):
        y -= lift
        tip, end = x + 1, x + size
        return [Path(line_through([(tip, y), (end, y)]), ink, 1.1), Path(line_through([(tip + wing, y - wing), (tip, y), (tip + wing, y + wing)]), ink, 1.1)]

    return _Box(size, size * 0.5, 0, draw)


def _beside(boxes, gap=0):
    """Boxes on one baseline."""

    def draw(x, y):
        items = []
        for box in boxes:
            items += box.draw(x, y)
            x += box.width + gap
        return items

    width = sum(b.width for b in boxes) + gap * max(len(boxes) - 1, 0)
    return _Box(width, max((b.up for b in boxes), default=0), max((b.down for b in boxes), default=0), draw)


def _padded(box, room):
    return _Box(box.width + 2 * room, box.up, box.down, lambda x, y: box.draw(x + room, y))


def _scripted(base, sign, script, size):
    lift = base.up - size * 0.3 if sign == "^" else -(base.down + size * 0.02)
    up, down = max(base.up, script.up + lift), max(base.down, script.down - lift)
    return _Box(base.width + script.width + 1, up, down, lambda x, y: base.draw(x, y) + script.draw(x + base.width + 0.5, y - lift))


def _fraction(above, below, size, ink):
    axis, room = size * 0.27, size * 0.2
    width = max(above.width, below.width) + size * 0.4

    def draw(x, y):
        middle = y - axis
        rule = Path(line_through([(x + 1, middle), (x + width - 1, middle)]), ink, 1)
        top = above.draw(x + (width - above.width) / 2, middle - room - above.down)
        return [rule, *top, *below.draw(x + (width - below.width) / 2, middle + room + below.up)]

    return _Box(width, axis + room + above.down + above.up, room + below.up + below.down - axis, draw)


def _barred(inner, size, ink):
    height = inner.up + size * 0.06 if inner.width > size else size * 0.66

    def draw(x, y):
        return [*inner.draw(x, y), Path(line_through([(x + 0.5, y - height), (x + inner.width - 1, y - height)]), ink, 1.1)]

    return _Box(inner.width, max(inner.up, height + 2), inner.down, draw)


def _root(inner, size, ink):
    lead, top = size * 0.62, inner.up + size * 0.14

    def draw(x, y):
        hook = [(x + 1, y - size * 0.3), (x + lead * 0.4, y + inner.down), (x + lead * 0.85, y - top), (x + lead + inner.width + 2, y - top)]
        return [Path(line_through(hook), ink, 1.1), *inner.draw(x + lead, y)]

    return _Box(lead + inner.width + 3, top + 2, inner.down, draw)


def _fenced(opening, inner, closing, size, ink):
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

    return _Box(inner.width + 2 * wide, inner.up + 1, inner.down + 1, draw)


def _piled(rows, size, ink):
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
    return _Box(width, up, total - up, draw)
