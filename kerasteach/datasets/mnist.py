"""MNIST: handwritten digits."""

import numpy as np

from .fetch import fetch


def load_data(path="mnist.npz"):
    """Load the 70,000 handwritten digits of MNIST.

    Args:
        path: name of the file in `~/.keras/datasets`.

    Returns:
        `(x_train, y_train), (x_test, y_test)`, uint8: pictures `(60000, 28, 28)` and `(10000, 28, 28)` of 0 to 255,
        digits `(60000,)` and `(10000,)`.

    Raises:
        OSError: without internet, if the file is not there yet; it tells where to put it.

    Source: http://yann.lecun.com/exdb/mnist/ (CC BY-SA 3.0)
    """
    path = fetch(path, "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1", name="mnist.npz")
    with np.load(path, allow_pickle=False) as file:
        return (file["x_train"], file["y_train"]), (file["x_test"], file["y_test"])
