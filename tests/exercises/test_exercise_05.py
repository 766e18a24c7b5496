"""Exercise 05: mistakes are recognized however they are written, and what is expected is what layers and losses do.

test_exercises.py proves what holds for every exercise.
"""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach.learn import Outcome, exercise
from kerasteach.learn.ex05.convolved import conv_by_counting
from kerasteach.learn.ex05.patches import patches_cut_out
from kerasteach.learn.ex05.reader import chain_of, reader_link_by_link
from kerasteach.learn.observe import same

NAMES = ["q1", "q2", "q3", "q4", "q5", "q6"]
layers = keras.layers


def question(name):
    return exercise("05")[NAMES.index(name)]


# The same mistakes as the named ones, as somebody else would write them.


def reader_of_sequences(side, filters, classes):
    """What the coach offers first."""
    chain = [layers.Conv1D(filters, 3, activation="relu"), layers.MaxPooling1D(2), layers.Flatten()]
    return keras.Sequential([keras.Input((side, side)), *chain, layers.Dense(classes, activation="softmax")])


def reader_with_scores(side, filters, classes):
    chain = reader_link_by_link(side, filters, classes)
    chain.pop()
    return chain


def reader_as_found(side, filters, classes):
    chain = keras.Sequential([keras.Input((side, side)), layers.Flatten()])
    chain.add(layers.Conv2D(filters, 3, activation="relu"))
    return chain


def patches_in_columns(x, size):
    cut = [x[:, r : r + size, c : c + size] for c in range(0, x.shape[2], size) for r in range(0, x.shape[1], size)]
    return np.stack(cut, axis=1)


WRONG = [
    ("q1", "channels first", lambda *a: np.roll(conv_by_counting(*a), 1)),
    ("q1", "channels kept", lambda shape, *a: (*conv_by_counting(shape, *a)[:2], shape[2])),
    ("q1", "nothing returned", lambda *a: None),
    ("q2", "everything in one axis", lambda shape, target: [np.prod(shape) if n < 0 else n for n in target]),
    ("q2", "-1 left in", lambda shape, target: list(target)),
    ("q3", "silent broadcast", lambda y, p: ((p - y) ** 2).sum() / (p - y).size),
    ("q3", "only p flattened", lambda y, p: np.mean((y - p.T) ** 2)),
    ("q3", "root taken", lambda y, p: np.linalg.norm(y.ravel() - p.ravel()) / np.sqrt(y.size)),
    ("q4", "picture read as a sequence", reader_of_sequences),
    ("q4", "softmax lost", reader_with_scores),
    ("q4", "axes for Conv2D still wrong", reader_as_found),
    ("q5", "reshaped", lambda x: np.reshape(x.ravel(), [x.shape[i] for i in (0, 2, 3, 1)])),
    ("q5", "rows and columns swapped", lambda x: np.swapaxes(x, 1, 3)),
    ("q6", "columns first", patches_in_columns),
    ("q6", "patches on their side", lambda x, size: patches_cut_out(x, size).swapaxes(-1, -2)),
    ("q6", "cut into stripes", lambda x, size: x.reshape(x.shape[0], -1).reshape(x.shape[0], -1, size, size)),
]


@pytest.mark.parametrize("name, mistake, answer", WRONG, ids=[f"{name} {mistake}" for name, mistake, _ in WRONG])
def test_mistakes_are_recognized_however_they_are_written(name, mistake, answer):
    result = question(name).check(answer)
    assert (result.outcome, result.misconception) == (Outcome.INCORRECT, mistake), result


def test_a_counterexample_is_a_program_that_shows_the_mistake():
    wrong, right = WRONG[11][2], question("q5").task.right_answers[0]
    result = question("q5").check(wrong)
    *setup, call = result.counterexample.program.splitlines()
    space = {"np": np, "channels_last": wrong}
    exec("\n".join(setup), space)
    assert same(eval(call, space), result.counterexample.received)
    assert same(eval(call, space | {"channels_last": right}), result.counterexample.expected)


def test_a_counterexample_of_a_chain_is_a_program_too():
    result = question("q4").check(reader_with_scores)
    space = {"np": np, "build_reader": reader_with_scores}
    *setup, call = result.counterexample.program.splitlines()
    exec("\n".join(setup), space)
    assert call == "model.predict(x)"
    assert same(space["model"](space["x"]), result.counterexample.received["output"])


def test_the_examples_in_the_text_are_right():
    answers = {name: question(name).task.right_answers for name in NAMES}
    for conv in answers["q1"]:
        assert tuple(conv((8, 8, 1), 12, 3, 1, "valid")) == (6, 6, 12)
        assert tuple(conv((8, 8, 1), 12, 3, 1, "same")) == (8, 8, 12)
        assert tuple(conv((6, 5, 2), 3, 3, 2, "valid")) == (2, 2, 3)
    for reshape in answers["q2"]:
        assert [tuple(reshape(*pair)) for pair in [((2, 3), (6,)), ((8, 8), (8, 8, -1)), ((6, 6, 12), (-1, 12))]] == [
            (6,), (8, 8, 1), (36, 12),
        ]  # fmt: skip
    y, p = np.array([1.0, 3.0]), np.array([[2.0], [5.0]])
    assert all(error(y, p) == 2.5 for error in answers["q3"]) and np.mean((y - p) ** 2) == 5.5
    assert all(build(8, 12, 10).count_params() == 120 + 1090 for build in answers["q4"])
    x = np.array([[[[1, 2]], [[3, 4]]]])
    assert all(np.array_equal(turn(x), [[[[1, 3], [2, 4]]]]) for turn in answers["q5"])
    letters = np.array([[[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]])
    assert all(np.array_equal(cut(letters, 2)[0, :, 0, 0], [1, 2, 3, 4]) for cut in answers["q6"])


def test_the_broken_chain_of_the_text_is_refused_and_the_coach_offers_the_axis():
    with pytest.raises(ValueError, match="min_ndim=4") as caught:
        chain_of("flat", "conv", "pool", "dense")(8, 12, 10)
    assert "Shape coach" in "\n".join(caught.value.__notes__)


@pytest.mark.parametrize("case", question("q1").task.cases(), ids=str)
def test_a_convolution_gives_the_shape_that_is_expected(case):
    x = np.zeros((1, *case["shape"]), "float32")
    layer = layers.Conv2D(case["filters"], case["kernel"], strides=case["strides"], padding=case["padding"])
    assert layer(x).shape[1:] == tuple(question("q1").task.reference(case))
