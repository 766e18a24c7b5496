"""`Attention` and `AdditiveAttention`: one head, and no weights but a scale."""

from ... import ops
from ...backend import random
from ...backend.symbolic import KerasTensor
from ...ops.attention import causal_mask
from ..layer import Layer
from ..regularization import dropped


class Attention(Layer):
    """A mean of values, weighed by the dot products of queries and keys.

    Called on `[query, value]` or `[query, value, key]`; without a key the values are the keys.

    Args:
        use_scale: whether to learn one factor on the scores.
        score_mode: `"dot"`, or `"concat"`: the sum of `tanh(query + key)`.
        dropout: share of the weights to drop in training.
        seed: whole number, for the same masks every time.

    Input shape: `[(batch, queries, features), (batch, keys, features)]`. Output shape: `(batch, queries, features)`, and
    with `return_attention_scores=True` also the weights `(batch, queries, keys)`.

    Raises:
        ValueError: unless called on a list of two or three.

    Source: Luong et al., 2015, arXiv:1508.04025.

    >>> query, value = np.ones((1, 2, 4)), np.ones((1, 3, 4))
    >>> y, weights = Attention()([query, value], return_attention_scores=True)
    >>> y.shape, weights.shape
    ((1, 2, 4), (1, 2, 3))
    """

    def __init__(self, use_scale=False, score_mode="dot", dropout=0.0, seed=None, **kwargs):
        super().__init__(**kwargs)
        if score_mode not in ("dot", "concat"):
            raise ValueError(
                f"Invalid value for argument score_mode. Expected one of {{'dot', 'concat'}}. Received: score_mode={score_mode}"
            )
        self._keep(locals())
        self.supports_masking = True
        self.seed_generator = random.SeedGenerator(seed) if dropout > 0 else None

    def build(self, input_shape):
        self._check_shapes(input_shape)
        self.scale = self.concat_score_weight = None
        if self.use_scale:
            self.scale = self.add_weight(name="scale", shape=(), initializer="ones")
        if self.score_mode == "concat":
            self.concat_score_weight = self.add_weight(name="concat_score_weight", shape=(), initializer="ones")
        self.built = True

    def _scores(self, query, key):
        """How well each key answers each query: (batch, queries, keys)."""
        if self.score_mode == "dot":
            scores = ops.matmul(query, ops.swapaxes(key, -2, -1))  # (batch, queries, keys)
            return scores if self.scale is None else scores * self.scale
        pairs = ops.expand_dims(query, axis=-2) + ops.expand_dims(key, axis=-3)  # (batch, queries, keys, features)
        pairs = pairs if self.scale is None else pairs * self.scale
        return ops.sum(ops.tanh(pairs), axis=-1) * self.concat_score_weight  # (batch, queries, keys)

    def call(self, inputs, mask=None, training=False, return_attention_scores=False, use_causal_mask=False):
        self._check_inputs(inputs, mask)
        query, value = inputs[:2]
        query_mask, value_mask = mask[:2] if mask else (None, None)
        scores = self._scores(query, inputs[2] if len(inputs) > 2 else value)
        seen = self._seen_keys(scores, value_mask, use_causal_mask)
        if seen is not None:
            scores = ops.where(seen, scores, scores - (65504.0 if self.compute_dtype == "float16" else 1e9))
        weights = ops.softmax(scores, axis=-1)
        if training and self.dropout > 0:
            weights = dropped(self, weights, self.dropout, weights.shape)
        output = ops.matmul(weights, value)  # (batch, queries, features)
        if query_mask is not None:
            output = ops.where(ops.expand_dims(query_mask, axis=-1), output, 0.0)
        return (output, weights) if return_attention_scores else output

    def _seen_keys(self, scores, value_mask, causal):
        """Truth values that say which keys a query may see; None if all."""
        seen = None if value_mask is None else ops.expand_dims(value_mask, axis=-2)  # (batch, 1, keys)
        if causal:
            earlier = causal_mask(*scores.shape[-2:])  # (queries, keys)
            seen = earlier if seen is None else ops.logical_and(seen, earlier)
        return seen

    def compute_mask(self, inputs, mask=None):
        self._check_inputs(inputs, mask)
        return mask[0] if mask else None

    def compute_output_shape(self, input_shape):
        query, value = input_shape[:2]
        return (*query[:-1], value[-1])

    def compute_output_spec(
        self, inputs, mask=None, return_attention_scores=False, training=None, use_causal_mask=False
    ):
        self._check_inputs(inputs, mask)
        shapes = [x.shape for x in inputs]
        output = KerasTensor(self.compute_output_shape(shapes), self.compute_dtype)
        if not return_attention_scores:
            return output
        return output, KerasTensor((*shapes[0][:-1], shapes[-1][-2]), self.compute_dtype)

    def _check_shapes(self, shapes):
        self._check_inputs(shapes)
        query, key = shapes[0], shapes[-1]
        if None not in (query[-1], key[-1]) and query[-1] != key[-1]:
            raise ValueError(
                f"Layer '{self.name}' compares queries of {query[-1]} features with keys of {key[-1]}. Received: "
                f"input_shape={shapes}\nFix: bring both to one length with Dense, or use MultiHeadAttention, which does."
            )

    def _check_inputs(self, inputs, mask=None):
        name = type(self).__name__
        if not isinstance(inputs, list) or len(inputs) not in (2, 3):
            told = f"length: {len(inputs)}" if isinstance(inputs, list) else f"inputs={inputs}"
            raise ValueError(
                f"{name} layer must be called on a list of inputs, namely [query, value] or [query, value, key]. "
                f"It accepts inputs list of length 2 or 3. Received {told}.\n"
                f"Fix: for attention of x to itself, call layer '{self.name}' on [x, x]."
            )
        if mask is not None and (not isinstance(mask, list) or len(mask) not in (2, 3)):
            raise ValueError(f"{name} layer mask must be a list, namely [query_mask, value_mask]. Received: mask={mask}.")


class AdditiveAttention(Attention):
    """A mean of values, weighed by the sum of `tanh(query + key)`, each feature with a learned weight.

    Called on `[query, value]` or `[query, value, key]`; without a key the values are the keys.

    Args:
        use_scale: whether to learn a weight for each feature.
        dropout: share of the weights to drop in training.

    Input shape: `[(batch, queries, features), (batch, keys, features)]`. Output shape: `(batch, queries, features)`, and
    with `return_attention_scores=True` also the weights `(batch, queries, keys)`.

    Source: Bahdanau et al., 2015, arXiv:1409.0473.

    >>> AdditiveAttention()([np.ones((1, 2, 4)), np.ones((1, 3, 4))]).shape
    (1, 2, 4)
    """

    def __init__(self, use_scale=True, dropout=0.0, **kwargs):
        super().__init__(use_scale=use_scale, dropout=dropout, **kwargs)

    def build(self, input_shape):
        self._check_shapes(input_shape)
        self.scale = None
        if self.use_scale:
            self.scale = self.add_weight(name="scale", shape=(input_shape[0][-1],), initializer="glorot_uniform")
        self.built = True

    def _scores(self, query, key):
        pairs = ops.tanh(ops.expand_dims(query, axis=-2) + ops.expand_dims(key, axis=-3))  # (batch, queries, keys, features)
        return ops.sum(pairs if self.scale is None else pairs * self.scale, axis=-1)  # (batch, queries, keys)

    def get_config(self):
        config = super().get_config()
        del config["score_mode"]
        return config
