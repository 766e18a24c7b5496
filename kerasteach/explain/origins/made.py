"""How one cell of an op's output was made of cells of its inputs.

Nothing here knows what an op does. The rule itself is asked: which cell does it hand on (number the cells and look which
number comes out), which cells does it look at (spoil all others), is it a sum of products (its VJP tells the factors, and
their sum must be the cell).
"""

from dataclasses import dataclass

import numpy as np

from ... import backend
from ...ops.spec import broadcast, same
from ..tracing.events import Value

_MOST = 24  # cells that a gradient is followed through; the largest
_HANDS_ON = {"cast", "stop_gradient", "over_replicas"}


@dataclass(frozen=True)
class Cell:
    """One number of a tensor."""

    value: Value
    index: tuple

    @property
    def number(self):
        """The number."""
        return float(self.value.numpy()[self.index])

    @property
    def name(self):
        """Name and place: `x[0, 1]`."""
        return f"{self.value.name}[{', '.join(map(str, self.index))}]" if self.index else self.value.name


@dataclass(frozen=True)
class Made:
    """How a cell was made.

    Attributes:
        kind: `"given"`, `"same"` as another cell, `"sum"` of products, or `"call"` of an op.
        parts: sum: a tuple of factors, `Cell`s and plain numbers, for each term; else the cells and numbers it was made of.
        op: name of the op.
        divisor: what a sum is divided by.
        rest: what terms too small to be listed add up to.
        left_out: how many they are.
    """

    kind: str
    parts: tuple = ()
    op: str = ""
    divisor: int = 1
    rest: float = 0.0
    left_out: int = 0


def how(cell):
    """Return how a cell was made, as a `Made`."""
    event = None if cell.value.event is None else cell.value.trace[cell.value.event]
    if event is None:
        return Made("given")
    if event.wrt is not None and hasattr(event.rule, "run"):
        return _chain(event, cell)
    if not hasattr(event.rule, "run"):
        return _told(event, cell)
    if event.op in _HANDS_ON and event.values[0].shape == cell.value.shape:
        return Made("same", (Cell(event.values[0], cell.index),), event.op)
    with np.errstate(all="ignore"):
        arrays = [_wide(x) for x in event.inputs]
        return _same(event, arrays, cell) or _each(event, arrays, cell) or _sum(event, arrays, cell) or _seen(event, arrays, cell)


def _wide(x):
    array = x.numpy() if isinstance(x, Value) else x
    return array.astype("float64") if isinstance(array, np.ndarray) and array.dtype.kind == "f" else array


def _is_float(array):
    return isinstance(array, np.ndarray) and array.dtype.kind == "f"


def _same(event, arrays, cell):
    """The cell that the rule hands on as it is, if that is what it does."""
    floats = [i for i, a in enumerate(arrays) if _is_float(a)]
    starts, found = np.cumsum([1, *[arrays[i].size for i in floats]]), []
    for factor in (1, -3):  # a rule that only hands on does so with other numbers, too
        coded = list(arrays)
        for i, start in zip(floats, starts):
            coded[i] = factor * (start + np.arange(arrays[i].size, dtype="float64")).reshape(arrays[i].shape)
        code = float(event.rule.run(coded, event.params)[cell.index]) / factor
        if not (1 <= code < starts[-1] and code == int(code)):
            return None
        which = int(np.searchsorted(starts, code, side="right")) - 1
        index = np.unravel_index(int(code - starts[which]), arrays[floats[which]].shape)
        found.append(Cell(event.inputs[floats[which]], tuple(map(int, index))))
    source = found[0]
    return Made("same", (source,), event.op) if source == found[1] and source.number == cell.number else None


def _each(event, arrays, cell):
    """The op of one cell of each input, if the rule goes element by element."""
    if event.rule.shape not in (same, broadcast):
        return None
    shape, parts, spoilt = cell.value.shape, [], list(arrays)
    for i, array in enumerate(arrays):
        if not isinstance(array, np.ndarray):
            parts.append(array)
            continue
        if array.ndim > len(shape) or any(n not in (1, m) for n, m in zip(array.shape[::-1], shape[::-1])):
            return None
        index = tuple(0 if n == 1 else k for n, k in zip(array.shape, cell.index[len(shape) - array.ndim :]))
        spoilt[i] = np.full_like(array, np.nan) if _is_float(array) else ~array if array.dtype.kind == "b" else array + 1
        spoilt[i][index] = array[index]
        parts.append(Cell(event.inputs[i], index))
    try:
        out, clean = event.rule.run(spoilt, event.params), event.rule.run(arrays, event.params)
    except (IndexError, ValueError):
        return None
    return Made("call", tuple(parts), event.op) if out[cell.index] == clean[cell.index] else None


