"""CIFAR-10: small color pictures of ten things."""

import os

import numpy as np

from .cifar import read, unpacked


def load_data():
    """Load the 60,000 pictures of CIFAR-10.

    Classes: 0 airplane, 1 automobile, 2 bird, 3 cat, 4 deer, 5 dog, 6 frog, 7 horse, 8 ship, 9 truck.

    Returns:
        `(x_train, y_train), (x_test, y_test)`, uint8: pictures `(50000, 32, 32, 3)` and `(10000, 32, 32, 3)` of 0 to
        255, class numbers `(50000, 1)` and `(10000, 1)`. Channels come first if the config says so.

    Raises:
        OSError: without internet, if the file is not there yet; it tells where to put it.

    Source: https://www.cs.toronto.edu/~kriz/cifar.html
    """
    folder = unpacked("cifar-10", "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce")
    folder = os.path.join(folder, "cifar-10-batches-py")
    parts = [read(folder, f"data_batch_{i}", "labels") for i in range(1, 6)]
    x, y = (np.concatenate(arrays) for arrays in zip(*parts))
    x_test, y_test = read(folder, "test_batch", "labels")
    return (x, y.astype("uint8")), (x_test, y_test.astype("uint8"))
