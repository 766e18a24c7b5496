"""Every row, written out in a program, gives the value and the gradients that the tape gives."""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach import ops
from kerasteach.backend.program import NotStatic

HOME = keras.backend.get("numpy")


def is_float(x):
    return isinstance(x, np.ndarray) and x.dtype.kind == "f"


def weighted(outputs, weights):
    """A number of all float outputs: each element times a weight of its own."""
    total = 0.0
    for i, y in enumerate(outputs if isinstance(outputs, (list, tuple)) else [outputs]):
        if "float" in keras.backend.dtype_name(y.dtype):
            w = weights.setdefault(i, np.random.default_rng(i).normal(size=tuple(y.shape)).astype("float32"))
            total = ops.add(total, ops.sum(ops.multiply(y, w)))
    return total


@pytest.mark.parametrize("name", [name for name, op in ops.OPS.items() if getattr(op, "differentiable", False)])
def test_a_row_in_a_program_is_the_row_on_the_tape(name):
    op = ops.OPS[name]
    for inputs, params in op.example(np.random.default_rng(0)):
        made = [keras.Variable(x.astype("float32")) if is_float(x) else x for x in inputs]
        variables, weights = [x for x in made if isinstance(x, keras.Variable)], {}

        def loss(made=made, params=params, variables=variables, weights=weights):
            total = weighted(op(made, **params) if op.variadic else op(*made, **params), weights)
            for v in variables:  # a second gradient for each, the same at every step
                total = ops.add(total, ops.sum(v))
            return total

        with np.errstate(all="ignore"):
            value, _, taped = HOME.value_and_gradients(lambda loss=loss: (loss(), None), variables)
            try:
                program = HOME.program(lambda _, loss=loss: [loss()], [((1,), "float32")], variables)
            except NotStatic:
                continue
            [written], gradients = program([np.ones(1, "float32")])
        np.testing.assert_allclose(written, value, rtol=1e-4, atol=1e-4)
        for a, b in zip(taped, gradients, strict=True):
            assert a.shape == b.shape, (name, params)
            np.testing.assert_allclose(b, a, rtol=1e-3, atol=1e-4, err_msg=f"{name} {params}")
