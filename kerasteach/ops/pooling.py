"""Pooling: a window slides over the image, and one number stands for all it sees."""

import functools
import itertools
import math

import numpy as np

from . import examples
from .spec import as_float
from .table import row
from .windows import Windows, as_given, channels_last, ints, join_shape, padding_name, split_shape


def pool_windows(inputs, pool_size, strides, padding, data_format):
    """Where a pool stops on an input of this shape; without strides, pools lie side by side.

    Raises:
        ValueError: if the pool does not fit the input.
    """
    sizes = split_shape(inputs, data_format)[1]
    pool_size = ints(pool_size, len(sizes), "pool_size")
    return Windows(sizes, pool_size, pool_size if strides is None else strides, padding_name(padding))


def _pooled(inputs, pool_size, strides=None, padding="valid", data_format=None):
    batch, _, channels = split_shape(inputs, data_format)
    return join_shape(batch, pool_windows(inputs, pool_size, strides, padding, data_format).counts, channels, data_format)


def lowest(dtype):
    """What no number of a dtype is below: the border that never wins."""
    return -np.inf if dtype.kind == "f" else False if dtype.kind == "b" else np.iinfo(dtype).min


_POOLS = examples.cases(
    ([(2, 6, 3)], {"pool_size": 2}),
    ([(2, 5, 7, 2)], {"pool_size": (3, 2), "strides": 2, "padding": "same"}),
    ([(2, 3, 5, 4)], {"pool_size": 3, "strides": (1, 2), "padding": "same", "data_format": "channels_first"}),
    ([(1, 3, 4, 3, 2)], {"pool_size": 2, "strides": 1}),
    ([(0, 4, 1)], {"pool_size": 2}),
)


@row(shape=_pooled, inputs=1, example=_POOLS, kinks=("equal largest elements: the first gets the gradient",))
class max_pool:
    """The largest number that each window sees; it alone gets the gradient, the first one if several are largest.

    Source: https://keras.io/api/ops/nn/#maxpool-function

    >>> max_pool([[[1.0], [5.0], [2.0], [3.0]]], 2)[0, :, 0]  # (batch, length, channels)
    array([5., 3.], dtype=float32)
    """

    def forward(inputs, pool_size, strides=None, padding="valid", data_format=None):
        windows = pool_windows(inputs.shape, pool_size, strides, padding, data_format)
        seen = windows.seen(channels_last(inputs, data_format), lowest(inputs.dtype))
        return as_given(functools.reduce(np.maximum, seen), data_format)

    def vjp_inputs(g, y, inputs, pool_size, strides=None, padding="valid", data_format=None):
        windows = pool_windows(inputs.shape, pool_size, strides, padding, data_format)
        seen = windows.seen(channels_last(inputs, data_format), lowest(inputs.dtype))
        g, y = channels_last(g, data_format), channels_last(y, data_format)
        return as_given(windows.lay(g * won for won in _first_equal(seen, y)), data_format)


def _first_equal(parts, y):
    """For each part, where it equals `y` and no part before it did."""
    unclaimed = np.True_
    for part in parts:
        won = np.equal(part, y) & unclaimed
        unclaimed = unclaimed & ~won
        yield won


@row(shape=_pooled, inputs=1, dtype=lambda inputs, *_, **__: as_float(inputs), example=_POOLS)
class average_pool:
    """The mean of what each window sees of the image; a border does not count.

    Source: https://keras.io/api/ops/nn/#averagepool-function

    >>> average_pool([[[1.0], [5.0], [2.0]]], 2, padding="same")[0, :, 0]  # (batch, length, channels)
    array([3., 2.], dtype=float32)
    """

    def forward(inputs, pool_size, strides=None, padding="valid", data_format=None):
        windows = pool_windows(inputs.shape, pool_size, strides, padding, data_format)
        total = functools.reduce(np.add, windows.seen(channels_last(inputs, data_format)))
        return as_given(total / _real(windows, total.dtype), data_format)

    def vjp_inputs(g, y, inputs, pool_size, strides=None, padding="valid", data_format=None):
        windows = pool_windows(inputs.shape, pool_size, strides, padding, data_format)
        share = channels_last(g, data_format) / _real(windows, g.dtype)
        return as_given(windows.lay([share] * math.prod(windows.window)), data_format)


