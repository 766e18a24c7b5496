"""Lines of equal height on a grid of numbers (marching squares), and heights as colours."""

import math

import numpy as np

from kerasteach.widgets.curves import ticks

# Which sides of a square a line crosses, by which of its corners are above: 1 low left, 2 low right, 4 high right, 8 high
# left. Sides: 0 bottom, 1 right, 2 top, 3 left. A saddle (5, 10) is two lines.
_SIDES = {
    1: ((3, 0),), 2: ((0, 1),), 3: ((3, 1),), 4: ((1, 2),), 5: ((3, 2), (0, 1)), 6: ((0, 2),), 7: ((3, 2),),
    8: ((2, 3),), 9: ((2, 0),), 10: ((3, 0), (2, 1)), 11: ((2, 1),), 12: ((1, 3),), 13: ((1, 0),), 14: ((0, 3),),
}  # fmt: skip
MOST_LEVELS = 12


def contour(xs, ys, heights, level):
    """The lines on which the height is `level`.

    Args:
        xs: places of the columns, `(columns,)`.
        ys: places of the rows, `(rows,)`.
        heights: `(rows, columns)`; squares with a height that is not finite are left out.
        level: a number.

    Returns:
        A list of lines, each a list of points `(x, y)`; a closed one ends where it begins.

    Example:

    >>> contour([0, 1, 2], [0, 1], [[0, 1, 1], [0, 1, 0]], 0.5)
    [[(0.5, 0.0), (0.5, 1.0)], [(1.5, 1.0), (2.0, 0.5)]]
    """
    xs, ys, z = (np.asarray(a, "float64") for a in (xs, ys, heights))
    corners = np.stack([z[:-1, :-1], z[:-1, 1:], z[1:, 1:], z[1:, :-1]])  # (4, rows - 1, columns - 1)
    kind = ((corners >= level) * np.array([1, 2, 4, 8])[:, None, None]).sum(axis=0)
    kind[~np.isfinite(corners).all(axis=0)] = 0
    pieces = []
    for case, lines in _SIDES.items():
        i, j = np.nonzero(kind == case)
        if len(i):
            crossed = [_crossing(side, i, j, xs, ys, z, level) for side in range(4)]
            pieces += [np.stack([crossed[a], crossed[b]], axis=1) for a, b in lines]  # each (squares, 2, 2)
    return _joined(np.concatenate(pieces).tolist()) if pieces else []


def _joined(pieces):
    """Pieces from one point to another, put together to lines as long as they go."""
    pieces = [(tuple(a), tuple(b)) for a, b in pieces]
    at = {}  # point -> the pieces that end there
    for n, piece in enumerate(pieces):
        for point in piece:
            at.setdefault(point, []).append(n)
    free = [True] * len(pieces)

    def follow(line):
        while True:
            onward = next((n for n in at[line[-1]] if free[n]), None)
            if onward is None:
                return line
            free[onward] = False
            a, b = pieces[onward]
            line.append(b if a == line[-1] else a)

    lines = []
    for n, (a, b) in enumerate(pieces):
        if free[n]:
            free[n] = False
            lines.append(follow(follow([a, b])[::-1]))
    return [line if line[0] <= line[-1] else line[::-1] for line in lines]


def _crossing(side, i, j, xs, ys, z, level):
    """Where the line crosses one side of each square, `(squares, 2)`."""
    (i1, j1), (i2, j2) = {
        0: ((i, j), (i, j + 1)), 1: ((i, j + 1), (i + 1, j + 1)), 2: ((i + 1, j), (i + 1, j + 1)), 3: ((i, j), (i + 1, j)),
    }[side]  # fmt: skip
    a, b = z[i1, j1], z[i2, j2]
    with np.errstate(all="ignore"):
        part = np.where(a == b, 0.5, (level - a) / (b - a))
    return np.stack([xs[j1] + part * (xs[j2] - xs[j1]), ys[i1] + part * (ys[i2] - ys[i1])], axis=1)


class Heights:
    """How heights become amounts from 0 to 1 for a colour, and which of them are round.

    Where a few heights tower over the rest, as on the walls of a valley, the scale is logarithmic.

    Args:
        heights: numbers; those that are not finite do not count.

    Attributes:
        low, high: the ends of the scale.
        is_log: whether it is logarithmic.

    Example:

    >>> scale = Heights([0.1] * 99 + [1000.0])
    >>> scale.is_log, scale.amount(10.0), scale.levels()
    (True, 0.5, [0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0])
    """

    def __init__(self, heights):
        found = np.asarray(heights, "float64")
        found = found[np.isfinite(found)]
        low, middle, high = (np.min(found), np.median(found), np.max(found)) if found.size else (0.0, 0.5, 1.0)
        self.is_log = bool(low >= 0 and high - low > 6 * (middle - low) and high > 0)
        if self.is_log:
            low = max(low, float(np.quantile(found, 0.01)), high * 1e-5)
        self.low, self.high = float(low), float(high if high > low else low + 1)

    def amount(self, heights):
        """Where heights lie on the scale."""
        low, high = self._along(self.low), self._along(self.high)
        part = (self._along(np.asarray(heights, "float64")) - low) / (high - low)
        return round(float(part), 12) if np.ndim(part) == 0 else part

    def levels(self):
        """Round heights between the ends, for lines and for numbers beside the scale."""
        if not self.is_log or self.high < 3 * self.low:
            return [v for v in ticks(self.low, self.high, 14) if self.low < v < self.high]
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        for steps in ((1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,)):
            found = [float(f"{s}e{e}") for e in range(first, last + 1) for s in steps]
            found = [v for v in found if self.low < v < self.high]
            if len(found) <= MOST_LEVELS:
                break
        return found

    def _along(self, heights):
        return np.log10(np.maximum(heights, self.low)) if self.is_log else heights


def finer(values, size):
    """Heights at the crossings of a grid as the colours of so many cells each way, straight between the crossings.

    >>> finer(np.array([[0.0, 4.0]] * 2), 4).tolist()[0]
    [0.5, 1.5, 2.5, 3.5]
    """
    for axis, count in enumerate(values.shape):
        at = (np.arange(size) + 0.5) / size * (count - 1)
        low = np.minimum(at.astype(int), count - 2)
        part = (at - low).reshape((-1, 1) if axis == 0 else (1, -1))
        values = np.take(values, low, axis) * (1 - part) + np.take(values, low + 1, axis) * part
    return values
