"""Layers that move, repeat, add or take away elements."""

from ..case import case, on

LINE, IMAGE, VOLUME = on((2, 9, 3)), on((2, 7, 8, 3)), on((2, 5, 4, 6, 2))
FIRST = {"data_format": "channels_first"}

CASES = {
    "layers.Flatten": [case(IMAGE), case(IMAGE, **FIRST), case(on((4, 3))), case(on((4,))), case(VOLUME, "channels_first")],
    "layers.Reshape": [case(LINE, (27,)), case(LINE, (3, -1)), case(LINE, (-1,)), case(IMAGE, (7, 2, 4, 3)), case(on((4,)), (1, 1))],
    "layers.Permute": [case(LINE, (2, 1)), case(IMAGE, (3, 1, 2)), case(VOLUME, [4, 2, 1, 3])],
    "layers.RepeatVector": [case(on((4, 3)), 5), case(on((4, 3)), 1)],
    "layers.Cropping1D": [case(LINE), case(LINE, 2), case(LINE, (0, 3)), case(LINE, (2, 0))],
    "layers.Cropping2D": [
        case(IMAGE), case(IMAGE, 2), case(IMAGE, (1, 2)), case(IMAGE, ((0, 1), (2, 0))), case(IMAGE, ((1, 2), (0, 1)), **FIRST),
    ],
    "layers.Cropping3D": [
        case(VOLUME), case(VOLUME, 1), case(VOLUME, (2, 1, 0)), case(VOLUME, ((0, 1), (2, 0), (1, 1))),
        case(VOLUME, ((0, 1), (2, 0), (1, 0)), **FIRST),
    ],
    "layers.ZeroPadding1D": [case(LINE), case(LINE, (0, 2)), case(LINE, 2, "channels_first")],
    "layers.ZeroPadding2D": [case(IMAGE), case(IMAGE, 2), case(IMAGE, (0, 2)), case(IMAGE, ((1, 0), (2, 3)), **FIRST)],
    "layers.ZeroPadding3D": [case(VOLUME), case(VOLUME, 2), case(VOLUME, (0, 2, 1)), case(VOLUME, ((1, 0), (2, 3), (0, 0)), **FIRST)],
    "layers.UpSampling1D": [case(LINE), case(LINE, 3)],
    "layers.UpSampling2D": [
        case(IMAGE), case(IMAGE, (1, 3)), case(IMAGE, 2, **FIRST), case(IMAGE, (2, 3), interpolation="bilinear"),
        case(IMAGE, (4, 1), interpolation="bilinear", **FIRST), case(IMAGE, (2, 3), interpolation="BICUBIC"),
    ],
    "layers.UpSampling3D": [case(VOLUME), case(VOLUME, (1, 2, 3)), case(VOLUME, 2, **FIRST)],
}  # fmt: skip