def _real(windows, dtype):
    """How many elements of the image each window sees: (1, *counts, 1)."""
    if not any(map(any, windows.pads)):
        return dtype.type(math.prod(windows.window))
    return functools.reduce(np.add, windows.seen(np.ones((1, *windows.sizes, 1), dtype)))


def adaptive_sizes(inputs, output_size, data_format):
    """The number of pools along each axis of an input.

    Raises:
        ValueError: if `output_size` is not whole numbers above 0, one or one per axis.
    """
    return ints(output_size, len(split_shape(inputs, data_format)[1]), "output_size")


def _adapted(inputs, output_size, data_format=None):
    batch, _, channels = split_shape(inputs, data_format)
    return join_shape(batch, adaptive_sizes(inputs, output_size, data_format), channels, data_format)


def _boxes(inputs, output_size, data_format):
    """Each pool's place in the output and the box of the image it sees; boxes overlap where sizes do not divide."""
    sizes, outs = split_shape(inputs, data_format)[1], adaptive_sizes(inputs, output_size, data_format)
    along = [[(i, slice(i * n // m, -(-(i + 1) * n // m))) for i in range(m)] for n, m in zip(sizes, outs)]
    for pool in itertools.product(*along):
        yield (slice(None), *[i for i, _ in pool]), (slice(None), *[box for _, box in pool])


def _in_box(x, box):
    """What a box holds, as one axis: (batch, elements, channels)."""
    return x[box].reshape(x.shape[0], -1, x.shape[-1])


_ADAPTED = examples.cases(
    ([(2, 7, 3)], {"output_size": 3}),
    ([(2, 5, 6, 2)], {"output_size": (2, 4)}),
    ([(2, 3, 4, 3)], {"output_size": (3, 5), "data_format": "channels_first"}),
    ([(1, 3, 4, 5, 2)], {"output_size": 2}),
)


@row(shape=_adapted, inputs=1, dtype=lambda inputs, *_, **__: as_float(inputs), example=_ADAPTED)
class adaptive_average_pool:
    """The mean over boxes, so many of them that the output has a given size whatever the input's.

    >>> adaptive_average_pool(np.arange(6.0).reshape(1, 6, 1), 2)[0, :, 0]  # (batch, length, channels)
    array([1., 4.])
    """

    def forward(inputs, output_size, data_format=None):
        x = channels_last(inputs, data_format)
        y = np.empty((x.shape[0], *adaptive_sizes(inputs.shape, output_size, data_format), x.shape[-1]), x.dtype)
        for place, box in _boxes(inputs.shape, output_size, data_format):
            y[place] = np.mean(_in_box(x, box), axis=1)  # (batch, channels)
        return as_given(y, data_format)

    def vjp_inputs(g, y, inputs, output_size, data_format=None):
        g, x = channels_last(g, data_format), channels_last(inputs, data_format)
        image = np.zeros(x.shape, g.dtype)
        for place, box in _boxes(inputs.shape, output_size, data_format):
            share = g[place] / math.prod(x[box].shape[1:-1])  # (batch, channels)
            image[box] += share.reshape(len(g), *[1] * (x.ndim - 2), -1)
        return as_given(image, data_format)


@row(shape=_adapted, inputs=1, example=_ADAPTED, kinks=("equal largest elements: the first gets the gradient",))
class adaptive_max_pool:
    """The largest number in boxes, so many of them that the output has a given size whatever the input's.

    >>> adaptive_max_pool(np.arange(6.0).reshape(1, 6, 1), 2)[0, :, 0]  # (batch, length, channels)
    array([2., 5.])
    """

    def forward(inputs, output_size, data_format=None):
        x = channels_last(inputs, data_format)
        y = np.empty((x.shape[0], *adaptive_sizes(inputs.shape, output_size, data_format), x.shape[-1]), x.dtype)
        for place, box in _boxes(inputs.shape, output_size, data_format):
            y[place] = np.max(_in_box(x, box), axis=1)  # (batch, channels)
        return as_given(y, data_format)

    def vjp_inputs(g, y, inputs, output_size, data_format=None):
        g, x = channels_last(g, data_format), channels_last(inputs, data_format)
        image = np.zeros(x.shape, g.dtype)
        for place, box in _boxes(inputs.shape, output_size, data_format):
            values = _in_box(x, box)  # (batch, elements, channels)
            first = np.argmax(values, axis=1)[:, None] == np.arange(values.shape[1])[:, None]
            image[box] += (first * g[place][:, None]).reshape(x[box].shape)
        return as_given(image, data_format)
