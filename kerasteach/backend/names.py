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


class name_scope(contextlib.AbstractContextManager):
    """A `with` block in which paths of variables get `name/` in front.

    Args:
        name: name without `/`.
        caller: who opens it; opening it again at once, by the same caller, changes nothing.
        deduplicate: whether that is so.
        override_parent: path to start from, instead of the scopes that are open.

    Raises:
        ValueError: if the name is no string, or holds `/`.

    >>> with name_scope("outer"), name_scope("inner"):
    ...     current_path()
    'outer/inner'
    """

    def __init__(self, name, caller=None, deduplicate=True, override_parent=None):
        if not isinstance(name, str) or "/" in name:
            raise ValueError(f"Argument `name` must be a string and cannot contain character `/`. Received: name={name}")
        self.name, self.caller = name, caller
        self.deduplicate, self.override_parent = deduplicate, override_parent

    def __enter__(self):
        last = _scopes.stack[-1] if _scopes.stack else None
        again = last is not None and self.caller is not None and last.caller is self.caller and last.name == self.name
        self._pushed = not (self.deduplicate and again)
        if self._pushed:
            _scopes.stack.append(self)
        return self

    def __exit__(self, *exc):
        if self._pushed:
            _scopes.stack.pop()


def current_path():
    """The open scopes, joined by `/`."""
    parts = []
    for scope in _scopes.stack:
        if scope.override_parent is not None:
            parts = [scope.override_parent] if scope.override_parent else []
        parts.append(scope.name)
    return "/".join(parts)


def open_scopes():
    """The open scopes, outermost first; `caller` is the layer, or who else opened one."""
    return tuple(_scopes.stack)


def scope_of(name, caller=None):
    """A scope for a layer, unless it is open already (a layer that makes weights in `build`)."""
    last = _scopes.stack[-1] if _scopes.stack else None
    inside = last is not None and last.name == name and last.caller is caller
    return _NO_SCOPE if inside else name_scope(name, caller)


_NO_SCOPE = contextlib.nullcontext()
