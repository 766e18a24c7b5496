"""`python -m kerasteach verify`: every row of the op table, proved.

For each example of each row: the NumPy forward against Torch's; each VJP against
central differences in float64 and against Torch's autograd; the shape rule against
the shape that came out; float32 in, float32 out. A composite is proved the same
way, through its definition. Nothing here knows any op by name: a new row is proved
because it is in the table.
"""

import argparse

import numpy as np

from .. import backend, ops, tree
from ..backend import KerasTensor, Tape
from ..ops import OPS, Composite, Op
from ..progress import watched

CHECKS = ("forward", "differences", "autograd", "shape", "float32")
_STEP = 1e-6  # of the central differences
_TOLERANCE = {"forward": 1e-9, "differences": 2e-6, "autograd": 1e-8}


def verify(names=None, with_torch=True):
    """Prove ops and return what was found.

    Args:
        names: names of ops; all by default.
        with_torch: whether to compare with Torch; if False, those checks say "-".

    Returns:
        A list of dicts, one per op: `op`, `kind`, `cases`, and per check "ok", "-" (does not
        apply) or what was missed.

    >>> [found] = verify(["multiply"], with_torch=False)
    >>> found["differences"], found["cases"]
    ('ok', 5)
    """
    return [_verify_op(OPS[name], with_torch) for name in watched(names or OPS, "verifying", "ops")]


def _verify_op(op, with_torch):
    examples = op.example(np.random.default_rng(0))
    found = {"op": op.name, "kind": "row" if isinstance(op, Op) else "composite", "cases": len(examples)}
    found |= dict.fromkeys(CHECKS, "-")
    for inputs, params in examples:
        try:
            outcomes = _verify_case(op, inputs, params, with_torch)
        except Exception as error:  # a broken row is a finding; the others still get proved
            outcomes = {"forward": f"raised {type(error).__name__}: {error}"}
        for check, outcome in outcomes.items():
            if found[check] in ("-", "ok"):
                found[check] = outcome
    return found


def _verify_case(op, inputs, params, with_torch):
    outcome = {}
    y, grads, g = _run_numpy(op, inputs, params)
    with np.errstate(all="ignore"):
        differences = _central_differences(op, inputs, params, g) if grads else {}
    for i, expected in differences.items():
        _note(outcome, "differences", grads.get(i), expected, f"gradient of input {i}")
    if with_torch:
        expected, autograd = _run_torch(op, inputs, params, g, grads)
        _note(outcome, "forward", y, expected, "output")
        for i, grad in autograd.items():
            _note(outcome, "autograd", grads.get(i), grad, f"gradient of input {i}")
    outcome["shape"] = _check_shape(op, inputs, params, y)
    outcome["float32"] = _check_float32(op, inputs, params)
    return outcome


def _note(outcome, check, got, expected, what):
    """Compare two arrays; keep the first miss."""
    if outcome.get(check, "ok") != "ok":
        return
    got, expected = np.asarray(got), np.asarray(expected)
    if got.shape != expected.shape:
        outcome[check] = f"{what}: shape {got.shape}, expected {expected.shape}"
        return
    wide = [a.astype("float64") if a.dtype.kind != "b" else a for a in (got, expected)]
    far = np.max(np.abs(wide[0] - wide[1]) / (1 + np.abs(wide[1])), initial=0.0) if wide[0].dtype.kind == "f" else float((got != expected).any())
    outcome[check] = "ok" if far <= _TOLERANCE[check] else f"{what}: off by {far:.1e}"


def _is_followed(op, i, value):
    """Whether an input is a float array that the row claims a gradient for."""
    if not (isinstance(value, np.ndarray) and value.dtype.kind == "f"):
        return False
    return isinstance(op, Composite) or op.variadic or op.vjps[i] is not None


def _run_numpy(op, inputs, params):
    """Output, gradients by input number, and the output gradient used."""
    with Tape() as tape:
        followed = [tape.watch(x) if _is_followed(op, i, x) else x for i, x in enumerate(inputs)]
        out = _apply(op, followed, params)
    y = backend.to_numpy(out)
    g = np.cos(np.arange(y.size, dtype="float64")).reshape(y.shape)  # any fixed weights will do
    return y, _gradients(op, inputs, params, g) if isinstance(out, backend.Tensor) else {}, g


def _gradients(op, inputs, params, g):
    """The tape's gradients of `sum(g * op(inputs))`, by input number."""
    with Tape() as tape:
        followed = [tape.watch(x) if _is_followed(op, i, x) else x for i, x in enumerate(inputs)]
        out = _apply(op, followed, params)
        total = ops.sum(out * g) if isinstance(out, backend.Tensor) else None
    if total is None:
        return {}
    numbers = [i for i, x in enumerate(followed) if isinstance(x, backend.Tensor)]
    grads = tape.gradient(total, [followed[i] for i in numbers])
    return {i: np.zeros_like(inputs[i]) if d is None else d for i, d in zip(numbers, grads)}


