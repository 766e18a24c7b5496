"""Fashion-MNIST: pictures of clothes, in MNIST's format."""

import gzip
import os

import numpy as np

from .fetch import fetch


def load_data():
    """Load the 70,000 pictures of Fashion-MNIST.

    Classes: 0 T-shirt/top, 1 trouser, 2 pullover, 3 dress, 4 coat, 5 sandal, 6 shirt, 7 sneaker, 8 bag, 9 ankle boot.

    Returns:
        `(x_train, y_train), (x_test, y_test)`, uint8: pictures `(60000, 28, 28)` and `(10000, 28, 28)` of 0 to 255,
        class numbers `(60000,)` and `(10000,)`.

    Raises:
        OSError: without internet, if a file is not there yet; it tells where to put it.

    Source: https://github.com/zalandoresearch/fashion-mnist (MIT)
    """
    return _part("train"), _part("t10k")


def _part(name):
    y = _read(f"{name}-labels-idx1-ubyte.gz", header=8)
    return _read(f"{name}-images-idx3-ubyte.gz", header=16).reshape(len(y), 28, 28), y


def _read(name, header):
    path = fetch(name, cache_subdir=os.path.join("datasets", "fashion-mnist"))
    with gzip.open(path, "rb") as file:
        return np.frombuffer(file.read(), np.uint8, offset=header)
