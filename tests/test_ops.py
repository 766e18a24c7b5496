"""The op table: every row proved, every shape rule true for any shape, float32 kept."""

import doctest
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerasteach import ops
from kerasteach.backend import KerasTensor, Tape
from kerasteach.explain import verify
from kerasteach.explain.formula import formula
from kerasteach.ops import OPS, Op, examples
from kerasteach.ops.spec import broadcast, same
from kerasteach.ops.table import row

ROWS = [op for op in OPS.values() if isinstance(op, Op)]


@pytest.mark.parametrize("name", list(OPS))
def test_every_op_is_proved(name):
    (found,) = verify.verify([name])
    assert not verify.missed([found]), found


def test_the_command_prints_a_table_and_says_yes():
    run = subprocess.run([sys.executable, "-m", "kerasteach", "verify", "add", "matmul"], capture_output=True, text=True)
    assert run.returncode == 0
    assert run.stdout.splitlines()[0].split() == ["op", "kind", "cases", *verify.CHECKS]
    assert "2 of 2 ops proved" in run.stdout


def test_a_wrong_gradient_is_found(monkeypatch, capsys):
    def forgot_the_two(g, y, x):
        return g * x

    monkeypatch.setattr(OPS["square"], "vjps", (forgot_the_two,))
    assert verify.main(["square"]) == 1
    out = capsys.readouterr().out
    assert "gradient of input 0: off by" in out and "missed: square" in out


def test_a_rule_that_raises_is_a_finding_and_stops_nobody(monkeypatch, capsys):
    def broken(x):
        raise RuntimeError("no")

    monkeypatch.setattr(OPS["exp"], "forward", broken)
    assert verify.main(["exp", "add"]) == 1
    assert "raised RuntimeError: no" in capsys.readouterr().out


def test_a_new_row_is_proved_because_it_is_in_the_table(monkeypatch):
    monkeypatch.setattr("kerasteach.ops.table.OPS", OPS)  # rows land here

    @row(shape=same, example=examples.one())
    class cubed:
        """`x` times itself, twice."""

        def forward(x):
            return x**3

        def vjp_x(g, y, x):
            return 3 * g * x**2

    try:
        (found,) = verify.verify(["cubed"], with_torch=False)
        assert found["differences"] == found["shape"] == found["float32"] == "ok"
        assert repr(formula("cubed")) == "y = x^{3}\n\\bar{x} = 3 \\, \\bar{y} \\, x^{2}"
    finally:
        del OPS["cubed"]


def test_verify_needs_no_torch():
    found = verify.verify(["relu"], with_torch=False)
    assert found[0]["differences"] == "ok" and found[0]["forward"] == found[0]["autograd"] == "-"


@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
def test_docstrings_of_ops_run(op):
    globs = {"np": np, **{name: getattr(ops, name) for name in dir(ops)}}
    test = doctest.DocTestParser().get_doctest(op.__doc__ or "", globs, op.name, None, None)
    assert doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test).failed == 0
    assert op.__doc__, f"{op.name} has no docstring"


@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
def test_every_row_has_a_formula_read_off_its_source(op):
    lines = formula(op).lines
    assert lines["y"]
    assert len(lines) == 1 + sum(vjp is not None for vjp in op.vjps)


def shapes(max_rank=3):
    return st.lists(st.integers(0, 4), max_size=max_rank).map(tuple)


@st.composite
def broadcastable(draw):
    """Two shapes that broadcast: some axes of a common shape become 1 or are left out."""
    full = draw(shapes())

    def part():
        kept = [1 if draw(st.booleans()) else n for n in full]
        return tuple(kept[draw(st.integers(0, len(kept))) :])

    return part(), part()


@given(broadcastable())
@settings(max_examples=60, deadline=None)
def test_broadcasting_rule_agrees_with_numpy(pair):
    assert broadcast(*pair) == np.broadcast_shapes(*pair)


@given(broadcastable(), st.sampled_from(["add", "subtract", "multiply", "divide", "maximum"]))
@settings(max_examples=60, deadline=None)
def test_gradients_have_the_shape_of_their_input(pair, name):
    rng = np.random.default_rng(0)
    with Tape() as tape:
        a, b = (tape.watch(rng.uniform(1, 2, shape)) for shape in pair)
        y = ops.sum(OPS[name](a, b))
    for x, g in zip((a, b), tape.gradient(y, [a, b])):
        assert g.shape == x.shape


@given(st.integers(1, 5), st.integers(1, 5), st.integers(1, 5), st.booleans())
@settings(max_examples=30, deadline=None)
def test_an_open_batch_axis_stays_open(rows, inner, columns, batch_known):
    first = rows if batch_known else None
    x = KerasTensor((first, inner))
    y = OPS["matmul"].spec([x.shape, (inner, columns)], ["float32", "float32"], {})
    assert y == ((first, columns), "float32")


@pytest.mark.parametrize(
    "x, dtype",
    [
        (np.arange(3), "float32"),  # Keras: integers become the default float, NumPy says float64
        (np.arange(3, dtype="float32"), "float32"),
        (np.arange(3, dtype="float64"), "float64"),
        (2, "float32"),
        ([1.0, 2.0], "float32"),
    ],
)
def test_float64_only_comes_out_of_float64(x, dtype):
    assert ops.exp(x).dtype == dtype


def test_an_integer_array_does_not_widen_a_float():
    assert ops.add(np.arange(3), np.ones(3, "float32")).dtype == "float32"
    assert (np.float64(2) * np.ones(1, "float32")).dtype == "float64"  # NumPy's own rule
    assert ops.multiply(np.float64(2), np.ones(1, "float32")).dtype == "float32"


def test_arguments_are_checked_by_name():
    with pytest.raises(TypeError, match=r"add\(x1, x2\) got nothing for: x2"):
        ops.add(1.0)
    with pytest.raises(TypeError, match="unknown: axes"):
        ops.sum([1.0], axes=0)
    assert ops.sum(x=[[1.0, 2.0]], axis=1).tolist() == [3.0]