def _sum(event, arrays, cell):
    """Products that add up to the cell, if the rule is linear in one of its inputs."""
    rule = event.rule
    for i, array in enumerate(arrays):
        if not _is_float(array) or (not rule.variadic and rule.vjps[i] is None):
            continue
        doubled = [2 * a if k == i else a for k, a in enumerate(arrays)]
        y = rule.run(arrays, event.params)
        if not np.isclose(rule.run(doubled, event.params)[cell.index], 2 * y[cell.index], rtol=1e-9, atol=0):
            continue
        one = np.zeros_like(y)
        one[cell.index] = 1
        factors = _pull(event, arrays, y, one, i)
        if factors is None or not np.isclose((factors * array).sum(), y[cell.index], rtol=1e-6, atol=1e-9):
            continue
        places = [tuple(map(int, p)) for p in np.argwhere(factors)]
        values = factors[tuple(np.array(places).T)] if places else np.zeros(0)
        whole = round(1 / values[0]) if len(values) > 1 and values[0] else 0
        if whole > 1 and np.allclose(values, 1 / whole, rtol=1e-9):  # a mean
            return Made("sum", tuple((Cell(event.inputs[i], p),) for p in places), event.op, whole)
        named = _names_of_factors(event, event.inputs, arrays, y, one, i, factors)
        terms = [(Cell(event.inputs[i], p), named.get(p, float(factors[p]))) for p in places]
        return Made("sum", tuple((c,) if f == 1.0 else (c, f) for c, f in terms), event.op)
    return None


def _names_of_factors(event, inputs, arrays, y, g, i, factors):
    """Which cell of another input each factor is: number the cells, and look which numbers come out."""
    named = {}
    for k, array in enumerate(arrays):
        if k == i or not _is_float(array):
            continue
        codes = 1 + np.arange(array.size, dtype="float64").reshape(array.shape)
        found = _pull(event, [codes if n == k else a for n, a in enumerate(arrays)], y, g, i)
        for place in map(tuple, np.argwhere(factors)):
            code = float(found[place])
            if 1 <= code <= array.size and code == int(code):
                index = tuple(map(int, np.unravel_index(int(code) - 1, array.shape)))
                if np.isclose(array[index], factors[place], rtol=1e-9, atol=0):
                    named[tuple(map(int, place))] = Cell(inputs[k], index)
    return named


def _pull(event, arrays, y, g, i):
    """The gradient for an input, by NumPy's rule."""
    return backend.get("numpy").pulled_back(event.rule, arrays, event.params, y, g, [i])[i]


def _seen(event, arrays, cell):
    """The op of the cells that the output moves with."""
    y = event.rule.run(arrays, event.params)
    one = np.zeros_like(y, "float64")
    one[cell.index] = 1
    parts = []
    for i, array in enumerate(arrays):
        if not isinstance(array, np.ndarray):
            parts.append(array)
        elif _is_float(array) and (event.rule.variadic or event.rule.vjps[i] is not None):
            moved = _pull(event, arrays, y, one, i)
            parts += [] if moved is None else [Cell(event.inputs[i], tuple(map(int, p))) for p in np.argwhere(moved)]
        elif array.shape == cell.value.shape:
            parts.append(Cell(event.inputs[i], cell.index))
    return Made("call", tuple(parts[:_MOST]), event.op, left_out=max(len(parts) - _MOST, 0))


