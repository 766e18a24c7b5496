"""Question 3: which of several runs, and how many epochs of it."""

import numpy as np

from ..misconceptions import Misconception
from ..observe import as_value
from ..task import Task

_TRIALS = (  # name: (loss, val_loss)
    {"a": ([2.0, 1.0], [3.0, 2.0])},
    {"a": ([2.0, 1.0], [2.5, 3.0])},
    {"a": ([1.0], [2.5]), "b": ([2.0], [2.25])},
    {"a": ([2.0], [2.25]), "b": ([1.0], [2.0])},
    {"a": ([2.0], [3.25]), "b": ([1.0], [3.0])},
    {"a": ([3.0, 2.0], [3.25, 2.75]), "b": ([3.0, 1.0], [2.5, 3.5])},
    {"a": ([3.0, 2.0], [3.5, 2.25]), "b": ([2.5, 1.0], [2.5, 2.375])},
    {"a": ([3.0, 2.0, 1.0], [3.5, 2.0, 4.0]), "b": ([3.0, 2.5, 2.25], [2.75, 2.5, 2.625])},
    {"plain": ([1.5, 0.5, 0.25], [1.75, 1.25, 2.0]), "dropout": ([2.0, 1.5, 1.0], [1.75, 1.375, 1.125]), "tiny": ([3.0, 2.5, 2.0], [3.0, 2.75, 2.5])},
)  # fmt: skip


def _cases():
    return [{"runs": {name: {"loss": loss, "val_loss": val} for name, (loss, val) in trial.items()}} for trial in _TRIALS]


def _pick(runs, score, curve="val_loss", epochs=lambda found, run: found + 1, best=min):
    """The run of the smallest score of its epochs, and that epoch."""
    scored = [(score(run, epoch), name, epoch) for name, run in runs.items() for epoch in range(len(run[curve]))]
    _, name, epoch = best(scored, key=lambda item: item[0])
    return name, epochs(epoch, runs[name])


def choose(runs):
    """The answer, written out."""
    return _pick(runs, lambda run, epoch: run["val_loss"][epoch])


def _seen(returned):
    if returned is None:
        return "None"
    if not (isinstance(returned, tuple | list) and len(returned) == 2):
        return f"no pair: {returned!r}"
    name, epochs = returned
    number = as_value(epochs)
    return f"({name!r}, {number.item():g})" if isinstance(number, np.ndarray) and number.size == 1 else f"({name!r}, {epochs!r})"


def _of_run(runs, score, epoch):
    name = min(runs, key=lambda name: score(runs[name]["val_loss"]))
    return name, epoch(runs[name]["val_loss"])


def _best_epoch(values):
    return int(np.argmin(values)) + 1


# Right answers, each written in another way.


def by_two_minima(runs):
    best = {name: min(run["val_loss"]) for name, run in runs.items()}
    name = min(best, key=best.get)
    return name, runs[name]["val_loss"].index(best[name]) + 1


def by_a_loop(runs):
    lowest, found = float("inf"), None
    for name, run in runs.items():
        for epoch, value in enumerate(run["val_loss"], start=1):
            if value < lowest:
                lowest, found = value, (name, epoch)
    return found


CHOOSE = Task(
    name="choose",
    asks="which cure, and for how many epochs",
    cell="q3-answer",
    arguments=("runs",),
    cases=_cases,
    reference=lambda case: _seen(choose(**case)),
    observe=lambda returned, case: _seen(returned),
    misconceptions=(
        Misconception(
            "lowest training loss", lambda runs: _pick(runs, lambda run, epoch: run["loss"][epoch]),
            "This is the lowest training loss. It goes to whoever learned most by heart. Look at val_loss.", 1,
        ),
        Misconception(
            "smallest gap", lambda runs: _pick(runs, lambda run, epoch: abs(run["val_loss"][epoch] - run["loss"][epoch])),
            "You took the epoch where both losses are closest. A model that has learned nothing has no gap at all. What counts is the lowest "
            "val_loss.", 1,
        ),
        Misconception(
            "highest val_loss", lambda runs: _pick(runs, lambda run, epoch: run["val_loss"][epoch], best=max),
            "This is the highest val_loss. A loss is better the lower it is.", 1,
        ),
        Misconception(
            "judged at the end", lambda runs: _of_run(runs, lambda values: values[-1], len),
            "Every run is judged by its last epoch here. But you may stop earlier: judge each by its best one.", 2,
        ),
        Misconception(
            "run judged at the end", lambda runs: _of_run(runs, lambda values: values[-1], _best_epoch),
            "The run is the one with the lowest *last* val_loss. With early stopping another run gets lower: judge each by its best epoch.", 2,
        ),
        Misconception(
            "trained to the end", lambda runs: _of_run(runs, min, len),
            "The run is right. But it should stop at its best epoch, not go on to the last.", 2,
        ),
        Misconception(
            "run by its average", lambda runs: _of_run(runs, np.mean, _best_epoch),
            "The runs are compared by their average val_loss. A run may be bad for long and then the best: compare the lowest ones.", 2,
        ),
        Misconception(
            "counted from 0", lambda runs: _pick(runs, lambda run, epoch: run["val_loss"][epoch], epochs=lambda found, run: found),
            "This is the place in the list, counted from 0. If the first value is the best one, it takes 1 epoch to get there.", 3,
        ),
        Misconception(
            "first run only", lambda runs: choose(dict(list(runs.items())[:1])),
            "Only the first run was looked at. Compare all of them.", 2,
        ),
        Misconception(
            "the value, not the epoch", lambda runs: (choose(runs)[0], min(min(run["val_loss"]) for run in runs.values())),
            "This is the loss itself. Return after how many epochs it was reached.", 3,
        ),
    ),
    hints=(
        "Only val_loss says how a model does on rows it has not learned from. Lower is better.",
        "For each run take the lowest value of its val_loss. The run with the lowest of these wins.",
        "values.index(min(values)) is the place of the lowest, counted from 0. Add 1 to get a number of epochs.",
    ),
    praise="That is what early stopping and a comparison of cures come to. And now the chosen one is judged once on a third part.",
    right_answers=(choose, by_two_minima, by_a_loop),
)
