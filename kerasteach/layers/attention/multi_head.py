"""`MultiHeadAttention`: several attentions side by side, each on its own view of query, key and value."""

import string

from ... import tree
from ...backend.masks import mask_of
from ...backend.modes import TRACE
from ...backend.symbolic import KerasTensor
from .heads import _HeadsAttention, check_lengths


class MultiHeadAttention(_HeadsAttention):
    """Several attentions side by side, each on its own view of query, key and value.

    Called on `(query, value)`, or `(query, value, key)`; on `(x, x)` a sequence attends to itself. Masks of these say which
    steps count, and are taken off them; the query's goes on with the output.

    Args:
        num_heads: number of heads.
        key_dim: features of a query and a key, in each head.
        value_dim: features of a value in each head; `key_dim` by default.
        dropout: share of the weights to drop in training.
        use_bias: whether projections have a bias.
        output_shape: features of the output; the query's by default.
        attention_axes: axes that attention goes over; all between batch and features by default.
        sliding_window: a query sees only keys fewer than so many steps away.
        flash_attention: must not be True; Torch picks its kernel by itself.
        kernel_initializer, bias_initializer: how weights start.
        kernel_regularizer, bias_regularizer, activity_regularizer: prices on weights and outputs of the projections.
        kernel_constraint, bias_constraint: where weights are put back to.
        use_gate: whether a sigmoid of the query scales what each head found (Qiu et al., 2025, arXiv:2505.06708).
        seed: whole number, for the same dropout every time.

    Input shape: query `(batch, queries, features)`, value and key `(batch, keys, features)`. Output shape: `(batch, queries,
    features)`, and with `return_attention_scores=True` also the weights `(batch, heads, queries, keys)`.

    Raises:
        ValueError: for sizes that are not positive whole numbers, or keys and values of different lengths.

    Source: Vaswani et al., 2017, arXiv:1706.03762.

    >>> x = np.ones((1, 5, 8))
    >>> y, weights = MultiHeadAttention(num_heads=2, key_dim=4)(x, x, use_causal_mask=True, return_attention_scores=True)
    >>> y.shape, weights.shape
    ((1, 5, 8), (1, 2, 5, 5))
    """

    def __init__(
        self,
        num_heads,
        key_dim,
        value_dim=None,
        dropout=0.0,
        use_bias=True,
        output_shape=None,
        attention_axes=None,
        sliding_window=None,
        flash_attention=None,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        kernel_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        bias_constraint=None,
        use_gate=False,
        seed=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        value_dim = key_dim if value_dim is None else value_dim
        output_shape = _as_tuple("output_shape", output_shape)
        attention_axes = _as_tuple("attention_axes", attention_axes)
        arguments = locals()
        for name in ("num_heads", "key_dim", "value_dim"):
            size = arguments[name]
            if not isinstance(size, int) or size <= 0:
                raise ValueError(
                    f"Received an invalid value for argument `{name}`, expected a positive integer. Received: {name}={size}"
                )
        self._start(arguments, key_dim)

    def build(self, query_shape, value_shape, key_shape=None):
        key_shape = value_shape if key_shape is None else key_shape
        check_lengths(value_shape, key_shape)
        rank = len(query_shape)
        if rank < 3:
            raise ValueError(
                f"Layer '{self.name}' (MultiHeadAttention) needs an axis between batch and features to attend over. Received: "
                f"query_shape={query_shape}\nFix: pass sequences, (batch, time, features)."
            )
        axes = self.attention_axes or tuple(range(1, rank - 1))
        axes = tuple(axis if axis >= 0 else rank + axis for axis in axes)
        to_heads = _projection(rank - 1, 1, 2)
        free = [None] * (rank - 2)
        self._query_dense = self._dense("query", to_heads, (*free, self.num_heads, self.key_dim), to_heads[-2:])
        self._query_dense.build(query_shape)
        self._key_dense = self._dense("key", to_heads, (*free, self.num_heads, self.key_dim), to_heads[-2:])
        self._key_dense.build(key_shape)
        if self.use_gate:
            self._gate_dense = self._dense("gate", to_heads, (*free, self.num_heads, self.value_dim), to_heads[-2:], "sigmoid")
            self._gate_dense.build(query_shape)
        self._value_dense = self._dense("value", to_heads, (*free, self.num_heads, self.value_dim), to_heads[-2:])
        self._value_dense.build(value_shape)
        self._set_equations(rank + 1, axes)
        features = self.output_shape or (query_shape[-1],)
        from_heads = _projection(rank - 1, 2, len(features))
        self._output_dense = self._dense("attention_output", from_heads, (*free, *features), from_heads[-len(features) :])
        self._output_dense.build((*query_shape[:-1], self.num_heads, self.value_dim))
        self.built = True

    def _set_equations(self, rank, axes):
        """Write the two sums of attention with a letter for each axis: `(batch, ..., queries, ..., heads, features)`."""
        target = string.ascii_lowercase[:rank]
        keys = iter(string.ascii_lowercase[rank:])
        source = "".join(next(keys) if i in axes else c for i, c in enumerate(target))
        alone = [c for i, c in enumerate(target[:-1]) if i not in axes]  # batch, axes without attention, heads
        scores = "".join([*alone, *[target[i] for i in axes], *[source[i] for i in axes]])
        self._scores_equation, self._values_equation = f"{source},{target}->{scores}", f"{scores},{source}->{target}"
        self._scores_rank, self._attended_axes = len(scores), len(axes)
        self._make_softmax_and_dropout(tuple(range(len(scores) - len(axes), len(scores))))

    def __call__(self, *args, **kwargs):
        outputs = super().__call__(*args, **kwargs)
        for x in tree.flatten((args, [kwargs.get(name) for name in ("query", "value", "key")])):
            is_symbol = type(x) is KerasTensor and TRACE.nodes is None
            if not is_symbol and mask_of(x) is not None:
                x._keras_mask = None  # as in Keras: who adds the input to the output has no mask from it any more
        return outputs

    query_dense = property(lambda self: self._query_dense, doc="The projection of the query.")
    key_dense = property(lambda self: self._key_dense, doc="The projection of the key.")
    value_dense = property(lambda self: self._value_dense, doc="The projection of the value.")
    output_dense = property(lambda self: self._output_dense, doc="The projection that joins the heads.")

    def compute_output_shape(self, query_shape, value_shape, key_shape=None):
        check_lengths(value_shape, value_shape if key_shape is None else key_shape)
        return (*query_shape[:-1], *(self.output_shape or query_shape[-1:]))


def _as_tuple(name, value):
    """An argument that may be a number or several, as a tuple; None if there is none."""
    if value is None or isinstance(value, int):
        return None if value is None else (value,)
    if not isinstance(value, (list, tuple)):
        raise ValueError(f"Invalid `{name}`: it must be an int, list, or tuple. Received: {name}={value}")
    return tuple(value)


def _projection(passed, summed, made):
    """An equation over so many axes: `_projection(2, 1, 2)` is `"abc,cde->abde"`.

    >>> _projection(2, 1, 2), _projection(2, 2, 1)
    ('abc,cde->abde', 'abcd,cde->abe')
    """
    letters = string.ascii_lowercase
    first, last = letters[:passed], letters[passed + summed : passed + summed + made]
    between = letters[passed : passed + summed]
    return f"{first}{between},{between}{last}->{first}{last}"
