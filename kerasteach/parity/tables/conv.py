"""Convolutions, as layers and as ops."""

from ..case import case, on

LINE, IMAGE, VOLUME = on((2, 9, 4)), on((2, 7, 8, 4)), on((2, 5, 4, 6, 2))
FIRST = {"data_format": "channels_first"}

CASES = {
    "layers.Conv1D": [
        case(LINE, 3, 2),
        case(LINE, 4, 3, strides=2, padding="same", activation="relu", use_bias=False),
        case(LINE, 4, 3, padding="causal", dilation_rate=2),
        case(LINE, 4, 3, padding="causal", strides=2, groups=2),
        case(LINE, 6, 2, dilation_rate=3, kernel_regularizer="l2", bias_constraint="non_neg"),
        case(on((2, 4, 9)), 3, 2, padding="causal", **FIRST),
    ],
    "layers.Conv2D": [
        case(IMAGE, 3, 3),
        case(IMAGE, 4, (2, 3), strides=(2, 1), padding="same", activation="tanh", kernel_initializer="he_normal"),
        case(IMAGE, 4, 4, strides=3, padding="same"),
        case(IMAGE, 6, 3, padding="SAME", dilation_rate=(1, 2), groups=2),
        case(on((2, 4, 6, 7)), 4, 3, strides=2, padding="same", groups=4, **FIRST),
        case(on((2, 4, 6, 7)), 2, (2, 3), dilation_rate=2, activity_regularizer="l2", **FIRST),
        case(on((2, 7, 8, 1)), 5, 1),
    ],
    "layers.Conv3D": [
        case(VOLUME, 3, 2),
        case(VOLUME, 2, (2, 3, 1), strides=(1, 2, 2), padding="same", groups=2),
        case(on((2, 2, 4, 5, 4)), 3, 2, dilation_rate=(1, 2, 1), use_bias=False, **FIRST),
    ],
    "layers.Conv1DTranspose": [
        case(LINE, 3, 3),
        case(LINE, 3, 2, strides=3, activation="relu"),
        case(LINE, 3, 3, strides=2, padding="same"),
        case(LINE, 2, 4, strides=3, padding="same", output_padding=1),
        case(LINE, 2, 3, dilation_rate=2, padding="same", use_bias=False),
        case(on((2, 4, 5)), 2, 3, strides=2, output_padding=1, **FIRST),
    ],
    "layers.Conv2DTranspose": [
        case(IMAGE, 3, 3),
        case(IMAGE, 3, (2, 3), strides=(3, 2), padding="same"),
        case(IMAGE, 2, (3, 2), strides=2, output_padding=(1, 0), padding="same"),
        case(IMAGE, 2, 2, dilation_rate=(2, 1), kernel_regularizer="l2"),
        case(on((2, 4, 3, 5)), 2, 3, strides=2, padding="same", **FIRST),
    ],
    "layers.Conv3DTranspose": [
        case(on((2, 3, 2, 3, 2)), 3, 2, strides=2),
        case(on((2, 3, 2, 3, 2)), 2, (3, 2, 1), strides=(2, 1, 3), padding="same"),
        case(on((2, 2, 3, 2, 3)), 2, 3, 2, "same", "channels_first", 1),
    ],
    "layers.DepthwiseConv1D": [
        case(LINE, 3),
        case(LINE, 2, strides=2, padding="same", depth_multiplier=3, activation="relu"),
        case(on((2, 4, 9)), 3, dilation_rate=2, use_bias=False, depthwise_regularizer="l2", **FIRST),
    ],
    "layers.DepthwiseConv2D": [
        case(IMAGE, 3),
        case(IMAGE, (2, 3), strides=2, padding="same", depth_multiplier=2, depthwise_constraint="max_norm"),
        case(on((2, 4, 6, 7)), 3, dilation_rate=2, depth_multiplier=2, **FIRST),
    ],
    "layers.SeparableConv1D": [
        case(LINE, 5, 3),
        case(LINE, 2, 2, strides=2, padding="same", depth_multiplier=3, activation="relu"),
        case(on((2, 4, 9)), 3, 3, dilation_rate=2, pointwise_regularizer="l2", use_bias=False, **FIRST),
    ],
    "layers.SeparableConv2D": [
        case(IMAGE, 5, 3),
        case(IMAGE, 2, (2, 3), strides=2, padding="same", depth_multiplier=2, pointwise_initializer="he_normal"),
        case(on((2, 4, 6, 7)), 3, 3, dilation_rate=(2, 1), depthwise_constraint="max_norm", **FIRST),
    ],
    "layers.Convolution1D": [case(LINE, 3, 2)],
    "layers.Convolution2D": [case(IMAGE, 3, 2)],
    "layers.Convolution3D": [case(VOLUME, 3, 2)],
    "layers.Convolution1DTranspose": [case(LINE, 3, 2)],
    "layers.Convolution2DTranspose": [case(IMAGE, 3, 2)],
    "layers.Convolution3DTranspose": [case(VOLUME, 3, 2)],
    "layers.SeparableConvolution1D": [case(LINE, 3, 2)],
    "layers.SeparableConvolution2D": [case(IMAGE, 3, 2)],
    "ops.conv": [
        case(on((2, 9, 4), (3, 4, 5))),
        case(on((2, 7, 8, 4), (3, 2, 2, 6)), (2, 1), "same"),
        case(on((2, 4, 7, 8), (3, 3, 4, 2)), dilation_rate=2, **FIRST),
        case(on((2, 5, 4, 6, 2), (2, 2, 2, 2, 3)), strides=2, padding="SAME"),
    ],
    "ops.conv_transpose": [
        case(on((2, 5, 4), (3, 2, 4))),
        case(on((2, 3, 4, 4), (3, 2, 5, 4)), (2, 3), "same"),
        case(on((2, 4, 3, 3), (3, 3, 2, 4)), 2, output_padding=1, **FIRST),
        case(on((2, 3, 4, 2), (4, 5, 3, 2)), 2, "same", dilation_rate=2),
    ],
    "ops.depthwise_conv": [
        case(on((2, 9, 4), (3, 4, 2))),
        case(on((2, 7, 8, 4), (3, 2, 4, 1)), 2, "same"),
        case(on((2, 4, 7, 8), (3, 2, 4, 3)), dilation_rate=2, **FIRST),
    ],
    "ops.separable_conv": [
        case(on((2, 9, 4), (3, 4, 2), (1, 8, 5))),
        case(on((2, 7, 8, 4), (3, 2, 4, 1), (1, 1, 4, 3)), 2, "same"),
        case(on((2, 4, 7, 8), (3, 2, 4, 1), (1, 1, 4, 3)), dilation_rate=2, **FIRST),
    ],
    "ops.unfold": [
        case(on((2, 3, 6, 5)), 2),
        case(on((2, 3, 6, 5)), (3, 2), dilation=(1, 2), padding=(1, 0), stride=(2, 1)),
    ],
    "ops.fold": [
        case(on((2, 12, 20)), (6, 5), 2),
        case(on((2, 18, 9)), (6, 5), (3, 2), dilation=(1, 2), padding=(1, 0), stride=(2, 1)),
    ],
}  # fmt: skip
