"""Formulas read off the source of the rules: what is shown is what ran.

`formula(ops.sigmoid)` parses the forward rule and every VJP and writes them as
LaTeX. There is no second place where a formula is written down, so none can drift.
"""

import ast
import inspect
import textwrap

from ..ops import OPS, Composite

_GREEK = {"epsilon": r"\varepsilon", "alpha": r"\alpha", "gamma": r"\gamma", "beta": r"\beta", "rho": r"\rho"}
_BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: r"\,", ast.MatMult: r"\,", ast.Mod: r"\bmod", ast.BitAnd: r"\wedge", ast.BitOr: r"\vee"}
_COMPARE = {ast.Gt: ">", ast.GtE: r"\ge", ast.Lt: "<", ast.LtE: r"\le", ast.Eq: "=", ast.NotEq: r"\ne", ast.Is: "=", ast.IsNot: r"\ne"}
_INFIX = {"add": "+", "subtract": "-", "multiply": r"\,", "matmul": r"\,", "equal": "=", "not_equal": r"\ne", "less": "<",
          "less_equal": r"\le", "greater": ">", "greater_equal": r"\ge", "logical_and": r"\wedge", "logical_or": r"\vee",
          "mod": r"\bmod"}  # fmt: skip
_NAMED = {"exp": r"\exp", "log": r"\ln", "tanh": r"\tanh", "sin": r"\sin", "cos": r"\cos", "tan": r"\tan",
          "sinh": r"\sinh", "cosh": r"\cosh", "arcsin": r"\arcsin", "arccos": r"\arccos", "arctan": r"\arctan", "max": r"\max", "min": r"\min",
          "maximum": r"\max", "minimum": r"\min", "sum": r"\textstyle\sum", "prod": r"\textstyle\prod",
          "argmax": r"\arg\max", "argmin": r"\arg\min"}  # fmt: skip
_MODULES = {"np", "ops", "math", "backend", "linalg", "fft", "special", "random"}
_WEAK, _SUM, _PRODUCT, _POWER, _ATOM = range(5)  # how tightly a formula holds together


class Formula:
    """An op's forward and gradients as LaTeX, with the source they were read from.

    Attributes:
        name: name of the op.
        lines: dict of left side -> LaTeX, the output first.
        source: the text of the rules.
    """

    def __init__(self, name, lines, source):
        self.name, self.lines, self.source = name, lines, source

    def _repr_latex_(self):
        rows = r" \\ ".join(f"{left} &= {right}" for left, right in self.lines.items())
        return rf"$\begin{{aligned}} {rows} \end{{aligned}}$"

    def __repr__(self):
        return "\n".join(f"{left} = {right}" for left, right in self.lines.items())


def formula(op):
    """Return the formula of an op, generated from its source.

    Args:
        op: an op of the table, or its name.

    Raises:
        KeyError: if there is no op of that name.

    >>> formula("multiply")
    y = x_1 \\, x_2
    \\bar{x}_1 = \\bar{y} \\, x_2
    \\bar{x}_2 = \\bar{y} \\, x_1
    """
    op = OPS[op] if isinstance(op, str) else op
    if isinstance(op, Composite):
        source = textwrap.dedent(inspect.getsource(op.definition))
        return Formula(op.name, {"y": tex_of(op.definition)}, source)
    lines = {"y": tex_of(op.forward)}
    for name, vjp in zip(op.inputs, op.vjps):
        if vjp is not None:
            lines[_bar(name)] = tex_of(vjp)
    rules = [op.forward, *filter(None, op.vjps)]
    sources = dict.fromkeys(textwrap.dedent(inspect.getsource(rule)) for rule in rules)  # one line may hold several
    return Formula(op.name, lines, "\n\n".join(sources))


def formula_lines(rule):
    """Return the formulas of a row, an optimizer or a function as a dict of left side -> LaTeX; none for what has no source."""
    if hasattr(rule, "forward") or isinstance(rule, Composite):
        return formula(rule).lines
    function = getattr(rule, "function", None)
    try:
        return {"": tex_of(function).replace(r"\bar{y}", r"\bar{w}")} if callable(function) else {}  # of an optimizer
    except (OSError, TypeError):
        return {}


