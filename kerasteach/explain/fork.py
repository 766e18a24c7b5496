"""Two futures of one training run, that differ in one thing."""

import contextlib

import numpy as np


class Fork:
    """What became of a run, and what would have become of it.

    Attributes:
        step: where one thing was changed.
        change: what was changed, in words.
        original: losses of the steps from there on, as they were.
        losses: the same with the change.
        distance: how far apart the weights are after each of these steps: the norm of their difference.
    """

    def __init__(self, step, settings, change, original, other):
        self.step = step
        words = [f"{name}={value!r}" for name, value in settings.items()]
        self.change = ", ".join([*words, *([getattr(change, "__name__", "a change")] if change else [])])
        self.original, ours = original
        self.losses, theirs = other
        self.distance = [float(np.linalg.norm(a - b)) for a, b in zip(ours, theirs)]

    def __repr__(self):
        if not self.losses:
            return f"<Fork at step {self.step}, {self.change}: no step after it>"
        return f"<Fork at step {self.step}, {self.change}: last loss {self.losses[-1]:.4g} instead of {self.original[-1]:.4g}>"


@contextlib.contextmanager
def changed(model, change, settings):
    """A block in which settings of a model's optimizer are others; gives the variables that must stay as they are set.

    Raises:
        ValueError: if nothing is changed, or the optimizer has no such setting.
    """
    if not settings and change is None:
        raise ValueError("A fork changes one thing. Expected a setting of the optimizer, as learning_rate=0.01, or `change`.")
    optimizer = model.optimizer
    known = sorted({*optimizer.get_config(), "learning_rate"} - {"name"})
    wrong = [name for name in settings if name not in known]
    if wrong:
        raise ValueError(f"{type(optimizer).__name__} has no setting '{wrong[0]}'. Expected one of: {', '.join(known)}.")
    before = {name: getattr(optimizer, name) for name in settings if name != "learning_rate"}
    schedule = optimizer._learning_rate
    try:
        for name, value in settings.items():
            if name == "learning_rate" and callable(schedule) and not hasattr(schedule, "assign"):
                vars(optimizer)["_learning_rate"] = lambda step=None: value  # noqa: B023 - there is one learning rate
            else:
                setattr(optimizer, name, value)
        if change is not None:
            change(model)
        yield {id(schedule)} if "learning_rate" in settings else set()
    finally:
        vars(optimizer)["_learning_rate"] = schedule
        for name, value in before.items():
            setattr(optimizer, name, value)
