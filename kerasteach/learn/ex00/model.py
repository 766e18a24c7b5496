"""Question 2: the lesson's model with another number of units."""

import numpy as np

from ... import layers, models
from ..counterexample import call
from ..misconceptions import Misconception
from ..observe import as_value
from ..task import Task


def _cases():
    return [{"units": units} for units in (1, 2, 5, 8)]


def look(returned, case):
    """Facts about a model with two inputs."""
    if not isinstance(returned, models.Model):
        return "None" if returned is None else f"an object of type {type(returned).__name__}"
    shapes = [tuple(w.shape) for w in returned.weights]
    for i, variable in enumerate(returned.weights):
        variable.assign(np.arange(np.prod(variable.shape)).reshape(variable.shape) / 4 - 0.5 + i / 8)
    x = np.array([[1.0, -2.0], [0.5, 1.0]])
    return {"weights": ", ".join(map(str, shapes)), "answer": as_value(returned(x))}


def _chain(first, second="softmax", classes=3):
    """An answer: function(units) -> how many units the hidden layer gets, by `first`."""

    def build_model(units):
        hidden = layers.Dense(first(units), activation="tanh")
        return models.Sequential([layers.Input((2,)), hidden, layers.Dense(classes, activation=second)])

    return build_model


def _units_at_the_end(units):
    return models.Sequential([layers.Input((2,)), layers.Dense(8, "tanh"), layers.Dense(units, "softmax")])


def _units_as_input(units):
    return models.Sequential([layers.Input((units,)), layers.Dense(8, "tanh"), layers.Dense(3, "softmax")])


def _linear(units):
    return models.Sequential([layers.Input((2,)), layers.Dense(units), layers.Dense(3, "softmax")])


def _no_hidden(units):
    return models.Sequential([layers.Input((2,)), layers.Dense(3, "softmax")])


# Right answers, each written in another way.


def build_link_by_link(units):
    model = models.Sequential()
    model.add(layers.Input(shape=(2,)))
    model.add(layers.Dense(units, activation="tanh"))
    model.add(layers.Dense(3))
    model.add(layers.Softmax())
    return model


def build_by_arrows(units):
    x = layers.Input((2,), name="bottle")
    h = layers.Activation("tanh")(layers.Dense(units, name="hidden")(x))
    return models.Model(x, layers.Dense(3, activation="softmax")(h))


MODEL = Task(
    name="build_model",
    asks="the lesson's model, with as many hidden units as you like",
    cell="q2-answer",
    arguments=("units",),
    cases=_cases,
    reference=lambda case: look(_chain(int)(case["units"]), case),
    observe=look,
    program=lambda case, differing: [call(MODEL, case)],
    misconceptions=(
        Misconception(
            "always 8", _chain(lambda units: 8),
            "The hidden layer has 8 units, whatever is asked for. Write units in place of 8.", 1,
        ),
        Misconception(
            "units in the last layer", _units_at_the_end,
            "The last layer has `units` units. It has one for each grower: 3. The hidden layer is the other one.", 2,
        ),
        Misconception(
            "units in Input", _units_as_input,
            "Input says how many numbers come in: 2 a bottle, however large the model is.", 2,
        ),
        Misconception(
            "no hidden layer", _no_hidden,
            "The hidden layer is gone. First Dense(units, ...), then Dense(3, ...).", 1,
        ),
        Misconception(
            "activation lost", _linear,
            "The hidden layer has no activation any more. Without 'tanh' two layers are no more than one.", 3,
        ),
        Misconception(
            "sigmoid at the end", _chain(int, second="sigmoid"),
            "The last layer's activation is 'softmax': three shares that sum to 1.", 3,
        ),
        Misconception(
            "one class too few", _chain(int, classes=2),
            "The last layer has two units. There are three growers.", 2,
        ),
    ),
    hints=(
        "Copy the model from above. The 8 is the number of hidden units: put units there.",
        "keras.Input((2,)) and the last layer's 3 stay: two numbers come in, three growers.",
        "layers.Dense(units, activation='tanh') in the middle, layers.Dense(3, activation='softmax') at the end.",
    ),
    praise="A function that makes models: now you can try sizes in a loop.",
    right_answers=(_chain(int), build_link_by_link, build_by_arrows),
)  # fmt: skip
