"""Where data sets come from: Keras's own addresses, cached as Keras caches them, in `~/.keras/datasets`."""

import io
import pickle
import zipfile

import numpy as np

from ..utils.files import get_file

ORIGIN = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"


def fetch(path, file_hash=None, name=None, **options):
    """Return the path of a data set's file in the cache.

    Args:
        path: its name in the cache.
        file_hash: what it must hash to.
        name: its name at the origin; `path` by default.
        **options: more for `get_file`.
    """
    return get_file(path, origin=ORIGIN + (name or path), file_hash=file_hash, **options)


def load_arrays(path):
    """Return the arrays of an `.npz` file by name. Lists in it are unpickled, but nothing except arrays is made."""
    with zipfile.ZipFile(path) as archive:
        members = [name for name in archive.namelist() if name.endswith(".npy")]
        return {name.removesuffix(".npy"): _load_array(io.BytesIO(archive.read(name))) for name in members}


def _load_array(file):
    version = np.lib.format.read_magic(file)
    read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    if read_header(file)[2] == np.dtype(object):
        return ArrayUnpickler(file).load()
    file.seek(0)
    return np.lib.format.read_array(file, allow_pickle=False)


class ArrayUnpickler(pickle.Unpickler):
    """Makes arrays, lists, numbers and texts, and runs nothing else."""

    def find_class(self, module, name):
        makers = ("numpy.core.multiarray", "numpy._core.multiarray")
        if (module, name) in (("numpy", "ndarray"), ("numpy", "dtype")) or (module in makers and name == "_reconstruct"):
            return super().find_class(module.replace("numpy.core", "numpy._core"), name)
        raise pickle.UnpicklingError(
            f"Refusing to deserialize `{module}.{name}` while loading a Keras dataset. The file may be corrupted or malicious."
        )


def check_share(test_split):
    """Raise if a share is not one, before anything is downloaded."""
    if not 0 <= test_split < 1:
        raise ValueError(f"Invalid `test_split` argument: {test_split}. It must be between 0 and 1 (exclusive of 1).")


def split_rows(x, y, test_split, seed):
    """Mix rows by a seed and cut off the last share for testing.

    >>> (x, _), (x_test, _) = split_rows(np.arange(10), np.arange(10), 0.2, seed=113)
    >>> len(x), len(x_test)
    (8, 2)
    """
    x, y = mix(seed, x, y)
    cut = int(len(x) * (1 - test_split))
    return (x[:cut], y[:cut]), (x[cut:], y[cut:])


def mix(random, *arrays):
    """Return arrays with their rows in one new order.

    Args:
        random: a seed, or a `RandomState` to go on with.
        *arrays: arrays with as many rows each.
    """
    random = random if isinstance(random, np.random.RandomState) else np.random.RandomState(random)
    order = np.arange(len(arrays[0]))
    random.shuffle(order)
    return [array[order] for array in arrays]
