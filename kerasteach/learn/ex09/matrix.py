"""Question 2: a confusion matrix by hand."""

import numpy as np

from ..misconceptions import Misconception
from ..observe import as_value
from ..shrink import smallest_first
from ..task import Task


def _draw(rng, rows, classes):
    return {"truth": rng.integers(0, classes, rows), "predicted": rng.integers(0, classes, rows), "classes": classes}


def _cases():
    return smallest_first(_draw, each=5, rows=(1, 2, 3, 6), classes=(2, 3))


def _allowed(case):
    both = np.concatenate([case["truth"], case["predicted"]])
    return bool(((both >= 0) & (both < case["classes"])).all())


def count(truth, predicted, classes):
    """The answer, written out."""
    matrix = np.zeros((classes, classes), int)
    for t, p in zip(truth, predicted):
        matrix[t, p] += 1
    return matrix


def _marked(truth, predicted, classes):
    matrix = np.zeros((classes, classes), int)
    matrix[truth, predicted] = 1
    return matrix


def _unbuffered(truth, predicted, classes):
    return count(truth, predicted, classes) / len(truth)


def _shares(truth, predicted, classes):
    matrix = count(truth, predicted, classes)
    return matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)


def _classes_that_occur(truth, predicted, classes):
    kept = np.union1d(truth, predicted)
    return count(truth, predicted, classes)[np.ix_(kept, kept)]


def _mistakes_only(truth, predicted, classes):
    matrix = count(truth, predicted, classes)
    return matrix - np.diag(np.diag(matrix))


# Right answers, each written in another way.


def by_masks(truth, predicted, classes):
    return np.array([[np.sum((truth == t) & (predicted == p)) for p in range(classes)] for t in range(classes)])


def by_one_hot(truth, predicted, classes):
    one = np.eye(classes, dtype=int)
    return one[truth].T @ one[predicted]


def by_one_number_a_cell(truth, predicted, classes):
    return np.bincount(truth * classes + predicted, minlength=classes**2).reshape(classes, classes)


MATRIX = Task(
    name="confusion",
    asks="who was taken for whom",
    cell="q2-answer",
    arguments=("truth", "predicted", "classes"),
    cases=_cases,
    reference=lambda case: as_value(count(**case)),
    observe=lambda returned, case: as_value(returned),
    allowed=_allowed,
    simple={"truth": (0, 1), "predicted": (0, 1)},
    misconceptions=(
        Misconception(
            "rows and columns swapped", lambda *arguments: count(*arguments).T,
            "Rows and columns are swapped. The row is the truth, the column what was predicted.", 1,
        ),
        Misconception(
            "marked, not counted", _marked,
            "A cell is set to 1, however often it happens. matrix[truth, predicted] += 1 on whole arrays does the same: each cell is written "
            "once. Count.", 2,
        ),
        Misconception(
            "shares of each row", _shares,
            "These are shares of each true class. Asked for are counts.", 1,
        ),
        Misconception(
            "shares of all", _unbuffered,
            "This is divided by the number of rows. Asked for are counts.", 1,
        ),
        Misconception(
            "only classes that occur", _classes_that_occur,
            "Classes that do not occur here have no row. The matrix always has `classes` rows and columns; a row of zeros says something, too.", 2,
        ),
        Misconception(
            "mistakes only", _mistakes_only,
            "The diagonal is empty. Right answers are counted, too: there the class was taken for itself.", 1,
        ),
        Misconception(
            "right ones only", lambda *arguments: np.diag(np.diag(count(*arguments))),
            "Only the right answers are counted. The mistakes are what one looks for in this matrix.", 1,
        ),
        Misconception(
            "last class first", lambda *arguments: count(*arguments)[::-1, ::-1],
            "The classes stand in reverse order. Class 0 is the first row and the first column.", 3,
        ),
        Misconception(
            "pairs counted for both", lambda *arguments: count(*arguments) + count(*arguments).T,
            "Each answer is counted in two cells. To take a cat for a dog is not the same as to take a dog for a cat.", 1,
        ),
    ),
    hints=(
        "matrix[t, p] says how many of true class t were predicted as class p.",
        "Start with np.zeros((classes, classes), int). For each pair of truth and prediction add 1 to its cell.",
        "for t, p in zip(truth, predicted): matrix[t, p] += 1. Class 0 comes first.",
    ),
    praise="All rates of the lesson are sums over this matrix.",
    right_answers=(count, by_masks, by_one_hot, by_one_number_a_cell),
)
