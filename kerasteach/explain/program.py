"""The step of a model, written out: every line of NumPy that `fit` runs on a batch."""

from ..training.data import ArraySource
from ..training.static import write_program


class StepText:
    """The code of a training step; printing it shows the code.

    Attributes:
        source: the code as text.
    """

    def __init__(self, source):
        self.source = source

    def __repr__(self):
        return self.source

    def _repr_markdown_(self):
        return f"```python\n{self.source}\n```"


def step_program(model, x, y, sample_weight=None, batch_size=32):
    """Return the straight-line code that `fit` runs for a batch of this data.

    On the NumPy backend it holds the forward pass, the loss and every gradient,
    rule by rule; on Torch the forward pass and the loss.

    Args:
        model: a compiled model, functional or Sequential.
        x, y, sample_weight: data as for `fit`.
        batch_size: samples in a batch.

    Returns:
        A `StepText`.

    Raises:
        ValueError: if the step runs op by op: it holds code of your own, or does other ops at every step.

    >>> import kerasteach as keras
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, name="line")])
    >>> model.compile("sgd", "mse")
    >>> step_program(model, np.ones((4, 2)), np.ones((4, 1)))
    # what is the same at every step
    ...
    def step(data_0, data_1, line_kernel, line_bias):
        v1 = np.matmul(data_0, line_kernel)
        v2 = np.add(v1, line_bias)
    ...
    """
    model._assert_compile_called("step_program")
    data = ArraySource(x, y, sample_weight, batch_size).sample()
    model._symbolic_build(data)
    regularized = [v for v in model.trainable_variables if v.regularizer is not None]
    program = write_program(model, data, regularized, model.trainable_variables)
    if program is None:
        raise ValueError(
            f"The step of model '{model.name}' cannot be written down: it runs op by op, because it holds code of "
            "your own (a custom layer, loss or train_step) or a layer does other ops at every step.\n"
            "Fix: use a functional or Sequential model of built-in layers and a built-in loss."
        )
    return StepText(program.source)