def tex_of(function, ran=None):
    """Return LaTeX of what a function returns, its local names written out after it.

    Args:
        function: a rule, a gradient, an optimizer's formula.
        ran: numbers of its lines, if only those are to be told.
    """
    definition = _definition(function)
    if isinstance(definition, ast.Lambda):
        return _tex(definition.body)[0]
    lines = []
    for statement in definition.body if ran is None else _only(definition.body, ran):
        lines += _statement(statement)
    results = [tex for kind, tex in lines if kind == "return"]
    where = [tex for kind, tex in lines if kind == "where"]
    if not results:
        return r" \quad ".join(where)  # an optimizer's: it changes what it is given
    return r" \text{ or } ".join(dict.fromkeys(results)) + (r" \quad\text{where } " + ",\\; ".join(where) if where else "")


def _only(statements, ran):
    """The statements that ran; of a condition, what is inside of it."""
    kept = []
    for node in statements:
        if isinstance(node, ast.If):
            kept += _only([*node.body, *node.orelse], ran)
        elif not ran.isdisjoint(range(node.lineno, node.end_lineno + 1)):
            kept.append(node)
    return kept


def _definition(function):
    if function.__name__ == "<lambda>":
        return _lambda(function)
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    return next(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _lambda(function):
    """The lambda in its file that was compiled to this very code: several may stand on one line."""
    places = set(function.__code__.co_positions())
    tree = ast.parse("".join(inspect.findsource(function)[0]))
    return next(
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Lambda)
        and (node.body.lineno, node.body.end_lineno, node.body.col_offset, node.body.end_col_offset) in places
    )


def _statement(node):
    """A statement as [(kind, LaTeX)]; kind is `return` or `where`."""
    if isinstance(node, ast.Return):
        return [("return", _tex(node.value)[0])] if node.value else []  # an optimizer's update ends early
    if isinstance(node, ast.Assign):
        return [("where", f"{_tex(node.targets[0])[0]} = {_tex(node.value)[0]}")]
    if isinstance(node, ast.AugAssign):
        left = _tex(node.target)[0]
        return [("where", f"{left} \\leftarrow {_tex(ast.BinOp(node.target, node.op, node.value))[0]}")]
    if isinstance(node, ast.If):
        condition = rf" \;\text{{if }} {_tex(node.test)[0]}"
        inner = [pair for child in node.body for pair in _statement(child)]
        return [(kind, tex + condition) for kind, tex in inner] + [p for child in node.orelse for p in _statement(child)]
    if isinstance(node, ast.For):
        return [("where", rf"\text{{for each }} {_tex(node.target)[0]}:\; {tex}") for c in node.body for _, tex in _statement(c)]
    if isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant):
        return [("where", _tex(node.value)[0])]
    return []  # a docstring


def _tex(node):
    """An expression as (LaTeX, how tightly it holds together)."""
    write = _WRITERS.get(type(node))
    return write(node) if write else (_code(ast.unparse(node)), _ATOM)


def _in(node, level):
    """An expression's LaTeX, in parentheses if it holds together less tightly than `level`."""
    tex, own = _tex(node)
    return tex if own >= level else rf"\left({tex}\right)"


def _name(node):
    name = node.id
    if name == "g":
        return r"\bar{y}", _ATOM
    if name in _GREEK:
        return _GREEK[name], _ATOM
    letter, digits = name.rstrip("0123456789"), name[len(name.rstrip("0123456789")) :]
    letter = letter.rstrip("_") or letter
    base = _GREEK[letter] if letter in _GREEK else letter if len(letter) == 1 else rf"\mathrm{{{letter.replace('_', ' ')}}}"
    return (f"{base}_{digits}" if digits else base), _ATOM


def _bar(name):
    base, _, digits = _name(ast.Name(name))[0].partition("_")
    return rf"\bar{{{base}}}" + (f"_{digits}" if digits else "")


def _number(node):
    return (str(node.value) if not isinstance(node.value, str) else rf"\text{{{node.value}}}"), _ATOM


def _binary(node):
    if isinstance(node.op, ast.Div):
        return rf"\frac{{{_tex(node.left)[0]}}}{{{_tex(node.right)[0]}}}", _PRODUCT
    if isinstance(node.op, ast.Pow):
        return f"{_in(node.left, _ATOM)}^{{{_tex(node.right)[0]}}}", _POWER
    level = _SUM if isinstance(node.op, (ast.Add, ast.Sub)) else _PRODUCT
    sign = _BINARY.get(type(node.op))
    if sign is None:
        return _code(ast.unparse(node)), _ATOM
    right_level = level + 1 if isinstance(node.op, ast.Sub) else level
    return f"{_in(node.left, level)} {sign} {_in(node.right, right_level)}", level


def _unary(node):
    if isinstance(node.op, ast.USub):
        return f"-{_in(node.operand, _PRODUCT)}", _SUM
    return rf"\neg {_in(node.operand, _ATOM)}", _POWER


