"""Data files that scikit-learn brings along, read without importing it: that would take 110 MB, with SciPy."""

import importlib.util
import math
import os

import numpy as np


def table(file, what, **how):
    """Read one of scikit-learn's files of numbers.

    Args:
        file: its name.
        what: what is in it, for the error, as `"The wines"`.
        **how: passed to `np.loadtxt`.

    Raises:
        ImportError: if scikit-learn is missing; the message has the line that installs it.
    """
    installed = importlib.util.find_spec("sklearn")
    if installed is None:
        raise ImportError(f"{what} come with scikit-learn, which is not installed. Install it with `pip install scikit-learn`.")
    path = os.path.join(installed.submodule_search_locations[0], "datasets", "data", file)
    return np.loadtxt(path, delimiter=",", **how)


def split(count, test_share, seed, what):
    """Return the shuffled row numbers of a training part and of a test part.

    Raises:
        ValueError: if one of them would be empty.
    """
    test = math.ceil(count * test_share - 1e-9)
    if not 0 < test < count:
        raise ValueError(
            f"Expected a `test_share` that leaves {what} on both sides of {count}. "
            f"Received: test_share={test_share}, which puts {test} into the test part."
        )
    order = np.random.default_rng(seed).permutation(count)
    return order[test:], order[:test]
