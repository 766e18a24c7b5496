"""Question 1: a chain to a drawing."""

from ... import layers, models
from ..chain import look_at_chain
from ..look import program
from ..misconceptions import Misconception
from ..shrink import halves, smallest_first
from ..task import Task

WEIGHTS = ("kernel", "bias", "place_kernel", "place_bias", "who_kernel", "who_bias")


def _draw(rng, features, units, classes):
    return {
        "features": features,
        "units": units,
        "classes": classes,
        "x": halves(rng, 2, features) + 0.25,
        "kernel": halves(rng, features, units),
        "bias": halves(rng, units) - 0.25,
        "place_kernel": halves(rng, units, 2) + 0.25,
        "place_bias": halves(rng, 2) - 0.25,
        "who_kernel": halves(rng, 2, classes),
        "who_bias": halves(rng, classes),
    }


def _cases():
    # No two weights of the same shape. The last case has the wines' size.
    small = smallest_first(_draw, each=3, features=(1, 2), units=(1, 5), classes=(3, 4))
    return [*small, *smallest_first(_draw, each=1, features=(13,), units=(16,), classes=(3,))]


def _variant(first="relu", place=None, last="softmax", name="place"):
    def build_chain(features, units, classes):
        return models.Sequential(
            [
                layers.Input((features,)),
                layers.Dense(units, activation=first),
                layers.Dense(2, activation=place, name=name),
                layers.Dense(classes, activation=last),
            ]
        )

    return build_chain


def _no_input(features, units, classes):
    return models.Sequential(
        [layers.Dense(units, activation="relu"), layers.Dense(2, name="place"), layers.Dense(classes, activation="softmax")]
    )


def _place_missing(features, units, classes):
    return models.Sequential([layers.Input((features,)), layers.Dense(units, "relu"), layers.Dense(classes, "softmax", name="place")])


def _place_first(features, units, classes):
    return models.Sequential(
        [layers.Input((features,)), layers.Dense(2, name="place"), layers.Dense(units, "relu"), layers.Dense(classes, "softmax")]
    )


def _sizes_swapped(features, units, classes):
    return _variant()(features, classes, units)


def _links(features, units, classes):
    return [
        layers.Input((features,)), layers.Dense(units, "relu"), layers.Dense(2, name="place"), layers.Dense(classes, "softmax"),
    ]  # fmt: skip


def _functional(features, units, classes):
    x, *others = _links(features, units, classes)
    y = x
    for layer in others:
        y = layer(y)
    return models.Model(x, y)


# Right answers, each written in another way.


def build_link_by_link(features, units, classes):
    chain = models.Sequential(name="wine")
    chain.add(layers.Input(shape=(features,)))
    chain.add(layers.Dense(units))
    chain.add(layers.ReLU())
    chain.add(layers.Dense(2, name="place"))
    chain.add(layers.Dense(classes))
    chain.add(layers.Softmax())
    return chain


def build_and_build(features, units, classes):
    chain = _no_input(features, units, classes)
    chain.build((None, features))
    return chain


BUILD = Task(
    name="build_chain",
    asks="a chain to a drawing",
    cell="q1-answer",
    arguments=("features", "units", "classes"),
    cases=_cases,
    reference=lambda case: look_at_chain(_variant()(*(case[name] for name in BUILD.arguments)), case, WEIGHTS, "place"),
    observe=lambda returned, case: look_at_chain(returned, case, WEIGHTS, "place"),
    program=lambda case, differing: program(BUILD, case, WEIGHTS, differing),
    misconceptions=(
        Misconception(
            "no Input", _no_input,
            "Without Input the chain does not know how many numbers come in, so it has no weights yet. Put keras.Input((features,)) "
            "at the top.", 1,
        ),
        Misconception(
            "first layer without a bend", _variant(first=None),
            "The first layer has no activation. Then it folds into `place`: two layers do the work of one.", 2,
        ),
        Misconception(
            "bend at the narrow place", _variant(place="relu"),
            "`place` has a relu. It cuts off all places below 0, three quarters of the map. In the drawing it has no activation.", 2,
        ),
        Misconception(
            "tanh for relu", _variant(first="tanh"),
            "The first layer bends with tanh here. In the drawing it is relu.", 2,
        ),
        Misconception(
            "sigmoid for classes", _variant(last="sigmoid"),
            "A bottle has exactly one grower, so the shares have to sum to 1. That is softmax; sigmoid answers each grower by itself.", 2,
        ),
        Misconception(
            "scores, no shares", _variant(last=None),
            "The last layer gives scores: any numbers. Softmax makes of them shares that sum to 1.", 2,
        ),
        Misconception(
            "place left out", _place_missing,
            "There are two Dense layers here. The drawing has three: the bottles go through two numbers in the middle.", 3,
        ),
        Misconception(
            "place comes first", _place_first,
            "The narrow layer comes first here. Order matters: what a link loses is lost for all that follow. `place` is the second one.", 3,
        ),
        Misconception(
            "name forgotten", _variant(name=None),
            "Right numbers. But nobody can find the narrow layer: give it name='place', so that get_layer('place') has it.", 3,
        ),
        Misconception(
            "units and classes swapped", _sizes_swapped,
            "The sizes are the wrong way round: first `units`, at the end `classes`.", 3,
        ),
        Misconception(
            "sizes fixed", lambda features, units, classes: _variant()(13, 16, 3),
            "The sizes come as arguments. Use features, units and classes instead of numbers.", 1,
        ),
        Misconception(
            "a list, no chain", _links,
            "These are the links, in a list. keras.Sequential(...) joins them.", 1,
        ),
        Misconception(
            "functional model", _functional,
            "The same numbers, drawn arrow by arrow. That is lesson 3. One line needs no arrows: keras.Sequential([...]).", 1,
        ),
    ),
    hints=(
        "keras.Sequential([keras.Input((features,)), ...]): a list, one layer a line, from top to bottom.",
        "activation='relu' for the first Dense, none for the second, activation='softmax' for the last.",
        "The three layers: layers.Dense(units, ...), layers.Dense(2, name='place'), layers.Dense(classes, ...).",
    ),
    praise="Read it from top to bottom, and you have read the drawing. Cut it behind `place`, and you have a map of the bottles.",
    right_answers=(_variant(), build_link_by_link, build_and_build),
)
