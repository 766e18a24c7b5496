"""`keras.ops`: every operation, on arrays, tensors, variables and symbolic tensors alike.

The rows live in the files beside this one; `OPS` is the whole table.

>>> from kerasteach import ops
>>> ops.matmul([[1.0, 2.0]], [[3.0], [4.0]])
array([[11.]], dtype=float32)
"""

from .attention import dot_product_attention
from .conv import conv, conv_transpose
from .create import arange, convert_to_tensor, eye, full, ones, ones_like, shape, zeros, zeros_like
from .crossentropy import binary_crossentropy, categorical_crossentropy, sparse_categorical_crossentropy
from .depthwise import depthwise_conv, separable_conv
from .ctc import ctc_loss
from .elementwise import (
    absolute, add, cast, clip, cos, divide, exp, expm1, log, log1p, maximum, minimum, multiply, negative, power,
    reciprocal, rsqrt, sin, sqrt, square, stop_gradient, subtract, tanh,
)  # fmt: skip
from .patches import fold, unfold
from .index import getitem, one_hot, take, take_along_axis, where
from .linalg import dot, einsum, matmul, norm, outer, tensordot
from .logic import (
    ceil, equal, floor, greater, greater_equal, isfinite, isnan, less, less_equal, logical_and, logical_not,
    logical_or, mod, not_equal, round, sign,
)  # fmt: skip
from .nn import (
    celu, elu, erf, exponential, gelu, hard_sigmoid, hard_silu, hard_tanh, leaky_relu, log_sigmoid, log_softmax, mish,
    relu, relu6, selu, sigmoid, silu, soft_shrink, softmax, softplus, softsign,
)  # fmt: skip
from .normalization import batch_normalization, layer_normalization, moments, normalize, rms_normalization
from .pooling import adaptive_average_pool, adaptive_max_pool, average_pool, max_pool
from .rare_activations import (
    glu, hard_shrink, sparse_plus, sparse_sigmoid, sparsemax, squareplus, tanh_shrink, threshold,
)  # fmt: skip
from .recurrent import gru, lstm, simple_rnn
from .reduce import (
    all, any, argmax, argmin, count_nonzero, cumsum, logsumexp, max, mean, min, prod, std, sum, var,
)  # fmt: skip
from .shape import (
    broadcast_to, concatenate, expand_dims, flip, moveaxis, pad, ravel, repeat, reshape, split, squeeze, stack,
    swapaxes, transpose, unstack,
)  # fmt: skip
from .surprise import (
    binary_crossentropy_from_logits, binary_crossentropy_from_probabilities,
    sparse_categorical_crossentropy_from_logits,
)  # fmt: skip
from .table import OPS, Composite, Op

abs = absolute
true_divide = divide
swish = silu
hard_swish = hard_silu
