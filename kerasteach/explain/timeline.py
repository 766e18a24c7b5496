"""A training run that one can seek: any step, any event of it, forwards or backwards, bit by bit."""

import contextlib
from collections import OrderedDict

import numpy as np

from ..training.observing import forget, observe
from .fork import Fork, changed
from .kept_run import KeptRun
from .tracing.state import State, variables_of
from .tracing.trace import tracing

_BUDGET = 512 * 2**20
_TRACES = 8  # traces kept at hand


class Timeline(KeptRun):
    """Records a training run so that one can go anywhere in it.

    Every batch is kept, and of the model's state as many snapshots as fit; what lies between them is run again. The steps
    of the run, and those that are run again, run op by op, so that they are what `trace` tells: a run with
    `compile(run_eagerly=True)` gives the same bits, a `fit` as usual the same numbers but for the last digits.

    Args:
        model: a compiled model.
        budget: bytes for batches and snapshots together.

    Attributes:
        step, event: where the model stands: before that event of that step. Step `len(timeline)` is the end.
        losses: the loss of each step.

    Raises:
        ValueError: before `compile`.

    >>> import numpy as np
    >>> import kerasteach as keras
    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros", name="line")])
    >>> model.compile(keras.optimizers.SGD(0.25), "mse")
    >>> with Timeline(model) as timeline:
    ...     run = model.fit(np.ones((4, 1)), np.ones((4, 1)), batch_size=2, epochs=2, verbose=0)
    >>> timeline.losses
    [1.0, 0.25, 0.0625, 0.015625]
    >>> timeline.seek(1)
    <Timeline of 4 steps, at step 1, event 0>
    >>> model.layers[0].kernel.numpy().item()
    0.5
    >>> timeline.fork(1, learning_rate=0.5).losses
    [0.25, 0.0, 0.0]
    """

    def __init__(self, model, budget=_BUDGET):
        super().__init__(model, budget)
        self.step = self.event = 0
        self._traces = OrderedDict()

    def __enter__(self):
        observe(self.model, self)
        return self

    def __exit__(self, *exc):
        forget(self.model, self)
        if self._batches:
            self._stand(len(self))

    # Going somewhere

    def seek(self, step, event=0):
        """Bring the model to where it was before an event of a step: weights, optimizer, random numbers.

        Args:
            step: 0 to `len(timeline)`, the end; a negative one counts from there.
            event: number of an event in `trace(step)`; as many as there are is the beginning of the next step.

        Returns:
            The timeline.

        Raises:
            IndexError: if there is no such place; nothing has changed then.
        """
        step = self._checked(step)
        if event:
            events = len(self.trace(step)) if step < len(self) else 0
            if not 0 <= event <= events:
                raise IndexError(f"Step {step} has {events} events, from 0 on. Received: event={event}.")
            if event == events:
                step, event = step + 1, 0
        self._go(step)
        if event:
            self._do(self.trace(step).events[:event])
        self._stand(step, event)
        return self

    def forward(self, n=1):
        """Go forward by some events, over the borders of steps."""
        step, event = self.step, self.event + n
        while step < len(self) and event >= len(self.trace(step)):
            step, event = step + 1, event - len(self.trace(step))
        return self.seek(step, event if step < len(self) else 0)

    def back(self, n=1):
        """Go back by some events, over the borders of steps."""
        step, event = self.step, self.event - n
        while event < 0 and step > 0:
            step -= 1
            event += len(self.trace(step))
        return self.seek(step, max(event, 0))

    def trace(self, step=None):
        """Return the `Trace` of a step; the model stays where it is.

        Args:
            step: its number; by default that of the step where the model stands.

        Raises:
            IndexError: if there is no such step.
        """
        step = self._checked(self.step if step is None else step)
        if step == len(self):
            raise IndexError(f"After the last step there is nothing to trace. Expected a step from 0 to {len(self) - 1}.")
        if step not in self._traces:
            here = State(self.model)
            try:
                self._go(step)
                traced = tracing(self.model, self._batches[step])
                self._run(step, patched=False, around=traced)
            finally:
                here.put_back()
            self._traces[step] = traced.trace
            while len(self._traces) > _TRACES:
                self._traces.popitem(last=False)
        self._traces.move_to_end(step)
        return self._traces[step]

    def weights(self, step=None):
        """Return the model's weights as a dict of path -> array, where it stands or at the beginning of a step."""
        if step is None:
            return {v.path: np.array(v.numpy()) for v in self.model.weights}
        with self._elsewhere():
            self._go(self._checked(step))
            return self.weights()

    def fork(self, step, change=None, **settings):
        """Change one thing at a step, and train on with the same batches: what would have become of it?

        Args:
            step: where.
            change: function(model) that changes something.
            **settings: attributes of the optimizer and their other values, as `learning_rate=0.01`. Of a model with
                several optimizers, as a GAN, each that has the setting is changed; for one of them use `change`.

        Returns:
            A `Fork`. The model stays where it is.

        Raises:
            ValueError: if nothing is changed, no optimizer has such a setting, or it cannot be changed within a run.
        """
        step = self._checked(step)
        with self._elsewhere():
            self._go(step)
            original = self._future(step)
            self._go(step)
            with changed(self.model, change, settings) as kept:
                return Fork(step, settings, change, original, self._future(step, kept))

    def _future(self, step, but=()):
        """Train on to the end: losses of the steps, and weights after each."""
        losses, weights = [], []
        observe(self.model, self)  # of the loss
        try:
            for s in range(step, len(self)):
                self._run(s, but)
                losses.append(self._loss)
                weights.append(np.concatenate([v.numpy().ravel() for v in self.model.trainable_variables] or [np.zeros(0)]))
        finally:
            forget(self.model, self)
        return losses, weights

    @contextlib.contextmanager
    def _elsewhere(self):
        here = State(self.model)
        try:
            yield
        finally:
            here.put_back()

    def _checked(self, step):
        number = step + len(self) + 1 if step < 0 else step
        if not 0 <= number <= len(self):
            raise IndexError(f"The timeline has {len(self)} steps, from 0 on. Received: step={step}.")
        return number

    def _go(self, step):
        """Bring the model to the beginning of a step."""
        if not self._snapshots:
            raise IndexError("The timeline is empty. Fix: train inside of its `with` block.")
        start = max(s for s in self._snapshots if s <= step)
        self._snapshots[start].put_back()
        for s in range(start, step):
            self._run(s, patched=s != start)
        if step in self._patches and step != start:
            self._patches[step].put_back()

    def _do(self, events):
        """Give variables the values that events gave them."""
        for event in events:
            for value in event.outputs:
                if value.variable is not None:
                    value.variable._backend.assign(value.variable, value.trace.tensor(value))
            update = event.params.get("update")
            if update is not None and event.output.variable is update.variables[-1]:
                for variable, tensor in update.state_after:
                    variable._backend.assign(variable, tensor)

    def _stand(self, step, event=0):
        self.step, self.event = step, event

    def state(self):
        """Return all that training changes, as a dict of path -> array, where the model stands."""
        return {f"{i} {v.path}": np.array(v.numpy()) for i, v in enumerate(variables_of(self.model, metrics=False))}

    def __repr__(self):
        return f"<Timeline of {len(self)} steps, at step {self.step}, event {self.event}>"
