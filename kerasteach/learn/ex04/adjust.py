"""Question 1: a layer with two weights of its own."""

import numpy as np

from ... import layers
from ..counterexample import arrays
from ..misconceptions import Misconception
from ..observe import as_value
from ..shrink import smallest_first
from ..task import Task
from .look import first_answer, owned, put, refused


def _draw(rng, batch, features):
    def halves(*shape):
        return rng.integers(-3, 4, shape) / 2

    return {"x": halves(batch, features) + 0.25, "scale": halves(features) + 0.25, "shift": np.array(rng.integers(1, 5) / 2)}


def _cases():
    return smallest_first(_draw, each=2, batch=(1, 2), features=(1, 3))


def _look(returned, case):
    """Facts about a layer, before and after the case's weights were put in."""
    if wrong := refused(returned):
        return wrong
    at_first = first_answer(returned, case["x"])
    facts = {"weights": owned(returned.weights), "of them trained": len(returned.trainable_weights), "output at first": at_first}
    fits = put(returned, [case["scale"], case["shift"]])
    return facts | {"output": as_value(returned(case["x"])) if fits else None}


def _program(case, differing):
    if differing != [" output:"]:
        return [*arrays({"x": case["x"]}), "layer = Adjust()", "layer(x)"]
    put_in = "for w in layer.weights: w.assign(shift if w.shape == () else scale)"
    return [*arrays(case), "layer = Adjust()", "layer(x)", put_in, "layer(x)"]


def _variant(scale=lambda shape: (shape[-1],), shift=lambda shape: (), start="ones", formula=lambda x, a, b: x * a + b, **settings):
    class Adjust(layers.Layer):
        def build(self, input_shape):
            self.scale = self.add_weight(shape=scale(input_shape), initializer=start, name="scale", **settings)
            self.shift = self.add_weight(shape=shift(input_shape), initializer="zeros", name="shift", **settings)

        def call(self, x):
            return formula(x, self.scale, self.shift)

    return Adjust


class _PlainArrays(layers.Layer):
    def build(self, input_shape):
        self.scale, self.shift = np.ones(input_shape[-1], "float32"), np.zeros((), "float32")

    def call(self, x):
        return x * self.scale + self.shift


class _MadeInCall(layers.Layer):
    def call(self, x):
        scale = self.add_weight(shape=(x.shape[-1],), initializer="ones")
        shift = self.add_weight(shape=(), initializer="zeros")
        return x * scale + shift


class _NothingReturned(layers.Layer):
    def build(self, input_shape):
        self.scale = self.add_weight(shape=(input_shape[-1],), initializer="ones")
        self.shift = self.add_weight(shape=(), initializer="zeros")

    def call(self, x):
        x * self.scale + self.shift


# Right answers, each written in another way.


class AdjustByParts(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.shift = self.add_weight(initializer="zeros")  # needs no shape of the data

    def build(self, input_shape):
        *_, features = input_shape
        self.factors = self.add_weight(shape=(features,), initializer="ones", name="factors")

    def call(self, inputs):
        return self.shift + self.factors * inputs


def make_adjust():
    return _variant()()


ADJUST = Task(
    name="Adjust",
    asks="a layer with two weights",
    cell="q1-answer",
    arguments=(),
    cases=_cases,
    reference=lambda case: _look(_variant()(), case),
    observe=_look,
    program=_program,
    misconceptions=(
        Misconception(
            "plain arrays", _PlainArrays,
            "The numbers are plain arrays. Training never finds them, saving forgets them. Make them with self.add_weight.", 2,
        ),
        Misconception(
            "made in call", _MadeInCall,
            "The weights are made in call, so every call makes new ones. Make them in build: it runs once.", 1,
        ),
        Misconception(
            "one scale for all", _variant(scale=lambda shape: ()),
            "There is a single scale for all features. It should be one a feature: shape (input_shape[-1],).", 2,
        ),
        Misconception(
            "one shift a feature", _variant(shift=lambda shape: (shape[-1],)),
            "There is a shift for each feature. It should be one number for all of them: shape ().", 2,
        ),
        Misconception(
            "one scale a row", _variant(scale=lambda shape: (shape[0],)),
            "The scale has one number for each row of the batch. The next batch may have other rows: take the last axis, "
            "input_shape[-1].", 2,
        ),
        Misconception(
            "scale starts at 0", _variant(start="zeros"),
            "The scale starts at 0, and the first answer is 0 whatever comes in. Start it at 1: initializer='ones'.", 3,
        ),
        Misconception(
            "random start", _variant(start="random_normal"),
            "The scale starts at random. A fresh layer should change nothing: initializer='ones'.", 3,
        ),
        Misconception(
            "not trained", _variant(trainable=False),
            "The weights have trainable=False. The optimizer will leave them alone.", 2,
        ),
        Misconception(
            "shifted first", _variant(formula=lambda x, a, b: (x + b) * a),
            "The shift is added before scaling, so it is scaled, too. First times scale, then plus shift.", 3,
        ),
        Misconception(
            "scale forgotten", _variant(formula=lambda x, a, b: x + b),
            "The scale exists, but call does not use it.", 3,
        ),
        Misconception(
            "shift forgotten", _variant(formula=lambda x, a, b: x * a),
            "The shift exists, but call does not use it.", 3,
        ),
        Misconception(
            "call returns nothing", _NothingReturned,
            "call computes the answer and does not return it.", 3,
        ),
    ),
    hints=(
        "build runs once, when the first data comes; call runs every time. Weights belong into build.",
        "self.scale = self.add_weight(shape=(input_shape[-1],), initializer=...). For the shift shape=().",
        "scale starts with 'ones', shift with 'zeros'; call returns x * self.scale + self.shift.",
    ),
    praise="A layer that Keras does not have. It trains, saves and counts its weights like any other.",
    right_answers=(_variant(), AdjustByParts, make_adjust),
)
