"""This process among those that train one model together: same weights, each on its rows of every batch.

Rank r of n takes the r-th of n nearly equal parts of a batch. If there are fewer rows than processes, a process without a
row computes on a neighbour's, which then counts nothing: its share is 0.

Alone, `REPLICAS.on` is False, and that is all anybody asks.
"""

import contextlib

from .. import tree
from .masks import mask_of, with_mask
from .symbolic import is_keras_tensor


class PeerLost(RuntimeError):
    """Another process of the job is gone, and this one cannot go on alone; the message says who, and how to go on."""


class Replicas:
    """Who we are, and what part of the batch at hand is ours.

    Attributes:
        on: whether several processes train together now.
        rank, world: our number, and how many we are.
        engine: what talks to the others, a `torch_distributed.Engine`.
        count: rows of the whole batch at hand; None between batches.
        mine: how many of them are ours.
        share: what our mean weighs in the mean over the processes; 1 if all have as many rows.

    >>> REPLICAS.on, REPLICAS.world
    (False, 1)
    """

    on, rank, world, engine = False, 0, 1, None
    count, mine, share = None, 1, 1.0

    def rows_of(self, count):
        """Return (first, stop): our rows of a batch of so many; they may be none.

        >>> all_four = [Replicas() for _ in range(4)]
        >>> for rank, one in enumerate(all_four):
        ...     one.rank, one.world = rank, 4
        >>> [one.rows_of(10) for one in all_four], [one.rows_of(2) for one in all_four]
        ([(0, 2), (2, 5), (5, 7), (7, 10)], [(0, 0), (0, 1), (1, 1), (1, 2)])
        """
        return count * self.rank // self.world, count * (self.rank + 1) // self.world

    def kept_of(self, count):
        """Return (first, stop) of the rows we compute on: ours, or one that another counts."""
        first, stop = self.rows_of(count)
        first = min(first, count - 1)
        return first, max(stop, first + 1)

    def take(self, count):
        """Note how many rows the next batch has in all; None if there is none."""
        self.count, self.mine, self.share = count, 1, 1.0
        if count is not None:
            first, stop = self.rows_of(count)
            self.mine, self.share = stop - first, (stop - first) * self.world / count

    def own_rows(self, batch):
        """Return our rows of a batch, and take note of it; alone, the batch."""
        if not self.on:
            return batch
        count = len(tree.flatten(batch)[0])
        self.take(count)
        first, stop = self.kept_of(count)
        return tree.map_structure(lambda a: rows_with_mask(a, first, stop), batch)

    def counted(self, structure):
        """Return what counts of tensors computed from our rows: nothing, if they are another's."""
        if self.mine or structure is None:
            return structure
        return tree.map_structure(lambda a: a if a is None else rows_with_mask(a, 0, 0), structure)

    def all_rows(self, structure):
        """Return tensors with the rows of all processes, in the order of the batch; gradients lead back."""
        return structure if structure is None else tree.map_structure(self._all_rows, structure)

    def _all_rows(self, x):
        if x is None:
            return None
        if is_keras_tensor(x):
            from .program import NotStatic

            raise NotStatic("the rows of other processes are not known while code is written")
        mask, gathered = mask_of(x), self.engine.gather(x)
        return gathered if mask is None else with_mask(gathered, self.engine.gather(mask))

    @contextlib.contextmanager
    def alone(self):
        """What this process does inside is its own business: nothing is split, nobody is waited for."""
        before = self.on, self.count, self.mine, self.share
        self.on, self.count, self.mine, self.share = False, None, 1, 1.0
        try:
            yield
        finally:
            self.on, self.count, self.mine, self.share = before


def rows_with_mask(x, first, stop):
    """Some rows of a tensor, with its mask's."""
    mask = mask_of(x)
    return x[first:stop] if mask is None else with_mask(x[first:stop], mask[first:stop])


REPLICAS = Replicas()
