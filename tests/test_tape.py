"""The tape: deep chains, no needless work, gradients that add up, and errors that teach."""

import numpy as np
import pytest

from kerasteach import ops
from kerasteach.backend import Tape, Variable, value_and_gradients
from kerasteach.ops import OPS


def test_a_chain_of_100_000_ops_needs_no_recursion():
    with Tape() as tape:
        x = tape.watch(np.array(1.0))
        y = x
        for _ in range(100_000):
            y = y + 1.0
    assert float(y) == 100_001.0
    assert tape.gradient(y, [x])[0] == 1.0


def test_what_needs_no_gradient_is_not_recorded():
    frozen, trained = Variable(np.ones(3), backend="numpy"), Variable(np.ones(3), backend="numpy")
    with Tape([trained]) as tape:
        side = ops.exp(frozen) * 2.0  # leads to nothing we train
        y = ops.sum(trained * side)
    assert [record[0].name for record in tape.records] == ["multiply", "sum"]
    assert tape.gradient(y, [trained, frozen])[1] is None


def test_no_gradient_is_computed_towards_constants(monkeypatch):
    calls = []
    to_x1, to_x2 = OPS["matmul"].vjps

    def count(which, vjp):
        return lambda *args: calls.append(which) or vjp(*args)

    monkeypatch.setattr(OPS["matmul"], "vjps", (count("data", to_x1), count("kernel", to_x2)))
    kernel = Variable(np.ones((3, 2)), backend="numpy")
    value_and_gradients(lambda: (ops.sum(ops.matmul(np.ones((4, 3), "float32"), kernel)), None), [kernel])
    assert calls == ["kernel"]


def test_a_value_used_twice_gets_the_sum_of_both_gradients():
    with Tape() as tape:
        x = tape.watch(np.array(3.0))
        y = x * x + 2.0 * x
    assert tape.gradient(y, [x])[0] == 2 * 3.0 + 2.0


def test_gradients_of_a_float32_model_are_float32():
    w = Variable(np.ones((3, 2), "float32"), backend="numpy")
    _, _, (g,) = value_and_gradients(lambda: (ops.mean(ops.tanh(ops.matmul(np.ones((4, 3)), w)) * 0.5), None), [w])
    assert w.dtype == "float32" and g.shape == (3, 2)
    _, _, (g,) = value_and_gradients(lambda: (ops.mean(ops.tanh(w) * np.float64(0.5)), None), [w])
    assert g.dtype == "float32"


def test_nothing_flows_through_stop_gradient():
    with Tape() as tape:
        x = tape.watch(np.array(3.0))
        y = x * ops.stop_gradient(x)
    assert tape.gradient(y, [x])[0] == 3.0


def test_a_numpy_function_on_a_followed_tensor_says_what_to_use():
    with Tape() as tape:
        x = tape.watch(np.ones(3))
        with pytest.raises(TypeError, match=r"gradient would be\nlost|gradient would be lost"):
            np.asarray(x)
        with pytest.raises(TypeError):
            np.exp(x)


def test_arrays_and_followed_tensors_mix_on_either_side():
    with Tape() as tape:
        x = tape.watch(np.array([1.0, 2.0]))
        y = ops.sum(np.array([3.0, 4.0]) * x - x / np.array([1.0, 2.0]))
    assert tape.gradient(y, [x])[0].tolist() == [2.0, 3.5]


@pytest.mark.parametrize(
    "build, at, expected",
    [
        (lambda x: ops.relu(x), 0.0, 0.0),
        (lambda x: ops.absolute(x), 0.0, 0.0),
        (lambda x: ops.maximum(x, 0.0), 0.0, 0.5),
        (lambda x: ops.clip(x, 0.0, 1.0), 0.0, 1.0),
    ],
    ids=["relu", "absolute", "maximum", "clip"],
)
def test_conventions_at_kinks_are_those_of_torch(build, at, expected):
    torch = pytest.importorskip("torch")
    with Tape() as tape:
        x = tape.watch(np.array(at))
        y = build(x)
    t = torch.tensor(at, dtype=torch.float64, requires_grad=True)
    build(t).backward()
    assert tape.gradient(y, [x])[0] == expected == float(t.grad)
