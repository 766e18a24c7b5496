"""Reading what a model trained with CTC says: the likeliest class of each step, less repeats and blanks."""

import numpy as np

from . import examples
from .create import convert_to_tensor, dtype_of
from .elementwise import cast, negative
from .index import getitem, take_along_axis, where
from .logic import equal, greater_equal
from .order import argsort
from .reduce import argmax, max, sum
from .reshaping import concatenate, expand_dims
from .spec import as_float
from .table import composite


@composite(
    example=examples.cases(
        ([(2, 5, 3), np.array([5, 3], "int32")], {}),
        ([(2, 5, 3), np.array([4, 5], "int32")], {"merge_repeated": False, "mask_index": 2}),
    )
)
def ctc_decode(
    inputs, sequence_lengths, strategy="greedy", beam_width=100, top_paths=1, merge_repeated=True, mask_index=0
):
    """The classes that a sequence spells, step by step the likeliest; what is left at the end is -1.

    Args:
        inputs: scores, (batch, steps, classes).
        sequence_lengths: how many steps count, (batch,).
        strategy: `"greedy"`.
        beam_width, top_paths: of a search that is not supported.
        merge_repeated: whether a class that goes on over steps is read once.
        mask_index: number of the blank class.

    Returns:
        (classes, (1, batch, steps); minus the sum of the scores taken, (batch, 1)).

    Raises:
        NotImplementedError: for the strategy `"beam_search"`.
        ValueError: for any other.

    >>> ctc_decode(np.eye(3, dtype="float32")[[[1, 1, 0, 1, 2]]], [5])[0]
    array([[[ 1,  1,  2, -1, -1]]], dtype=int32)
    """
    if strategy == "beam_search":
        raise NotImplementedError("ctc_decode: the strategy 'beam_search' is not supported. Fix: strategy='greedy'.")
    if strategy != "greedy":
        raise ValueError(f"Invalid strategy {strategy}. Supported values are 'greedy' and 'beam_search'.")
    inputs = convert_to_tensor(inputs)
    inputs = cast(inputs, as_float(dtype_of(inputs)))
    over = greater_equal(np.arange(inputs.shape[1], dtype="int32"), expand_dims(convert_to_tensor(sequence_lengths), 1))
    classes = where(over, mask_index, argmax(inputs, axis=-1))  # (batch, steps)
    scores = where(over, 0.0, max(inputs, axis=-1))
    read = classes
    if merge_repeated:
        first, rest = getitem(classes, key=(slice(None), slice(None, 1))), getitem(classes, key=(slice(None), slice(1, None)))
        again = equal(rest, getitem(classes, key=(slice(None), slice(None, -1))))
        read = concatenate([first, where(again, mask_index, rest)], axis=1)
    blank = equal(read, mask_index)
    order = argsort(cast(blank, "int32"), axis=-1)  # blanks go to the end; the others keep their order
    spelled = take_along_axis(where(blank, -1, read), order, axis=-1)
    return expand_dims(spelled, 0), expand_dims(negative(sum(scores, axis=1)), 1)
