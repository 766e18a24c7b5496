"""Exercise 00: mistakes are recognized however they are written, and what is expected is what the library does.

test_exercises.py proves what holds for every exercise.
"""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach.learn import Outcome, exercise

NAMES = ["q1", "q2", "q3", "q4"]
layers = keras.layers


def question(name):
    return exercise("00")[NAMES.index(name)]


# The same mistakes as the named ones, as somebody else would write them.


def model_of_eight(units):
    x = keras.Input((2,))
    return keras.Model(x, layers.Softmax()(layers.Dense(3)(layers.Activation("tanh")(layers.Dense(8)(x)))))


def model_without_tanh(units):
    return keras.Sequential([keras.Input((2,)), layers.Dense(units), layers.Dense(3), layers.Softmax()])


WRONG = [
    ("q1", "bias forgotten", lambda x, weight, bias: np.multiply(weight, x)),
    ("q1", "added first", lambda x, weight, bias: weight * x + weight * bias),
    ("q1", "nothing returned", lambda x, weight, bias: print(x * weight + bias)),
    ("q2", "always 8", model_of_eight),
    ("q2", "activation lost", model_without_tanh),
    ("q3", "the input's shape", lambda batch, features, units: np.zeros((batch, features)).shape),
    ("q3", "the kernel's shape", lambda batch, features, units: [features, units]),
    ("q4", "counted from 0", lambda history: np.argmin(history["val_loss"])),
    ("q4", "training loss", lambda history: np.array(history["loss"]).argmin() + 1),
    ("q4", "loss, not epoch", lambda history: sorted(history["val_loss"])[0]),
]


@pytest.mark.parametrize("name, mistake, answer", WRONG, ids=[f"{name} {mistake}" for name, mistake, _ in WRONG])
def test_mistakes_are_recognized_however_they_are_written(name, mistake, answer):
    result = question(name).check(answer)
    assert (result.outcome, result.misconception) == (Outcome.INCORRECT, mistake), result


@pytest.mark.parametrize("name", NAMES)
def test_each_question_has_a_few_named_mistakes(name):
    assert len(question(name).task.misconceptions) >= 5


def test_a_neuron_is_what_dense_computes():
    task = question("q1").task
    for case in task.cases():
        dense = layers.Dense(1)
        dense.build((None, 1))
        dense.set_weights([np.array([[case["weight"]]]), np.array([case["bias"]])])
        found = keras.ops.convert_to_numpy(dense(np.array([[case["x"]]])))
        assert found.item() == pytest.approx(task.reference(case).item())


def test_the_shape_is_that_of_dense():
    task = question("q3").task
    for case in task.cases():
        found = layers.Dense(case["units"])(np.zeros((case["batch"], case["features"])))
        assert tuple(found.shape) == task.reference(case)


def test_the_model_is_the_lesson_s():
    model = question("q2").task.right_answers[0](8)
    assert model.count_params() == 51
    assert [layer.get_config()["activation"] for layer in model.layers] == ["tanh", "softmax"]


def test_the_example_in_the_text_holds():
    assert question("q4").task.reference({"history": {"loss": [1.0, 0.6, 0.3], "val_loss": [1.1, 0.7, 0.9]}}) == 2
    assert question("q1").task.reference({"x": 2.0, "weight": 3.0, "bias": 1.0}) == 7
