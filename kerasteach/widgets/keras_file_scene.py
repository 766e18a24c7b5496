"""The picture of a `.keras` file: the plan on the left, the numbers on the right, a line from each layer to its arrays."""

import math

from kerasteach.widgets.palette import ACCENT, FRAME, INK, PAPER, PLAIN, SOFT, TINTS
from kerasteach.widgets.plots import card
from kerasteach.widgets.scene import (
    CODE,
    Group,
    Path,
    Rect,
    Text,
    curve_through,
    cut,
    line_through,
    text_width,
)
from kerasteach.widgets.words import count

WIDTH, TOP = 900, 104
_LEFT, _BOX, _RIGHT = 36, 250, 424  # where boxes begin, how wide they are, where arrays begin
_ROW, _HIGH = 62, 46
_MOST = 24  # layers drawn
_LARGEST, _SMALLEST = 40, 7  # sides of an array's field


def draw_file(found, chosen=None, desc=""):
    """Return (scene, `{layer: (top, bottom)}`).

    Args:
        found: an `explain.keras_file.Anatomy`.
        chosen: the name of the layer to ring.
    """
    shown = found.layers[:_MOST]
    unit = _unit([array for part in shown for array in part.arrays])
    items, rows, y = [], {}, TOP + 14
    for i, part in enumerate(shown):
        tint = TINTS["blue" if part.class_name == "InputLayer" else "amber"]
        if i and found.model.class_name == "Sequential":
            items.append(Path(line_through([(_LEFT + _BOX / 2, y - _ROW + _HIGH), (_LEFT + _BOX / 2, y)]), PLAIN, 1.5))
        items += _row(part, y, tint, TINTS["green"], unit, part.name == chosen)
        rows[part.name] = (y - 6, y + _HIGH + 6)
        y += _ROW
    if len(found.layers) > _MOST:
        items.append(Text(_LEFT, y + 12, f"and {count(len(found.layers) - _MOST, 'more layer')}", 12, SOFT, "start"))
        y += 26
    if found.optimizer:
        items.append(Path(line_through([(32, y - 2), (WIDTH - 32, y - 2)]), FRAME, 1, (4, 4)))
        items += _row(_compiled(found), y + 10, TINTS["violet"], TINTS["violet"], unit, False)
        y += _ROW + 10
    bottom = y + 4
    items = [*_heads(found, bottom), *items, *_share(found, bottom + 22)]
    return card(WIDTH, bottom + 66, items, f"What {found.title} holds", desc), rows


def _heads(found, bottom):
    """The archive's name and members, and the papers of its two large ones."""
    whole = sum(found.members.values())
    items = [Text(20, 30, found.title, 15, INK, "start", bold=True)]
    about = f"a zip archive of {count(len(found.members), 'member')}, {_bytes(whole)}"
    items.append(Text(30 + text_width(found.title, 15, True), 30, about, 12, SOFT, "start"))
    written = f"written by Keras {found.version}" if found.version else "who wrote it"
    items.append(Text(20, 54, "metadata.json", 12, INK, "start", code=True))
    items.append(Text(128, 54, written, 12, SOFT, "start"))
    others = [name for name in found.members if name.startswith("assets/")]
    if others:
        items.append(Text(WIDTH - 20, 54, f"assets/: {count(len(others), 'file')}", 12, SOFT, "end"))
    for x, width, name, what in ((20, 284, "config.json", "the plan"), (408, 472, "model.weights.h5", "the numbers")):
        items.append(Rect(x, 68, width, bottom - 68, 8, PAPER, FRAME, 1.5))
        items.append(Text(x + 12, 90, name, 12, INK, "start", code=True))
        size = f"{what}, {_bytes(found.members.get(name, 0))}"
        items.append(Text(x + width - 12, 90, size, 12, SOFT, "end"))
    return items


