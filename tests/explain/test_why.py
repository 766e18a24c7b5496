"""Why a number is what it is: the products and sums written down are those that were made."""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach.explain import trace
from kerasteach.explain.origins import why
from kerasteach.explain.origins.made import Cell, how
from kerasteach.explain.origins.written import Writer, number

from .models import MODELS, mlp, picture, subclassed
from .test_trace import BACKENDS, made


def value_of(part):
    return part.number if isinstance(part, Cell) else float(part)


def cells(value, count=3):
    """Some cells of a tensor: the first, the last, and between."""
    return {tuple(int(i) for i in np.unravel_index(k, value.shape)) for k in np.linspace(0, value.size - 1, count).astype(int)}


@pytest.mark.parametrize("make", MODELS, ids=lambda m: m.__name__)
@pytest.mark.parametrize("name", BACKENDS)
def test_sums_of_products_are_the_number(make, name):
    model, x, y = made(make, name)
    step, sums = trace(model, x, y), 0
    coarse = 1e-2 if make.__name__ == "half" else 2e-5
    for event in step:
        for index in cells(event.output):
            cell = Cell(event.output, index)
            told = how(cell)
            if told.kind == "same":
                assert told.parts[0].number == pytest.approx(cell.number, rel=1e-3)
            if told.kind != "sum":
                continue
            sums += 1
            terms = [np.prod([value_of(f) for f in term]) for term in told.parts]
            size = sum(map(abs, terms)) / told.divisor + 1e-30
            assert abs(sum(terms) / told.divisor + told.rest - cell.number) <= coarse * size + 1e-7, (event, index, told)
    assert sums > 10


@pytest.mark.parametrize("make", [mlp, picture, subclassed], ids=lambda m: m.__name__)
def test_what_is_written_is_the_number_when_computed(make):
    """Every line is Python; computed, it gives the number, to the digits written."""
    model, x, y = made(make, "numpy")
    names = {"exp": np.exp, "log": np.log, "tanh": np.tanh, "sigmoid": lambda a: 1 / (1 + np.exp(-a)), "relu": lambda a: max(a, 0.0)}
    computed = 0
    for event in trace(model, x, y):
        for index in cells(event.output, 2):
            reason = why(event.output.trace, event.output, index)
            for line in reason.lines:
                if "…" in line or event.stage == "update":
                    continue
                try:
                    found = eval(line, {"__builtins__": {}}, names)
                except NameError:  # an op that has no such short name
                    continue
                scale = abs(reason.cell.number) + 0.3 * max([abs(n) for n in reason.where.values()], default=0.0)
                assert found == pytest.approx(reason.cell.number, abs=5e-3 * scale + 1e-6), (event, reason)
                computed += 1
    assert computed > 60


@pytest.mark.parametrize("make", MODELS, ids=lambda m: m.__name__)
@pytest.mark.parametrize("name", BACKENDS)
def test_every_event_of_every_model_can_be_asked(make, name):
    model, x, y = made(make, name)
    step = trace(model, x, y)
    for event in step:
        for value in event.outputs:
            index = tuple(n // 2 for n in value.shape)
            text = repr(step.why(value, index))
            assert text.startswith(f"{value.name}") and "nan" not in text and "0x" not in text, text


@pytest.mark.parametrize("name", BACKENDS)
def test_paths_of_the_chain_rule_add_up_to_the_gradient(name):
    def small():
        model = keras.Sequential(
            [keras.Input((2,)), keras.layers.Dense(2, "tanh"), keras.layers.Dense(1, "sigmoid")], name="small"
        )
        model.compile("sgd", "binary_crossentropy")
        return model

    model = made(small, name)
    x, y = np.array([[0.5, 1.0], [-1.0, 2.0]], "float32"), np.array([[1.0], [0.0]], "float32")
    step = trace(model, x, y)
    for variable in model.trainable_variables:
        for index in np.ndindex(variable.shape):
            reason = step.why(step.gradient(variable.path), index)
            assert sum(path.product for path in reason.paths) == pytest.approx(reason.cell.number, rel=1e-4)
            assert reason.paths[0].cells[0].value.of is step.losses[0] and reason.paths[0].cells[-1] == reason.cell
    assert len(step.why("g_small/dense/kernel", (0, 1)).paths) == 2  # one through each sample


def test_the_words_of_the_manual():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, "sigmoid", name="s")], name="m")
    model.set_weights([[[1.2]], [0.4]])
    model.compile("sgd", "mse")
    step = trace(model, [[0.5]], [[1.0]])
    assert repr(step.why("v3")).splitlines()[-2:] == [
        "  = sigmoid(0.5*1.2 + 0.4)",
        "  where 0.5 = x[0, 0], 1.2 = m/s/kernel[0, 0], 0.4 = m/s/bias[0]",
    ]
    assert repr(step.why("x")) == "x[0, 0] = 0.5, as it was given"
    assert number(-0.0) == "0.0" and number(1e-9) == "1e-09" and number(2) == "2"


def test_a_number_that_is_not_there():
    model, x, y = made(mlp, "numpy")
    step = trace(model, x, y)
    with pytest.raises(IndexError, match=r"holds 48 numbers. Fix: say which, as index=\(0, 0\)"):
        step.why("v1")
    with pytest.raises(IndexError, match=r"There is no v1\[12, 0\]. It has the shape \(12, 4\)"):
        step.why("v1", (12, 0))
    with pytest.raises(KeyError, match="No tensor 'w1'"):
        step.why("w1")
    assert step.why("v1", (-1, -1)).cell.index == (11, 3)


def test_a_writer_asks_once():
    model, x, y = made(mlp, "numpy")
    step, known = trace(model, x, y), {}
    cell = Cell(step.value("v6"), (0, 0))
    Writer(known).write(cell, 3)
    before = dict(known)
    Writer(known).write(cell, 3)
    assert known == before and cell in known
