"""Rules made plain for known shapes: what is decided beforehand, and what is left to the step."""

import ast

import numpy as np
import pytest

from kerasteach.backend.folding import UNKNOWN, Array, Folder
from kerasteach.ops.reduce import spread, unreduce


def folded(expression, **values):
    """An expression with what is known put in, as text."""
    helpers = {"np": np, "spread": spread, "unreduce": unreduce, "len": len}
    node, _ = Folder(values, helpers).fold(ast.parse(expression, mode="eval").body)
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and hasattr(part.value, "value"):
            part.value = part.value.value
    return ast.unparse(node)


X, Y, WIDE = Array((4, 3), "float32"), Array((3, 2), "float32"), Array((4, 1), "float32")


@pytest.mark.parametrize(
    "expression, plain",
    [
        ("x @ y.T if y.shape[1] > 1 else x * y.T", "x @ y.T"),
        ("x * 2 if x.ndim == 1 else x * 3", "x * 3"),
        ("x.sum(axis=-1) / x.shape[-1]", "x.sum(axis=-1) / 3"),
        ("np.asarray(x).sum()", "x.sum()"),
        ("spread(x, x)", "x"),
        ("spread(w, x)", "w + np.zeros((4, 3), dtype('float32'))"),
        ("x if n is None else n", "x"),
        ("x[:x.shape[0] // 2]", "x[:2]"),
        ("1 - 2 * 0.25", "0.5"),
        ("x.size == 12 and x.dtype == 'float32'", "True"),
    ],
)
def test_what_shapes_say_is_decided(expression, plain):
    assert folded(expression, x=X, y=Y, w=WIDE, n=None) == plain


@pytest.mark.parametrize(
    "expression",
    ["x @ y if x.sum() > 0 else x", "u * 2", "u.shape[0] + 1", "[a * 2 for a in u]", "x[u]", "np.reshape(u, (2, 3))"],
)
def test_what_only_numbers_say_is_left_alone(expression):
    assert folded(expression, x=X, y=Y, u=UNKNOWN) == expression
