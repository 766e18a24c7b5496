"""How often things occur. What comes out is as long as there are different things: its shape is not known beforehand."""

import math

import numpy as np

from . import examples
from .create import convert_to_tensor, dtype_of
from .spec import as_index, promote
from .table import composite, row


def _counted(x, weights=None, minlength=0, sparse=False):
    return (*x[:-1], None)


@row(
    shape=_counted,
    dtype=lambda x, weights=None, minlength=0, sparse=False: "int32" if weights is None else promote(x, dtype_of(weights)),
    example=lambda rng: [((rng.integers(0, 4, 9),), {"minlength": 6}), ((np.array([0, 1, 1]),), {"weights": np.array([0.5, 1.0, 2.0], "float32")})],
)
class bincount:
    """How often each whole number occurs, or the sum of its weights; row by row for a matrix. No gradient.

    >>> bincount([0, 1, 1, 3])
    array([1, 2, 0, 1], dtype=int32)
    """

    def forward(x, weights=None, minlength=0, sparse=False):
        if sparse:
            raise ValueError("Unsupported value `sparse=True`: there are no sparse tensors. Fix: leave `sparse` out.")
        length = np.maximum(np.max(x, initial=-1) + 1, minlength)
        rows = np.reshape(x, (math.prod(np.shape(x)[:-1]), np.shape(x)[-1]))
        weights = [None] * len(rows) if weights is None else np.reshape(weights, rows.shape)
        counts = [np.bincount(a, w, length) for a, w in zip(rows, weights)]
        return np.reshape(counts, (*np.shape(x)[:-1], length))


@row(
    shape=lambda x, bins=10, range=None, part=0: (bins + part,),
    example=examples.cases(*[([(9,)], {"part": p, "bins": 4, "range": r}) for p, r in [(0, None), (1, (-1.0, 1.0))]]),
)
class _histogram:
    """How many elements fall into each bin (part 0), or the edges of the bins (part 1). No gradient."""

    def forward(x, bins=10, range=None, part=0):
        return np.histogram(x, bins=bins, range=range)[part]


@composite(example=examples.cases(([(9,)], {"bins": 4})))
def histogram(x, bins=10, range=None):
    """How many elements fall into each of `bins` equal bins, and the edges of those.

    Args:
        x: tensor.
        bins: how many.
        range: lowest and highest edge; of the elements by default.

    Raises:
        ValueError: if `bins` is not above 0, or `range` no pair.
    """
    if not isinstance(bins, int) or bins <= 0:
        raise ValueError(f"Argument `bins` should be a non-negative integer. Received: bins={bins}")
    if range and (len(range) < 2 or not isinstance(range, tuple)):
        raise ValueError(f"range must be a tuple of two elements. Received: range={range}")
    return _histogram(x, bins=bins, range=range, part=0), _histogram(x, bins=bins, range=range, part=1)


def _unique_shape(x, part=0, axis=None, size=None, fill_value=None):
    if part == 2:
        return x if axis is None else (x[axis],)
    return (*x[:axis], size, *x[axis + 1 :]) if axis is not None and part == 0 else (size,)


@row(
    shape=_unique_shape,
    dtype=lambda x, part=0, **_: as_index() if part else promote(x),
    example=lambda rng: [((np.array([3, 1, 3, 2]),), {"part": p, "size": s}) for p in (0, 1, 3) for s in (3, 5, 2)],
)
class _unique:
    """The different elements (part 0), where each is first (1), which one each element is (2), how often each is (3)."""

    def forward(x, part=0, axis=None, size=None, fill_value=None):
        found = np.unique(x, return_index=True, return_inverse=True, return_counts=True, axis=axis)[part]
        if size is None or part == 2:
            return found
        axis = axis if axis is not None and part == 0 else 0
        found = np.take(found, np.arange(min(size, found.shape[axis])), axis=axis)
        short = [(0, size - found.shape[axis] if i == axis else 0) for i in range(found.ndim)]
        return np.pad(found, short, constant_values=[fill_value or 0, 1, 0, 0][part])


@composite(example=lambda rng: [((np.array([3, 1, 3, 2]),), {"size": 3}), ((np.array([3, 1, 3]),), {"size": 2, "return_counts": True})])
def unique(
    x, sorted=True, return_index=False, return_inverse=False, return_counts=False, axis=None, size=None, fill_value=None
):
    """The different elements, in ascending order.

    Args:
        x: tensor.
        sorted: here they always are.
        return_index: also return where each is first.
        return_inverse: also return which of them each element is.
        return_counts: also return how often each occurs.
        axis: look for different slices of this axis; for elements, if None.
        size: cut or fill up to this length.
        fill_value: what to fill up with, 0 by default.

    >>> unique([3, 1, 3])
    array([1, 3], dtype=int32)
    """
    x = convert_to_tensor(x)
    wanted = [0, *(i for i, want in enumerate((return_index, return_inverse, return_counts), 1) if want)]
    found = tuple(_unique(x, part=part, axis=axis, size=size, fill_value=fill_value) for part in wanted)
    return found if len(found) > 1 else found[0]
