"""A rule of the op table written out as text, with other names: how a program shows what it computes."""

import ast

from .folding import Folder, arguments_of, body_of, straight


def inlined(rule, inputs, known, params, bind, constant, write):
    """The rule written out with our names: a line for each of its locals, and its result; None if it branches.

    Args:
        rule: a plain function.
        inputs: text of each input.
        known: what is known of each input: an `Array`, a plain value or `UNKNOWN`.
        params: name -> value of each parameter.
        bind: function(name, value) -> the name under which the code knows a value.
        constant: function(value) -> its text.
        write: function(name, expression) -> the name of a local the expression was written to.
    """
    body = body_of(rule)
    if body is None:
        return None
    names, defaults = arguments_of(rule)
    params = defaults | params
    texts, values = dict(zip(names, inputs)), dict(zip(names, known)) | params
    folder = Folder(values, rule.__globals__ | {"len": len, "isinstance": isinstance})
    lines, result, _ = straight(body, folder)
    if result is None:
        return None

    def renamed(expression):
        return ast.unparse(Renamed(texts, params, rule.__globals__, bind, constant).visit(expression))

    for name, expression in lines:
        texts[name] = write(name, renamed(expression))
    return renamed(result)


class Renamed(ast.NodeTransformer):
    """Puts our names for a rule's arguments, and binds the helpers it calls."""

    def __init__(self, texts, params, helpers, bind, constant):
        self.texts, self.params, self.helpers, self.bind, self.constant = texts, params, helpers, bind, constant

    def visit_Name(self, node):
        if node.id in self.texts:
            return _parsed_text(self.texts[node.id])
        if node.id in self.params:
            return _parsed_text(self.constant(self.params[node.id]))
        if node.id in self.helpers and node.id != "np":
            return ast.Name(self.bind(node.id, self.helpers[node.id]), ast.Load())
        return node

    def visit_Constant(self, node):
        return _parsed_text(self.constant(node.value))


def _parsed_text(text):
    return ast.parse(text, mode="eval").body