def _chain(event, cell):
    """A gradient: the gradients of all that the cell went into, each times how much that moved with the cell."""
    g_value, y_value, *inputs = event.inputs
    with np.errstate(all="ignore"):
        arrays, g, y = [_wide(x) for x in inputs], _wide(g_value), _wide(y_value)
        places = sorted(_moved(event, inputs, arrays, y, cell.index), key=lambda p: -abs(g[p]))
        terms, total = [], 0.0
        for place in places[:_MOST]:
            found = _slope(event, inputs, arrays, y, place, cell.index)
            if found is None:
                continue
            slope, factor = found
            total += slope * g[place]
            source = Cell(g_value, tuple(map(int, place)))
            terms.append((source,) if factor == 1.0 else (source, factor))
    rest = cell.number - total if len(places) > _MOST else 0.0
    return Made("sum", tuple(terms), event.op, rest=rest, left_out=max(len(places) - _MOST, 0))


def _moved(event, inputs, arrays, y, index):
    """Places of the output that move when one cell of an input does, by a lot or a little."""
    shift = 0
    if _is_of_batch(event, inputs[event.wrt], y):
        arrays, _, sliced = _alone(event, inputs, arrays, y, index[0])
        shift, index = (index[0], (0, *index[1:])) if sliced[event.wrt] else (0, index)
    before = event.rule.run(arrays, event.params)
    moved, far = np.zeros(before.shape, bool), 1e3 * (1 + abs(arrays[event.wrt][index]))
    for step in (far, -far, 1e-3, -1e-3):
        nudged = [a.copy() if i == event.wrt else a for i, a in enumerate(arrays)]
        nudged[event.wrt][index] += step
        moved |= event.rule.run(nudged, event.params) != before
    return [(int(p[0]) + shift, *map(int, p[1:])) if len(p) else () for p in np.argwhere(moved)]


def _slope(event, inputs, arrays, y, place, index):
    """How much one place of the output moves with one cell of an input, as a number and as the cell it is, if it is one.

    None if it does not.
    """
    shift, sliced = 0, [False] * len(arrays)
    if place and (not _is_of_batch(event, inputs[event.wrt], y) or index[0] == place[0]):
        arrays, y, sliced = _alone(event, inputs, arrays, y, place[0])
        if any(sliced):
            shift, place = place[0], (0, *place[1:])
            index = (0, *index[1:]) if sliced[event.wrt] else index
    one = np.zeros_like(y)
    one[place] = 1
    slopes = _pull(event, arrays, y, one, event.wrt)
    if slopes[index] == 0:
        return None
    named = _names_of_factors(event, inputs, arrays, y, one, event.wrt, _only(slopes, index)).get(index)
    if named is not None and any(x is named.value and alone for x, alone in zip(inputs, sliced)):
        named = Cell(named.value, (named.index[0] + shift, *named.index[1:]))
    return float(slopes[index]), float(slopes[index]) if named is None else named


def _alone(event, inputs, arrays, y, sample):
    """Arrays and output of one sample, and which arrays were cut; of a rule that does not treat each alone, as they are."""
    row = slice(sample, sample + 1)
    sliced = [_is_of_batch(event, x, y) for x in inputs]
    part = [a[row] if cut else a for a, cut in zip(arrays, sliced)]
    try:
        found = event.rule.run(part, event.params)
    except (IndexError, ValueError):
        found = None
    if found is None or found.shape != y[row].shape or not np.allclose(found, y[row], rtol=1e-4, atol=1e-6):
        return arrays, y, [False] * len(arrays)
    return part, y[row], sliced


def _is_of_batch(event, x, y):
    """Whether an input has a row for each row of the output, in a batch of several."""
    rows = event.outputs[0].trace.batch_size
    return isinstance(x, Value) and x.axes[:1] == ("batch",) and y.ndim > 0 and 1 < rows == x.shape[0] == len(y)


def _only(array, index):
    """An array with one cell left, the others 0."""
    kept = np.zeros_like(array)
    kept[index] = array[index]
    return kept


def _told(event, cell):
    """Events that are no rows: a start, a new value of a variable, an update, a function of Torch."""
    if event.op == "start":
        return Made("given")
    if event.op == "assign" and event.values:
        return Made("same", (Cell(event.values[0], cell.index),), event.op)
    alike = [Cell(x, cell.index) for x in event.values if x.shape == cell.value.shape]
    numbers = [event.params["learning_rate"]] if "learning_rate" in event.params else []
    return Made("call", tuple([*alike, *numbers]), event.op, left_out=len(event.values) - len(alike))
