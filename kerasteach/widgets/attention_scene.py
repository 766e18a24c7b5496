"""The drawing of attention: one head's map, all heads small, and the lines from one query to its keys."""

import numpy as np

from kerasteach.explain.arrays import shrunk
from kerasteach.widgets.heat import MISSING, colorbar, colours_of
from kerasteach.widgets.palette import ACCENT, FRAME, INK, ON_DARK, SOFT, category
from kerasteach.widgets.plots import Box, card
from kerasteach.widgets.scene import Group, Path, Pixels, Rect, Text, curve_through, cut, text_width
from kerasteach.widgets.words import number

WIDTH, LEFT, TOP, SIDE, RIGHT = 880, 112, 112, 318, 512
FINEST, MOST_HEADS, MOST_KEYS = 160, 24, 14


def _map_box(found):
    _, queries, keys = found.weights.shape
    cell = min(SIDE / queries, SIDE / keys, 54)
    return Box(LEFT, TOP, cell * keys, cell * queries)


def _head_boxes(found):
    """Where the small maps lie, at most two rows of them."""
    heads, queries, keys = found.weights.shape
    shown = min(heads, MOST_HEADS)
    across = max(6, -(-shown // 2))
    wide = min(52, 340 // across - 8)
    high = min(52, wide * queries / keys)
    return [Box(RIGHT + n % across * (wide + 8), TOP + n // across * (high + 22), wide, high) for n in range(shown)]


def under(found, x, y):
    """The head, or the query, at a place: a dict for `set`, empty beside the pictures."""
    for head, box in enumerate(_head_boxes(found)):
        if box.x <= x < box.x + box.width and box.y <= y < box.y + box.height:
            return {"head": head}
    box, queries = _map_box(found), found.weights.shape[1]
    if 0 <= x < box.x + box.width and box.y <= y < box.y + box.height:
        return {"query": int((y - box.y) / box.height * queries)}
    return {}


def scene(found, queries, keys, head, query, desc):
    """The whole picture."""
    hidden = "; no query sees what comes later" if found.is_causal else "; a mask hides the grey places" if found.has_mask else ""
    heads = _head_boxes(found)
    lines_top = max(box.y + box.height for box in heads) + 62
    box = _map_box(found)
    lines, lines_end = _lines(found, queries[query], keys, head, query, lines_top)
    bar = box.y + box.height + 22
    items = [
        Text(28, 36, f'{found.kind} "{found.name}", head {found.heads[head]}{hidden}', 14, INK, "start", bold=True),
        Text(28, 57, "each row is a query, and says how much it looks at each key; a row adds up to 1", 12, SOFT, "start"),
        *_map(found, queries, keys, head, query, box),
        *colorbar((box.x, bar, min(180, max(box.width, 80)), 9), "viridis", (0.0, 1.0)),
        *_heads(found, head, heads),
        *lines,
    ]
    return card(WIDTH, max(bar + 40, lines_end + 24), items, f"Attention {found.name}", desc)


def _colours(weights, seen):
    """Hidden places are grey, not zero: nobody decided against them."""
    return colours_of(np.where(seen, weights, np.nan), "viridis", (0.0, 1.0))


def _small(weights, seen, most):
    """A map in blocks, if it has more rows or columns than can be drawn."""
    return shrunk(np.where(seen, weights, 0), most)[0], shrunk(seen, most)[0] > 0


def _map(found, queries, keys, head, query, box):
    """The chosen head, with the names of queries and keys; the chosen query's row framed."""
    weights, seen = found.weights[head], found.seen[head]
    wide, high = box.width / len(keys), box.height / len(queries)
    items = [Pixels(*box, _colours(*_small(weights, seen, FINEST))), Rect(*box, 0, "", FRAME)]
    every = max(1, int(np.ceil(13 / high)))
    for n in [*range(0, len(queries), every), *[query] * bool(query % every)]:
        if n == query or abs(n - query) >= every:
            ink = ACCENT if n == query else INK
            items.append(Text(box.x - 8, box.y + (n + 0.5) * high + 4, cut(queries[n], 12, 76), 12, ink, "end", bold=n == query))
    every = max(1, int(np.ceil((min(max(text_width(k, 12) for k in keys), 44) + 6) / wide)))
    for n in range(0, len(keys), every):
        items.append(Text(box.x + (n + 0.5) * wide, box.y - 8, cut(keys[n], 12, max(14, wide * every)), 12, INK))
    ring = (box.x, box.y + query * high, box.width, high)
    items += [Rect(*ring, 1, "", ON_DARK, 4), Rect(*ring, 1, "", ACCENT, 2.2)]
    return [*items, Text(28, box.y - 8, "query", 11, SOFT, "start"), Text(box.x, box.y - 27, "key", 11, SOFT, "start")]


def _heads(found, chosen, boxes):
    """Every head small, the chosen one ringed."""
    heads = len(found.heads)
    told = f"all {heads} heads" if heads == len(boxes) else f"{len(boxes)} of {heads} heads"
    items = [Text(RIGHT, TOP - 14, told if heads > 1 else "its only head", 12, INK, "start")]
    for n, box in enumerate(boxes):
        weights, seen = _small(found.weights[n], found.seen[n], int(2 * box.width))
        items += [Pixels(*box, _colours(weights, seen)), Rect(*box, 0, "", FRAME)]
        if n == chosen:
            items += [Rect(*box, 1, "", ON_DARK, 4), Rect(*box, 1, "", ACCENT, 2.2)]
        name = cut(found.heads[n], 10, box.width + 6)
        items.append(Text(box.x, box.y + box.height + 12, name, 10, ACCENT if n == chosen else SOFT, "start", bold=n == chosen))
    return items


def _lines(found, name, keys, head, query, top):
    """From the chosen query a line to each key, as thick as its weight. Returns the shapes and where they end."""
    weights, seen = found.weights[head, query], found.seen[head, query]
    shown = list(range(len(keys)))
    if len(shown) > MOST_KEYS:
        shown = sorted(np.argsort(-weights, kind="stable")[:MOST_KEYS])
    step = 24 if len(shown) <= 8 else 20
    middle = top + 26 + step * (len(shown) - 1) / 2
    told = "what the query looks at" + (f", {MOST_KEYS} of {len(keys)} keys" if len(shown) < len(keys) else "")
    start = RIGHT + 12 + min(90, text_width(name, 14, bold=True))
    items, x, bar = [Text(RIGHT, top - 6, told, 12, INK, "start")], 668, 740
    for n, key in enumerate(shown):
        y, weight = top + 26 + n * step, float(weights[key])
        if seen[key] and weight >= 0.005:
            ways = curve_through([(start, middle), (x - 6, y)], across=True)
            items.append(Group((Path(ways, category(0).color, 0.6 + 9 * weight),), f"{name} to {keys[key]}: {number(weight, 3)}", "line"))
    for n, key in enumerate(shown):
        y, weight = top + 26 + n * step, float(weights[key])
        items.append(Text(x, y + 4, cut(keys[key], 12.5, bar - x - 8), 12.5, INK if seen[key] else SOFT, "start"))
        if seen[key]:
            items.append(Rect(bar, y - 5, max(56 * weight, 0.8), 10, 0, category(0).color))
            items.append(Text(852, y + 4, number(weight, 2), 12, INK, "end"))
        else:
            items += [Rect(bar, y - 5, 10, 10, 0, MISSING), Text(852, y + 4, "hidden", 12, SOFT, "end")]
    items.append(Text(RIGHT, middle + 5, cut(name, 14, 90, bold=True), 14, ACCENT, "start", bold=True))
    return items, top + 26 + step * (len(shown) - 1) + 12
