"""The sequences of `lstm`, read by a GRU."""

from dataclasses import dataclass

from .base import zeros
from .lstm import LSTM


@dataclass(frozen=True, kw_only=True)
class GRU(LSTM):
    """Keras's GRU: reset after the matrix product, so it has two biases."""

    def recurrent_weights(self, draw):
        kernels = [draw.glorot(self.width, 3 * self.units), draw.glorot(self.units, 3 * self.units)]
        return [*kernels, zeros(2, 3 * self.units)]

    def recurrent(self, layers):
        return layers.GRU(self.units)


problem = GRU
