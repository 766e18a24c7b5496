"""A layered graph drawing in plain Python, for places without graphviz.

Sugiyama's four steps, each a function here or in `placing.py`:

1. `_acyclic` turns back the few edges that close a cycle (a layer applied to its own output).
2. `_ranks` gives each box a row by its longest path from a source.
3. `_chains` cuts each edge into one dummy per row it crosses. The dummy in the middle is as
   big as the edge's label, so labels never cover boxes or one another.
4. `order_rows` sorts each row until few edges cross; `place` turns the order into x.

Everything is deterministic: the same input gives the same drawing, to the last bit.
"""

from dataclasses import dataclass
from itertools import pairwise

from kerasteach.widgets.placing import order_rows, place

GAP = 16  # between two rows whose edges all run straight
GAP_BENT = 32  # where an edge has to bend, so that the bend can be gentle
GAP_BARE = 14  # more of both where no edge is labelled
LEAD = 12  # edges reach their box on a straight line of this length, which the arrow head needs
LOOP = 34  # room at both sides of a box that feeds itself


@dataclass(frozen=True)
class Box:
    """A rectangle; `x` and `y` are its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def cx(self):
        return self.x + self.width / 2

    @property
    def cy(self):
        return self.y + self.height / 2

    def flipped(self):
        """The same rectangle with the axes swapped, for left-to-right drawings."""
        return Box(self.y, self.x, self.height, self.width)


@dataclass(frozen=True)
class Route:
    """An edge's way: points from source to target, and where its label sits."""

    points: tuple
    label: Box | None = None
    loop: bool = False


@dataclass(frozen=True)
class Layout:
    """Where everything goes: a box per node id, a route per edge in the order given."""

    boxes: dict
    routes: tuple
    width: float
    height: float
    ranks: dict


def layout(sizes, edges, rankdir="TB"):
    """Places boxes in rows so that edges run one way.

    Args:
        sizes: `{node id: (width, height)}`; the order decides ties.
        edges: `[(source id, target id, label size or None)]`; several between the same two
            boxes, loops and cycles are welcome.
        rankdir: `"TB"` draws downwards, `"LR"` to the right.

    Example:

    >>> drawn = layout({"a": (40, 20), "b": (40, 20)}, [("a", "b", None)])
    >>> drawn.boxes["b"].y > drawn.boxes["a"].y
    True
    """
    if rankdir not in ("TB", "LR"):
        raise ValueError(f'Expected rankdir "TB" or "LR". Received: rankdir={rankdir!r}.')
    flip = rankdir == "LR"
    if flip:
        sizes = {k: (h, w) for k, (w, h) in sizes.items()}
        edges = [(a, b, size and (size[1], size[0])) for a, b, size in edges]
    drawn = _layout_down(sizes, edges)
    if not flip:
        return drawn
    return Layout(
        {k: box.flipped() for k, box in drawn.boxes.items()},
        tuple(
            Route(tuple((y, x) for x, y in r.points), r.label and r.label.flipped(), r.loop)
            for r in drawn.routes
        ),
        drawn.height,
        drawn.width,
        drawn.ranks,
    )


def _layout_down(sizes, edges):
    straight = [(i, a, b) for i, (a, b, _) in enumerate(edges) if a != b]
    loops = {a for a, b, _ in edges if a == b}
    turned = _acyclic(sizes, straight)
    forward = [(i, b, a) if i in turned else (i, a, b) for i, a, b in straight]
    step = 2 if any(edges[i][2] for i, _, _ in straight) else 1
    ranks = _ranks(sizes, forward, step) if edges else _grid(sizes)
    rows, cell, links, chains = _chains(sizes, edges, forward, ranks, loops)
    rows = order_rows(rows, links)
    centre = place(rows, links, {k: w for k, (w, _) in cell.items()})
    left = min((centre[k] - cell[k][0] / 2 for row in rows for k in row), default=0)
    centre = {k: x - left for k, x in centre.items()}
    ports = _ports(chains, sizes, centre)
    tops, heights = _row_tops(rows, cell, _gaps(chains, ranks, centre, ports, rows, step))
    boxes = {}
    for key, (width, height) in sizes.items():
        rank = ranks[key]
        y = tops[rank] + (heights[rank] - height) / 2
        boxes[key] = Box(centre[key] - width / 2, y, width, height)
    rulers = list(zip(tops, heights, strict=True))
    routes = tuple(
        _loop(boxes[a]) if a == b else _route(i, chains[i], boxes, centre, cell, ports, rulers, ranks)
        for i, (a, b, _) in enumerate(edges)
    )
    routes = tuple(_turn(route) if i in turned else route for i, route in enumerate(routes))
    width = max((centre[k] + cell[k][0] / 2 for row in rows for k in row), default=0)
    height = tops[-1] + heights[-1] if rows else 0
    return Layout(boxes, routes, width, height, ranks)


def _acyclic(nodes, edges):
    """Finds the edges to turn round: those that lead back into the current path."""
    out = {n: [] for n in nodes}
    for i, a, b in edges:
        out[a].append((i, b))
    state, turned = dict.fromkeys(nodes, "new"), set()
    for root in nodes:
        if state[root] != "new":
            continue
        state[root] = "open"
        path = [(root, iter(out[root]))]
        while path:
            node, rest = path[-1]
            for i, other in rest:
                if state[other] == "open":
                    turned.add(i)
                elif state[other] == "new":
                    state[other] = "open"
                    path.append((other, iter(out[other])))
                    break
            else:
                state[node] = "done"
                path.pop()
    return turned


