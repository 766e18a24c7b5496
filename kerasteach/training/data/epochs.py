"""How the batches of a source are dealt out to epochs."""

import itertools
import warnings

from ... import config
from ...backend.replicas import REPLICAS


class Epochs:
    """Deals out batches, an epoch at a time.

    Without `steps` an epoch is one pass over the data. With `steps` it is so many batches, and the next epoch goes on
    where this one stopped.

    Args:
        source: where batches come from.
        steps: batches an epoch; None for all there are.
        every: batches that are taken together (`steps_per_execution`); an epoch takes whole groups.
    """

    def __init__(self, source, steps=None, every=1):
        self.source, self.every = source, every
        self.steps = at_most(config.max_steps_per_epoch(), steps, "steps_per_epoch")
        self._running, self._seen = None, 0

    @property
    def num_batches(self):
        """Batches an epoch, None if that is not known."""
        return self.steps or self.source.steps

    def reset(self):
        """Start again at the first batch."""
        self.close()
        self.source.on_epoch_end()  # as Keras does, also before the first epoch

    def close(self):
        """Let go of the data, and of the workers that make it."""
        if self._running is not None:
            self._running.close()
        self._running, self._seen = None, 0

    def epoch(self, home):
        """Yield the batches of an epoch as tensors of a backend."""
        self.source.on_epoch_begin()
        if self._running is None or not self.steps:
            self.close()
            self._running = self.source.epoch(home)
        wanted, done = self.num_batches, 0
        whole = None if wanted is None else -(-wanted // self.every) * self.every
        try:
            for done, batch in enumerate(itertools.islice(self._running, whole), 1):  # noqa: B007 - read below
                yield batch
        finally:
            REPLICAS.take(None)
        self._seen += done
        if wanted is None or done < wanted:
            self.close()
            warnings.warn(
                f"Your input ran out of data; interrupting training. It gave {done}{f' of {wanted}' if wanted else ''} steps. "
                "Make sure that your dataset or generator can generate at least `steps_per_epoch * epochs` batches.",
                stacklevel=5,
            )
        elif self.source.steps and self._seen >= self.source.steps:
            self.close()
        self.source.on_epoch_end()


def at_most(limit, wanted, name):
    """What is wanted, but not more than a limit of `keras.config`, which is told."""
    if not limit or (wanted is not None and wanted <= limit):
        return wanted
    warnings.warn(f"Limiting {name} to {limit}", stacklevel=4)
    return limit
