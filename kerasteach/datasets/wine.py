"""Wines of three growers, each bottle as thirteen measurements: real data whose columns differ in size.

178 bottles from the same part of Italy, analysed in a laboratory; they come with scikit-learn, so nothing is downloaded. One
column reaches 1,680, another never 1: what a model needs a `Normalization` layer for.

Source: S. Aeberhard and M. Forina, "Wine", 1991, https://doi.org/10.24432/C5PC7J.
"""

from .bundled import split, table

MEASUREMENTS = (
    "alcohol", "malic acid", "ash", "alkalinity of ash", "magnesium", "phenols", "flavanoids", "other phenols",
    "proanthocyanins", "colour", "hue", "protein (OD280/OD315)", "proline",
)  # fmt: skip


def load_data(test_share=1 / 3, seed=0):
    """Load the wines, shuffled and split in the same way each time.

    Args:
        test_share: share of the 178 bottles kept for testing; a third are 60.
        seed: whole number that picks the shuffle.

    Returns:
        `(x, grower), (x, grower)`: the training part, then the test part. With the named axes of each array:

        * `x`: `(bottle, measurement 13)`, float32, as measured; `MEASUREMENTS` names the columns.
        * `grower`: `(bottle,)`, uint8: 0, 1 or 2.

    Raises:
        ImportError: if scikit-learn is missing; the message has the line that installs it.
        ValueError: if a part would be empty.

    >>> (x, grower), (new_x, new_grower) = load_data()
    >>> x.shape, grower.shape, new_x.shape, new_grower.shape
    ((118, 13), (118,), (60, 13), (60,))
    """
    numbers = table("wine_data.csv", "The wines", skiprows=1)
    bottles, grower = numbers[:, :-1].astype("float32"), numbers[:, -1].astype("uint8")
    known, new = split(len(bottles), test_share, seed, "bottles")
    return (bottles[known], grower[known]), (bottles[new], grower[new])
