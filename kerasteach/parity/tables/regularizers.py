"""Regularizers."""

from ..case import case, on

MATRIX, KERNEL = on((5, 4)), on((3, 3, 2, 4))

CASES = {
    "regularizers.L1": [case(MATRIX), case(KERNEL, 0.5), case(MATRIX, None)],
    "regularizers.L2": [case(MATRIX), case(KERNEL, 0.5), case(MATRIX, None)],
    "regularizers.L1L2": [case(MATRIX), case(KERNEL, 0.5, 0.25), case(MATRIX, l1=1), case(MATRIX, None, l2=0.5)],
    "regularizers.OrthogonalRegularizer": [case(MATRIX), case(MATRIX, 0.5, "columns"), case(on((2, 6)), mode="rows")],
}
