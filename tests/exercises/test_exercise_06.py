"""Exercise 06: mistakes are recognized however they are written, and what is expected is what the library's tape says.

test_exercises.py proves what holds for every exercise.
"""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach.learn import Outcome, exercise
from kerasteach.learn.ex06.rule import by_the_output
from kerasteach.learn.observe import same

NAMES = ["q1", "q2", "q3", "q4", "q5"]


def question(name):
    return exercise("06")[NAMES.index(name)]


# The same mistakes as the named ones, as somebody else would write them.


def nudged_up_only(f, x, h):
    return [(f(x + h * np.eye(len(x))[i]) - f(x)) / h for i in range(len(x))]


def left_down(f, x, h):
    slopes = np.zeros(len(x))
    for i in range(len(x)):
        x[i] = x[i] + h
        slopes[i] = f(x)
        x[i] = x[i] - h - h
        slopes[i] -= f(x)
    return slopes / h / 2


def leading_axes_only(g, shape):
    while g.ndim > len(shape):
        g = g.sum(axis=0)
    return g


def mean_of_repeats(g, shape):
    lead = g.ndim - len(shape)
    axes = tuple(range(lead)) + tuple(lead + i for i, n in enumerate(shape) if n == 1)
    return g.mean(axis=axes, keepdims=True).reshape(shape)


def from_the_first_layer(factors, limit):
    slope, count = 1.0, 0
    for factor in factors:
        slope *= factor
        count += abs(slope) < limit
    return count


def written_over(lines, values):
    slopes = {len(values) - 1: 1.0}
    for rule, a, b, output in reversed(lines):
        g = slopes.get(output, 0.0)
        slopes[a], slopes[b] = (g * values[b], g * values[a]) if rule == "multiply" else (g, g)
    return [slopes.get(i, 0.0) for i in range(len(values))]


WRONG = [
    ("q1", "what arrived is forgotten", lambda g, x: np.exp(-x) / (1 + np.exp(-x)) ** 2),
    ("q1", "tanh's rule", lambda g, x: g - g / (1 + np.exp(-x)) ** 2),
    ("q2", "nudged up only", nudged_up_only),
    ("q2", "not put back", left_down),
    ("q3", "axes of length 1 forgotten", leading_axes_only),
    ("q3", "averaged", mean_of_repeats),
    ("q4", "walked forwards", from_the_first_layer),
    ("q4", "factors, not products", lambda factors, limit: len([f for f in factors if -limit < f < limit])),
    ("q5", "overwritten", written_over),
    ("q5", "nothing returned", lambda lines, values: None),
]


@pytest.mark.parametrize("name, mistake, answer", WRONG, ids=[f"{name} {mistake}" for name, mistake, _ in WRONG])
def test_mistakes_are_recognized_however_they_are_written(name, mistake, answer):
    result = question(name).check(answer)
    assert (result.outcome, result.misconception) == (Outcome.INCORRECT, mistake), result


@pytest.mark.parametrize("name, wrong", [("q2", nudged_up_only), ("q3", mean_of_repeats), ("q5", written_over)])
def test_a_counterexample_is_a_program_that_shows_the_mistake(name, wrong):
    q = question(name)
    result = q.check(wrong)
    *setup, call = result.counterexample.program.splitlines()
    space = {"np": np, q.task.name: wrong}
    exec("\n".join(setup), space)
    assert same(np.asarray(eval(call, space)), np.asarray(result.counterexample.received))
    space = {"np": np, q.task.name: q.task.right_answers[0]}
    exec("\n".join(setup), space)
    assert same(np.asarray(eval(call, space)), np.asarray(result.counterexample.expected))


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_the_way_back_through_a_sigmoid_is_the_librarys(backend):
    if backend == "torch":
        pytest.importorskip("torch")
    task = question("q1").task
    case = task.cases()[-1]
    g, x = case["g"].astype("float32"), case["x"].astype("float32")
    with keras.config.set_backend(backend):
        with keras.GradientTape() as tape:
            followed = tape.watch(keras.ops.convert_to_tensor(x))
            total = keras.ops.sum(keras.ops.sigmoid(followed) * keras.ops.convert_to_tensor(g))
        found = keras.ops.convert_to_numpy(tape.gradient(total, followed))
    assert same(task.reference(case), found) and same(by_the_output(g, x), found)


def test_the_walk_is_the_librarys():
    task = question("q5").task
    for case in task.cases()[1:]:
        made = {output for *_, output in case["lines"]}
        with keras.GradientTape() as tape:
            leaves = {i: tape.watch(keras.ops.convert_to_tensor(v)) for i, v in enumerate(case["values"]) if i not in made}
            found = dict(leaves)
            for rule, a, b, output in case["lines"]:
                found[output] = getattr(keras.ops, rule)(found[a], found[b])
        slopes = tape.gradient(found[len(case["values"]) - 1], leaves)
        expected = task.reference(case)
        for i, slope in slopes.items():
            assert (0.0 if slope is None else float(slope)) == pytest.approx(expected[i])


def test_a_repeat_is_summed_as_the_tape_does():
    task = question("q3").task
    for case in task.cases():
        with keras.GradientTape() as tape:
            x = tape.watch(keras.ops.convert_to_tensor(np.ones(case["shape"])))
            total = keras.ops.sum(keras.ops.multiply(x, case["g"]))
        assert same(task.reference(case), np.asarray(tape.gradient(total, x)))
