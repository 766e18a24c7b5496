"""What a model with two inputs says everywhere on the plane, and what each of its neurons does."""

from typing import NamedTuple

import numpy as np

from .. import tree
from .layer_outputs import activations

KINDS = ("binary", "classes", "number")


class Plane(NamedTuple):
    """A raster over the plane; row 0 is the lowest `x2`.

    Attributes:
        xlim: from which `x1` to which.
        ylim: from which `x2` to which.
        size: cells on each side.
    """

    xlim: tuple
    ylim: tuple
    size: int = 60

    @property
    def points(self):
        """The middles of the cells, float32 `(size * size, 2)`."""
        x1, x2 = np.meshgrid(*(_middles(*limits, self.size) for limits in (self.xlim, self.ylim)))
        return np.stack([x1.ravel(), x2.ravel()], axis=1).astype("float32")  # (cells, 2)

    @classmethod
    def around(cls, points, size=60, room=0.12):
        """A plane that holds all points, with some room around them.

        >>> Plane.around([[0, 0], [10, 100]], room=0.1)
        Plane(xlim=(-1.0, 11.0), ylim=(-10.0, 110.0), size=60)
        """
        points = np.asarray(points, float).reshape(-1, 2)
        limits = []
        for column in points.T:
            low, high = (column.min(), column.max()) if len(column) else (-1.0, 1.0)
            width = (high - low) or 1.0
            limits.append((float(low - room * width), float(high + room * width)))
        return cls(*limits, size)


class DecisionMap(NamedTuple):
    """What a model says in each cell of a plane.

    Attributes:
        plane: the `Plane`.
        kind: `"binary"`: one probability a cell; `"classes"`: one for each class; `"number"`: a regression.
        values: `(size, size)`, or `(size, size, classes)` for classes.
    """

    plane: Plane
    kind: str
    values: np.ndarray

    @property
    def winners(self):
        """The class in each cell, whole numbers `(size, size)`."""
        return self.values.argmax(axis=-1) if self.kind == "classes" else (self.values >= 0.5).astype(int)

    @property
    def classes(self):
        """How many classes there are; 0 for a regression."""
        return {"binary": 2, "classes": self.values.shape[-1], "number": 0}[self.kind]


def decision_map(model, plane, kind=None, output=0):
    """Ask a model about every cell of a plane, in one call.

    Args:
        model: any model that takes two numbers: one input of shape `(2,)`, or two of one number each.
        plane: a `Plane`.
        kind: one of `KINDS`; found from the model's loss and outputs by default.
        output: which output of several.

    Returns:
        A `DecisionMap`. Raw scores (`from_logits=True`, or what is no probability) have become probabilities.

    Raises:
        ValueError: for a model that takes something else, or whose output is not one row of numbers.

    >>> from kerasteach import Sequential, layers
    >>> model = Sequential([layers.Input((2,)), layers.Dense(1, "sigmoid", kernel_initializer="ones")])
    >>> model.compile(loss="binary_crossentropy")
    >>> decision_map(model, Plane((-1, 1), (-1, 1), 2)).values.round(2)  # sigmoid(x1 + x2)
    array([[0.27, 0.5 ],
           [0.5 , 0.73]], dtype=float32)
    """
    if kind not in (None, *KINDS):
        raise ValueError(f"Expected kind to be one of: {', '.join(KINDS)}. Received: {kind!r}.")
    x = inputs_of(model, plane.points)
    outputs = tree.flatten(model.predict(x, batch_size=len(plane.points), verbose=0))
    found = np.asarray(outputs[output], "float32")
    found = found[:, None] if found.ndim == 1 else found
    if found.ndim != 2:
        raise ValueError(
            f"DecisionBoundary shows a row of numbers for each point. Expected an output of shape (batch, units). "
            f"Received: shape {('batch', *found.shape[1:])} from model '{model.name}'."
        )
    loss = _loss_of(model, output)
    kind = kind or _kind(found, loss)
    values = found if kind == "number" else _probabilities(found, loss, kind)
    shape = (plane.size, plane.size) + (() if kind != "classes" else (values.shape[1],))
    return DecisionMap(plane, kind, values.reshape(shape))


