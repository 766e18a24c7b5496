"""Exercise 01: mistakes are recognized however they are written, and shown in the smallest numbers.

test_exercises.py proves what holds for every exercise.
"""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach.learn import Outcome, exercise
from kerasteach.learn.ex01.build import build_functional
from kerasteach.learn.ex01.evaluate import loss_in_a_loop
from kerasteach.learn.ex01.fit import at_the_sums, gradient_stacked
from kerasteach.learn.ex01.model import loaded_model, two_input_model
from kerasteach.learn.ex01.predict import forward_in_halves
from kerasteach.learn.observe import same

NAMES = ["q1", "q2", "q3", "q4"]
layers = keras.layers


def question(name):
    return exercise("01")[NAMES.index(name)]


def mistakes():
    return [(name, m) for name in NAMES for m in question(name).task.misconceptions]


# The same mistakes as the named ones, as somebody else would write them.


def build_separate(features, units):
    branches = [keras.Input((features,)) for _ in range(2)]
    h = [layers.ReLU()(layers.Dense(units)(x)) for x in branches]
    return keras.Model(branches, layers.Dense(1, "sigmoid")(layers.Concatenate(axis=1)(h)))


def build_added(features, units):
    a, b = keras.Input((features,)), keras.Input((features,))
    shared = layers.Dense(units, activation="relu")
    return keras.Model([a, b], layers.Dense(1, activation="sigmoid")(shared(a) + shared(b)))


def build_swapped(features, units):
    model = build_functional(features, units)
    return keras.Model(model.inputs[::-1], model.outputs[0])


def build_without_last_activation(features, units):
    a, b = keras.Input((features,)), keras.Input((features,))
    encoder = keras.Sequential([layers.Dense(units), layers.ReLU()])
    return keras.Model([a, b], layers.Dense(1)(layers.Concatenate()([encoder(a), encoder(b)])))


def loss_without_zeros(y, p):
    return -np.log(np.clip(p[y == 1], 1e-7, 1)).sum() / len(y)


def gradient_kept_from_the_last(x1, x2, *rest):
    for x, g in zip((x1, x2), at_the_sums(x1, x2, *rest)):
        gradient = np.einsum("bf,bu->fu", x, g)
    return gradient


def gradient_of_the_mean_branch(x1, x2, *rest):
    return np.mean([x.T @ g for x, g in zip((x1, x2), at_the_sums(x1, x2, *rest))], axis=0)


WRONG = [
    ("q1", "two separate layers", build_separate),
    ("q1", "added, not joined", build_added),
    ("q1", "branches swapped", build_swapped),
    ("q1", "linear output", build_without_last_activation),
    ("q1", "tensor instead of a model", lambda f, u: keras.Input((f,))),
    ("q1", "nothing returned", lambda f, u: None),
    ("q1", "called instead of passed", two_input_model(1, 1).get_config()),
    ("q2", "branches swapped", lambda x1, x2, *w: forward_in_halves(x2, x1, *w)),
    ("q2", "halves not side by side", lambda x1, x2, k, b, v, c: np.maximum(x1 @ k + b + x2 @ k + b, 0).dot(v) + c),
    ("q2", "kernel transposed", lambda x1, x2, k, b, v, c: forward_in_halves(x1, x2, np.transpose(k), b, v, c)),
    ("q2", "right numbers, wrong shape", lambda *a: forward_in_halves(*a)[:, 0]),
    ("q2", "softmax on one unit", lambda x1, *rest: x1[:, :1] * 0 + 1.0),
    ("q3", "zeros forgotten", loss_without_zeros),
    ("q3", "logarithm of 0", lambda y, p: -np.mean(y * np.log(p) + (1 - y) * np.log1p(-p))),
    ("q3", "sum instead of mean", lambda y, p: loss_in_a_loop(y, p) * len(y)),
    ("q3", "right numbers, wrong shape", lambda y, p: [loss_in_a_loop(y, p)]),
    ("q4", "gradient overwritten", gradient_kept_from_the_last),
    ("q4", "branches averaged", gradient_of_the_mean_branch),
    ("q4", "batch mean forgotten", lambda x1, *rest: gradient_stacked(x1, *rest) * x1.shape[0]),
    ("q4", "gradient transposed", lambda *a: np.swapaxes(gradient_stacked(*a), 0, 1)),
]


