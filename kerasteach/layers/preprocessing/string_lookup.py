"""`StringLookup`: words to indices, and back."""

import numpy as np

from .data_layer import as_strings
from .lookup import Lookup


class StringLookup(Lookup):
    """The index of every string in a vocabulary, given or learned by `adapt(data)`.

    Args:
        max_tokens: largest size of the vocabulary, special tokens included.
        num_oov_indices: number of indices for unknown strings; 0 makes them an error.
        mask_token: string that stands for padding and gets index 0.
        oov_token: what an unknown index becomes when `invert`.
        vocabulary: list or array of strings; or the path of a file with one a line.
        idf_weights: with `"tf_idf"`, how rare each string is.
        invert: whether to map indices to strings instead.
        output_mode: `"int"`, `"one_hot"`, `"multi_hot"`, `"count"` or `"tf_idf"`.
        pad_to_max_tokens: whether vectors are `max_tokens` long however small the vocabulary.
        sparse: must be False.
        encoding: how bytes are read.
        salt: one or two whole numbers that change into which of several indices an unknown string falls.

    Input shape: any. Output shape: the same; of the other modes, with an axis of the vocabulary at the end.

    Raises:
        ValueError: for arguments that contradict each other, or a vocabulary with repeated strings.

    Source: https://keras.io/api/layers/preprocessing_layers/categorical/string_lookup/

    >>> layer = StringLookup(vocabulary=["a", "b", "c"])
    >>> layer([["a", "c"], ["b", "z"]])
    array([[1, 3],
           [2, 0]])
    >>> StringLookup(vocabulary=["a", "b", "c"], invert=True)([1, 0]).tolist()
    ['a', '[UNK]']
    """

    def __init__(
        self,
        max_tokens=None,
        num_oov_indices=1,
        mask_token=None,
        oov_token="[UNK]",
        vocabulary=None,
        idf_weights=None,
        invert=False,
        output_mode="int",
        pad_to_max_tokens=False,
        sparse=False,
        encoding="utf-8",
        name=None,
        salt=None,
        **kwargs,
    ):
        self.__dict__["encoding"] = encoding
        kwargs.pop("oov_method", None)
        self._settle(locals())

    def _read(self, x):
        return as_strings(x, self.encoding)

    def _output_dtype(self):
        return "string" if self.invert else super()._output_dtype()

    def get_config(self):
        return super().get_config() | {"encoding": self.encoding}


class IntegerLookup(Lookup):
    """The index of every whole number in a vocabulary, given or learned by `adapt(data)`.

    Args:
        max_tokens: largest size of the vocabulary, special tokens included.
        num_oov_indices: number of indices for unknown numbers; 0 makes them an error.
        mask_token: number that stands for padding and gets index 0.
        oov_token: what an unknown index becomes when `invert`.
        vocabulary: list or array of numbers; or the path of a file with one a line.
        vocabulary_dtype: `"int64"` or `"int32"`.
        idf_weights: with `"tf_idf"`, how rare each number is.
        invert: whether to map indices to numbers instead.
        output_mode: `"int"`, `"one_hot"`, `"multi_hot"`, `"count"` or `"tf_idf"`.
        sparse: must be False.
        pad_to_max_tokens: whether vectors are `max_tokens` long however small the vocabulary.
        oov_method: how unknown numbers are spread over several indices: `"floormod"` or `"farmhash"`.
        salt: with `"farmhash"`, one or two whole numbers that change the spreading.

    Input shape: any. Output shape: the same; of the other modes, with an axis of the vocabulary at the end.

    Raises:
        ValueError: for arguments that contradict each other, or a vocabulary with repeated numbers.

    Source: https://keras.io/api/layers/preprocessing_layers/categorical/integer_lookup/

    >>> IntegerLookup(vocabulary=[12, 36, 1138, 42])([[12, 1138, 42], [42, 1000, 36]])
    array([[1, 3, 4],
           [4, 0, 2]])
    """

    def __init__(
        self,
        max_tokens=None,
        num_oov_indices=1,
        mask_token=None,
        oov_token=-1,
        vocabulary=None,
        vocabulary_dtype="int64",
        idf_weights=None,
        invert=False,
        output_mode="int",
        sparse=False,
        pad_to_max_tokens=False,
        oov_method="floormod",
        salt=None,
        name=None,
        **kwargs,
    ):
        if vocabulary_dtype not in ("int64", "int32"):
            raise ValueError(f"`vocabulary_dtype` must be 'int64' or 'int32'. Received: vocabulary_dtype={vocabulary_dtype}")
        if oov_method not in ("floormod", "farmhash"):
            raise ValueError(f"`oov_method` must be 'floormod' or 'farmhash'. Received: oov_method={oov_method}")
        if salt is not None and oov_method != "farmhash":
            raise ValueError(f"`salt` can only be used when `oov_method='farmhash'`. Received: oov_method={oov_method}")
        if max_tokens is not None and max_tokens <= 1:
            raise ValueError(f"If `max_tokens` is set, it must be greater than 1. Received: max_tokens={max_tokens}.")
        if num_oov_indices < 0:
            raise ValueError(
                f"The value of `num_oov_indices` argument must >= 0. Received: num_oov_indices={num_oov_indices}."
            )
        self.__dict__["vocabulary_dtype"] = vocabulary_dtype
        self._settle(locals())

    def _read(self, x):
        return np.asarray(x.detach().cpu() if hasattr(x, "detach") else x).astype(self.vocabulary_dtype)

    def _oov_bins(self, tokens):
        if self.num_oov_indices > 1 and self.oov_method == "floormod":
            return tokens % self.num_oov_indices
        return super()._oov_bins(tokens)

    def _output_dtype(self):
        return self.vocabulary_dtype if self.invert else super()._output_dtype()

    def get_config(self):
        return super().get_config() | {"vocabulary_dtype": self.vocabulary_dtype}
