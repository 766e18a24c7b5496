"""Views of models and training, each with five faces: live, HTML, PNG, text, one sentence.

Importing this loads neither ipywidgets nor plotly; they wait until a live face is asked for, and each panel until it is named.

>>> from kerasteach import Sequential, layers
>>> from kerasteach.widgets import Graph
>>> Graph(Sequential([layers.Input((4,)), layers.Dense(2)]))
Graph: 1 layer, 1 input, 1 output, 10 parameters
"""

import sys

from .. import lazy

_WHERE = {
    "graph": "Graph",
    "shape_flow": "ShapeFlow",
    "arrays": "Arrays",
    "history": "History",
    "tape": "Tape",
    "stepper": "TrainingStepper",
    "gradients": "Gradients",
    "boundary": "DecisionBoundary",
    "landscape": "Landscape",
    "playground": "Playground",
    "convolution": "Convolution",
    "recurrent": "Recurrent",
    "attention": "Attention",
    "latent": "Latent",
    "confusion": "Confusion",
    "calibration": "Calibration",
    "keras_file": "KerasFile",
    "panel": "Panel",
    "keras_plots": "model_to_dot plot_model",
}
_NO_PANELS = ("panel", "keras_plots")  # files without a public panel; every other is in `panels()`


def panels():
    """Every public panel, for the gallery and the tests: a dict of name -> class, in the order of the table.

    >>> "Graph" in panels()
    True
    """
    return {name: getattr(sys.modules[__name__], name) for file, listed in _WHERE.items() if file not in _NO_PANELS for name in listed.split()}


def load_ipython_extension(ipython):
    """`%load_ext kerasteach.widgets`: arrays and tensors at the end of a cell show as pictures."""
    from .rich import show_arrays

    show_arrays(ipython)


__getattr__, __dir__, __all__ = lazy.names(__name__, _WHERE, ["panels"])
