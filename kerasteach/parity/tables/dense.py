"""Dense."""

from ..case import case, on

CASES = {
    "layers.Dense": [
        case(on((4, 6)), 3),
        case(on((4, 5, 6)), 2, "softmax", kernel_initializer="he_normal", bias_initializer="ones"),
        case(on((4, 6)), 3, "relu", use_bias=False, kernel_regularizer="l2", activity_regularizer="l1"),
        case(on((4, 6)), 3, "gelu", bias_constraint="non_neg"),
    ],
}
