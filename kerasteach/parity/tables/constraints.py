"""Constraints."""

import numpy as np

from ..case import case, on

MATRIX, KERNEL, NOTHING = on((5, 4)), on((3, 3, 2, 4)), on(np.zeros((3, 2), "float32"))

CASES = {
    "constraints.NonNeg": [case(MATRIX), case(KERNEL)],
    "constraints.MaxNorm": [case(MATRIX), case(MATRIX, 0.5, 1), case(KERNEL, 1.0, [0, 1, 2]), case(NOTHING)],
    "constraints.UnitNorm": [case(MATRIX), case(MATRIX, axis=1), case(KERNEL, [0, 1, 2]), case(NOTHING)],
    "constraints.MinMaxNorm": [
        case(MATRIX), case(MATRIX, 0.5, 1.5, 0.3, 1), case(KERNEL, 1.0, 2.0, axis=[0, 1, 2]), case(NOTHING, 1.0),
    ],
}  # fmt: skip
