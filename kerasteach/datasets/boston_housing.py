"""Boston housing: what houses cost, in 1978."""

import numpy as np

from .fetch import check_share, fetch, split_rows


def load_data(path="boston_housing.npz", test_split=0.2, seed=113):
    """Load 506 districts of Boston: 13 numbers each, and the price of their houses in 1,000 dollars.

    Its column "B" assumes that people's skin color decides what a house is worth. Use `california_housing` instead,
    unless that is what you want to talk about.

    Args:
        path: name of the file in `~/.keras/datasets`.
        test_split: share of the rows to test with.
        seed: whole number that decides which.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: float64 `(rows, 13)` and `(rows,)`.

    Raises:
        ValueError: if the share is not between 0 and 1.
        OSError: without internet, if the file is not there yet; it tells where to put it.

    Source: http://lib.stat.cmu.edu/datasets/boston
    """
    check_share(test_split)
    path = fetch(path, "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5", name="boston_housing.npz")
    with np.load(path, allow_pickle=False) as file:
        return split_rows(file["x"], file["y"], test_split, seed)
