"""Ops: each on the examples that prove it, beside Keras."""

import numpy as np

from ... import ops
from ...ops.families import FAMILIES
from ..case import case, on

_MINE = {name for family in ("core", "einops", "linalg", "math", "numpy") for name in FAMILIES[family]}
_MINE |= {"ctc_decode", "multi_hot", "one_hot", "depth_to_space", "space_to_depth", "psnr"}
_MINE -= {
    "tanh",  # stands with the activations
    "empty_like",  # says nothing of its numbers
    "argpartition", "eigh", "svd",  # right in several ways: tests/test_ops_wide.py
    "top_k", "unique",  # Keras's Torch gives int64 where its rule says int32: tests/test_ops_wide.py
    "imag",  # Keras's Torch refuses real numbers
}  # fmt: skip
_KERAS_FAILS = {  # numbers of examples on which Keras's Torch raises, or differs from NumPy and its other backends
    "repeat": {2}, "dot": {2}, "pad": {2}, "cross": {2}, "vdot": {1}, "average": {2},
}  # fmt: skip
_NO_GRADIENT = set(
    """nonzero count_nonzero allclose unravel_index select nanargmax nanargmin in_top_k digitize histogram geomspace cond
    switch scan associative_scan map vectorized_map fori_loop while_loop""".split()
) | {"vander", "scatter_update", "ldexp", "cholesky_inverse"}  # Keras's Torch raises, or leaves elements out


def _narrow(x):
    """float32 and int32, as Keras's numbers are."""
    if isinstance(x, list):
        return [_narrow(part) for part in x]
    narrow = {"float64": "float32", "int64": "int32"}.get(x.dtype.name) if isinstance(x, np.ndarray) else None
    return x.astype(narrow) if narrow else x


def _cases(op):
    """The examples of an op as cases; Keras's Torch refuses some empty arrays."""
    found = []
    flat = op.name in _NO_GRADIENT or (isinstance(op, ops.Op) and not op.differentiable)
    for i, (inputs, params) in enumerate(op.example(np.random.default_rng(0))):
        empty = any(np.size(x) == 0 for x in inputs if isinstance(x, np.ndarray))
        if not empty and i not in _KERAS_FAILS.get(op.name, ()):
            inputs = list(map(_narrow, inputs))
            checks = ("forward",) if flat else None
            found.append(case(on(inputs) if op.variadic else on(*inputs), checks=checks, **params))
    return found


CASES = {f"ops.{name}": _cases(ops.OPS[name]) for name in ops.OPS if name in _MINE}
