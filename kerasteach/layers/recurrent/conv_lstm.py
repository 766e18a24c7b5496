"""`ConvLSTM1D`, `2D`, `3D`: an LSTM whose states are images, and whose matrix products are convolutions."""

from ... import ops
from ...config import standardize_data_format
from ...ops.windows import ints, padding_name, split_shape
from ..input_spec import InputSpec
from .cell_layer import CellLayer
from .loop import zero_state
from .lstm import LSTMCell


class ConvLSTMCell(LSTMCell):
    """One step of a ConvLSTM: `LSTMCell.step`, with convolutions.

    Args:
        rank: number of axes to slide along.
        filters: channels of the states.
        kernel_size, strides, padding, data_format, dilation_rate: of the convolution over the inputs; that over the
            states moves by 1 and keeps their size.

    The rest as in `LSTMCell`.
    """

    row = None

    def __init__(
        self,
        rank,
        filters,
        kernel_size,
        strides=1,
        padding="valid",
        data_format=None,
        dilation_rate=1,
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
        super(LSTMCell, self).__init__(**kwargs)
        self._keep_cell(locals(), size="filters")
        for name in ("kernel_size", "strides", "dilation_rate"):
            setattr(self, name, ints(getattr(self, name), rank, name))
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ValueError(
                "Specifying `strides > 1` is not compatible with `dilation_rate > 1`. Please provide `strides=1` or "
                f"`dilation_rate=1`. Received: strides={self.strides} and dilation_rate={self.dilation_rate}"
            )
        self.padding = padding_name(self.padding, ("valid", "same"))
        self.data_format = standardize_data_format(self.data_format)
        self.state_size = [-1, -1]  # h and c; how large they are depends on the input
        self._gate_axis = -1 if self.data_format == "channels_last" else 1
        self._step_rank = rank + 2

    _mask_count = 4

    def build(self, input_shape):
        channels, wide = split_shape(input_shape, self.data_format)[2], 4 * self.filters
        if None in input_shape[1:]:
            raise ValueError(
                "ConvLSTM layers only support static input shapes for the spatial dimension. Received invalid input shape: "
                f"input_shape={input_shape}\nFix: give keras.Input every length after the time axis."
            )
        self._state_shape = self.output_shape(input_shape)[1:]
        self.kernel = self._add_kept("kernel", (*self.kernel_size, channels, wide))
        self.recurrent_kernel = self._add_kept("recurrent", (*self.kernel_size, self.filters, wide), name="recurrent_kernel")
        self.bias = self._add_bias(wide) if self.use_bias else None

    def output_shape(self, input_shape):
        """Return the shape of the output, and of the states, for the shape of one step."""
        channels = split_shape(input_shape, self.data_format)[2]
        return ops.conv.shape(input_shape, (*self.kernel_size, channels, self.filters), **self._how())

    def get_initial_state(self, batch_size=None):
        """Return the states before the first step: zeros."""
        return [zero_state(batch_size, self._state_shape, self.compute_dtype) for _ in range(2)]

    def _how(self):
        """How to slide over the inputs, as the op takes it."""
        return {
            "strides": self.strides, "padding": self.padding, "data_format": self.data_format,
            "dilation_rate": self.dilation_rate,
        }  # fmt: skip

    def _see(self, x, kernel):
        if len(x.shape) == self._step_rank:
            return ops.conv(x, kernel, **self._how())
        batch, time = x.shape[:2]  # all steps at once: each is a sample
        y = ops.conv(ops.reshape(x, (batch * time, *x.shape[2:])), kernel, **self._how())
        return ops.reshape(y, (batch, time, *y.shape[1:]))

    def _recall(self, h, kernel):
        return ops.conv(h, kernel, padding="same", data_format=self.data_format)

    def _input_bias(self):
        last = self.bias is None or self.data_format == "channels_last"
        return self.bias if last else ops.reshape(self.bias, (-1, *[1] * self.rank))


class _ConvLSTM(CellLayer):
    cell_class = ConvLSTMCell
    rank = None

    def __init__(
        self,
        filters,
        kernel_size,
        strides=1,
        padding="valid",
        data_format=None,
        dilation_rate=1,
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
        **kwargs,
    ):
        super().__init__(locals() | {"rank": self.rank})
        self.input_spec = InputSpec(ndim=self.rank + 3)

    def compute_output_shape(self, sequences_shape, initial_state_shape=None):
        """Return the shape of the output, or of the output and both states."""
        batch, time, *step = sequences_shape
        state = self.cell.output_shape((batch, *step))
        output = (batch, time, *state[1:]) if self.return_sequences else state
        return (output, state, state) if self.return_state else output

    def get_config(self):
        """Return the constructor's arguments."""
        config = super().get_config()
        del config["rank"]
        return config


class ConvLSTM1D(_ConvLSTM):
    """Reads a sequence of lines, and remembers where in a line things were.

    Args:
        filters: channels of the output.
        kernel_size, strides, padding, data_format, dilation_rate: of the convolution, as in `Conv1D`.
        activation, recurrent_activation: of what is new, and of the gates.
        use_bias, unit_forget_bias: whether to add a bias; whether the forget gate's starts at 1.
        kernel_initializer, recurrent_initializer, bias_initializer: how weights start.
        kernel_regularizer, recurrent_regularizer, bias_regularizer, activity_regularizer: prices on weights and output.
        kernel_constraint, recurrent_constraint, bias_constraint: where weights are put back to.
        dropout, recurrent_dropout: share of the inputs, and of the state, to set to 0 in training.
        seed: whole number, for the same masks every time.
        return_sequences, return_state, go_backwards, stateful: as in `LSTM`.

    Input shape: `(batch, time, length, channels)`. Output shape: `(batch, new length, filters)`, with `time` after the
    batch if all steps are returned.

    Source: Shi et al., 2015; https://keras.io/api/layers/recurrent_layers/conv_lstm1d/

    >>> ConvLSTM1D(4, 3)(np.ones((2, 5, 8, 1))).shape
    (2, 6, 4)
    """

    rank = 1


class ConvLSTM2D(_ConvLSTM):
    """Reads a sequence of images: a film. The arguments are those of `ConvLSTM1D`.

    Input shape: `(batch, time, height, width, channels)`. Output shape: `(batch, new height, new width, filters)`, with
    `time` after the batch if all steps are returned.

    Source: Shi et al., 2015; https://keras.io/api/layers/recurrent_layers/conv_lstm2d/

    >>> ConvLSTM2D(4, 3, padding="same", return_sequences=True)(np.ones((2, 5, 6, 6, 1))).shape
    (2, 5, 6, 6, 4)
    """

    rank = 2


class ConvLSTM3D(_ConvLSTM):
    """Reads a sequence of volumes. The arguments are those of `ConvLSTM1D`.

    Input shape: `(batch, time, depth, height, width, channels)`. Output shape: the same axes without `time`, or with it
    if all steps are returned; `filters` last.

    Source: Shi et al., 2015; https://keras.io/api/layers/recurrent_layers/conv_lstm3d/

    >>> ConvLSTM3D(2, 2)(np.ones((1, 3, 4, 4, 4, 1))).shape
    (1, 3, 3, 3, 2)
    """

    rank = 3
