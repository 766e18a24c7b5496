"""The way of a training through the space of weights, noted while it goes on."""

import numpy as np

from .gradients import loss_function
from .racing import Way, flat_weights

MOST_PLACES, MOST_BYTES = 400, 2**28


class Walk:
    """Notes weights and loss when told to. When it holds many places, every second one goes, and half as many come.

    Args:
        model: a compiled model, before its training.
        x, y: the data the loss is taken on.

    >>> from kerasteach import Sequential, layers
    >>> model = Sequential([layers.Input((1,)), layers.Dense(1, use_bias=False, kernel_initializer="ones")])
    >>> model.compile(loss="mse")
    >>> walk = Walk(model, np.ones((2, 1)), np.zeros((2, 1)))
    >>> model.set_weights([[[0.5]]])
    >>> walk.step()
    True
    >>> walk.way.weights.ravel().tolist(), walk.way.losses.tolist()
    ([1.0, 0.5], [1.0, 0.25])
    """

    def __init__(self, model, x, y):
        self.model, self._loss = model, loss_function(model, x, y, None)
        self._every, self._steps, self._places = 1, 0, []
        self._note()
        self._most = max(20, min(MOST_PLACES, MOST_BYTES // self._places[0][0].nbytes))

    @property
    def start(self):
        """The weights before the first step, `(numbers,)`."""
        return self._places[0][0]

    @property
    def way(self):
        """The places so far, as an `explain.racing.Way`."""
        return Way(*map(np.array, zip(*self._places)))

    def step(self):
        """Tell that a step was made; returns whether its place was noted."""
        self._steps += 1
        if self._steps % self._every:
            return False
        self._note()
        if len(self._places) >= self._most:
            self._places, self._every = self._places[::2], 2 * self._every
        return True

    def _note(self):
        with self.model._backend.inference():
            loss = float(self._loss())
        self._places.append((flat_weights(self.model), loss))
