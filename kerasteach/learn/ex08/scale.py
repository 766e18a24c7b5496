"""Question 5: a leak in a pipeline."""

import numpy as np

from ..misconceptions import Misconception
from ..observe import as_value
from ..shrink import smallest_first
from ..task import Task


def _draw(rng, training, held_back, columns):
    return {"x": rng.integers(-4, 9, (training + held_back, columns)) / 1.0, "held_back": held_back}


def _allowed(case):
    """Every training column varies, and every whole column, too."""
    training = case["x"][: -case["held_back"]]
    return bool((training.std(axis=0) > 0.4).all() and (abs(training.mean(axis=0)) > 0.2).all())


def _cases():
    return smallest_first(_draw, _allowed, each=4, training=(2, 3), held_back=(1, 2), columns=(1, 2))


def _moments(x):
    return x.mean(axis=0), x.std(axis=0)


def _apply(parts, mean, deviation):
    return tuple((part - mean) / deviation for part in parts)


def _split(x, held_back):
    return x[:-held_back], x[-held_back:]


def prepare(x, held_back):
    """The answer, written out."""
    training, validation = _split(x, held_back)
    return _apply((training, validation), *_moments(training))


def _seen(returned):
    if returned is None:
        return "None"
    if not (isinstance(returned, tuple | list) and len(returned) == 2):
        return f"no pair (training, validation): {type(returned).__name__}"
    return dict(zip(("training", "validation"), map(as_value, returned)))


def _program(case, differing):
    return [f"x = np.array({case['x'].tolist()})", f"prepare(x, held_back={case['held_back']})"]


def _each_by_itself(x, held_back):
    return tuple((part - part.mean(axis=0)) / part.std(axis=0) for part in _split(x, held_back))


def _validation_by_its_own_mean(x, held_back):
    training, validation = _split(x, held_back)
    scaled, _ = prepare(x, held_back)
    return scaled, (validation - validation.mean(axis=0)) / training.std(axis=0)


def _by_row(x, held_back):
    return tuple((part - part.mean(axis=1, keepdims=True)) / part.std(axis=1, keepdims=True) for part in _split(x, held_back))


def _from_0_to_1(x, held_back):
    training, _ = parts = _split(x, held_back)
    return _apply(parts, training.min(axis=0), training.max(axis=0) - training.min(axis=0))


def _with(change):
    """The answer with other numbers in place of the training rows' mean and deviation."""

    def answer(x, held_back):
        training, _ = parts = _split(x, held_back)
        return _apply(parts, *change(training, x))

    return answer


# Right answers, each written in another way.


def by_the_whole_table(x, held_back):
    known = x[: len(x) - held_back]
    scaled = (x - known.mean(0)) / known.std(0)
    return scaled[: len(known)], scaled[len(known) :]


def by_columns(x, held_back):
    rows = len(x) - held_back
    columns = [(column - np.mean(column[:rows])) / np.std(column[:rows]) for column in x.T]
    scaled = np.array(columns).T
    return [scaled[:rows], scaled[rows:]]


def by_moments(x, held_back):
    training, validation = np.split(x, [len(x) - held_back])
    mean = np.sum(training, axis=0) / len(training)
    deviation = np.sqrt(np.mean(training**2, axis=0) - mean**2)
    return (training - mean) / deviation, (validation - mean) / deviation


SCALE = Task(
    name="prepare",
    asks="a pipeline without a leak",
    cell="q5-answer",
    arguments=("x", "held_back"),
    cases=_cases,
    reference=lambda case: _seen(prepare(**case)),
    observe=lambda returned, case: _seen(returned),
    allowed=_allowed,
    program=_program,
    misconceptions=(
        Misconception(
            "scaled before splitting", _with(lambda training, x: _moments(x)),
            "The leak is still there: mean and deviation are those of all rows, the validation rows among them. Split first.", 1,
        ),
        Misconception(
            "each part by its own numbers", _each_by_itself,
            "The validation rows are scaled by their own mean and deviation. Then the same value means one thing in training and another in "
            "validation; and of a single new row there is no deviation at all. Use the training rows' numbers.", 2,
        ),
        Misconception(
            "validation by its own mean", _validation_by_its_own_mean,
            "The validation rows lose their own mean, not the training rows'. Both parts need the same two numbers a column.", 2,
        ),
        Misconception(
            "validation rows not scaled", lambda x, held_back: (prepare(x, held_back)[0], _split(x, held_back)[1]),
            "The validation rows were left as they were. The model would get numbers of another size than it learned with.", 2,
        ),
        Misconception(
            "scaled by the validation rows", lambda x, held_back: _apply(_split(x, held_back), *_moments(_split(x, held_back)[1])),
            "Mean and deviation are those of the validation rows. It is the training rows that you may look at.", 1,
        ),
        Misconception(
            "first rows held back", lambda x, held_back: _apply((x[held_back:], x[:held_back]), *_moments(x[held_back:])),
            "The first rows are held back here. Keep the last ones, as validation_split does.", 1,
        ),
        Misconception(
            "one mean for all columns", _with(lambda training, x: (training.mean(), training.std())),
            "There is one mean and one deviation for the whole table. Every column has a size of its own: axis=0.", 3,
        ),
        Misconception(
            "scaled by row", _by_row,
            "Each row is scaled by itself: axis=1. A column is a feature, and features are scaled: axis=0.", 3,
        ),
        Misconception(
            "divided by the variance", _with(lambda training, x: (training.mean(axis=0), training.var(axis=0))),
            "This divides by the variance, which is the deviation squared. Use std.", 3,
        ),
        Misconception(
            "mean not subtracted", _with(lambda training, x: (0.0, training.std(axis=0))),
            "The deviation is 1 now, the mean is not 0. Subtract the mean first.", 3,
        ),
        Misconception(
            "not divided", _with(lambda training, x: (training.mean(axis=0), 1.0)),
            "The mean is 0 now, the deviation is not 1. Divide by it.", 3,
        ),
        Misconception(
            "scaled from 0 to 1", _from_0_to_1,
            "This makes the smallest 0 and the largest 1. Asked for are mean 0 and deviation 1.", 3,
        ),
        Misconception(
            "divided by rows - 1", _with(lambda training, x: (training.mean(axis=0), training.std(axis=0, ddof=1))),
            "ddof=1 estimates the deviation of more rows than these. Plain np.std makes the training columns' deviation exactly 1.", 3,
        ),
    ),
    hints=(
        "Split first: x[:-held_back] to learn from, x[-held_back:] to judge by. Look at the first part only.",
        "Take the mean and the deviation of the training rows, and use these same numbers for both parts.",
        "mean = training.mean(axis=0); deviation = training.std(axis=0); then (part - mean) / deviation, for each part.",
    ),
    praise="Split first, then look. The rule holds for everything that looks at data: scaling, filling gaps, choosing columns.",
    right_answers=(prepare, by_the_whole_table, by_columns, by_moments),
)
