"""The cell magic `%%keras`: a cell whose Keras is kerasteach.

The cell stays an ordinary cell: its first line becomes a call that picks the
backend, and a cell that starts with that call gets its imports read by other
names. So results are shown, errors point to the right lines, `await` works, and
names land where they always do.
"""

import ast

from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring

from .. import config
from .translate import translate_tree

_MARK = "%%keras"


def register(ipython):
    """Make `%%keras` known to a shell; a second time changes nothing."""
    if "keras" in ipython.magics_manager.magics["cell"]:
        return
    ipython.input_transformers_cleanup.append(first_line)
    ipython.ast_transformers.append(Translator())

    @magic_arguments()
    @argument("--backend", choices=["numpy", "torch"], help="where models made in this cell compute; the default backend if not given")
    def keras(line, cell=None):
        """Run a cell written for Keras on kerasteach, whatever Keras and TensorFlow are installed.

        In this cell, and in functions defined in it, `keras` and `tensorflow.keras` are kerasteach and
        `tensorflow` is a small stand-in. Other cells import the real ones.
        """
        if cell is not None:  # called by hand, as a function
            return ipython.run_cell(f"{_MARK} {line}\n{cell}").raise_error()
        backend = parse_argstring(keras, line).backend
        if backend:
            _for_this_cell(ipython, config.set_backend(backend))

    ipython.register_magic_function(keras, "line_cell", "keras")


def first_line(lines):
    """Turn the line `%%keras …` on top of a cell into the call that it stands for, in its place.

    >>> first_line(["%%keras --backend torch\\n", "import keras\\n"])
    ["get_ipython().run_line_magic('keras', '--backend torch')\\n", 'import keras\\n']
    """
    if not lines or lines[0].split()[:1] != [_MARK]:
        return lines
    options = lines[0].strip()[len(_MARK) :].strip()
    return [f"get_ipython().run_line_magic('keras', {options!r})\n", *lines[1:]]


class Translator(ast.NodeTransformer):
    """Reads the imports of cells that start with `%%keras` by other names; leaves all other cells alone."""

    def visit(self, node):
        """Translate one cell's tree."""
        return translate_tree(node) if isinstance(node, ast.Module) and _is_marked(node) else node


def _is_marked(tree):
    """Whether a cell's first statement is the call that `first_line` writes."""
    match tree.body[:1]:
        case [ast.Expr(ast.Call(ast.Attribute(attr="run_line_magic"), [ast.Constant("keras"), *_]))]:
            return True
    return False


def _for_this_cell(ipython, choice):
    """Undo a choice of backend when the cell that runs now is done."""

    def undo():
        choice.__exit__()
        ipython.events.unregister("post_execute", undo)

    ipython.events.register("post_execute", undo)
