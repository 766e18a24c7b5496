"""Custom objects: the names under which a file may ask for a user's own class or function.

A `.keras` file holds no code, only names. Built-in names are looked up in the
public API; everything else must have been registered here, by the program that
loads, before it loads.
"""

import inspect
import threading

_OBJECTS = {}  # "package>name" -> class or function
_NAMES = {}  # class or function -> "package>name"


class _Scope(threading.local):
    def __init__(self):
        self.objects = {}


_scope = _Scope()


class CustomObjectScope:
    """A `with` block in which files may ask for these objects, registered or not.

    Args:
        custom_objects: dict of name -> class or function.

    >>> def double(x):
    ...     return 2 * x
    >>> with CustomObjectScope({"double": double}):
    ...     get_registered_object("double") is double
    True
    >>> get_registered_object("double") is None
    True
    """

    def __init__(self, custom_objects):
        self.custom_objects = dict(custom_objects or {})

    def __enter__(self):
        self._before, _scope.objects = _scope.objects, dict(self.custom_objects)
        return self

    def __exit__(self, *exc):
        _scope.objects = self._before


custom_object_scope = CustomObjectScope


def scoped_objects():
    """What the innermost open scope offers."""
    return _scope.objects


def get_custom_objects():
    """Return the live dict of all registered objects; `.clear()` forgets them."""
    return _OBJECTS


def register_keras_serializable(package="Custom", name=None):
    """Class or function decorator: let files name this object `package>name`.

    Args:
        package: first half of the name.
        name: second half; the object's own name by default.

    Raises:
        ValueError: if a class has no `get_config`, so could never be saved.

    >>> @register_keras_serializable(package="demo")
    ... def swish_twice(x):
    ...     return x
    >>> get_registered_name(swish_twice)
    'demo>swish_twice'
    """

    def register(target):
        if inspect.isclass(target) and not hasattr(target, "get_config"):
            raise ValueError(
                "Cannot register a class that does not have a get_config() method.\n"
                f"Received: {target}.\n"
                "Fix: add `get_config(self)`, which returns the constructor's arguments as a dict."
            )
        registered_name = f"{package}>{name or target.__name__}"
        _OBJECTS[registered_name] = target
        _NAMES[target] = registered_name
        return target

    return register


def get_registered_name(obj):
    """Return `package>name` of a registered class or function, else its Python name.

    >>> get_registered_name(dict)
    'dict'
    """
    return _NAMES.get(obj) or obj.__name__


def get_registered_object(name, custom_objects=None, module_objects=None):
    """Return the class or function of that name, or None.

    Args:
        name: as in the file, e.g. `"demo>Scale"`.
        custom_objects: searched after open scopes and the registry.
        module_objects: searched last.
    """
    for known in (_scope.objects, _OBJECTS, custom_objects, module_objects):
        if known and name in known:
            return known[name]
    return None
