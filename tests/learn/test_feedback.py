"""Feedback teaches: how far an answer goes as a right one, and expected and received side by side."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

import kerasteach as keras
from kerasteach.learn import exercise
from kerasteach.learn.side_by_side import picture
from kerasteach.learn.steps import Followed, Step, diverging, following


def judged(number, name, answer):
    return exercise(number)[int(name[1:]) - 1].judge(answer)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def dense_twice(last):
    def build_model(features, units):
        a, b = keras.Input((features,)), keras.Input((features,))
        shared = keras.layers.Dense(units, "relu")
        return keras.Model([a, b], keras.layers.Dense(1, last)(keras.layers.concatenate([shared(a), shared(b)])))

    return build_model


def forward_without_bias_at_the_end(x1, x2, kernel, bias, out_kernel, out_bias):
    h = np.hstack([np.maximum(x @ kernel + bias, 0) for x in (x1, x2)])
    return sigmoid(h @ out_kernel)


def forward_in_ops(x1, x2, kernel, bias, out_kernel, out_bias):
    ops = keras.ops
    h = ops.concatenate([ops.relu(ops.matmul(x, kernel) + bias) for x in (x1, x2)], axis=-1)
    return ops.tanh(ops.matmul(h, out_kernel) + out_bias)


STEPS = [
    # written in ops, as layers of a model
    ("01", "q1", dense_twice("linear"), "your last step, add number 3, gives what a right answer has there, too. That goes on with sigmoid."),
    ("01", "q1", dense_twice("softmax"), "up to add number 3. Then softmax goes another way ([[1.0]] in the example): look there first."),
    ("01", "q2", forward_in_ops, "up to add number 3. Then tanh goes another way"),
    ("02", "q1", exercise("02")[0].task.misconceptions[2].answer, "up to add number 2. Then relu goes another way"),
    # written in NumPy
    ("01", "q2", forward_without_bias_at_the_end, "Then negative goes another way"),
    ("01", "q3", lambda y, p: -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p)), "up to multiply number 2. Then add goes another way"),
    ("03", "q3", lambda units, hidden: (lambda x: keras.Model(x, x - keras.layers.Dense(units)(keras.layers.Dense(hidden, "relu")(x))))(
        keras.Input((units,))), "Then subtract goes another way"),
    ("03", "q4", lambda x, kernel, bias, g: g - (g * (x @ kernel + bias > 0)) @ kernel.T, "Then subtract goes another way"),
    ("06", "q1", lambda g, x: sigmoid(x) * (1 - sigmoid(x)), "your last step, multiply, gives what a right answer has there, too. That goes on with multiply."),
    ("06", "q1", lambda g, x: g * sigmoid(x), "up to divide. Then multiply goes another way"),
]  # fmt: skip


@pytest.mark.parametrize("number, name, answer, said", STEPS, ids=[f"{number}-{name}-{said[-24:]}" for number, name, _, said in STEPS])
def test_the_first_op_that_diverges_is_named(number, name, answer, said):
    result = judged(number, name, answer)
    assert not result.is_correct and said in result.steps, result
    assert "Step by step: " in repr(result) and result.steps == judged(number, name, answer).steps


@pytest.mark.parametrize("number, name, answer", [
    ("06", "q1", lambda g, x: 1 / 0), ("06", "q1", lambda g, x: None), ("06", "q1", lambda g, x: "x"), ("06", "q1", lambda g, x: 0.5),
    ("06", "q1", lambda g, x: [[0.5 * float(a) for a in row] for row in g]), ("01", "q1", lambda features, units: 3),
])  # fmt: skip
def test_where_nothing_is_certain_nothing_is_said(number, name, answer):
    assert judged(number, name, answer).steps == ""


@pytest.mark.parametrize("name", ["an answer for each place", "mean for Flatten", "pooling lost", "convolution lost", "a rim added"])
def test_of_a_model_with_other_weights_no_step_is_blamed(name):
    """Its weights are drawn, so its numbers are nobody's."""
    q = exercise("05")[3]
    (mistake,) = [m for m in q.task.misconceptions if m.name == name]
    assert q.judge(mistake.answer).steps == ""


def test_right_answers_need_no_steps():
    q = exercise("06")[0]
    assert all(q.judge(answer).steps == "" for answer in q.task.right_answers)


def ops_of(function, *arrays):
    with following() as steps:
        found = function(*[x.view(Followed) for x in arrays])
    return [step.op for step in steps], found


