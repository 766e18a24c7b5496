"""Numbers for each layer of a model, by the names the layers have in its graph: what they give, how much their weights should change."""

import numpy as np

from .. import tree
from .arrays import facts
from .gradients import gradients
from .layer_outputs import activations, names_of


def output_facts(model, x):
    """Return what each layer gives for a batch: dict of name -> `Facts` of all its numbers.

    >>> from kerasteach import Sequential, layers
    >>> model = Sequential([layers.Input((2,)), layers.ReLU(name="r")])
    >>> output_facts(model, np.array([[-1.0, 3.0]]))["r"].high
    3.0
    """
    found = {}
    for name, outputs in activations(model, x).items():
        numbers = [np.ravel(np.asarray(a, "float64")) for a in tree.flatten(outputs)]
        found[name] = facts(np.concatenate(numbers))
    return found


def gradient_norms(model, x, y):
    """Return how steep the loss is in the weights of each layer: dict of name -> length of the gradient, those inside included.

    Layers without trained weights are left out.

    >>> from kerasteach import Sequential, layers
    >>> model = Sequential([layers.Input((1,)), layers.Dense(1, use_bias=False, name="line")])
    >>> model.compile(loss="mse")
    >>> model.set_weights([[[3.0]]])
    >>> gradient_norms(model, np.array([[2.0]]), np.array([[0.0]]))
    {'line': 24.0}
    """
    _, found = gradients(model, x, y)
    squares = {path: float((np.asarray(g, "float64") ** 2).sum()) for path, g in found.items()}
    names = names_of(model)
    norms = {}
    for layer in model._flatten_layers(include_self=False):
        paths = [v.path for v in layer.trainable_variables if v.path in squares]
        if paths and id(layer) in names:
            norms[names[id(layer)]] = float(np.sqrt(sum(squares[p] for p in paths)))
    return {name: norms[name] for name in names.values() if name in norms}
