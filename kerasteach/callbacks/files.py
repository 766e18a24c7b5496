"""Callbacks that write files: checkpoints of the model, a table of the metrics."""

import csv
import os
import warnings

import numpy as np

from .callback import Callback
from .every import BatchCount
from .monitors import Monitor


class ModelCheckpoint(Monitor):
    """Saves the model, or its weights, as training goes on.

    Args:
        filepath: where; may hold `{epoch}` and metric names, as `"{epoch:02d}-{val_loss:.2f}.keras"`.
            Ends in `.keras` for models, in `.weights.h5` for weights.
        monitor, mode: what to watch, and which way is better.
        verbose: 1 to tell when it saves.
        save_best_only: whether to save only improvements.
        save_weights_only: whether to save weights only.
        save_freq: `"epoch"`, or every so many batches.
        initial_value_threshold: value to beat first.

    Raises:
        ValueError: if the file's ending does not fit what is saved.

    >>> import kerasteach as keras
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    >>> model.compile(keras.optimizers.SGD(0.1), "mse")
    >>> x, y = np.ones((8, 2)), np.ones((8, 1))
    >>> import tempfile
    >>> folder = tempfile.mkdtemp()
    >>> save = ModelCheckpoint(f"{folder}/{{epoch}}.weights.h5", save_weights_only=True)
    >>> _ = model.fit(x, y, epochs=2, verbose=0, callbacks=[save])
    >>> sorted(os.listdir(folder))
    ['1.weights.h5', '2.weights.h5']
    """

    def __init__(
        self,
        filepath,
        monitor="val_loss",
        verbose=0,
        save_best_only=False,
        save_weights_only=False,
        mode="auto",
        save_freq="epoch",
        initial_value_threshold=None,
    ):
        super().__init__(monitor, mode)
        self.filepath = os.fspath(filepath)
        self.verbose, self.save_best_only, self.save_weights_only = verbose, save_best_only, save_weights_only
        self.save_freq = save_freq
        self.best = initial_value_threshold
        self.title = "Saving the best model is"
        self._epoch, self._count = 0, BatchCount()
        if save_freq != "epoch" and not isinstance(save_freq, int):
            raise ValueError(f"Unrecognized save_freq: {save_freq}. Expected save_freq are 'epoch' or integer values")
        ending = ".weights.h5" if save_weights_only else ".keras"
        if not self.filepath.endswith(ending):
            what = "When using `save_weights_only=True` in" if save_weights_only else "The filepath provided to"
            raise ValueError(f"{what} `ModelCheckpoint`, the filepath must end in `{ending}`. Received: filepath={self.filepath}")

    def on_train_batch_end(self, batch, logs=None):
        if self._count.is_due(batch, self.save_freq):
            self._save(self._epoch, logs, batch=batch + 1)

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = epoch
        self._count.begin_epoch()

    def on_epoch_end(self, epoch, logs=None):
        _ = self.rises  # fails early where it is not known
        if self.save_freq == "epoch":
            self._save(epoch, logs)

    def _save(self, epoch, logs, **names):
        names = {"epoch": epoch + 1, **names, **(logs or {})}
        try:
            path = self.filepath.format(**names)
        except KeyError as error:
            raise KeyError(
                f'Failed to format this callback filepath: "{self.filepath}". Reason: {error}; there is '
                f"{', '.join(names)}"
            ) from error
        if not self._is_due(epoch, logs, path):
            return
        if os.path.isdir(path):
            raise OSError(
                "Please specify a non-directory filepath for ModelCheckpoint. Filepath used is an existing directory: "
                f"{path}\nFix: move that folder away, or name another file."
            )
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        (self.model.save_weights if self.save_weights_only else self.model.save)(path, overwrite=True)
        self._tell(epoch, f"finished saving model to {path}")

    def _is_due(self, epoch, logs, path):
        """Whether to save now; where the metric is missing, better one file too many."""
        if not self.save_best_only:
            self._tell(epoch, f"saving model to {path}")
            return True
        current = self.get_monitor_value(logs)
        if current is not None and not np.isscalar(current):
            warnings.warn(
                f"Can save best model only when `monitor` is a scalar value. Received: {current}. Falling back to "
                "`save_best_only=False`.",
                stacklevel=4,
            )
        if current is None or not np.isscalar(current):
            return True
        best = "None" if self.best is None else f"{self.best:.5f}"
        if not self.is_better(current, self.best):
            self._tell(epoch, f"{self.monitor} did not improve from {best}")
            return False
        self._tell(epoch, f"{self.monitor} improved from {best} to {current:.5f}, saving model to {path}")
        self.best = current
        return True

    def _tell(self, epoch, what):
        if self.verbose > 0:
            print(f"\nEpoch {epoch + 1}: {what}")


class CSVLogger(Callback):
    """Writes a line of metrics per epoch to a CSV file.

    Args:
        filename: where.
        separator: between columns.
        append: whether to go on with an existing file.

    >>> import kerasteach as keras
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    >>> model.compile(keras.optimizers.SGD(0.1), "mse")
    >>> x, y = np.ones((8, 2)), np.ones((8, 1))
    >>> import tempfile
    >>> path = f"{tempfile.mkdtemp()}/log.csv"
    >>> _ = model.fit(x, y, epochs=1, verbose=0, callbacks=[CSVLogger(path)])
    >>> print(open(path).readline().strip())
    epoch,loss,val_loss
    """

    def __init__(self, filename, separator=",", append=False):
        super().__init__()
        self.filename, self.sep, self.append = os.fspath(filename), separator, append
        self.keys, self._writer, self.csv_file = None, None, None

    def on_train_begin(self, logs=None):
        exists = self.append and os.path.exists(self.filename) and os.path.getsize(self.filename) > 0
        self._header = not exists
        self.csv_file = open(self.filename, "a" if self.append else "w", newline="")  # noqa: SIM115 - closed in on_train_end
        self._writer = None

    def on_epoch_end(self, epoch, logs=None):
        logs = logs or {}
        if self._writer is None:
            self.keys = sorted(logs)
            if not any(key.startswith("val_") for key in self.keys):
                self.keys += [f"val_{key}" for key in self.keys]  # validation may come in a later epoch
            self._writer = csv.DictWriter(self.csv_file, ["epoch", *self.keys], delimiter=self.sep, restval="NA", extrasaction="ignore")
            if self._header:
                self._writer.writeheader()
        self._writer.writerow({"epoch": epoch, **{key: _cell(logs.get(key, "NA")) for key in self.keys}})
        self.csv_file.flush()

    def on_train_end(self, logs=None):
        self.csv_file.close()
        self._writer = None


def _cell(value):
    """A number or word as it is; several numbers in brackets and quotes."""
    if isinstance(value, str) or np.ndim(value) == 0:
        return value
    return f'"[{", ".join(map(str, value))}]"'
