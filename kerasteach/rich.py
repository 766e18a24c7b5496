"""What layers, variables and histories look like in a notebook: a picture beside their text.

Drawing lives far above the rooms these are in; it is loaded when a notebook asks for the picture, and only then.
"""

import sys


class Shown:
    """Gives a class the picture `kerasteach.widgets` has of it; its text is `repr` as ever."""

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = {"text/plain": repr(self)}
        if in_notebook():
            from .widgets.rich import html_of

            bundle["text/html"] = html_of(self)
        kept = [kind for kind, data in bundle.items() if data and (include is None or kind in include)]
        return {kind: bundle[kind] for kind in kept if kind not in (exclude or ())}


def in_notebook():
    """Whether a notebook's kernel runs us; a terminal could not show a picture."""
    if "IPython" not in sys.modules:
        return False
    try:
        shell = sys.modules["IPython"].get_ipython()
    except ImportError:  # a part of it is missing
        return False
    return getattr(shell, "kernel", None) is not None
