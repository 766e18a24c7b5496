"""An optimizer's formula written out for one vector: settings as numbers, plain numbers as arrays without axes.

The formula stays as the book has it. What runs computes the same, without NumPy's slow way of taking Python numbers,
and on long vectors piece by piece, so that what is in between stays in the processor's cache.
"""

import ast
import inspect

import numpy as np

from .folding import RUNNING, Array, Folder, Number, arguments_of, body_of, is_plain, number_beside
from .inline import Renamed

_PIECE = 1 << 15  # elements of a piece; a handful of such float32 vectors fit into a core's cache
_PACKAGE = __package__.partition(".")[0]


def written(optimizer, vector, slots):
    """Return a function like `optimizer.formula`; itself, if it is not the library's own, or its text is not at hand.

    What a formula of the user's own does is not known: it may keep things in its optimizer, or call `super()`.

    Args:
        optimizer: the optimizer, whose settings stay as they are as long as the function is used.
        vector: the weights; slots: what is kept beside them.
    """
    formula = type(optimizer).formula
    if type(optimizer).__module__.partition(".")[0] != _PACKAGE or (body := body_of(formula)) is None:
        return optimizer.formula
    names, _ = arguments_of(formula)
    arrays = [names[1], names[2], *names[5 : 5 + len(slots)]]
    values = {name: Array(vector.shape, vector.dtype) for name in arrays}
    values |= {names[0]: optimizer, names[3]: RUNNING, names[4]: RUNNING} | dict.fromkeys(names[5 + len(slots) :])
    known = {"np": np, **formula.__globals__, names[0]: optimizer}
    text = _Text(values, known)
    lines = text.lines(body)
    given = [*names[1 : 5 + len(slots)], *[f"{name}=None" for name in names[5 + len(slots) :]]]
    if formula.__code__.co_flags & inspect.CO_VARARGS:
        given.append("*" + formula.__code__.co_varnames[formula.__code__.co_argcount])
    code = "\n".join([f"def formula({', '.join(given)}):", *[f"    {line}" for line in "\n".join(lines).split("\n")]])
    exec(compile(code, "<formula>", "exec"), known)
    whole = known["formula"]
    if len(vector) <= _PIECE:
        return whole
    cuts = [slice(i, i + _PIECE) for i in range(0, len(vector), _PIECE)]

    def piece_by_piece(w, g, learning_rate, step, *slots):
        for cut in cuts:
            whole(w[cut], g[cut], learning_rate, step, *[slot[cut] for slot in slots])

    return piece_by_piece


class _Text:
    """Writes statements with their branches decided and their numbers bound."""

    def __init__(self, values, known):
        self.folder, self.known, self.numbers = Folder(values, known), known, {}

    def lines(self, body):
        """The statements as text."""
        lines, body = [], list(body)
        while body:
            statement = body.pop(0)
            if isinstance(statement, ast.If) and is_plain(test := self.folder.fold(statement.test)[1]):
                body = [*(statement.body if test else statement.orelse), *body]
                continue
            lines.append(ast.unparse(self._renamed(self._folded(statement))))
            if isinstance(statement, ast.Return):
                break
        return lines or ["pass"]

    def _folded(self, statement):
        if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
            value, known = self.folder.fold(statement.value)
            return ast.AugAssign(statement.target, statement.op, number_beside(value, known, self.folder.values[statement.target.id]))
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name) and len(statement.targets) == 1:
            value, self.folder.values[statement.targets[0].id] = self.folder.fold(statement.value)
            return ast.fix_missing_locations(ast.Assign(statement.targets, value, lineno=1))
        for node in ast.walk(statement):  # as it is; what it assigns is not followed further
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self.folder.values.pop(node.id, None)
        return statement

    def _renamed(self, statement):
        return Renamed({}, {}, {}, None, self._constant).visit(statement)

    def _constant(self, value):
        if not isinstance(value, Number):
            return repr(value)
        name = f"number_{len(self.numbers)}"
        self.known[name] = self.numbers[name] = np.array(value.value, value.dtype)
        return name
