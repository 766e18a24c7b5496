"""Exercise 03: mistakes are recognized however they are written, and what is expected is what models do.

test_exercises.py proves what holds for every exercise.
"""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach.learn import Outcome, exercise
from kerasteach.learn.ex03.count import MACHINE, SIZES, count_all
from kerasteach.learn.ex03.gradient import gradient_by_the_rules
from kerasteach.learn.observe import same

NAMES = ["q1", "q2", "q3", "q4", "q5"]
layers = keras.layers


def question(name):
    return exercise("03")[NAMES.index(name)]


# The same mistakes as the named ones, as somebody else would write them.


def heads_in_a_row(features, units, classes):
    model = keras.Sequential([keras.Input((features,)), layers.Dense(units, "relu"), layers.Dense(classes), layers.Softmax()])
    digit = model.outputs[0]
    return keras.Model(model.inputs[0], {"digit": digit, "odd": layers.Dense(1, "sigmoid")(digit)})


def heads_in_a_tuple(features, units, classes):
    x = keras.Input((features,))
    h = layers.ReLU()(layers.Dense(units)(x))
    return keras.Model(x, (layers.Dense(classes, "softmax")(h), layers.Dense(1, "sigmoid")(h)))


def total_that_divides(y_sum, p_sum, y_larger, p_larger, v, w):
    right = np.where(y_larger == 1, p_larger, 1 - p_larger)
    return np.average([np.mean((p_sum - y_sum) ** 2), -np.log(right).mean()], weights=[v, w])


def block_with_a_second_relu(units, hidden):
    x = keras.Input((units,))
    branch = keras.Sequential([layers.Dense(hidden, "relu"), layers.Dense(units, "relu")])
    return keras.Model(x, branch(x) + x)


def block_at_the_end(units, hidden):
    x = keras.Input((units,))
    return keras.Model(x, layers.ReLU()(x + layers.Dense(units)(layers.Dense(hidden, "relu")(x))))


def by_the_layer(x, kernel, bias, g):
    return np.array([kernel @ (row * (z > 0)) for row, z in zip(g, x @ kernel + bias)])


def count_by_roads(reads, sizes, output):
    total, waiting = 0, [output]
    while waiting:
        box = waiting.pop()
        total += sizes[box]
        waiting += reads[box]
    return total


WRONG = [
    ("q1", "answers in a row", heads_in_a_row),
    ("q1", "outputs without names", heads_in_a_tuple),
    ("q1", "nothing returned", lambda f, u, c: None),
    ("q2", "weights made to sum to 1", total_that_divides),
    ("q2", "right numbers, wrong shape", lambda *a: [question("q2").task.right_answers[0](*a)]),
    ("q3", "ReLU at the branch's end", block_with_a_second_relu),
    ("q3", "ReLU after the adding", block_at_the_end),
    ("q4", "skip forgotten", by_the_layer),
    ("q4", "skip counted twice", lambda x, kernel, bias, g: g + g + by_the_layer(x, kernel, bias, g)),
    ("q4", "minus", lambda *a: a[-1] - by_the_layer(*a)),
    ("q5", "counted once a road", count_by_roads),
    ("q5", "everything counted", lambda reads, sizes, output: sum(sizes[box] for box in reads)),
]


@pytest.mark.parametrize("name, mistake, answer", WRONG, ids=[f"{name} {mistake}" for name, mistake, _ in WRONG])
def test_mistakes_are_recognized_however_they_are_written(name, mistake, answer):
    result = question(name).check(answer)
    assert (result.outcome, result.misconception) == (Outcome.INCORRECT, mistake), result


def test_a_counterexample_is_a_program_that_shows_the_mistake():
    result = question("q4").check(by_the_layer)
    *setup, call = result.counterexample.program.splitlines()
    space = {"np": np, "block_gradient": by_the_layer}
    exec("\n".join(setup), space)
    assert same(eval(call, space), result.counterexample.received)
    assert same(eval(call, space | {"block_gradient": gradient_by_the_rules}), result.counterexample.expected)


def test_a_counterexample_of_a_block_is_a_program_too():
    result = question("q3").check(block_at_the_end)
    space = {"np": np, "build_block": block_at_the_end}
    *setup, call = result.counterexample.program.splitlines()
    exec("\n".join(setup), space)
    assert call == "model.predict(x)"
    assert same(space["model"](space["x"]), result.counterexample.received["output"])


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_the_total_is_what_a_model_with_two_outputs_reports(backend):
    if backend == "torch":
        pytest.importorskip("torch")
    task = question("q2").task
    case = task.cases()[-1]
    with keras.config.set_backend(backend):
        a, b = keras.Input((1,), name="sum_in"), keras.Input((1,), name="larger_in")
        outputs = {"sum": layers.Identity()(a), "larger": layers.Identity()(b)}
        model = keras.Model([a, b], outputs)
        model.compile(
            loss={"sum": "mse", "larger": "binary_crossentropy"},
            loss_weights={"sum": case["sum_weight"], "larger": case["larger_weight"]},
        )
        y = {"sum": case["y_sum"], "larger": case["y_larger"]}
        found = model.evaluate([case["p_sum"], case["p_larger"]], y, verbose=0, return_dict=True)
    assert task.reference(case) == pytest.approx(found["loss"], rel=1e-5)


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_the_gradient_is_what_nudging_says(backend):
    if backend == "torch":
        pytest.importorskip("torch")
    task = question("q4").task
    case = task.cases()[-1]
    with keras.config.set_backend(backend):
        gradient = task.reference(case)
    x, kernel, bias, g = (case[name] for name in task.arguments)

    def loss(x):
        return np.sum(g * (x + np.maximum(x @ kernel + bias, 0)))

    for place in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[place] = 1e-6
        assert gradient[place] == pytest.approx((loss(x + step) - loss(x - step)) / 2e-6, abs=1e-5)


@pytest.mark.parametrize("output", MACHINE)
def test_the_count_is_what_a_model_counts(output):
    reader = keras.Sequential(
        [keras.Input((64,)), layers.Dense(64), layers.Dense(32), layers.Dense(10), layers.Dense(1)], name="reader"
    )
    boxes = {"first": keras.Input((64,)), "second": keras.Input((64,))}
    a, b = reader(boxes["first"]), reader(boxes["second"])
    boxes |= {"reader": [a, b], "difference": layers.Subtract()([a, b]), "sum": layers.Add()([a, b])}
    boxes["larger"] = layers.Dense(1)(boxes["difference"])
    model = keras.Model([boxes["first"], boxes["second"]] if output not in ("first", "second") else boxes[output], boxes[output])
    sizes = {box: SIZES.get(box, 0) for box in MACHINE}
    assert count_all(MACHINE, sizes, output) == model.count_params()


def test_an_answer_that_empties_the_drawing_spoils_no_later_check():
    def count_and_empty(reads, sizes, output):
        total = count_all(reads, sizes, output)
        for sources in reads.values():
            sources.clear()
        return total

    assert question("q5").check(count_and_empty).is_correct
    assert question("q5").check(count_all).is_correct
