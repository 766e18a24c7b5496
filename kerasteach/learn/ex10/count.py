"""Question 2: how many numbers a model has, from its file alone."""

import math

import numpy as np

from ..misconceptions import Misconception
from ..observe import as_value
from ..task import Task
from .files import case, numbers_of, program

_MODELS = (
    ("model = keras.Sequential([keras.Input((1,)), layers.Dense(1)])",),
    ("model = keras.Sequential([keras.Input((2,)), layers.Dense(3)])",),
    (
        "model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])",
        'model.compile("adam", "mse")',
        "model.fit(np.ones((1, 2)), np.ones((1, 1)), verbose=0)",
    ),
    ("model = keras.Sequential([keras.Input((2,)), layers.Normalization()])", "model.layers[0].adapt(np.ones((2, 2)))"),
    (
        "inner = keras.Sequential([keras.Input((2,)), layers.Dense(3)])",
        "model = keras.Sequential([keras.Input((2,)), inner, layers.Dense(1)])",
    ),
    (
        "model = keras.Sequential([keras.Input((13,)), layers.Normalization(), layers.Dense(16), layers.Dense(3)])",
        'model.compile("adam", "mse")',
        "model.fit(np.ones((1, 13)), np.ones((1, 3)), verbose=0)",
    ),
)


def _of_the_model(file):
    numbers, _ = numbers_of(file)
    return {place: array for place, array in numbers.items() if not place.startswith("optimizer/")}


def count_by_places(file):
    """The answer, written out."""
    return sum(array.size for array in _of_the_model(file).values())


def _first_group(numbers):
    first = next(iter(numbers)).rsplit("/", 1)[0]
    return [array for place, array in numbers.items() if place.rsplit("/", 1)[0] == first]


# Right answers, each written in another way.


def count_by_walking(file):
    """Group by group, by hand."""
    import io
    import zipfile

    import h5py

    def inside(group):
        return sum(thing.size if isinstance(thing, h5py.Dataset) else inside(thing) for thing in group.values())

    with zipfile.ZipFile(file) as archive, h5py.File(io.BytesIO(archive.read("model.weights.h5")), "r") as h5:
        return inside(h5["layers"])


def count_by_shapes(file):
    numbers, _ = numbers_of(file)
    shapes = [array.shape for place, array in numbers.items() if place.split("/")[0] == "layers"]
    return sum(math.prod(shape) for shape in shapes)


COUNT = Task(
    name="count_numbers",
    asks="how many numbers a model has, from its file alone",
    cell="q2-answer",
    arguments=("file",),
    cases=lambda: [case(lines) for lines in _MODELS],
    reference=lambda case: as_value(count_by_places(case["file"])),
    observe=lambda returned, case: as_value(returned),
    program=program("count_numbers", arrays=lambda case: ()),
    misconceptions=(
        Misconception(
            "optimizer counted", lambda file: sum(array.size for array in numbers_of(file)[0].values()),
            "The optimizer's notes are counted, too: with Adam that is about three times too many. Leave out what is under 'optimizer/'.", 3,
        ),
        Misconception(
            "arrays, not numbers", lambda file: len(_of_the_model(file)),
            "This counts the arrays. An array of shape (13, 16) is 208 numbers.", 2,
        ),
        Misconception(
            "bytes", lambda file: sum(array.nbytes for array in _of_the_model(file).values()),
            "These are bytes. A float32 takes four of them: count numbers, array.size.", 2,
        ),
        Misconception(
            "kernels only", lambda file: sum(array.size for place, array in _of_the_model(file).items() if place.endswith("/0")),
            "Only vars/0 is counted, the kernels. The biases are in vars/1, and some layers have more.", 1,
        ),
        Misconception(
            "shapes added", lambda file: sum(sum(array.shape) for array in _of_the_model(file).values()),
            "(13, 16) is 13 times 16 numbers, not 13 plus 16.", 2,
        ),
        Misconception(
            "rows only", lambda file: sum(len(np.atleast_1d(array)) for array in _of_the_model(file).values()),
            "len of an array is its number of rows. Take array.size.", 2,
        ),
        Misconception(
            "inner model left out",
            lambda file: sum(array.size for place, array in _of_the_model(file).items() if place.count("/") == 3),
            "A model inside the model has groups of its own, deeper down: layers/sequential/layers/dense/vars. Walk all the way: visititems.", 1,
        ),
        Misconception(
            "single numbers left out", lambda file: sum(array.size for array in _of_the_model(file).values() if array.ndim),
            "An array without axes, of shape (), is one number: its size is 1. Normalization has such a one.", 2,
        ),
        Misconception(
            "one group only", lambda file: sum(array.size for array in _first_group(_of_the_model(file))),
            "Only one group is counted. Go through all groups under layers/.", 1,
        ),
    ),
    hints=(
        "h5py.File(io.BytesIO(archive.read('model.weights.h5'))) opens the numbers. h5.visititems(keep) calls keep(place, thing) for "
        "everything in it, at any depth.",
        "If isinstance(thing, h5py.Dataset), it is an array, and thing.size says how many numbers it has.",
        "Places that start with 'optimizer/' are not the model's.",
    ),
    praise="Now you know how large a model is before it takes up any memory.",
    right_answers=(count_by_places, count_by_walking, count_by_shapes),
)  # fmt: skip
