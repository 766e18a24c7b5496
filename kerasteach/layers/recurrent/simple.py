"""`SimpleRNN`: the state is a dense layer of the input and of the state before."""

from ... import ops
from .cell import Cell
from .cell_layer import CellLayer


class SimpleRNNCell(Cell):
    """One step of a SimpleRNN: `h = activation(inputs @ kernel + h @ recurrent_kernel + bias)`.

    Args:
        units: number of units.
        activation: name or function; `None` for none.
        use_bias: whether to add a bias.
        kernel_initializer, recurrent_initializer, bias_initializer: how weights start.
        kernel_regularizer, recurrent_regularizer, bias_regularizer: prices on weights.
        kernel_constraint, recurrent_constraint, bias_constraint: where weights are put back to.
        dropout, recurrent_dropout: share of the inputs, and of the state, to set to 0 in training.
        seed: whole number, for the same masks every time.

    Input shape: inputs `(batch, features)`, states `[(batch, units)]`. Output shape: `(batch, units)` and new states.

    Raises:
        ValueError: if `units` is not a positive whole number.

    Source: https://keras.io/api/layers/recurrent_layers/simple_rnn_cell/

    >>> output, states = SimpleRNNCell(2)(np.ones((3, 5)), [np.zeros((3, 2))])
    >>> output.shape
    (3, 2)
    """

    row = ops.simple_rnn

    def __init__(
        self,
        units,
        activation="tanh",
        use_bias=True,
        kernel_initializer="glorot_uniform",
        recurrent_initializer="orthogonal",
        bias_initializer="zeros",
        kernel_regularizer=None,
        recurrent_regularizer=None,
        bias_regularizer=None,
        kernel_constraint=None,
        recurrent_constraint=None,
        bias_constraint=None,
        dropout=0.0,
        recurrent_dropout=0.0,
        seed=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self._keep_cell(locals())

    def step(self, z, states, training=False):
        h = states[0] if isinstance(states, (list, tuple)) else states  # (batch, units)
        h = ops.add(z, self._product(self._recall, h, self.recurrent_kernel, self._drop_masks("recurrent_dropout", h, training)))
        h = self.activation(h)
        return h, [h] if isinstance(states, (list, tuple)) else h


class SimpleRNN(CellLayer):
    """A layer that reads a sequence and keeps one state, its last output.

    Args:
        units: number of units.
        activation: name or function; `None` for none.
        use_bias: whether to add a bias.
        kernel_initializer, recurrent_initializer, bias_initializer: how weights start.
        kernel_regularizer, recurrent_regularizer, bias_regularizer, activity_regularizer: prices on weights and output.
        kernel_constraint, recurrent_constraint, bias_constraint: where weights are put back to.
        dropout, recurrent_dropout: share of the inputs, and of the state, to set to 0 in training.
        return_sequences: whether to return the outputs of all steps, not of the last.
        return_state: whether to return the last state too.
        go_backwards: whether to read from the end.
        stateful: whether a batch starts where the one before ended.
        unroll: kept for Keras's sake.
        seed: whole number, for the same masks every time.

    Input shape: `(batch, time, features)`. Output shape: `(batch, units)`, or `(batch, time, units)`.

    Source: https://keras.io/api/layers/recurrent_layers/simple_rnn/

    >>> SimpleRNN(4)(np.ones((2, 7, 3))).shape
    (2, 4)
    """

    cell_class = SimpleRNNCell

    def __init__(
        self,
        units,
        activation="tanh",
        use_bias=True,
        kernel_initializer="glorot_uniform",
        recurrent_initializer="orthogonal",
        bias_initializer="zeros",
        kernel_regularizer=None,
        recurrent_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        recurrent_constraint=None,
        bias_constraint=None,
        dropout=0.0,
        recurrent_dropout=0.0,
        return_sequences=False,
        return_state=False,
        go_backwards=False,
        stateful=False,
        unroll=False,
        seed=None,
        **kwargs,
    ):
        super().__init__(locals())

    def get_config(self):
        config = super().get_config()
        del config["seed"]  # as in Keras: a copy of this layer draws other masks
        return config
