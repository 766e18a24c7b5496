"""`why(trace, name, index)`: the exact products and sums behind one number."""

from .made import Cell
from .paths import paths
from .written import Writer, number

_WIDEST = 400  # letters of a line
_NAMED = 12


class Reason:
    """Where one number comes from.

    Attributes:
        cell: the number: `value`, `index`, `name`, `number`.
        lines: how it was made, each line one event deeper than the one before.
        where: dict of name -> number, of what the last line is made of.
        made: how it was made of others, as cells: `kind`, `op`, `parts`.
    """

    def __init__(self, cell, depth):
        self.cell = cell
        known, self.lines, self.where = {}, [], {}
        for level in range(1, 4 * depth):
            if len(self.lines) == depth:
                break
            writer = Writer(known)
            text, _ = writer.write(cell, level)
            if len(text) > _WIDEST:
                break
            if [text] != self.lines[-1:]:  # some events only hand a number on
                self.lines.append(text)
            self.where = {c.name: c.number for c in writer.ends}
            if writer.is_whole:
                break
        self.made, self._known, self._paths = Writer(known).made(cell), known, None

    @property
    def paths(self):
        """The paths of the chain rule that add most to a gradient, largest first; none for other numbers."""
        if self._paths is None:
            self._paths = paths(self.cell, Writer(self._known).made) if self.cell.value.kind == "gradient" else []
        return self._paths

    @property
    def text(self):
        """One line: the number, and how it was made, deeper and deeper."""
        return " = ".join([number(self.cell.number), *self.lines])

    def __repr__(self):
        first = f"{self.cell.name} = {number(self.cell.number)}"
        if self.made.kind == "given":
            return f"{first}, as it was given"
        parts = [first, *[f"  = {line}" for line in self.lines]]
        named = [f"{number(n)} = {name}" for name, n in list(self.where.items())[:_NAMED]]
        if named:
            more = len(self.where) - _NAMED
            parts.append("  where " + ", ".join(named) + (f", … {more} more" if more > 0 else ""))
        if self.paths:
            parts += ["  by paths from the loss:", *[f"    {path}" for path in self.paths]]
            rest = self.cell.number - sum(path.product for path in self.paths)
            if abs(rest) > 1e-5 * abs(self.cell.number):
                parts.append(f"    {number(rest)} by all others")
        return "\n".join(parts)


def why(trace, name, index=None, depth=3):
    """Say where one number of a training step comes from.

    Args:
        trace: a `Trace`.
        name: name of a tensor of the trace, or a `Value`; a gradient has the name `"g_"` and that of its tensor.
        index: which number; may be left out if there is only one.
        depth: how many events deep to go at most.

    Returns:
        A `Reason`.

    Raises:
        KeyError: if there is no such tensor.
        IndexError: if there is no such number.

    >>> import kerasteach as keras
    >>> from kerasteach.explain import trace
    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, "sigmoid", name="s")], name="m")
    >>> model.set_weights([[[1.2]], [0.4]])
    >>> model.compile("sgd", "mse")
    >>> step = trace(model, [[0.5]], [[1.0]])
    >>> step.why("v3").text
    '0.7311 = sigmoid(1.0) = sigmoid(0.6 + 0.4) = sigmoid(0.5*1.2 + 0.4)'
    >>> step.why("g_m/s/kernel").text
    '-0.05288 = -0.1058*0.5 = -0.5379*0.1966*0.5 = 0.5379*(-1.0)*0.1966*0.5'
    """
    value = trace.value(name)
    if index is None:
        if value.size != 1:
            raise IndexError(f"{value.label} holds {value.size} numbers. Fix: say which, as index={tuple(0 for _ in value.shape)}.")
        index = (0,) * len(value.shape)
    index = (index,) if isinstance(index, int) else tuple(int(i) for i in index)
    if len(index) != len(value.shape) or any(not -n <= i < n for i, n in zip(index, value.shape)):
        raise IndexError(f"There is no {value.name}[{', '.join(map(str, index))}]. It has the shape {value.shape}.")
    return Reason(Cell(value, tuple(i % n for i, n in zip(index, value.shape))), depth)
