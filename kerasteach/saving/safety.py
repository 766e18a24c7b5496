"""Safe mode: nothing in a file is run unless the user says so, once, in words.

The one thing in the format that *is* code is the lambda: its bytecode is kept
in the file, and whoever calls it trusts whoever wrote the file.
"""

import base64
import binascii
import json
import marshal
import threading
import types

import numpy as np

from .. import config, ops
from .public import facade


class _Mode(threading.local):
    def __init__(self):
        self.safe = None  # None: nobody has said


_mode = _Mode()


class SafeModeScope:
    """A `with` block that passes `safe_mode` on to nested `from_config` calls."""

    def __init__(self, safe_mode=True):
        self.safe_mode = safe_mode

    def __enter__(self):
        self._before, _mode.safe = _mode.safe, self.safe_mode

    def __exit__(self, *exc):
        _mode.safe = self._before


def is_safe(asked=True):
    """Whether code from a file is refused: the open scope decides, then the caller.

    >>> is_safe()
    True
    >>> with SafeModeScope(False):
    ...     is_safe()
    False
    """
    if not config.is_safe_deserialization_enabled():
        return False
    return asked if _mode.safe is None else _mode.safe


def is_loading_safely():
    """Whether a file is being read right now, and code and paths from it are to be refused.

    >>> is_loading_safely()
    False
    """
    return bool(_mode.safe) and config.is_safe_deserialization_enabled()


def refuse_lambda():
    """Raise what a lambda in a file deserves in safe mode."""
    raise ValueError(
        "Requested the deserialization of a Python lambda. This carries a potential risk of arbitrary code execution "
        "and thus it is disallowed by default. If you trust the source of the artifact, you can override this error "
        "by passing `safe_mode=False` to the loading function, or calling "
        "`keras.config.enable_unsafe_deserialization()."
        "\nFix for the author of the file: use a named function with `@keras.saving.register_keras_serializable()`."
    )


def dump_lambda(function):
    """Return the function as the format keeps it: code (base64), defaults, closure."""
    closure = tuple(cell.cell_contents for cell in function.__closure__ or ()) or None
    for name, value in zip(function.__code__.co_freevars, closure or (), strict=True):
        try:
            json.dumps(value)
        except TypeError as error:
            raise TypeError(
                f"Cannot serialize a lambda that uses {name!r} of the function around it: it is a "
                f"{type(value).__name__}, and a file holds only numbers, strings, lists and dicts.\n"
                "Fix: use a named function with `@keras.saving.register_keras_serializable()`, or a Layer subclass."
            ) from error
    return {
        "code": base64.encodebytes(marshal.dumps(function.__code__)).decode("ascii"),
        "defaults": function.__defaults__,
        "closure": closure,
    }


def load_lambda(dump):
    """Rebuild a function from `dump_lambda`'s dict, or from Keras's other form, a list of three.

    Global names it uses are not in the file; `keras`, `ops` and `np` it gets from here.

    Raises:
        ValueError: if the bytecode is not this Python's.

    >>> load_lambda(dump_lambda(lambda x, k=2: k * x))(21)
    42
    """
    if isinstance(dump, dict):
        code, defaults, closure = dump["code"], dump.get("defaults"), dump.get("closure")
    else:
        code, defaults, closure = dump, None, None
    if isinstance(code, (list, tuple)):
        code, defaults, closure = code
    try:
        code = marshal.loads(base64.decodebytes(code.encode("ascii")))
    except (ValueError, EOFError, TypeError, AttributeError, binascii.Error) as error:
        raise ValueError(
            "The lambda in this file cannot be read: its bytecode was probably written by another version of Python.\n"
            "Fix: rebuild the model in code and load its weights with `load_weights`; save named functions, not lambdas."
        ) from error
    defaults = tuple(defaults) if defaults is not None else None
    cells = tuple(types.CellType(value) for value in closure) if closure else None
    namespace = {"__builtins__": __builtins__, "keras": facade(""), "ops": ops, "np": np}
    return types.FunctionType(code, namespace, code.co_name, defaults, cells)
