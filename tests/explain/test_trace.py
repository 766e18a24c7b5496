"""A trace is what ran: recomputed bit by bit, the same from both backends, and the gradients are those of the step."""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach.backend import modes
from kerasteach.explain import TraceCallback, finite_differences, replay, trace
from kerasteach.ops import table

from .models import MODELS, attention, branches, mlp, picture, subclassed

BACKENDS = ["numpy", "torch"]


def made(make, name, seed=0):
    keras.utils.clear_session()
    with keras.config.set_backend(name):
        keras.utils.set_random_seed(seed)
        return make()


@pytest.mark.parametrize("make", MODELS, ids=lambda m: m.__name__)
@pytest.mark.parametrize("name", BACKENDS)
def test_every_event_is_computed_again(make, name):
    model, x, y = made(make, name)
    again = replay(trace(model, x, y))
    assert again.events > 10 and not again.left_out[1:], again
    if name == "numpy":
        assert again.is_exact, again
    assert again.worst <= 1e-6, again


@pytest.mark.parametrize("make", MODELS, ids=lambda m: m.__name__)
@pytest.mark.parametrize("name", BACKENDS)
def test_a_traced_step_changes_nothing_and_tells_what_the_step_then_does(make, name):
    model, x, y = made(make, name)
    model.train_on_batch(x, y)  # everything is built
    before = [v.numpy().copy() for v in [*model.variables, *model.optimizer.variables]]
    step = trace(model, x, y)
    assert step.notes == []
    for old, new in zip(before, [v.numpy() for v in [*model.variables, *model.optimizer.variables]]):
        assert np.array_equal(old, new)
    model.run_eagerly = True
    model.train_on_batch(x, y)
    for variable in model.trainable_variables:
        expected, told = variable.numpy(), step.after(variable.path).numpy()
        assert np.array_equal(told, expected) if name == "numpy" else np.allclose(told, expected, atol=1e-6)


@pytest.mark.parametrize("make", MODELS, ids=lambda m: m.__name__)
def test_both_backends_tell_the_same(make):
    told = []
    for name in BACKENDS:
        model, x, y = made(make, name)
        told.append(trace(model, x, y))
    ours, theirs = told
    assert [(e.stage, e.op, e.layer, e.wrt) for e in ours] == [(e.stage, e.op, e.layer, e.wrt) for e in theirs]
    assert list(ours.values) == list(theirs.values)
    for a, b in zip(ours, theirs):
        for x, y in zip(a.outputs, b.outputs):
            assert x.shape == y.shape and x.dtype == y.dtype, (a, b)
            coarse = 100 if ours.name == "half" else 1
            np.testing.assert_allclose(x.numpy(), y.numpy(), rtol=2e-4 * coarse, atol=2e-5 * coarse)


