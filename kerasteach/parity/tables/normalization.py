"""Normalization layers and ops. (Keras's Torch kernel refuses one axis in the middle; tests/test_normalization.py has it.)"""

from ..case import case, floats, on, truths

BATCH = (4, 5, 3)
PICTURE = (2, 4, 4, 6)
_WITHOUT_FILE = ("forward", "gradient", "config")

CASES = {
    "layers.BatchNormalization": [
        case(on((6, 4))),
        case(on((6, 4), training=True), checks=_WITHOUT_FILE),
        case(on(BATCH, training=True), momentum=0.8, epsilon=0.01, checks=_WITHOUT_FILE),
        case(on(PICTURE, training=True), axis=1, center=False, checks=_WITHOUT_FILE),
        case(on(PICTURE, training=True), scale=False, beta_initializer="ones", checks=_WITHOUT_FILE),
        case(on(PICTURE), axis=-1, moving_mean_initializer="ones", moving_variance_initializer="zeros"),
        case(on((6, 4), training=True), gamma_regularizer="l2", beta_constraint="non_neg", trainable=False, checks=_WITHOUT_FILE),
        case(on(BATCH, mask=truths((4, 5), 0.7), training=True), checks=("forward", "gradient"), tolerance=1e-4),
    ],
    "layers.LayerNormalization": [
        case(on((6, 4))),
        case(on(PICTURE), axis=[3, 1]),
        case(on(BATCH), axis=[1, 2], epsilon=0.1),
        case(on(PICTURE), axis=(1, 3), center=False, gamma_initializer="he_normal"),
        case(on(BATCH), scale=False, beta_regularizer="l2", gamma_constraint="unit_norm"),
        case(on(BATCH), rms_scaling=True),
    ],
    "layers.GroupNormalization": [
        case(on(PICTURE), 3),
        case(on(PICTURE), groups=1, center=False),
        case(on(PICTURE), groups=2, axis=1, epsilon=0.1, gamma_regularizer="l2"),
        case(on((3, 4, 8)), groups=4, scale=False),
        case(on((3, 8)), groups=2),
        case(on((3, 4, 8)), groups=-1),
    ],
    "layers.RMSNormalization": [
        case(on((6, 4))),
        case(on(BATCH), axis=[1, 2], epsilon=0.1),
    ],
    "layers.UnitNormalization": [case(on((6, 4))), case(on(BATCH), axis=1), case(on(BATCH), axis=[1, 2])],
    "layers.SpectralNormalization": [
        case(on((6, 4)), lambda keras: keras.layers.Dense(3)),
        case(on((6, 4), training=True), lambda keras: keras.layers.Dense(3, "relu"), power_iterations=3, checks=_WITHOUT_FILE),
        case(on(PICTURE, training=True), lambda keras: keras.layers.Conv2D(2, 3), checks=_WITHOUT_FILE),
    ],
    "ops.batch_normalization": [
        case(on((4, 3), (3,), floats((3,), 0.5, 2)), -1),
        case(on((4, 3, 2), (3,), floats((3,), 0.5, 2)), axis=1, offset=[0.1, 0.2, 0.3], scale=[1.0, 2.0, 3.0], epsilon=0.1),
    ],
    "ops.layer_normalization": [
        case(on((4, 3))),
        case(on((4, 3), (3,), (3,)), epsilon=0.1),
        case(on((4, 3, 2, 5), (3, 5), (3, 5)), axis=[1, 3]),
        case(on((4, 3, 2), (3, 2)), axis=[1, 2]),
    ],
    "ops.rms_normalization": [case(on((4, 3))), case(on((4, 3), (3,)))],
    "ops.normalize": [
        case(on((4, 3))), case(on((4, 3)), axis=0), case(on((4, 3)), order=1), case(on((4, 3)), order=3, epsilon=0.1),
        case(on((4, 3, 2)), axis=(1, 2)),
    ],
    "ops.moments": [case(on((4, 3)), [0]), case(on((4, 3, 2)), axes=(0, 2), keepdims=True)],
}  # fmt: skip
