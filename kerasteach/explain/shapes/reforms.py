"""Ways to bring a tensor into another form, each as a function on tensors, as a layer, and as a line on an array."""

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ... import ops
from ...backend.symbolic import KerasTensor


@dataclass(frozen=True)
class Reform:
    """One way.

    Attributes:
        apply: function(tensor) -> tensor; a layer to be called is made at each use.
        layer: how it is written as a layer of a model; "" where there is none.
        code: how it is written of an array, with `{}` for its name.
        what: in words.
    """

    apply: Callable
    layer: str
    code: str
    what: str


def _layer(name, **settings):
    def make():
        from ... import layers  # of which only those that are tried are loaded

        return getattr(layers, name)(**settings)

    return make


def _by_layer(name, code, what, **settings):
    make = _layer(name, **settings)
    told = ", ".join(f"{key}={value!r}" for key, value in settings.items())
    return Reform(lambda x: make()(x), f"keras.layers.{name}({told})", code, what)


def flatten():
    return _by_layer("Flatten", "{0}.reshape(len({0}), -1)", "make one axis of all but the batch")


def add_axis(axis, shape):
    code = "{}[..., None]" if axis == -1 else "{}[" + ":, " * axis + "None]"
    new = [*shape[1:], 1] if axis == -1 else [*shape[1:axis], 1, *shape[axis:]]
    layer = f"keras.layers.Lambda(lambda x: keras.ops.expand_dims(x, axis={axis}))" if None in new else f"keras.layers.Reshape({tuple(new)})"
    layer = layer if axis else ""
    what = {-1: "add an axis of length 1 at the end", 0: "one sample still needs a batch axis"}.get(axis, f"add an axis of length 1 at place {axis}")
    return Reform(lambda x: ops.expand_dims(x, axis=axis), layer, code, what)


def drop_axis(axis):
    layer = f"keras.layers.Lambda(lambda x: keras.ops.squeeze(x, axis={axis}))"
    return Reform(lambda x: ops.squeeze(x, axis=axis), layer, "{}.squeeze(" + f"{axis})", f"drop axis {axis}, of length 1")


def reorder(order, what):
    dims = order[1:]
    layer = f"keras.layers.Permute({dims})" if order[0] == 0 else ""
    return Reform(lambda x: ops.transpose(x, axes=order), layer, "{}.transpose(" + f"{order})", what)


def reshape(shape):
    shape = tuple(shape)
    code = "{0}.reshape(len({0}), " + ", ".join(map(str, shape)) + ")"
    return _by_layer("Reshape", code, f"give each sample the shape {shape}", target_shape=shape)


def cast(dtype):
    layer = f'keras.layers.Lambda(lambda x: keras.ops.cast(x, "{dtype}"))'
    return Reform(lambda x: ops.cast(x, dtype=dtype), layer, '{}.astype("' + dtype + '")', f"make them {dtype}")


def resize(height, width):
    def apply(x):
        return ops.image.resize(x, (height, width))

    return Reform(apply, f"keras.layers.Resizing({height}, {width})", f"keras.ops.image.resize({{}}, ({height}, {width}))", "pictures of the size that is expected")


def last_axis_to(size):
    return _by_layer("Dense", "", f"bring the features to {size}", units=size)


def pool(rank):
    return _by_layer(f"GlobalAveragePooling{rank - 2}D", "", "take the mean over all places")


def repeat(times):
    code = f"np.repeat({{}}[:, None], {times}, axis=1)"
    return _by_layer("RepeatVector", code, f"repeat each vector {times} times, as steps", n=times)


def first_features(size):
    return Reform(lambda x: x[..., :size], f"keras.layers.Lambda(lambda x: x[..., :{size}])", f"{{}}[..., :{size}]", f"keep {size} features")


def one_hot(classes):
    code = f"keras.utils.to_categorical({{}}, {classes})"
    return Reform(lambda y: np.eye(classes, dtype="float32")[_flat(y)], "", code, "class numbers as one-hot rows")


def class_numbers():
    return Reform(lambda y: np.argmax(y, axis=-1), "", "{}.argmax(-1)", "one-hot rows as class numbers")


def from_zero():
    return Reform(lambda y: y - np.min(y), "", "{0} - {0}.min()", "count classes from 0")


def as_array():
    def stack(x):
        return np.stack([np.asarray(row) for row in x])

    return Reform(stack, "", "np.stack({})", "one array of all rows")


def padded():
    """Rows of unequal length, filled up with zeros."""

    def pad(x):
        from ...utils import pad_sequences

        return pad_sequences(x, dtype="float32" if any(isinstance(v, float) for row in x for v in row) else "int32")

    return Reform(pad, "", "keras.utils.pad_sequences({})", "fill short rows up with zeros")


