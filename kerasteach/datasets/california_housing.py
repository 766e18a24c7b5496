"""California housing: what houses cost, in 1990."""

import numpy as np

from .fetch import check_share, fetch, split_rows


def load_data(version="large", path="california_housing.npz", test_split=0.2, seed=113):
    """Load 20,640 districts of California: 8 numbers each, and the median price of their houses in dollars.

    Columns: median income, age of the houses, rooms and bedrooms a household, people, people a household, latitude,
    longitude.

    Args:
        version: `"large"`, or `"small"`: the first 600 rows.
        path: name of the file in `~/.keras/datasets`.
        test_split: share of the rows to test with.
        seed: whole number that decides which.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: float32 `(rows, 8)` and `(rows,)`.

    Raises:
        ValueError: for another version, or if the share is not between 0 and 1.
        OSError: without internet, if the file is not there yet; it tells where to put it.

    Source: https://www.dcc.fc.up.pt/~ltorgo/Regression/cal_housing.html
    """
    check_share(test_split)
    if version not in ("small", "large"):
        raise ValueError(f"Argument `version` must be one of 'small', 'large'. Received: version={version}")
    path = fetch(path, "1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f", name="california_housing.npz")
    rows = slice(600 if version == "small" else None)
    with np.load(path, allow_pickle=False) as file:
        return split_rows(file["x"][rows], file["y"][rows], test_split, seed)
