"""Names: `dense`, `dense_1`, …; scopes that make `block/dense/kernel`."""

import collections
import contextlib
import re
import threading

_counts = collections.Counter()


class _Scopes(threading.local):
    def __init__(self):
        self.stack = []


_scopes = _Scopes()


def snake_case(name):
    """Turn a class name into an object name.

    >>> snake_case("LeakyReLU"), snake_case("Conv2D"), snake_case("Dense")
    ('leaky_re_lu', 'conv2d', 'dense')
    """
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def camel_case(name):
    """Turn an op's name into a class name.

    >>> camel_case("log_softmax")
    'LogSoftmax'
    """
    return "".join(part.capitalize() for part in name.split("_"))


def auto_name(prefix):
    """Return the next free name: `dense`, then `dense_1`."""
    prefix = snake_case(prefix)
    count = _counts[prefix]
    _counts[prefix] += 1
    return f"{prefix}_{count}" if count else prefix


def get_uid(prefix=""):
    """Return how often a prefix was asked for: 1, then 2.

    >>> get_uid("only here"), get_uid("only here")
    (1, 2)
    """
    _counts[prefix] += 1
    return _counts[prefix]


def reset_names():
    """Start all counts again, as after `keras.utils.clear_session()`."""
    _counts.clear()


@contextlib.contextmanager
def keep_names():
    """Names given inside are free again afterwards.

    >>> with keep_names():
    ...     first = auto_name("only_here")
    >>> first == auto_name("only_here")
    True
    """
    before = _counts.copy()
    try:
        yield
    finally:
        _counts.clear()
        _counts.update(before)


@contextlib.contextmanager
def name_scope(name):
    """Names made inside get `name/` in front of their path."""
    _scopes.stack.append(name)
    try:
        yield
    finally:
        _scopes.stack.pop()


def current_path():
    """The open scopes, joined by `/`."""
    return "/".join(_scopes.stack)


def scope_of(name):
    """A scope for a layer, unless it is open already (a layer that makes weights in `build`)."""
    inside = bool(_scopes.stack) and _scopes.stack[-1] == name
    return contextlib.nullcontext() if inside else name_scope(name)
