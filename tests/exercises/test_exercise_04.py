"""Exercise 04: mistakes are recognized however they are written, and what is expected is what layers and models do.

test_exercises.py proves what holds for every exercise.
"""

import numpy as np
import pytest

import kerasteach as keras
from kerasteach import layers, ops
from kerasteach.learn import Outcome, exercise
from kerasteach.learn.exercise import numbers

NAMES = ["q1", "q2", "q3", "q4", "q5"]
assert "04" in numbers()


def question(name):
    return exercise("04")[NAMES.index(name)]


# The same mistakes as the named ones, as somebody else would write them.


class AdjustMadeOften(layers.Layer):
    def call(self, inputs):
        self.scale = self.add_weight(shape=(inputs.shape[-1],), initializer="ones", name="scale")
        self.shift = self.add_weight(initializer="zeros", name="shift")
        return ops.add(ops.multiply(inputs, self.scale), self.shift)


class AdjustWithLists(layers.Layer):
    def build(self, input_shape):
        self.factors = [1.0] * input_shape[-1]

    def call(self, inputs):
        return inputs * np.array(self.factors, "float32")


class AdjustFrozen(layers.Layer):
    def __init__(self):
        super().__init__(trainable=False)

    def build(self, input_shape):
        self.scale = self.add_weight(shape=(input_shape[-1],), initializer="ones")
        self.shift = self.add_weight(shape=(), initializer="zeros")

    def call(self, x):
        return x * self.scale + self.shift


class CentreOfInstances(layers.Layer):
    def __init__(self, keep):
        super().__init__()
        self.keep, self.mean = keep, None

    def call(self, x, training=False):
        mean = 0 if self.mean is None else self.mean
        if training:
            mean = self.mean = self.keep * mean + (1 - self.keep) * np.mean(ops.convert_to_numpy(x), axis=0)
        return x - mean


class CentreWithoutIf(layers.Layer):
    def __init__(self, keep):
        super().__init__()
        self.keep = keep

    def build(self, shape):
        self.mean = self.add_weight(shape=shape[-1:], initializer="zeros", trainable=False)

    def call(self, x):
        self.mean.assign(self.mean * self.keep + ops.mean(x, axis=0) * (1 - self.keep))
        return x - self.mean


class AroundWithoutFrame(keras.Model):
    def __init__(self, units, hidden):
        self.first = layers.Dense(hidden, "relu")
        self.second = layers.Dense(units)

    def call(self, x):
        return self.second(self.first(x)) + x


class AroundByFunctions(keras.Model):
    def __init__(self, units, hidden):
        super().__init__()
        self.sizes = units, hidden

    def call(self, x):
        units, hidden = self.sizes
        return layers.Add()([x, layers.Dense(units)(layers.Dense(hidden, "relu")(x))])


class Dim(layers.Layer):
    def __init__(self, percent, floor=0.0, **kwargs):
        super().__init__(**kwargs)
        self.share, self.lowest = percent / 100, floor

    def call(self, x):
        return ops.maximum(x * (1 - self.share), self.lowest)


class DimAlone(Dim):
    def get_config(self):
        return dict(floor=self.lowest, percent=self.share * 100)


class DimDivided(Dim):
    def get_config(self):
        config = super().get_config()
        config["percent"], config["floor"] = self.share, self.lowest
        return config


class SelfTaught(keras.Model):
    def __init__(self, sure):
        super().__init__()
        self.sure, self.classes = sure, layers.Dense(2, "softmax")

    def call(self, x):
        return self.classes(x)


class SelfTaughtAlways(SelfTaught):
    def train_step(self, data):
        x, y = data
        y = ops.where(y == -1, ops.cast(ops.argmax(self.predict_on_batch(x), axis=1), "int32"), y)
        return super().train_step((x, y))


class SelfTaughtLabelled(SelfTaught):
    def train_step(self, data):
        x, y = data
        return super().train_step((x, ops.maximum(y, 0), ops.cast(y > -1, "float32")))


WRONG = [
    ("q1", "made in call", AdjustMadeOften),
    ("q1", "not trained", AdjustFrozen),
    ("q2", "plain attribute", CentreOfInstances),
    ("q2", "moves in use", CentreWithoutIf),
    ("q3", "super forgotten", AroundWithoutFrame),
    ("q3", "layers made in call", AroundByFunctions),
    ("q4", "frame forgotten", DimAlone),
    ("q4", "share as percent", DimDivided),
    ("q5", "every guess believed", SelfTaughtAlways),
    ("q5", "no guess believed", SelfTaughtLabelled),
]


