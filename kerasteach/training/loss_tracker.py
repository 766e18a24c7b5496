"""The running loss: kept as it comes, added up only when someone looks."""

import numpy as np

from .. import ops
from ..metrics import Mean

_MOST_KEPT = 256  # losses kept before they are added up


class LossTracker(Mean):
    """Mean of the losses of batches, weighted by their sizes."""

    def __init__(self, name="loss", dtype=None):
        self._kept, self._sizes = [], []
        super().__init__(name=name, dtype=dtype)

    def keep(self, loss, size):
        """Take in the loss of a batch of `size` samples."""
        self._kept.append(loss)
        self._sizes.append(size)
        if len(self._kept) >= _MOST_KEPT:
            self._settle()

    def _settle(self):
        if self._kept:
            losses, sizes = self._backend.stack(self._kept), np.asarray(self._sizes, "float32")
            self._kept, self._sizes = [], []
            self.total.assign_add(ops.sum(ops.multiply(losses, sizes)))
            self.count.assign_add(int(sizes.sum()))

    def reset_state(self):
        """Start again."""
        self._kept, self._sizes = [], []
        super().reset_state()
