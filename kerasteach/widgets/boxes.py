"""One box of the graph: what it says, how large that makes it, how it looks.

The outline carries meaning besides the colour: round ends for inputs and outputs, a double line
for a model inside the model, a dashed line for frozen weights.
"""

from kerasteach.widgets.palette import ACCENT, GRID, INK, PAPER, SOFT, TINTS
from kerasteach.widgets.scene import Group, Rect, Text, cut, text_width

PAD = 14
WIDEST = 190
ROWS = {"title": (13.5, 18), "name": (11.5, 15), "config": (11, 15), "count": (11, 15),
        "told": (11, 15), "bar": (0, 8), "shared": (10, 21)}  # fmt: skip
INNER = 16
LOOKS = {  # kind -> paper, outline
    "input": TINTS["blue"],
    "output": TINTS["grey"],
    "op": TINTS["violet"],
    "model": TINTS["green"],
    "layer": TINTS["white"],
    "weights": TINTS["amber"],
}


def box_rows(node, options):
    """The lines of a box as `(row kind, text)`, the class first.

    >>> from kerasteach.explain.graph import Node
    >>> from kerasteach.widgets.drawing import Options
    >>> node = Node("d", "d", "Dense", parameters=2112, highlights=("units=64", "relu"))
    >>> [text for _, text in box_rows(node, Options())]
    ['Dense', 'd', 'units=64 · relu', '2,112 parameters']
    """
    if node.kind == "output":
        return [("title", node.name)]
    rows = [("title", "Input" if node.kind == "input" else node.class_name)]
    if options.show_names:
        rows.append(("name", node.name))
    if options.show_config and node.highlights:
        rows += [("config", text) for text in _wrap(node.highlights)]
    if options.show_dtype and node.dtype:
        rows.append(("config", node.dtype))
    if node.shared:
        rows.append(("shared", f"shared x{len(node.calls)}"))
    if options.show_parameters and node.kind in ("layer", "model"):
        rows += [("count", text) for text in [_count_text(node)] if text]
    elif options.show_trainable and not node.trainable:
        rows.append(("count", "frozen"))
    if node.id in options.told:
        text, amount = options.told[node.id]
        rows += [("told", text), *([] if amount is None else [("bar", "")])]
    return rows


def box_size(node, options, inner=None):
    """Width and height of a node's box, around its inner drawing if it has one."""
    rows = box_rows(node, options)
    texts = [text_width(t, ROWS[kind][0], kind == "title") for kind, t in rows]
    width = min(max(texts) + 2 * PAD, WIDEST + 2 * PAD)
    width = max(width, 64 if node.kind in ("op", "output") else 92)
    height = _text_height(rows) + (10 if len(rows) == 1 else 14)
    if inner:
        width = max(width, inner[0] + 2 * INNER)
        height += inner[1] + INNER
    return width, height


def inner_origin(node, box, plan, options):
    """Where the drawing inside an expanded model starts."""
    top = box.y + _text_height(box_rows(node, options)) + 14
    return box.x + (box.width - plan.width) / 2, top


def ring_items(node, box, options):
    """The ring round the chosen layer; drawn below the edges, so that their arrows stay whole."""
    if not options.highlight or options.highlight not in (node.id, node.name):
        return []
    radius = _radius(node, box) + 5
    return [Rect(box.x - 5, box.y - 5, box.width + 10, box.height + 10, radius, PAPER, ACCENT, 3)]


def _radius(node, box):
    return box.height / 2 if node.kind in ("input", "output") else 14 if node.kind == "op" else 8


def box_items(node, box, options):
    """The shapes of one box."""
    rows = box_rows(node, options)
    look = LOOKS["model" if node.nested else "weights" if node.kind == "layer" and node.parameters else node.kind]
    frozen = bool(node.parameters) and not node.trainable
    radius = _radius(node, box)
    items = []
    items.append(Rect(box.x, box.y, box.width, box.height, radius, look[0], look[1], 1.4, (5, 3) * frozen))
    if node.nested:
        inside = (box.x + 3, box.y + 3, box.width - 6, box.height - 6)
        items.append(Rect(*inside, radius - 3, "", look[1], 0.8))
    high = _text_height(rows)
    y = box.y + 7 if node.inner else box.y + (box.height - high) / 2
    for kind, text in rows:
        size, line = ROWS[kind]
        if kind == "shared":
            items += _pill(text, box.cx, y + 2)
            y += line
            continue
        if kind == "bar":
            items += _bar(box, y, options.told[node.id][1])
            y += line
            continue
        ink = INK if kind in ("title", "count", "told") else SOFT
        bold = kind == "title" and node.kind != "output"
        text = cut(text, size, box.width - 2 * PAD + 8, bold)
        items.append(Text(box.cx, y + line * 0.76, text, size, ink, bold=bold))
        y += line
    return [Group(tuple(items), _box_title(node), node.kind)]


def _bar(box, y, amount):
    """How large an amount is beside the largest in the picture."""
    wide = box.width - 2 * PAD
    return [Rect(box.x + PAD, y + 3, wide, 4, 2, GRID), Rect(box.x + PAD, y + 3, max(1.5, wide * amount), 4, 2, ACCENT)]


def _pill(text, cx, y):
    width = text_width(text, 10, bold=True) + 14
    ink = Text(cx, y + 11.6, text, 10, PAPER, bold=True)
    return [Rect(cx - width / 2, y, width, 16, 8, INK), ink]


def _count_text(node):
    if node.parameters is None:
        return "not built"
    if not node.parameters:
        return ""
    unit = "parameter" if node.parameters == 1 else "parameters"
    return f"{node.parameters:,} {unit}" + ("" if node.trainable else ", frozen")


def _wrap(highlights):
    """Puts the settings on lines no wider than a box."""
    lines = [highlights[0]]
    for text in highlights[1:]:
        longer = f"{lines[-1]} · {text}"
        if text_width(longer, ROWS["config"][0]) <= WIDEST - 40:
            lines[-1] = longer
        else:
            lines.append(text)
    return lines


def _text_height(rows):
    return sum(ROWS[kind][1] for kind, _ in rows)


def _box_title(node):
    parts = [f"{node.class_name} {node.name}", *node.highlights, _count_text(node)]
    parts += [f"{w.name} {w.shape}" for w in node.weights]
    return ", ".join(p for p in parts if p)
