"""The work to be done, one problem a file: its rows, its first weights, and its model as a Keras program.

A problem knows nothing of who solves it. `make(name, **sizes)` gives one, at its own sizes or at others.
"""

import importlib

NAMES = ("two_inputs", "spirals", "mlp", "cnn", "resnet", "lstm", "gru", "transformer")


def make(name, **sizes):
    """Return the problem of that name.

    Args:
        name: a file of this folder.
        **sizes: fields of the problem that are to differ: rows, batch, width, length, ...

    >>> make("mlp", rows=256).steps
    2
    """
    return importlib.import_module(f"problems.{name}").problem(**sizes)
