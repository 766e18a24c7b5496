"""`keras.ops`: every operation, on arrays, tensors, variables and symbolic tensors alike.

The rows live in the files beside this one, and load when they are first used; `OPS` is the whole table.

>>> from kerasteach import ops
>>> ops.matmul([[1.0, 2.0]], [[3.0], [4.0]])
array([[11.]], dtype=float32)
"""

import importlib

from .. import lazy
from .table import OPS as _LOADED
from .table import Composite, Op

# File -> the ops in it. One that is written like an op that is in another file needs another name: `reshaping`, not `shape`.
_WHERE = {
    "": "core einops image linalg math nn numpy",  # Keras's families
    "attention": "dot_product_attention",
    "convolution": "conv conv_transpose",
    "create": """arange array convert_to_numpy convert_to_tensor copy dtype empty empty_like eye full full_like identity
        is_tensor ndim ones ones_like shape size tri zeros zeros_like""",
    "crossentropy": "binary_crossentropy categorical_crossentropy sparse_categorical_crossentropy",
    "depthwise": "depthwise_conv separable_conv",
    "ctc": "ctc_loss",
    "elementwise": """abs=absolute absolute add cast clip cos divide exp expm1 log log1p maximum minimum multiply negative
        power sin sqrt square stop_gradient subtract tanh""",
    "unary": """angle arccos arccosh arcsin arcsinh arctan arctanh cbrt conj conjugate=conj cosh deg2rad erfc erfinv exp2 fabs
        i0 imag isinf isneginf isposinf isreal log2 log10 rad2deg real reciprocal rsqrt signbit sinc sinh tan trunc view""",
    "pairs": """allclose arctan2 bitwise_and bitwise_invert bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift
        bitwise_xor divide_no_nan floor_divide fmax fmin fmod gcd heaviside hypot isclose lcm ldexp left_shift
        logaddexp logaddexp2 nextafter right_shift true_divide""",
    "patches": "fold unfold",
    "index": "get_item=getitem getitem nonzero one_hot take take_along_axis where",
    "linalg": "dot einsum matmul outer tensordot",
    "logic": """ceil equal floor greater greater_equal isfinite isnan less less_equal logical_and logical_not logical_or
        logical_xor mod not_equal round sign""",
    "nn": """celu elu erf exponential gelu hard_sigmoid hard_silu hard_swish=hard_silu hard_tanh leaky_relu log_sigmoid
        log_softmax mish relu relu6 selu sigmoid silu soft_shrink softmax softplus softsign swish=silu""",
    "normalization": "batch_normalization layer_normalization moments normalize rms_normalization",
    "pooling": "adaptive_average_pool adaptive_max_pool average_pool max_pool",
    "rare_activations": "glu hard_shrink sparse_plus sparse_sigmoid sparsemax squareplus tanh_shrink threshold",
    "recurrent": "gru lstm simple_rnn",
    "reduce": "all amax amin any argmax argmin count_nonzero cumprod cumsum logsumexp max mean min prod std sum var",
    "reshaping": """broadcast_to concatenate expand_dims flip moveaxis ravel repeat reshape squeeze stack swapaxes transpose""",
    "arrange": "fliplr flipud pad roll rot90 tile",
    "parts": """append array_split dsplit dstack extract_sequences hsplit hstack meshgrid select split unravel_index unstack
        vsplit vstack""",
    "surprise": """binary_crossentropy_from_logits binary_crossentropy_from_probabilities
        sparse_categorical_crossentropy_from_logits sparse_categorical_crossentropy_from_probabilities""",
    "surprise_of": """binary_crossentropy_of_sigmoid categorical_crossentropy_of_softmax
        sparse_categorical_crossentropy_of_softmax""",
    "nan": "nan_to_num nanargmax nanargmin nancumprod nancumsum nanmax nanmean nanmin nanprod nanstd nansum nanvar",
    "order": """argpartition argsort digitize in_top_k isin median nanmedian nanpercentile nanquantile percentile quantile
        searchsorted sort top_k""",
    "counting": "bincount histogram unique",
    "matrices": "corrcoef correlate cross diag diagflat diagonal inner kron trace tril triu vander vdot",
    "folding": "average cdist diff ptp segment_max segment_min segment_prod segment_sum trapezoid",
    "ranges": "bartlett blackman geomspace hamming hanning kaiser linspace logspace",
    "decompose": "cholesky eigh qr svd",
    "solving": "cholesky_inverse det inv logdet lstsq matrix_rank norm pinv slogdet solve solve_triangular",
    "scattering": "saturate_cast scatter scatter_update slice slice_update",
    "spectra": "fft fft2 ifft2 irfft istft rfft stft",
    "einops": "rearrange",
    "ctc_decoding": "ctc_decode",
    "targets": "depth_to_space multi_hot psnr space_to_depth",
    "control": "associative_scan cond custom_gradient fori_loop map scan switch vectorize vectorized_map while_loop",
}

_find, __dir__, __all__ = lazy.names(__name__, _WHERE, more=("OPS", "Composite", "Op"))


def __getattr__(name):
    if name != "OPS":
        return _find(name)
    import pkgutil

    for file in pkgutil.iter_modules(__path__):  # whoever asks for the table gets all of it
        importlib.import_module(f".{file.name}", __name__)
    globals()["OPS"] = _LOADED
    return _LOADED
