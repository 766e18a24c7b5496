"""Signatures: the same arguments, in the same order, with the same defaults."""

import inspect
import re

from .case import found
from .twins import our_keras, real_keras

_FOLDED = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def arguments(function):
    """[(name, default)] without `self` and the `*args` and `**kwargs` that fold what is rarely said."""
    parameters = inspect.signature(function).parameters.values()
    return [(p.name, _told(p.default)) for p in parameters if p.kind not in _FOLDED and p.name != "self"]


def _takes_anything(function):
    """Whether a signature says nothing: `(*args, **kwargs)`."""
    return any(p.kind is inspect.Parameter.VAR_POSITIONAL for p in inspect.signature(function).parameters.values())


def _told(default):
    if default is inspect.Parameter.empty:
        return "required"
    return re.sub(r" at 0x[0-9a-f]+", "", repr(default)).replace("kerasteach.", "keras.").replace("keras.src.", "keras.")


def signature(name):
    """Assert that a name takes what it takes in Keras.

    Raises:
        AssertionError: with both lists of arguments.
    """
    ours, theirs = arguments(found(our_keras(), name)), arguments(found(real_keras(), name))
    if not theirs and _takes_anything(found(real_keras(), name)):
        return
    assert ours == theirs, f"arguments {ours}, Keras has {theirs}"