def _apply(op, inputs, params):
    out = op(list(inputs), **params) if op.variadic else op(*inputs, **params)
    if not tree.is_nested(out):
        return out
    return ops.concatenate([ops.reshape(part, (-1,)) for part in tree.flatten(out)])  # several outputs as one vector


def _central_differences(op, inputs, params, g):
    """Gradient of `sum(g * op(inputs))` by nudging every element up and down."""
    grads = {}
    for i, x in enumerate(inputs):
        if not _is_followed(op, i, x) or op.name in ("stop_gradient",):
            continue
        grads[i] = np.zeros_like(x)
        for index in np.ndindex(x.shape):
            sides = []
            for step in (_STEP, -_STEP):
                moved = [np.array(v) if j == i else v for j, v in enumerate(inputs)]
                moved[i][index] += step
                sides.append(np.sum(g * backend.to_numpy(_apply(op, moved, params))))
            grads[i][index] = (sides[0] - sides[1]) / (2 * _STEP)
    return grads


def _run_torch(op, inputs, params, g, grads):
    """Torch's output, and its gradients for the inputs that got one here."""
    home = backend.get("torch")
    tensors = [home.leaf(x, i in grads) if isinstance(x, np.ndarray) else x for i, x in enumerate(inputs)]
    out = _apply(op, tensors, params)
    found = home.gradients_of(out, g, [tensors[i] for i in grads]) if grads else []
    return backend.to_numpy(out), dict(zip(grads, found))


def _check_shape(op, inputs, params, y):
    """Whether the shape rule says what came out."""
    symbols = [KerasTensor(x.shape, x.dtype.name) if isinstance(x, np.ndarray) else x for x in inputs]
    for symbol in symbols:
        if isinstance(symbol, KerasTensor):
            symbol._keras_history = _HISTORY
    said = _apply(op, symbols, params)
    same_kind = np.dtype(said.dtype).kind == y.dtype.kind or y.dtype.kind in "iu"
    fits = len(said.shape) == y.ndim and all(n in (None, m) for n, m in zip(said.shape, y.shape))
    return "ok" if fits and same_kind else f"rule says {said.shape} {said.dtype}, got {y.shape} {y.dtype.name}"


class _Nowhere:
    """Stands for the maker of symbols that no layer made."""

    name, _outbound_nodes = "example", []


_HISTORY = backend.symbolic.KerasHistory(_Nowhere, 0, 0)


def _check_float32(op, inputs, params):
    """Whether float32 inputs give no float64, forwards and backwards."""
    if "float64" in [value for value in params.values() if isinstance(value, str)]:
        return "-"
    narrow = [x.astype("float32") if isinstance(x, np.ndarray) and x.dtype.kind == "f" else x for x in inputs]
    y = backend.to_numpy(_apply(op, narrow, params))
    if y.dtype == np.float64:
        return "float32 became float64"
    grads = _gradients(op, narrow, params, np.ones_like(y)) if y.dtype.kind == "f" else {}
    wide = [i for i, g in grads.items() if g.dtype == np.float64]
    return f"gradient of input {wide[0]} became float64" if wide else "ok"


def table(found):
    """Return the results as text, one line an op.

    >>> print(table(verify(["add"], with_torch=False)))  # doctest: +NORMALIZE_WHITESPACE
    op   kind  cases  forward  differences  autograd  shape  float32
    add  row   5      -        ok           -         ok     ok
    """
    headers = ["op", "kind", "cases", *CHECKS]
    rows = [headers, *[[str(f[h]) for h in headers] for f in found]]
    widths = [max(len(r[i]) for r in rows) for i in range(len(headers))]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(r, widths)).rstrip() for r in rows)


def missed(found):
    """Return the ops with a check that is neither "ok" nor "-"."""
    return [f["op"] for f in found if any(f[check] not in ("ok", "-") for check in CHECKS)]


def main(argv=None):
    """Run from the command line; return 0 if all is proved, 1 if not."""
    parser = argparse.ArgumentParser(prog="python -m kerasteach verify", description="Prove every op of the table.")
    parser.add_argument("ops", nargs="*", help="names of ops; all by default")
    parser.add_argument("--without-torch", action="store_true", help="leave out the comparison with Torch")
    options = parser.parse_args(argv)
    unknown = [name for name in options.ops if name not in OPS]
    if unknown:
        parser.error(f"no such op: {', '.join(unknown)}. Known: {', '.join(OPS)}")
    found = verify(options.ops, with_torch=not options.without_torch)
    print(table(found))
    wrong = missed(found)
    cases = sum(f["cases"] for f in found)
    print(f"\n{len(found) - len(wrong)} of {len(found)} ops proved on {cases} cases" + (f"; missed: {', '.join(wrong)}" if wrong else ""))
    return 1 if wrong else 0
