"""What a broken model of the corpus is: a function that fails, who is to blame, and what would mend it."""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass

CASES = {}


@dataclass(frozen=True)
class Case:
    """One broken model.

    Attributes:
        name: name of the function.
        room: what it is about, as "conv".
        run: function(keras, **parts) that builds or trains a small model with the library `keras`, and fails.
        culprit: the layer, argument or array that is to be changed, by the name it has in the code.
        fixes: pairs (pattern, parts): if a text holds the pattern it proposes to call `run` with these parts.
        about: what is wrong, in words.
    """

    name: str
    room: str
    run: Callable
    culprit: str
    fixes: tuple
    about: str

    @property
    def names(self):
        """Names of all layers in the code."""
        return set(re.findall(r'name="(\w+)"', inspect.getsource(self.run)))


def broken(culprit, *fixes):
    """Decorator: put a function into the corpus."""

    def add(function):
        room = function.__module__.rpartition(".")[2]
        CASES[function.__name__] = Case(function.__name__, room, function, culprit, fixes, function.__doc__)
        return function

    return add
