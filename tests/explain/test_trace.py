"""A trace is what ran: recomputed bit by bit, the same from both backends, and the gradients are those of the step."""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach import explain
from kerasteach.explain.tracing import TraceCallback, replay, trace

from .models import MODELS

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
