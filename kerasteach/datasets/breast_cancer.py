"""Lumps in the breast, each as thirty measurements of its cells under a microscope: is it malignant?

569 women in Wisconsin; a fine needle took some cells, and a computer measured the nuclei. For each of ten features there are the mean
over the cells, its standard error, and the mean of the three worst. The numbers come with scikit-learn, so nothing is downloaded.

Source: W. Street, W. Wolberg, O. Mangasarian, "Nuclear feature extraction for breast tumor diagnosis", 1993,
https://doi.org/10.24432/C5DW2B.
"""

from .bundled import split, table

FEATURES = (
    "radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity", "concave points", "symmetry",
    "fractal dimension",
)  # fmt: skip
MEASUREMENTS = tuple(f"{kind} {feature}" for kind in ("mean", "error of", "worst") for feature in FEATURES)


def load_data(test_share=0.35, seed=0):
    """Load the measurements, shuffled and split in the same way each time.

    Args:
        test_share: share of the 569 lumps kept for testing; 0.35 are 200.
        seed: whole number that picks the shuffle.

    Returns:
        `(x, malignant), (x, malignant)`: the training part, then the test part. With the named axes of each array:

        * `x`: `(lump, measurement 30)`, float32, as measured; `MEASUREMENTS` names the columns.
        * `malignant`: `(lump,)`, uint8: 1 for cancer, 0 for a benign lump. scikit-learn numbers them the other way round.

    Raises:
        ImportError: if scikit-learn is missing; the message has the line that installs it.
        ValueError: if a part would be empty.

    >>> (x, malignant), (new_x, new_malignant) = load_data()
    >>> x.shape, malignant.shape, new_x.shape, new_malignant.shape
    ((369, 30), (369,), (200, 30), (200,))
    """
    numbers = table("breast_cancer.csv", "The breast cancer data", skiprows=1)
    x, malignant = numbers[:, :-1].astype("float32"), (1 - numbers[:, -1]).astype("uint8")
    known, new = split(len(x), test_share, seed, "lumps")
    return (x[known], malignant[known]), (x[new], malignant[new])
