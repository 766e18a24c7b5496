"""All public names of Keras, and which of them kerasteach has."""

import types

from .. import left_out
from .case import found
from .twins import our_keras, real_keras


def public_names():
    """Return every name that Keras 3.15 exports, dotted, without the modules themselves: `layers.Dense`."""
    return sorted(_names(real_keras(), ""))


def _names(module, prefix):
    names = []
    for name in dir(module):
        thing = getattr(module, name)
        if name.startswith("_") or name == "src":
            continue
        if not isinstance(thing, types.ModuleType):
            names.append(prefix + name)
        elif thing.__name__ == f"keras.{prefix}{name}":  # a public module, and not one it happens to import
            names += _names(thing, f"{prefix}{name}.")
    return names


def is_there(name):
    """Whether kerasteach has a name of Keras."""
    try:
        found(our_keras(), name)
    except (AttributeError, ImportError):
        return False
    return True


def unaccounted():
    """Return the names that are neither there nor listed as left out."""
    return [name for name in public_names() if not left_out.reason(name) and not is_there(name)]
