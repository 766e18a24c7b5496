"""Draws a model's graph: boxes for layers, curves for tensors, one scene for SVG and PNG."""

from dataclasses import dataclass, field, replace

from kerasteach.widgets.boxes import LOOKS, box_items, box_size, inner_origin, ring_items
from kerasteach.widgets.layout import layout
from kerasteach.widgets.palette import FRAME, PAPER, PLAIN, SOFT, category
from kerasteach.widgets.scene import (
    Group,
    Path,
    Polygon,
    Rect,
    Scene,
    Text,
    curve_through,
    line_through,
    text_width,
)

MARGIN = 18
LABEL = 11
ARROW = 8


@dataclass(frozen=True)
class Options:
    """What the boxes and edges say.

    Attributes:
        highlight: the name of a layer to ring.
        told: what is told of single nodes besides: id -> `(text, amount)`, the amount from 0 to 1 drawn as a bar, or None.
    """

    rankdir: str = "TB"
    show_shapes: bool = True
    show_parameters: bool = True
    show_names: bool = True
    show_config: bool = True
    show_dtype: bool = False
    show_trainable: bool = False
    highlight: str | None = None
    told: dict = field(default_factory=dict)


@dataclass(frozen=True)
class _Arranged:
    graph: object
    plan: object
    inner: dict


def draw_graph(graph, options=None, title="", desc=""):
    """Turns a graph into a scene.

    Args:
        graph: What `kerasteach.explain.graph.model_graph` returns.
        options: An `Options`.
        title: The picture's name for those who cannot see it.
        desc: A longer description.

    Returns:
        A `Scene`, ready for `to_svg` and `to_png`.
    """
    options = options or Options()
    arranged, left, total = _placed(graph, options)
    items = [Rect(0.5, 0.5, total[0] - 1, total[1] - 1, 10, PAPER, FRAME)]
    items += _paint(arranged, options, left, MARGIN)
    if graph.note:
        items.append(Text(total[0] / 2, total[1] - MARGIN, graph.note, LABEL, SOFT))
    return Scene(*total, tuple(items), title, desc)


def places(graph, options=None):
    """Where each node's box lies in the picture: list of `(node, box)`, those of open models before what is inside them."""
    options = options or Options()
    arranged, left, _ = _placed(graph, options)
    return list(_boxes(arranged, options, left, MARGIN))


def _boxes(arranged, options, left, top):
    for node in arranged.graph.nodes:
        box = arranged.plan.boxes[node.id]
        box = replace(box, x=box.x + left, y=box.y + top)
        yield node, box
        if node.id in arranged.inner:
            inner = arranged.inner[node.id]
            yield from _boxes(inner, options, *inner_origin(node, box, inner.plan, options))


def _placed(graph, options):
    """The arrangement, how far from the left it stands, and the size of the whole picture."""
    arranged = _arrange(graph, options)
    width, extra = max(arranged.plan.width, text_width(graph.note, LABEL)), 24 if graph.note else 0
    left = (width - arranged.plan.width) / 2 + MARGIN
    return arranged, left, (width + 2 * MARGIN, arranged.plan.height + extra + 2 * MARGIN)


def _arrange(graph, options):
    inner = {n.id: _arrange(n.inner, options) for n in graph.nodes if n.inner is not None}
    sizes = {
        n.id: box_size(n, options, (a := inner.get(n.id)) and (a.plan.width, a.plan.height))
        for n in graph.nodes
    }
    by_id = {n.id: n for n in graph.nodes}
    edges = [(e.source, e.target, _label_size(e, by_id, options)) for e in graph.edges]
    return _Arranged(graph, layout(sizes, edges, options.rankdir), inner)


def _paint(arranged, options, left, top, paper=PAPER):
    """Edges first, boxes over them, labels last so that nothing covers a number."""
    graph, plan = arranged.graph, arranged.plan
    by_id = {n.id: n for n in graph.nodes}
    boxes = {k: replace(box, x=box.x + left, y=box.y + top) for k, box in plan.boxes.items()}
    items = [ring for n in graph.nodes for ring in ring_items(n, boxes[n.id], options)]
    pairs = list(zip(graph.edges, plan.routes, strict=True))
    for edge, route in pairs:
        items.append(_edge_group(edge, route, by_id, options, left, top))
    for node in graph.nodes:
        box = boxes[node.id]
        items += box_items(node, box, options)
        if node.id in arranged.inner:
            x, y = inner_origin(node, box, arranged.inner[node.id].plan, options)
            items += _paint(arranged.inner[node.id], options, x, y, LOOKS["model"][0])
    for edge, route in pairs:
        items += _label_items(edge, route, by_id, options, left, top, paper)
    return items


