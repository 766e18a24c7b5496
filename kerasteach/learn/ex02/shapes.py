"""Question 4: what `build` does."""

import itertools

from ... import layers, models
from ..misconceptions import Misconception
from ..observe import NotAttempted, what_it_is
from ..task import Task


def _cases():
    known = [((None, 2), [3]), ((5, 2), [3]), ((None, 4), [1, 3]), ((8, 13), [16, 3]), ((None, 2), [16, 16, 1])]
    return [
        {"units": units, "input_shape": shape} for shape, units in [(None, [3]), *known[:2], (None, [3, 1]), *known[2:]]
    ]


def _reference(case):
    """What a chain has that was made without `Input`, and then built or not."""
    chain = models.Sequential([layers.Dense(units) for units in case["units"]])
    if case["input_shape"] is not None:
        chain.build(case["input_shape"])
    return _observe([tuple(w.shape) for w in chain.weights], case)


def _observe(returned, case):
    if returned is ...:
        raise NotAttempted
    if not isinstance(returned, (list, tuple)):
        return what_it_is(returned)
    return "[" + ", ".join(_line(shape) for shape in returned) + "]"


def _line(shape):
    """A shape as text: a list of whole numbers counts as a tuple of them."""
    return str(tuple(shape)) if isinstance(shape, (list, tuple)) else str(shape)


def shapes_of(units, input_shape):
    """The answer, written out."""
    if input_shape is None:
        return []
    found, comes = [], input_shape[-1]
    for goes in units:
        found += [(comes, goes), (goes,)]
        comes = goes
    return found


def _later_layers_know(units, input_shape):
    found = shapes_of(units, input_shape or (None, 1))
    return found if input_shape is not None else found[2:]


def _biases_know(units, input_shape):
    return [(goes,) for goes in units] if input_shape is None else shapes_of(units, input_shape)


def _batch_counts(units, input_shape):
    return shapes_of(units, input_shape and input_shape[:1])


def _transposed(units, input_shape):
    return [shape[::-1] for shape in shapes_of(units, input_shape)]


def _no_biases(units, input_shape):
    return shapes_of(units, input_shape)[::2]


def _bias_as_a_row(units, input_shape):
    return [shape if len(shape) == 2 else (1, *shape) for shape in shapes_of(units, input_shape)]


def _bias_for_the_input(units, input_shape):
    kernels = _no_biases(units, input_shape)
    return [shape for comes, goes in kernels for shape in ((comes, goes), (comes,))]


def _same_input_for_all(units, input_shape):
    if input_shape is None:
        return []
    return [shape for goes in units for shape in ((input_shape[-1], goes), (goes,))]


def _kernels_first(units, input_shape):
    found = shapes_of(units, input_shape)
    return found[::2] + found[1::2]


def _outputs(units, input_shape):
    return [] if input_shape is None else [(input_shape[0], goes) for goes in units]


# Right answers, each written in another way.


def shapes_by_neighbours(units, input_shape):
    if not input_shape:
        return []
    sizes = [input_shape[1], *units]
    return [shape for pair in itertools.pairwise(sizes) for shape in (pair, pair[1:])]


def shapes_one_by_one(units, input_shape):
    if input_shape is None or not units:
        return []
    batch, features = input_shape
    return [(features, units[0]), (units[0],), *shapes_one_by_one(units[1:], (batch, units[0]))]


SHAPES = Task(
    name="weight_shapes",
    asks="what a chain holds before and after build",
    cell="q4-answer",
    arguments=("units", "input_shape"),
    cases=_cases,
    reference=_reference,
    observe=_observe,
    misconceptions=(
        Misconception(
            "later layers know already", _later_layers_know,
            "Nothing is known about the input, and yet later layers have weights here. A chain is built from its start: they wait for the "
            "first one.", 1,
        ),
        Misconception(
            "biases are there already", _biases_know,
            "A layer makes kernel and bias together, when it is built. Before that it has neither.", 1,
        ),
        Misconception(
            "batch counted", _batch_counts,
            "The kernel is made for the batch here. How many samples come makes no difference to the weights; a Dense looks at the last "
            "number of the shape.", 2,
        ),
        Misconception(
            "kernel transposed", _transposed,
            "The kernels lie the wrong way. Rows are what comes in, columns what goes out: (in, out).", 2,
        ),
        Misconception(
            "biases forgotten", _no_biases,
            "These are the kernels alone. Behind each kernel comes its bias, (out,).", 2,
        ),
        Misconception(
            "bias as a row", _bias_as_a_row,
            "A bias has one axis: (out,), with the comma. Not (1, out).", 2,
        ),
        Misconception(
            "bias for what comes in", _bias_for_the_input,
            "Each bias has the length of what comes in here. It is added to what goes out.", 2,
        ),
        Misconception(
            "same input for all", _same_input_for_all,
            "Every kernel is made for the input here. The second layer gets what the first one gives.", 3,
        ),
        Misconception(
            "kernels first, then biases", _kernels_first,
            "Right shapes, wrong order. model.weights goes layer by layer: kernel, bias, kernel, bias.", 3,
        ),
        Misconception(
            "outputs, not weights", _outputs,
            "These are the shapes of what travels between the layers. Asked for are the weights: (in, out) and (out,).", 2,
        ),
    ),
    hints=(
        "If input_shape is None, nobody has said how many numbers come in. Then there are no weights at all: return [].",
        "features = input_shape[-1]. A layer that gets `comes` numbers and gives `goes` has (comes, goes) and (goes,).",
        "Walk through units with a variable `comes`. After each layer: comes = goes.",
    ),
    praise="That is build(): one walk along the chain, carrying a single number. Input, build and the first batch all start it.",
    right_answers=(shapes_of, shapes_by_neighbours, shapes_one_by_one),
)
