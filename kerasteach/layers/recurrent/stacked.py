"""`StackedRNNCells`: several cells on top of each other, as one cell."""

from ... import saving
from ..layer import Layer
from .loop import zero_state


class StackedRNNCells(Layer):
    """Cells one on top of the other: the output of each is the input of the next.

    Args:
        cells: list of cells.

    Raises:
        ValueError: if one of them is no cell.

    Source: https://keras.io/api/layers/recurrent_layers/stacked_rnn_cell/

    >>> from kerasteach import layers
    >>> cell = StackedRNNCells([layers.LSTMCell(4), layers.GRUCell(3)])
    >>> cell.state_size, cell.output_size
    ([[4, 4], 3], 3)
    """

    def __init__(self, cells, **kwargs):
        super().__init__(**kwargs)
        for cell in cells:
            for needed in ("call", "state_size"):
                if not hasattr(cell, needed):
                    raise ValueError(
                        f"All cells must have a `{needed}` {'method' if needed == 'call' else 'attribute'}. "
                        f"Received cell without a `{needed}`: {cell}"
                    )
        self.cells = cells

    @property
    def static(self):
        """A stack runs step by step."""
        return False

    @property
    def state_size(self):
        """The cells' state sizes, one entry per cell."""
        return [cell.state_size for cell in self.cells]

    @property
    def output_size(self):
        """The last cell's output size."""
        return _output_size(self.cells[-1])

    def get_initial_state(self, batch_size=None):
        """Return the states before the first step, one entry per cell."""
        states = []
        for cell in self.cells:
            if hasattr(cell, "get_initial_state"):
                states.append(cell.get_initial_state(batch_size=batch_size))
            elif isinstance(cell.state_size, int):
                states.append(zero_state(batch_size, cell.state_size, self.compute_dtype))
            else:
                states.append([zero_state(batch_size, n, self.compute_dtype) for n in cell.state_size])
        return states

    def build(self, input_shape):
        for cell in self.cells:
            if isinstance(cell, Layer):
                cell._build(tuple(input_shape))
            input_shape = (input_shape[0], _output_size(cell))

    def call(self, inputs, states, training=False, **kwargs):
        new_states = []
        for cell, state in zip(self.cells, states):
            is_list = isinstance(state, (list, tuple))
            takes_training = isinstance(cell, Layer) and cell._signature.takes_training
            call = cell if callable(cell) else cell.call
            extra = kwargs | ({"training": training} if takes_training else {})
            inputs, new = call(inputs, list(state) if is_list else [state], **extra)
            new_states.append(new[0] if not is_list and len(new) == 1 else new)
        return inputs, new_states[0] if len(new_states) == 1 else new_states

    def get_config(self):
        """Return the constructor's arguments."""
        return super().get_config() | {"cells": [saving.serialize_keras_object(cell) for cell in self.cells]}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Make a stack from its config."""
        config = dict(config)
        return cls([saving.deserialize_keras_object(cell, custom_objects) for cell in config.pop("cells")], **config)


def _output_size(cell):
    size = getattr(cell, "output_size", None)
    if size is None:
        size = cell.state_size[0] if isinstance(cell.state_size, (list, tuple)) else cell.state_size
    return size
