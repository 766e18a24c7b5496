"""Question 6: a model run out of its file, without Keras."""

import re

import numpy as np

from ... import models
from ..counterexample import arrays
from ..misconceptions import Misconception
from ..observe import as_value
from ..task import Task
from .files import case, intact, numbers_of, plan_of, program

_MODELS = (  # the chain, how many numbers come in, the arrays of its weights
    ("layers.Dense(1)", 1, [[[2]], [1]]),
    ("layers.Dense(1, use_bias=False)", 1, [[[2]]]),
    ('layers.Dense(1, activation="relu")', 1, [[[-1]], [0.5]]),
    ("layers.Dense(2)", 1, [[[2, 3]], [1, -1]]),
    ("layers.Dense(1)", 2, [[[2], [3]], [1]]),
    ('layers.Dense(2, activation="softmax")', 1, [[[1, -1]], [0.5, 0]]),
    ('layers.Dense(1, activation="relu"), layers.Dense(1)', 1, [[[-2]], [1], [[-3]], [-1]]),
    ("layers.Dense(1), layers.Dense(1)", 1, [[[2]], [1], [[3]], [-1]]),
    ('layers.Dense(1, name="z"), layers.Dense(1, name="a")', 1, [[[2]], [1], [[3]], [-1]]),
    (
        'layers.Dense(2, activation="relu", use_bias=False), layers.Dense(2, activation="softmax")', 2,
        [[[1, -1], [2, 0.5]], [[1, -1], [0.5, 2]], [0, 1]],
    ),
    ("*(layers.Dense(1) for _ in range(11))", 1, [[1 - i % 3] if i % 2 else [[1 + i % 4]] for i in range(22)]),
)  # fmt: skip


def _lines(chain, features, weights):
    return (
        f"model = keras.Sequential([keras.Input(({features},)), {chain}])",
        f"model.set_weights([np.array(w) for w in {weights}])",
    )


def _cases():
    found = []
    for chain, features, weights in _MODELS:
        for x in ([[1.0] * features], [[0.5] * features, [-2.0, 1.0][:features]]):
            found.append(case(_lines(chain, features, weights), x=np.array(x)))
    return found


def relu(z):
    """Negative numbers become 0."""
    return np.maximum(z, 0)


def softmax(z, axis=1):
    """Shares that sum to 1."""
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


BENDS = {"linear": lambda z: z, "relu": relu, "softmax": softmax}


def _read(file):
    """The Dense layers in the plan's order: (activation, kernel, bias or None)."""
    numbers, _ = numbers_of(file)
    boxes = [box for box in plan_of(file)["config"]["layers"] if box["class_name"] == "Dense"]
    for i, box in enumerate(boxes):
        group = f"layers/dense_{i}/vars/" if i else "layers/dense/vars/"
        yield box["config"]["activation"], numbers[group + "0"], numbers.get(group + "1")


def run_by_hand(file, x):
    """The answer, written out."""
    for activation, kernel, bias in _read(file):
        z = x @ kernel if bias is None else x @ kernel + bias
        x = BENDS[activation](z)
    return x


def _with(change):
    """The answer with a mistake: function(boxes) -> boxes, each (activation, kernel, bias)."""

    def predict_by_hand(file, x):
        for activation, kernel, bias in change(list(_read(file))):
            z = x @ kernel if bias is None else x @ kernel + bias
            x = BENDS[activation](z)
        return x

    return predict_by_hand


def _softmax_over_the_batch(file, x):
    for activation, kernel, bias in _read(file):
        z = x @ kernel if bias is None else x @ kernel + bias
        x = softmax(z, axis=0) if activation == "softmax" else BENDS[activation](z)
    return x


def _not_shared_out(file, x):
    for activation, kernel, bias in _read(file):
        z = x @ kernel if bias is None else x @ kernel + bias
        x = np.exp(z) if activation == "softmax" else BENDS[activation](z)
    return x


def _in_the_order_of_the_file(file, x):
    numbers, _ = numbers_of(file)
    groups = sorted({place.rsplit("/", 1)[0] for place in numbers})
    boxes = [box["config"]["activation"] for box in plan_of(file)["config"]["layers"] if box["class_name"] == "Dense"]
    for group, activation in zip(groups, boxes):
        x = BENDS[activation](x @ numbers[f"{group}/0"] + numbers.get(f"{group}/1", 0))
    return x


def _bias_taken_for_granted(file, x):
    for activation, kernel, bias in _read(file):
        if bias is None:
            raise KeyError("layers/dense/vars/1")
        x = BENDS[activation](x @ kernel + bias)
    return x


def _first_layer(file, x):
    return _with(lambda boxes: boxes[:1])(file, x)


# Right answers, each written in another way.


