"""Units that have stopped learning: relus that give 0, tanhs and sigmoids at the flat ends of their curve."""

import numpy as np

from ..layers import ReLU

_ENDS = {"tanh": (-1, 1), "hard_tanh": (-1, 1), "sigmoid": (0, 1), "hard_sigmoid": (0, 1)}
NEAR = 0.015  # of the way from end to end: there the slope of tanh and sigmoid is 6 % of its greatest (|tanh| > 0.97)


def kind_of(layer):
    """Return how a layer's units can stop: `"dead"` after a relu, `"saturated"` after a tanh or sigmoid, else None.

    >>> from kerasteach.layers import Activation, Dense
    >>> kind_of(Dense(1, "relu")), kind_of(Activation("tanh")), kind_of(Dense(1))
    ('dead', 'saturated', None)
    """
    if isinstance(layer, ReLU):
        return None if layer.negative_slope else "dead"
    name = activation_of(layer)
    return "dead" if name in ("relu", "relu6") else "saturated" if name in _ENDS else None


def activation_of(layer):
    """Return the name of a layer's activation; None if it has none."""
    function = getattr(layer, "activation", None)
    return None if function is None else getattr(function, "__name__", None) or getattr(function, "name", None)


class Units:
    """What a batch did to the units of a layer, over all calls of the layer in a step.

    Attributes:
        kind: `"dead"` or `"saturated"`.

    >>> from kerasteach.layers import ReLU
    >>> units = Units(ReLU())
    >>> units.take(np.array([[0.0, 2.0], [0.0, 0.0]]))
    >>> units.share()  # the first of two units gave 0 for every sample
    0.5
    """

    def __init__(self, layer):
        self.kind, self.ends = kind_of(layer), _ENDS.get(activation_of(layer))
        self.axis = 1 if getattr(layer, "data_format", None) == "channels_first" else -1
        self.alive, self.near, self.size = False, 0, 0

    def take(self, outputs):
        """Take in the outputs of one call."""
        if self.kind == "dead":
            units = np.moveaxis(outputs, self.axis, -1).reshape(-1, outputs.shape[self.axis])  # (everything else, units)
            self.alive = self.alive | (units != 0).any(0)
        else:
            low, high = self.ends
            border = NEAR * (high - low)
            self.near += int(((outputs < low + border) | (outputs > high - border)).sum())
            self.size += outputs.size

    def share(self):
        """Return the share of units that are dead, or of outputs that are saturated."""
        return float(1 - self.alive.mean()) if self.kind == "dead" else self.near / self.size
