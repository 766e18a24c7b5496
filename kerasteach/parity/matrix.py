"""The matrix: a row a name, a column a check and a backend."""

import importlib
import inspect
import pkgutil

from . import functions, layers, objects, optimizers, tables
from .case import found
from .signatures import signature
from .twins import fresh, real_keras

COLUMNS = ("signature", "forward", "gradient", "config", "file")
BACKENDS = ("numpy", "torch")

_LAYER = {"forward": layers.forward, "gradient": layers.gradient, "config": objects.config, "file": layers.file}
_FUNCTION = {"forward": functions.forward, "gradient": functions.gradient}
_OBJECT = {"forward": objects.forward, "gradient": objects.gradient, "config": objects.config}
_KINDS = {
    "layers": _LAYER, "losses": _OBJECT, "regularizers": _OBJECT,
    "constraints": {"forward": objects.forward, "config": objects.config},
    "metrics": {"forward": objects.updates, "config": objects.config},
    "initializers": {"forward": objects.draws, "config": objects.config},
    "optimizers": {"forward": optimizers.steps, "config": objects.config},
    "optimizers.schedules": {"forward": optimizers.schedule, "config": objects.config},
}  # fmt: skip


def cases_by_table():
    """The cases of every table: name of the table -> {name -> cases}."""
    modules = [importlib.import_module(f"{tables.__name__}.{module.name}") for module in pkgutil.iter_modules(tables.__path__)]
    return {module.__name__.rpartition(".")[2]: module.CASES for module in modules}


def all_cases():
    """All tables as one: name -> cases.

    Raises:
        ValueError: if two tables hold one name.
    """
    every = {}
    for table, cases in cases_by_table().items():
        if doubled := every.keys() & cases.keys():
            raise ValueError(f"Two parity tables hold {sorted(doubled)}; one of them is tables/{table}.py.")
        every |= cases
    return every


def checks_of(name, case):
    """The checks a case goes through: column -> function(name, case, backend name)."""
    room = name.rpartition(".")[0]
    checks = _KINDS.get(room, _FUNCTION) if inspect.isclass(found(real_keras(), name)) else _FUNCTION
    return {column: check for column, check in checks.items() if case.checks is None or column in case.checks}


def run(name, cases, backend_name):
    """Run all checks of a name on one backend.

    Returns:
        dict column -> "" if equal, or what differs first.
    """
    results = {}
    for case in cases:
        for column, check in checks_of(name, case).items():
            if not results.get(column):
                results[column] = _outcome(check, name, case, backend_name)
    return results


def _outcome(check, name, case, backend_name):
    """What differs, in words; an error of either package counts as a difference, and is said."""
    with fresh(backend_name):
        try:
            check(name, case, backend_name)
        except AssertionError as error:
            return f"{_told(case)}: {error}"
        except Exception as error:
            return f"{_told(case)}: {type(error).__name__}: {error}"
    return ""


def _told(case):
    said = [*map(repr, case.args), *(f"{key}={value!r}" for key, value in case.kwargs.items())]
    return f"({', '.join(said)})"


def row(name, cases):
    """One row: {(column, backend): "" or what differs}; `signature` stands once, under no backend."""
    results = {}
    try:
        signature(name)
        results["signature", ""] = ""
    except (AssertionError, AttributeError, ValueError) as error:
        results["signature", ""] = str(error) or type(error).__name__
    for backend_name in BACKENDS:
        for column, result in run(name, cases, backend_name).items():
            results[column, backend_name] = result
    return results
