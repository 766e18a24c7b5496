"""The house plan, held by its import statements: arrows point down, and heavy packages stay in their rooms.

Every import counts, at the top of a file, inside a function or under TYPE_CHECKING, and so do
`importlib.import_module("kerasteach.…")` and a line in a room's table of names that load late: an arrow is an arrow
wherever it is drawn. A file that breaks a rule is named
with its line and the way out.
"""

import ast
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = "kerasteach"
ROOT = Path(__file__).resolve().parent.parent / PACKAGE

# Low to high. A room may import rooms on its own floor and on the floors below.
FLOORS = [
    ["config", "tree", "errors", "left_out", "lazy", "progress", "rich"],
    ["ops"],
    ["backend"],
    ["saving", "random", "distribution"],
    ["initializers", "regularizers", "constraints", "activations", "dtype_policies"],
    ["losses", "metrics", "optimizers"],
    ["layers"],
    ["training", "callbacks"],
    ["models"],
    ["utils", "datasets", "mixed_precision", "preprocessing"],
    ["explain"],
    ["learn", "widgets"],
    ["compat", "parity", "__main__", "__init__"],
]
RANK = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
BY_NAME = {("utils", "widgets"), ("rich", "widgets")}  # plot_model, and the pictures of layers: drawn upstairs, when asked for
STRANGERS = {("learn", "widgets"), ("widgets", "learn")}  # one floor, but they must not know each other

# A package on the left is imported in the room on the right and nowhere else.
KEPT_IN = {"torch": "backend", "ipywidgets": "widgets", "plotly": "widgets", "anywidget": "widgets"}

# What `import kerasteach` must leave unloaded: torch alone costs three seconds.
NOT_AT_START = ["torch", "scipy", "h5py", "ipywidgets", "plotly", "matplotlib", "rich", "tqdm", "IPython"]

LONGEST = 300

SMALL_MODEL = f"""
import numpy as np
import {PACKAGE} as keras
a, b = keras.Input((2,)), keras.Input((3,))
joined = keras.layers.Concatenate()([keras.layers.Dense(4, activation="relu")(x) for x in (a, b)])
model = keras.Model([a, b], keras.layers.Dense(1)(joined))
model.compile(optimizer="adam", loss="mse", metrics=["mae"])
model.fit([np.ones((8, 2)), np.ones((8, 3))], np.ones((8, 1)), verbose=0)
model.evaluate([np.ones((8, 2)), np.ones((8, 3))], np.ones((8, 1)), verbose=0)
model.predict([np.ones((8, 2)), np.ones((8, 3))], verbose=0)
"""


class Arrow(NamedTuple):
    """One import: at `where` (file:line) the room `source` imports `target`, a dotted name made absolute."""

    where: str
    source: str
    target: str


def rooms(root):
    return {p.stem for p in root.iterdir() if p.suffix == ".py" or next(p.glob("*.py"), None)}


def arrows(root):
    """Every import in the package; kerasteach/layers/core.py lies in the room `layers`, tree.py in `tree`."""
    for path in sorted(root.rglob("*.py")):
        inside = path.relative_to(root)
        for line, target in imports(path.read_text("utf-8"), [PACKAGE, *inside.parts[:-1]]):
            yield Arrow(f"{PACKAGE}/{inside.as_posix()}:{line}", Path(inside.parts[0]).stem, target)


def imports(text, package):
    """(line, dotted name) of every import in a file's text; `package` is the package it lies in, as a list."""

    def absolute(dots, name):
        base = package[: len(package) + 1 - dots] if dots else []
        return ".".join([*base, name] if name else base)

    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = absolute(node.level, node.module)
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "_WHERE":  # see kerasteach/lazy.py
            files = [key.value for key in node.value.keys if key.value]
            dots = [len(file) - len(file.lstrip(".")) for file in files]
            yield from ((node.lineno, absolute(1 + n, file[n:])) for n, file in zip(dots, files))
        elif isinstance(node, ast.Call) and called(node) in ("import_module", "__import__") and node.args:
            name = getattr(node.args[0], "value", None)
            if isinstance(name, str):
                bare = name.lstrip(".")
                yield node.lineno, absolute(len(name) - len(bare), bare)


def called(call):
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def wrong_arrows(root):
    known = rooms(root)
    for where, source, name in arrows(root):
        first, *rest = name.split(".")
        if first != PACKAGE:
            continue
        # `from kerasteach import ops` names a room; `from kerasteach import Model` goes through the facade
        target = rest[0] if rest and rest[0] in known else "__init__"
        if source not in RANK or target not in RANK:
            continue  # test_every_room_has_a_floor reports it
        if target == "__init__" and RANK[source] < RANK[target]:
            yield f"{where}: `{source}` imports the public facade: import the module that defines the name"
        elif RANK[source] < RANK[target] and (source, target) not in BY_NAME:
            yield (
                f"{where}: `{source}` (floor {RANK[source]}) imports `{target}` (floor {RANK[target]}): move what "
                f"both need down to `{source}` or lower, or let `{target}` hand it in as an argument"
            )
        elif (source, target) in STRANGERS:
            yield f"{where}: `{source}` imports `{target}`: pass plain data, as `explain` makes it"