def codes_of_text():
    def numbers(x):
        return np.unique(np.asarray(x), return_inverse=True)[1].reshape(np.shape(x))

    return Reform(numbers, "", "np.unique({}, return_inverse=True)[1]", "number the words")


def numbers_of_text():
    return Reform(lambda x: np.asarray(x, "float32"), "", 'np.asarray({}, "float32")', "read the text as numbers")


def _flat(y):
    y = np.asarray(y).astype(int)
    return y[..., 0] if y.ndim > 1 and y.shape[-1] == 1 else y


def of_shape(shape, wanted=None, known=()):
    """Reforms worth a try for a tensor of a shape (batch included), likely ones first.

    Args:
        shape: its shape.
        wanted: the shape it should have, if that is known; None for open axes.
        known: lengths of features that others have.
    """
    rank, found = len(shape), []
    if wanted is not None:
        order = next((p for p in itertools.permutations(range(rank)) if _agrees([shape[i] for i in p], wanted)), None)
        if order and list(order) != sorted(order):
            found.append(reorder(order, "put the axes in the order that is expected"))
        if len(wanted) == rank + 1:
            found += [add_axis(axis, shape) for axis in _places(shape, wanted)]
        sizes = [n for n in wanted[1:] if n]
        if None not in shape[1:] and len(sizes) == len(wanted) - 1 and math.prod(sizes) == math.prod(shape[1:]):
            found.append(flatten() if len(wanted) == 2 else reshape(sizes))
        if len(wanted) == 3 and rank == 2 and wanted[1]:
            found.append(repeat(wanted[1]))
        if len(wanted) == 3 and rank == 4 and shape[-1]:
            found.append(reshape((-1, shape[-1])))
            found += [reshape((shape[1], shape[2] * shape[3]))] * (None not in shape[1:])
    if wanted is not None and len(wanted) == rank == 4 and wanted[3] == shape[3] and None not in wanted[1:]:
        found.append(resize(*wanted[1:3]))
    ones = [axis for axis in range(rank - 1, 0, -1) if shape[axis] == 1]
    found += [drop_axis(axis) for axis in ones]
    found += [flatten()] * (rank > 2) + [add_axis(-1, shape), add_axis(1, shape)]
    found += [add_axis(0, shape)] * (None not in shape)
    found += [pool(rank)] * (3 <= rank <= 5)
    found += [reorder((0, 2, 1), "swap the two axes after the batch")] * (rank == 3)
    found += [reorder((0, *range(2, rank), 1), "put the channels last"), reorder((0, rank - 1, *range(1, rank - 1)), "put the channels first")] * (rank > 3)
    found += [reorder((1, 0, *range(2, rank)), "put samples first")] * (rank > 1 and None not in shape)
    found += [last_axis_to(size) for size in known]
    unique = {}
    for reform in found:
        unique.setdefault(reform.layer or reform.code, reform)
    return list(unique.values())


def fitting_shapes(target, shape):
    """Targets with one length changed so that they hold as many numbers as a shape.

    >>> fitting_shapes((3, 5), (12,))
    [(3, 4)]
    """
    total, found = math.prod(shape), []
    for i in reversed(range(len(target))):
        rest = math.prod(n for j, n in enumerate(target) if j != i and n > 0)
        if rest and total % rest == 0 and total // rest != target[i]:
            found.append((*target[:i], total // rest, *target[i + 1 :]))
    return found


def result(reform, shape):
    """The shape that a reform gives, found on symbols; None if it cannot be applied."""
    try:
        return tuple(reform.apply(KerasTensor(shape)).shape)
    except Exception:  # a reform that does not fit is no reform
        return None


def _agrees(shape, wanted):
    return len(shape) == len(wanted) and all(None in (n, m) or n == m for n, m in zip(shape, wanted))


def _places(shape, wanted):
    """Where an axis of length 1 would make one shape the other."""
    rank = len(shape)
    return [axis if axis < rank else -1 for axis in range(rank, -1, -1) if _agrees([*shape[:axis], 1, *shape[axis:]], wanted)]


def fits(reform, shape, like):
    """Whether a reform gives the wanted shape, tried on no more than a shape."""
    found = result(reform, shape)
    return found is not None and len(found) == len(like) and all(m is None or n == m for n, m in zip(found, like))


def likeness(x):
    """Numbers like a symbol, for a first try: two samples, twelve steps where the length is open."""
    if type(x) is not KerasTensor:
        return x
    shape = [2, *[12 if n is None else n for n in x.shape[1:]]] if x.shape and x.shape[0] is None else [12 if n is None else n for n in x.shape]
    return np.full(shape, "a") if x.dtype == "string" else np.zeros(shape, x.dtype)
