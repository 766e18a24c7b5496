"""Elements copied, padded, rolled, turned; axes that change places."""

import builtins

import numpy as np

from . import examples
from .create import convert_to_tensor
from .index import take
from .reshaping import broadcast_to, flip, reshape, swapaxes
from .spec import normalize_axes
from .table import composite, row


@row(
    shape=lambda x, pad_width, constant_values=0.0: tuple(
        None if n is None else n + before + after for n, (before, after) in zip(x, pad_width)
    ),
    example=examples.cases(([(3, 2)], {"pad_width": ((1, 0), (0, 2))})),
    inputs=1,
)
class _pad:
    """A border of one number around `x`; the gradient is cropped. The row behind `pad`."""

    def forward(x, pad_width, constant_values=0.0):
        return np.pad(x, pad_width, constant_values=constant_values)

    def vjp_x(g, y, x, pad_width, constant_values=0.0):
        return g[tuple(slice(before, before + n) for n, (before, _) in zip(x.shape, pad_width))]


@composite(
    example=examples.cases(
        ([(3, 2)], {"pad_width": ((1, 0), (0, 2))}),
        ([(3, 4)], {"pad_width": ((1, 2), (0, 3)), "mode": "reflect"}),
        ([(3,)], {"pad_width": 2, "mode": "symmetric"}),
    )
)
def pad(x, pad_width, mode="constant", constant_values=None):
    """A border around `x`.

    Args:
        x: tensor.
        pad_width: `((before, after), ...)` for each axis; one pair or one number for all.
        mode: `"constant"`, `"reflect"` (a mirror at the last element) or `"symmetric"` (a mirror behind it).
        constant_values: what a constant border is of; 0 by default.

    Raises:
        ValueError: for `constant_values` with another mode.

    >>> pad([1, 2, 3], 1, mode="reflect")
    array([2, 1, 2, 3, 2], dtype=int32)
    """
    x = convert_to_tensor(x)
    widths = np.broadcast_to(np.asarray(pad_width), (len(x.shape), 2)).tolist()
    if mode == "constant":
        return _pad(x, pad_width=tuple(map(tuple, widths)), constant_values=0.0 if constant_values is None else constant_values)
    if constant_values is not None:
        raise ValueError(f"Argument `constant_values` can only be provided when `mode == 'constant'`. Received: mode={mode}")
    if mode not in ("reflect", "symmetric"):
        raise ValueError(f"pad: `mode` must be 'constant', 'reflect' or 'symmetric'. Received: mode={mode}")
    for axis, width in enumerate(widths):
        if builtins.any(width):
            x = take(x, np.pad(np.arange(x.shape[axis]), width, mode=mode), axis=axis)
    return x


@composite(example=examples.cases(([(2, 3)], {"repeats": (2, 2)}), ([(2, 3)], {"repeats": 2}), ([(2,)], {"repeats": (3, 1)})))
def tile(x, repeats):
    """`x` laid side by side, `repeats` times along each axis.

    >>> tile([1, 2], 2)
    array([1, 2, 1, 2], dtype=int32)
    """
    x = convert_to_tensor(x)
    repeats = [repeats] if isinstance(repeats, int) else [int(n) for n in repeats]
    rank = builtins.max(len(x.shape), len(repeats))
    repeats = [1] * (rank - len(repeats)) + repeats
    shape = [1] * (rank - len(x.shape)) + list(x.shape)
    pairs = [n for pair in zip(repeats, shape) for n in pair]
    spread = broadcast_to(reshape(x, [n for k in shape for n in (1, -1 if k is None else k)]), pairs)
    return reshape(spread, [-1 if n is None else n * k for n, k in zip(shape, repeats)])


@row(
    shape=lambda x, shift, axis=None: x,
    example=examples.cases(([(3, 4)], {"shift": 1, "axis": 0}), ([(3, 4)], {"shift": 5}), ([(3, 4)], {"shift": (1, 2), "axis": (0, 1)})),
    inputs=1,
)
class roll:
    """Elements moved along an axis; what falls off one end comes in at the other.

    >>> roll([1, 2, 3], 1)
    array([3, 1, 2], dtype=int32)
    """

    def forward(x, shift, axis=None):
        return np.roll(x, shift, axis)

    def vjp_x(g, y, x, shift, axis=None):
        return np.roll(g, np.negative(shift), axis)


@composite(example=examples.cases(([(2, 3)], {}), ([(2, 3, 4)], {"k": 3, "axes": (1, 2)}), ([(2, 3)], {"k": 2})))
def rot90(array, k=1, axes=(0, 1)):
    """Turned by `k` quarters, from the first of two axes towards the second."""
    array = convert_to_tensor(array)
    a, b = normalize_axes(axes, len(array.shape))
    for _ in range(k % 4):
        array = swapaxes(flip(array, axis=b), a, b)
    return array


@composite(example=examples.cases(([(2, 3)], {})))
def fliplr(x):
    """The second axis in reverse order."""
    return flip(x, axis=1)


@composite(example=examples.cases(([(2, 3)], {})))
def flipud(x):
    """The first axis in reverse order."""
    return flip(x, axis=0)
