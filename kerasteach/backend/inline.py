"""A rule of the op table written out as text, with other names: how a program shows what it computes."""

import ast
import inspect
import textwrap

from ..ops.spec import named

_parsed = {}  # rule -> (argument names, defaults, [(local name, expression)], result) or None


def inlined(rule, inputs, params, bind, write):
    """The rule written out with our names: a line for each of its locals, and its result; None if it branches."""
    if rule not in _parsed:
        _parsed[rule] = _parse(rule)
    if _parsed[rule] is None:
        return None
    names, defaults, steps, result = _parsed[rule]
    given = dict(zip(names, inputs)) | {k: repr(v) for k, v in defaults.items() if k not in params} | params

    def renamed(expression):
        return ast.unparse(_Renamed(given, rule.__globals__, bind).visit(ast.parse(expression, mode="eval").body))

    for name, expression in steps:
        given[name] = write(name, renamed(expression))
    return renamed(result)


def _parse(rule):
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(rule)))
    except (OSError, SyntaxError):  # no source at hand, as in a frozen program: call the rule instead
        return None
    *steps, last = tree.body[0].body if isinstance(tree.body[0], ast.FunctionDef) else [None]
    plain = isinstance(last, ast.Return) and all(isinstance(s, ast.Assign) and isinstance(s.targets[0], ast.Name) for s in steps)
    if not plain or any(isinstance(n, (ast.ListComp, ast.GeneratorExp, ast.Lambda)) for n in ast.walk(tree)):
        return None
    names = rule.__code__.co_varnames[: rule.__code__.co_argcount]
    defaults = dict(zip(names[len(names) - len(rule.__defaults__ or ()) :], rule.__defaults__ or ()))
    return names, defaults, [(s.targets[0].id, ast.unparse(s.value)) for s in steps], ast.unparse(last.value)


class _Renamed(ast.NodeTransformer):
    """Puts our names for a rule's arguments, and binds the helpers it calls."""

    def __init__(self, given, known, bind):
        self.given, self.known, self.bind = given, known, bind

    def visit_Name(self, node):
        if node.id in self.given:
            return ast.parse(self.given[node.id], mode="eval").body
        if node.id in self.known and node.id != "np":
            return ast.Name(self.bind(node.id, self.known[node.id]), ast.Load())
        return node

    def visit_Call(self, node):
        """A dtype that a text names already needs no name found for it."""
        if isinstance(node.func, ast.Name) and self.known.get(node.func.id) is named and len(node.args) == 1:
            dtype = self.visit(node.args[0])
            if isinstance(dtype, ast.Constant) and isinstance(dtype.value, str):
                return dtype
        return self.generic_visit(node)
