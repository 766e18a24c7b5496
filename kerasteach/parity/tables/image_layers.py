"""Layers on pictures; a range of one number leaves nothing to chance. What is drawn: tests/test_image_layers.py."""

from ..case import case, floats, on

SOME, FIRST_IMAGE = on((2, 7, 6, 3)), on((2, 3, 7, 6))
RESTING, TRAINED = on((2, 7, 6, 3), training=False), on((2, 7, 6, 3), training=True)
TRAINED_FIRST = on((2, 3, 7, 6), training=True)
COLOURS = on(floats((2, 5, 4, 3), 0, 1), training=True)
FIRST = {"data_format": "channels_first"}
_BUT_GRADIENT = ("forward", "config", "file")  # Keras's Torch writes into the pictures
FILLS = ("reflect", "wrap", "constant", "nearest")

CASES = {
    "layers.Resizing": [
        case(SOME, 3, 9), case(SOME, 9, 4, "nearest"), case(FIRST_IMAGE, 4, 9, interpolation="bicubic", **FIRST),
        case(SOME, 3, 4, "bicubic", antialias=True), case(SOME, 3, 9, crop_to_aspect_ratio=True),
        case(SOME, 9, 3, pad_to_aspect_ratio=True, fill_value=0.5), case(TRAINED, 3, 3, fill_mode="constant", antialias=True),
    ],
    "layers.CenterCrop": [case(SOME, 4, 3), case(SOME, 3, 6), case(FIRST_IMAGE, 3, 3, "channels_first"), case(SOME, 9, 4), case(FIRST_IMAGE, 8, 9, **FIRST)],
    "layers.RandomFlip": [case(RESTING), case(RESTING, "vertical", seed=1)],
    "layers.RandomCrop": [
        case(RESTING, 3, 4, seed=1), case(TRAINED, 9, 4, seed=2), case(TRAINED_FIRST, 3, 9, seed=2, **FIRST), case(TRAINED, 7, 6, seed=3),
    ],
    "layers.RandomRotation": [
        case(RESTING, 0.2, seed=1), case(TRAINED, 0.0), case(TRAINED_FIRST, (0.25, 0.25), **FIRST),
        *[case(TRAINED, (0.06, 0.06), fill, way, fill_value=0.5) for fill in FILLS for way in ("nearest", "bilinear")],
    ],
    "layers.RandomZoom": [
        case(RESTING, 0.2, 0.1, seed=1), case(TRAINED, (0.3, 0.3)), case(TRAINED_FIRST, (-0.4, -0.4), [0.2, 0.2], **FIRST),
        *[case(TRAINED, (0.4, 0.4), fill_mode=fill, interpolation="nearest", fill_value=0.5) for fill in FILLS],
    ],
    "layers.RandomTranslation": [
        case(RESTING, 0.2, 0.1, seed=1), case(TRAINED, (0.3, 0.3), 0.0), case(TRAINED_FIRST, (-0.4, -0.4), [0.2, 0.2], **FIRST),
        *[case(TRAINED, 0.0, (0.4, 0.4), fill_mode=fill, interpolation="nearest", fill_value=0.5) for fill in FILLS],
    ],
    "layers.RandomShear": [
        case(RESTING, (0.1, 0.2), [0.0, 0.3], seed=1), case(TRAINED, (0.0, 0.0), (0.0, 0.0), "nearest", "constant"),
        case(TRAINED_FIRST, fill_mode="nearest", seed=2, checks=("forward",), **FIRST),  # Keras cannot read its own config
    ],
    "layers.RandomContrast": [case(RESTING, 0.3, seed=1), case(TRAINED, (0.0, 0.0), (-2, 1)), case(TRAINED_FIRST, 0.0, **FIRST)],
    "layers.RandomBrightness": [
        case(RESTING, 0.3, seed=1), case(COLOURS, (0.3, 0.3), (0, 1), checks=_BUT_GRADIENT),
        case(TRAINED, [-0.1, -0.1], value_range=[3, -3], checks=_BUT_GRADIENT), case(TRAINED, 0, checks=_BUT_GRADIENT),
    ],
    "layers.RandomGrayscale": [case(RESTING), case(TRAINED, 1.0), case(TRAINED_FIRST, 1.0, **FIRST), case(TRAINED, 0.0)],
    "layers.RandomInvert": [case(RESTING), case(COLOURS, (1.0, 1.0), (0, 1)), case(TRAINED, (0.0, 0.0), seed=4)],
    "layers.Pipeline": [
        case(SOME, lambda keras: [keras.layers.Rescaling(0.5), keras.layers.CenterCrop(4, 4), keras.layers.Resizing(3, 3)]),
        case(RESTING, lambda keras: [keras.layers.RandomFlip("horizontal"), keras.layers.RandomContrast(0.5)], name="before"),
    ],
}  # fmt: skip
