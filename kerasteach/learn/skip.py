"""A block with a road around its two layers: the cases of exercise 03, where it is drawn, and of exercise 04, where it is a class."""

from .shrink import halves, smallest_first

WEIGHTS = ("kernel", "bias", "back_kernel", "back_bias")


def _draw(rng, units, hidden):
    return {
        "units": units,
        "hidden": hidden,
        "x": halves(rng, 1, units) + 0.25,
        "kernel": halves(rng, units, hidden),
        "bias": halves(rng, hidden) - 0.25,
        "back_kernel": halves(rng, hidden, units),
        "back_bias": halves(rng, units),
    }


def cases():
    """Return sizes, a batch `x` and weights, the smallest first."""
    # Never units = hidden, so that no two weights have the same shape. The last case is a real one.
    small = smallest_first(_draw, each=4, units=(1, 3), hidden=(2, 4))
    return [*small, *smallest_first(_draw, each=1, units=(32,), hidden=(64,))]
