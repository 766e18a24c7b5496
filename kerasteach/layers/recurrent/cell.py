"""What the cells of SimpleRNN, LSTM and GRU share: weights for what comes in and for what is remembered, and dropout.

A cell is one step in time. Its `call` is `step(project(inputs), states)`: what the input alone gives, which a layer
can compute for all steps at once, and then what follows from the state before.
"""

import numpy as np

from ... import activations, ops
from ...backend import random
from ..layer import Layer
from ..regularization import drawn
from .loop import zero_state


class Cell(Layer):
    """Base of the library's cells; a subclass says how many gates there are, and what a step is."""

    gates = 1  # parts side by side in the last axis of the weights
    row = None  # the op that runs all steps at once

    def _keep_cell(self, arguments, size="units"):
        """Store the constructor's arguments, checked; `size` names the one that says how large the state is."""
        units = arguments[size]
        if not isinstance(units, int) or isinstance(units, bool) or units <= 0:
            raise ValueError(
                f"Received an invalid value for argument `{size}`, expected a positive integer, got {units}."
            )
        shares = {name: min(1.0, max(0.0, arguments[name])) for name in ("dropout", "recurrent_dropout")}
        self._keep(arguments | shares)
        self.units = self.state_size = self.output_size = units
        self.seed_generator = random.SeedGenerator(self.seed)
        self.static = self.recurrent_dropout == 0  # else it runs step by step
        self._dropout_masks = {}

    def build(self, input_shape):
        features, wide = input_shape[-1], self.gates * self.units
        if features is None:
            raise ValueError(
                f"Cell '{self.name}' cannot make its kernel: the last axis of its input is unknown. Received input shape "
                f"{input_shape}. Fix: give keras.Input the number of features, as in (None, 8) for steps of 8 features."
            )
        self.kernel = self._add_kept("kernel", (features, wide))
        self.recurrent_kernel = self._add_kept("recurrent", (self.units, wide), name="recurrent_kernel")
        self.bias = self._add_bias(wide) if self.use_bias else None

    def _add_bias(self, wide):
        return self._add_kept("bias", (wide,))

    def get_initial_state(self, batch_size=None):
        """Return the states before the first step: zeros."""
        sizes = self.state_size if isinstance(self.state_size, list) else [self.state_size]
        return [zero_state(batch_size, n, self.compute_dtype) for n in sizes]

    # One step

    def call(self, inputs, states, training=False):
        return self.step(self.project(inputs, training), states, training)

    def project(self, inputs, training=False):
        """What the inputs alone give: `inputs @ kernel + bias`, for one step or for all."""
        z = self._product(self._see, inputs, self.kernel, self._drop_masks("dropout", inputs, training))
        bias = self._input_bias()
        return z if bias is None else ops.add(z, bias)  # (batch, gates * units)

    def step(self, z, states, training=False):
        """One step: return (output, new states), given the projected input and the states before."""
        raise NotImplementedError

    def _input_bias(self):
        return self.bias

    # All steps at once

    def run(self, sequences, states, mask, training=False):
        """Run all steps as one op.

        Returns:
            (outputs of all steps, last states), or None if this cell has to go step by step.
        """
        if not self.has_row or (training and self.recurrent_dropout):
            return None
        masks = self._drop_masks("dropout", sequences, training)
        sequences = sequences if masks is None else ops.multiply(sequences, masks[0])
        outputs = self.row([sequences, *states, *self._row_weights(), *([] if mask is None else [mask])])
        return self._unpack(outputs)

    @property
    def has_row(self):
        """Whether the row computes what this cell does."""
        return (
            self.row is not None
            and all(getattr(type(self), name) is getattr(self._library_cell(), name) for name in ("call", "project", "step"))
            and self.activation is activations.tanh
            and getattr(self, "recurrent_activation", activations.sigmoid) is activations.sigmoid
            and self.activity_regularizer is None
        )

    def _library_cell(self):
        return next(cls for cls in type(self).__mro__ if "row" in vars(cls))

    def _row_weights(self):
        return [self.kernel, self.recurrent_kernel, self._bias_or_zeros(self.bias)]

    def _bias_or_zeros(self, bias):
        return self._backend.convert(np.zeros(self.gates * self.units), self.compute_dtype) if bias is None else bias

    def _unpack(self, outputs):
        return outputs, [outputs[:, -1]]  # the last output is the last state

    # Dropout: the same mask for all steps

    _see = _recall = staticmethod(ops.matmul)  # how inputs, and how states, meet their kernel

    def _product(self, multiply, x, kernel, masks):
        """`x` times `kernel`; with a mask per gate, each gate sees its own share of `x`."""
        if masks is None:
            return multiply(x, kernel)
        if len(masks) == 1:
            return multiply(ops.multiply(x, masks[0]), kernel)
        parts = ops.split(kernel, self.gates, axis=-1)
        return ops.concatenate([multiply(ops.multiply(x, m), k) for m, k in zip(masks, parts)], axis=self._gate_axis)

    _gate_axis = -1  # where the gates stand side by side
    _step_rank = 2  # axes of one step: (batch, features)

    @property
    def _mask_count(self):
        return self.gates if self.recurrent_dropout else 1

    def _drop_masks(self, what, x, training):
        """The masks to use in training, drawn at the first step of a sequence; None if nothing is dropped.

        As in Keras, gates have masks of their own only if states are dropped too.
        """
        rate = getattr(self, what)
        if not training or rate == 0:
            return None
        if what not in self._dropout_masks:
            shape, keep = (x.shape[0], *x.shape[1 - self._step_rank :]), 1.0 - rate
            draws = [drawn(self, random.keep_mask, shape, keep) for _ in range(self._mask_count)]
            self._dropout_masks[what] = [ops.divide(draw, keep) if keep else draw for draw in draws]
        masks = self._dropout_masks[what]
        return masks if len(x.shape) == self._step_rank else [m[:, None] for m in masks]  # (batch, 1, ...): all steps

    def reset_dropout_mask(self):
        """Draw a new mask for the inputs next time."""
        self._dropout_masks.pop("dropout", None)

    def reset_recurrent_dropout_mask(self):
        """Draw a new mask for the states next time."""
        self._dropout_masks.pop("recurrent_dropout", None)
