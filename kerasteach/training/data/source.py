"""What every source of batches can do."""


class Source:
    """Where batches come from.

    Attributes:
        steps: batches of one pass over the data; None if that is not known.
    """

    steps = None

    def check_targets(self, check):
        """Call `check(y)` on all targets, before they are used."""

    def sample(self):
        """A first batch, as arrays, to build a model with."""

    def epoch(self, home):
        """Yield the batches of one pass as tensors of a backend."""

    def on_epoch_begin(self):
        """Called before an epoch."""

    def on_epoch_end(self):
        """Called after an epoch."""
