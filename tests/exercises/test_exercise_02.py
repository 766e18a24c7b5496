"""Exercise 02: mistakes are recognized however they are written, and what is expected is what chains do.

test_exercises.py proves what holds for every exercise.
"""

import functools

import numpy as np
import pytest

import kerasteach as keras
from kerasteach.learn import Outcome, exercise
from kerasteach.learn.ex02.build import build_link_by_link
from kerasteach.learn.ex02.dense import dense_by_einsum
from kerasteach.learn.ex02.fold import fold_written_out
from kerasteach.learn.ex02.mend import FOUND, MENDED
from kerasteach.learn.observe import same

NAMES = ["q1", "q2", "q3", "q4", "q5", "q6"]
layers = keras.layers


def question(name):
    return exercise("02")[NAMES.index(name)]


# The same mistakes as the named ones, as somebody else would write them.


def build_late(features, units, classes):
    chain = keras.Sequential()
    for layer in (layers.Dense(units), layers.ReLU(), layers.Dense(2, name="place"), layers.Dense(classes), layers.Softmax()):
        chain.add(layer)
    return chain


def build_without_the_end(features, units, classes):
    chain = build_link_by_link(features, units, classes)
    chain.pop()
    return chain


def build_by_calls(features, units, classes):
    x = keras.Input((features,))
    h = layers.Dense(2, name="place")(layers.Dense(units, activation="relu")(x))
    return keras.Model(x, layers.Dense(classes, activation="softmax")(h))


def shapes_of_a_chain(units, input_shape):
    chain = keras.Sequential([layers.Dense(n) for n in units])
    chain.build(input_shape or (None, 1))
    return [list(w.shape) for w in chain.weights][0 if input_shape else 2 :]


def mend_with_one_bend(wide, narrow):
    return keras.Sequential(
        [keras.Input((2,)), layers.Dense(wide), layers.Dense(narrow, activation="tanh"), layers.Dense(1, activation="sigmoid")]
    )


def fold_in_a_row(kernel, bias, next_kernel, next_bias):
    return np.matmul(kernel, next_kernel), next_bias


WRONG = [
    ("q1", "no Input", build_late),
    ("q1", "scores, no shares", build_without_the_end),
    ("q1", "functional model", build_by_calls),
    ("q1", "nothing returned", lambda f, u, c: None),
    ("q2", "biases forgotten", lambda sizes: np.dot(sizes[:-1], sizes[1:])),
    ("q2", "input has a bias", lambda sizes: sum(a * b for a, b in zip(sizes, sizes[1:])) + np.sum(sizes)),
    ("q2", "right numbers, wrong shape", lambda sizes: [question("q2").task.right_answers[0](sizes)]),
    ("q3", "relu forgotten", lambda x, kernel, bias: np.array([row @ kernel for row in x]) + bias),
    ("q3", "bias after the bend", lambda x, kernel, bias: dense_by_einsum(x, kernel, 0 * bias) + bias),
    ("q3", "* for @", lambda x, kernel, bias: np.clip(np.multiply(x, kernel) + bias, 0, None)),
    ("q4", "later layers know already", shapes_of_a_chain),
    ("q4", "outputs, not weights", lambda units, shape: [(shape[0], n) for n in units] if shape else []),
    ("q5", "first two layers touch", mend_with_one_bend),
    ("q5", "nothing returned", lambda wide, narrow: None),
    ("q6", "first bias lost", fold_in_a_row),
    ("q6", "pair swapped", lambda *numbers: fold_written_out(*numbers)[::-1]),
    ("q6", "kernel alone", lambda k, b, n, c: np.einsum("fm,mu->fu", k, n)),
]


@pytest.mark.parametrize("name, mistake, answer", WRONG, ids=[f"{name} {mistake}" for name, mistake, _ in WRONG])
def test_mistakes_are_recognized_however_they_are_written(name, mistake, answer):
    result = question(name).check(answer)
    assert (result.outcome, result.misconception) == (Outcome.INCORRECT, mistake), result


@pytest.mark.parametrize(
    "answer",
    [
        lambda units, shape: [np.array(s) for s in question("q4").task.right_answers[0](units, shape)],
        lambda units, shape: (s for s in question("q4").task.right_answers[0](units, shape)),
    ],
    ids=["arrays", "generator"],
)
def test_shapes_of_another_type_are_no_crash(answer):
    assert question("q4").check(answer).outcome is Outcome.INCORRECT


def test_a_counterexample_is_a_program_that_shows_the_mistake():
    result = question("q6").check(fold_in_a_row)
    *setup, call = result.counterexample.program.splitlines()
    space = {"np": np, "fold": fold_in_a_row}
    exec("\n".join(setup), space)
    assert same(dict(zip(("kernel", "bias"), eval(call, space))), result.counterexample.received)
    right = dict(zip(("kernel", "bias"), eval(call, space | {"fold": fold_written_out})))
    assert same(right, result.counterexample.expected)


def test_a_counterexample_of_a_chain_is_a_program_too():
    result = question("q1").check(build_without_the_end)
    space = {"np": np, "build_chain": build_without_the_end}
    *setup, call = result.counterexample.program.splitlines()
    exec("\n".join(setup), space)
    assert call == "model.predict(x)"
    assert same(space["model"](space["x"]), result.counterexample.received["output"])


def test_the_examples_in_the_text_are_right():
    answers = {name: question(name).task.right_answers for name in NAMES}
    assert [chain(13, 16, 3).count_params() for chain in answers["q1"]] == [267] * len(answers["q1"])
    assert [count([13, 16, 3]) for count in answers["q2"]] == [275] * len(answers["q2"])
    x, kernel = np.array([[3.0, 1.0]]), np.array([[2.0], [-4.0]])
    assert all(dense(x, kernel, np.array([0.5])) == 2.5 and dense(x, kernel, np.array([-5.0])) == 0 for dense in answers["q3"])
    for shapes in answers["q4"]:
        assert shapes([16, 3], (None, 13)) == shapes([16, 3], (8, 13)) == [(13, 16), (16,), (16, 3), (3,)]
    for fold in answers["q6"]:
        kernel, bias = fold(np.array([[3.0]]), np.array([1.0]), np.array([[2.0]]), np.array([5.0]))
        assert np.array(kernel) == 6 and bias == 7


@functools.cache
def accuracy_on_spirals(mend):
    rng = np.random.default_rng(0)
    arm, along = np.arange(400) % 2, np.sqrt(rng.uniform(0.01, 1, 400))
    angle = 3.5 * np.pi * along + np.pi * arm
    points = 2.7 * along[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    keras.utils.set_random_seed(1)
    chain = mend(22, 16)
    chain.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
    return chain.fit(points, arm[:, None], epochs=150, batch_size=20, verbose=0).history["accuracy"][-1]


def test_the_mended_chain_winds_the_spiral_and_the_found_one_does_not():
    assert accuracy_on_spirals(MENDED) > 0.95 > 0.8 > accuracy_on_spirals(FOUND)


def test_the_found_chain_is_never_sure():
    chain = FOUND(22, 16)
    chain.set_weights([100 * w for w in chain.get_weights()])
    shares = chain.predict(np.random.default_rng(0).normal(size=(100, 2)), verbose=0)
    assert 0.3 < shares.min() < shares.max() < 0.7
