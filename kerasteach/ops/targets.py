"""Classes as vectors; pictures as depth and space, and how alike two are."""

from . import examples
from .create import convert_to_tensor, dtype_of
from .elementwise import cast, multiply, square, subtract
from .index import one_hot
from .reduce import max, mean
from .reshaping import reshape, transpose
from .table import composite
from .unary import log10


@composite(example=lambda rng: [((rng.integers(0, 4, s),), {"num_classes": 4}) for s in [(3, 2), (3,), (2, 3, 2)]])
def multi_hot(inputs, num_classes=None, axis=-1, dtype=None, sparse=False, **kwargs):
    """Several whole numbers as one vector, with a 1 for each.

    Args:
        inputs: whole numbers, (samples, numbers); or (numbers,).
        num_classes: length of the vector.
        axis: where the vector's axis goes.
        dtype: dtype of the output.
        sparse: must be false.
        **kwargs: `num_tokens`, an old name of `num_classes`.

    >>> multi_hot([[0, 2]], num_classes=4)
    array([[1., 0., 1., 0.]], dtype=float32)
    """
    num_classes = kwargs.pop("num_tokens", num_classes)
    if num_classes is None:
        raise ValueError("Argument `num_classes` must be specified.")
    inputs = convert_to_tensor(inputs)
    hot = one_hot(inputs, num_classes=num_classes, axis=axis, dtype=dtype, sparse=sparse)
    return max(hot, axis=1 if len(inputs.shape) > 1 else 0)


def _blocks(x, block_size, data_format):
    """Sizes of a picture, unknown ones as -1.

    Raises:
        ValueError: if it is none.
    """
    if len(x.shape) != 4 or data_format not in ("channels_last", "channels_first"):
        raise ValueError(f"Expected 4 axes and a data format, channels_last or channels_first. Received: x.shape={tuple(x.shape)}, data_format={data_format}")
    if block_size < 2:
        raise ValueError(f"`block_size` must be at least 2. Received: block_size={block_size}")
    return [-1 if n is None else n for n in x.shape]


_DEEP = examples.cases(([(2, 2, 3, 8)], {"block_size": 2}), ([(2, 8, 2, 3)], {"block_size": 2, "data_format": "channels_first"}))
_WIDE = examples.cases(([(2, 4, 6, 2)], {"block_size": 2}), ([(2, 2, 4, 6)], {"block_size": 2, "data_format": "channels_first"}))


@composite(example=_DEEP)
def depth_to_space(x, block_size, data_format="channels_last"):
    """Channels of each pixel laid out as a block of pixels.

    Raises:
        ValueError: if the channels cannot be shared out, or there are not 4 axes.
    """
    x = convert_to_tensor(x)
    b = block_size
    if data_format == "channels_first":
        n, c, h, w = _blocks(x, b, data_format)
        x = transpose(reshape(x, (n, c // b**2, b, b, h, w)), axes=(0, 1, 4, 2, 5, 3))
        return reshape(x, (n, c // b**2, h * b, w * b))
    n, h, w, c = _blocks(x, b, data_format)
    x = transpose(reshape(x, (n, h, w, b, b, c // b**2)), axes=(0, 1, 3, 2, 4, 5))
    return reshape(x, (n, h * b, w * b, c // b**2))


@composite(example=_WIDE)
def space_to_depth(x, block_size, data_format="channels_last"):
    """Blocks of pixels laid out as channels; the reverse of `depth_to_space`."""
    x = convert_to_tensor(x)
    b = block_size
    if data_format == "channels_first":
        n, c, h, w = _blocks(x, b, data_format)
        x = transpose(reshape(x, (n, c, h // b, b, w // b, b)), axes=(0, 1, 3, 5, 2, 4))
        return reshape(x, (n, c * b**2, h // b, w // b))
    n, h, w, c = _blocks(x, b, data_format)
    x = transpose(reshape(x, (n, h // b, b, w // b, b, c)), axes=(0, 1, 3, 2, 4, 5))
    return reshape(x, (n, h // b, w // b, c * b**2))


@composite(example=examples.cases(([(3, 4), (3, 4)], {"max_val": 2.0})))
def psnr(x1, x2, max_val):
    """Peak signal-to-noise ratio, in decibels: how like each other two pictures are."""
    x1, x2 = convert_to_tensor(x1), convert_to_tensor(x2)
    if tuple(x1.shape) != tuple(x2.shape):
        raise ValueError(f"Input shapes {tuple(x1.shape)} and {tuple(x2.shape)} must match for PSNR calculation.")
    noise = mean(square(subtract(x1, x2)))
    return subtract(multiply(20.0, log10(cast(max_val, dtype_of(noise)))), multiply(10.0, log10(noise)))
