"""Steps too long or too short, and losses that stop being numbers."""

import numpy as np

from ... import tree
from ...backend.random_state import random_state, set_random_state
from .finding import Finding, Fix, number

SLOW = 3e-4  # update / weights below which all layers hardly move; about 1e-3 is usual, 1e-2 in small models
FAST = 0.2  # update / weights above which a layer moves in leaps
THROWN = 1.0  # update / weights of a layer that is another one after a single step
STEPS = 120  # most steps of a trial
BETTER = 0.7  # loss of a trial / loss of the training after as many steps, from which on the trial is called better


def nan_in_the_loss(chart):
    """A loss that is no number any more: a logarithm of 0, a division by 0, or steps too long."""
    losses = chart.losses
    if not np.isfinite(losses).all():
        first = int(np.argmax(~np.isfinite(losses)))
        before = float(losses[first - 1]) if first else None
        yield Finding(
            "nan in the loss", "The loss became NaN or infinite.",
            {"number of the step" if chart.watch is not None else "number of the epoch": first, **({} if before is None else {"loss before": before})},
            Fix("Look for logarithms, divisions and roots in the loss and in layers of your own, and keep them away from 0.",
                "keras.ops.log(keras.ops.maximum(x, keras.config.epsilon()))"),
        )  # fmt: skip


def learning_rate_too_high(chart):
    """Steps beyond the valley: the loss rises, jumps or stays high, and with shorter steps it does not.

    A copy of the model, trained anew with smaller rates for as many steps, is the evidence.
    Source: Smith, 2017, "Cyclical learning rates" (the learning rate range test); Karpathy, CS231n (curves of the loss).
    """
    rate, losses = _rate(chart), chart.losses
    if rate is None or chart.watch is None or len(losses) != len(chart.watch.steps) or len(losses) < 4:
        return
    start, end = _typical(losses[: max(1, len(losses) // 20)]), _typical(losses[-max(2, len(losses) // 5) :])
    finite = losses[np.isfinite(losses)]
    broke = len(finite) < len(losses) and len(finite) > 1 and finite[-5:].max() > 3 * finite[0]  # NaN after it had grown
    diverged = broke or end > 1.5 * start
    known, peak = 1.0 if chart.skill is None else chart.skill, _peak(chart)
    useless = (known < 0.3 and peak > FAST) or (known < 0.9 and peak > THROWN)
    if not (diverged or useless):
        return
    best, reached, ours = _trial(chart, [rate / 10, rate / 100, rate / 1000])
    if reached < BETTER * ours:
        yield Finding(
            "learning rate too high", "The steps are so long that they leap over the valley of the loss.",
            {"learning rate": rate, "loss": ours, f"loss with {number(best)}, as many steps": reached},
            Fix(f"Use a learning rate of {number(best)}.", f"keras.optimizers.{type(chart.model.optimizer).__name__}(learning_rate={number(best)})",
                lambda t: t.with_compile(learning_rate=best)),
        )  # fmt: skip


def learning_rate_too_low(chart):
    """Steps so short that the weights hardly move, while longer ones would get on.

    A copy of the model, trained anew with larger rates for as many steps, is the evidence.
    Source: Karpathy, CS231n, "Ratio of weights:updates" (about 1e-3); Smith, 2017 (range test).
    """
    rate, losses = _rate(chart), chart.losses
    if rate is None or chart.watch is None or len(losses) != len(chart.watch.steps) or len(losses) < 4 or not np.isfinite(losses).all():
        return
    start, end = _typical(losses[: max(1, len(losses) // 20)]), _typical(losses[-max(2, len(losses) // 5) :])
    if _pace(chart, "first") > SLOW or end < 0.5 * start:
        return
    best, reached, ours = _trial(chart, [rate * 10, rate * 100, rate * 1000, rate * 10000])
    if reached < BETTER * ours:
        yield Finding(
            "learning rate too low", "The steps are so short that the weights hardly move.",
            {"update / weights": _pace(chart, "first"), "learning rate": rate, "loss": ours, f"loss with {number(best)}, as many steps": reached},
            Fix(f"Use a learning rate of {number(best)}.", f"keras.optimizers.{type(chart.model.optimizer).__name__}(learning_rate={number(best)})",
                lambda t: t.with_compile(learning_rate=best)),
        )  # fmt: skip


def _rate(chart):
    """The optimizer's learning rate; None for a schedule, which knows better, or if there is none."""
    optimizer = getattr(chart.model.optimizer, "inner_optimizer", chart.model.optimizer)
    return None if optimizer is None or callable(optimizer._learning_rate) else float(optimizer.learning_rate.numpy())


def _pace(chart, when):
    """Median over the steps of the first or last third of the largest update / weights of a layer."""
    ratios = np.array([v for n, v in chart.watch.update_ratio.items() if n in chart.kernels], "float64")
    if not ratios.size:
        return np.nan
    third = max(1, ratios.shape[1] // 3)
    part = ratios[:, :third] if when == "first" else ratios[:, -third:]
    return float(np.nanmedian(np.max(np.where(np.isfinite(part), part, 1.0), 0)))


def _typical(losses):
    finite = losses[np.isfinite(losses)]
    return float(np.median(finite)) if len(finite) else np.inf


def _peak(chart):
    """The largest update / weights of a layer in the first ten records."""
    ratios = [v[:10] for n, v in chart.watch.update_ratio.items() if n in chart.kernels]
    return float(np.nanmax(np.nan_to_num(ratios, nan=0.0, posinf=1.0))) if ratios else np.nan


def _trial(chart, rates):
    """Return (best rate, its loss, the training's own loss) after as many steps each, from a fresh start."""
    steps = [n for n in chart.watch.steps if n < STEPS]
    state = random_state()
    try:
        with np.errstate(all="ignore"):  # a rate may be far too high, which is what we want to know
            reached = {rate: _loss_after(chart, rate, steps[-1] + 1) for rate in rates}
    finally:
        set_random_state(state)
    best = min(reached, key=reached.get)
    ours = chart.losses[: len(steps)][-max(5, len(steps) // 10) :]
    return best, reached[best], float(ours.mean()) if np.isfinite(ours).all() else np.inf


def _loss_after(chart, rate, steps):
    settings, rows = chart.training.settings, chart.rows
    size = min(settings.get("batch_size") or 32, len(rows))
    per_epoch = -(-len(rows) // size)
    x, y = tree.map_structure(lambda a: a[rows], (chart.x, chart.y))
    trial = chart.training.with_compile(learning_rate=rate)
    keep = {k: v for k, v in settings.items() if k == "class_weight"}
    trial = type(trial)(trial.model, x, y, None, keep)
    _, watch = trial.fit(epochs=-(-steps // per_epoch), batch_size=size)
    last = np.array(watch.loss[-max(5, len(watch.loss) // 10) :], "float64")
    return float(last.mean()) if np.isfinite(last).all() else np.inf
