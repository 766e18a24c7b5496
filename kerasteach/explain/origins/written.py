"""Writes how a number was made, one level deeper at a time: `0.731 = sigmoid(1.0) = sigmoid(0.5*1.2 + 0.4)`."""

import numpy as np

from .made import Cell, how

_INFIX = {"add": (" + ", 1), "subtract": (" - ", 1), "multiply": ("*", 2), "divide": (" / ", 2), "power": ("**", 3)}
_LISTED = 6  # terms of a sum that are written; of a longer one the first


def number(x):
    """A number in four digits that shows it is no whole one by type.

    >>> number(1.0), number(0.73105857), number(3)
    ('1.0', '0.7311', '3')
    """
    if not isinstance(x, float):
        return str(x)
    text = f"{x + 0.0:.4g}"  # no minus zero
    return text if any(c in text for c in ".en") else text + ".0"


class Writer:
    """Writes cells down to a depth, and notes which numbers it has ended with.

    Attributes:
        ends: dict of cell -> its number as text, of cells written as a number.
        is_whole: whether everything was written down to what is given.
    """

    def __init__(self, known=None):
        self.known = {} if known is None else known  # cells that were asked before
        self.ends, self.is_whole = {}, True

    def made(self, cell):
        """How a cell was made; asked once."""
        if cell not in self.known:
            self.known[cell] = how(cell)
        return self.known[cell]

    def write(self, x, depth):
        """Return (text, how tightly it holds together) of a cell or number, so many events deep."""
        if not isinstance(x, Cell):
            text = number(x)
            return text, 9 if not text.startswith("-") else 0
        made = self.made(x)
        while made.kind == "same":
            x, made = made.parts[0], self.made(made.parts[0])
        if made.kind == "given" or depth == 0:
            text = self.ends[x] = number(x.number)
            self.is_whole &= made.kind == "given"
            return text, 9 if not text.startswith("-") else 0
        if made.kind == "sum":
            return self._sum(made, depth - 1)
        if made.op in _INFIX and len(made.parts) == 2:
            sign, level = _INFIX[made.op]
            left, own = self.write(made.parts[0], depth - 1)
            left = left if own >= level or own == 0 == level - 1 else f"({left})"  # a sign may stand in front of a sum
            return left + sign + self._tight(made.parts[1], depth - 1, level + (made.op in ("subtract", "divide"))), level
        return self._call(x, made, depth - 1)

    def _tight(self, x, depth, level):
        text, own = self.write(x, depth)
        return text if own >= level else f"({text})"

    def _sum(self, made, depth):
        terms = [self._term(term, depth) for term in made.parts[:_LISTED]]
        more = len(made.parts) - len(terms) + made.left_out
        if more:
            rest = made.rest + sum(_product(t) for t in made.parts[_LISTED:])
            terms.append(f"… {more} more ({number(float(rest))})")
            self.is_whole = False
        text = terms[0] if terms else "0.0"
        for term in terms[1:]:
            text += f" - {term[1:]}" if term.startswith("-") else f" + {term}"
        if made.divisor > 1:
            return (f"({text}) / {made.divisor}", 2) if len(terms) > 1 else (f"{text} / {made.divisor}", 2)
        if len(terms) > 1:
            return text, 1
        return text, 0 if text.startswith("-") else 2 if made.parts and len(made.parts[0]) > 1 else 9

    def _term(self, factors, depth):
        """A product; a first factor needs no parentheses for its sign."""
        (first, own), *others = [self.write(f, depth) for f in factors]
        texts = [first if own in (0, 2, 3, 9) else f"({first})", *[text if own >= 2 else f"({text})" for text, own in others]]
        return "*".join(texts)

    def _call(self, cell, made, depth):
        usual = _USUAL.get(made.op)
        found = usual and usual(self, cell, made, depth)
        if found:
            return found
        parts = [self.write(p, depth)[0] for p in made.parts[:_LISTED]]
        more = len(made.parts) - len(parts) + made.left_out
        return f"{made.op}({', '.join([*parts, *([f'… {more} more'] if more else [])])})", 9


def _square(writer, cell, made, depth):
    return f"{writer._tight(made.parts[0], depth, 4)}**2", 3


def _negative(writer, cell, made, depth):
    return f"-{writer._tight(made.parts[0], depth, 2)}", 0


def _absolute(writer, cell, made, depth):
    return f"|{writer.write(made.parts[0], depth)[0]}|", 9


def _softmax(writer, cell, made, depth):
    """As in the book; the rule takes the largest off first, which changes nothing but overflow."""
    row = [p for p in made.parts if isinstance(p, Cell)]
    own = next((p for p in row if p.index == cell.index), None)
    whole = sum(np.exp(p.number) for p in row)
    if own is None or made.left_out or len(row) > _LISTED or not _is(np.exp(own.number) / whole, cell):
        return None
    each = {p: f"exp({writer.write(p, depth)[0]})" for p in row}
    return f"{each[own]} / ({' + '.join(each.values())})", 2


def _sparse_crossentropy(writer, cell, made, depth):
    """Minus the logarithm of the right class's share."""
    row = [p for p in made.parts if isinstance(p, Cell) and len(p.index) == len(cell.index) + 1]
    target = next((p for p in made.parts if isinstance(p, Cell) and p.index == cell.index), None)
    right = next((p for p in row if target is not None and p.index[-1] == int(target.number)), None)
    if right is None or not _is(-np.log(right.number), cell):
        return None
    return f"-log({writer.write(right, depth)[0]})", 0


def _binary_crossentropy(writer, cell, made, depth):
    """Minus the logarithm of the probability of what was true."""
    if len(made.parts) != 2 or made.parts[0].number not in (0.0, 1.0):
        return None
    target, p = made.parts
    text = writer.write(p, depth)[0] if target.number else f"1 - {writer._tight(p, depth, 2)}"
    return (f"-log({text})", 0) if _is(-np.log(p.number if target.number else 1 - p.number), cell) else None


def _is(number, cell):
    return bool(np.isclose(number, cell.number, rtol=1e-5, atol=1e-7))


_USUAL = {  # how the books write it, where that is what came out
    "square": _square, "negative": _negative, "absolute": _absolute, "softmax": _softmax,
    "sparse_categorical_crossentropy_from_probabilities": _sparse_crossentropy,
    "binary_crossentropy_from_probabilities": _binary_crossentropy,
}  # fmt: skip


def _product(term):
    total = 1.0
    for factor in term:
        total *= factor.number if isinstance(factor, Cell) else factor
    return total
