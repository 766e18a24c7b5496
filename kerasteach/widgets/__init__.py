"""Views of models and training, each with five faces: live, HTML, PNG, text, one sentence.

Importing this loads neither ipywidgets nor plotly; they wait until a live face is asked for.

>>> from kerasteach import Sequential, layers
>>> from kerasteach.widgets import Graph
>>> Graph(Sequential([layers.Input((4,)), layers.Dense(2)]))
Graph: 1 layer, 1 input, 1 output, 10 parameters
"""

from kerasteach.widgets.graph import Graph
from kerasteach.widgets.history import History
from kerasteach.widgets.panel import Panel
from kerasteach.widgets.plot_model import model_to_dot, plot_model

__all__ = ["Graph", "History", "Panel", "model_to_dot", "plot_model"]
