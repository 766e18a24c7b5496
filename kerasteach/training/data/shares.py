"""Our rows of each batch, where many processes train together."""

import numpy as np

from ...backend.replicas import REPLICAS


def own_batches(arrays, order, size, block, home):
    """Yield our rows of the batches of an epoch; the rows of the others are not touched.

    Args:
        arrays: list of arrays with as many rows each.
        order: numbers of the rows in the order of the epoch; None for as they are.
        size: rows of a whole batch.
        block: rows to gather at a time, whole batches.
        home: backend of the tensors.
    """
    order = np.arange(len(arrays[0])) if order is None else order
    for start in range(0, len(order), block):
        part = order[start : start + block]
        full = len(part) // size * size
        for batches in (part[:full].reshape(-1, size), part[full:].reshape(1, -1)):  # (batches, rows): the last may be short
            if batches.size:
                yield from _own_rows(arrays, batches, home)


def _own_rows(arrays, batches, home):
    count = batches.shape[1]
    first, stop = REPLICAS.kept_of(count)
    numbers = batches[:, first:stop].reshape(-1)
    tensors = [home.convert(a[numbers]) for a in arrays]
    for batch in zip(*[home.split(t, stop - first) for t in tensors]):
        REPLICAS.take(count)
        yield batch
