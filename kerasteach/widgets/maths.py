"""Formulas in a picture: the LaTeX that `explain.formula` writes, set as shapes with fractions, bars and roots.

The reader is here; what it puts together is in `maths_pieces.py`.
"""

import re

from kerasteach.widgets.maths_pieces import (
    Piece,
    arrow,
    barred,
    beside,
    fenced,
    fraction,
    padded,
    piled,
    root,
    scripted,
)
from kerasteach.widgets.palette import INK
from kerasteach.widgets.scene import Text, text_width

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
    return [beside(row, 24) for row in lines + [row] * bool(row)]


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
                boxes.append(scripted(base, sign, box, self.size))
                continue
            between = sign in _BETWEEN and sign != "," and boxes and (not signs or signs[-1] not in _BETWEEN)
            boxes.append(padded(box, self.size * 0.28) if between else box)
            signs.append(sign)
        return beside(boxes)

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
            return arrow(self.size, self.ink), "←"
        if name in _SIGNS:
            return self._sign(_SIGNS[name]), _SIGNS[name]
        if name in _SPACES:
            return Piece(_SPACES[name] * self.size, 0, 0, lambda x, y: []), name
        return self._command(name), name

    def _command(self, name):
        if name == "frac":
            return fraction(self._argument(), self._argument(), self.size, self.ink)
        if name == "bar":
            return barred(self._argument(), self.size, self.ink)
        if name == "sqrt":
            return root(self._argument(), self.size, self.ink)
        if name == "left":
            opening = self._next()
            inner = self.row("\\right")
            self._next()
            return fenced(opening, inner, self._next(), self.size, self.ink)
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
                return piled(rows, self.size, self.ink)

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
        return Piece(text_width(text, size) / 1.04, size * 0.74, size * 0.24, lambda x, y: [Text(x, y, text, size, ink, "start")] * bool(text.strip()))


    def _sign(self, sign):
        size, ink = self.size, self.ink
        wide = text_width(_PLAIN.get(sign, sign), size) / 1.04
        return Piece(wide, size * 0.74, size * 0.24, lambda x, y: [Text(x + wide / 2, y, sign, size, ink)])


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
