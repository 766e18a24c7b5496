"""Tumours of the breast, each as thirty measurements of its cells: real data where one mistake is worse than the other.

569 samples, taken by a fine needle in Wisconsin and measured under a microscope; 212 were malignant. They come with
scikit-learn, so nothing is downloaded.

Source: W. Wolberg, O. Mangasarian, N. Street, W. Street, "Breast Cancer Wisconsin (Diagnostic)", 1993,
https://doi.org/10.24432/C5DW2B.
"""

import importlib.util
import math
import os

import numpy as np

_CELLS = (
    "radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity", "concave points", "symmetry",
    "fractal dimension",
)  # fmt: skip
MEASUREMENTS = tuple(f"{which} {what}" for which in ("mean", "error of", "worst") for what in _CELLS)


def load_data(test_share=1 / 3, seed=0):
    """Load the tumours, shuffled and split in the same way each time.

    Args:
        test_share: share of the 569 samples kept for testing; a third are 190.
        seed: whole number that picks the shuffle.

    Returns:
        `(x, malignant), (x, malignant)`: the training part, then the test part. With the named axes of each array:

        * `x`: `(tumour, measurement 30)`, float32, as measured; `MEASUREMENTS` names the columns.
        * `malignant`: `(tumour, 1)`, uint8: 1 if it was, else 0.

    Raises:
        ImportError: if scikit-learn is missing; the message has the line that installs it.
        ValueError: if a part would be empty.

    >>> (x, malignant), (new_x, new_malignant) = load_data()
    >>> x.shape, malignant.shape, new_x.shape, new_malignant.shape
    ((379, 30), (379, 1), (190, 30), (190, 1))
    """
    tumours, malignant = _bundled()
    test = math.ceil(len(tumours) * test_share - 1e-9)
    if not 0 < test < len(tumours):
        raise ValueError(
            f"Expected a `test_share` that leaves tumours on both sides of {len(tumours)}. "
            f"Received: test_share={test_share}, which puts {test} into the test part."
        )
    order = np.random.default_rng(seed).permutation(len(tumours))
    known, new = order[test:], order[:test]
    return (tumours[known], malignant[known]), (tumours[new], malignant[new])


def _bundled():
    """Measurements `(tumour, 30)` and what it was `(tumour, 1)`, read from scikit-learn's own file, without importing it."""
    installed = importlib.util.find_spec("sklearn")
    if installed is None:
        raise ImportError("The tumours come with scikit-learn, which is not installed. Install it with `pip install scikit-learn`.")
    path = os.path.join(installed.submodule_search_locations[0], "datasets", "data", "breast_cancer.csv")
    numbers = np.loadtxt(path, delimiter=",", skiprows=1)
    return numbers[:, :-1].astype("float32"), (1 - numbers[:, -1:]).astype("uint8")  # the file has 0 for malignant