@pytest.mark.parametrize("name, mistake, answer", WRONG, ids=[f"{name} {mistake}" for name, mistake, _ in WRONG])
def test_mistakes_are_recognized_however_they_are_written(name, mistake, answer):
    result = question(name).check(answer)
    assert (result.outcome, result.misconception) == (Outcome.INCORRECT, mistake), result


def test_a_mistake_without_a_name_is_shown_by_its_counterexample():
    result = question("q1").check(AdjustWithLists)
    assert result.outcome is Outcome.INCORRECT and "received weights: none" in str(result.counterexample)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_layer_is_said_to_be_none(name):
    result = question(name).check(lambda *arguments: np.ones(2))
    assert result.outcome is Outcome.INCORRECT and "an object of type ndarray" in str(result.counterexample)


@pytest.mark.parametrize("name, method", [("q1", "call"), ("q2", "build"), ("q3", "__init__"), ("q4", "get_config"), ("q5", "train_step")])
def test_a_method_that_is_still_the_stub_is_not_attempted(name, method):
    right = question(name).task.right_answers[0]
    stub = type("Stub", (right,), {method: lambda *a, **k: ...}) if name != "q2" else type("Stub", (right,), {"call": lambda *a, **k: ...})
    assert question(name).check(stub).outcome is Outcome.NOT_ATTEMPTED


def run(result, answer):
    """What the last line of a counterexample's program gives."""
    *setup, last = result.counterexample.program.splitlines()
    space = {"np": np, "keras": keras, result.counterexample.program.split("(")[0].split()[-1]: answer}
    space |= {task.name: answer for q in exercise("04") for task in [q.task]}
    exec("\n".join(setup), space)
    return eval(last, space)


@pytest.mark.parametrize("name, mistake, seen", [
    ("q1", "shifted first", "output"), ("q2", "moves in use", "in use again"), ("q3", "no skip", "output"), ("q4", "floor forgotten", "output of its twin"),
])  # fmt: skip
def test_a_counterexample_is_a_program_that_shows_the_mistake(name, mistake, seen):
    answer = next(m.answer for m in question(name).task.misconceptions if m.name == mistake)
    result = question(name).check(answer)
    shown = ops.convert_to_numpy(run(result, answer))
    assert np.allclose(shown, result.counterexample.received[seen], atol=1e-6)
    assert not np.allclose(shown, result.counterexample.expected[seen], atol=1e-6)


def test_the_example_of_q2_is_right():
    layer = question("q2").task.right_answers[0](0.75)
    assert ops.convert_to_numpy(layer(np.array([[8.0], [16.0]]), training=True)).tolist() == [[5.0], [13.0]]
    assert ops.convert_to_numpy(layer(np.array([[4.0]]))).tolist() == [[1.0]]


@pytest.mark.parametrize("position", range(3))
def test_a_right_layer_trains_and_a_right_recipe_survives_a_file(position, tmp_path):
    adjust, around = (question(name).task.right_answers[position] for name in ("q1", "q3"))
    model = keras.Sequential([keras.Input((3,)), adjust(), around(3, 5), layers.Dense(1)])
    x = np.random.default_rng(0).normal(size=(64, 3)).astype("float32")
    model.compile("adam", "mse")
    losses = model.fit(x, x.sum(axis=1, keepdims=True), epochs=20, verbose=0).history["loss"]
    assert losses[-1] < losses[0]

    dim = question("q4").task.right_answers[position]
    model = keras.Sequential([keras.Input((3,)), dim(25, floor=0.5)])
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras", custom_objects={dim.__name__: dim})
    assert np.array_equal(loaded.predict(x, verbose=0), model.predict(x, verbose=0))


def test_teaching_itself_pays():
    """Two clouds, four labels: with its own guesses the model gets nearer to the truth than without."""
    draw = np.random.default_rng(0)
    truth = np.arange(200) % 2
    x = (draw.normal(size=(200, 2)) + np.array([[-1.5, 0.0], [1.5, 0.0]])[truth]).astype("float32")
    y = np.where(np.arange(200) < 4, truth, -1).astype("int32")
    found = []
    for kind in (question("q5").task.right_answers[0], SelfTaughtLabelled):
        keras.utils.set_random_seed(1)
        model = kind(0.8)
        model.compile(keras.optimizers.Adam(0.05), "sparse_categorical_crossentropy")
        model.fit(x, y, epochs=30, verbose=0)
        found.append(np.mean(model.predict(x, verbose=0).argmax(axis=1) == truth))
    assert found[0] >= found[1] and found[0] > 0.85, found
