"""Going on with a training that was cut off."""

import contextlib
import json
import os
import shutil
import uuid

import numpy as np

from ..backend.random_state import random_state, set_random_state
from .callback import Callback
from .every import BatchCount


class BackupAndRestore(Callback):
    """Saves the state of training as it goes on; the next `fit` with the same folder goes on from there.

    After a crash, run the same script again: weights, optimizer, epoch and random numbers are as they were last saved. A
    backup takes its place when it is whole, so that a crash while saving leaves the one before.

    Args:
        backup_dir: folder of the backup, for this callback alone.
        save_freq: `"epoch"`, or every so many batches; within an epoch, it is trained anew from its beginning.
        double_checkpoint: whether to keep the backup before as well, in case the file is damaged.
        delete_checkpoint: whether the folder is removed when training is done.

    Raises:
        ValueError: for an empty folder name or another `save_freq`.

    Source: https://keras.io/api/callbacks/backup_and_restore/

    >>> import kerasteach as keras
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    >>> model.compile(keras.optimizers.SGD(0.1), "mse")
    >>> x, y = np.ones((8, 2)), np.ones((8, 1))
    >>> import tempfile
    >>> folder = tempfile.mkdtemp()
    >>> _ = model.fit(x, y, epochs=2, verbose=0, callbacks=[BackupAndRestore(folder, delete_checkpoint=False)])
    >>> model.fit(x, y, epochs=5, verbose=0, callbacks=[BackupAndRestore(folder)]).epoch  # as after a crash
    [2, 3, 4]
    """

    def __init__(self, backup_dir, save_freq="epoch", double_checkpoint=False, delete_checkpoint=True):
        super().__init__()
        if not backup_dir:
            raise ValueError("Empty `backup_dir` argument passed. Fix: name a folder for the backup.")
        if save_freq != "epoch" and not isinstance(save_freq, int):
            raise ValueError(
                f"Invalid value for argument `save_freq`. Received: save_freq={save_freq}. "
                "Expected either 'epoch' or an integer value."
            )
        self.backup_dir, self.save_freq = os.fspath(backup_dir), save_freq
        self.double_checkpoint, self.delete_checkpoint = double_checkpoint, delete_checkpoint
        self._weights = os.path.join(self.backup_dir, "latest.weights.h5")
        self._facts = os.path.join(self.backup_dir, "training_metadata.json")
        self._epoch, self._count = 0, BatchCount()

    def on_train_begin(self, logs=None):
        if not self.model.built:
            raise ValueError(
                "To use the BackupAndRestore callback, you model must be built before you call `fit()`. "
                f"Model {self.model.name} is unbuilt. Fix: give it an Input, or call it on a batch of data first."
            )
        try:
            self._restore()
        except (OSError, ValueError):
            if not os.path.exists(f"{self._weights}.bkp"):
                raise
            for path in (self._weights, self._facts):
                with contextlib.suppress(FileNotFoundError):
                    shutil.copy(f"{path}.bkp", path)
            self._restore()

    def _restore(self):
        """Take weights and epoch from the backup, if there is one."""
        if os.path.exists(self._weights):
            self.model.optimizer.build(self.model.trainable_variables)
            self.model.load_weights(self._weights)
        if os.path.exists(self._facts):
            with open(self._facts) as file:
                facts = json.load(file)
            self.model._initial_epoch = facts["epoch"]
            if "random" in facts:  # not in a backup that Keras made
                set_random_state(facts["random"])
                for stream, state in zip(self._streams(), facts["streams"]):
                    stream.assign(np.array(state, "int64"))

    def _streams(self):
        """Where the random streams of layers stand; a file of weights does not hold them."""
        return [state for layer in self.model._flatten_layers() for state in layer._own_seeds()]

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = epoch
        self._count.begin_epoch()

    def on_epoch_end(self, epoch, logs=None):
        self._epoch = epoch + 1
        self._count.begin_epoch()
        if self.save_freq == "epoch":
            self._save()

    def on_train_batch_end(self, batch, logs=None):
        if self._count.is_due(batch, self.save_freq):
            self._save()

    def _save(self):
        """Write both files beside their places, then move them there."""
        os.makedirs(self.backup_dir, exist_ok=True)
        part = os.path.join(self.backup_dir, uuid.uuid4().hex[:8])
        files = {f"{part}.weights.h5": self._weights, f"{part}.json": self._facts}
        try:
            self.model.save_weights(f"{part}.weights.h5")
            with open(f"{part}.json", "w") as file:
                json.dump(self._told(), file)
            for new, place in files.items():
                if self.double_checkpoint and os.path.exists(place):
                    os.replace(place, f"{place}.bkp")
                os.replace(new, place)
        finally:
            for new in files:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(new)

    def _told(self):
        """What a backup holds besides weights."""
        streams = [state.numpy().tolist() for state in self._streams()]
        return {"epoch": self._epoch, "batch": self._count.batch, "random": random_state(), "streams": streams}

    def on_train_end(self, logs=None):
        if self.delete_checkpoint:
            shutil.rmtree(self.backup_dir, ignore_errors=True)
