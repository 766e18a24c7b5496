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

from kerasteach.widgets.placing import order_rows, place

GAP_ROWS = 16  # between a row of boxes and a row of labels
GAP_BARE = 34  # between two rows of boxes when no edge is labelled
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
    ranks = _ranks(sizes, forward, step)
    rows, cell, links, chains = _chains(sizes, edges, forward, ranks, loops)
    rows = order_rows(rows, links)
    centre = place(rows, links, {k: w for k, (w, _) in cell.items()})
    tops, heights = _row_tops(rows, cell, step)
    left = min((centre[k] - cell[k][0] / 2 for row in rows for k in row), default=0)
    boxes = {}
    for key, (width, height) in sizes.items():
        rank = ranks[key]
        y = tops[rank] + (heights[rank] - height) / 2
        boxes[key] = Box(centre[key] - left - width / 2, y, width, height)
    centre = {k: x - left for k, x in centre.items()}
    routes = _routes(edges, turned, chains, boxes, centre, cell, tops, heights, ranks)
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
        links.extend(zip(chain, chain[1:], strict=False))
        chains[i] = chain
    return rows, cell, links, chains


def _row_tops(rows, cell, step):
    gap = GAP_ROWS if step == 2 else GAP_BARE
    tops, heights, y = [], [], 0.0
    for row in rows:
        height = max(cell[k][1] for k in row) if row else 0
        tops.append(y)
        heights.append(height)
        y += height + gap
    return tops, heights


def _routes(edges, turned, chains, boxes, centre, cell, tops, heights, ranks):
    ports = _ports(chains, boxes, centre)
    routes = []
    for i, (a, b, _) in enumerate(edges):
        if a == b:
            routes.append(_loop(boxes[a]))
            continue
        chain = chains[i]
        first, last = boxes[chain[0]], boxes[chain[-1]]
        x, rank = ports[i, "out"], ranks[chain[0]]
        points = [(x, first.y + first.height), (x, tops[rank] + heights[rank])]
        label = None
        for dummy in chain[1:-1]:
            top, high = tops[dummy[1]], heights[dummy[1]]
            points += [(centre[dummy], top), (centre[dummy], top + high)]
            width, height = cell[dummy]
            if height:
                label = Box(centre[dummy] - width / 2, top + (high - height) / 2, width, height)
        x, rank = ports[i, "in"], ranks[chain[-1]]
        points += [(x, tops[rank]), (x, last.y)]
        points = [p for n, p in enumerate(points) if not n or p != points[n - 1]]
        routes.append(Route(tuple(points[::-1] if i in turned else points), label))
    return tuple(routes)


def _ports(chains, boxes, centre):
    """Spreads the ends of a box's edges over its side, in the order they leave it."""
    ends = {}
    for i, chain in chains.items():
        ends.setdefault((chain[0], "out"), []).append((centre[chain[1]], i))
        ends.setdefault((chain[-1], "in"), []).append((centre[chain[-2]], i))
    ports = {}
    for (key, side), group in ends.items():
        group.sort()
        box = boxes[key]
        step = min(30, (box.width - 24) / max(1, len(group) - 1))
        for n, (_, i) in enumerate(group):
            ports[i, side] = box.cx + (n - (len(group) - 1) / 2) * step
    return ports


def _loop(box):
    """Out at the bottom right, round the side, in at the top right."""
    x, out = box.x + box.width - 18, box.x + box.width + LOOP - 8
    low, high = box.y + box.height, box.y
    return Route(((x, low), (out, low), (out, high), (x, high)), None, True)
