"""`GRU`: one state, part of it kept and part of it new, as gates say."""

from ... import ops
from .cell import Cell
from .cell_layer import CellLayer


class GRUCell(Cell):
    """One step of a GRU: `h = update * h + (1 - update) * new`.

    Args:
        units: number of units.
        activation: of what is new.
        recurrent_activation: of the gates.
        use_bias: whether to add a bias.
        kernel_initializer, recurrent_initializer, bias_initializer: how weights start.
        kernel_regularizer, recurrent_regularizer, bias_regularizer: prices on weights.
        kernel_constraint, recurrent_constraint, bias_constraint: where weights are put back to.
        dropout, recurrent_dropout: share of the inputs, and of the state, to set to 0 in training.
        reset_after: whether the reset gate comes after the matrix product, as in cuDNN; False as in the paper.
        seed: whole number, for the same masks every time.

    Input shape: inputs `(batch, features)`, states `[(batch, units)]`. Output shape: `(batch, units)` and new states.
    Weights hold the gates side by side: update, reset, new. With `reset_after` the bias is `(2, 3 * units)`: one for
    the input, one for the state.

    Raises:
        ValueError: if `units` is not a positive whole number.

    Source: Cho et al., 2014; https://keras.io/api/layers/recurrent_layers/gru_cell/

    >>> output, states = GRUCell(2)(np.ones((3, 5)), [np.zeros((3, 2))])
    >>> output.shape
    (3, 2)
    """

    gates = 3
    row = ops.gru

    def __init__(
        self,
        units,
        activation="tanh",
        recurrent_activation="sigmoid",
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
        reset_after=True,
        seed=None,
        **kwargs,
    ):
        kwargs.pop("implementation", None)  # there is one way to compute it
        super().__init__(**kwargs)
        self._keep_cell(locals())

    def _add_bias(self, wide):
        return self._add_kept("bias", (2, wide) if self.reset_after else (wide,))

    def _input_bias(self):
        return self.bias[0] if self.use_bias and self.reset_after else self.bias

    def step(self, z, states, training=False):
        h = states[0] if isinstance(states, (list, tuple)) else states  # (batch, units)
        masks = self._drop_masks("recurrent_dropout", h, training)
        z_update, z_reset, z_new = ops.split(z, 3, axis=-1)
        if self.reset_after:
            inner = self._product(self._recall, h, self.recurrent_kernel, masks)  # (batch, 3 * units)
            if self.use_bias:
                inner = ops.add(inner, self.bias[1])
            h_update, h_reset, h_new = ops.split(inner, 3, axis=-1)
        else:
            seen = [h] * 3 if masks is None else [ops.multiply(h, m) for m in masks]
            kernels = ops.split(self.recurrent_kernel, 3, axis=-1)
            h_update, h_reset = ops.matmul(seen[0], kernels[0]), ops.matmul(seen[1], kernels[1])
        update = self.recurrent_activation(ops.add(z_update, h_update))
        reset = self.recurrent_activation(ops.add(z_reset, h_reset))
        h_new = ops.multiply(reset, h_new) if self.reset_after else ops.matmul(ops.multiply(reset, seen[2]), kernels[2])
        new = self.activation(ops.add(z_new, h_new))
        h = ops.add(ops.multiply(update, h), ops.multiply(ops.subtract(1.0, update), new))
        return h, [h] if isinstance(states, (list, tuple)) else h

    @property
    def has_row(self):
        """Whether the row computes what this cell does: it resets after the product."""
        return self.reset_after and super().has_row

    def _row_weights(self):
        biases = [self.bias[0], self.bias[1]] if self.use_bias else [None, None]
        return [self.kernel, self.recurrent_kernel, *map(self._bias_or_zeros, biases)]


class GRU(CellLayer):
    """A layer that reads a sequence and remembers over long stretches, with fewer gates than an LSTM.

    Args:
        units: number of units.
        activation: of what is new.
        recurrent_activation: of the gates.
        use_bias: whether to add a bias.
        kernel_initializer, recurrent_initializer, bias_initializer: how weights start.
        kernel_regularizer, recurrent_regularizer, bias_regularizer, activity_regularizer: prices on weights and output.
        kernel_constraint, recurrent_constraint, bias_constraint: where weights are put back to.
        dropout, recurrent_dropout: share of the inputs, and of the state, to set to 0 in training.
        seed: whole number, for the same masks every time.
        return_sequences: whether to return the outputs of all steps, not of the last.
        return_state: whether to return the last state too.
        go_backwards: whether to read from the end.
        stateful: whether a batch starts where the one before ended.
        unroll: kept for Keras's sake.
        reset_after: whether the reset gate comes after the matrix product, as in cuDNN; False as in the paper.
        use_cudnn: `"auto"`, True or False; which kernel runs is Torch's choice.

    Input shape: `(batch, time, features)`. Output shape: `(batch, units)`, or `(batch, time, units)`.

    Source: Cho et al., 2014; https://keras.io/api/layers/recurrent_layers/gru/

    >>> GRU(4, return_sequences=True)(np.ones((2, 7, 3))).shape
    (2, 7, 4)
    """

    cell_class = GRUCell

    def __init__(
        self,
        units,
        activation="tanh",
        recurrent_activation="sigmoid",
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
        seed=None,
        return_sequences=False,
        return_state=False,
        go_backwards=False,
        stateful=False,
        unroll=False,
        reset_after=True,
        use_cudnn="auto",
        **kwargs,
    ):
        super().__init__(locals())
