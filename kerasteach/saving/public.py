"""Public paths: which class a file means by `keras.layers` + `Dense`, and the other way round.

A file may name built-in things only by a known module, and only things that a
model is made of: classes with `from_config`, activations, losses and the like.
Nothing is ever imported because a file says so.
"""

import functools
import importlib
import inspect

from ..ops import Composite, Op

PACKAGE = __package__.partition(".")[0]
FUNCTION_MODULES = ("activations", "losses", "metrics", "initializers", "regularizers", "constraints", "ops")
CLASS_MODULES = (
    "layers", "initializers", "regularizers", "constraints", "losses", "metrics", "optimizers.schedules", "optimizers",
    "activations", "models", "dtype_policies", "random",
)  # fmt: skip
_NOT_FOR_MODELS = ("get", "serialize", "deserialize")
_SHORTER = {"models": "keras"}  # keras.Sequential, as Keras writes it
_AT_THE_TOP = ("DTypePolicy", "FloatDTypePolicy")
_PUBLIC_NAMES = {"GroupedQueryAttention": "GroupQueryAttention"}  # where Keras exports a class under another name


@functools.cache
def facade(name):
    """The module `kerasteach.<name>` behind Keras's `keras.<name>`; None if there is none."""
    try:
        return importlib.import_module(f"{PACKAGE}.{name}" if name else PACKAGE)
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith(f"{PACKAGE}."):
            return None
        raise


def is_ours(obj):
    """Whether a class or function is part of this package."""
    return (getattr(obj, "__module__", None) or "").partition(".")[0] == PACKAGE


def path_of(cls):
    """Return (module, class name) as Keras spells them, or None for a class without a public name.

    >>> from kerasteach.initializers import Zeros
    >>> path_of(Zeros)
    ('keras.initializers', 'Zeros')
    """
    if not is_ours(cls):
        return None
    if cls.__name__ == "Functional":
        return "keras.src.models.functional", "Functional"
    public = _PUBLIC_NAMES.get(cls.__name__, cls.__name__)
    for name in CLASS_MODULES:
        if getattr(facade(name), public, None) is cls:
            return "keras" if public in _AT_THE_TOP else _SHORTER.get(name, f"keras.{name}"), public
    return None


def find_class(module, name):
    """Return the built-in class that a file names, by its public or its private path; None if unknown.

    Raises:
        ValueError: if the name is one of ours, but not of a class that models are made of.
    """
    if name.startswith("_"):
        return None
    found = getattr(facade(_home(module, name)), name, None) or getattr(facade(""), name, None)
    if found is None or (inspect.isclass(found) and hasattr(found, "from_config")):
        return found
    raise ValueError(
        f"Cannot deserialize `{module}.{name}` because it is not a modeling function. Non-modeling APIs are disallowed "
        "during deserialization for security. Model configuration should only contains operations, layers, metrics, "
        "losses, or registered custom objects and functions."
    )


def _home(module, name):
    """The facade that a module path belongs to: the last part of the path that is one."""
    if name in ("Functional", "Model", "Sequential"):
        return "models"
    parts = module.split(".")
    if "schedules" in parts:
        return "optimizers.schedules"
    return next((part for part in reversed(parts) if part in CLASS_MODULES), "")


def find_function(module, name):
    """Return the built-in function of that name; `module` may be the vague `"builtins"`.

    >>> find_function("builtins", "relu").__name__
    'relu'
    """
    last = module.rpartition(".")[2]
    for place in (last,) if last in FUNCTION_MODULES else FUNCTION_MODULES:
        found = getattr(facade(place), name, None)
        if name not in _NOT_FOR_MODELS and is_function(found) and is_ours(found):
            return found
    return None


def is_function(obj):
    """Whether it is a Python function or an op of the table."""
    return inspect.isfunction(obj) or isinstance(obj, (Op, Composite))


def is_builtin_path(module):
    """Whether a file that names this module means Keras, that is: us.

    >>> is_builtin_path("keras.src.models.functional"), is_builtin_path("os")
    (True, False)
    """
    return module.partition(".")[0] in ("keras", PACKAGE)
