"""When a callback that saves every so many batches is due."""


class BatchCount:
    """Counts batches over the ends of epochs.

    Attributes:
        batch: batches of this epoch so far.

    >>> count = BatchCount()
    >>> [count.is_due(batch, every=2) for batch in range(3)]
    [False, True, False]
    >>> count.begin_epoch()
    >>> count.is_due(0, every=2)
    True
    """

    def __init__(self):
        self.batch = self._since = 0

    def begin_epoch(self):
        """Batches are numbered from 0 again."""
        self.batch = 0

    def is_due(self, batch, every):
        """Whether it is time after this batch; `every` is a number of batches, or `"epoch"` for never here."""
        if every == "epoch":
            return False
        self._since += batch + 1 - self.batch  # several, with steps_per_execution
        self.batch = batch + 1
        if self._since < every:
            return False
        self._since = 0
        return True
