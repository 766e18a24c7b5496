"""Attention layers, their op, and `EinsumDense`, which they are made of."""

from ..case import case, on, truths

QUERY, VALUE, KEY = (2, 3, 8), (2, 5, 8), (2, 5, 6)
HEADS = (2, 3, 4, 4), (2, 5, 4, 4), (2, 5, 4, 4)
SHARED = (2, 5, 2, 4)
_WITHOUT_FILE = ("forward", "gradient", "config")  # the file's model has one input, called several times

CASES = {
    "layers.Attention": [
        case(on([QUERY, VALUE])),
        case(on([QUERY, VALUE, VALUE]), use_scale=True),
        case(on([QUERY, VALUE]), score_mode="concat"),
        case(on([QUERY, VALUE], use_causal_mask=True), use_scale=True, score_mode="concat", checks=_WITHOUT_FILE),
        case(on([QUERY, VALUE], return_attention_scores=True), dropout=0.5, seed=1, checks=_WITHOUT_FILE),
        case(on([(2, 4, 3, 8), (2, 4, 5, 8)])),
    ],
    "layers.AdditiveAttention": [
        case(on([QUERY, VALUE])),
        case(on([QUERY, VALUE, VALUE]), use_scale=False),
        case(on([QUERY, VALUE], return_attention_scores=True, use_causal_mask=True), dropout=0.1, checks=_WITHOUT_FILE),
    ],
    "layers.MultiHeadAttention": [
        case(on(QUERY, VALUE), 2, 4),
        case(on(QUERY, VALUE, KEY), num_heads=2, key_dim=4, value_dim=3, output_shape=7),
        case(on(QUERY, VALUE, return_attention_scores=True), 2, 4, checks=_WITHOUT_FILE),
        case(on(QUERY, QUERY, use_causal_mask=True), 2, 4, use_bias=False),
        case(on(VALUE, VALUE, use_causal_mask=True, return_attention_scores=True), 2, 4, sliding_window=2, checks=_WITHOUT_FILE),
        case(on(VALUE, VALUE), 2, 4, sliding_window=3, use_gate=True),
        case(on(QUERY, VALUE, attention_mask=truths((2, 3, 5), 0.8)), 2, 4, value_dim=3, checks=_WITHOUT_FILE),
        case(on(QUERY, VALUE, attention_mask=truths((2, 3, 5), 0.8)), 2, 4, dropout=0.3, seed=2, checks=_WITHOUT_FILE),
        case(on(QUERY, VALUE, attention_mask=truths((3, 5), 0.8)), 2, 4, checks=_WITHOUT_FILE),
        case(on(QUERY, VALUE, attention_mask=truths((2, 2, 3, 5), 0.8)), 2, 4, checks=_WITHOUT_FILE),
        case(on((2, 3, 4, 6), (2, 3, 4, 6)), 2, 4, attention_axes=(1, 2), output_shape=(5, 2)),
        case(on((2, 3, 4, 6), (2, 3, 4, 6)), 2, 4, attention_axes=2),
        case(on((2, 3, 4, 6), (2, 3, 4, 6)), 2, 4, attention_axes=(-2,), kernel_initializer="he_normal"),
        case(on(QUERY, VALUE), 2, 4, kernel_regularizer="l2", bias_constraint="non_neg", activity_regularizer="l2"),
    ],
    "layers.GroupQueryAttention": [
        case(on(QUERY, VALUE), 4, 4, 2),
        case(on(QUERY, VALUE, VALUE), head_dim=3, num_query_heads=4, num_key_value_heads=1, use_bias=False),
        case(on(VALUE, VALUE, use_causal_mask=True), 4, 4, 4, use_gate=True),
        case(on(VALUE, VALUE, use_causal_mask=True, return_attention_scores=True), 4, 4, 2, checks=_WITHOUT_FILE),
        case(on(VALUE, VALUE), 4, 4, 2, sliding_window=2, activity_regularizer="l2"),
        case(on(QUERY, VALUE, attention_mask=truths((2, 3, 5), 0.8)), 4, 4, 2, dropout=0.2, seed=0, checks=_WITHOUT_FILE),
    ],
    "layers.EinsumDense": [
        case(on((4, 6)), "ab,bc->ac", 3, bias_axes="c"),
        case(on((4, 5, 6)), "abc,cd->abd", output_shape=(None, 3), activation="relu"),
        case(on((4, 5, 6)), "abc,cde->abde", output_shape=(None, 2, 3), bias_axes="de", kernel_initializer="he_normal"),
        case(on((4, 5, 6)), "abc,cde->abde", output_shape=(None, 2, 3), bias_axes="d"),
        case(on((4, 5, 2, 3)), "abcd,cde->abe", output_shape=(None, 7), bias_axes="e"),
        case(on((4, 5, 6)), "...x,xy->...y", output_shape=3, bias_axes="y", kernel_regularizer="l2"),
        case(on((4, 6)), "...x,xy->...y", output_shape=3),
        case(on((4, 5, 6)), "ab...,bc->ac...", output_shape=3, bias_axes="c", bias_initializer="ones"),
        case(on((4, 5, 6, 2)), "ab...,bcd->acd...", output_shape=(3, 2), bias_axes="d", activity_regularizer="l2"),
        case(on((4, 5, 6)), "abc,bc->abc", output_shape=(5, 6), bias_constraint="non_neg"),
    ],
    "ops.dot_product_attention": [
        case(on(*HEADS)),
        case(on(*HEADS), scale=0.3, is_causal=True),
        case(on(*HEADS, mask=truths((2, 4, 3, 5), 0.8))),
        case(on(*HEADS, mask=truths((2, 1, 3, 5), 0.8)), is_causal=True),
        case(on(HEADS[0], SHARED, SHARED)),
    ],
}
