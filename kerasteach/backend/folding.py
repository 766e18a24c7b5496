"""A rule made plain for known shapes: its branches are decided, and what only shapes say is worked out.

`g @ x2.T if g.shape[1] > 1 else g * x2.T` becomes `g @ x2.T`: a program is written for one batch shape, so nothing is
left to ask at every step.
"""

import ast
import copy
import inspect
import textwrap
from types import FunctionType

import numpy as np

from .symbolic import dtype_name

UNKNOWN = object()  # a value that only the step itself will tell
RUNNING = object()  # a plain number that only the step itself will tell
_PLAIN = (int, float, str, bool, type(None), np.dtype, slice)
_bodies = {}  # function -> its statements
_PACKAGE = __package__.partition(".")[0]


class Array:
    """Stands for an array of which shape and dtype are known; whoever asks for its numbers fails."""

    def __init__(self, shape, dtype):
        self.shape, self.dtype = tuple(shape), np.dtype(dtype)
        self.ndim, self.size = len(self.shape), int(np.prod(self.shape))

    def __len__(self):
        return self.shape[0]


class Folder:
    """Works an expression out as far as shapes go.

    Args:
        values: name -> what is known of it: an `Array`, a plain value, or `UNKNOWN`.
        helpers: the names that the rule's module knows.
    """

    def __init__(self, values, helpers):
        self.values, self.helpers = values, helpers

    def fold(self, node):
        """Return (expression with what is known put in, its value as far as known)."""
        method = getattr(self, f"_{type(node).__name__}", None)
        node, value = method(node) if method else (node, UNKNOWN)
        return (ast.Constant(value), value) if is_plain(value) and not _cuts(value) else (node, value)

    def _all(self, nodes):
        pairs = [self.fold(node) for node in nodes]
        return [n for n, _ in pairs], [v for _, v in pairs]

    def _Constant(self, node):
        return node, node.value

    def _Name(self, node):
        if node.id in self.values:
            return node, self.values[node.id]
        return node, self.helpers.get(node.id, UNKNOWN)

    def _Attribute(self, node):
        inner, value = self.fold(node.value)
        if isinstance(value, Array) and node.attr == "T":
            return ast.Attribute(inner, "T", node.ctx), Array(value.shape[::-1], value.dtype)
        if value is UNKNOWN or (isinstance(value, Array) and node.attr not in ("shape", "ndim", "size", "dtype")):
            return ast.Attribute(inner, node.attr, node.ctx), UNKNOWN
        return ast.Attribute(inner, node.attr, node.ctx), getattr(value, node.attr, UNKNOWN)

    def _IfExp(self, node):
        _, test = self.fold(node.test)
        if not is_plain(test):
            return node, UNKNOWN
        return self.fold(node.body if test else node.orelse)

    def _BinOp(self, node):
        nodes, values = self._all([node.left, node.right])
        result = UNKNOWN if isinstance(node.op, ast.MatMult) else _elementwise(values)
        if not isinstance(node.op, ast.Pow):  # NumPy takes roots and squares quickest with a plain number
            nodes = _as_arrays(nodes, values, result)
        return self._computed(lambda a, b: ast.BinOp(a, node.op, b), nodes, values, result)

    def _UnaryOp(self, node):
        nodes, values = self._all([node.operand])
        return self._computed(lambda a: ast.UnaryOp(node.op, a), nodes, values, _elementwise(values))

    def _Compare(self, node):
        nodes, values = self._all([node.left, *node.comparators])
        if isinstance(node.ops[0], (ast.Is, ast.IsNot)) and None in values and any(isinstance(v, Array) for v in values):
            value = isinstance(node.ops[0], ast.IsNot)  # an array is not None
            return ast.Constant(value), value
        result = _elementwise(values)
        nodes = _as_arrays(nodes, values, result)
        result = Array(result.shape, bool) if isinstance(result, Array) else UNKNOWN
        return self._computed(lambda a, *others: ast.Compare(a, node.ops, list(others)), nodes, values, result)

    def _BoolOp(self, node):
        nodes, values = self._all(node.values)
        for value in values:  # as Python does: the first that decides, unless one before it is unknown
            if not is_plain(value):
                break
            if bool(value) is isinstance(node.op, ast.Or):
                return ast.Constant(value), value
        return self._computed(lambda *parts: ast.BoolOp(node.op, list(parts)), nodes, values)

    def _Tuple(self, node):
        nodes, values = self._all(node.elts)
        return ast.Tuple(nodes, node.ctx), tuple(values) if all(map(is_plain, values)) else UNKNOWN

    def _Subscript(self, node):
        nodes, values = self._all([node.value, node.slice])
        return self._computed(lambda a, index: ast.Subscript(a, index, node.ctx), nodes, values)

    def _Slice(self, node):
        parts, values = self._all([p or ast.Constant(None) for p in (node.lower, node.upper, node.step)])
        plain = all(map(is_plain, values))
        kept = [part and new for part, new in zip((node.lower, node.upper, node.step), parts)]
        return ast.Slice(*kept), slice(*values) if plain else UNKNOWN

    def _Call(self, node):
        func, function = self.fold(node.func)
        args, values = self._all(node.args)
        named, named_values = self._all([k.value for k in node.keywords])
        result = UNKNOWN
        if isinstance(function, np.ufunc) and not function.signature and not named:
            result = _elementwise(values)
            args = _as_arrays(args, values, result)
            result = _of_ufunc(function, result)
        call = ast.Call(func, args, [ast.keyword(k.arg, n) for k, n in zip(node.keywords, named)])
        if function is np.asarray and len(args) == 1 and isinstance(values[0], Array):
            return args[0], values[0]
        asked = isinstance(function, FunctionType) and function.__module__.partition(".")[0] == _PACKAGE
        if not asked or UNKNOWN in values + named_values or None in [k.arg for k in node.keywords]:
            return call, result
        try:
            value = function(*values, **{k.arg: v for k, v in zip(node.keywords, named_values)})
        except Exception:  # it wants numbers, not shapes: the step has to compute it
            return (call, UNKNOWN) if named else self._in_place_of(call, function, args, values)
        for arg, given in zip(args, values):
            if value is given and isinstance(value, Array):  # it hands back what it got
                return arg, given
        return call, value if is_plain(value) else UNKNOWN

    def _in_place_of(self, call, function, args, values):
        """What a helper's one line would compute, put where it is called; the call as it is, if that is not so simple."""
        body, (names, defaults) = body_of(function), arguments_of(function)
        if body is None or len(args) + len(defaults) < len(names):
            return call, UNKNOWN
        lines, result, value = straight(body, Folder(defaults | dict(zip(names, values)), function.__globals__))
        used = [n.id for n in ast.walk(result) if isinstance(n, ast.Name)] if result is not None else []
        given = dict(zip(names, args))
        again = [name for name in used if used.count(name) > 1 and not isinstance(given.get(name), ast.Name)]
        if result is None or lines or set(again) - {"np"} or set(used) - {"np", *given}:
            return call, UNKNOWN
        return _Filled(given).visit(result), value

    def _computed(self, build, nodes, values, otherwise=UNKNOWN):
        """An expression worked out if all its parts are plain."""
        if not all(map(is_plain, values)):
            return build(*nodes), otherwise
        names = [f"v{i}" for i in range(len(values))]
        text = ast.fix_missing_locations(ast.Expression(build(*[ast.Name(name, ast.Load()) for name in names])))
        return build(*nodes), eval(compile(text, "<rule>", "eval"), dict(zip(names, values)))


