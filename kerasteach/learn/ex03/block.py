"""Question 3: a residual block to a drawing."""

from ... import layers, models
from ..look import look, program
from ..misconceptions import Misconception
from ..skip import WEIGHTS, cases
from ..task import Task


def _variant(merge=layers.Add, inner="relu", outer=None, last=None):
    def build_block(units, hidden):
        x = layers.Input((units,))
        h = layers.Dense(hidden, activation=inner)(x)
        h = layers.Dense(units, activation=outer)(h)
        y = merge()([x, h])
        return models.Model(x, layers.Activation(last)(y) if last else y)

    return build_block


def _no_skip(units, hidden):
    x = layers.Input((units,))
    return models.Model(x, layers.Dense(units)(layers.Dense(hidden, activation="relu")(x)))


def _added_to_itself(units, hidden):
    x = layers.Input((units,))
    h = layers.Dense(units)(layers.Dense(hidden, activation="relu")(x))
    return models.Model(x, layers.Add()([h, h]))


def _weights_on_the_skip(units, hidden):
    x = layers.Input((units,))
    h = layers.Dense(units)(layers.Dense(hidden, activation="relu")(x))
    return models.Model(x, layers.Add()([layers.Dense(units)(x), h]))


def _wrong_size(units, hidden):
    x = layers.Input((units,))
    h = layers.Dense(units)(layers.Dense(units, activation="relu")(x))
    return models.Model(x, layers.Add()([x, h]))


def _one_layer(units, hidden):
    x = layers.Input((units,))
    return models.Model(x, layers.Add()([x, layers.Dense(units, activation="relu")(x)]))


def _does_not_fit(units, hidden):
    x = layers.Input((units,))
    h = layers.Dense(hidden, activation="relu")(x)
    return models.Model(x, layers.Dense(units)(layers.Add()([x, h])))


# Right answers, each written in another way.


def block_with_plus(units, hidden):
    x = layers.Input((units,))
    return models.Model(x, x + layers.Dense(units)(layers.Dense(hidden, "relu")(x)))


def block_with_a_branch(units, hidden):
    branch = models.Sequential([layers.Input((units,)), layers.Dense(hidden), layers.ReLU(), layers.Dense(units)])
    x = layers.Input(shape=(units,), name="in")
    return models.Model(inputs=x, outputs=layers.Add()([branch(x), x]))


BLOCK = Task(
    name="build_block",
    asks="a road around two layers",
    cell="q3-answer",
    arguments=("units", "hidden"),
    cases=cases,
    reference=lambda case: look(_variant()(case["units"], case["hidden"]), case, WEIGHTS),
    observe=lambda returned, case: look(returned, case, WEIGHTS),
    program=lambda case, differing: program(BLOCK, case, WEIGHTS, differing),
    misconceptions=(
        Misconception(
            "no skip", _no_skip,
            "There is no road around the layers: with all weights 0 this gives 0. A block with a skip would give x.", 1,
        ),
        Misconception(
            "joined, not added", _variant(merge=layers.Concatenate),
            "Concatenate puts x beside the branch: twice as many numbers. A skip adds, so the size stays.", 2,
        ),
        Misconception(
            "multiplied, not added", _variant(merge=layers.Multiply),
            "x times the branch is a gate: where the branch is 0 nothing passes, also no gradient. A skip adds.", 2,
        ),
        Misconception(
            "averaged, not added", _variant(merge=layers.Average),
            "This halves the skip. After twenty blocks a millionth of it would be left. Add keeps it whole.", 2,
        ),
        Misconception(
            "subtracted", _variant(merge=layers.Subtract),
            "This is x - branch. Training could live with it, the drawing says x + branch.", 2,
        ),
        Misconception(
            "branch added to itself", _added_to_itself,
            "The branch is added to itself; x never comes past it. Add()([x, branch]).", 1,
        ),
        Misconception(
            "weights on the skip", _weights_on_the_skip,
            "There is a Dense layer on the skip. The road around has no weights: use x itself.", 1,
        ),
        Misconception(
            "hidden forgotten", _wrong_size,
            "The first layer has `units` units here. It should have `hidden`; the second leads back to `units`.", 3,
        ),
        Misconception(
            "one layer only", _one_layer,
            "There is one layer in the branch. The drawing has two: to `hidden`, and back to `units`.", 3,
        ),
        Misconception(
            "added too early", _does_not_fit,
            "The adding comes after the first layer, where h has `hidden` numbers and x has `units`. They do not fit. Add after the "
            "second layer.", 3,
        ),
        Misconception(
            "linear branch", _variant(inner=None),
            "Without a ReLU between them two Dense layers in a row are no more than one.", 3,
        ),
        Misconception(
            "ReLU at the branch's end", _variant(outer="relu"),
            "The second layer has a ReLU: this block could only ever add, never take away. Leave the second layer linear.", 3,
        ),
        Misconception(
            "ReLU after the adding", _variant(last="relu"),
            "The ReLU after the adding cuts the skip wherever the sum is negative. In this drawing nothing comes after the adding.", 2,
        ),
    ),
    hints=(
        "Use x twice: once into the first layer, once into the adding.",
        "layers.Add()([x, branch]), or x + branch. Return keras.Model(x, that).",
        "branch = layers.Dense(units)(layers.Dense(hidden, activation='relu')(x))",
    ),
    praise="With all weights 0 the block hands x on unchanged. A stack of such blocks starts as nothing at all and learns what to add.",
    right_answers=(_variant(), block_with_plus, block_with_a_branch),
)
