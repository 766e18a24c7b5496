"""Pooling, as layers and as ops.

Where "same" needs more border behind than in front, Keras's Torch backend repeats the edge and counts it in the mean,
from windows of 3 on; TensorFlow, JAX and NumPy do not count the border, and Keras calls the difference a mistake of that
backend (pull request 23233). Here the border does not count, so such cases are no lines of this table: tests/test_pooling.py
has them.
"""

from ..case import case, on

LINE, IMAGE, VOLUME = on((2, 9, 3)), on((2, 7, 8, 3)), on((2, 5, 4, 6, 3))
FIRST = {"data_format": "channels_first"}


def _sliding(rank, x, **required):
    """Lines of a pooling layer."""
    return [
        case(x, **required),
        case(x, 3, strides=2),
        case(x, 2, strides=1, padding="same"),
        case(x, 3, strides=1, padding="same", **FIRST),
        case(x, (2, 3, 2)[:rank], strides=(1, 2, 2)[:rank]),
    ]


def _whole(x):
    """Lines of a global pooling layer."""
    return [case(x), case(x, keepdims=True), case(x, "channels_first"), case(x, keepdims=True, **FIRST)]


def _adaptive(rank, x):
    """Lines of an adaptive pooling layer."""
    return [case(x, 2), case(x, (3, 1, 4)[:rank]), case(x, (2, 3, 2)[:rank], **FIRST)]


CASES = {
    "layers.MaxPooling1D": [*_sliding(1, LINE), case(LINE, 3, 2, "same")],
    "layers.MaxPooling2D": [*_sliding(2, IMAGE), case(IMAGE, (3, 4), 2, "same")],
    "layers.MaxPooling3D": [*_sliding(3, VOLUME), case(VOLUME, 3, 2, "same")],
    "layers.AveragePooling1D": [*_sliding(1, LINE, pool_size=2), case(LINE, 2, 2, "same")],
    "layers.AveragePooling2D": [*_sliding(2, IMAGE, pool_size=2), case(IMAGE, 2, 2, "same")],
    "layers.AveragePooling3D": [*_sliding(3, VOLUME, pool_size=2), case(VOLUME, 2, 2, "same")],
    "layers.GlobalMaxPooling1D": _whole(LINE),
    "layers.GlobalMaxPooling2D": _whole(IMAGE),
    "layers.GlobalMaxPooling3D": _whole(VOLUME),
    "layers.GlobalAveragePooling1D": _whole(LINE),
    "layers.GlobalAveragePooling2D": _whole(IMAGE),
    "layers.GlobalAveragePooling3D": _whole(VOLUME),
    "layers.AdaptiveMaxPooling1D": _adaptive(1, LINE),
    "layers.AdaptiveMaxPooling2D": _adaptive(2, IMAGE),
    "layers.AdaptiveMaxPooling3D": _adaptive(3, VOLUME),
    "layers.AdaptiveAveragePooling1D": _adaptive(1, LINE),
    "layers.AdaptiveAveragePooling2D": _adaptive(2, IMAGE),
    "layers.AdaptiveAveragePooling3D": _adaptive(3, VOLUME),
    "layers.MaxPool1D": [case(LINE)],
    "layers.MaxPool2D": [case(IMAGE)],
    "layers.MaxPool3D": [case(VOLUME)],
    "layers.AvgPool1D": [case(LINE, 2)],
    "layers.AvgPool2D": [case(IMAGE, 2)],
    "layers.AvgPool3D": [case(VOLUME, 2)],
    "layers.GlobalMaxPool1D": [case(LINE)],
    "layers.GlobalMaxPool2D": [case(IMAGE)],
    "layers.GlobalMaxPool3D": [case(VOLUME)],
    "layers.GlobalAvgPool1D": [case(LINE)],
    "layers.GlobalAvgPool2D": [case(IMAGE)],
    "layers.GlobalAvgPool3D": [case(VOLUME)],
    "ops.max_pool": [case(LINE, 2), case(IMAGE, (2, 3), 2, "SAME"), case(VOLUME, 2, 1, "valid", "channels_first")],
    "ops.average_pool": [case(LINE, 2), case(IMAGE, (2, 3), 1, "valid"), case(VOLUME, 3, 1, "SAME", "channels_first")],
    "ops.adaptive_max_pool": [case(LINE, 2), case(IMAGE, (2, 3)), case(VOLUME, (2, 3, 1), "channels_first")],
    "ops.adaptive_average_pool": [case(LINE, 2), case(IMAGE, (2, 3)), case(VOLUME, (2, 3, 1), "channels_first")],
}