class _Filled(ast.NodeTransformer):
    """Puts expressions for names."""

    def __init__(self, given):
        self.given = given

    def visit_Name(self, node):
        return self.given.get(node.id, node)


def straight(body, folder):
    """A function's body with its branches decided.

    Returns:
        ([(local name, expression)], expression of the result, what is known of it); no expression if that cannot be.
    """
    lines, body = [], list(body)
    while body:
        statement = body.pop(0)
        if isinstance(statement, ast.If):
            _, test = folder.fold(statement.test)
            if not is_plain(test):
                break
            body = [*(statement.body if test else statement.orelse), *body]
        elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            name = statement.targets[0].id
            expression, folder.values[name] = folder.fold(statement.value)
            lines.append((name, expression))
        elif isinstance(statement, ast.Return):
            result, value = folder.fold(statement.value)
            whole = not any(map(_has_own_names, [result, *[e for _, e in lines]]))
            return lines, result if whole else None, value
        elif not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):  # a docstring
            break
    return lines, None, UNKNOWN


def _has_own_names(expression):
    return any(isinstance(n, (ast.ListComp, ast.GeneratorExp, ast.Lambda)) for n in ast.walk(expression))


def body_of(function):
    """The statements of a function as a syntax tree of the caller's own; None without source at hand, as in a frozen program."""
    if function not in _bodies:
        try:
            tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
        except (OSError, SyntaxError):
            tree = None
        _bodies[function] = tree.body if isinstance(tree, ast.FunctionDef) else None
    return copy.deepcopy(_bodies[function])