def test_numpy_is_heard_however_it_is_called():
    x = np.array([[1.0, 2.0], [3.0, 5.0]])
    assert ops_of(lambda x: (x @ x.T).sum(axis=0), x)[0] == ["matmul", "sum"]
    assert ops_of(lambda x: np.einsum("ij->j", np.where(x > 1.5, x, 0)), x)[0] == ["where", "einsum"]
    assert ops_of(lambda x: np.concatenate([x, 2 * x]).mean(), x)[0][:2] == ["multiply", "concatenate"]
    assert ops_of(lambda x: np.split(x, 2)[0] + 1, x)[0] == ["split", "split", "add"]

    def in_place(x):
        y = x.copy()
        y += 1
        y[0] *= 2
        return y

    ops, found = ops_of(in_place, x)
    assert ops == ["add", "multiply"] and (np.asarray(found) == [[4, 6], [4, 6]]).all()


def test_following_changes_no_number_and_ends():
    q = exercise("01")[1]
    case = q.task.cases()[-1]
    plain = [q.task.right_answers[1](*[case[name] for name in q.task.arguments])]
    _, found = ops_of(q.task.right_answers[1], *[case[name] for name in q.task.arguments])
    assert np.array_equal(plain[0], np.asarray(found))
    with following() as steps:
        pass
    np.exp(np.ones(2).view(Followed))
    assert steps == []


def test_a_detour_is_no_mistake():
    a, b, c, d = (np.array([n]) for n in (2.0, 3.0, 5.0, 7.0))
    right = [[Step("r1", a), Step("r2", c)]]
    assert diverging([Step("s1", a), Step("s2", b), Step("s3", c), Step("s4", d)], right, [d])[:2] == (3, Step("s4", d))
    assert diverging([Step("s1", a)], right, [a]) == (1, None, "r2")
    assert diverging([Step("s1", a)], right, [a, b]) == (1, None, None)
    assert diverging([Step("s1", np.array([1.0]))], [[Step("r1", np.array([1.0]))]], [])[0] == 0  # by chance
    assert diverging([], right, [a]) == (0, None, None)


def numbers_in(svg):
    return [text.text for text in ET.fromstring(svg).iter() if text.tag == "text"]


def test_expected_and_received_stand_side_by_side():
    svg = picture(np.array([[1.0, 2.0]]), np.array([[1.0, -2.5]]))
    assert numbers_in(svg) == ["expected (1, 2)", "1", "2", "received (1, 2)", "1", "≠-2.5"]
    assert 'aria-label="Expected and received: 1 of 2 differ; first at [0, 1]: 2 expected, -2.5 received."' in svg
    assert svg.count("#D55E00") == 1 and 'role="img"' in svg


@pytest.mark.parametrize("expected, received, said", [
    (np.array(1.5), np.array(2.5), "1.5 expected, 2.5 received."),
    (np.arange(3), np.arange(3) * 2, "2 of 3 differ; first at [1]: 1 expected, 2 received."),
    (np.ones((2, 1)), np.ones(2), "Expected an array of shape (2, 1), received one of shape (2,)."),
    (np.array([1.0, np.inf]), np.array([np.nan, np.inf]), "first at [0]: 1 expected, nan received."),
])  # fmt: skip
def test_the_picture_in_words(expected, received, said):
    svg = picture(expected, received)
    assert said in svg and ET.fromstring(svg) is not None


@pytest.mark.parametrize("expected, received", [
    (np.ones((9, 9)), np.ones((9, 9))), (np.ones((2, 2, 2)), np.ones((2, 2, 2))), (np.ones(2), "None"), (np.ones(0), np.ones(0)), (3, 4),
])  # fmt: skip
def test_what_is_no_small_array_is_not_drawn(expected, received):
    assert picture(expected, received) == ""


@pytest.mark.parametrize("number, name, answer", [STEPS[1][:3], STEPS[3][:3], STEPS[6][:3], STEPS[8][:3]])
def test_a_result_shows_it_in_html_and_says_it_in_text(number, name, answer):
    result = judged(number, name, answer)
    html = result._repr_html_()
    assert html.count("<svg role=") == 1 and re.search(r'aria-label="[^"]+received\."', html)
    assert "<svg" not in repr(result) and "expected" in repr(result) and "received" in repr(result)
    assert ET.fromstring(html) is not None
