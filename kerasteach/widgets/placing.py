"""Two steps of the layered layout: the order inside the rows, and the x of everything.

A row is a list of keys; a link joins keys of neighbouring rows. Keys that are tuples are dummies:
the places where a long edge crosses a row.

The x step is Brandes and Köpf's: chains of keys that should stand in one line become blocks, four
times (leaning left or right, looking up or down); the result is the mean of the middle two.
"""

from bisect import bisect_right, insort
from itertools import pairwise

GAP_BOXES = 36
GAP_EDGES = 22
SWEEPS = 12


def order_rows(rows, links):
    """Sorts each row by the mean position of its neighbours, up and down, keeping the best."""
    ups, downs = _neighbours(links)
    rows = _first_order(rows, downs)
    best, fewest = rows, _crossings(rows, downs)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        down = sweep % 2 == 0
        rows = _sweep(rows, ups if down else downs, down)
        rows = _swap_neighbours(rows, ups, downs)
        count = _crossings(rows, downs)
        if count < fewest:
            best, fewest = rows, count
    return best


def place(rows, links, widths):
    """Gives every key the x of its centre; neighbours in a row never come too close."""
    if not rows:
        return {}
    ups, downs = _neighbours(links)
    marked = _bent_links(rows, ups)
    plans = []
    for look_up in (True, False):
        for lean_left in (True, False):
            view = rows if look_up else rows[::-1]
            view = view if lean_left else [row[::-1] for row in view]
            root = _blocks(view, ups if look_up else downs, marked, lean_left)
            x = _squeeze(view, root, widths)
            plans.append({k: v if lean_left else -v for k, v in x.items()})
    return _balance(plans, widths)


def gap(a, b):
    """The free space between two neighbours: dummies need less of it than boxes."""
    return GAP_BOXES if not isinstance(a, tuple) and not isinstance(b, tuple) else GAP_EDGES


def _neighbours(links):
    ups, downs = {}, {}
    for a, b in links:
        downs.setdefault(a, []).append(b)
        ups.setdefault(b, []).append(a)
    return ups, downs


def _first_order(rows, downs):
    """Depth first from the sources: branches start side by side instead of interleaved."""
    found, seen = [[] for _ in rows], set()
    row_of = {k: r for r, row in enumerate(rows) for k in row}
    for row in rows:
        for start in row:
            stack = [start]
            while stack:
                key = stack.pop()
                if key not in seen:
                    seen.add(key)
                    found[row_of[key]].append(key)
                    stack.extend(reversed(downs.get(key, ())))
    return found


def _sweep(rows, neighbours, down):
    rows = [list(row) for row in rows]
    walk = range(1, len(rows)) if down else range(len(rows) - 2, -1, -1)
    for r in walk:
        fixed = {k: n for n, k in enumerate(rows[r - 1 if down else r + 1])}

        def mean(item, fixed=fixed):
            n, key = item
            near = [fixed[k] for k in neighbours.get(key, ())]
            return (sum(near) / len(near) if near else n, n)

        rows[r] = [key for _, key in sorted(enumerate(rows[r]), key=mean)]
    return rows


def _swap_neighbours(rows, ups, downs):
    """Swaps two neighbours wherever that alone removes a crossing."""
    for r, row in enumerate(rows):
        above = {k: n for n, k in enumerate(rows[r - 1])} if r else {}
        below = {k: n for n, k in enumerate(rows[r + 1])} if r + 1 < len(rows) else {}
        for n in range(len(row) - 1):
            a, b = row[n], row[n + 1]
            gain = 0
            for near, place_of in ((ups, above), (downs, below)):
                left = [place_of[k] for k in near.get(a, ())]
                right = [place_of[k] for k in near.get(b, ())]
                gain += sum((p > q) - (p < q) for p in left for q in right)
            if gain > 0:
                row[n], row[n + 1] = b, a
    return rows


def _crossings(rows, downs):
    total = 0
    for upper, lower in pairwise(rows):
        position = {k: n for n, k in enumerate(lower)}
        seen = []
        for key in upper:
            ends = sorted(position[k] for k in downs.get(key, ()))
            total += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return total


def _bent_links(rows, ups):
    """The links that must give way because they cross the straight part of a long edge."""
    marked = set()
    for upper, lower in pairwise(rows):
        position = {k: n for n, k in enumerate(upper)}
        inner = [
            (position[ups[k][0]], n, k)
            for n, k in enumerate(lower)
            if isinstance(k, tuple) and isinstance(ups[k][0], tuple)
        ]
        for n, key in enumerate(lower):
            for other in ups.get(key, ()):
                p = position[other]
                if isinstance(key, tuple) and isinstance(other, tuple):
                    continue
                if any((p - q) * (n - m) < 0 for q, m, _ in inner):
                    marked.add((other, key))
    return marked


def _blocks(rows, ups, marked, lean_left):
    """Joins each key with its middle upper neighbour unless that would cross a joined pair."""
    root = {k: k for row in rows for k in row}
    taken = set()
    for upper, lower in pairwise(rows):
        position = {k: n for n, k in enumerate(upper)}
        last = -1
        for key in lower:
            near = sorted(ups.get(key, ()), key=position.get)
            if not near:
                continue
            low, high = (len(near) - 1) // 2, len(near) // 2
            for middle in (low, high):
                other = near[middle]
                free = (other, key) not in marked and (key, other) not in marked
                if free and position[other] > last and other not in taken:
                    root[key] = root[other]
                    taken.add(other)
                    last = position[other]
                    break
    return root


def _squeeze(rows, root, widths):
    """Packs the blocks to the left, then lets each move right as far as its neighbours allow."""
    after, before = {}, {}
    for row in rows:
        for a, b in pairwise(row):
            need = (widths[a] + widths[b]) / 2 + gap(a, b)
            after.setdefault(root[a], []).append((root[b], need))
            before.setdefault(root[b], []).append((root[a], need))
    blocks = list(dict.fromkeys(root[k] for row in rows for k in row))
    order = _topological(blocks, after, before)
    x = {}
    for block in order:
        x[block] = max((x[b] + need for b, need in before.get(block, ())), default=0.0)
    for block in reversed(order):
        if block in after and block in before:
            x[block] = max(x[block], min(x[b] - need for b, need in after[block]))
    return {k: x[root[k]] for row in rows for k in row}


def _topological(blocks, after, before):
    waiting = {b: len(before.get(b, ())) for b in blocks}
    ready = [b for b in blocks if not waiting[b]]
    for block in ready:  # grows while we walk it
        for other, _ in after.get(block, ()):
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    return ready


def _balance(plans, widths):
    """Lines the four drawings up with the narrowest and takes the mean of the middle two."""

    def extent(plan):
        left = min(x - widths[k] / 2 for k, x in plan.items())
        return left, max(x + widths[k] / 2 for k, x in plan.items())

    extents = [extent(p) for p in plans]
    left, right = min(extents, key=lambda e: e[1] - e[0])
    shifted = []
    for n, (plan, (low, high)) in enumerate(zip(plans, extents, strict=True)):
        move = left - low if n % 2 == 0 else right - high  # even plans lean left
        shifted.append({k: x + move for k, x in plan.items()})
    return {k: sum(sorted(p[k] for p in shifted)[1:3]) / 2 for k in plans[0]}
