"""The doctor at the bedside: a callback that watches a `fit` and speaks at its end."""

import numpy as np

from ... import backend, tree
from ...callbacks import Callback
from ...training.data import unpack_x_y_sample_weight
from ...training.observing import Observer, forget, observe
from ..watch import Watch
from .chart import Chart
from .diagnosis import report_on
from .training import Training

ROWS = 4096  # of training and of validation, kept to look at


class Doctor(Callback):
    """Watches a training and, when it is over, says what was wrong with it. The training itself is not changed.

    The doctor keeps the first rows that it sees, of the training data and of the validation data, up to some thousands. That the labels are in
    another order it can see, but not in which: `fit` shuffles rows. For that, call `diagnose` with the whole data.

    Args:
        verbose: 1 prints the report at the end of `fit`, 0 does not.

    Attributes:
        report: the `Report`, a list of findings; None before the end of `fit`.
        watch: the `Watch` that it was read from.

    >>> import kerasteach as keras
    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, "softmax", name="last")])
    >>> model.compile("sgd", "binary_crossentropy")
    >>> doctor = Doctor(verbose=0)
    >>> history = model.fit([[0.0], [1.0]], [0, 1], verbose=0, callbacks=[doctor])
    >>> doctor.report.diseases
    ['softmax on one unit']
    """

    def __init__(self, verbose=1):
        super().__init__()
        self.verbose, self.report, self.watch, self._ear = verbose, None, None, None

    def on_train_begin(self, logs=None):
        self.report, self.watch, self._ear = None, Watch(keep=256), _Collector()
        self.watch.start(self.model)
        observe(self.model, self._ear)

    def on_epoch_end(self, epoch, logs=None):
        self._ear.open.discard("training")  # the next epoch brings the same rows again

    def on_test_end(self, logs=None):
        if self._ear is not None:
            self._ear.open.discard("validation")

    def on_train_end(self, logs=None):
        self.watch.stop()
        forget(self.model, self._ear)
        if not self._ear.training:
            return
        (x, y, weight), validation = _together(self._ear.training), None
        if self._ear.validation:
            validation = _together(self._ear.validation)[:2]
        settings = {"epochs": self.params["epochs"], "batch_size": len(tree.flatten(self._ear.training[0])[0])}
        settings |= {} if weight is None else {"sample_weight": weight}
        self._ear = None
        self.report = report_on(Chart(Training(self.model, x, y, validation, settings), self.model.history.history, self.watch))
        if self.verbose:
            print(repr(self.report))

    def __getstate__(self):
        return {**vars(self), "_ear": None, "_model": None}


class _Collector(Observer):
    """Keeps the first rows of training and validation, as NumPy arrays."""

    def __init__(self):
        self.training, self.validation, self.rows = [], [], {"training": 0, "validation": 0}
        self.open = {"training", "validation"}

    def batch(self, data):
        self._keep("training", data)

    def judged(self, data):
        self._keep("validation", data)

    def _keep(self, what, data):
        if what in self.open and self.rows[what] < ROWS:
            getattr(self, what).append(tree.map_structure(lambda t: np.array(backend.to_numpy(t)), data))
            self.rows[what] += len(tree.flatten(data)[0])


def _together(batches):
    """Batches as one (x, y, sample_weight)."""
    return unpack_x_y_sample_weight(tree.map_structure(lambda *parts: np.concatenate(parts), *batches))
