"""Question 4: a callback that stops in time."""

import numpy as np

from ... import callbacks
from ..misconceptions import Misconception
from ..observe import NotAttempted
from ..task import Task

_CURVES = (  # patience, val_loss epoch by epoch
    (1, [2.0, 1.0]), (1, [1.0, 2.0]), (1, [1.0, 1.0]), (1, [3.0, 2.0, 1.0]), (1, [2.0, 1.0, 2.0]), (2, [1.0, 2.0, 3.0]),
    (2, [1.0, 3.0, 2.0]), (2, [1.0, 2.0, 0.5]), (2, [2.0, 3.0, 1.0, 2.0, 3.0]), (2, [2.0, 3.0, 1.0, 2.0, 0.5, 1.0, 0.25]),
    (3, [1.0, 2.0, 3.0, 2.0, 3.0]), (3, [5.0, 4.0, 3.0, 2.0, 1.0, 2.0, 3.0, 4.0, 5.0]), (2, [6.0, 5.0, 4.0, 3.0, 2.0, 1.0]),
)  # fmt: skip


def _cases():
    return [{"patience": patience, "val_loss": np.array(values)} for patience, values in _CURVES]


_LOSS = (0.5, 0.375, 0.4375, 0.25, 0.1875, 0.125, 0.0625, 0.03, 0.02)  # the training loss falls in any case, but for a hiccup


class _Model:
    stop_training = False


def _logs(case):
    return [{"loss": loss, "val_loss": value} for loss, value in zip(_LOSS, case["val_loss"].tolist())]


def watch_it(callback, case):
    """Give a callback a run to listen to; return when it stops it, as text."""
    if callback is None:
        return "None"
    model = _Model()
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, logs in enumerate(_logs(case)):
        if callback.on_epoch_end(epoch, logs) is ...:
            raise NotAttempted
        if model.stop_training:
            return f"stops after epoch {epoch + 1}"
        if getattr(callback, "stop_training", False):
            return f"says stop to itself after epoch {epoch + 1}"
    return "never stops"


def _program(case, differing):
    return [
        f"callback = Patience({case['patience']})",
        "callback.set_model(model)",
        f"for epoch, logs in enumerate({_logs(case)}):",
        "    callback.on_epoch_end(epoch, logs)",
    ]


def _made(rule):
    """A callback class of one rule: function(callback, epoch, logs) -> whether to stop now."""

    class Patience(callbacks.Callback):
        def __init__(self, patience):
            super().__init__()
            self.patience, self.best, self.waited, self.before = patience, float("inf"), 0, float("inf")

        def on_epoch_end(self, epoch, logs=None):
            if rule(self, epoch, logs):
                self.model.stop_training = True

    return Patience


def _wait(self, better, value):
    """Count the epochs that were not better; the answer but for the question when to stop."""
    if better:
        self.best, self.waited = value, 0
    else:
        self.waited += 1
    return self.waited


def _right(self, epoch, logs):
    value = logs["val_loss"]
    return _wait(self, value < self.best, value) >= self.patience


def _not_reset(self, epoch, logs):
    better = logs["val_loss"] < self.best
    self.best = min(self.best, logs["val_loss"])
    self.waited += not better
    return self.waited >= self.patience


def _epoch_before(self, epoch, logs):
    better, self.before = logs["val_loss"] < self.before, logs["val_loss"]
    return _wait(self, better, self.before) >= self.patience


def _says_it_to_itself(patience):
    callback = _made(_right)(patience)
    silent, told = _Model(), callback.on_epoch_end

    def on_epoch_end(epoch, logs=None):
        callback.set_model(silent)
        told(epoch, logs)
        callback.stop_training = silent.stop_training

    callback.on_epoch_end = on_epoch_end
    return callback


# Right answers, each written in another way.