def neuron_maps(model, plane, layers=None):
    """What each neuron of each layer gives in every cell of a plane.

    Args:
        model: as for `decision_map`.
        plane: a `Plane`; a small one will do.
        layers: names of layers; all that give rows of numbers by default.

    Returns:
        Dict of layer name -> array `(neurons, size, size)`.

    >>> from kerasteach import Sequential, layers
    >>> model = Sequential([layers.Input((2,)), layers.Dense(3, "relu", name="hidden"), layers.Dense(1, name="out")])
    >>> {name: maps.shape for name, maps in neuron_maps(model, Plane((-1, 1), (-1, 1), 5)).items()}
    {'hidden': (3, 5, 5), 'out': (1, 5, 5)}
    """
    found = activations(model, inputs_of(model, plane.points), layers)
    rows = {name: array for name, array in found.items() if isinstance(array, np.ndarray)}
    cells = plane.size * plane.size
    return {
        name: array.reshape(plane.size, plane.size, -1).transpose(2, 0, 1)  # (neurons, size, size)
        for name, array in rows.items()
        if array.ndim >= 2 and len(array) == cells and array.dtype.kind == "f"
    }


def inputs_of(model, points):
    """Points `(n, 2)` as the model takes them: as they are, or a column for each of two inputs.

    Raises:
        ValueError: for a model that takes something else.
    """
    inputs = tree.flatten(getattr(model, "inputs", None) or [])
    shapes = [tuple(i.shape[1:]) for i in inputs]
    if not shapes or shapes in ([(2,)], [(None,)]):
        return points
    if len(shapes) == 2 and all(shape in ((), (1,)) for shape in shapes):
        columns = [points[:, i : i + 1] if shape else points[:, i] for i, shape in enumerate(shapes)]
        return tree.pack_sequence_as(model._inputs_struct, columns) if hasattr(model, "_inputs_struct") else columns
    told = ", ".join(str(("batch", *shape)).replace("'", "") for shape in shapes)
    raise ValueError(
        f"A map of the plane needs a model that takes two numbers. Expected one input of shape (batch, 2), or two of "
        f"shape (batch, 1). Received: model '{model.name}' with inputs of shape {told}.\n"
        "Fix: give the model two features, or show another of its parts with keras.Model(inputs, outputs)."
    )


def _middles(low, high, size):
    return low + (high - low) * (np.arange(size) + 0.5) / size  # (size,)


def _loss_of(model, output):
    """The model's loss for an output as an object; None if it is not known."""
    functions = getattr(getattr(model, "_compile_loss", None), "functions", None)
    if functions is None and isinstance(getattr(model, "loss", None), str):
        return model.loss
    return functions[output] if functions and output < len(functions) else getattr(model, "loss", None)


def _says(loss, *words):
    """Whether a loss, an object, a function or a name, is of a kind."""
    name = loss if isinstance(loss, str) else getattr(loss, "name", None) or getattr(loss, "__name__", "")
    return any(word in str(name) for word in words)


def _kind(found, loss):
    if found.shape[1] > 1:
        return "number" if _says(loss, "squared", "absolute", "huber", "log_cosh") else "classes"
    return "binary" if _says(loss, "crossentropy", "hinge") else "number"


def _probabilities(found, loss, kind):
    if kind == "binary" and _says(loss, "hinge"):  # answers from -1 to 1
        return np.clip((found[:, 0] + 1) / 2, 0, 1)
    if not _are_probabilities(found, loss, kind):
        wide = found.astype("float64")
        if kind == "binary":
            return (0.5 * (1 + np.tanh(wide / 2)))[:, 0].astype("float32")  # sigmoid, without overflow
        wide = np.exp(wide - wide.max(axis=1, keepdims=True))
        return (wide / wide.sum(axis=1, keepdims=True)).astype("float32")
    return found[:, 0] if kind == "binary" else found


def _are_probabilities(found, loss, kind):
    told = getattr(loss, "from_logits", None)
    if told is not None:
        return not told
    inside = bool((found >= 0).all() and (found <= 1).all())
    return inside and (kind == "binary" or np.allclose(found.sum(axis=1), 1, atol=1e-3))
