"""Question 1: the model itself, with one layer used twice."""

from ... import layers, models, ops
from ..look import program
from ..misconceptions import Misconception
from ..observe import as_value, what_it_is
from ..shrink import smallest_first
from ..task import Task
from .model import WEIGHTS, draw_unlabeled, moderate, two_input_model


def look(returned, case):
    """Return what tells one model from another: its inputs, its weights, and what it computes with given weights."""
    if not isinstance(returned, models.Model):
        return what_it_is(returned)
    data = [case["x1"], case["x2"]]
    if not returned.built:
        returned(data)  # a model of the student's own class makes its weights now
    wanted = [(None, case["features"])] * 2
    inputs = [tuple(t.shape) for t in returned.inputs] if hasattr(returned, "_plan") else wanted
    shapes = sorted(v.shape for v in returned.weights)
    fits = inputs == wanted and shapes == sorted(case[name].shape for name in WEIGHTS)
    return {
        "inputs": inputs,
        "parameters": returned.count_params(),
        "weights": shapes,
        "output": _output(returned, case, data) if fits else None,
    }


def _output(model, case, data):
    """What the model computes with the case's weights, wherever it keeps them: no two have the same shape."""
    for variable in model.weights:
        variable.assign(next(case[name] for name in WEIGHTS if case[name].shape == variable.shape))
    return as_value(model(data))


def _expected(case):
    return look(two_input_model(case["features"], case["units"]), case)


def _draw(rng, batch, features, units):
    return {"features": features, "units": units, **draw_unlabeled(rng, batch, features, units)}


def _cases():
    # From 2 units on, no two weights have the same shape. The last case is the lesson's size.
    small = smallest_first(_draw, moderate, batch=(1, 2), features=(1, 2, 3), units=(2, 3))
    return [*small, *smallest_first(_draw, each=1, batch=(2,), features=(32,), units=(64,))]


# The wrong answers.


def _ends(features):
    return layers.Input((features,)), layers.Input((features,))


def _variant(hidden="relu", merge=layers.Concatenate, last="sigmoid", swapped=False):
    def build_model(features, units):
        a, b = _ends(features)
        shared = layers.Dense(units, activation=hidden)
        h = [shared(b), shared(a)] if swapped else [shared(a), shared(b)]
        return models.Model([a, b], layers.Dense(1, activation=last)(merge()(h)))

    return build_model


def _separate(features, units):
    a, b = _ends(features)
    h = [layers.Dense(units, activation="relu")(a), layers.Dense(units, activation="relu")(b)]
    return models.Model([a, b], layers.Dense(1, activation="sigmoid")(layers.Concatenate()(h)))


def _joined_first(features, units):
    a, b = _ends(features)
    h = layers.Dense(units, activation="relu")(layers.Concatenate()([a, b]))
    return models.Model([a, b], layers.Dense(1, activation="sigmoid")(h))


def _one_input_twice(features, units):
    a, b = _ends(features)
    shared = layers.Dense(units, activation="relu")
    h = layers.Concatenate()([shared(a), shared(a)])
    return models.Model([a, b], layers.Dense(1, activation="sigmoid")(h))


def _tensor(features, units):
    return two_input_model(features, units).output


def _fixed_sizes(features, units):
    return two_input_model(32, 64)


# Right answers, each written in another way.


def build_functional(features, units):
    a, b = layers.Input((features,)), layers.Input((features,))
    shared = layers.Dense(units, activation="relu")
    return models.Model([a, b], layers.Dense(1, "sigmoid")(layers.Concatenate()([shared(a), shared(b)])))


def build_with_an_encoder(features, units):
    encoder = models.Sequential([layers.Input((features,)), layers.Dense(units), layers.ReLU()])
    left, right = layers.Input((features,), name="left"), layers.Input((features,), name="right")
    score = layers.Dense(1)(ops.concatenate([encoder(left), encoder(right)], axis=-1))
    return models.Model(inputs=[left, right], outputs=layers.Activation("sigmoid")(score))


class Twin(models.Model):
    def __init__(self, units):
        super().__init__()
        self.last = layers.Dense(1, activation="sigmoid")
        self.shared = layers.Dense(units, activation="relu")

    def call(self, inputs):
        return self.last(ops.concatenate([self.shared(x) for x in inputs], axis=1))



BUILD = Task(
    name="build_model",
    asks="a model with one layer used twice",
    cell="q1-answer",
    arguments=("features", "units"),
    cases=_cases,
    reference=_expected,
    observe=look,
    allowed=moderate,
    program=lambda case, differing: program(BUILD, case, WEIGHTS, differing, "[x1, x2]"),
    misconceptions=(
        Misconception(
            "two separate layers", _separate,
            "Each call of layers.Dense(...) makes a new layer with its own kernel. With 32 features and 64 units that is "
            "4,353 parameters instead of 2,241. Make the layer once and call it twice.", 1,
        ),
        Misconception(
            "added, not joined", _variant(merge=layers.Add),
            "Add keeps `units` numbers of each sample, so the model cannot tell its inputs apart. Concatenate keeps "
            "2 * units.", 2,
        ),
        Misconception(
            "inputs joined first", _joined_first,
            "One layer over both inputs side by side has 2 * features rows in its kernel: nothing is shared. Apply the "
            "layer to each input, then join.", 2,
        ),
        Misconception(
            "linear output", _variant(last=None),
            "The last layer has no activation, so its output can be any number. A probability needs "
            "activation='sigmoid'.", 3,
        ),
        Misconception(
            "ReLU output", _variant(last="relu"),
            "ReLU turns every negative score into 0 and lets the others grow past 1. A probability needs "
            "activation='sigmoid'.", 3,
        ),
        Misconception(
            "softmax on one unit", _variant(last="softmax"),
            "Softmax makes the outputs of a layer sum to 1. There is one output, so it is always 1. One unit needs "
            "activation='sigmoid'.", 3,
        ),
        Misconception(
            "linear hidden layer", _variant(hidden=None),
            "Without activation='relu' two Dense layers in a row are no more than one.", 1,
        ),
        Misconception(
            "branches swapped", _variant(swapped=True),
            "The first half of the joined vector must come from the first input.", 2,
        ),
        Misconception(
            "first input twice", _one_input_twice,
            "Both branches read the first input, so the second changes nothing.", 1,
        ),
        Misconception(
            "tensor instead of a model", _tensor,
            "This is the symbolic output. Wrap it: keras.Model(inputs=[...], outputs=output).", 3,
        ),
        Misconception(
            "sizes fixed at 32 and 64", _fixed_sizes,
            "The sizes come as arguments. Use features and units instead of 32 and 64.", 1,
        ),
    ),
    hints=(
        "A layer is an object. shared = layers.Dense(units, activation='relu') makes it; shared(x) uses it. Using it twice "
        "makes no new weights.",
        "layers.Concatenate()([h1, h2]) joins the branches: 2 * units numbers of each sample.",
        "End with layers.Dense(1, activation='sigmoid') on the joined branches, and return "
        "keras.Model(inputs=[input_1, input_2], outputs=output).",
    ),
    praise="One layer, used twice: 2,112 parameters are shared and 129 are the output's, 2,241 in all.",
    right_answers=(build_functional, build_with_an_encoder, lambda features, units: Twin(units)),
)