class PatienceOfAList(callbacks.Callback):
    def __init__(self, patience):
        super().__init__()
        self.patience, self.seen = patience, []

    def on_epoch_end(self, epoch, logs=None):
        self.seen.append(logs["val_loss"])
        best = self.seen.index(min(self.seen))
        if len(self.seen) - 1 - best >= self.patience:
            self.model.stop_training = True


class PatienceOfAnEpoch(callbacks.Callback):
    def __init__(self, patience):
        super().__init__()
        self.patience = patience

    def on_train_begin(self, logs=None):
        self.best_epoch, self.best = 0, np.inf

    def on_epoch_end(self, epoch, logs=None):
        if logs["val_loss"] < self.best:
            self.best_epoch, self.best = epoch, logs["val_loss"]
        self.model.stop_training = epoch - self.best_epoch >= self.patience


PATIENCE = Task(
    name="Patience",
    asks="a callback that stops in time",
    cell="q4-answer",
    arguments=("patience",),
    cases=_cases,
    reference=lambda case: watch_it(callbacks.EarlyStopping(patience=case["patience"]), case),
    observe=watch_it,
    program=_program,
    simple={"val_loss": (1.0, 2.0, 3.0)},
    misconceptions=(
        Misconception(
            "count not set back", _made(_not_reset),
            "All epochs that were no better are counted, from the beginning. After a new best one hope begins again: set the count to 0.", 2,
        ),
        Misconception(
            "compared with the epoch before", _made(_epoch_before),
            "Each epoch is compared with the one before it. Then 5, 1, 4, 3 counts as progress. Compare with the best so far.", 1,
        ),
        Misconception(
            "one epoch too late", _made(lambda self, epoch, logs: _right(self, epoch, logs) and self.waited > self.patience),
            "This stops one epoch too late: `patience` epochs without a better one are enough. Compare with >=.", 2,
        ),
        Misconception(
            "no patience", _made(lambda self, epoch, logs: _right(self, epoch, logs) or self.waited > 0),
            "This stops at the first epoch that is no better. Curves shake: wait until `patience` epochs in a row were no better.", 2,
        ),
        Misconception(
            "counted from the start", _made(lambda self, epoch, logs: epoch >= self.patience),
            "This stops after a fixed number of epochs, however well it goes. Count the epochs since the best one.", 2,
        ),
        Misconception(
            "training loss watched", _made(lambda self, epoch, logs: _right(self, epoch, {"val_loss": logs["loss"]})),
            'You watch logs["loss"]. The training loss falls on and on, also while the model overfits. Watch logs["val_loss"].', 1,
        ),
        Misconception(
            "higher taken for better", _made(
                lambda self, epoch, logs: _wait(self, logs["val_loss"] > self.best or epoch == 0, logs["val_loss"]) >= self.patience
            ),
            "A higher val_loss counts as better here. It is a loss: lower is better.", 1,
        ),
        Misconception(
            "equal taken for better", _made(lambda self, epoch, logs: _wait(self, logs["val_loss"] <= self.best, logs["val_loss"]) >= self.patience),
            "An epoch that is just as good as the best counts as progress here. Only a lower val_loss does: use <.", 2,
        ),
        Misconception(
            "best not remembered", _made(lambda self, epoch, logs: _wait(self, logs["val_loss"] < float("inf"), 0) >= self.patience),
            "It never stops. Is the best val_loss kept? If self.best stays infinite, every epoch is better.", 3,
        ),
        Misconception(
            "says stop to itself", _says_it_to_itself,
            "stop_training was set on the callback. It is the model's: self.model.stop_training = True.", 3,
        ),
    ),
    hints=(
        'Look at logs["val_loss"]. If it is lower than self.best, it is the new best.',
        "Otherwise self.waited grows by 1. A new best sets it back to 0. Stop when self.waited >= self.patience.",
        "Keep it: self.best = logs['val_loss']. And to stop: self.model.stop_training = True.",
    ),
    praise="That is keras.callbacks.EarlyStopping: the check compares the two, curve by curve.",
    right_answers=(_made(_right), PatienceOfAList, PatienceOfAnEpoch),
)