def misplaced_packages(root):
    for where, source, name in arrows(root):
        package = name.split(".")[0]
        if package in KEPT_IN and source != KEPT_IN[package]:
            yield (
                f"{where}: `{package}` is imported outside {PACKAGE}/{KEPT_IN[package]}: "
                f"ask a function there for what you need"
            )


def too_long(root):
    for path in sorted(root.rglob("*.py")):
        lines = path.read_text("utf-8").count("\n")
        if lines > LONGEST:
            yield f"{path.relative_to(root.parent)}:{LONGEST}: {lines} lines: split it where it holds two ideas"


def none(problems):
    problems = list(problems)
    assert not problems, "\n  " + "\n  ".join(problems)


def test_every_room_has_a_floor():
    none(
        f"{PACKAGE}/{room}: no floor in FLOORS of {Path(__file__).name}: say there what it may import"
        for room in sorted(rooms(ROOT) - set(RANK))
    )


def test_arrows_point_down():
    none(wrong_arrows(ROOT))


def test_heavy_packages_stay_in_their_rooms():
    none(misplaced_packages(ROOT))


def test_no_file_is_too_long_to_read():
    none(too_long(ROOT))


def loaded_by(code):
    """Names of the modules that a fresh Python has loaded after some code."""
    run = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"], capture_output=True, text=True, cwd=ROOT.parent
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.split()


# Code -> how many of our own files it may load, and of packages that it must not.
COSTS = {
    "nothing": (f"import {PACKAGE}", 6),
    "a layer": (f"from {PACKAGE}.layers import Dense", 75),
    "a model trained": (SMALL_MODEL, 150),
}


@pytest.mark.parametrize("code, most", COSTS.values(), ids=COSTS)
def test_only_what_is_used_is_loaded(code, most):
    loaded = loaded_by(code)
    heavy = [name for name in NOT_AT_START if name in loaded]
    ours = [name for name in loaded if name.partition(".")[0] == PACKAGE]
    how = "`python -X importtime -c '...'` says through which file; let a table of kerasteach/lazy.py name it, or import in the function that needs it"
    assert not heavy, f"{code!r} loads {', '.join(heavy)}; {how}"
    assert len(ours) <= most, f"{code!r} loads {len(ours)} files of {PACKAGE}, at most {most} are meant to; {how}: {' '.join(sorted(ours))}"


# The rules themselves, on a small house with one fault at a time.
FAULTS = {
    "upwards": ("ops/add.py", "from kerasteach.layers import Dense", wrong_arrows, "`ops` (floor 1) imports `layers`"),
    "hidden in a function": ("ops/add.py", "def f():\n    from ..models import Model", wrong_arrows, "add.py:2"),
    "by a relative name": ("layers/core.py", "from .. import models", wrong_arrows, "imports `models`"),
    "by importlib": ("ops/add.py", "import_module('kerasteach.models')", wrong_arrows, "imports `models`"),
    "by a relative importlib": ("ops/add.py", "import_module('..models', __package__)", wrong_arrows, "imports `models`"),
    "through the facade": ("ops/add.py", "from kerasteach import Model", wrong_arrows, "the public facade"),
    "by a table": ("ops/__init__.py", '_WHERE = {".models": "Model"}', wrong_arrows, "`ops` (floor 1) imports `models`"),
    "the facade itself": ("layers/core.py", "import kerasteach as keras", wrong_arrows, "the public facade"),
    "strangers": ("learn/check.py", "import kerasteach.widgets.graph", wrong_arrows, "plain data"),
    "torch outside": ("layers/core.py", "import torch.nn", misplaced_packages, "layers/core.py:1"),
    "plotly outside": ("explain/a.py", "from plotly import graph_objects", misplaced_packages, "kerasteach/widgets"),
    "too long": ("tree.py", "\n" * 301, too_long, "301 lines"),
}
CLEAN = {
    "downwards": ("layers/core.py", "from ..ops import add\nfrom .base import Layer\nfrom kerasteach import backend"),
    "the same floor": ("losses/a.py", "from ..metrics import Mean"),
    "torch at home": ("backend/torch.py", "import torch\nfrom torch import nn"),
    "a module whose own name is torch": ("layers/a.py", "from ..backend import torch"),
    "a table of its own files": ("layers/__init__.py", '_WHERE = {"": "core", "dense": "Dense", ".ops": "add"}'),
    "the facade from the top": ("compat/run.py", "import kerasteach\nfrom .. import Model"),
}


@pytest.fixture
def house(tmp_path):
    """A function that builds a package with every room empty and one file in it."""

    def build(name, text):
        root = tmp_path / PACKAGE
        for room in RANK:
            (root / room).mkdir(parents=True)
            (root / room / "__init__.py").touch()
        (root / name).write_text(text, "utf-8")
        return root

    return build


@pytest.mark.parametrize("name, text, rule, said", FAULTS.values(), ids=FAULTS)
def test_the_rules_catch(house, name, text, rule, said):
    problems = list(rule(house(name, text)))
    assert len(problems) == 1 and said in problems[0], problems


@pytest.mark.parametrize("name, text", CLEAN.values(), ids=CLEAN)
def test_the_rules_allow(house, name, text):
    root = house(name, text)
    none([*wrong_arrows(root), *misplaced_packages(root), *too_long(root)])
