"""What multi-head and grouped-query attention share: projections, masks, and the attention of each head."""

import math
import re

from ... import ops, regularizers
from ...backend.symbolic import KerasTensor
from ...ops.attention import causal_mask
from ..activation import Softmax
from ..einsum_dense import EinsumDense
from ..layer import Layer
from ..regularization import Dropout


class _HeadsAttention(Layer):
    """Query, key and value each go through a Dense of several heads; each head attends by itself; a Dense joins them.

    A subclass says in `_start` how long a head's keys are, and in `build` makes `_query_dense`, `_key_dense`,
    `_value_dense`, `_output_dense` and, with `use_gate`, `_gate_dense`.
    """

    def _start(self, arguments, key_dim):
        """Keep the constructor's arguments, but for `flash_attention`, which no config holds."""
        if arguments.pop("flash_attention"):
            raise ValueError(
                f"{type(self).__name__} cannot take `flash_attention=True`. Fix: leave it out; on a GPU, Torch picks the fused "
                "kernel by itself."
            )
        window = arguments["sliding_window"]
        if window is not None and (not isinstance(window, int) or window <= 0):
            raise ValueError(f"`sliding_window` must be `None` or a positive integer. Received: sliding_window={window}")
        self._keep(arguments)
        self._projection_regularizer = regularizers.get(arguments["activity_regularizer"])
        self._scale = 1.0 / math.sqrt(float(key_dim))
        self.supports_masking = True

    def _dense(self, name, equation, output_shape, bias_axes, activation=None):
        """A projection; every one draws its weights for itself."""
        dense = EinsumDense(
            equation,
            output_shape=output_shape,
            bias_axes=bias_axes if self.use_bias else None,
            activation=activation,
            name=name,
            dtype=self.dtype_policy,
            kernel_initializer=_again(self.kernel_initializer),
            bias_initializer=_again(self.bias_initializer),
            kernel_regularizer=self.kernel_regularizer,
            bias_regularizer=self.bias_regularizer,
            activity_regularizer=self._projection_regularizer,
            kernel_constraint=self.kernel_constraint,
            bias_constraint=self.bias_constraint,
        )
        dense.supports_masking = True  # the same steps count after a projection
        return dense

    def _make_softmax_and_dropout(self, axis):
        self._softmax = Softmax(axis=axis, dtype=self.dtype_policy)
        self._dropout_layer = Dropout(self.dropout, dtype=self.dtype_policy, seed=self.seed)

    def call(
        self,
        query,
        value,
        key=None,
        query_mask=None,
        value_mask=None,
        key_mask=None,
        attention_mask=None,
        return_attention_scores=False,
        training=None,
        use_causal_mask=False,
    ):
        mask = self._joined_mask(query, value, query_mask, value_mask, key_mask, attention_mask)
        gate = self._gate_dense(query) if self.use_gate else None
        key = self._key_dense(value if key is None else key)  # (batch, keys, heads, key_dim)
        query, value = self._query_dense(query), self._value_dense(value)  # (batch, queries or keys, heads, dim)
        key, value = self._for_all_heads(key), self._for_all_heads(value)
        attended, weights = self._attend(query, key, value, mask, use_causal_mask, training, return_attention_scores)
        output = self._output_dense(attended if gate is None else attended * gate)  # (batch, queries, features)
        return (output, weights) if return_attention_scores else output

    def _for_all_heads(self, x):
        """Keys or values, one for each head of the query."""
        return x

    def _joined_mask(self, query, value, query_mask, value_mask, key_mask, attention_mask):
        """Truth values `(batch, queries, keys)`: all masks hold at once; None if there is none."""
        masks = [] if attention_mask is None else [ops.cast(attention_mask, "bool")]
        if query_mask is not None:
            masks.append(ops.expand_dims(ops.cast(query_mask, "bool"), -1))  # (batch, queries, 1)
        for keys in (value_mask, key_mask):
            if keys is not None:
                masks.append(ops.expand_dims(ops.cast(keys, "bool"), -2))  # (batch, 1, keys)
        if self.sliding_window is not None:
            near = _window(query.shape[1], value.shape[1], self.sliding_window)
            masks.append(ops.expand_dims(near, 0))  # (1, queries, keys)
        joined = masks[0] if masks else None
        for mask in masks[1:]:
            joined = ops.logical_and(joined, mask)
        return joined

    def _attend(self, query, key, value, mask, causal, training, with_weights):
        """Return the mean of the values that each query gets, and the weights if they were worked out."""
        fused = len(query.shape) == 4 and not with_weights and self.dropout == 0
        if causal and not fused:
            earlier = ops.expand_dims(causal_mask(query.shape[1], key.shape[1]), 0)  # (1, queries, keys)
            mask = earlier if mask is None else ops.logical_and(mask, earlier)
        while mask is not None and len(mask.shape) < self._scores_rank:
            mask = ops.expand_dims(mask, axis=-2 * self._attended_axes - 1)  # the same for every head
        if fused:
            return ops.dot_product_attention(query, key, value, None, mask, self._scale, causal), None
        scores = ops.einsum(self._scores_equation, key, query * self._scale)  # (batch, heads, queries, keys)
        weights = self._softmax(scores, mask=mask)
        kept = self._dropout_layer(weights, training=training) if self.dropout > 0 else weights
        return ops.einsum(self._values_equation, kept, value), weights

    def compute_output_spec(
        self,
        query,
        value,
        key=None,
        query_mask=None,
        value_mask=None,
        key_mask=None,
        attention_mask=None,
        return_attention_scores=False,
        training=None,
        use_causal_mask=False,
    ):
        shape = self.compute_output_shape(query.shape, value.shape, None if key is None else key.shape)
        output = KerasTensor(shape, self.compute_dtype)
        if not return_attention_scores:
            return output
        source, target, scores = re.split(",|->", self._scores_equation)
        heads = self._query_dense.kernel.shape[-2]
        sizes = dict(zip(source, value.shape[:-1])) | dict(zip(target, query.shape[:-1])) | {target[-2]: heads}
        return output, KerasTensor([sizes[c] for c in scores], self.compute_dtype)

    def get_config(self):
        return super().get_config() | {"activity_regularizer": regularizers.serialize(self._projection_regularizer)}


def _again(initializer):
    """An initializer like this one that draws other numbers."""
    return type(initializer).from_config(initializer.get_config()) if hasattr(initializer, "get_config") else initializer


def _window(queries, keys, width):
    """Truth table `(queries, keys)`: places fewer than `width` steps apart."""
    rows, columns = ops.arange(queries or 1), ops.arange(keys or 1)
    return ops.less(ops.absolute(ops.expand_dims(rows, 1) - ops.expand_dims(columns, 0)), width)


def check_lengths(value_shape, key_shape):
    if tuple(value_shape[1:-1]) != tuple(key_shape[1:-1]):
        raise ValueError(
            "All dimensions of `value` and `key`, except the last one, must be equal: each value has its key. Received: "
            f"value_shape={value_shape} and key_shape={key_shape}"
        )