def _edge_group(edge, route, by_id, options, left, top):
    points = [(x + left, y + top) for x, y in route.points]
    style = category(edge.call - 1)
    color, dash = (style.color, style.dash) if edge.call else (PLAIN, ())
    line = 1.8 if edge.call else 1.4
    (x1, y1), (x2, y2) = points[-2:]
    length = abs(x2 - x1) + abs(y2 - y1) or 1
    dx, dy = (x2 - x1) / length, (y2 - y1) / length
    points[-1] = (x2 - dx * (ARROW - 1), y2 - dy * (ARROW - 1))
    across = options.rankdir == "LR"
    steps = line_through(points) if route.loop else curve_through(points, across)
    wing = ARROW * 0.45
    head = (
        (x2, y2),
        (x2 - dx * ARROW - dy * wing, y2 - dy * ARROW + dx * wing),
        (x2 - dx * ARROW + dy * wing, y2 - dy * ARROW - dx * wing),
    )
    parts = (Path(steps, color, line, dash), Polygon(head, color))
    return Group(parts, _edge_title(edge, by_id), "edge")


def _label_items(edge, route, by_id, options, left, top, paper):
    """The call's number and the shape: one above the other, or side by side along the line."""
    badge, shape = _badge(edge, by_id), _shape_text(edge, options)
    if route.loop:
        (x1, y1), (x2, y2) = route.points[2:4]  # the side that runs along the box
        return _badge_items(badge, edge.call, (x1 + x2) / 2 + left, (y1 + y2) / 2 + top)
    if route.label is None:
        return []
    cx, cy = route.label.cx + left, route.label.cy + top
    across = options.rankdir == "LR"
    wide = text_width(shape, LABEL)
    items = [Rect(cx - wide / 2 - 2, cy - 8, wide + 4, 16, 3, paper)] if shape else []
    shape_at = (cx, cy)
    if badge and shape:
        half = _badge_width(badge) / 2
        shape_at = (cx + half + 3, cy) if across else (cx, cy + 9.5)
        badge_at = (cx - wide / 2 - 3, cy) if across else (cx, cy - 9)
        items = [Rect(shape_at[0] - wide / 2 - 2, shape_at[1] - 8, wide + 4, 16, 3, paper)]
        items += _badge_items(badge, edge.call, *badge_at)
    elif badge:
        items += _badge_items(badge, edge.call, cx, cy)
    if shape:
        items.append(Text(shape_at[0], shape_at[1] + 3.8, shape, LABEL))
    return [Group(tuple(items), _edge_title(edge, by_id), "shape")] if items else []


def _badge_items(badge, call, cx, cy):
    color, width = category(call - 1).color, _badge_width(badge)
    return [
        Rect(cx - width / 2, cy - 7.5, width, 15, 7.5, color),
        Text(cx, cy + 3.6, badge, 10, PAPER, bold=True),
    ]


def _label_size(edge, by_id, options):
    badge, shape = _badge(edge, by_id), _shape_text(edge, options)
    if not shape and not badge:
        return None
    wide = text_width(shape, LABEL) + 6
    if badge and shape and options.rankdir == "LR":
        return (wide + _badge_width(badge) + 6, 18)
    return (max(wide, _badge_width(badge)), 36 if badge and shape else 18)


def _shape_text(edge, options):
    return edge.label if options.show_shapes else ""


def _badge(edge, by_id):
    """The call's number; both numbers where the calls of two shared layers differ."""
    if not edge.call:
        return ""
    both = by_id[edge.source].shared and by_id[edge.target].shared
    if both and edge.source_call != edge.target_call:
        return f"{edge.source_call}>{edge.target_call}"
    return str(edge.call)


def _badge_width(badge):
    return max(15, text_width(badge, 10, bold=True) + 8) if badge else 0


def _edge_title(edge, by_id):
    source, target = by_id[edge.source], by_id[edge.target]
    ends = [
        f"{n.name} (call {call})" if n.shared else n.name
        for n, call in ((source, edge.source_call), (target, edge.target_call))
    ]
    shape = f": ({', '.join(edge.axes)}) = {edge.label}" if edge.label else ""
    return " to ".join(ends) + shape