def _row(part, y, tint, field, unit, ringed):
    """One layer: its box, its line, its arrays."""
    fill, outline = tint
    items = [Rect(_LEFT, y, _BOX, _HIGH, 8, fill, ACCENT if ringed else outline, 3 if ringed else 1.5)]
    items.append(Text(_LEFT + 12, y + 20, cut(part.title, 13, _BOX - 24, True), 13, INK, "start", bold=True))
    items.append(Text(_LEFT + 12, y + 37, cut(_told(part), 11.5, _BOX - 24), 11.5, SOFT, "start"))
    middle = y + _HIGH / 2
    if not part.arrays:
        items.append(Text(_RIGHT, middle + 4, "no numbers", 11.5, SOFT, "start"))
        return [Group(tuple(items), part.title, part.name)]
    ways = curve_through([(_LEFT + _BOX, middle), (_RIGHT - 4, middle)], across=True)
    items.append(Path(ways, ACCENT if ringed else PLAIN, 2.5 if ringed else 1.5))
    items.append(Text(_RIGHT, y + 19, _cut_code(part.place, 12, 208), 12, INK, "start", code=True))
    shapes = ", ".join(str(array.shape) for array in part.arrays)
    items.append(Text(_RIGHT, y + 36, cut(f"{count(part.size, 'number')}: {shapes}", 11.5, 206), 11.5, SOFT, "start"))
    x = _RIGHT + 214
    for i, array in enumerate(part.arrays):
        wide, high = _sides(array.shape, unit)
        more = len(part.arrays) - i
        if x + wide > WIDTH - 36 - (40 if more > 1 else 0):
            items.append(Text(x + 2, middle + 4, f"+ {more}", 11.5, SOFT, "start"))
            break
        rect = Rect(x, middle - high / 2, wide, high, 1, field[0], field[1], 1.2)
        items.append(Group((rect,), f"{array.place} {array.shape}", "array"))
        x += wide + 5
    return [Group(tuple(items), part.title, part.name)]


def _cut_code(text, size, limit):
    """Code that fits, shortened in its middle."""
    most = int(limit / (CODE * size))
    half = (most - 1) // 2
    return text if len(text) <= most else f"{text[:half]}…{text[len(text) - half :]}"


def _compiled(found):
    """The optimizer as a row; the loss stands beside it."""
    part = found.optimizer
    settings = {"rate": part.settings["learning_rate"]} if isinstance(part.settings.get("learning_rate"), float) else {}
    settings |= {"loss": found.loss} if found.loss else {}
    return type(part)("", part.class_name, settings, part.group, part.arrays)


def _share(found, y):
    """How the numbers of the file are shared between model and optimizer, as a bar."""
    notes = found.optimizer.size if found.optimizer else 0
    whole = found.size + notes
    if not whole:
        return []
    width = (WIDTH - 40) * found.size / whole
    items = [Rect(20, y, width, 14, 3, *TINTS["green"])]
    items += [Rect(20 + width, y, WIDTH - 40 - width, 14, 3, *TINTS["violet"])] if notes else []
    words = f"{count(found.size, 'number')} of the model"
    items.append(Text(20, y + 30, words, 12, INK, "start"))
    if notes:
        items.append(Text(WIDTH - 20, y + 30, f"{count(notes, 'number')} of the optimizer", 12, INK, "end"))
    return items


def _told(part):
    """The first few settings of a plan's entry."""
    short = [(key, value) for key, value in part.settings.items() if _is_short(value) or key == "loss"]
    return " · ".join(f"{key}={value}" for key, value in short[:2]) or "no settings"


def _is_short(value):
    return isinstance(value, (int, float, str, list)) and not isinstance(value, bool) and len(str(value)) < 24


def _unit(arrays):
    """How many units of the picture one step of an array's side is, by root, so that large and small both show."""
    largest = max((max(array.shape, default=1) for array in arrays), default=1)
    return _LARGEST / math.sqrt(largest)


def _sides(shape, unit):
    """How wide and how high an array is drawn; a vector is a row."""
    rows, columns = ([1, 1] + [n for n in shape if n > 0])[-2:]
    return tuple(min(max(unit * math.sqrt(n), _SMALLEST), _LARGEST) for n in (columns, rows))


def _bytes(n):
    return f"{n / 1000:,.1f} kB" if n < 1e6 else f"{n / 1e6:,.1f} MB"
