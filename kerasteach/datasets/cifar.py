"""What both CIFAR data sets share: pickled batches of small pictures."""

import os

import numpy as np

from ..config import image_data_format
from ..utils.files import get_file
from .fetch import ArrayUnpickler


def unpacked(name, file_hash):
    """Return the folder of a CIFAR archive, downloaded unless the cache has it.

    Args:
        name: such as `"cifar-10"`.
        file_hash: what the archive must hash to.
    """
    origin = f"https://www.cs.toronto.edu/~kriz/{name}-python.tar.gz"
    return get_file(f"{name}-batches-py-target" if name == "cifar-10" else f"{name}-python-target", origin, extract=True, file_hash=file_hash)


def read(folder, name, labels):
    """Return the pictures and labels of one file.

    Args:
        folder: where it is.
        name: its name.
        labels: name of the labels in it.

    Returns:
        Pictures `(rows, 32, 32, 3)` or `(rows, 3, 32, 32)`, as the config says, and labels `(rows, 1)`.
    """
    with open(os.path.join(folder, name), "rb") as file:
        batch = ArrayUnpickler(file, encoding="bytes").load()
    x = batch[b"data"].reshape(-1, 3, 32, 32)  # (rows, channels, height, width)
    x = x.transpose(0, 2, 3, 1) if image_data_format() == "channels_last" else x
    return x, np.reshape(batch[labels.encode()], (-1, 1))