def run_by_names(file, x):
    """By the names that stand beside the groups."""
    numbers, names = numbers_of(file)
    places = {name: place for place, name in names.items() if place.startswith("layers/")}
    for box in plan_of(file)["config"]["layers"]:
        own = box["config"]
        if box["class_name"] == "Dense":
            x = np.einsum("bi,io->bo", x, numbers[f"{places[own['name']]}/0"])
            x = x + numbers[f"{places[own['name']]}/1"] if own["use_bias"] else x
            x = BENDS[own["activation"]](x)
    return x


def run_by_counting(file, x):
    """By the numbers in the groups' names."""
    numbers, _ = numbers_of(file)
    groups = sorted({place.rsplit("/", 1)[0] for place in numbers}, key=lambda group: int((re.findall(r"\d+", group) or [0])[0]))
    plan = [box["config"] for box in plan_of(file)["config"]["layers"][1:]]
    for group, own in zip(groups, plan, strict=True):
        z = np.dot(x, numbers[group + "/0"]) + numbers.get(group + "/1", 0.0)
        x = {"relu": z * (z > 0), "linear": z}[own["activation"]] if own["activation"] != "softmax" else softmax(z)
    return x


RUN = Task(
    name="predict_by_hand",
    asks="a model run out of its file, without Keras",
    cell="q6-answer",
    arguments=("file", "x"),
    cases=_cases,
    reference=lambda case: as_value(models.load_model(intact(case["file"])).predict(case["x"], verbose=0)),
    observe=lambda returned, case: as_value(returned),
    program=program("predict_by_hand", arrays=arrays, arguments=("x",)),
    misconceptions=(
        Misconception(
            "activations left out", _with(lambda boxes: [("linear", kernel, bias) for _, kernel, bias in boxes]),
            "The activations are missing. They have no numbers, so the weights file does not know them: each Dense's config does.", 2,
        ),
        Misconception(
            "relu everywhere", _with(lambda boxes: [("relu", kernel, bias) for _, kernel, bias in boxes]),
            "Every layer gets a relu here. Which one it is stands in the layer's config, under 'activation'.", 2,
        ),
        Misconception(
            "last activation left out", _with(lambda boxes: [*boxes[:-1], ("linear", *boxes[-1][1:])]),
            "The last layer's activation is missing. It has one like all others, if the plan says so.", 2,
        ),
        Misconception(
            "biases left out", _with(lambda boxes: [(activation, kernel, None) for activation, kernel, _ in boxes]),
            "The biases are missing: vars/1 of each group.", 1,
        ),
        Misconception(
            "a bias taken for granted", _bias_taken_for_granted,
            "A layer with use_bias=False has no vars/1 in the file. Look before you read.", 3,
        ),
        Misconception(
            "in the order of the file", _in_the_order_of_the_file,
            "The groups are taken in the order of the alphabet, and there dense_10 comes before dense_2. Take the plan's order, and count: "
            "dense, dense_1, dense_2, ...", 3,
        ),
        Misconception(
            "in the order of the names",
            lambda file, x: _with(lambda boxes: [box for _, box in sorted(zip(_names(file), boxes), key=lambda pair: pair[0])])(file, x),
            "The layers run in the order of their names. The plan's order is the order of the chain.", 3,
        ),
        Misconception(
            "backwards", _with(lambda boxes: boxes[::-1]),
            "The last layer comes first here. Data go through the chain from the plan's first layer to its last.", 3,
        ),
        Misconception(
            "first layer only", _first_layer,
            "This is what the first layer gives. Go on with it: the next layer takes what the one before it gives.", 1,
        ),
        Misconception(
            "kernel turned", _with(lambda boxes: [(activation, kernel.T, bias) for activation, kernel, bias in boxes]),
            "The kernel is transposed. It is stored as it is used, (inputs, units): x @ kernel.", 1,
        ),
        Misconception(
            "softmax over the batch", _softmax_over_the_batch,
            "The shares sum to 1 over the batch. Each row must sum to 1: axis=1, keepdims=True.", 2,
        ),
        Misconception(
            "not shared out", _not_shared_out,
            "exp alone is no softmax. Divide each row by its sum.", 2,
        ),
    ),
    hints=(
        "Read plan and numbers as in q1 and q2. A Dense layer computes activation(x @ kernel + bias); kernel is vars/0, bias is vars/1.",
        "config['activation'] is 'linear', 'relu' or 'softmax'. Write the three as functions and look them up in a dict.",
        "Go through the plan's Dense layers in order. The first one's group is layers/dense, the next ones' layers/dense_1, layers/dense_2, ... "
        "Without use_bias there is no vars/1.",
    ),
    praise="A model is a plan and numbers, and you have just run one with neither Keras nor trust.",
    right_answers=(run_by_hand, run_by_names, run_by_counting),
)  # fmt: skip


def _names(file):
    return [box["config"]["name"] for box in plan_of(file)["config"]["layers"] if box["class_name"] == "Dense"]
