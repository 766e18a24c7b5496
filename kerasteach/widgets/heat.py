"""Heat maps: a table of numbers as coloured cells, with its scale beside it.

Up to 400 cells are shapes, each with its number for a pointer over it; more become one small raster.
"""

import numpy as np

from kerasteach.widgets.palette import FRAME, INK, PLAIN, SOFT, signed, text_on, viridis
from kerasteach.widgets.scene import Group, Pixels, Polygon, Rect, Text, cut, text_width
from kerasteach.widgets.words import number

MOST_SHAPES = 400
MISSING = "#c9ced6"  # what is no number, nan, has a grey cell


def heat(values, box, scale="signed", limit=None, names=(), rows=(), columns=(), numbers=False, digits=3):
    """Draws a table of numbers as coloured cells.

    Args:
        values: Array `(rows, columns)`.
        box: Where it goes, `(x, y, width, height)`; names stand outside.
        scale: `"signed"` has its middle at zero, `"viridis"` runs from the smallest to the largest number.
        limit: The end of a signed scale, or the two ends of Viridis; from the values by default.
        names: What the two axes are: written above (columns) and on the left (rows), as `("height", "width")`.
        rows: A text for each row, on the left.
        columns: A text for each column, below.
        numbers: Whether each cell has its number in it.
        digits: How many significant digits these numbers have.

    Returns:
        A list of shapes.

    Example:

    >>> [type(shape).__name__ for shape in heat(np.eye(2), (0, 0, 20, 20))]
    ['Group', 'Group', 'Group', 'Group', 'Rect']
    """
    values = np.asarray(values, "float64")
    x, y, width, height = box
    colours = colours_of(values, scale, limit)
    count, across = values.shape
    wide, high = (width / across if across else 0), (height / count if count else 0)
    items = []
    texts = [[number(v, digits) for v in row] for row in values] if values.size <= MOST_SHAPES or numbers else []
    size = min([12, high * 0.6, *(12 * (wide - 4) / text_width(text, 12) for row in texts for text in row)])  # one for all
    if not values.size:
        return [Rect(x, y, width, height, 0, "", FRAME)]
    if texts:
        for i, j in np.ndindex(values.shape):
            fill = "#" + bytes(colours[i, j]).hex()
            cell = [Rect(x + j * wide, y + i * high, wide, high, 0, fill)]
            if numbers:
                cell.append(Text(x + (j + 0.5) * wide, y + (i + 0.5) * high + size * 0.36, texts[i][j], size, text_on(fill)))
            items.append(Group(tuple(cell), f"{_at(rows, i)}, {_at(columns, j)}: {texts[i][j]}", "cell"))
    else:
        items.append(Pixels(x, y, width, height, colours))
    items.append(Rect(x, y, width, height, 0, "", FRAME))
    for i, text in enumerate(rows):
        items.append(Text(x - 6, y + (i + 0.5) * high + 4, str(text), 11, SOFT, "end"))
    for j, text in enumerate(columns):
        items.append(Text(x + (j + 0.5) * wide, y + height + 15, cut(str(text), 11, max(wide, 12)), 11, SOFT))
    if len(names) == 2:
        items += _names(*names, x, y - 7)
    return items


def _names(down, along, x, y):
    """What the axes are, above the corner: the name of the rows and an arrow down, that of the columns and one along."""
    middle = x + text_width(along, 11) + 4
    return [
        Text(x - 10, y, down, 11, SOFT, "end"),
        Polygon(((x - 7, y - 6), (x - 1, y - 6), (x - 4, y)), SOFT),
        Text(x + 3, y, along, 11, SOFT, "start"),
        Polygon(((middle + 3, y - 7), (middle + 9, y - 4), (middle + 3, y - 1)), SOFT),
    ]


def colorbar(box, scale="signed", limit=1.0, label=""):
    """The scale of a heat map: a strip with both ends and, where there is one, its zero written beside it.

    Args:
        box: Where the strip goes; numbers stand below it if it lies, on its right if it stands.
        limit: As for `heat`; not None.
        label: What the numbers are.
    """
    x, y, width, height = box
    low, high = ends_of(scale, limit)
    lying = width > height
    amounts = np.linspace(low, high, 64)
    strip = colours_of(amounts[None] if lying else amounts[::-1, None], scale, limit)
    items = [Pixels(x, y, width, height, strip), Rect(x, y, width, height, 0, "", PLAIN)]
    for value in sorted({low, high, *([0.0] if scale == "signed" else [])}):
        part = (value - low) / (high - low) if high > low else 0.5
        text = number(value, 3)
        if lying:
            items.append(Text(x + part * width, y + height + 14, text, 11, SOFT))
        else:
            items.append(Text(x + width + 6, y + (1 - part) * height + 4, text, 11, SOFT, "start"))
    if label:
        items.append(Text(x, y - 7, label, 11, INK, "start"))
    return items


def ends_of(scale, limit):
    """The two ends of a scale."""
    if scale == "signed":
        return -abs(float(limit)), abs(float(limit))
    return tuple(map(float, limit)) if np.ndim(limit) else (0.0, float(limit))


def limit_of(values, scale):
    """What `heat` takes for the end of a scale: the largest amount, or smallest and largest number."""
    values = np.asarray(values, "float64")
    finite = values[np.isfinite(values)]
    if scale == "signed":
        return float(np.abs(finite).max(initial=0.0))
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)


def colours_of(values, scale="signed", limit=None):
    """The colours of numbers as an array `(..., 3)` of whole numbers from 0 to 255.

    >>> colours_of([[0.0, float("nan")]]).tolist()
    [[[247, 247, 247], [201, 206, 214]]]
    """
    if scale not in ("signed", "viridis"):
        raise ValueError(f'Expected scale "signed" (zero in the middle) or "viridis". Received: scale={scale!r}.')
    values = np.asarray(values, "float64")
    limit = limit_of(values, scale) if limit is None else limit
    low, high = ends_of(scale, limit)
    part = (values - low) / (high - low) if high > low else np.full(values.shape, 0.5)
    step = np.nan_to_num(np.clip(np.where(np.isfinite(values), part, values), 0, 1) * 256, nan=257).round().astype(int)
    step = np.where(np.isnan(values), 257, step)
    return _table(scale)[step]


def _table(scale):
    """The 257 colours of a scale and, last, that of nan; an odd number, so that zero has one of its own."""
    if scale not in _TABLES:
        pick = viridis if scale == "viridis" else lambda part: signed(2 * part - 1, 1)
        hexes = [pick(n / 256) for n in range(257)] + [MISSING]
        _TABLES[scale] = np.array([list(bytes.fromhex(h[1:])) for h in hexes], "uint8")
    return _TABLES[scale]


_TABLES = {}


def _at(names, index):
    return str(names[index]) if len(names) else f"[{index}]"
