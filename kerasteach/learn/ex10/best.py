"""Question 3: after which epochs ModelCheckpoint writes a file."""

import numpy as np

from ..misconceptions import Misconception
from ..observe import as_value
from ..shrink import smallest_first
from ..task import Task


def _draw(rng, epochs, which):
    return {"values": rng.integers(1, 5, epochs) / 4, "mode": ("min", "max")[which]}


def _cases():
    return smallest_first(_draw, each=5, epochs=(1, 2, 3, 4), which=(0, 1))


def epochs_by_best(values, mode):
    """The answer, written out."""
    saved, best = [], None
    for epoch, value in enumerate(values, start=1):
        if best is None or (value < best if mode == "min" else value > best):
            saved.append(epoch)
            best = value
    return saved


def _compared(better, start=1):
    """An answer made of a rule: function(value, best so far, value before, mode) -> whether to save."""

    def epochs_saved(values, mode):
        saved, best = [], values[0]
        for i, value in enumerate(values):
            sign = 1 if mode == "min" else -1
            if i == 0 or better(sign * value, sign * best, sign * values[i - 1]):
                saved.append(i + start)
            best = sign * min(sign * value, sign * best)
        return saved

    return epochs_saved


def _best_only(values, mode):
    return [int(values.argmin() if mode == "min" else values.argmax()) + 1]


# Right answers, each written in another way.


def epochs_by_looking_back(values, mode):
    lower = values if mode == "min" else -values
    return [i + 1 for i in range(len(lower)) if all(lower[i] < earlier for earlier in lower[:i])]


def epochs_by_running_best(values, mode):
    lower = np.asarray(values, "float64") * (1 if mode == "min" else -1)
    before = np.concatenate([[np.inf], np.minimum.accumulate(lower)[:-1]])
    return np.flatnonzero(lower < before) + 1


BEST = Task(
    name="epochs_saved",
    asks="after which epochs ModelCheckpoint writes",
    cell="q3-answer",
    arguments=("values", "mode"),
    cases=_cases,
    reference=lambda case: as_value(epochs_by_best(case["values"], case["mode"])),
    observe=lambda returned, case: as_value(returned),
    simple={"values": (0.0, 1.0, 0.5)},
    misconceptions=(
        Misconception(
            "equal is better", _compared(lambda value, best, before: value <= best),
            "An epoch that is only as good as the best one is saved, too. It must be better: < or >, not <= or >=.", 2,
        ),
        Misconception(
            "compared with the epoch before", _compared(lambda value, best, before: value < before),
            "This compares with the epoch before. After a bad epoch a mediocre one looks good: compare with the best of all so far.", 1,
        ),
        Misconception(
            "counted from 0", _compared(lambda value, best, before: value < best, start=0),
            "The first epoch has the number 1, in file names and in what fit prints.", 3,
        ),
        Misconception(
            "best one only", _best_only,
            "Only the best epoch is here. But after epoch 1 nobody knows yet which will be the best: each record is written when it happens.", 1,
        ),
        Misconception(
            "mode ignored", lambda values, mode: epochs_by_best(values, "min"),
            "The smaller value always wins. With mode='max', for accuracy, the larger one does.", 2,
        ),
        Misconception(
            "mode the wrong way round", lambda values, mode: epochs_by_best(values, "max" if mode == "min" else "min"),
            "The modes are swapped: 'min' means that smaller is better.", 2,
        ),
        Misconception(
            "first epoch never", lambda values, mode: epochs_by_best(values, mode)[1:],
            "The first epoch is missing. There is nothing to compare it with, so it is the best so far, and a file is written.", 3,
        ),
        Misconception(
            "every epoch", lambda values, mode: list(range(1, len(values) + 1)),
            "This saves after every epoch. With save_best_only=True a worse epoch does not overwrite the file.", 1,
        ),
        Misconception(
            "values, not epochs", lambda values, mode: [values[epoch - 1] for epoch in epochs_by_best(values, mode)],
            "These are the values. Give the numbers of their epochs.", 3,
        ),
    ),
    hints=(
        "Keep the best value so far. After each epoch compare with it, and when the epoch wins, replace it.",
        "mode 'min': value < best. mode 'max': value > best. A draw is no win.",
        "for epoch, value in enumerate(values, start=1): the first one has nothing to beat.",
    ),
    praise="That is all of save_best_only. Whatever the last epochs do, the file holds the best.",
    right_answers=(epochs_by_best, epochs_by_looking_back, epochs_by_running_best),
)  # fmt: skip
