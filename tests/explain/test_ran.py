"""The lines of a rule that ran, and the formula without the branches that did not."""

import sys

import numpy as np
import pytest

import kerasteach as keras
from kerasteach.explain import trace
from kerasteach.explain.tracing.ran import formula_run, lines_run

from .models import MODELS, mlp
from .test_trace import made


def lines(event):
    ran = lines_run(event)
    return [line.strip() for n, line in enumerate(event.source.splitlines(), 1) if n in ran]


def test_of_several_branches_the_one_taken():
    step = trace(*made(mlp, "numpy"))
    back = step.gradient("mlp/dense/kernel").event
    assert lines(step[back])[-1] == "return x1.T @ g  # (inner, columns)"
    assert formula_run(step[back]) == r"\bar{x}_2 = x_1^\top \, \bar{y}"
    assert lines(step[0]) == ["return np.matmul(x1, x2)"]


def test_an_optimizer_without_what_was_not_asked_for():
    step = trace(*made(mlp, "numpy"))
    update = step.of("update")[0]
    assert not any("v_hat" in line for line in lines(update)[:3]) and lines(update)[-1].startswith("w -= ")
    assert "hat" not in formula_run(update) and formula_run(update).endswith(r"w \leftarrow w - \frac{\mathrm{rate} \, m}{v^{0.5} + \varepsilon}")
    model, x, y = made(mlp, "numpy")
    model.compile(keras.optimizers.Adam(amsgrad=True), "sparse_categorical_crossentropy")
    assert "hat" in formula_run(trace(model, x, y).of("update")[0])


@pytest.mark.parametrize("make", MODELS, ids=lambda m: m.__name__)
@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_every_rule_that_has_lines_has_lines_that_ran(make, backend):
    step = trace(*made(make, backend))
    before = sys.gettrace()
    for event in step:
        ran, count = lines_run(event), len(event.source.splitlines())
        assert all(1 <= n <= count for n in ran), event
        assert ran or event.op in ("start", "assign", "autograd") or event.stage == "update", event
    assert sys.gettrace() is before


@pytest.mark.parametrize(
    "name", ["SGD", "RMSprop", "Adam", "AdamW", "Nadam", "Adamax", "Adagrad", "Adadelta", "Ftrl", "Lion", "Lamb", "Adafactor", "Muon"]
)
def test_asking_an_optimizer_changes_nothing(name):
    model, x, y = made(mlp, "numpy")
    model.compile(getattr(keras.optimizers, name)(0.01), "sparse_categorical_crossentropy")
    step = trace(model, x, y)
    before = [v.numpy().copy() for v in [*model.variables, *model.optimizer.variables]]
    told = [formula_run(event) for event in step.of("update")]
    assert len(told) == 4 and all(told)
    for old, variable in zip(before, [*model.variables, *model.optimizer.variables]):
        assert np.array_equal(old, variable.numpy())
