"""What a course has given so far: is every name of Keras in a solution one that a student has met?"""

import ast
import functools
import json
import re

import numpy as np

from .. import layers, losses, metrics, models, optimizers
from ..callbacks import Callback
from .generate import answers_of, student_version
from .notebooks import read

_ROOTS = ("kerasteach", "keras")


def unexplained(number, root):
    """Return the names of Keras that an exercise's answers use and nothing up to it shows, sorted.

    Names are looked for in the lessons up to its own, in the exercises before it, and in what its own notebook says.

    Args:
        number: of the exercise, as `"01"`.
        root: the folder with notebooks/ and solutions/.
    """
    own = next((root / "solutions").glob(f"{number}_*.ipynb"))
    before = [path for path in (root / "solutions").glob("*.ipynb") if path.name < own.name]
    lessons = [path for path in (root / "notebooks").glob("*.ipynb") if path.name[:2] <= number]
    books = [read(path) for path in [*lessons, *before]]
    books.append(student_version(read(own), own.name))
    known = "\n".join(cell["source"] for nb in books for cell in nb["cells"])
    used = names_used("\n\n".join(_code(read(own))), imports="\n".join(imports_of(read(own))))
    return sorted(name for name in used if not re.search(rf"\b{name}\b", known))


def names_used(code, imports=""):
    """Return the names of Keras in some code: what is asked of its modules, and methods of its objects.

    >>> sorted(names_used("layers.Dense(3)(x).sum(); model.fit(x)", "from keras import layers"))
    ['Dense', 'fit']
    """
    tree = ast.parse(f"{imports}\n{code}")
    ours, used = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            ours |= {alias.asname or alias.name for alias in node.names if alias.name.split(".")[0] in _ROOTS}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in _ROOTS:
            ours |= {alias.asname or alias.name for alias in node.names}
            used |= {alias.name for alias in node.names if alias.name[0].isupper()}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            top, *_ = _chain(node)
            used |= {node.attr} if top in ours or node.attr in _methods() else set()
        elif isinstance(node, ast.ClassDef):  # what is overridden is used
            own = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
            used |= own & _methods()
    return used - {"learn", "exercise"}


def imports_of(nb):
    """The import lines of a notebook's code cells."""
    lines = [line for cell in nb["cells"] if cell["cell_type"] == "code" for line in cell["source"].splitlines()]
    return [line for line in lines if re.match(r"(import|from) ", line)]


def _code(nb):
    return json.loads(json.dumps(answers_of(nb))).values()


def _chain(node):
    """`keras.layers.Dense` as ["keras", "layers", "Dense"]; what is no name is ""."""
    if isinstance(node, ast.Attribute):
        return [*_chain(node.value), node.attr]
    return [node.id if isinstance(node, ast.Name) else ""]


@functools.cache
def _methods():
    """What models, layers and the like can be asked for, and plain Python and NumPy values cannot."""
    ours = (models.Model, layers.Layer, optimizers.Optimizer, losses.Loss, metrics.Metric, Callback)
    plain = (np.ndarray, list, dict, set, str, tuple, float, int, bytes)
    names = {name for kind in ours for name in dir(kind) if not name.startswith("_")}
    return names - {name for kind in plain for name in dir(kind)}