@pytest.mark.parametrize("name", BACKENDS)
def test_gradients_of_a_trace_are_slopes_of_the_loss(name):
    model, x, y = made(subclassed, name)
    step = trace(model, x, y)
    for variable in model.trainable_variables:
        slopes = finite_differences(model, x, y, variable)
        np.testing.assert_allclose(step.gradient(variable.path).numpy(), slopes, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("name", BACKENDS)
def test_what_does_not_fit_the_budget_is_computed_again(name):
    model, x, y = made(picture, name)
    whole, small = trace(model, x, y), trace(model, x, y, budget=0)
    assert small.nbytes < whole.nbytes / 2
    for a, b in zip(whole, small):
        for v, w in zip(a.outputs, b.outputs):
            assert v.name == w.name and np.array_equal(v.numpy(), w.numpy()), v
    assert replay(small).is_exact


def test_an_event_tells_its_rule():
    model, x, y = made(mlp, "numpy")
    step = trace(model, x, y)
    first = step[0]
    assert (first.stage, first.op, first.layer, first.formula) == ("forward", "matmul", "mlp/dense", r"y = x_1 \, x_2")
    assert first.source == "def forward(x1, x2):\n    return np.matmul(x1, x2)"
    assert first.output.label == "v1 (batch 12, features 4)"
    assert step.line(first).startswith("dense.py:") and "ops.matmul(inputs, self.kernel)" in step.line(first)
    (relu,) = step.of("backward", "relu")
    assert relu.formula == r"\bar{x} = \bar{y} \, [y > 0]" and "return g * (y > 0)" in relu.source
    assert relu.of == step.of("forward", "relu")[0].number
    update = step.of("update")[0]
    assert update.op == "Adam" and "w -= " in update.source and r"w \leftarrow w - " in update.formula
    assert update.output.name == "mlp/dense/kernel" and update.params["step"] == 1
    assert [e.stage for e in step.of(layer="dense")][:3] == ["forward", "forward", "forward"]
    assert repr(step).startswith("<Trace of mlp: loss 1.") and repr(step).endswith("events: 6 forward, 3 loss, 12 backward, 4 update>")


@pytest.mark.parametrize("name", BACKENDS)
def test_a_callback_traces_the_steps_one_asks_for(name):
    model, x, y = made(mlp, name)
    watching = TraceCallback(steps=[1, 4])
    model.fit(x, y, batch_size=4, epochs=2, verbose=0, shuffle=False, callbacks=[watching])
    assert list(watching.traces) == [1, 4]
    kernel = model.layers[0].kernel.path
    model, x, y = made(mlp, name)
    model.fit(x[:4], y[:4], batch_size=4, verbose=0)
    np.testing.assert_allclose(watching.traces[1].value(kernel).numpy(), model.layers[0].kernel.numpy(), atol=1e-6)
    assert [watching.traces[4].values["x"].shape] == [(4, 3)]


def test_nothing_stays_when_a_step_fails():
    class Fails(keras.layers.Layer):
        def call(self, x):
            if keras.backend.is_keras_tensor(x):
                return x
            raise RuntimeError("on purpose")

    model, x, y = made(mlp, "numpy")
    model.add(Fails())
    with pytest.raises(RuntimeError, match="on purpose"):
        model.compile("sgd", "mse")
        model.fit(x, y, verbose=0, callbacks=[TraceCallback()])
    assert modes.TOLD.recorder is None and table.dispatch.__name__ == "dispatch"
    assert table.Composite.__call__.__name__ == "__call__"


def test_code_of_torch_itself_is_told_too():
    torch = pytest.importorskip("torch")

    class Own(keras.layers.Layer):
        def build(self, shape):
            self.w = self.add_weight((shape[-1], 2), name="w")

        def call(self, x):
            return torch.nn.functional.softplus(1.0 - torch.matmul(x, self.w.value)).sum(dim=-1, keepdim=True) / 2

    def own():
        model = keras.Sequential([keras.Input((3,)), Own(name="own")], name="m")
        model.compile("sgd", "mse")
        return model

    model = made(own, "torch")
    x = np.ones((4, 3), "float32")
    step = trace(model, x, x[:, :1])
    assert [e.op for e in step.of(layer="own", stage="forward")] == ["matmul", "subtract", "torch.softplus", "torch.sum", "divide"]
    assert step.notes == [] and replay(step).worst <= 1e-6
    assert step.gradient("m/own/w").shape == (3, 2)


def test_a_trace_needs_a_compiled_model_and_names_that_exist():
    model, x, y = made(attention, "numpy")
    step = trace(model, x, y)
    with pytest.raises(KeyError, match="No tensor 'vv1' in this trace"):
        step.value("vv1")
    with pytest.raises(ValueError, match="compile"):
        trace(keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]), x, y)
    with pytest.raises(ValueError, match="steps"):
        TraceCallback(steps=0)


def test_several_inputs_are_named():
    model, x, y = made(branches, "numpy")
    step = trace(model, x, y)
    assert {"x['a']", "x['b']", "y['number']", "y['kind']"} <= set(step.values)
    assert "<caption>Trace of branches" in step._repr_html_()
