"""Question 3: which loss for which labels?"""

import numpy as np

from ..misconceptions import Misconception
from ..observe import what_it_is
from ..task import Task

SPARSE, ROWS, BINARY, MSE = "sparse_categorical_crossentropy", "categorical_crossentropy", "binary_crossentropy", "mse"


def _cases():
    kinds = (
        (np.array([2]), 3), (np.array([0, 2, 1]), 3), (np.array([[1]]), 3), (np.array([[0.0, 1.0, 0.0]]), 3),
        (np.array([[1.0, 0.0], [0.0, 1.0]]), 2), (np.array([[1.0]]), 1), (np.array([[0.0], [1.0]]), 1), (np.array([0, 1]), 1),
        (np.array([[1.0, 1.0, 0.0]]), 3), (np.array([[0.0, 0.0]]), 2), (np.array([[0.5]]), 1), (np.array([[3.0], [1.0]]), 1),
        (np.array([[0.5, 2.0]]), 2), (np.array([1, 0]), 2),
    )  # fmt: skip
    return [{"y": y, "units": units} for y, units in kinds]


def _kind(y, units):
    zeros_and_ones = bool(np.isin(y, (0, 1)).all())
    rows = y.ndim == 2 and y.shape[1] == units
    if units == 1:
        return BINARY if zeros_and_ones else MSE
    if not rows:
        return SPARSE
    if not zeros_and_ones:
        return MSE
    return ROWS if bool((y.sum(axis=1) == 1).all()) else BINARY


def _said(returned):
    return returned if isinstance(returned, str) else what_it_is(returned)


def _changed(**changes):
    """The right choice, with some names exchanged."""
    return lambda y, units: changes.get(_kind(y, units), _kind(y, units))


def _rows_are_one_class(y, units):
    return ROWS if y.ndim == 2 and units > 1 and y.shape[1] == units and np.isin(y, (0, 1)).all() else _kind(y, units)


def _by_units(y, units):
    return BINARY if units == 1 else SPARSE


def _one_unit_always_binary(y, units):
    return BINARY if units == 1 else _kind(y, units)


def _numbers_are_amounts(y, units):
    return _kind(y, units) if np.isin(y, (0, 1)).all() else MSE


# Right answers, each written in another way.


def by_early_returns(y, units):
    y = np.asarray(y)
    if units > 1 and y.size == len(y):
        return SPARSE
    if set(np.unique(y)) - {0, 1}:
        return MSE
    if units > 1 and np.all(y.sum(axis=-1) == 1):
        return ROWS
    return BINARY


def by_a_table(y, units):
    only = all(value in (0, 1) for value in y.ravel())
    if units == 1:
        return {True: BINARY, False: MSE}[only]
    if y.shape != (len(y), units):
        return SPARSE
    one_each = all(sum(row) == 1 for row in y.tolist())
    return {(True, True): ROWS, (True, False): BINARY}.get((only, one_each), MSE)


CHOOSE = Task(
    name="choose_loss",
    asks="which loss for which labels",
    cell="q3-answer",
    arguments=("y", "units"),
    cases=_cases,
    reference=lambda case: _kind(**case),
    observe=lambda returned, case: _said(returned),
    allowed=lambda case: False,  # labels are what they are
    misconceptions=(
        Misconception(
            "sparse and rows swapped", _changed(**{SPARSE: ROWS, ROWS: SPARSE}),
            "Swapped: 'sparse' is for one whole number a row, such as 7. The other is for a row of 0s and one 1.", 1,
        ),
        Misconception(
            "rows called sparse", _changed(**{ROWS: SPARSE}),
            "A row of 0s and a 1 is no class number. Such labels take categorical_crossentropy.", 1,
        ),
        Misconception(
            "numbers called rows", _changed(**{SPARSE: ROWS}),
            "Class numbers such as 7 take the sparse one; categorical_crossentropy wants a whole row of 0s and a 1 for each sample.", 1,
        ),
        Misconception(
            "tags exclude each other", _rows_are_one_class,
            "A row with two 1s, or none, is no single class: several tags may be true at once. Each is a yes or no of its own: "
            "binary_crossentropy.", 2,
        ),
        Misconception(
            "one unit is always yes or no", _one_unit_always_binary,
            "One unit and labels such as 0.5 or 3: that is an amount, not a yes or no. mse.", 3,
        ),
        Misconception(
            "only units looked at", _by_units,
            "You decide by the number of units alone. The labels tell more: are they 0 and 1, whole rows, amounts?", 3,
        ),
        Misconception(
            "class numbers as amounts", _numbers_are_amounts,
            "Class numbers are taken for amounts where they are above 1. Then class 2 would be twice as much as class 1; but it is only "
            "another one. Fewer labels than units a row: sparse.", 1,
        ),
        Misconception(
            "yes or no by mse", _changed(**{BINARY: MSE}),
            "mse on yes or no forgives the surest lie. Chances take binary_crossentropy.", 3,
        ),
    ),
    hints=(
        "More than one unit, but only one label a row: class numbers, sparse. A whole row with exactly one 1: categorical.",
        "A row of 0s and 1s that does not have exactly one 1: several tags, each a yes or no. binary.",
        "One unit: only 0 and 1 is binary. Everything else that is not 0 or 1: mse.",
    ),
    praise="Look at the labels first, then at the last layer. A wrong loss often gives no error, only a wrong answer.",
    right_answers=(_kind, by_early_returns, by_a_table),
)
