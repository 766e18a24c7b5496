"""`LSTM`: a cell state that gates keep, fill and show."""

from ... import initializers, ops
from .cell import Cell
from .cell_layer import CellLayer


class LSTMCell(Cell):
    """One step of an LSTM: the cell state `c` forgets a share of itself and takes in a share of what is new.

    Args:
        units: number of units.
        activation: of what is taken in, and of what is shown.
        recurrent_activation: of the gates.
        use_bias: whether to add a bias.
        kernel_initializer, recurrent_initializer, bias_initializer: how weights start.
        unit_forget_bias: whether the forget gate's bias starts at 1, so that the cell remembers at first.
        kernel_regularizer, recurrent_regularizer, bias_regularizer: prices on weights.
        kernel_constraint, recurrent_constraint, bias_constraint: where weights are put back to.
        dropout, recurrent_dropout: share of the inputs, and of `h`, to set to 0 in training.
        seed: whole number, for the same masks every time.

    Input shape: inputs `(batch, features)`, states `[h, c]`, each `(batch, units)`. Output shape: `(batch, units)` and
    new states. Weights hold the gates side by side: input, forget, new, output.

    Raises:
        ValueError: if `units` is not a positive whole number.

    Source: Hochreiter and Schmidhuber, 1997; https://keras.io/api/layers/recurrent_layers/lstm_cell/

    >>> output, (h, c) = LSTMCell(2)(np.ones((3, 5)), [np.zeros((3, 2)), np.zeros((3, 2))])
    >>> output.shape, c.shape
    ((3, 2), (3, 2))
    """

    gates = 4
    row = ops.lstm

    def __init__(
        self,
        units,
        activation="tanh",
        recurrent_activation="sigmoid",
        use_bias=True,
        kernel_initializer="glorot_uniform",
        recurrent_initializer="orthogonal",
        bias_initializer="zeros",
        unit_forget_bias=True,
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
        kwargs.pop("implementation", None)  # there is one way to compute it
        super().__init__(**kwargs)
        self._keep_cell(locals())
        self.state_size = [units, units]

    def _add_bias(self, wide):
        if not self.unit_forget_bias:
            return super()._add_bias(wide)
        n = self.units

        def start(shape, dtype=None):
            parts = [self.bias_initializer((n,), dtype=dtype), initializers.get("ones")((n,), dtype=dtype)]
            return ops.concatenate([*parts, self.bias_initializer((2 * n,), dtype=dtype)], axis=0)

        return self._add_kept("bias", (wide,), initializer=start)

    def step(self, z, states, training=False):
        h, c = states
        z = ops.add(z, self._product(self._recall, h, self.recurrent_kernel, self._drop_masks("recurrent_dropout", h, training)))
        i, f, new, o = ops.split(z, 4, axis=self._gate_axis)  # each (batch, units)
        take, keep, show = map(self.recurrent_activation, (i, f, o))
        c = ops.add(ops.multiply(keep, c), ops.multiply(take, self.activation(new)))
        h = ops.multiply(show, self.activation(c))
        return h, [h, c]

    def _unpack(self, outputs):
        h, c = outputs[:, :-1], outputs[:, -1]  # every h, and after them the last c
        return h, [outputs[:, -2], c]


class LSTM(CellLayer):
    """A layer that reads a sequence and remembers over long stretches.

    Args:
        units: number of units.
        activation: of what is taken in, and of what is shown.
        recurrent_activation: of the gates.
        use_bias: whether to add a bias.
        kernel_initializer, recurrent_initializer, bias_initializer: how weights start.
        unit_forget_bias: whether the forget gate's bias starts at 1, so that the cell remembers at first.
        kernel_regularizer, recurrent_regularizer, bias_regularizer, activity_regularizer: prices on weights and output.
        kernel_constraint, recurrent_constraint, bias_constraint: where weights are put back to.
        dropout, recurrent_dropout: share of the inputs, and of `h`, to set to 0 in training.
        seed: whole number, for the same masks every time.
        return_sequences: whether to return the outputs of all steps, not of the last.
        return_state: whether to return the last `h` and `c` too.
        go_backwards: whether to read from the end.
        stateful: whether a batch starts where the one before ended.
        unroll: kept for Keras's sake.
        use_cudnn: `"auto"`, True or False; which kernel runs is Torch's choice.

    Input shape: `(batch, time, features)`. Output shape: `(batch, units)`, or `(batch, time, units)`.

    Source: Hochreiter and Schmidhuber, 1997; https://keras.io/api/layers/recurrent_layers/lstm/

    >>> LSTM(4)(np.ones((2, 7, 3))).shape
    (2, 4)
    >>> [x.shape for x in LSTM(4, return_sequences=True, return_state=True)(np.ones((2, 7, 3)))]
    [(2, 7, 4), (2, 4), (2, 4)]
    """

    cell_class = LSTMCell

    def __init__(
        self,
        units,
        activation="tanh",
        recurrent_activation="sigmoid",
        use_bias=True,
        kernel_initializer="glorot_uniform",
        recurrent_initializer="orthogonal",
        bias_initializer="zeros",
        unit_forget_bias=True,
        kernel_regularizer=None,
        recurrent_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        recurrent_constraint=None,
        bias_constraint=None,
        dropout=0.0,
        recurrent_dropout=0.0,
        seed=None,
        return_sequences=False,
        return_state=False,
        go_backwards=False,
        stateful=False,
        unroll=False,
        use_cudnn="auto",
        **kwargs,
    ):
        super().__init__(locals())
