"""Every number of some training steps, kept by the names that the step's text gives them."""

import contextlib
from collections import deque

import numpy as np

from .. import backend


class Recording:
    """Values of training steps.

    Attributes:
        steps: one dict a step, the last ones made: name in the step's text -> NumPy array.
    """

    def __init__(self, keep, names):
        self.steps, self.names = deque(maxlen=keep), names

    def note(self, values):
        """Keep the arrays among the values of a step."""
        wanted = values if self.names is None else {name: values[name] for name in self.names}
        self.steps.append({name: backend.to_numpy(x) for name, x in wanted.items() if hasattr(x, "dtype")})

    @property
    def nbytes(self):
        """Bytes that the recording holds on to."""
        owners = {id(x): x for step in self.steps for x in map(_owner, step.values())}
        return sum(x.nbytes for x in owners.values())

    def __repr__(self):
        names = len(self.steps[-1]) if self.steps else 0
        return f"<Recording of {len(self.steps)} steps, {names} names each>"


@contextlib.contextmanager
def recording(model, keep=100, names=None):
    """Keep every number of the training steps inside: inputs, weights, each line forward, each gradient.

    A step is recorded as it was before its update. Outside of the block, steps are as quick as if this did not exist.
    On Torch the forward pass is recorded; the gradients are autograd's.

    Args:
        model: a compiled model, functional or Sequential, whose step can be written down (`explain.program`).
        keep: how many steps to keep, the last ones; `None` for all.
        names: which names to keep; all, by default. `explain.program.step_program` shows them.

    Yields:
        A `Recording`.

    Raises:
        ValueError: at the end, if steps were made and none could be recorded.

    >>> import kerasteach as keras
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, name="line", kernel_initializer="ones")])
    >>> model.compile("sgd", "mse")
    >>> with recording(model) as record:
    ...     history = model.fit(np.ones((4, 2)), np.zeros((4, 1)), verbose=0)
    >>> step = record.steps[0]
    >>> step["line_kernel"].ravel(), step["v2"].ravel(), step["g_line_bias"]
    (array([1., 1.], dtype=float32), array([2., 2., 2., 2.], dtype=float32), array([4.], dtype=float32))
    """
    model._assert_compile_called("recording")
    record = Recording(keep, names)
    before = model.optimizer.iterations.numpy() if model.optimizer.built else 0
    _listen(model, record.note)
    try:
        yield record
    finally:
        _listen(model, None)
    made = model.optimizer.built and model.optimizer.iterations.numpy() > before
    if made and not record.steps:
        raise ValueError(
            f"No step of model '{model.name}' could be recorded: it runs op by op, because it holds code of your own (a "
            "custom layer, loss or train_step) or `run_eagerly` is set.\n"
            "Fix: use a functional or Sequential model of built-in layers and a built-in loss."
        )


def _listen(model, listener):
    """Let programs be written anew, with or without somebody who listens."""
    model._listener, model._last_structure = listener, None


def _owner(array):
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array
