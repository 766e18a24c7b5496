"""Question 4: a chain for pictures, with its layers in the wrong places."""

from ... import layers, models
from ..chain import look_at_chain
from ..look import program
from ..misconceptions import Misconception
from ..shrink import halves, smallest_first
from ..task import Task

WEIGHTS = ("kernel", "bias", "digit_kernel", "digit_bias")


def _draw(rng, side, filters, classes):
    left = ((side - 2) // 2) ** 2 * filters
    return {
        "side": side,
        "filters": filters,
        "classes": classes,
        "x": halves(rng, 1, side, side) + 0.25,
        "kernel": halves(rng, 3, 3, 1, filters),
        "bias": halves(rng, filters) - 0.25,
        "digit_kernel": halves(rng, left, classes),
        "digit_bias": halves(rng, classes),
    }


def _cases():
    # No two weights of the same shape. The last case has the digits' size.
    small = smallest_first(_draw, each=3, side=(4, 6), filters=(1, 2), classes=(3,))
    return [*small, *smallest_first(_draw, each=1, side=(8,), filters=(12,), classes=(10,))]


def chain_of(*links, padding="valid", activation="relu", last="softmax"):
    """Return an answer: the links in this order, by their first letters."""

    def build_reader(side, filters, classes):
        made = {
            "channel": lambda: layers.Reshape((side, side, 1)),
            "conv": lambda: layers.Conv2D(filters, 3, activation=activation, padding=padding),
            "conv1": lambda: layers.Conv1D(filters, 3, activation=activation),
            "pool": lambda: layers.MaxPooling2D(2),
            "pool1": lambda: layers.MaxPooling1D(2),
            "mean": layers.GlobalAveragePooling2D,
            "flat": layers.Flatten,
            "dense": lambda: layers.Dense(classes, activation=last),
        }
        return models.Sequential([layers.Input((side, side)), *(made[link]() for link in links)])

    return build_reader


MENDED = chain_of("channel", "conv", "pool", "flat", "dense")


# Right answers, each written in another way.


def reader_link_by_link(side, filters, classes):
    chain = models.Sequential()
    chain.add(layers.Input((side, side)))
    chain.add(layers.Reshape((side, side, -1)))
    chain.add(layers.Conv2D(filters, (3, 3)))
    chain.add(layers.ReLU())
    chain.add(layers.MaxPooling2D())
    chain.add(layers.Reshape((-1,)))
    chain.add(layers.Dense(classes))
    chain.add(layers.Softmax())
    return chain


def reader_flat_first(side, filters, classes):
    return chain_of("flat", "channel", "conv", "pool", "flat", "dense")(side, filters, classes)  # a detour


READER = Task(
    name="build_reader",
    asks="a chain whose shapes fit",
    cell="q4-answer",
    arguments=("side", "filters", "classes"),
    cases=_cases,
    reference=lambda case: look_at_chain(MENDED(case["side"], case["filters"], case["classes"]), case, WEIGHTS),
    observe=lambda returned, case: look_at_chain(returned, case, WEIGHTS),
    program=lambda case, differing: program(READER, case, WEIGHTS, differing),
    misconceptions=(
        Misconception(
            "axes for Conv2D still wrong", chain_of("flat", "conv", "pool", "dense"),
            "The layers still refuse each other. Conv2D wants (height, width, channels): in front of it stands Reshape((side, side, 1)), and "
            "Flatten comes later.", 1,
        ),
        Misconception(
            "an answer for each place", chain_of("channel", "conv", "pool", "dense"),
            "Dense answers for each place of the picture here. Flatten has to stand in front of it.", 2,
        ),
        Misconception(
            "flattened too late", chain_of("channel", "conv", "pool", "dense", "flat"),
            "Dense answers for each place, and Flatten puts all these answers into one row. Flatten comes first, then Dense.", 2,
        ),
        Misconception(
            "picture read as a sequence", chain_of("conv1", "pool1", "flat", "dense"),
            "This runs: Conv1D takes the picture for a sequence of rows, and slides along one side only. A picture has two sides: Conv2D, with an "
            "axis for its channels.", 1,
        ),
        Misconception(
            "mean for Flatten", chain_of("channel", "conv", "pool", "mean", "dense"),
            "The mean over all places forgets where a stroke was. Here Flatten is meant, which keeps every place.", 2,
        ),
        Misconception(
            "pooling lost", chain_of("channel", "conv", "flat", "dense"),
            "MaxPooling2D is missing: Dense gets four times as many numbers.", 3,
        ),
        Misconception(
            "convolution lost", chain_of("flat", "dense"),
            "Everything that looked at neighbours is gone. It fits, but it is another machine: keep Conv2D and MaxPooling2D.", 3,
        ),
        Misconception(
            "a rim added", chain_of("channel", "conv", "pool", "flat", "dense", padding="same"),
            "With padding='same' the picture keeps its size, and Dense gets more numbers. The found chain has no rim.", 3,
        ),
        Misconception(
            "relu lost", chain_of("channel", "conv", "pool", "flat", "dense", activation=None),
            "The shapes are right. The bend behind the convolution has got lost: activation='relu'.", 3,
        ),
        Misconception(
            "softmax lost", chain_of("channel", "conv", "pool", "flat", "dense", last=None),
            "The shapes are right. The answers are scores, no shares: activation='softmax' has got lost.", 3,
        ),
    ),
    hints=(
        "Follow the shape. (side, side) comes in; Conv2D wants (side, side, 1). That is a Reshape.",
        "Behind the pooling there are still height, width and channels. Dense should see them as one row: Flatten.",
        "Reshape((side, side, 1)), Conv2D(filters, 3, activation='relu'), MaxPooling2D(2), Flatten(), Dense(classes, activation='softmax').",
    ),
    praise="Height and width live as long as somebody looks at neighbours; then one Flatten, and a Dense.",
    right_answers=(MENDED, reader_link_by_link, reader_flat_first),
)
