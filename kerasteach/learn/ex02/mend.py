"""Question 5: a chain that runs and cannot learn, because its links are in the wrong order."""

from ... import layers, models
from ..chain import look_at_chain
from ..look import program
from ..misconceptions import Misconception
from ..shrink import halves, smallest_first
from ..task import Task

WEIGHTS = ("kernel", "bias", "second_kernel", "second_bias", "arm_kernel", "arm_bias")


def _draw(rng, wide, narrow):
    return {
        "wide": wide,
        "narrow": narrow,
        "x": halves(rng, 1, 2) + 0.25,
        "kernel": halves(rng, 2, wide) + 0.25,
        "bias": halves(rng, wide) - 0.25,
        "second_kernel": halves(rng, wide, narrow) + 0.25,
        "second_bias": halves(rng, narrow),
        "arm_kernel": halves(rng, narrow, 1) + 0.25,
        "arm_bias": halves(rng, 1),
    }


def _cases():
    # No two weights of the same shape. The last case is one that winds the lesson's spiral.
    return [*smallest_first(_draw, each=4, wide=(3,), narrow=(2,)), *smallest_first(_draw, each=1, wide=(22,), narrow=(16,))]


def chain_of(*links):
    """Return an answer: the links in this order, "wide", "narrow" and "arm" for the layers, else activations."""

    def mend_chain(wide, narrow):
        units = {"wide": wide, "narrow": narrow, "arm": 1}
        made = [layers.Dense(units[link]) if link in units else layers.Activation(link) for link in links]
        return models.Sequential([layers.Input((2,)), *made])

    return mend_chain


FOUND = chain_of("wide", "narrow", "arm", "tanh", "tanh", "sigmoid")
MENDED = chain_of("wide", "tanh", "narrow", "tanh", "arm", "sigmoid")


# Right answers, each written in another way.


def mend_with_arguments(wide, narrow):
    return models.Sequential(
        [
            layers.Input((2,)),
            layers.Dense(wide, activation="tanh"),
            layers.Dense(narrow, activation="tanh"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def mend_in_a_loop(wide, narrow):
    chain = models.Sequential([layers.Input(shape=(2,))])
    for units, activation in [(wide, "tanh"), (narrow, "tanh"), (1, "sigmoid")]:
        chain.add(layers.Dense(units))
        chain.add(layers.Activation(activation))
    return chain


MEND = Task(
    name="mend_chain",
    asks="a chain in a better order",
    cell="q5-answer",
    arguments=("wide", "narrow"),
    cases=_cases,
    reference=lambda case: look_at_chain(MENDED(case["wide"], case["narrow"]), case, WEIGHTS),
    observe=lambda returned, case: look_at_chain(returned, case, WEIGHTS),
    program=lambda case, differing: program(MEND, case, WEIGHTS, differing),
    misconceptions=(
        Misconception(
            "as it was found", FOUND,
            "This is the chain as it was found. Its three Dense layers touch each other, so they are one: a ruler.", 1,
        ),
        Misconception(
            "first two layers touch", chain_of("wide", "narrow", "tanh", "arm", "sigmoid"),
            "Nothing stands between the first two Dense layers, so they are one. Each hidden layer needs its own bend.", 1,
        ),
        Misconception(
            "first two layers touch, one bend too late", chain_of("wide", "narrow", "tanh", "tanh", "arm", "sigmoid"),
            "Both bends stand behind the second layer, and the first two still touch. Put one of them between the two.", 1,
        ),
        Misconception(
            "last two layers touch", chain_of("wide", "tanh", "narrow", "arm", "sigmoid"),
            "Nothing stands between the second layer and the last one, so they are one. The second hidden layer needs its bend, too.", 1,
        ),
        Misconception(
            "two bends in front of the share", chain_of("wide", "tanh", "narrow", "arm", "tanh", "sigmoid"),
            "A tanh stands in front of the sigmoid. It lets through -1 to 1, and of that sigmoid makes 0.27 to 0.73: this chain can never be "
            "sure.", 2,
        ),
        Misconception(
            "every link with tanh", chain_of("wide", "tanh", "narrow", "tanh", "arm", "tanh", "sigmoid"),
            "There is one tanh too many, in front of the sigmoid: it can never say more than 0.73. Two hidden layers, two bends.", 2,
        ),
        Misconception(
            "tanh at the end", chain_of("wide", "tanh", "narrow", "tanh", "arm", "tanh"),
            "tanh gives -1 to 1 at the end. A share lies between 0 and 1: the last bend is the sigmoid.", 2,
        ),
        Misconception(
            "sigmoid in the middle", chain_of("wide", "sigmoid", "narrow", "tanh", "arm", "tanh"),
            "The sigmoid stands in the middle and tanh at the end. The sigmoid makes a share of the answer: it comes last.", 2,
        ),
        Misconception(
            "activation first", chain_of("tanh", "wide", "tanh", "narrow", "arm", "sigmoid"),
            "A tanh stands in front of the first layer: it squeezes the points before anybody has looked at them. A bend comes behind a layer.", 3,
        ),
        Misconception(
            "no share at the end", chain_of("wide", "tanh", "narrow", "tanh", "arm"),
            "The sigmoid is missing. Without it the answer is any number, and binary_crossentropy wants a share.", 2,
        ),
        Misconception(
            "layers out of order", chain_of("narrow", "tanh", "wide", "tanh", "arm", "sigmoid"),
            "The bends are right. The layers have changed places: first the wide one, then the narrow one.", 3,
        ),
        Misconception(
            "relu for tanh", chain_of("wide", "relu", "narrow", "relu", "arm", "sigmoid"),
            "A chain like this may learn well, but its bends are other ones. Keep the links you have found, and change only their order.", 3,
        ),
    ),
    hints=(
        "Dense layers that touch each other fold into one. What keeps them apart? Behind each hidden layer stands one bend.",
        "The last Dense gives one score. The sigmoid makes a share of it, and nothing comes after or in between.",
        "Dense(wide), tanh, Dense(narrow), tanh, Dense(1), sigmoid.",
    ),
    praise="The same six links and not one number more. The order alone decides whether it is a ruler or winds the spiral.",
    right_answers=(MENDED, mend_with_arguments, mend_in_a_loop),
)
