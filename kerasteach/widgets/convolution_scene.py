"""The drawing of a convolution: input with its window, output with its cell, the arithmetic between, and all maps."""

from dataclasses import dataclass

import numpy as np

from kerasteach.explain.arrays import shrunk
from kerasteach.widgets.heat import colorbar, colours_of, heat, limit_of
from kerasteach.widgets.images import fitted, image_colours
from kerasteach.widgets.palette import ACCENT, FRAME, GRID, INK, ON_DARK, PLAIN, SOFT
from kerasteach.widgets.plots import Box, card
from kerasteach.widgets.scene import Group, Path, Pixels, Rect, Text, cut, line_through
from kerasteach.widgets.words import number

WIDTH, SIDE, TOP = 880, 248, 84
LEFT, MIDDLE, RIGHT, GRID_WIDTH = 28, 336, 656, 196  # where input, output and maps begin
MOST_MAPS = 64
FINEST = 160  # rows and columns drawn; of a larger picture blocks are


@dataclass(frozen=True)
class Places:
    """Where things lie in the picture: the input with its border, the output, each map."""

    input: Box
    output: Box
    maps: tuple
    bottom: float  # of the two pictures above


def places(found):
    """Where input, output and maps of a `Sliding` lie; the same for drawing and for pointing."""
    (top, bottom), (left, right) = found.windows.pads
    high, wide, depth = found.input.shape
    rows, columns, filters = found.output.shape
    if found.is_line:  # channels run down, the line along
        boxes = [Box(x, TOP, wide, min(SIDE, 24 * n)) for x, wide, n in ((LEFT, 272, depth), (MIDDLE, 272, filters))]
    else:
        boxes = [
            Box(*fitted(high + top + bottom, wide + left + right, LEFT, TOP, 272, SIDE)),
            Box(*fitted(rows, columns, MIDDLE, TOP, 250, SIDE)),
        ]
    return Places(*boxes, () if found.is_line else _grid(min(filters, MOST_MAPS)), max(box.y + box.height for box in boxes))


