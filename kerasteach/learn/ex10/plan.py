"""Question 1: the layers of a model, read off its plan."""

import json
import zipfile

from ..misconceptions import Misconception
from ..task import Task
from .files import case, numbers_of, plan_of, program

_MODELS = (
    ('model = keras.Sequential([keras.Input((2,)), layers.Dense(1, name="only")])',),
    ('model = keras.Sequential([keras.Input((2,)), layers.Dense(2, name="second"), layers.Dense(1, name="first")])',),
    (
        'model = keras.Sequential([keras.Input((2,)), layers.Dense(3, name="signals"), layers.ReLU(name="bend"),',
        '                          layers.Dense(2, name="who")], name="chain")',
    ),
    (
        'x = keras.Input((2,), name="x")',
        'h = layers.Dense(2, name="h")(x)',
        'model = keras.Model(x, layers.Add(name="skip")([x, h]))',
    ),
    (
        'reader = keras.Sequential([keras.Input((2,)), layers.Dense(2, name="inside")], name="reader")',
        'model = keras.Sequential([keras.Input((2,)), reader, layers.Dense(1, name="end")])',
    ),
)


def _boxes(file):
    return plan_of(file)["config"]["layers"]


def layers_by_loop(file):
    """The answer, written out."""
    found = []
    for box in _boxes(file):
        if box["class_name"] != "InputLayer":
            found.append((box["config"]["name"], box["class_name"]))
    return found


def _groups(file):
    _, names = numbers_of(file)
    return [(name, place.split("/")[1]) for place, name in names.items() if place.startswith("layers/") and place.count("/") == 2]


def _with_numbers(file):
    _, names = numbers_of(file)
    numbers, _ = numbers_of(file)
    filled = {names.get(place.rsplit("/", 1)[0]) for place in numbers}
    return [pair for pair in layers_by_loop(file) if pair[0] in filled]


def _opened_up(file):
    def inside(boxes):
        for box in boxes:
            if "layers" in box["config"]:
                yield from inside(box["config"]["layers"])
            elif box["class_name"] != "InputLayer":
                yield box["config"]["name"], box["class_name"]

    return list(inside(_boxes(file)))


# Right answers, each written in another way.


def layers_by_text(file):
    with zipfile.ZipFile(file) as archive, archive.open("config.json") as text:
        boxes = json.load(text)["config"]["layers"]
    return [(box["config"]["name"], box["class_name"]) for box in boxes if not box["class_name"].startswith("Input")]


def layers_by_zip(file):
    names = [box["config"]["name"] for box in _boxes(file)]
    kinds = [box["class_name"] for box in _boxes(file)]
    return [[name, kind] for name, kind in zip(names, kinds) if kind != "InputLayer"]


def _observe(returned, case):
    if not isinstance(returned, (list, tuple)):
        return "None" if returned is None else f"an object of type {type(returned).__name__}"
    return [tuple(item) if isinstance(item, list) else item for item in returned]


PLAN = Task(
    name="layers_of",
    asks="the layers of a model, read off its plan",
    cell="q1-answer",
    arguments=("file",),
    cases=lambda: [case(lines) for lines in _MODELS],
    reference=lambda case: layers_by_loop(case["file"]),
    observe=_observe,
    program=program("layers_of", arrays=lambda case: ()),
    misconceptions=(
        Misconception(
            "inputs kept", lambda file: [(box["config"]["name"], box["class_name"]) for box in _boxes(file)],
            "InputLayer is in the plan, too: it says which shape comes in. It computes nothing, so leave it out here.", 3,
        ),
        Misconception(
            "class first", lambda file: [pair[::-1] for pair in layers_by_loop(file)],
            "The pairs are the wrong way round: the name first, then the class.", 2,
        ),
        Misconception(
            "names only", lambda file: [name for name, _ in layers_by_loop(file)],
            "These are the names. A name does not say what a layer is: give pairs, name and class.", 2,
        ),
        Misconception(
            "in the order of the alphabet", lambda file: sorted(layers_by_loop(file)),
            "The order of the plan is lost. In a chain the order is half of the model: keep it.", 2,
        ),
        Misconception(
            "the model itself", lambda file: [(plan_of(file)["config"]["name"], plan_of(file)["class_name"])],
            "This is the outermost object, the model. Its layers are in its config, under 'layers'.", 1,
        ),
        Misconception(
            "registered name", lambda file: [(name, None) for name, _ in layers_by_loop(file)],
            "registered_name is for classes of your own; for those of Keras it is null. Take class_name.", 2,
        ),
        Misconception(
            "groups of the weights file", _groups,
            "These are the groups in model.weights.h5: class names in small letters, counted, and in the order of the alphabet. The plan "
            "is in config.json.", 1,
        ),
        Misconception(
            "layers with numbers only", _with_numbers,
            "Layers without weights are missing. ReLU and Add have no numbers, and the model is another one without them.", 1,
        ),
        Misconception(
            "inner model opened", _opened_up,
            "A model inside the model is one box: give its name and class, not what is in it.", 3,
        ),
    ),
    hints=(
        "with zipfile.ZipFile(file) as archive: plan = json.loads(archive.read('config.json')). Then look at plan['config'].",
        "plan['config']['layers'] is a list. Each entry has 'class_name', and its name is in its own 'config'.",
        "Go through the list in its order, leave out entries whose class_name is 'InputLayer', and collect (name, class_name).",
    ),
    praise="Three lines, and you can say what is in a file that you would not dare to load.",
    right_answers=(layers_by_loop, layers_by_text, layers_by_zip),
)  # fmt: skip
