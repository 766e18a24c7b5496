"""`GroupedQueryAttention`: several heads of the query share one of key and value."""

from ... import ops
from .heads import _HeadsAttention, check_lengths


class GroupedQueryAttention(_HeadsAttention):
    """Multi-head attention in which several heads of the query share one head of key and value.

    In Keras its public name is `GroupQueryAttention`.

    Args:
        head_dim: features of a head.
        num_query_heads: heads of the query.
        num_key_value_heads: heads of key and value; divides `num_query_heads`.
        dropout: share of the weights to drop in training.
        use_bias: whether projections have a bias.
        sliding_window: a query sees only keys fewer than so many steps away.
        flash_attention: must not be True; Torch picks its kernel by itself.
        kernel_initializer, bias_initializer: how weights start.
        kernel_regularizer, bias_regularizer, activity_regularizer: prices on weights and outputs.
        kernel_constraint, bias_constraint: where weights are put back to.
        use_gate: whether a sigmoid of the query scales what each head found.
        seed: whole number, for the same dropout every time.

    Input shape: query `(batch, queries, features)`, value and key `(batch, keys, features)`. Output shape: `(batch, queries,
    features)`, and with `return_attention_scores=True` also the weights `(batch, query heads, queries, keys)`.

    Raises:
        ValueError: if the heads cannot be shared evenly.

    Source: Ainslie et al., 2023, arXiv:2305.13245.

    >>> x = np.ones((1, 5, 8))
    >>> GroupedQueryAttention(head_dim=4, num_query_heads=4, num_key_value_heads=2)(x, x).shape
    (1, 5, 8)
    """

    def __init__(
        self,
        head_dim,
        num_query_heads,
        num_key_value_heads,
        dropout=0.0,
        use_bias=True,
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
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        if num_query_heads % num_key_value_heads:
            raise ValueError(
                "`num_query_heads` must be divisible by `num_key_value_heads`. Received: "
                f"num_query_heads={num_query_heads}, num_key_value_heads={num_key_value_heads}"
            )
        self._start(locals(), head_dim)

    # The letters: b batch, q queries, k keys, m features, u heads of the query, v heads of key and value, h features of a head.
    _scores_equation, _values_equation, _scores_rank, _attended_axes = "bkuh,bquh->buqk", "buqk,bkuh->bquh", 4, 1

    def build(self, query_shape, value_shape, key_shape=None):
        key_shape = value_shape if key_shape is None else key_shape
        of_query, of_key = (None, self.num_query_heads, self.head_dim), (None, self.num_key_value_heads, self.head_dim)
        self._query_dense = self._dense("query", "bqm,muh->bquh", of_query, "uh")
        self._query_dense.build(query_shape)
        self._key_dense = self._dense("key", "bkm,mvh->bkvh", of_key, "vh")
        self._key_dense.build(key_shape)
        if self.use_gate:
            self._gate_dense = self._dense("gate", "bqm,muh->bquh", of_query, "uh", "sigmoid")
            self._gate_dense.build(query_shape)
        self._value_dense = self._dense("value", "bkm,mvh->bkvh", of_key, "vh")
        self._value_dense.build(value_shape)
        self._make_softmax_and_dropout(-1)
        self._output_dense = self._dense("attention_output", "bquh,uhm->bqm", (None, query_shape[-1]), "m")
        self._output_dense.build((None, None, self.num_query_heads, self.head_dim))
        self.built = True

    def _for_all_heads(self, x):
        return ops.repeat(x, self.num_query_heads // self.num_key_value_heads, axis=2)  # (batch, keys, query heads, features)

    def compute_output_shape(self, query_shape, value_shape, key_shape=None):
        check_lengths(value_shape, value_shape if key_shape is None else key_shape)
        if query_shape[-1] != value_shape[-1]:
            raise ValueError(
                "The last dimension of `query_shape` and `value_shape` must be equal, but are "
                f"{query_shape[-1]}, {value_shape[-1]}. Received: query_shape={query_shape}, value_shape={value_shape}"
            )
        return query_shape
