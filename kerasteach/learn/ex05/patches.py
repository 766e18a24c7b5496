"""Question 6: a picture cut into patches."""

import numpy as np

from ..misconceptions import Misconception
from ..observe import as_value
from ..shrink import smallest_first
from ..task import Task


def _draw(rng, batch, down, along, size):
    x = rng.permutation(batch * down * along * size * size).reshape(batch, down * size, along * size)
    return {"x": x + 1.0, "size": size}


def _cases():
    return smallest_first(_draw, each=1, batch=(1, 2), down=(1, 2, 3), along=(1, 2), size=(1, 2))


def _reference(case):
    """Cut out one by one."""
    x, size = case["x"], case["size"]
    _, height, width = x.shape
    cut = [x[:, r : r + size, c : c + size] for r in range(0, height, size) for c in range(0, width, size)]
    return as_value(np.stack(cut, axis=1))


def _turned(*order):
    """An answer that names the axes, turns them, and joins the two that count patches."""

    def cut(x, size):
        batch, height, width = x.shape
        named = x.reshape(batch, height // size, size, width // size, size)
        return named.transpose(order).reshape(batch, -1, size, size)

    return cut


def _stripes(x, size):
    return x.reshape(len(x), -1, size, size)


def _grid(x, size):
    batch, height, width = x.shape
    return x.reshape(batch, height // size, size, width // size, size).swapaxes(2, 3)


def _flat_patches(x, size):
    right = _turned(0, 1, 3, 2, 4)(x, size)
    return right.reshape(*right.shape[:2], -1)


def _batch_joined(x, size):
    return _turned(0, 1, 3, 2, 4)(x, size).reshape(-1, size, size)


# Right answers, each written in another way.


def patches_cut_out(x, size):
    found = []
    for r in range(0, x.shape[1], size):
        for c in range(0, x.shape[2], size):
            found.append(x[:, r : r + size, c : c + size])
    return np.stack(found, axis=1)


def patches_split_twice(x, size):
    bands = np.split(x, x.shape[1] // size, axis=1)
    return np.concatenate([np.stack(np.split(band, x.shape[2] // size, axis=2), axis=1) for band in bands], axis=1)


def patches_by_einsum(x, size):
    batch, height, width = x.shape
    named = x.reshape(batch, height // size, size, width // size, size)
    return np.einsum("biyjx->bijyx", named).reshape(batch, -1, size, size)


PATCHES = Task(
    name="patches",
    asks="a picture cut into squares",
    cell="q6-answer",
    arguments=("x", "size"),
    cases=_cases,
    reference=_reference,
    observe=lambda returned, case: as_value(returned),
    misconceptions=(
        Misconception(
            "cut into stripes", _stripes,
            "One reshape cuts stripes: it takes the numbers row by row, across the whole picture. A patch has parts of several rows.", 1,
        ),
        Misconception(
            "columns first", _turned(0, 3, 1, 2, 4),
            "The patches are right, in another order: down the first column, then the second. Read them like a page, from left to right.", 3,
        ),
        Misconception(
            "patches on their side", _turned(0, 1, 3, 4, 2),
            "Each patch lies on its side: rows have become columns. Inside a patch row comes before column.", 3,
        ),
        Misconception(
            "everything swapped", _turned(0, 3, 1, 4, 2),
            "The whole picture was turned over before it was cut. Keep down before along, in the grid and in the patch.", 3,
        ),
        Misconception(
            "left as a grid", _grid,
            "The patches are right. They stand in a grid, (batch, down, along, size, size). Join those two axes: one that counts patches.", 2,
        ),
        Misconception(
            "patches flattened", _flat_patches,
            "The patches are right, each as one row of numbers. Keep them square: (batch, patches, size, size).", 2,
        ),
        Misconception(
            "pictures mixed", _batch_joined,
            "All patches of all pictures are in one axis. Nobody knows any more whose they are: keep the batch.", 2,
        ),
        Misconception(
            "first patch only", lambda x, size: x[:, None, :size, :size],
            "This is the patch in the upper left corner. There are more.", 1,
        ),
    ),
    hints=(
        "Give the axes names first: height is (down, row in the patch), width is (along, column in the patch). That is a reshape to five axes.",
        "x.reshape(batch, height // size, size, width // size, size). Then bring the two that count patches side by side, and join them at the end.",
        "After the reshape: batch 0, down 1, row 2, along 3, column 4. transpose(0, 1, 3, 2, 4), then reshape(batch, -1, size, size).",
    ),
    praise="Split, turn, join: with these three moves a Vision Transformer reads a picture like a sentence.",
    right_answers=(patches_cut_out, patches_split_twice, patches_by_einsum),
)
