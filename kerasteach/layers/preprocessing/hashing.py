"""`Hashing`: any value into one of a few bins, without a vocabulary."""

import numpy as np

from ... import config
from .category_encoding import refuse_sparse
from .data_layer import DataLayer, as_strings
from .encoding import check_mode, encoded, encoded_shape
from .fingerprint import farmhash, siphash


class Hashing(DataLayer):
    """Strings or whole numbers into bins by their hash; the same value always falls into the same bin.

    Args:
        num_bins: number of bins.
        mask_value: value that gets bin 0 for itself.
        salt: one or two whole numbers; another salt, other bins.
        output_mode: `"int"`, `"one_hot"`, `"multi_hot"` or `"count"`.
        sparse: must be False.

    Input shape: any. Output shape: the same; of the other modes, with an axis of bins at the end.

    Raises:
        ValueError: for no bins, a salt that is none, or a dtype that the mode cannot give.

    Source: https://keras.io/api/layers/preprocessing_layers/categorical/hashing/

    >>> Hashing(num_bins=3)([["A"], ["B"], ["C"], ["D"], ["E"]]).ravel()
    array([1, 0, 1, 1, 2])
    """

    def __init__(self, num_bins, mask_value=None, salt=None, output_mode="int", sparse=False, **kwargs):
        check_mode(output_mode, "Hashing")
        refuse_sparse(sparse)
        if num_bins is None or num_bins <= 0:
            raise ValueError(f"The `num_bins` for `Hashing` cannot be `None` or non-positive values. Received: num_bins={num_bins}.")
        if kwargs.get("dtype") is None:
            kwargs["dtype"] = "int64" if output_mode == "int" else config.floatx()
        super().__init__(**kwargs)
        if output_mode == "int" and self.compute_dtype not in ("int32", "int64"):
            raise ValueError(
                'When `output_mode="int"`, `dtype` should be an integer type, \'int32\' or \'int64\'. '
                f"Received: dtype={kwargs['dtype']}"
            )
        self.num_bins, self.mask_value, self.output_mode, self.sparse = num_bins, mask_value, output_mode, sparse
        self.salt = salt_of(salt, "Hashing")

    def call(self, inputs):
        values = as_strings(_whole(inputs))
        bins = self.num_bins - (self.mask_value is not None and self.num_bins > 1)
        indices = hashed(values, bins, self.salt)
        if bins < self.num_bins:
            indices = np.where(values == str(self.mask_value), 0, indices + 1)
        if self.output_mode == "one_hot" and indices.ndim and indices.shape[-1] == 1:
            indices = indices[..., 0]
        return encoded(indices, self.output_mode, self.num_bins, self.compute_dtype).astype(self.compute_dtype)

    def compute_output_shape(self, input_shape):
        return encoded_shape(input_shape, "multi_hot" if self.output_mode != "int" else "int", self.num_bins)

    def get_config(self):
        return super().get_config() | {
            "num_bins": self.num_bins, "salt": self.salt, "mask_value": self.mask_value,
            "output_mode": self.output_mode, "sparse": self.sparse,
        }  # fmt: skip


def _whole(x):
    """Decimals become whole numbers before they are hashed as text."""
    kind = np.asarray(x).dtype.kind if not hasattr(x, "dtype") else None
    if kind == "f" or "float" in str(getattr(x, "dtype", "")):
        return np.asarray(x).astype("int64")
    return x


def hashed(values, bins, salt=None):
    """The bin of every string in an array."""
    hash_of = (lambda s: siphash(s.encode(), salt) % bins) if salt else (lambda s: farmhash(s.encode()) % bins)
    return np.asarray(np.frompyfunc(hash_of, 1, 1)(values), dtype="int64")


def salt_of(salt, layer):
    """One or two whole numbers as two; None stays None.

    Raises:
        ValueError: for anything else.
    """
    if salt is None:
        return None
    if isinstance(salt, (tuple, list)) and len(salt) == 2:
        return list(salt)
    if isinstance(salt, int):
        return [salt, salt]
    raise ValueError(
        f"The `salt` argument for `{layer}` can only be a tuple of size 2 integers, or a single integer. Received: salt={salt}."
    )
