"""Question 2: batches dealt from shuffled rows."""

import numpy as np

from ..misconceptions import Misconception
from ..task import Task

_DEALS = (  # order, batch_size
    ([0], 1), ([0, 1], 2), ([1, 0], 2), ([0, 1], 1), ([1, 0], 1), ([0, 1, 2], 2), ([2, 0, 1], 3), ([1, 2, 0], 2), ([3, 0, 2, 1], 3),
    ([2, 3, 0, 1], 2), ([1, 3, 0, 2], 2), ([4, 2, 0, 3, 1], 4), ([5, 2, 4, 0, 3, 1], 4), ([3, 6, 0, 5, 1, 4, 2], 3),
)  # fmt: skip


def _cases():
    return [_case(np.array(order), size) for order, size in _DEALS]


def _case(order, size):
    x = np.arange(1, len(order) + 1)
    return {"x": x, "y": 10 * x, "order": order, "batch_size": size}


def _seen(returned):
    """Batches as text: one `[x] [y]` after another."""
    if returned is None:
        return "None"
    try:
        return "; ".join(f"x {np.asarray(x).tolist()}, y {np.asarray(y).tolist()}" for x, y in returned)
    except (TypeError, ValueError):
        return f"no list of pairs (x, y): {type(returned).__name__}"


def deal(x, y, order, batch_size):
    """The answer, written out."""
    starts = range(0, len(order), batch_size)
    return [(x[rows], y[rows]) for rows in (order[start : start + batch_size] for start in starts)]


def _filled_up(x, y, order, batch_size):
    missing = -len(order) % batch_size
    return deal(x, y, np.concatenate([order, np.resize(order, missing)]), batch_size)


def _by_rows(x, y, groups):
    return [(x[rows], y[rows]) for rows in groups]


def _even(x, y, order, batch_size):
    return _by_rows(x, y, np.array_split(order, -(-len(order) // batch_size)))


def _as_many_as_size(x, y, order, batch_size):
    return _by_rows(x, y, np.array_split(order, batch_size))


def _like_cards(x, y, order, batch_size):
    count = -(-len(order) // batch_size)
    return _by_rows(x, y, [order[i::count] for i in range(count)])


def _overlapping(x, y, order, batch_size):
    return _by_rows(x, y, [order[i : i + batch_size] for i in range(len(order))])


# Right answers, each written in another way.


def by_cutting_the_shuffled(x, y, order, batch_size):
    x, y, batches = x[order], y[order], []
    while len(x):
        batches.append((x[:batch_size], y[:batch_size]))
        x, y = x[batch_size:], y[batch_size:]
    return batches


def by_split(x, y, order, batch_size):
    cuts = np.arange(batch_size, len(order), batch_size)
    return list(zip(np.split(x[order], cuts), np.split(y[order], cuts)))


def by_hand(x, y, order, batch_size):
    batches = []
    for place, row in enumerate(order):
        if place % batch_size == 0:
            batches.append(([], []))
        batches[-1][0].append(x[row])
        batches[-1][1].append(y[row])
    return batches


DEAL = Task(
    name="deal",
    asks="the batches of an epoch",
    cell="q2-answer",
    arguments=("x", "y", "order", "batch_size"),
    cases=_cases,
    reference=lambda case: _seen(deal(**case)),
    observe=lambda returned, case: _seen(returned),
    allowed=lambda case: False,  # the rows tell where they come from
    misconceptions=(
        Misconception(
            "not shuffled", lambda x, y, order, size: deal(x, y, np.arange(len(x)), size),
            "The rows come as they lie there. `order` says which row comes first, which second: take x[order].", 1,
        ),
        Misconception(
            "labels not shuffled", lambda x, y, order, size: deal(x, y[np.argsort(order)], order, size),
            "x is shuffled and y is not, so every row gets another one's label. This raises no error; the model just never learns. "
            "Take the same rows of both.", 1,
        ),
        Misconception(
            "only labels shuffled", lambda x, y, order, size: deal(x[np.argsort(order)], y, order, size),
            "y is shuffled and x is not, so every row gets another one's label. Take the same rows of both.", 1,
        ),
        Misconception(
            "order turned round", lambda x, y, order, size: deal(x, y, np.argsort(order), size),
            "order[0] is the number of the row that comes first. You used it as the place that row 0 goes to.", 1,
        ),
        Misconception(
            "last batch dropped", lambda x, y, order, size: deal(x, y, order[: len(order) // size * size], size),
            "Rows are left over and lost. They make a last, smaller batch.", 2,
        ),
        Misconception(
            "last batch filled up", _filled_up,
            "The last batch is filled up with rows that had their turn already. It may be smaller.", 2,
        ),
        Misconception(
            "batches of the same size", _even,
            "The batches are about equally large here. Fill each up to batch_size; only the last one may be smaller.", 3,
        ),
        Misconception(
            "number of batches taken for their size", _as_many_as_size,
            "You made batch_size batches. Make batches of batch_size rows.", 3,
        ),
        Misconception(
            "dealt like cards", _like_cards,
            "The rows go round like cards, one to each batch. Cut the pile instead: the first batch_size rows are the first batch.", 3,
        ),
        Misconception(
            "overlapping", _overlapping,
            "A batch starts at every row, so rows come several times. The next batch starts batch_size rows later.", 3,
        ),
    ),
    hints=(
        "x[order] are the rows of x as they should come. Take y[order] likewise, so that each row keeps its label.",
        "A slice may reach beyond the end: a[4:8] of six rows has two. So the last batch needs no special care.",
        "for start in range(0, len(x), batch_size): rows = order[start : start + batch_size], then x[rows] and y[rows].",
    ),
    praise="With a fresh order each epoch no two epochs have the same batches. That is all that shuffle=True does.",
    right_answers=(deal, by_cutting_the_shuffled, by_split, by_hand),
)
