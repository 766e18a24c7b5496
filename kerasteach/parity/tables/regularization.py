"""Layers that change nothing in inference; what they draw in training is tested in tests/test_regularization.py."""

from ..case import case, on

ANY = (4, 6)

CASES = {
    "layers.Dropout": [
        case(on(ANY), 0.5), case(on(ANY), 0.0, seed=1), case(on((4, 3, 2)), 0.2, noise_shape=(None, 1, 2)),
        case(on(ANY, training=True), 0.0),
    ],
    "layers.SpatialDropout1D": [case(on((4, 3, 2)), 0.5), case(on((4, 3, 2)), 0.5, seed=3, name="drop", dtype="float32")],
    "layers.SpatialDropout2D": [case(on((2, 4, 3, 2)), 0.5), case(on((2, 4, 3, 2)), 0.5, "channels_first", 1)],
    "layers.SpatialDropout3D": [case(on((2, 4, 3, 2, 2)), 0.5), case(on((2, 4, 3, 2, 2)), 0.5, data_format="channels_last")],
    "layers.GaussianDropout": [case(on(ANY), 0.5), case(on(ANY, training=True), 0.0, seed=1)],
    "layers.GaussianNoise": [case(on(ANY), 0.5, seed=2), case(on(ANY, training=True), 0)],
    "layers.AlphaDropout": [case(on(ANY), 0.5), case(on(ANY), 0.1, noise_shape=(4, 1), seed=1), case(on(ANY, training=True), 0.0)],
    "layers.ActivityRegularization": [case(on(ANY)), case(on(ANY), l1=0.1, l2=0.2), case(on(ANY, training=True), 0.3)],
}  # fmt: skip
