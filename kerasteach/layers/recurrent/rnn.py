"""`RNN`: a layer that calls a cell once per step of a sequence."""

from ... import backend, ops, saving, tree
from ..layer import Layer
from .cell import Cell
from .loop import as_mask, hide_masked, loop, zero_state
from .stacked import StackedRNNCells


class RNN(Layer):
    """Reads a sequence step by step; what it remembers is in the states of its cell.

    Args:
        cell: an object with `call(inputs, states) -> (output, new states)` and `state_size`, or a list of them, which
            are stacked. It may have `output_size` and `get_initial_state(batch_size)`.
        return_sequences: whether to return the outputs of all steps, not of the last.
        return_state: whether to return the last states too.
        go_backwards: whether to read from the end; outputs come in the order they were made.
        stateful: whether a batch starts where the one before ended.
        unroll: kept for Keras's sake: the loop is a loop.
        zero_output_for_mask: whether outputs of masked steps are zeros, not those of the step before.

    Input shape: `(batch, time, ...)`. Output shape: `(batch, units)`, or `(batch, time, units)`.

    Raises:
        ValueError: if `cell` is no cell.

    Source: https://keras.io/api/layers/recurrent_layers/rnn/

    >>> from kerasteach import layers
    >>> RNN([layers.GRUCell(3), layers.LSTMCell(4)])(np.ones((2, 7, 5))).shape
    (2, 4)
    """

    def __init__(
        self,
        cell,
        return_sequences=False,
        return_state=False,
        go_backwards=False,
        stateful=False,
        unroll=False,
        zero_output_for_mask=False,
        **kwargs,
    ):
        if isinstance(cell, (list, tuple)):
            cell = StackedRNNCells(cell)
        _check_cell(cell)
        super().__init__(**kwargs)
        self.cell = cell
        self.return_sequences, self.return_state, self.go_backwards = return_sequences, return_state, go_backwards
        self.stateful, self.unroll, self.zero_output_for_mask = stateful, unroll, zero_output_for_mask
        self.supports_masking = True
        self.states = self._expected_batch_size = None
        self.single_state = isinstance(cell.state_size, int)
        self.state_size = [cell.state_size] if self.single_state else list(cell.state_size)

    @property
    def static(self):
        """Whether a call does the same few ops at every step: a cell with a row, and no memory from batch to batch."""
        return isinstance(self.cell, Cell) and self.cell.has_row and self.cell.static and not self.stateful

    def build(self, sequences_shape, initial_state_shape=None):
        self._build_shapes = tuple(sequences_shape)
        if isinstance(self.cell, Layer):
            self._build_cell((sequences_shape[0], *sequences_shape[2:]))
        if self.stateful and self.states is None:
            if sequences_shape[0] is None:
                raise ValueError(
                    "When using `stateful=True` in a RNN, the batch size must be static. Found dynamic batch size: "
                    f"sequence.shape={sequences_shape}\nFix: give keras.Input the size, as in "
                    f"keras.Input(batch_shape=(32, *{tuple(sequences_shape[1:])}))."
                )
            self._expected_batch_size = sequences_shape[0]
            self.states = tree.map_structure(self._state_variable, self.get_initial_state(sequences_shape[0]))

    def _build_cell(self, shape):
        self.cell._build(shape)
        if not all(layer.built for layer in self.cell._flatten_layers()):  # layers inside that `build` left alone
            batch = shape[0] or 1
            with backend.name_scope(self.cell.name, self.cell):
                self.cell.call(backend.KerasTensor((batch, *shape[1:]), self.compute_dtype), self.get_initial_state(batch))

    def _state_variable(self, value):
        return backend.Variable(
            value, trainable=False, dtype=self.variable_dtype, name="rnn_state", backend=self._backend.name
        )

    def get_initial_state(self, batch_size):
        """Return the list of states before the first step: the cell's, or zeros."""
        make = getattr(self.cell, "get_initial_state", None)
        if make is None:
            return [zero_state(batch_size, n, self.compute_dtype) for n in self.state_size]
        states = make(batch_size=batch_size)
        return list(states) if isinstance(states, (list, tuple)) else [states]

    def reset_state(self):
        """Forget: the next batch of a stateful layer starts from zeros."""
        for variable in tree.flatten(self.states) if self.states is not None else []:
            variable.assign(ops.zeros(variable.shape, dtype=variable.dtype))

    reset_states = reset_state

    def call(self, sequences, initial_state=None, mask=None, training=False):
        self._check(sequences)
        states, mask = self._start(sequences, initial_state), as_mask(mask)
        if self.go_backwards:
            sequences, mask = ops.flip(sequences, axis=1), mask if mask is None else ops.flip(mask, axis=1)
        outputs, last, new_states = self._run(sequences, states, mask, training, is_zero=initial_state is None and not self.stateful)
        if self.stateful:
            for variable, state in zip(tree.flatten(self.states), tree.flatten(new_states)):
                variable.assign(state)
        output = outputs if self.return_sequences else last
        return (output, *new_states) if self.return_state else output

    def _check(self, sequences):
        batch, time = sequences.shape[:2]
        if self.unroll and time is None:
            raise ValueError(
                "Cannot unroll a RNN if the time dimension is undefined.\n"
                f"Received: sequences of shape {tuple(sequences.shape)}. Fix: give keras.Input the number of steps, or "
                "leave out unroll=True."
            )
        if self._expected_batch_size not in (None, batch) and batch is not None:
            raise ValueError(
                "If an RNN is stateful, the batch size of the input sequences must be the same as the batch size of the "
                f"initial state.\n- Expected batch size: {self._expected_batch_size}\n- Received batch size: {batch}\n"
                f"Fix: pass batch_size={self._expected_batch_size} to fit or predict, and a number of samples it divides."
            )

    def _start(self, sequences, initial_state):
        """The states before the first step, as a list."""
        if initial_state is None and self.stateful:
            for variable in tree.flatten(self.states):
                if variable._backend is not self._backend:  # the model has moved
                    variable.to(self._backend.name)
            # Sums are copies: the variables change before gradients are made.
            return tree.map_structure(lambda v: ops.add(v, 0.0), self.states)
        if initial_state is None:
            initial_state = self.get_initial_state(sequences.shape[0])
        states = list(initial_state) if isinstance(initial_state, (list, tuple)) else [initial_state]
        return tree.map_structure(self._tensor, states)

    def _tensor(self, state):
        """A state as a tensor of the layer's backend, in the dtype that the layer computes in."""
        state = state.value if isinstance(state, backend.Variable) else state
        return state if type(state) is backend.KerasTensor else self._backend.convert(state, self.compute_dtype)

    def _run(self, sequences, states, mask, training, is_zero):
        """All steps: (outputs, last output, last states)."""
        self._reset_dropout()
        try:
            if isinstance(self.cell, Cell):
                return self._run_cell(sequences, states, mask, training, is_zero)
            kwargs = {"training": training} if isinstance(self.cell, Layer) and self.cell._signature.takes_training else {}
            call = self.cell if callable(self.cell) else self.cell.call
            return self._loop(lambda x, s: call(x, s, **kwargs), sequences, states, mask)
        finally:
            self._reset_dropout()

    def _run_cell(self, sequences, states, mask, training, is_zero):
        """A cell of the library: in one op, or else with the inputs of all steps projected at once."""
        cell = self.cell
        done = cell.run(sequences, states, mask, training)
        if done is None and (type(cell).call is not Cell.call or cell.activity_regularizer is not None):
            return self._loop(lambda x, s: cell(x, s, training=training), sequences, states, mask)
        if done is None:
            z = cell.project(sequences, training)  # (batch, time, gates * units)
            return self._loop(lambda z, s: cell.step(z, s, training), z, states, mask)
        outputs, states = done
        if mask is None or (is_zero and not self.zero_output_for_mask):
            return outputs, states[0], states
        outputs = hide_masked(outputs, mask, self.zero_output_for_mask)
        return outputs, outputs[:, -1], states

    def _loop(self, step, sequences, states, mask):
        return loop(step, sequences, states, mask, self.zero_output_for_mask, self.return_sequences)

    def _reset_dropout(self):
        """The next sequence has other dropout masks."""
        for cell in getattr(self.cell, "cells", [self.cell]):
            for what in ("reset_dropout_mask", "reset_recurrent_dropout_mask"):
                getattr(cell, what, lambda: None)()

    def compute_mask(self, inputs, previous_mask):
        """Return the input's mask if all steps come out, else None; states have none."""
        mask = tree.flatten(previous_mask)[0] if previous_mask is not None else None
        mask = mask if self.return_sequences else None
        return [mask] + [None] * len(self.state_size) if self.return_state else mask

    def compute_output_shape(self, sequences_shape, initial_state_shape=None):
        """Return the shape of the output, or of the output and all states."""
        batch, time = sequences_shape[:2]
        states = [(batch, n) if isinstance(n, int) else [(batch, m) for m in n] for n in self.state_size]
        size = getattr(self.cell, "output_size", None)
        if size is None:
            size = self.state_size[0]
        if not isinstance(size, int):
            raise ValueError(f"output_size must be an integer. Received: {size}, of cell {self.cell}")
        output = (batch, time, size) if self.return_sequences else (batch, size)
        return (output, *states) if self.return_state else output

    def get_config(self):
        """Return the constructor's arguments."""
        options = ("return_sequences", "return_state", "go_backwards", "stateful", "unroll", "zero_output_for_mask")
        config = super().get_config() | {name: getattr(self, name) for name in options}
        return config | {"cell": saving.serialize_keras_object(self.cell)}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Make a layer from its config."""
        config = dict(config)
        cell = saving.deserialize_keras_object(config.pop("cell"), custom_objects)
        return cls(cell, **config)


def _check_cell(cell):
    if not hasattr(cell, "call"):
        raise ValueError(
            f"Argument `cell` should have a `call` method. Received: cell={cell}\n"
            "Fix: pass an object such as keras.layers.LSTMCell(8), or define call(self, inputs, states)."
        )
    if not hasattr(cell, "state_size"):
        raise ValueError(
            "The RNN cell should have a `state_size` attribute (single integer or list of integers, one integer per RNN "
            f"state). Received: cell={cell}\nFix: set self.state_size in the cell's constructor."
        )
    size = cell.state_size
    if size is None:
        raise ValueError("state_size must be specified as property on the RNN cell.")
    if not isinstance(size, (list, tuple, int)):
        raise ValueError(
            f"state_size must be an integer, or a list/tuple of integers (one for each state tensor). Received: {size}"
        )