def _compare(node):
    sign = _COMPARE.get(type(node.ops[0]))
    if sign is None:
        return _code(ast.unparse(node)), _ATOM
    return f"[{_tex(node.left)[0]} {sign} {_tex(node.comparators[0])[0]}]", _ATOM


def _attribute(node):
    if isinstance(node.value, ast.Name) and node.value.id == "self":
        return _name(ast.Name(node.attr))  # a setting
    if node.attr == "T":
        return rf"{_in(node.value, _ATOM)}^\top", _POWER
    if node.attr == "pi":
        return r"\pi", _ATOM
    return _code(ast.unparse(node)), _ATOM


def _choice(node):
    return rf"\begin{{cases}} {_tex(node.body)[0]} & {_tex(node.test)[0]} \\ {_tex(node.orelse)[0]} \end{{cases}}", _ATOM


def _call(node):
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    args = node.args
    if isinstance(node.func, ast.Attribute) and not (isinstance(node.func.value, ast.Name) and node.func.value.id in _MODULES):
        node, args = _as_function(node)  # x.sum(axis) is sum(x, axis)
    if name in _CALLS:
        return _CALLS[name](node, args)
    if name in _INFIX and len(args) == 2:
        level = {"+": _SUM, "-": _SUM, r"\,": _PRODUCT}.get(_INFIX[name], _WEAK)
        tex = f"{_in(args[0], level)} {_INFIX[name]} {_in(args[1], level + (name == 'subtract'))}"
        return (tex, level) if level else (f"[{tex}]", _ATOM)
    inner = ",\\, ".join(_tex(arg)[0] for arg in args)
    axis = next((_tex(k.value)[0] for k in node.keywords if k.arg == "axis"), None)
    head = _NAMED.get(name) or rf"\operatorname{{{name.replace('_', ' ').strip()}}}"
    below = f"_{{{axis}}}" if axis not in (None, "None") else ""
    return rf"{head}{below}\left({inner}\right)", _POWER


def _as_function(node):
    """A method's call as the function of that name, its first argument the object; an axis by its name."""
    args, keywords = [node.func.value, *node.args], list(node.keywords)
    if node.func.attr in ("sum", "mean", "max", "min", "prod", "argmax", "argmin") and node.args:
        keywords.append(ast.keyword("axis", node.args[0]))
        args = [node.func.value, *node.args[1:]]
    return ast.Call(node.func, args, keywords), args


def _code(text):
    for sign in "_%&#{}$":
        text = text.replace(sign, "\\" + sign)
    return rf"\texttt{{{text}}}"


_CALLS = {
    "negative": lambda n, a: (f"-{_in(a[0], _PRODUCT)}", _SUM),
    "sqrt": lambda n, a: (rf"\sqrt{{{_tex(a[0])[0]}}}", _ATOM),
    "square": lambda n, a: (f"{_in(a[0], _ATOM)}^2", _POWER),
    "abs": lambda n, a: (rf"\left|{_tex(a[0])[0]}\right|", _ATOM),
    "absolute": lambda n, a: (rf"\left|{_tex(a[0])[0]}\right|", _ATOM),
    "power": lambda n, a: (f"{_in(a[0], _ATOM)}^{{{_tex(a[1])[0]}}}", _POWER),
    "true_divide": lambda n, a: (rf"\frac{{{_tex(a[0])[0]}}}{{{_tex(a[1])[0]}}}", _PRODUCT),
    "divide": lambda n, a: (rf"\frac{{{_tex(a[0])[0]}}}{{{_tex(a[1])[0]}}}", _PRODUCT),
    "expm1": lambda n, a: (rf"\exp\left({_tex(a[0])[0]}\right) - 1", _SUM),
    "log1p": lambda n, a: (rf"\ln\left(1 + {_tex(a[0])[0]}\right)", _POWER),
    "epsilon": lambda n, a: (r"\varepsilon", _ATOM),
    "where": lambda n, a: (
        rf"\begin{{cases}} {_tex(a[1])[0]} & {_tex(a[0])[0]} \\ {_tex(a[2])[0]} & \text{{else}} \end{{cases}}", _ATOM
    ),
}  # fmt: skip
_WRITERS = {
    ast.Name: _name, ast.Constant: _number, ast.BinOp: _binary, ast.UnaryOp: _unary, ast.Compare: _compare,
    ast.Attribute: _attribute, ast.Call: _call, ast.IfExp: _choice,
}  # fmt: skip
