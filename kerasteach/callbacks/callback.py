"""The base of callbacks, and History."""

from ..rich import Shown


class Callback:
    """Base of all callbacks: override the hooks you need.

    Attributes:
        model: the model in training.
        params: dict with `verbose`, `epochs` and `steps`.

    >>> class Tell(Callback):
    ...     def on_epoch_end(self, epoch, logs=None):
    ...         print(f"epoch {epoch}: loss {logs['loss']:.2f}")
    >>> import kerasteach as keras
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    >>> model.compile(keras.optimizers.SGD(0.1), "mse")
    >>> x, y = np.ones((8, 2)), np.ones((8, 1))
    >>> run = model.fit(x, y, verbose=0, callbacks=[Tell()])
    epoch 0: loss 1.00
    """

    def __init__(self):
        self.params, self._model = None, None

    @property
    def model(self):
        """The model in training."""
        return self._model

    def set_params(self, params):
        """Take the settings of the run."""
        self.params = params

    def set_model(self, model):
        """Take the model."""
        self._model = model

    def on_batch_begin(self, batch, logs=None):
        """Another name of `on_train_batch_begin`."""

    def on_batch_end(self, batch, logs=None):
        """Another name of `on_train_batch_end`."""

    def on_epoch_begin(self, epoch, logs=None):
        """Called before an epoch; epochs count from 0."""

    def on_epoch_end(self, epoch, logs=None):
        """Called after an epoch and its validation; `logs` has the metrics."""

    def on_train_batch_begin(self, batch, logs=None):
        """Called before a training step."""
        self.on_batch_begin(batch, logs=logs)

    def on_train_batch_end(self, batch, logs=None):
        """Called after a training step; `logs` has the means over the epoch so far."""
        self.on_batch_end(batch, logs=logs)

    def on_test_batch_begin(self, batch, logs=None):
        """Called before a test step."""

    def on_test_batch_end(self, batch, logs=None):
        """Called after a test step."""

    def on_predict_batch_begin(self, batch, logs=None):
        """Called before a prediction step."""

    def on_predict_batch_end(self, batch, logs=None):
        """Called after a prediction step; `logs` has the outputs."""

    def on_train_begin(self, logs=None):
        """Called before training."""

    def on_train_end(self, logs=None):
        """Called after training."""

    def on_test_begin(self, logs=None):
        """Called before an evaluation or validation."""

    def on_test_end(self, logs=None):
        """Called after an evaluation or validation."""

    def on_predict_begin(self, logs=None):
        """Called before a prediction."""

    def on_predict_end(self, logs=None):
        """Called after a prediction."""


class History(Callback, Shown):
    """Keeps the logs of every epoch; `fit` returns one.

    Attributes:
        epoch: numbers of the epochs.
        history: dict of metric name -> list with one number an epoch.

    >>> import kerasteach as keras
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    >>> model.compile(keras.optimizers.SGD(0.1), "mse")
    >>> x, y = np.ones((8, 2)), np.ones((8, 1))
    >>> run = model.fit(x, y, epochs=2, verbose=0)
    >>> run.epoch, [round(loss, 2) for loss in run.history["loss"]]
    ([0, 1], [1.0, 0.16])
    """

    def __init__(self):
        super().__init__()
        self.history = {}

    def on_train_begin(self, logs=None):
        self.epoch = []

    def on_epoch_end(self, epoch, logs=None):
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)
        self.model.history = self

    def __repr__(self):
        last = ", ".join(f"{name}: {values[-1]:.4g}" for name, values in self.history.items())
        return f"<History of {len(self.epoch)} epochs; last {last or 'nothing'}>"
