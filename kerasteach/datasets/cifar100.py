"""CIFAR-100: small color pictures of a hundred things."""

import os

from .cifar import read, unpacked


def load_data(label_mode="fine"):
    """Load the 60,000 pictures of CIFAR-100.

    Args:
        label_mode: `"fine"` for 100 classes, `"coarse"` for the 20 groups they are in.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: uint8 pictures `(50000, 32, 32, 3)` and `(10000, 32, 32, 3)` of 0 to
        255, class numbers `(50000, 1)` and `(10000, 1)`. Channels come first if the config says so.

    Raises:
        ValueError: for another `label_mode`.
        OSError: without internet, if the file is not there yet; it tells where to put it.

    Source: https://www.cs.toronto.edu/~kriz/cifar.html
    """
    if label_mode not in ("fine", "coarse"):
        raise ValueError(f'`label_mode` must be one of `"fine"`, `"coarse"`. Received: label_mode={label_mode}.')
    folder = unpacked("cifar-100", "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7")
    folder = os.path.join(folder, "cifar-100-python")
    return read(folder, "train", f"{label_mode}_labels"), read(folder, "test", f"{label_mode}_labels")
