"""What can be said of any array: the names of its axes, how large its numbers are, and a smaller one that looks the same."""

from dataclasses import dataclass

import numpy as np

from .. import backend
from .graph_data import axis_names

_BY_WEIGHT = {  # the axes of a layer's weights, by the weight's name and number of axes
    ("kernel", 2): ("inputs", "units"),
    ("kernel", 3): ("steps", "inputs", "filters"),
    ("kernel", 4): ("height", "width", "inputs", "filters"),
    ("kernel", 5): ("depth", "height", "width", "inputs", "filters"),
    ("recurrent_kernel", 2): ("units before", "units"),
    ("embeddings", 2): ("tokens", "features"),
}
_ONE_AXIS = {"bias": "units", "gamma": "features", "beta": "features", "moving_mean": "features", "moving_variance": "features"}


class NoNumbers(TypeError):
    """What has no real numbers to show."""


@dataclass(frozen=True)
class Facts:
    """Numbers about an array; what is not finite is counted and left out of the others.

    Attributes:
        low: the smallest number.
        high: the largest.
        mean: their mean.
        std: their standard deviation.
        zeros: how many are exactly 0.
        missing: how many are not finite.
    """

    low: float
    high: float
    mean: float
    std: float
    zeros: int
    missing: int


def as_array(thing):
    """Return any tensor, variable or nested list of numbers as a NumPy array of real numbers.

    Raises:
        NoNumbers: for what has no numbers, as a symbolic tensor or strings.

    >>> as_array([[True, False]]).tolist()
    [[True, False]]
    """
    if getattr(thing, "is_symbolic", False):
        raise NoNumbers(f"A symbolic tensor has a shape and no numbers yet: call the model on data. Received: {thing!r}.")
    array = np.asarray(backend.to_numpy(thing))
    if array.dtype.kind not in "biuf" and array.dtype.name != "bfloat16":
        raise NoNumbers(f"Expected an array of real numbers. Received: dtype {array.dtype} (of type {type(thing).__name__}).")
    return array


def names_of_axes(thing):
    """Return a name for each axis: those the array brings along, those of a layer's weight, else `"axis 0"` and so on.

    >>> import kerasteach as keras
    >>> names_of_axes(keras.Variable(np.ones((3, 2)), name="kernel")), names_of_axes(np.ones((3, 2)))
    (('inputs', 'units'), ('axis 0', 'axis 1'))
    """
    count = len(thing.shape) if hasattr(thing, "shape") else np.ndim(thing)
    own = getattr(thing, "dims", None) or getattr(thing, "names", None)  # xarray's, Torch's
    if isinstance(own, tuple) and len(own) == count and all(isinstance(name, str) for name in own):
        return own
    name = getattr(thing, "name", None)
    if count == 1 and name in _ONE_AXIS:
        return (_ONE_AXIS[name],)
    return _BY_WEIGHT.get((name, count)) or tuple(f"axis {n}" for n in range(count))


def names_of_output(layer, shape):
    """Return the names of the axes of what a layer gives: `("batch", "height", "width", "channels")`."""
    first = getattr(layer, "data_format", None) == "channels_first"
    return axis_names(tuple(shape), first)


def facts(array):
    """Return the `Facts` of an array.

    >>> facts(np.array([0.0, 3.0, np.nan]))
    Facts(low=0.0, high=3.0, mean=1.5, std=1.5, zeros=1, missing=1)
    """
    array = np.asarray(array, "float64")
    finite = array[np.isfinite(array)]
    missing = array.size - finite.size
    if not finite.size:
        return Facts(np.nan, np.nan, np.nan, np.nan, 0, missing)
    spread = float(finite.min()), float(finite.max()), float(finite.mean()), float(finite.std())
    return Facts(*spread, int((finite == 0).sum()), missing)


def shrunk(table, most):
    """Return a table with at most `most` rows and columns, and how many rows and columns became one.

    Of each block the number farthest from zero is kept, or nan where there is one: what stands out still does.

    >>> shrunk(np.array([[1, 2, -5, 0]]), 2)
    (array([[ 2., -5.]]), (1, 2))
    """
    table = np.asarray(table, "float64")  # (rows, columns)
    blocks = tuple(max(1, -(-size // most)) for size in table.shape)
    for axis, block in enumerate(blocks):
        if block > 1:
            table = _farthest(table, block, axis)
    return table, blocks


def _farthest(table, block, axis):
    table = np.moveaxis(table, axis, 0)
    padded = np.zeros((-(-len(table) // block) * block, *table.shape[1:]))
    padded[: len(table)] = table
    parts = padded.reshape(-1, block, *table.shape[1:])  # (blocks, inside, others)
    place = np.where(np.isnan(parts), np.inf, np.abs(parts)).argmax(axis=1)[:, None]  # nan before inf: argmax takes the first
    return np.moveaxis(np.take_along_axis(parts, place, axis=1)[:, 0], 0, axis)
