"""Traces of a `fit`: which steps, and how many to keep."""

import contextlib

from ...callbacks import Callback
from ...training.observing import Observer, forget, observe
from .trace import tracing


class TraceCallback(Callback, Observer):
    """Records training steps of a `fit`, as `trace` does one. Those steps run op by op, the others as ever.

    Args:
        steps: which steps: a collection of numbers, counted from 0 over all epochs; or a whole number, every so many.
        keep: how many traces to keep, the last ones; None for all.
        budget: bytes of numbers that each trace keeps.

    Attributes:
        traces: dict of step -> `Trace`.

    >>> import numpy as np
    >>> import kerasteach as keras
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, name="dense")], name="m")
    >>> model.compile("sgd", "mse")
    >>> watching = TraceCallback(steps=[0, 3])
    >>> _ = model.fit(np.ones((8, 2)), np.ones((8, 1)), batch_size=2, verbose=0, callbacks=[watching])
    >>> list(watching.traces), watching.traces[3].of("update")[0].output.name
    ([0, 3], 'm/dense/kernel')
    """

    def __init__(self, steps=1, keep=10, budget=64 * 2**20):
        super().__init__()
        if isinstance(steps, int) and steps < 1:
            raise ValueError(f"`steps` counts from 1: every so many steps are traced. Received: steps={steps}")
        self.steps, self.keep, self.budget = steps, keep, budget
        self.traces, self._step = {}, 0

    def on_train_begin(self, logs=None):
        self.traces, self._step = {}, 0
        observe(self.model, self)

    def on_train_end(self, logs=None):
        forget(self.model, self)

    @contextlib.contextmanager
    def around(self, data):
        step, self._step = self._step, self._step + 1
        due = step % self.steps == 0 if isinstance(self.steps, int) else step in self.steps
        if not due:
            yield
            return
        with tracing(self.model, data, self.budget) as recorded:
            yield
        self.traces[step] = recorded.trace
        while self.keep is not None and len(self.traces) > self.keep:
            del self.traces[next(iter(self.traces))]
