"""`keras.ops`: every operation, on arrays, tensors, variables and symbolic tensors alike.

The rows live in the files beside this one; `OPS` is the whole table.

>>> from kerasteach import ops
>>> ops.matmul([[1.0, 2.0]], [[3.0], [4.0]])
array([[11.]], dtype=float32)
"""

from ..left_out import getattr_of as _getattr_of
from .attention import dot_product_attention
from .conv import conv, conv_transpose
from .create import (
    arange, array, convert_to_numpy, convert_to_tensor, copy, dtype, empty, empty_like, eye, full, full_like, identity, is_tensor, ndim, ones,
    ones_like, shape, size, tri, zeros, zeros_like,
)  # fmt: skip
from .crossentropy import binary_crossentropy, categorical_crossentropy, sparse_categorical_crossentropy
from .depthwise import depthwise_conv, separable_conv
from .ctc import ctc_loss
from .elementwise import (
    absolute, add, cast, clip, cos, divide, exp, expm1, log, log1p, maximum, minimum, multiply, negative, power, sin,
    sqrt, square, stop_gradient, subtract, tanh,
)  # fmt: skip
from .unary import (
    angle, arccos, arccosh, arcsin, arcsinh, arctan, arctanh, cbrt, conj, cosh, deg2rad, erfc, erfinv, exp2, fabs, i0,
    imag, isinf, isneginf, isposinf, isreal, log2, log10, rad2deg, real, reciprocal, rsqrt, signbit, sinc, sinh, tan,
    trunc, view,
)  # fmt: skip
from .pairs import (
    allclose, arctan2, bitwise_and, bitwise_invert, bitwise_left_shift, bitwise_not, bitwise_or, bitwise_right_shift,
    bitwise_xor, divide_no_nan, floor_divide, fmax, fmin, fmod, gcd, heaviside, hypot, isclose, lcm, ldexp, left_shift,
    logaddexp, logaddexp2, nextafter, right_shift, true_divide,
)  # fmt: skip
from .patches import fold, unfold
from .index import getitem, nonzero, one_hot, take, take_along_axis, where
from .linalg import dot, einsum, matmul, outer, tensordot
from .logic import (
    ceil, equal, floor, greater, greater_equal, isfinite, isnan, less, less_equal, logical_and, logical_not,
    logical_or, logical_xor, mod, not_equal, round, sign,
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
    all, amax, amin, any, argmax, argmin, count_nonzero, cumprod, cumsum, logsumexp, max, mean, min, prod, std, sum, var,
)  # fmt: skip
from .shape import (
    broadcast_to, concatenate, expand_dims, flip, moveaxis, ravel, repeat, reshape, squeeze, stack, swapaxes, transpose,
)  # fmt: skip
from .arrange import fliplr, flipud, pad, roll, rot90, tile
from .parts import (
    append, array_split, dsplit, dstack, extract_sequences, hsplit, hstack, meshgrid, select, split, unravel_index, unstack,
    vsplit, vstack,
)  # fmt: skip
from .surprise import (
    binary_crossentropy_from_logits, binary_crossentropy_from_probabilities,
    sparse_categorical_crossentropy_from_logits,
)  # fmt: skip
from .nan import (
    nan_to_num, nanargmax, nanargmin, nancumprod, nancumsum, nanmax, nanmean, nanmin, nanprod, nanstd, nansum, nanvar,
)  # fmt: skip
from .order import (
    argpartition, argsort, digitize, in_top_k, isin, median, nanmedian, nanpercentile, nanquantile,
    percentile, quantile, searchsorted, sort, top_k,
)  # fmt: skip
from .counting import bincount, histogram, unique
from .matrices import corrcoef, correlate, cross, diag, diagflat, diagonal, inner, kron, trace, tril, triu, vander, vdot
from .folding import (
    average, cdist, diff, ptp, segment_max, segment_min, segment_prod, segment_sum, trapezoid,
)  # fmt: skip
from .ranges import bartlett, blackman, geomspace, hamming, hanning, kaiser, linspace, logspace
from .decompose import cholesky, eigh, qr, svd
from .solving import (
    cholesky_inverse, det, inv, logdet, lstsq, matrix_rank, norm, pinv, slogdet, solve, solve_triangular,
)  # fmt: skip
from .scatter import saturate_cast, scatter, scatter_update, slice, slice_update
from .spectra import fft, fft2, ifft2, irfft, istft, rfft, stft
from .einops import rearrange
from .ctc_decode import ctc_decode
from .targets import depth_to_space, multi_hot, psnr, space_to_depth
from .control import (
    associative_scan, cond, custom_gradient, fori_loop, map, scan, switch, vectorize, vectorized_map, while_loop,
)  # fmt: skip
from .table import OPS, Composite, Op
from . import core, families, image, linalg, math, nn, numpy, replicas

abs = absolute
conjugate = conj
get_item = getitem
swish = silu
hard_swish = hard_silu

for _module in (core, linalg, math, nn, numpy):
    families.fill(_module, globals())

__getattr__ = _getattr_of("ops")
