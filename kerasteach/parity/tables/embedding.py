"""Embedding and its way back."""

from ..case import case, ints, on

_NUMBERS = on(ints((4, 7), 10))

CASES = {
    "layers.Embedding": [
        case(_NUMBERS, 10, 3),
        case(on(ints((4, 7), 10, dtype="float32")), 10, 3, "ones", embeddings_constraint="unit_norm"),
        case(on(ints((4,), 10)), 10, 3, embeddings_regularizer="l2", embeddings_initializer="normal"),
        case(on(ints((2, 3, 4), 10)), 10, 3, mask_zero=True),
    ],
    "layers.ReversibleEmbedding": [
        case(_NUMBERS, 10, 3),
        case(_NUMBERS, 10, 3, tie_weights=False, mask_zero=True),
        case(on((4, 7, 3), reverse=True), 10, 3),
        case(on((4, 7, 3), reverse=True), 10, 3, tie_weights=False, logit_soft_cap=2.0),
        case(on((4, 7, 3), reverse=True), 10, 3, reverse_dtype="float16", tolerance=2e-3),
    ],
}
