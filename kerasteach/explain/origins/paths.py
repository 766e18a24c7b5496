"""A gradient by the paths of the chain rule: from the loss to one number, the slopes along the way multiplied."""

import heapq
import itertools
from dataclasses import dataclass

from .made import Cell
from .written import number


@dataclass(frozen=True)
class Path:
    """One way from the loss to a number.

    Attributes:
        cells: gradients met on the way, from the loss's own to the one asked for.
        slopes: what each step multiplies with; their product is what the path adds to the gradient.
    """

    cells: tuple
    slopes: tuple

    @property
    def product(self):
        """What the path adds to the gradient."""
        total = 1.0
        for slope in self.slopes:
            total *= slope.number if isinstance(slope, Cell) else slope
        return total

    def __repr__(self):
        way = " → ".join(_of(cell) for cell in self.cells)
        slopes = [number(s.number if isinstance(s, Cell) else float(s)) for s in self.slopes]
        factors = "*".join(f"({s})" if s.startswith("-") else s for s in slopes if s != "1.0") or "1.0"
        return f"{number(self.product)} = {factors}   {way}"


def paths(cell, made, most=8, steps=200):
    """Return the paths that add most to a gradient, largest first.

    Args:
        cell: a cell of a gradient.
        made: function(cell) -> how it was made.
        most: how many paths to return at most.
        steps: how many steps to try at most.
    """
    found, order = [], itertools.count()
    heap = [(-abs(cell.number), next(order), (cell,), ())]
    while heap and len(found) < most and steps:
        _, _, cells, slopes = heapq.heappop(heap)
        steps -= 1
        how = made(cells[-1])
        if how.kind != "sum" and not (how.kind == "call" and how.op == "add"):
            found.append(Path(cells[::-1], slopes[::-1]))
            continue
        terms = how.parts if how.kind == "sum" else [(part,) for part in how.parts]
        weight = 1.0
        for slope in slopes:
            weight *= slope.number if isinstance(slope, Cell) else slope
        for source, *slope in terms:
            way = (*slopes, *slope) if how.kind == "call" else (*slopes, slope[0] if slope else 1.0)
            worth = weight * source.number * (1.0 if not slope else slope[0].number if isinstance(slope[0], Cell) else slope[0])
            if worth:
                heapq.heappush(heap, (-abs(worth), next(order), (*cells, source), way))
    return found


def _of(cell):
    """The tensor that a gradient is for, and the place in it."""
    value = cell.value.of or cell.value
    return Cell(value, cell.index).name if value.shape else value.name
