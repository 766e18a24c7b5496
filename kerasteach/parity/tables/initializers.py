"""Initializers: the same mean and spread, or the same numbers where nothing is drawn; seeds are our own."""

import numpy as np

from ..case import case, on

KERNEL, WINDOW, VECTOR = on((60, 50)), on((3, 3, 16, 20)), on((2000,))
SCALED = [case(KERNEL), case(WINDOW, seed=3), case(VECTOR), case(on((20, 10, 30)), 1, [0], [1, 2]), case(on((40, 50), "float16"))]

CASES = {
    **{f"initializers.{side}{shape}": SCALED for side in ("Glorot", "He", "Lecun") for shape in ("Normal", "Uniform")},
    "initializers.VarianceScaling": [
        *(case(KERNEL, 2.0, mode) for mode in ("fan_in", "fan_out", "fan_avg")), case(WINDOW, 1.0, "fan_avg", "uniform"),
        case(KERNEL, distribution="untruncated_normal"), case(KERNEL, distribution="normal", seed=1),
    ],
    "initializers.RandomNormal": [case(KERNEL), case(WINDOW, 1.0, 0.5, 7)],
    "initializers.RandomUniform": [case(KERNEL), case(WINDOW, 1.0, 1.5, 7)],
    "initializers.TruncatedNormal": [case(KERNEL), case(WINDOW, 1.0, 0.5, 7)],
    "initializers.Orthogonal": [case(KERNEL), case(on((50, 60)), gain=2.0, seed=1), case(WINDOW)],
    "initializers.STFT": [
        case(on((8, 1, 5))), case(on((8, 1, 9)), "imag", "hamming", "spectrum", True), case(on((6, 1, 5)), window=None),
        case(on((6, 1, 5), "float64"), "imag", "blackman", None), case(on((4, 1, 5)), "real", np.array([0.5, 1.0, 1.0, 0.5])),
    ],
    "initializers.Constant": [case(on((3, 4)), 2.5), case(on((3, 4), "int32"), 2), case(on((3, 4)), np.arange(4.0))],
    "initializers.Zeros": [case(on((3, 4))), case(on((), "int32"))],
    "initializers.Ones": [case(on((3, 4))), case(on((2,), "bool")), case(on((2,), dtype="float64"))],
    "initializers.Identity": [case(on((3, 4))), case(on((4, 4), dtype="float16"), 2.0, checks=("forward",))],
}  # fmt: skip
