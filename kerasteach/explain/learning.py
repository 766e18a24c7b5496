"""How each layer learns, read off a `Watch`: which gradients vanish or explode, which units are dead, which weights rest."""

import math
from typing import NamedTuple

import numpy as np

WINDOW = 20  # records, up to the one that is judged: one batch alone is noise
VANISHING = 1e-3  # of the strongest gradient of all layers
EXPLODING = 1e3  # length of a gradient
DEAD = 0.5  # share of the units
SATURATED = 0.5  # share of the outputs
RESTING, USUAL, JUMPING = 1e-5, (1e-4, 1e-2), 0.1  # length of an update / length of the weights; about 0.001 is usual


class Standing(NamedTuple):
    """How one layer stands at a step.

    Attributes:
        layer: its name.
        gradient: length of its gradient.
        ratio: length of its update / length of its weights.
        idle: share of its units that are dead or saturated; NaN where it has none that could be.
        faults: what is wrong, in a word or two each: `"vanishing"`, `"exploding"`, `"62% dead"`, `"90% saturated"`, `"resting"`,
            `"jumping"`, `"not a number"`.
    """

    layer: str
    gradient: float
    ratio: float
    idle: float
    faults: tuple


def over_time(watch, what="gradient_norm"):
    """One of a watch's measures as a table.

    Args:
        watch: an `explain.Watch`.
        what: `"gradient_norm"`, `"weight_norm"`, `"update_ratio"`, `"dead"` or `"saturated"`.

    Returns:
        Array `(layers, steps)` in the order of `watch.layers`; NaN where there is nothing.
    """
    found, steps = getattr(watch, what), len(watch.steps)
    rows = [found.get(layer, [math.nan] * steps) for layer in watch.layers]
    return np.array(rows, "float64").reshape(len(rows), steps)


def standings(watch, index=-1):
    """How each layer stood at a record, judged by the middle of the last few.

    Args:
        watch: an `explain.Watch` with at least one record.
        index: which record.

    Returns:
        A list of `Standing`, in the order of `watch.layers`.

    Source: Karpathy, CS231n, "Babysitting the learning process": an update of about a thousandth of the weights is usual.

    >>> import kerasteach as keras
    >>> from kerasteach.explain import Watch
    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(2, "relu", name="dull"), keras.layers.Dense(1, name="out")])
    >>> model.compile(keras.optimizers.SGD(0.1), "mse")
    >>> model.set_weights([[[-1.0, -1.0]], [0, 0], [[1.0], [1.0]], [0]])
    >>> watch = Watch()
    >>> history = model.fit([[1.0]], [[0.5]], verbose=0, callbacks=[watch])
    >>> [(s.layer, s.faults) for s in standings(watch)]  # a relu of negative numbers: nothing comes through, either way
    [('dull', ('100% dead', 'vanishing', 'resting')), ('out', ())]
    """
    index = range(len(watch.steps))[index]
    window = slice(max(0, index + 1 - WINDOW), index + 1)
    norms, ratios, dead, saturated = (
        _middle(over_time(watch, what)[:, window]) for what in ("gradient_norm", "update_ratio", "dead", "saturated")
    )
    latest, is_broken = over_time(watch)[:, index], not math.isfinite(watch.loss[index])
    strongest = max([n for n in norms if math.isfinite(n)], default=0.0)
    found = []
    for n, layer in enumerate(watch.layers):
        faults = []
        if math.isinf(latest[n]) or (math.isnan(latest[n]) and (is_broken or not math.isnan(norms[n]))):
            faults.append("not a number")  # a gradient that is always NaN was never taken: a frozen layer
        if dead[n] >= DEAD:
            faults.append(f"{dead[n]:.0%} dead")
        if saturated[n] >= SATURATED:
            faults.append(f"{saturated[n]:.0%} saturated")
        if norms[n] < VANISHING * strongest:
            faults.append("vanishing")
        if norms[n] > EXPLODING:
            faults.append("exploding")
        if ratios[n] < RESTING:
            faults.append("resting")
        if ratios[n] > JUMPING:
            faults.append("jumping")
        idle = float(np.fmax(dead[n], saturated[n]))
        found.append(Standing(layer, float(norms[n]), float(ratios[n]), idle, tuple(faults)))
    return found


def histogram_over_time(watch, layer, what="gradient_histogram"):
    """How a layer's gradients (as log10 of their sizes) or weights were spread, step by step.

    Args:
        watch: an `explain.Watch` with `histograms=True`.
        layer: a name of `watch.layers`.
        what: `"gradient_histogram"` or `"weight_histogram"`.

    Returns:
        Array `(bins, steps)`: the share of the entries in each bin of `watch.GRADIENT_BINS` or `WEIGHT_BINS`. None where
        nothing was recorded.
    """
    counts = [c for c in getattr(watch, what).get(layer, ()) if not (np.ndim(c) == 0 and math.isnan(c))]
    if len(counts) != len(watch.steps) or not counts:
        return None
    shares = np.array(counts, "float64").T
    return shares / np.maximum(shares.sum(axis=0), 1)


def _middle(rows):
    """The median of each row's numbers; NaN where a row has none."""
    found = [row[~np.isnan(row)] for row in rows]
    return np.array([np.median(row) if len(row) else math.nan for row in found])