def _ranks(nodes, edges, step):
    """Longest path from the sources; then sources move down next to what they feed."""
    out, waiting = {n: [] for n in nodes}, dict.fromkeys(nodes, 0)
    for _, a, b in edges:
        out[a].append(b)
        waiting[b] += 1
    rank = dict.fromkeys(nodes, 0)
    fed = {n for n in nodes if waiting[n]}
    ready = [n for n in nodes if not waiting[n]]
    for node in ready:  # grows while we walk it
        for other in out[node]:
            rank[other] = max(rank[other], rank[node] + step)
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    for node in nodes:
        if node not in fed and out[node]:
            rank[node] = min(rank[other] for other in out[node]) - step
    return rank


def _grid(nodes, columns=4):
    """Boxes that nothing connects: rows of four, in reading order."""
    return {node: n // columns for n, node in enumerate(nodes)}


def _chains(sizes, edges, forward, ranks, loops):
    """Rows of keys: node ids and, where an edge crosses a row, dummies `(edge, rank)`."""
    cell = {k: (w + 2 * LOOP, h) if k in loops else (w, h) for k, (w, h) in sizes.items()}
    rows = [[] for _ in range(max(ranks.values(), default=-1) + 1)]
    for key in sizes:
        rows[ranks[key]].append(key)
    links, chains = [], {}
    for i, a, b in forward:
        between = range(ranks[a] + 1, ranks[b])
        dummies = [(i, rank) for rank in between]
        label = edges[i][2]
        middle = [d for d in dummies if d[1] % 2] if label else []
        for dummy in dummies:
            cell[dummy] = (4, 0)
            rows[dummy[1]].append(dummy)
        if middle:
            cell[middle[len(middle) // 2]] = label
        chain = [a, *dummies, b]
        links.extend(pairwise(chain))
        chains[i] = chain
    return rows, cell, links, chains


def _gaps(chains, ranks, centre, ports, rows, step):
    """The space below each row: more where edges bend, most where they bend far."""
    bare = GAP_BARE if step == 1 else 0
    gaps = [GAP + bare for _ in rows]
    for i, chain in chains.items():
        inner = [centre[d] for d in chain[1:-1]]
        xs = [ports[i, "out"], *inner, ports[i, "in"]]
        for n, (a, b) in enumerate(pairwise(xs)):
            rank = ranks[chain[0]] + n
            if abs(a - b) > 1:
                gaps[rank] = max(gaps[rank], bare + GAP_BENT + min(12, abs(a - b) / 20))
    return gaps


def _row_tops(rows, cell, gaps):
    tops, heights, y = [], [], 0.0
    for row, gap in zip(rows, gaps, strict=True):
        height = max((cell[k][1] for k in row), default=0)
        tops.append(y)
        heights.append(height)
        y += height + gap
    return tops, heights


def _ports(chains, sizes, centre):
    """Spreads the ends of a box's edges over its side, in the order they leave it."""
    ends = {}
    for i, chain in chains.items():
        ends.setdefault((chain[0], "out"), []).append((centre[chain[1]], i))
        ends.setdefault((chain[-1], "in"), []).append((centre[chain[-2]], i))
    ports = {}
    for (key, side), group in ends.items():
        group.sort()
        step = min(30, (sizes[key][0] - 24) / max(1, len(group) - 1))
        for n, (_, i) in enumerate(group):
            ports[i, side] = centre[key] + (n - (len(group) - 1) / 2) * step
    return ports


def _route(i, chain, boxes, centre, cell, ports, rulers, ranks):
    """Straight down through each row it crosses, so that it bends only between rows."""
    first, last = boxes[chain[0]], boxes[chain[-1]]
    top, high = rulers[ranks[chain[0]]]
    x = ports[i, "out"]
    points = [(x, first.y + first.height), (x, top + high)]
    label = None
    for dummy in chain[1:-1]:
        top, high = rulers[dummy[1]]
        points += [(centre[dummy], top), (centre[dummy], top + high)]
        width, height = cell[dummy]
        if height:
            label = Box(centre[dummy] - width / 2, top + (high - height) / 2, width, height)
    x, (top, _) = ports[i, "in"], rulers[ranks[chain[-1]]]
    points += [(x, min(top, last.y - LEAD)), (x, last.y)]
    return Route(tuple(p for n, p in enumerate(points) if not n or p != points[n - 1]), label)


def _turn(route):
    """An edge that was turned round for the layout runs upwards; its arrow needs its lead there."""
    (x, y), second, *rest = route.points
    low = max(second[1], y + LEAD) if second[0] == x else y + LEAD
    start = ((x, y), (x, low), *([] if second[0] == x else [second]))
    return Route((*start, *rest)[::-1], route.label)


def _loop(box):
    """Out at the bottom right, round the side, in at the top right."""
    x, out = box.x + box.width - 18, box.x + box.width + LOOP - 8
    foot, head = box.y + box.height, box.y
    low, high = foot + LEAD, head - LEAD
    return Route(((x, foot), (x, low), (out, low), (out, high), (x, high), (x, head)), None, True)
