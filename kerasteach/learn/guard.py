"""What a student's code does to the library is seen, told, and put back.

`pristine()` remembers every function, class and method of kerasteach and NumPy that is loaded; `put_back` compares, in
a millisecond, and returns the names of what was changed.
"""

import sys
import types

_OURS = __package__.partition(".")[0]
_NUMPY = ("numpy", "numpy.random", "numpy.linalg")


class Pristine:
    """The library as it was: modules, classes and rows of the op table, each with its functions by name."""

    def __init__(self):
        self.spaces = {}  # id -> (module, class or row, {name: function})
        self.lengths = {}  # id -> how many names it had, a student's not counted
        self.look()

    def look(self):
        """Remember what has been loaded since, too."""
        for module in _modules():
            self._keep(module)

    def _keep(self, space):
        own = self.spaces.setdefault(id(space), (space, {}))[1]
        if self.lengths.get(id(space)) == len(vars(space)):
            return
        values = list(vars(space).items())
        self.lengths[id(space)] = sum(not _is_students(value) for _, value in values)
        for name, value in values:
            if name not in own and _is_code(value) and not _is_students(value):
                own[name] = value
                if _has_own_functions(value, space):
                    self._keep(value)

    def put_back(self):
        """Undo what was changed; return its names, sorted."""
        self.look()
        changed = set()
        for space, own in list(self.spaces.values()):
            now = vars(space)
            for name, value in own.items():
                if now.get(name) is not value and _is_foreign(space, now.get(name)):
                    setattr(space, name, value)
                    changed.add(f"{_name_of(space)}.{name}")
            if len(now) != self.lengths[id(space)]:
                for name in [name for name, value in now.items() if name not in own and _is_students(value)]:
                    delattr(space, name)
                    changed.add(f"{_name_of(space)}.{name}")
                self.lengths[id(space)] = len(now)
        return sorted(changed)


_kept = []


def pristine():
    """Return the library as it was when the first exercise was made, with what was loaded since."""
    if _kept:
        _kept[0].look()
    else:
        _kept.append(Pristine())
    return _kept[0]


def _modules():
    names = [name for name in list(sys.modules) if name in _NUMPY or name == _OURS or name.startswith(f"{_OURS}.")]
    return [module for name in names if isinstance(module := sys.modules[name], types.ModuleType)]


def _has_own_functions(value, space):
    """Whether this is a class of the library's, where it is defined, or a row of the op table."""
    if isinstance(value, type):
        return value.__module__.startswith(_OURS) and value.__module__ == getattr(space, "__name__", "")
    return type(value).__name__ in ("Op", "Composite")


def _is_code(value):
    return callable(value) or isinstance(value, (property, staticmethod, classmethod))


def _home(value):
    value = getattr(value, "fget", None) or getattr(value, "__func__", None) or value
    home = getattr(value, "__module__", None)
    return home if isinstance(home, str) else ""


def _is_students(value):
    return isinstance(value, (types.FunctionType, type, property, staticmethod, classmethod)) and _home(value) == "__main__"


def _is_foreign(space, value):
    """Whether something stands in the place of a function that nobody but a student can have put there."""
    if getattr(space, "__name__", "") in _NUMPY:
        return True  # NumPy exchanges nothing; we do, while somebody listens to the ops
    return not _home(value).startswith(_OURS)


def _name_of(space):
    if isinstance(space, types.ModuleType):
        return space.__name__
    return f"{space.__module__}.{getattr(space, '__qualname__', getattr(space, 'name', ''))}"
