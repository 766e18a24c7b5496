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
        x1, x2 = np.meshgrid(self.xs, self.ys)
        return np.stack([x1.ravel(), x2.ravel()], axis=1).astype("float32")  # (cells, 2)

    @property
    def xs(self):
        """The middles of the columns, `(size,)`."""
        return _middles(*self.xlim, self.size)

    @property
    def ys(self):
        """The middles of the rows, `(size,)`."""
        return _middles(*self.ylim, self.size)

    def with_points(self, points):
        """This plane, stretched where a point lies outside.

        >>> Plane((0, 1), (0, 1), 9).with_points([[0.5, 3.0]]).ylim
        (0, 3.05)
        """
        limits = []
        for (low, high), values in zip((self.xlim, self.ylim), np.asarray(points, float).reshape(-1, 2).T):
            room = 0.05 * (high - low)
            outside = [v - room for v in values if v < low], [v + room for v in values if v > high]
            limits.append((min([low, *map(float, outside[0])]), max([high, *map(float, outside[1])])))
        return Plane(*limits, self.size)

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


def labels_of(y, found):
    """Targets as the map has them: class numbers, or numbers for a regression.

    Args:
        y: targets as for `fit`: class numbers, one-hot rows, -1 and 1 for a hinge, or numbers.
        found: a `DecisionMap` of the model.

    Returns:
        Array `(n,)`.

    >>> labels_of([[-1], [1]], DecisionMap(None, "binary", None)), labels_of([[0, 1]], DecisionMap(None, "classes", None))
    (array([0, 1]), array([1]))
    """
    y = np.asarray(y)
    if found.kind == "number":
        return y.reshape(len(y), -1)[:, 0].astype("float64")
    if y.ndim == 2 and y.shape[1] > 1:
        return y.argmax(axis=1)
    y = y.reshape(len(y))
    return (y > 0.5).astype(int) if found.kind == "binary" else y.astype(int)


def target_like(label, y):
    """One more target in the form of others, `(1, ...)`.

    >>> target_like(2, np.eye(3)).tolist(), target_like(0, np.array([[-1.0], [1.0]])).tolist(), target_like(1, np.array([0, 1]))
    ([[0.0, 0.0, 1.0]], [[-1.0]], array([1]))
    """
    y = np.asarray(y)
    if y.ndim == 2 and y.shape[1] > 1:
        return np.eye(y.shape[1])[[int(label)]].astype(y.dtype)
    hinge = y.size > 0 and set(np.unique(y)) == {-1, 1}
    return np.full((1, *y.shape[1:]), 2 * label - 1 if hinge else label).astype(y.dtype)


def answers_at(model, points, found, output=0):
    """What the model says at points: a class number each, or a number for a regression. `(n,)`."""
    raw = np.asarray(tree.flatten(model.predict(inputs_of(model, points), batch_size=max(1, len(points)), verbose=0))[output])
    raw = raw.reshape(len(points), -1).astype("float32")
    if found.kind == "number":
        return raw[:, 0]
    values = _probabilities(raw, _loss_of(model, output), found.kind)
    return values.argmax(axis=1) if found.kind == "classes" else (values >= 0.5).astype(int)


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
