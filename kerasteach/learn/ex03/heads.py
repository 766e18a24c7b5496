"""Question 1: one trunk, two named answers."""

from ... import layers, models
from ..counterexample import call
from ..look import look
from ..misconceptions import Misconception
from ..shrink import halves, smallest_first
from ..task import Task

WEIGHTS = ("kernel", "bias", "digit_kernel", "digit_bias", "odd_kernel", "odd_bias")
NAMES = ("digit", "odd")


def _draw(rng, features, units, classes):
    return {
        "features": features,
        "units": units,
        "classes": classes,
        "x": halves(rng, 2, features) + 0.5,
        "kernel": halves(rng, features, units),
        "bias": halves(rng, units) - 0.25,
        "digit_kernel": halves(rng, units, classes),
        "digit_bias": halves(rng, classes),
        "odd_kernel": halves(rng, units, 1) + 0.25,
        "odd_bias": halves(rng, 1),
    }


def _cases():
    # More classes than units, so that no two weights have the same shape. The last case has the digits' size.
    small = smallest_first(_draw, each=3, features=(1, 2), units=(2,), classes=(3, 4))
    return [*small, *smallest_first(_draw, each=1, features=(64,), units=(32,), classes=(10,))]


def _ends(features, units, activation="relu"):
    x = layers.Input((features,))
    return x, layers.Dense(units, activation=activation)(x)


def _variant(trunk="relu", digit="softmax", odd="sigmoid"):
    def build_model(features, units, classes):
        x, h = _ends(features, units, trunk)
        return models.Model(
            x, {"digit": layers.Dense(classes, activation=digit)(h), "odd": layers.Dense(1, activation=odd)(h)}
        )

    return build_model


def _two_trunks(features, units, classes):
    x, h = _ends(features, units)
    other = layers.Dense(units, activation="relu")(x)
    return models.Model(x, {"digit": layers.Dense(classes, "softmax")(h), "odd": layers.Dense(1, "sigmoid")(other)})


def _in_a_row(features, units, classes):
    x, h = _ends(features, units)
    digit = layers.Dense(classes, "softmax")(h)
    return models.Model(x, {"digit": digit, "odd": layers.Dense(1, "sigmoid")(digit)})


def _past_the_trunk(features, units, classes):
    x, h = _ends(features, units)
    return models.Model(x, {"digit": layers.Dense(classes, "softmax")(h), "odd": layers.Dense(1, "sigmoid")(x)})


def _no_names(features, units, classes):
    x, h = _ends(features, units)
    return models.Model(x, [layers.Dense(classes, "softmax")(h), layers.Dense(1, "sigmoid")(h)])


def _names_swapped(features, units, classes):
    x, h = _ends(features, units)
    return models.Model(x, {"odd": layers.Dense(classes, "softmax")(h), "digit": layers.Dense(1, "sigmoid")(h)})


def _joined(features, units, classes):
    x, h = _ends(features, units)
    return models.Model(x, layers.Concatenate()([layers.Dense(classes, "softmax")(h), layers.Dense(1, "sigmoid")(h)]))


def _no_model(features, units, classes):
    _, h = _ends(features, units)
    return {"digit": layers.Dense(classes, "softmax")(h), "odd": layers.Dense(1, "sigmoid")(h)}


def _fixed_sizes(features, units, classes):
    return _variant()(64, 32, 10)


# Right answers, each written in another way.


def build_with_a_trunk(features, units, classes):
    trunk = models.Sequential([layers.Input((features,)), layers.Dense(units), layers.ReLU()])
    x = layers.Input((features,), name="picture")
    h = trunk(x)
    heads = {"odd": layers.Dense(1, activation="sigmoid")(h), "digit": layers.Dense(classes, activation="softmax")(h)}
    return models.Model(inputs=x, outputs=heads)


def build_in_steps(features, units, classes):
    x = layers.Input(shape=(features,))
    h = layers.Activation("relu")(layers.Dense(units)(x))
    digit = layers.Softmax()(layers.Dense(classes)(h))
    odd = layers.Activation("sigmoid")(layers.Dense(1)(h))
    return models.Model(x, dict(digit=digit, odd=odd))


HEADS = Task(
    name="build_model",
    asks="one trunk with two named answers",
    cell="q1-answer",
    arguments=("features", "units", "classes"),
    cases=_cases,
    reference=lambda case: look(_variant()(case["features"], case["units"], case["classes"]), case, WEIGHTS, NAMES),
    observe=lambda returned, case: look(returned, case, WEIGHTS, NAMES),
    program=lambda case, differing: [call(HEADS, case)],
    misconceptions=(
        Misconception(
            "two trunks", _two_trunks,
            "Each Dense(units) you make is a new layer. Here the two answers read with two trunks, and learn nothing from each "
            "other. Make h once and use it twice.", 1,
        ),
        Misconception(
            "answers in a row", _in_a_row,
            "odd reads the answer digit here, not the trunk. Both arrows leave h.", 1,
        ),
        Misconception(
            "past the trunk", _past_the_trunk,
            "odd reads the input itself here, past the trunk. Both arrows leave h.", 1,
        ),
        Misconception(
            "outputs without names", _no_names,
            "The outputs are a list. Give a dict, so that losses and targets find them by name: {'digit': ..., 'odd': ...}.", 3,
        ),
        Misconception(
            "names swapped", _names_swapped,
            "The names are the wrong way round: digit has `classes` numbers, odd has one.", 3,
        ),
        Misconception(
            "answers joined", _joined,
            "The two answers are glued into one array. Then they share one loss and one metric. Return two outputs, in a dict.", 3,
        ),
        Misconception(
            "sigmoid for classes", _variant(digit="sigmoid"),
            "A picture shows exactly one digit, so its probabilities have to sum to 1. That is softmax; a sigmoid for each class "
            "lets them all be high.", 2,
        ),
        Misconception(
            "softmax on one unit", _variant(odd="softmax"),
            "Softmax makes a row sum to 1. odd has one number, so it is always 1. One unit needs a sigmoid.", 2,
        ),
        Misconception(
            "linear answer", _variant(odd=None),
            "odd has no activation, so it can be any number. A probability needs activation='sigmoid'.", 2,
        ),
        Misconception(
            "linear trunk", _variant(trunk=None),
            "Without activation='relu' trunk and head in a row are no more than one layer.", 1,
        ),
        Misconception(
            "tensors instead of a model", _no_model,
            "This is the dict of symbolic outputs. Wrap it: keras.Model(inputs, outputs).", 3,
        ),
        Misconception(
            "sizes fixed", _fixed_sizes,
            "The sizes come as arguments. Use features, units and classes instead of numbers.", 1,
        ),
    ),
    hints=(
        "x = keras.Input((features,)), then h = layers.Dense(units, activation='relu')(x). An arrow splits where you use h "
        "twice.",
        "digit: Dense(classes, activation='softmax'). odd: Dense(1, activation='sigmoid'). Call both on h.",
        "return keras.Model(x, {'digit': digit, 'odd': odd})",
    ),
    praise="One trunk, two answers: what helps one question to be answered, the other gets for nothing.",
    right_answers=(_variant(), build_with_a_trunk, build_in_steps),
)