def arguments_of(function):
    """The names of a function's arguments, and their defaults."""
    code, defaults = function.__code__, function.__defaults__ or ()
    names = code.co_varnames[: code.co_argcount]
    return names, dict(zip(names[len(names) - len(defaults) :], defaults))


class Number:
    """A plain number beside an array of a float dtype; as an array without axes NumPy takes it quicker."""

    def __init__(self, value, dtype):
        self.value, self.dtype = value, dtype


def known_of(x):
    """What is known of a value before any step: shape and dtype of an array, a plain number itself."""
    shape = getattr(x, "shape", None)
    if shape is None:
        return x
    return UNKNOWN if None in shape else Array(shape, dtype_name(x.dtype))


def is_plain(value):
    """Whether a value can stand in the code as it is."""
    if isinstance(value, (tuple, list)):
        return all(map(is_plain, value))
    return isinstance(value, _PLAIN)


def _cuts(value):
    """Whether it is a slice, or an index with one: they read best as written."""
    return isinstance(value, slice) or (isinstance(value, tuple) and any(map(_cuts, value)))


def _elementwise(values):
    """What comes of arrays and plain numbers, element by element; arrays of one float dtype keep it."""
    arrays = [v for v in values if isinstance(v, Array)]
    numbers = [v for v in values if type(v) in (int, float) or v is RUNNING]
    if len(arrays) + len(numbers) < len(values):
        return UNKNOWN
    if not arrays:
        return RUNNING
    if len({a.dtype for a in arrays}) > 1 or arrays[0].dtype.kind != "f":
        return UNKNOWN
    return Array(np.broadcast_shapes(*[a.shape for a in arrays]), arrays[0].dtype)


def _of_ufunc(function, result):
    if not isinstance(result, Array) or function.nout != 1:
        return UNKNOWN
    return Array(result.shape, function.resolve_dtypes((result.dtype,) * function.nin + (None,))[-1])


def _as_arrays(nodes, values, result):
    """Plain numbers that meet arrays, marked as such."""
    return [number_beside(n, v, result) for n, v in zip(nodes, values)]


def number_beside(node, value, array):
    """A plain number's expression, as it meets an array."""
    if not isinstance(array, Array):
        return node
    if value is RUNNING:
        array_of = ast.Attribute(ast.Name("np", ast.Load()), "array", ast.Load())
        return ast.Call(array_of, [node, ast.Constant(array.dtype.name)], [])
    return ast.Constant(Number(value, array.dtype)) if is_plain(value) else node
