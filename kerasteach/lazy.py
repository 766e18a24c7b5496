"""Names that load when they are first used, so that `import kerasteach` costs little and a lesson loads what it needs.

A room says in a table which of its files holds which names (PEP 562):

    __getattr__, __dir__, __all__ = lazy.names(__name__, {"dense": "Dense", "merging": "Add add"})

`from kerasteach.layers import Dense`, `layers.Dense`, `dir(layers)` and tab completion work as ever. No file may have
the name of a thing that a table promises: Python would put the file there. tests/test_lazy.py holds both.
"""

import importlib
import sys
from collections.abc import Mapping

from . import left_out


def names(package, table, more=()):
    """Return `__getattr__`, `__dir__` and `__all__` of a room.

    Args:
        package: `__name__` of the room.
        table: dict of file -> the names it holds, separated by blanks; `new=old` gives `old` under another name, too. The
            file `""` stands for the room itself: these names are files. `".ops"` is the room `ops` beside this one.
        more: other public names, which the room defines by itself.
    """
    home = {name: file for file, listed in table.items() for name in listed.split()}
    home = {name.partition("=")[0]: (file, name.rpartition("=")[2]) for name, file in home.items()}
    room = package.partition(".")[2]

    def find(name):
        if name not in home:
            return None
        file, own_name = home[name]
        if file:
            found = getattr(importlib.import_module(f".{file}", package), own_name)
        else:
            found = importlib.import_module(f".{name}", package)
        setattr(sys.modules[package], name, found)  # from now on it is found without this function
        return found

    public = sorted({*home, *more})
    return left_out.getattr_of(room, find), lambda: sorted({*vars(sys.modules[package]), *public}), public


class ByName(Mapping):
    """What users may call things, and the things, loaded when they are asked for.

    Args:
        package: `__name__` of the room that has them.
        known: dict of what users say -> name in the room.

    >>> known = ByName("kerasteach.losses", {"mse": "mean_squared_error"})
    >>> "mse" in known, known["mse"].__name__
    (True, 'mean_squared_error')
    """

    def __init__(self, package, known):
        self.package, self.known = package, known

    def __getitem__(self, name):
        return getattr(sys.modules[self.package], self.known[name])

    def __contains__(self, name):
        return name in self.known  # without loading it

    def __iter__(self):
        return iter(self.known)

    def __len__(self):
        return len(self.known)