def _grid(count):
    """Boxes for so many maps, as large as they can be."""
    across = next(n for n in range(3, 10) if n * (SIDE // (GRID_WIDTH // n + 13)) >= count or n == 9)
    side = GRID_WIDTH // across - 8
    return tuple(Box(RIGHT + n % across * (side + 8), TOP + n // across * (side + 21), side, side) for n in range(count))


def under(found, x, y):
    """What lies at a place: `("cell", row, column)`, `("channel", n)`, `("filter", n)` or None; on the input the cell whose window is there."""
    where = places(found)
    for n, box in enumerate(where.maps):
        if _in(box, x, y):
            return "filter", n
    rows, columns, filters = found.output.shape
    if _in(where.output, x, y):
        down, along = _index(where.output, x, y, filters if found.is_line else rows, columns)
        return ("line", down, along) if found.is_line else ("cell", down, along)
    if _in(where.input, x, y):
        (top, bottom), (left, right) = found.windows.pads
        high, wide = found.input.shape[:2]
        along = (x - where.input.x) / where.input.width * (wide + left + right)
        down = (y - where.input.y) / where.input.height * (high + top + bottom)
        places_ = [
            int(np.clip(round((at - 0.5 - (k - 1) * d / 2) / s), 0, n - 1))
            for at, k, d, s, n in zip((down, along), found.windows.window, found.windows.dilation, found.windows.strides, (rows, columns))
        ]
        return "cell", 0 if found.is_line else places_[0], places_[1]
    return None


def _in(box, x, y):
    return box.x <= x < box.x + box.width and box.y <= y < box.y + box.height


def _index(box, x, y, rows, columns):
    return int((y - box.y) / box.height * rows), int((x - box.x) / box.width * columns)


def cell_scene(found, cell, channel, desc):
    """One cell of the output, from the input to the number."""
    where = places(found)
    maps_end = max((box.y + box.height + 14 for box in where.maps), default=0)
    top = max(where.bottom + 56, maps_end + 36)
    made, bottom = _arithmetic(found, cell, channel, top)
    items = [
        Text(LEFT, 36, title_of(found), 14, INK, "start", bold=True),
        *_input(found, cell, cell.channels[channel], where.input),
        *_output(found, cell, where.output),
        *_maps(found, cell.channel, where.maps),
        *made,
    ]
    return card(WIDTH, bottom + 26, items, f"Convolution {found.name}", desc)


def title_of(found):
    """What the layer does, in a line."""
    layer, w = found.layer, found.windows
    size = "×".join(str(n) for n in w.window[found.is_line :])
    said = [f'{type(layer).__name__} "{found.name}": {"window" if found.is_pooling else "kernel"} {size}']
    for word, values in (("stride", w.strides), ("dilation", w.dilation)):
        values = values[found.is_line :]
        if max(values) > 1:
            said.append(f"{word} {'×'.join(map(str, values)) if len(set(values)) > 1 else values[0]}")
    said.append(f"{layer.padding} padding")
    said += [found.activation] * (not found.is_pooling and found.activation != "linear")
    said += ["channels first"] * (layer.data_format == "channels_first")
    return ", ".join(said)


def _input(found, cell, channel, box):
    """The input with its border, and the window on it."""
    (top, bottom), (left, right) = found.windows.pads
    high, wide, depth = found.input.shape
    if found.is_line:
        image, top, bottom, high = found.input[0].T, 0, 0, depth  # (channels, length)
        shown = f"input: {depth} channels, one below the other"
    else:
        image = found.input[..., channel]
        shown = "input" + (f", channel {channel} of {depth}" if depth > 1 else "")
    unit, tall = box.width / (wide + left + right), box.height / (high + top + bottom)
    inner = Box(box.x + left * unit, box.y + top * tall, wide * unit, high * tall)
    items = [Text(box.x, box.y - 12, shown, 12, INK, "start")]
    if top + bottom + left + right:
        items += [Rect(*box, 0, GRID, PLAIN, 1, (3, 3))]
    image, _ = shrunk(image, FINEST)
    grey = not found.is_line and depth in (1, 3) and image.min() >= 0
    colours = image_colours(image, _limits(found)) if grey else colours_of(image, "signed" if image.min() < 0 else "viridis")
    items += [Pixels(*inner, colours), Rect(*inner, 0, "", FRAME)]
    if top + bottom + left + right:
        items.append(Text(box.x, box.y + box.height + 16, "dashed: the border, which counts as 0" if not found.is_pooling else "dashed: the border, which does not count", 11, SOFT, "start"))
    taps = [(0 if found.is_line else r + top, c + left) for r in cell.rows for c in cell.columns]
    spread = max(found.windows.dilation) > 1
    for r, c in taps if spread else taps[:1]:
        across, down = (1, 1) if spread else (len(cell.columns), len(cell.rows))
        down = depth if found.is_line else down
        items.append(_ring(box.x + c * unit, box.y + r * tall, across * unit, down * tall))
    return items


def _limits(found):
    """The same black and white for every channel of the input."""
    high = float(found.input.max(initial=0))
    return (0.0, 1.0) if high <= 1 else (0.0, 255.0) if 16 < high <= 255 else (0.0, high)


def _ring(x, y, width, height):
    """An outline that shows on dark and light alike."""
    return Group((Rect(x, y, width, height, 1, "", ON_DARK, 4), Rect(x, y, width, height, 1, "", ACCENT, 2.2)), "", "ring")


def _output(found, cell, box):
    """The map of the chosen filter, or all channels of a line, and the cell on it."""
    _, columns, filters = found.output.shape
    image = found.output[0].T if found.is_line else found.output[..., cell.channel]
    scale = scale_of(image)
    down = cell.channel if found.is_line else cell.row
    unit, tall = box.width / columns, box.height / len(image)
    shown = f"output: {filters} channels" if found.is_line else f"output, map {cell.channel} of {filters}"
    items = [Text(box.x, box.y - 12, shown, 12, INK, "start")]
    items += [Pixels(*box, colours_of(shrunk(image, FINEST)[0], scale)), Rect(*box, 0, "", FRAME)]
    items.append(_ring(box.x + cell.column * unit, box.y + down * tall, unit, tall))
    items += colorbar((box.x + box.width + 14, box.y, 10, max(box.height, 40)), scale, limit_of(image, scale)) if not found.is_line else []
    return items


def scale_of(values):
    """Signed where there are numbers below zero, Viridis for amounts.

    >>> scale_of(np.array([-1.0, 2.0])), scale_of(np.array([0.0, 2.0]))
    ('signed', 'viridis')
    """
    return "signed" if np.nanmin(values, initial=0) < 0 else "viridis"


def _arithmetic(found, cell, channel, top):
    """Patch times kernel is products; then sum, bias and activation in words. Returns the shapes and where they end."""
    rows, columns = len(cell.rows), len(cell.columns)
    size = min(46, 170 / columns, 150 / rows)
    wide, tall = size * columns, size * rows
    x, y = LEFT, top + 40
    parts = [("window", cell.patch[..., channel])]
    if cell.kernel is not None:
        parts += [("kernel", cell.kernel[..., channel]), ("products", cell.products[..., channel])]
    told = "How the cell is made" + (f": channel {cell.channels[channel]}" if len(cell.channels) > 1 else "")
    items = [Text(LEFT, top, told, 13, INK, "start", bold=True)]
    for n, (name, values) in enumerate(parts):
        if n:
            items.append(Text(x + 17, y + tall / 2 + 7, "×="[n - 1], 20, INK))
            x += 34
        items += heat(values, (x, y, wide, tall), scale_of(values), numbers=size >= 24, digits=3 if columns < 5 else 2)
        items.append(Text(x, y - 9, name, 12, INK, "start"))
        if name != "kernel":
            border = np.argwhere(~cell.inside)
            items += [Rect(x + j * size + 2, y + i * size + 2, size - 4, size - 4, 0, "", PLAIN, 1, (3, 3)) for i, j in border]
        if found.kind == "max":
            i, j = np.argwhere(cell.products[..., channel] == cell.total)[0] if cell.total else np.argwhere(cell.inside)[0]
            items.append(_ring(x + j * size, y + i * size, size, size))
        x += wide
    lines = _sums(found, cell, channel)
    x, end = x + 40, min(WIDTH - LEFT, x + 370)
    first = y + max(13, (tall - 22 * len(lines)) / 2 + 15)
    for n, (what, value) in enumerate(lines):
        last, line = n == len(lines) - 1, first + n * 22
        if last:
            items.append(Path(line_through([(x, line - 16), (end, line - 16)]), PLAIN, 1))
        items.append(Text(x, line, what, 13, INK, "start", bold=last))
        items.append(Text(end, line, number(value), 13, INK, "end", bold=last))
    return items, max(y + tall, first + (len(lines) - 1) * 22)


def _sums(found, cell, channel):
    """What is added up, and what becomes of it: `(what, number)`."""
    if found.is_pooling:
        return [(f"{'the largest' if found.kind == 'max' else 'the mean'} of {int(cell.inside.sum())} numbers", cell.value)]
    sums = cell.products.sum(axis=(0, 1))  # (channels,)
    shown = _around(channel, len(sums), 4)
    rest = [c for c in range(len(sums)) if c not in shown]
    lines = [(f"products of channel {cell.channels[c]}" if len(sums) > 1 else "products, added up", float(sums[c])) for c in shown]
    lines += [(f"of {len(rest)} other channel{'s' * (len(rest) > 1)}", float(sums[rest].sum()))] * bool(rest)
    lines.append(("+ bias", cell.bias))
    if found.activation == "linear":
        return [*lines, ("= the cell", cell.value)]
    return [*lines, ("= sum", cell.total + cell.bias), (f"{found.activation} of the sum = the cell", cell.value)]


def _around(chosen, count, most):
    """A few numbers among which is the chosen one.

    >>> _around(7, 9, 4), _around(1, 3, 4)
    ([5, 6, 7, 8], [0, 1, 2])
    """
    first = min(max(0, chosen - most // 2), max(0, count - most))
    return list(range(first, min(first + most, count)))


def _maps(found, chosen, boxes):
    """The map of every filter, small; the chosen one ringed."""
    if not boxes:
        return []
    filters, scale = found.output.shape[2], scale_of(found.output)
    limit = limit_of(found.output, scale)
    told = f"all {filters} maps, on one scale" if filters <= len(boxes) else f"{len(boxes)} of {filters} maps, on one scale"
    items = [Text(RIGHT, TOP - 12, told, 12, INK, "start")]
    for n, box in enumerate(boxes):
        image = found.output[..., n]
        inner = Box(*fitted(*image.shape, *box))
        items.append(Pixels(*inner, colours_of(shrunk(image, int(2 * box.width))[0], scale, limit)))
        items.append(_ring(*inner) if n == chosen else Rect(*inner, 0, "", FRAME))
        if box.width > 18:
            items.append(Text(inner.x, inner.y + inner.height + 12, f"{n}", 10, ACCENT if n == chosen else SOFT, "start", bold=n == chosen))
    return items


def saliency_scene(found, slopes, image, salient, cam, desc):
    """The input, how much the score depends on each place, and Grad-CAM."""
    side, y, height = 250, 104, 0
    items = [
        Text(LEFT, 36, f"What the score of unit {slopes.target} looks at", 14, INK, "start", bold=True),
        Text(LEFT, 57, f"score {number(slopes.score)}, before a softmax or sigmoid at the end of the model", 12, SOFT, "start"),
    ]
    parts = (("input", image), ("size of the input's gradient", salient), (f"Grad-CAM on layer {found.name}", cam))
    for n, (name, values) in enumerate(parts):
        x = LEFT + n * (side + 37)
        box = Box(x, y, side, 60) if len(values) == 1 else Box(*fitted(*values.shape[:2], x, y, side, side))
        height = max(height, box.height)
        items.append(Text(x, y - 12, cut(name, 12, side + 30), 12, INK, "start"))
        if n:
            limit = 0.0, float(values.max()) or 1.0
            colours = colours_of(shrunk(values, FINEST)[0], "viridis", limit)
            items += colorbar((x, y + box.height + 14, box.width, 9), "viridis", limit)
        else:
            every = -(-max(values.shape[:2]) // FINEST)
            colours = image_colours(values[::every, ::every])
        items += [Pixels(*box, colours), Rect(*box, 0, "", FRAME)]
    return card(WIDTH, y + height + 56, items, f"What the score of unit {slopes.target} looks at", desc)