@pytest.mark.parametrize("name, mistake, answer", WRONG, ids=[f"{name} {mistake}" for name, mistake, _ in WRONG])
def test_mistakes_are_recognized_however_they_are_written(name, mistake, answer):
    result = question(name).check(answer)
    assert (result.outcome, result.misconception) == (Outcome.INCORRECT, mistake), result


@pytest.mark.parametrize("name, mistake", mistakes(), ids=lambda x: getattr(x, "name", x))
def test_counterexamples_are_small(name, mistake):
    case = question(name).check(mistake.answer).counterexample.case
    needs_two_samples = mistake.name in ("batch mean forgotten", "sum instead of mean")
    needs_two_units = name == "q1" or "transposed" in mistake.name
    for key, x in case.items():
        if isinstance(x, np.ndarray):
            assert x.shape[0] <= (2 if "kernel" not in key else 4)
            assert set(x.ravel()) <= {-1, 0, 0.5, 1}, f"{key} could be simpler: {x}"
    if "x1" in case:
        assert case["x1"].shape == (1 + needs_two_samples, 1)
    if "kernel" in case:
        assert case["kernel"].shape == (1, 1 + needs_two_units)


def test_a_counterexample_is_a_program_that_shows_the_mistake():
    result = question("q4").check(gradient_kept_from_the_last)
    *setup, call = result.counterexample.program.splitlines()
    space = {"np": np, "kernel_gradient": gradient_kept_from_the_last}
    exec("\n".join(setup), space)
    wrong = eval(call, space)
    right = eval(call, space | {"kernel_gradient": gradient_stacked})
    assert same(wrong, result.counterexample.received) and same(right, result.counterexample.expected)
    assert not same(wrong, right)


def test_a_counterexample_of_a_model_is_a_program_too():
    result = question("q1").check(build_swapped)
    space = {"np": np, "build_model": build_swapped}
    *setup, call = result.counterexample.program.splitlines()
    exec("\n".join(setup), space)
    assert call == "model.predict([x1, x2])"
    assert same(space["model"]([space["x1"], space["x2"]]), result.counterexample.received["output"])


def test_wrong_in_two_ways_has_no_name_but_an_example():
    result = question("q4").check(lambda x1, x2, *rest: (x2.T @ at_the_sums(x1, x2, *rest)[1]).T * 3)
    assert result.outcome is Outcome.INCORRECT and result.misconception is None
    assert "expected" in repr(result) and "q4.hint()" in repr(result)


def test_an_error_is_an_answer():
    result = question("q2").check(lambda *a: {}["h"])
    assert result.outcome is Outcome.INCORRECT
    assert "raises an error" in result.message and "received KeyError: 'h'" in repr(result)


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_what_is_expected_is_what_the_model_does(backend):
    """The four references against each other and against central differences."""
    if backend == "torch":
        pytest.importorskip("torch")
    q1, q2, q3, q4 = (question(name).task for name in NAMES)
    case = q4.cases()[-1]
    with keras.config.set_backend(backend):
        model = loaded_model(case)
        p = q2.reference(case)
        assert same(p, model.predict([case["x1"], case["x2"]], verbose=0))
        assert same(q3.reference({"y": case["y"], "p": p}), np.array(model.evaluate([case["x1"], case["x2"]], case["y"], verbose=0)))
        gradient = q4.reference(case)
    assert q1.reference(q1.cases()[-1])["parameters"] == 2241
    w = [case[name] for name in ("kernel", "bias", "out_kernel", "out_bias")]
    for place in [(0, 0), (3, 1), (7, 3)]:
        step = np.zeros_like(w[0])
        step[place] = 1e-5
        up, down = (
            loss_in_a_loop(case["y"], forward_in_halves(case["x1"], case["x2"], w[0] + s, *w[1:])) for s in (step, -step)
        )
        assert gradient[place] == pytest.approx((up - down) / 2e-5, abs=1e-5)
