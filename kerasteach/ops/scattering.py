"""Pieces cut out of tensors, and written into them."""

import builtins

import numpy as np

from . import examples
from .create import convert_to_tensor, dtype_of, zeros
from .elementwise import cast, maximum, minimum
from .spec import is_float
from .table import composite, row


def _scattered(rng):
    indices = np.array([[0, 1], [2, 0], [0, 1]])
    return [
        ((rng.normal(size=(3, 2)), indices, rng.normal(size=3)), {"reduction": how}) for how in ("add", "max", "min")
    ] + [
        ((rng.normal(size=(3, 2)), indices[:2], rng.normal(size=2)), {}),
        ((rng.uniform(1, 2, (3, 2)), indices[:2], rng.uniform(1, 2, 2)), {"reduction": "mul"}),
        ((rng.normal(size=(3, 2)), indices[:2, :1], rng.normal(size=(2, 2))), {}),
    ]


_INTO = {None: None, "add": np.add, "max": np.maximum, "min": np.minimum, "mul": np.multiply}


@row(
    shape=lambda inputs, indices, updates, reduction=None: inputs,
    dtype=lambda inputs, indices, updates, reduction=None: inputs,
    example=_scattered,
)
class scatter_update:
    """`inputs` with `updates` written at `indices`, or added (`reduction="add"`), multiplied, compared.

    Args:
        inputs: tensor.
        indices: whole numbers; each row is an index of `inputs`.
        updates: what to write, one for each row.
        reduction: None, `"add"`, `"max"`, `"min"` or `"mul"`.

    >>> scatter_update([0, 0, 0], [[2], [0]], [5, 6])
    array([6, 0, 5], dtype=int32)
    """

    def forward(inputs, indices, updates, reduction=None):
        if reduction not in _INTO:
            raise ValueError(f"Unsupported reduction: {reduction}. Expected one of {list(_INTO)}.")
        out = np.array(inputs)
        key = tuple(np.moveaxis(indices, -1, 0))
        if reduction is None:
            out[key] = updates
        else:
            _INTO[reduction].at(out, key, updates)
        return out

    def vjp_inputs(g, y, inputs, indices, updates, reduction=None):
        key = tuple(np.moveaxis(indices, -1, 0))
        out = np.array(g)
        if reduction is None:
            out[key] = 0
        elif reduction == "mul":
            np.multiply.at(out, key, updates)
        elif reduction != "add":
            out *= np.equal(inputs, y)
        return out

    def vjp_updates(g, y, inputs, indices, updates, reduction=None):
        key = tuple(np.moveaxis(indices, -1, 0))
        if reduction == "mul":
            return g[key] * inputs[key]
        return g[key] * np.equal(updates, y[key]) if reduction in ("max", "min") else g[key]


@composite(example=lambda rng: [((np.array([[0], [2], [0]]), rng.normal(size=3)), {"shape": (4,)})])
def scatter(indices, values, shape):
    """A tensor of zeros to which `values` are added at `indices`.

    >>> scatter([[0], [2], [0]], [1, 2, 3], (3,))
    array([4, 0, 2], dtype=int32)
    """
    values = convert_to_tensor(values)
    return scatter_update(zeros(shape, dtype_of(values)), indices, values, reduction="add")


@row(
    shape=lambda inputs, shape, start_indices=(): tuple(n if m == -1 else m for n, m in zip(inputs, shape)),
    example=examples.cases(([(4, 5)], {"start_indices": (1, 2), "shape": (2, 3)})),
    inputs=1,
)
class _slice:
    """A piece of `shape` that begins at `start_indices`. The row behind `slice`."""

    def forward(inputs, shape, start_indices=()):
        return inputs[_place(inputs.shape, start_indices, shape)]

    def vjp_inputs(g, y, inputs, shape, start_indices=()):
        out = np.zeros_like(inputs)
        out[_place(inputs.shape, start_indices, shape)] = g
        return out


def _place(whole, starts, lengths):
    """The slices; a piece that would stick out is moved in, as Keras's is."""
    starts = [int(np.clip(s, 0, builtins.max(n - length, 0))) for s, length, n in zip(starts, lengths, whole)]
    return tuple(builtins.slice(s, None if length == -1 else s + length) for s, length in zip(starts, lengths))


@composite(example=examples.cases(([(4, 5)], {"start_indices": (1, 2), "shape": (2, 3)})))
def slice(inputs, start_indices, shape):
    """A piece of `shape` that begins at `start_indices`.

    Args:
        inputs: tensor.
        start_indices: where the piece begins, one whole number for each axis.
        shape: lengths of the piece; -1 for all the rest.

    >>> slice([[1, 2, 3], [4, 5, 6]], (0, 1), (2, 2))
    array([[2, 3],
           [5, 6]], dtype=int32)
    """
    starts = tuple(int(i) for i in start_indices)
    return _slice(inputs, start_indices=starts, shape=tuple(shape))


@row(
    shape=lambda inputs, updates, start_indices=(): inputs,
    dtype=lambda inputs, updates, start_indices=(): inputs,
    example=examples.cases(([(4, 5), (2, 3)], {"start_indices": (1, 2)})),
)
class _slice_update:
    """`inputs` with `updates` written from `start_indices` on. The row behind `slice_update`."""

    def forward(inputs, updates, start_indices=()):
        out = np.array(inputs)
        out[_place(out.shape, start_indices, updates.shape)] = updates
        return out

    def vjp_inputs(g, y, inputs, updates, start_indices=()):
        out = np.array(g)
        out[_place(out.shape, start_indices, updates.shape)] = 0
        return out

    def vjp_updates(g, y, inputs, updates, start_indices=()):
        return g[_place(inputs.shape, start_indices, updates.shape)]


@composite(example=lambda rng: [((rng.normal(size=(4, 5)), [1, 2], rng.normal(size=(2, 3))), {})])
def slice_update(inputs, start_indices, updates):
    """`inputs` with `updates` written from `start_indices` on.

    >>> slice_update([1, 2, 3], [1], [9])
    array([1, 9, 3], dtype=int32)
    """
    starts = tuple(int(i) for i in start_indices)
    return _slice_update(inputs, updates, start_indices=starts)


@composite(example=examples.one(dtype="float64"))
def saturate_cast(x, dtype):
    """`x` in another dtype; what does not fit becomes the nearest number that does.

    >>> saturate_cast([300.0, -1.0], "uint8")
    array([255,   0], dtype=uint8)
    """
    if is_float(dtype):
        return cast(x, dtype)
    low, high = (0, 1) if dtype == "bool" else (np.iinfo(dtype).min, np.iinfo(dtype).max)
    x = convert_to_tensor(x)
    if not is_float(dtype_of(x)):
        have = np.iinfo("int8" if dtype_of(x) == "bool" else dtype_of(x))
        low, high = builtins.max(low, have.min), builtins.min(high, have.max)
        return cast(minimum(maximum(x, low), high), dtype)
    top = np.nextafter(np.float32(high), np.float32(0)) if float(np.float32(high)) > high else high
    return cast(minimum(maximum(x, float(low)), float(top)), dtype)
