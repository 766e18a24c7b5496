"""Pictures: ops on them, and the layers that make them ready."""

import numpy as np

from ..case import Draw, case, floats, ints, on

ONE, SOME, FIRST_IMAGE = on((7, 6, 3)), on((2, 7, 6, 3)), on((2, 3, 7, 6))
BYTES = on(ints((2, 7, 6, 3), 256, dtype="uint8"))
COLOURS, COLOURS_FIRST = on(floats((2, 5, 4, 3), 0, 1)), on(floats((2, 3, 5, 4), 0, 1))
FIRST = {"data_format": "channels_first"}
LAST = {"data_format": "channels_last"}  # Keras does not look the default up in these ops

# Eight numbers each: turned and moved a little; upside down.
TURNS = np.array([[0.9, -0.3, 0.4, 0.3, 0.9, -0.6, 0, 0], [-1.1, 0.02, 5.3, 0.1, -0.9, 5.2, 0, 0]], "float32")
CORNERS = np.array([[0, 0], [5, 0], [0, 6], [5, 6]], "float32")
SEEN = np.array([[0.5, 0.2], [4.4, 0.6], [0.1, 5.7], [5.3, 5.1]], "float32")


def _turned(images, transform=TURNS):
    """Pictures and how they are turned; drawn anew each time, for Keras's Torch writes into the numbers it is given."""
    return on(*images.args, transform=Draw(lambda rng: transform.copy()))


def _few(rng):
    """Colours of few kinds, so that many are equal, or grey."""
    return rng.integers(0, 3, (9, 9, 3)).astype("float32") / 2


def _scaled(images, scale=(0.6, 1.7), translation=(0.3, -0.8)):
    """Pictures, and how they are stretched and moved."""
    return on(*images.args, scale=np.array(scale, "float32"), translation=np.array(translation, "float32"))


MODES = ("constant", "nearest", "wrap", "mirror", "reflect")

CASES = {
    "ops.image.resize": [
        *[case(SOME, (9, 4), interpolation=way, antialias=a) for way in ("nearest", "bilinear", "bicubic") for a in (False, True)],
        *[case(BYTES, (14, 12), interpolation=way, checks=("forward",)) for way in ("nearest", "bilinear", "bicubic")],
        case(ONE, (14, 3)), case(FIRST_IMAGE, (3, 3), **FIRST), case(SOME, [7, 6]),
        case(SOME, (4, 9), crop_to_aspect_ratio=True), case(FIRST_IMAGE, (9, 4), crop_to_aspect_ratio=True, **FIRST),
        case(SOME, (4, 9), pad_to_aspect_ratio=True), case(ONE, (9, 2), pad_to_aspect_ratio=True, fill_value=0.5),
    ],
    "ops.image.affine_transform": [
        *[case(_turned(SOME), fill_mode=mode) for mode in MODES],
        *[case(_turned(SOME), interpolation="nearest", fill_mode=mode) for mode in MODES],
        case(_turned(BYTES), fill_value=7, checks=("forward",)), case(_turned(FIRST_IMAGE), fill_value=0.5, **FIRST),
        case(_turned(ONE, TURNS[0])),
    ],
    "ops.image.perspective_transform": [
        case(on((7, 6, 3), CORNERS, SEEN)), case(on((1, 3, 7, 6), CORNERS[None], SEEN[None]), fill_value=0.5, **FIRST),
        case(on((2, 7, 6, 3), np.stack([CORNERS, SEEN]), np.stack([SEEN, CORNERS])), interpolation="nearest", checks=("forward",)),
    ],
    "ops.image.map_coordinates": [
        *[case(on((4, 5), floats((2, 3, 6), -7, 9)), order, fill_mode=mode) for order in (0, 1) for mode in MODES],
        case(on((6,), [floats((4,), -1, 6)]), 1, fill_value=2.5), case(on(ints((4, 5), 99), floats((2, 6), -1, 5)), 1, checks=("forward",)),
        case(on((3, 4, 2), floats((3, 7), -1, 4)), order=1, fill_mode="reflect"),
    ],
    "ops.image.pad_images": [
        case(SOME, 1, 2, 3, 0), case(ONE, 1, 2, target_height=9, target_width=8),
        case(FIRST_IMAGE, bottom_padding=1, right_padding=2, target_height=9, target_width=8, **FIRST),
    ],
    "ops.image.crop_images": [
        case(SOME, 1, 2, 3, 0), case(ONE, 1, 2, target_height=4, target_width=3),
        case(FIRST_IMAGE, bottom_cropping=1, right_cropping=2, target_height=4, target_width=3, **FIRST),
    ],
    "ops.image.extract_patches": [
        case(SOME, 3), case(SOME, (2, 3), strides=1), case(ONE, (3, 2), padding="same"), case(SOME, 2, dilation_rate=2, strides=1),
        case(FIRST_IMAGE, (3, 2), strides=(1, 2), **FIRST), case(on((1, 4, 5, 6, 2)), (2, 2, 3)),
    ],
    "ops.image.extract_patches_3d": [case(on((1, 4, 5, 6, 2)), 2), case(on((2, 4, 5, 6)), (1, 2, 3), strides=1, **FIRST)],
    "ops.image.rgb_to_grayscale": [case(SOME), case(ONE), case(FIRST_IMAGE, **FIRST), case(on((2, 3, 4, 1))), case(BYTES, checks=("forward",))],
    "ops.image.rgb_to_hsv": [case(COLOURS), case(COLOURS_FIRST, **FIRST), case(on(Draw(_few)), checks=("forward",))],
    "ops.image.hsv_to_rgb": [case(COLOURS), case(COLOURS_FIRST, **FIRST), case(SOME)],
    "ops.image.gaussian_blur": [
        case(SOME, **LAST), case(ONE, (5, 5), (0.5, 2.0), **LAST), case(FIRST_IMAGE, kernel_size=(3, 3), sigma=(3.0, 0.7), **FIRST),
    ],
    "ops.image.sobel_edges": [case(SOME), case(FIRST_IMAGE, **FIRST)],
    "ops.image.ssim": [
        case(on(floats((2, 12, 13, 3), 0, 1), floats((2, 12, 13, 3), 0, 1))), case(on((5, 6, 1), (5, 6, 1)), max_val=4.0, filter_size=3, filter_sigma=1.0),
        case(on((2, 3, 6, 7), (2, 3, 6, 7)), filter_size=5, k1=0.1, k2=0.2, **FIRST),
    ],
    "ops.image.scale_and_translate": [
        *[case(_scaled(SOME), output_shape=(2, 5, 9, 3), spatial_dims=(1, 2), method=method, antialias=antialias)
          for method in ("linear", "cubic", "lanczos3", "lanczos5") for antialias in (True, False)],
        case(_scaled(on(ints((5, 4), 99)), (1.5, 0.5)), output_shape=(7, 2), spatial_dims=(0, 1), method="bilinear", checks=("forward",)),
    ],
}  # fmt: skip
