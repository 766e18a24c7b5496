"""Two futures of one training run, that differ in one thing."""

import contextlib

import numpy as np

from .tracing.state import optimizers_of

_BUILT_IN = ("use_ema", "gradient_accumulation_steps")  # an optimizer makes variables for them when it is built


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
    """A block in which settings of a model's optimizers are others; gives the variables that must stay as they are set.

    Raises:
        ValueError: if nothing is changed, no optimizer has such a setting, or it cannot be changed within a run.
    """
    if not settings and change is None:
        raise ValueError("A fork changes one thing. Expected a setting of the optimizer, as learning_rate=0.01, or `change`.")
    optimizers = optimizers_of(model)
    _assert_known(optimizers, settings)
    with contextlib.ExitStack() as undo:
        kept = set()
        for optimizer in optimizers:
            kept |= undo.enter_context(_set(optimizer, {n: v for n, v in settings.items() if n in _settings_of(optimizer)}))
        if change is not None:
            change(model)
        yield kept


@contextlib.contextmanager
def _set(optimizer, settings):
    before = {name: getattr(optimizer, name) for name in settings if name != "learning_rate"}
    schedule, slots = optimizer._learning_rate, optimizer.slot_groups()
    try:
        for name, value in settings.items():
            if name == "learning_rate" and callable(schedule) and not hasattr(schedule, "assign"):
                vars(optimizer)["_learning_rate"] = lambda step=None: value  # noqa: B023 - there is one learning rate
            else:
                setattr(optimizer, name, value)
            if name in _BUILT_IN or optimizer.slot_groups() != slots:
                raise ValueError(
                    f"{name}={value!r} needs variables that {type(optimizer).__name__} did not make when it was built, or leaves "
                    f"some without use.\nFix: a run of its own, compiled with {type(optimizer).__name__}({name}={value!r})."
                )
        yield {id(schedule)} if "learning_rate" in settings else set()
    finally:
        vars(optimizer)["_learning_rate"] = schedule
        for name, value in before.items():
            setattr(optimizer, name, value)


def _settings_of(optimizer):
    return {*optimizer.get_config(), "learning_rate"} - {"name"}


def _assert_known(optimizers, settings):
    known = sorted(set().union(*map(_settings_of, optimizers)))
    wrong = [name for name in settings if name not in known]
    if wrong:
        kinds = ", ".join(dict.fromkeys(type(optimizer).__name__ for optimizer in optimizers))
        raise ValueError(f"{kinds}: no setting '{wrong[0]}'. Expected one of: {', '.join(known)}.")
