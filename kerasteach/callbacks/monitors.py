"""Callbacks that watch a metric: stop early, or slow down."""

import functools
import warnings

import numpy as np

from .callback import Callback


class Monitor(Callback):
    """Watches one metric and knows which way is better.

    Attributes:
        best: best value so far.

    Args:
        monitor: name of the metric in the logs.
        mode: `"min"`, `"max"`, or `"auto"`: by the metric's name.
        min_delta: smallest change that counts.
    """

    def __init__(self, monitor="val_loss", mode="auto", min_delta=0.0):
        super().__init__()
        if mode not in ("auto", "min", "max"):
            warnings.warn(f"{type(self).__name__} mode '{mode}' is unknown, fallback to auto mode.", stacklevel=3)
            mode = "auto"
        self.monitor, self.mode, self.min_delta = monitor, mode, abs(min_delta)
        self.best = None
        self.title = type(self).__name__

    @functools.cached_property
    def rises(self):
        """Whether higher is better; with `mode="auto"`, what the compiled metric of that name says.

        Raises:
            ValueError: if no metric says so.
        """
        if self.mode != "auto":
            return self.mode == "max"
        name = self.monitor.removeprefix("val_")
        compiled = getattr(self.model, "_compile_metrics", None)
        found = {m.name: m.direction for m in compiled.metrics if m.direction} if compiled is not None else {}
        if name != "loss" and name not in found:
            raise ValueError(
                f"{type(self).__name__} callback received monitor={self.monitor}, but Keras isn't able to automatically "
                "determine whether that metric should be maximized or minimized. Pass `mode='max'` in order to monitor "
                "based on the highest metric value, or pass `mode='min'` in order to use the lowest value.\n"
                f"Known without `mode`: {', '.join(['loss', *found])}, each also with `val_` in front."
            )
        return found.get(name) == "up"

    def is_better(self, value, than):
        """Whether `value` improves on `than` by more than `min_delta`; anything improves on None."""
        if than is None:
            return True
        return value - self.min_delta > than if self.rises else value + self.min_delta < than

    def get_monitor_value(self, logs):
        """Return the metric, or warn and return None."""
        value = (logs or {}).get(self.monitor)
        if value is None:
            warnings.warn(
                f"{self.title} conditioned on metric `{self.monitor}` which is not available. Available metrics are: "
                f"{','.join(logs or {})}",
                stacklevel=4,
            )
        return value


class EarlyStopping(Monitor):
    """Stops when a metric has not improved for a while.

    Args:
        monitor, mode, min_delta: what to watch, which way, and how closely.
        patience: epochs without improvement to wait.
        verbose: 1 to tell when it stops.
        baseline: value to beat first.
        restore_best_weights: whether to go back to the best epoch's weights.
        start_from_epoch: epochs to wait before watching.

    >>> import kerasteach as keras
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    >>> model.compile(keras.optimizers.SGD(0.1), "mse")
    >>> x, y = np.ones((8, 2)), np.ones((8, 1))
    >>> stop = EarlyStopping(monitor="loss", min_delta=0.5, patience=2)
    >>> model.fit(x, y, epochs=20, verbose=0, callbacks=[stop]).epoch
    [0, 1, 2, 3]
    """

    def __init__(
        self,
        monitor="val_loss",
        min_delta=0,
        patience=0,
        verbose=0,
        mode="auto",
        baseline=None,
        restore_best_weights=False,
        start_from_epoch=0,
    ):
        super().__init__(monitor, mode, min_delta)
        self.title = "Early stopping"
        self.patience, self.verbose, self.baseline = patience, verbose, baseline
        self.restore_best_weights, self.start_from_epoch = restore_best_weights, start_from_epoch
        self.wait, self.stopped_epoch, self.best, self.best_weights, self.best_epoch = 0, 0, None, None, 0

    def on_train_begin(self, logs=None):
        self.wait, self.stopped_epoch = 0, 0
        self.best, self.best_weights, self.best_epoch = None, None, 0

    def on_epoch_end(self, epoch, logs=None):
        _ = self.rises  # fails early where it is not known
        current = self.get_monitor_value(logs)
        if current is None or epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            self.best_weights, self.best_epoch = self.model.get_weights(), epoch
        self.wait += 1
        if self.is_better(current, self.best):
            self.best, self.best_epoch = current, epoch
            if self.restore_best_weights:
                self.best_weights = self.model.get_weights()
            if self.baseline is None or self.is_better(current, self.baseline):
                self.wait = 0
            return
        if self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        if self.stopped_epoch > 0 and self.verbose > 0:
            print(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.restore_best_weights and self.best_weights is not None:
            if self.verbose > 0:
                print(f"Restoring model weights from the end of the best epoch: {self.best_epoch + 1}.")
            self.model.set_weights(self.best_weights)


class ReduceLROnPlateau(Monitor):
    """Lowers the learning rate when a metric has stopped improving.

    Args:
        monitor, mode, min_delta: what to watch, which way, and how closely.
        factor: the new rate is the old one times this, below 1.
        patience: epochs without improvement to wait.
        verbose: 1 to tell when it lowers the rate.
        cooldown: epochs to wait after lowering it.
        min_lr: lowest rate.

    Raises:
        ValueError: if `factor` is 1 or more.

    >>> import kerasteach as keras
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    >>> model.compile(keras.optimizers.SGD(0.1), "mse")
    >>> x, y = np.ones((8, 2)), np.ones((8, 1))
    >>> slower = ReduceLROnPlateau(monitor="loss", min_delta=10, factor=0.5, patience=1)
    >>> run = model.fit(x, y, epochs=3, verbose=0, callbacks=[slower])
    >>> [round(rate, 3) for rate in run.history["learning_rate"]]
    [0.1, 0.1, 0.05]
    """

    def __init__(
        self,
        monitor="val_loss",
        factor=0.1,
        patience=10,
        verbose=0,
        mode="auto",
        min_delta=1e-4,
        cooldown=0,
        min_lr=0.0,
        **kwargs,
    ):
        super().__init__(monitor, mode, min_delta)
        if factor >= 1.0:
            raise ValueError(f"ReduceLROnPlateau does not support a factor >= 1.0. Got {factor}")
        self.factor, self.patience, self.verbose = factor, patience, verbose
        self.cooldown, self.min_lr = cooldown, min_lr
        self.on_train_begin()

    def on_train_begin(self, logs=None):
        self.best, self.wait, self.cooldown_counter = None, 0, 0

    def on_epoch_end(self, epoch, logs=None):
        logs = logs if logs is not None else {}
        logs["learning_rate"] = float(self.model.optimizer.learning_rate)
        _ = self.rises
        current = self.get_monitor_value(logs)
        if current is None:
            return
        if self.in_cooldown():
            self.cooldown_counter -= 1
            self.wait = 0
        if self.is_better(current, self.best):
            self.best, self.wait = current, 0
        elif not self.in_cooldown():
            self.wait += 1
            if self.wait >= self.patience:
                self._lower(epoch)

    def in_cooldown(self):
        """Whether it still waits after lowering the rate."""
        return self.cooldown_counter > 0

    def _lower(self, epoch):
        old = float(np.float32(float(self.model.optimizer.learning_rate)))
        if old <= float(np.float32(self.min_lr)):
            return
        new = max(old * self.factor, self.min_lr)
        self.model.optimizer.learning_rate = new
        self.cooldown_counter, self.wait = self.cooldown, 0
        if self.verbose > 0:
            print(f"\nEpoch {epoch + 1}: ReduceLROnPlateau reducing learning rate to {new}.")
