"""Panels of a model that trains: given to `fit(callbacks=[panel])`, they are redrawn as the weights move."""

from kerasteach.callbacks.callback import Callback
from kerasteach.widgets.panel import Panel


class Following(Panel, Callback):
    """A panel that reads its model afresh at each redraw, and is told by `fit` when there is something new."""

    model = None  # the panel's own
    params = None

    def set_model(self, model):
        """The panel keeps showing its own model."""

    def on_train_batch_end(self, batch, logs=None):
        self.changed()

    def on_epoch_end(self, epoch, logs=None):
        self.changed()

    def on_train_end(self, logs=None):
        self.changed(last=True)
